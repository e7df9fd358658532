// From the request an adapter writes to the one the contract sends.
//
// Not here: sending (`ask.js`). Invariant: an origin, method or credential that the manifest does not name never leaves; what is put into
// a query or a form is always encoded.

import { encodeUtf8 } from "./bytes.js";
import { Misuse } from "./problem.js";

const OPTIONS = [
    "origin",
    "method",
    "path",
    "link",
    "query",
    "headers",
    "json",
    "form",
    "text",
    "bytes",
    "type",
    "credential",
    "accept",
    "about",
    "for",
    "optional",
];

/** `a=1&b=2`, encoded; what is null or undefined is left out. @param {Record<string, unknown>} pairs */
export function form(pairs) {
    const given = Object.entries(pairs).filter(([, value]) => value !== null && value !== undefined);
    return given.map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join("&");
}

/** Percent-encodes everything but unreserved characters. @param {string} text */
export function encode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A request of the contract. @param {any} request @param {any} manifest @returns {import("../samsyn-adapter.js").HttpRequest} */
export function build(request, manifest) {
    if (typeof request !== "object" || request === null)
        throw new Misuse('a request is an object, e.g. { origin: "api", path: "/visits" }');
    for (const name of Object.keys(request)) {
        if (!OPTIONS.includes(name)) throw new Misuse(`a request has no option "${name}"; it has ${OPTIONS.join(", ")}`);
    }
    const origin = known(
        request.origin,
        (manifest.origins ?? []).map(({ alias }) => alias),
        "origin",
        "origins",
    );
    const { body, type } = bodyOf(request);
    const method = (request.method ?? (body === null ? "GET" : "POST")).toUpperCase();
    const allowed = manifest.origins.find(({ alias }) => alias === origin).methods;
    if (!allowed.includes(method))
        throw new Misuse(`method ${method} is not among the methods of origin "${origin}" in manifest.json (${allowed.join(", ")})`);
    const slots = (manifest.credential_slots ?? []).map(({ name }) => name);
    const credential = request.credential === undefined ? null : known(request.credential, slots, "credential", "credential_slots");
    return {
        origin,
        method: /** @type {any} */ (method.toLowerCase()),
        target: targetOf(request),
        headers: headersOf(request, type),
        body,
        credential,
    };
}

/** @param {unknown} name @param {string[]} names @param {string} what @param {string} list */
function known(name, names, what, list) {
    if (typeof name === "string" && names.includes(name)) return name;
    const given = typeof name === "string" ? `"${name}"` : "none";
    const has = names.length > 0 ? names.map((one) => `"${one}"`).join(", ") : "nothing";
    throw new Misuse(`${what} ${given} is not in manifest.json; "${list}" there names ${has}`);
}

/** @returns {import("../samsyn-adapter.js").HttpTarget} */
function targetOf({ path, link, query }) {
    if (typeof link === "string" && path === undefined && query === undefined) return { tag: "link", val: link };
    if (typeof path !== "string" || link !== undefined)
        throw new Misuse('a request has either "path" (with "query" if you like) or "link"');
    if (!path.startsWith("/"))
        throw new Misuse('"path" begins with "/", below the base URL of the origin; an address from a reply goes into "link"');
    return { tag: "path", val: targetPath({ path, query }) };
}

/** Path and query in one. @param {{ path?: string, query?: Record<string, unknown> }} request */
export function targetPath({ path = "", query = {} }) {
    const more = form(query);
    return more === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${more}`;
}

/** @returns {{ body: Uint8Array | null, type: string | null }} */
function bodyOf(request) {
    const given = ["json", "form", "text", "bytes"].filter((name) => request[name] !== undefined);
    if (given.length > 1) throw new Misuse(`a request has one body, not both "${given[0]}" and "${given[1]}"`);
    switch (given[0]) {
        case "json":
            return { body: encodeUtf8(JSON.stringify(request.json)), type: request.type ?? "application/json" };
        case "form":
            return { body: encodeUtf8(form(request.form)), type: request.type ?? "application/x-www-form-urlencoded" };
        case "text":
            return { body: encodeUtf8(String(request.text)), type: request.type ?? "text/plain; charset=utf-8" };
        case "bytes":
            if (!(request.bytes instanceof Uint8Array)) throw new Misuse('"bytes" is a Uint8Array; a text goes into "text"');
            return { body: request.bytes, type: request.type ?? "application/octet-stream" };
        default:
            return { body: null, type: null };
    }
}

function headersOf(request, type) {
    const headers = Object.entries(request.headers ?? {}).map(([name, value]) => ({ name: name.toLowerCase(), value: String(value) }));
    if (!headers.some(({ name }) => name === "accept")) headers.push({ name: "accept", value: "application/json" });
    if (type !== null && !headers.some(({ name }) => name === "content-type")) headers.push({ name: "content-type", value: type });
    return headers;
}
