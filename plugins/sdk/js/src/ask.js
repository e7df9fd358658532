// What a handler is given: the question, and the host's services under plain names.
//
// Not here: when handlers run (`lookup.js`). Invariant: every exchange that fails is written into the book before its error is thrown.

import { Book } from "./book.js";
import { encodeUtf8 } from "./bytes.js";
import { Notes, readEach } from "./fields.js";
import { wordsOf } from "./language.js";
import { isSameNumber } from "./number.js";
import { followPages } from "./pages.js";
import { Misuse, Problem, problemOfError, problemOfStatus } from "./problem.js";
import { Outcome, Reply } from "./reply.js";
import { build } from "./request.js";

export class Ask {
    #host;
    #manifest;
    #book;

    /** @param {any} manifest @param {import("../samsyn-adapter.js").Query} query @param {any} host @param {Book} book */
    constructor(manifest, query, host, book) {
        this.#host = host;
        this.#manifest = manifest;
        this.#book = book;
        this.query = query;
        this.now = query.now;
        this.text = wordsOf(query.language);
    }

    /** The patient as the host prefers to name them. */
    get person() {
        const [preferred] = this.query.identifiers;
        if (preferred !== undefined) return preferred;
        throw new Problem(
            "patient-unknown",
            "no-identifier",
            this.text("ingen identitet att fråga med", "no identifier to ask by"),
        ).failure();
    }

    /** Whether a number as a source writes it is one of those asked for. @param {string} written */
    isPatient(written) {
        return this.query.identifiers.some(({ value }) => isSameNumber(value, String(written), this.now));
    }

    /** @param {string} section */
    asks(section) {
        return this.query.sections.includes(section);
    }

    /** @param {string} key @returns {string | null} */
    setting(key) {
        const declared = (this.#manifest.settings ?? []).map((setting) => setting.key);
        if (!declared.includes(key))
            throw new Misuse(`setting "${key}" is not in manifest.json; "settings" there names ${declared.join(", ") || "nothing"}`);
        const value = this.#host.settings.get(key);
        return value === null || value === undefined || value.trim() === "" ? null : value;
    }

    /** A setting without which nothing can be done. @param {string} key @returns {string} */
    requiredSetting(key) {
        const value = this.setting(key);
        if (value !== null) return value;
        throw new Problem(
            "not-configured",
            `setting-${key}`,
            this.text(`inställningen ${key} saknas`, `the setting ${key} is missing`),
        ).failure();
    }

    /** @param {"trace" | "debug" | "info" | "warn" | "error"} level @param {string} message */
    log(level, message) {
        this.#host.log.log(level, String(message));
    }

    /** @param {string} slot @param {string | Uint8Array} data @returns {Uint8Array} */
    hmacSha256(slot, data) {
        try {
            return this.#host.keys.hmacSha256(slot, typeof data === "string" ? encodeUtf8(data) : data);
        } catch (error) {
            const message = String(payloadOf(error) ?? "");
            const text = this.text("anslutningen till källan är inte rätt inställd", "the connection to the source is not set up");
            throw this.#failed(new Problem("not-configured", "signing-key", text, { message }), {});
        }
    }

    /** @param {any} request @returns {Reply} */
    send(request) {
        const written = build(request, this.#manifest);
        let response;
        try {
            response = this.#host.http.send(written);
        } catch (error) {
            const known = payloadOf(error);
            if (typeof known !== "object" || known === null) throw error;
            throw this.#failed(problemOfError(this.text, known), request);
        }
        return this.#reply(request, written, response);
    }

    /** @param {any} requests a list, or an object of requests by name */
    sendAll(requests) {
        const named = !Array.isArray(requests);
        const list = named ? Object.values(requests) : requests;
        const written = list.map((request) => build(request, this.#manifest));
        const results = written.length === 0 ? [] : this.#host.http.sendAll(written);
        const outcomes = results.map((result, place) => this.#outcome(list[place], written[place], result));
        return named ? Object.fromEntries(Object.keys(requests).map((name, place) => [name, outcomes[place]])) : outcomes;
    }

    #outcome(request, written, result) {
        if (result.tag === "err") return new Outcome(null, this.#failed(problemOfError(this.text, result.val), request));
        try {
            return new Outcome(this.#reply(request, written, result.val), null);
        } catch (error) {
            if (error instanceof Problem) return new Outcome(null, error);
            throw error;
        }
    }

    #reply(request, written, response) {
        const what = `${written.method.toUpperCase()} at ${written.origin}`;
        const reply = new Reply(response, { words: this.text, what, failed: (problem) => this.#failed(problem, request) });
        const accepted = (response.status >= 200 && response.status < 300) || (request.accept ?? []).includes(response.status);
        if (accepted) return reply;
        throw this.#failed(problemOfStatus(this.text, response.status, reply.header("retry-after")), request);
    }

    #failed(problem, request) {
        if (request.about !== undefined && !problem.text.startsWith(`${request.about}: `))
            problem.text = `${request.about}: ${problem.text}`;
        if (request.optional !== true) this.#book.failed(problem.text, request.for);
        return problem;
    }

    /** An exchange that came and is a failure all the same: the book knows, whether it is thrown or not. */
    problem(kind, code, text, options = {}) {
        return this.#failed(new Problem(kind, code, text, options), options);
    }

    /** Pages of one list, one after another. */
    pages(first, read, options) {
        const lost = (text, sections) => {
            if (first.optional !== true) this.#book.lost(first.about === undefined ? text : `${first.about}: ${text}`, sections);
        };
        return followPages({ send: (request) => this.send(request), words: this.text, lost }, first, read, options);
    }

    /** Reads every record of a list; what cannot be read is noted, and the section is then partial. */
    each(list, name, read, options = {}) {
        const notes = new Notes(this.text);
        this.#book.follow(notes, options.for);
        return readEach(list, name, notes, read);
    }

    /** Tells what is missing though the rest came: the section is then partial. @param {string} text @param {{ for?: readonly string[] }} [options] */
    missing(text, options = {}) {
        this.#book.lost(text, options.for);
    }
}

/** The host's error, out of what the engine throws. @param {any} error */
export function payloadOf(error) {
    return error instanceof Error && "payload" in error ? error.payload : undefined;
}
