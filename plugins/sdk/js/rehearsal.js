// A host for `node --test` and for a debugger: replies come from a function or from a case, what is pushed is kept.
//
// Not here: any enforcement; `samsyn adapter test` runs the built component on the real host, which refuses what this one lets through.
// Invariant: what is kept is exactly what was pushed, in order, in the words of a case's `expected.json`.

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeUtf8, decodeUtf8 } from "./src/bytes.js";
import { lookup } from "./src/lookup.js";
import { SHAPES } from "./src/shapes.js";
import { still } from "./src/stillness.js";

const PERSON = { system: "urn:oid:1.2.752.129.2.1.3.1", value: "191212121212" };
const SINKS = {
    person: ["person", "PersonDetails"],
    alerts: ["alerts", "Alert"],
    careLimits: ["care-limits", "CareLimit"],
    services: ["services", "Service"],
    contacts: ["contacts", "Contact"],
    medications: ["medications", "Medication"],
    functionalStatus: ["functional-status", "FunctionalAssessment"],
    plans: ["plans", "Plan"],
    consents: ["consents", "Consent"],
    documents: ["documents", "Document"],
    vaccinations: ["covid-19", "Vaccination"],
    infections: ["covid-19", "Infection"],
};

/** @param {any} adapter @param {any} rehearsed */
export function rehearse(adapter, rehearsed = {}) {
    const heard = { failure: null, sections: {}, log: [], requests: [] };
    const stage = { heard, rehearsed, broken: null };
    const query = queryOf(adapter, rehearsed);
    const restore = still();
    try {
        const failure = lookup(adapter, query, hostOf(stage), placeInSource);
        if (failure !== null) heard.failure = { kind: failure.kind, code: failure.code, message: failure.message };
    } finally {
        restore();
    }
    if (stage.broken !== null) throw stage.broken;
    return heard;
}

function queryOf(
    adapter,
    {
        person = PERSON,
        sections = adapter.manifest.sections,
        now = "2026-11-20T09:30:00+01:00",
        language = "sv",
        budgetMs = 8000,
        query = {},
    },
) {
    return { identifiers: [person], sections: [...sections], since: null, now, language, budgetMs, viewer: null, extensions: [], ...query };
}

function hostOf(stage) {
    const { heard, rehearsed } = stage;
    const section = (name) => (heard.sections[name] ??= {});
    const push =
        ([name, type], sink) =>
        (value) => {
            const list = (section(name).entries ??= []);
            for (const item of sink === "person" ? [value] : value)
                list.push({ ...canonical(type, item), ...(name === "covid-19" ? { sink } : {}) });
        };
    const sinks = Object.fromEntries(Object.entries(SINKS).map(([sink, target]) => [sink, push(target, sink)]));
    const sent = (request) => exchange(stage, request);
    return {
        http: {
            send(request) {
                const result = sent(request);
                if (result.tag === "ok") return result.val;
                throw Object.assign(new Error("the exchange failed"), { payload: result.val });
            },
            sendAll: (requests) => requests.map(sent),
        },
        settings: { get: (key) => rehearsed.settings?.[key] ?? null },
        log: { log: (level, message) => heard.log.push({ level, message }) },
        keys: {
            hmacSha256(slot, data) {
                if (rehearsed.hmacSha256 !== undefined) return rehearsed.hmacSha256(slot, data);
                throw Object.assign(new Error("no key"), { payload: `the credential slot \`${slot}\` holds no signing key` });
            },
        },
        sink: { ...sinks, status: (name, status) => setStatus(stage, section(name), name, status) },
    };
}

function setStatus(stage, section, name, status) {
    if (section.status !== undefined) stage.broken ??= new Error(`section ${name} got two statuses`);
    section.status = canonical("SectionStatus", status);
}

/** One exchange through the function of the rehearsal; its own errors are the test's, not the adapter's. */
function exchange(stage, request) {
    const seen = readable(request);
    stage.heard.requests.push(seen);
    let answer;
    try {
        answer = stage.rehearsed.reply?.(seen);
        if (answer === undefined) throw new Error(`the rehearsal has no reply to ${seen.method} ${seen.path ?? seen.link}`);
    } catch (error) {
        stage.broken ??= error;
        return { tag: "err", val: { kind: "other", code: "rehearsal", message: "the rehearsal's reply function threw" } };
    }
    if (answer.error !== undefined) return { tag: "err", val: { kind: answer.error, code: answer.error, message: "rehearsed" } };
    return { tag: "ok", val: responseOf(answer) };
}

function responseOf({ status = 200, headers = {}, json, text, bytes }) {
    const type = json === undefined ? {} : { "content-type": "application/json" };
    const body = bytes ?? encodeUtf8(json === undefined ? (text ?? "") : JSON.stringify(json));
    return { status, headers: Object.entries({ ...type, ...headers }).map(([name, value]) => ({ name, value })), body };
}

function readable({ origin, method, target, headers, body, credential }) {
    const text = body === null ? null : decodeUtf8(body);
    const seen = {
        origin,
        method: method.toUpperCase(),
        [target.tag]: target.val,
        headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
        text,
        credential,
    };
    try {
        return { ...seen, json: JSON.parse(text ?? "null") };
    } catch {
        return { ...seen, json: null };
    }
}

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A value in the words of `expected.json`. */
function canonical(type, value) {
    const [kind, inner] = SHAPES[type];
    if (kind === "a") return plain(inner, value);
    if (kind === "e") return value;
    if (kind === "variant")
        return value.val === undefined || value.val === null ? value.tag : { [value.tag]: plain(inner[value.tag], value.val) };
    const fields = Object.entries(value).filter(([, field]) => field !== null);
    return Object.fromEntries(fields.map(([name, field]) => [kebab(name), plain(inner[name], field)]));
}

function plain(shape, value) {
    if (shape[0] === "o") return plain(shape[1], value);
    if (shape[0] === "l") return value.map((item) => plain(shape[1], item));
    return shape[0] === "r" ? canonical(shape[1], value) : value;
}

const SDK = fileURLToPath(new URL("./", import.meta.url));

/** The first frame that is neither the SDK's nor Node's. Run with `--enable-source-maps` for TypeScript that was bundled. */
function placeInSource(error) {
    for (const [, file, line] of (error.stack ?? "").matchAll(/\(?((?:file:|\/|[A-Z]:\\)[^():]*(?::\\[^():]*)?):(\d+):\d+\)?$/gm)) {
        const path = file.startsWith("file:") ? fileURLToPath(file) : file;
        if (!path.startsWith(SDK) || path.includes("/test/")) return { file: relative(process.cwd(), path), line: Number(line) };
    }
    return null;
}

/** A case's question and replies, for `rehearse`; `expected` is what it is to give. @param {string} folder */
export function caseOf(folder) {
    const read = (name) => readFileSync(join(folder, name), "utf8");
    const query = JSON.parse(read("query.json"));
    const lines = read("exchanges.jsonl")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"));
    const exchanges = lines.map((line) => JSON.parse(line));
    const reply = (request) => {
        const found = exchanges.find(({ match }) => matches(match, request));
        return found === undefined ? undefined : replyOf(folder, found);
    };
    return {
        person: query.patient,
        sections: query.sections,
        now: query.now,
        language: query.language ?? "sv",
        budgetMs: query["budget-ms"] ?? 8000,
        settings: query.settings ?? {},
        reply,
        expected: JSON.parse(read("expected.json")),
    };
}

/** A followed address is compared as its path, whatever base it stands on. */
function matches(match, request) {
    const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
    const path = request.path ?? new URL(request.link).pathname + new URL(request.link).search;
    return (
        match.origin === request.origin &&
        match.method === request.method &&
        path.endsWith(match.path) &&
        (match.credential === undefined || match.credential === request.credential) &&
        Object.entries(match.headers ?? {}).every(([name, value]) => request.headers[name.toLowerCase()] === value) &&
        (match.body === undefined || (typeof match.body === "string" ? match.body === request.text : same(match.body, request.json)))
    );
}

function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
    );
}

function replyOf(folder, { reply, error }) {
    if (error !== undefined) return { error: error.kind };
    const { status, headers, body, file } = reply;
    if (file !== undefined) return { status, headers, bytes: new Uint8Array(readFileSync(join(folder, file))) };
    return typeof body === "string"
        ? { status, headers, text: body }
        : { status, headers, text: body === undefined ? "" : JSON.stringify(body) };
}
