// A reply, read as what it is: JSON, XML, CSV or text. Reading it wrongly is a failed exchange, and the section knows.
//
// Not here: field by field (`fields.js`). Invariant: what could not be read is thrown and written into the book, never guessed.

import { decodeUtf8, decodeWindows1252 } from "./bytes.js";
import { readCsv } from "./csv.js";
import { malformed } from "./problem.js";
import { readXml } from "./xml.js";

const SINGLE_BYTE = /^(?:iso-8859-1|iso-8859-15|latin-?1|windows-1252|cp-?1252)$/i;

export class Reply {
    #parsed = undefined;

    /**
     * @param {import("../samsyn-adapter.js").HttpResponse} response
     * @param {{ words: import("./language.js").Words, what: string, failed: (problem: Error) => void }} exchange
     */
    constructor(response, exchange) {
        this.status = response.status;
        this.bytes = response.body;
        this.headers = response.headers;
        this.exchange = exchange;
        Object.defineProperty(this, "exchange", { enumerable: false });
    }

    /** A header by name in any case; null when it is not there. @param {string} name */
    header(name) {
        const asked = name.toLowerCase();
        return this.headers.find((header) => header.name.toLowerCase() === asked)?.value ?? null;
    }

    /** The text, by `encoding`, or by what the reply says, or UTF-8. @param {string} [encoding] */
    text(encoding) {
        const stated = encoding ?? /charset\s*=\s*"?([^\s";]+)/i.exec(this.header("content-type") ?? "")?.[1] ?? "utf-8";
        const text = SINGLE_BYTE.test(stated) ? decodeWindows1252(this.bytes) : decodeUtf8(this.bytes);
        return text ?? this.malformed("not-utf-8", "not UTF-8 text");
    }

    json() {
        if (this.#parsed === undefined) this.#parsed = { value: this.#json() };
        return this.#parsed.value;
    }

    #json() {
        const text = this.text("utf-8");
        try {
            return JSON.parse(text);
        } catch {
            return this.malformed("not-json", "not JSON");
        }
    }

    /** The JSON object of the reply, or the one under a name in it; a reply without it cannot be understood. @param {string} [name] */
    object(name) {
        const root = this.json();
        const value = name === undefined ? root : Object(root)[name];
        if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
        return this.malformed("no-object", name === undefined ? "no JSON object" : `field ${name} is no object`);
    }

    /** The list under a name. A list that is not there is a reply that cannot be understood, not an empty list. @param {string} name */
    list(name) {
        const value = this.object()[name];
        return Array.isArray(value) ? value : this.malformed("no-list", `field ${name} is no list`);
    }

    /** The root element. */
    xml() {
        const stated = /^\s*<\?xml[^>]*encoding=["']([^"']+)/.exec(decodeWindows1252(this.bytes.subarray(0, 200)))?.[1];
        const text = this.text(stated);
        try {
            return readXml(text);
        } catch (error) {
            return this.malformed("not-xml", error instanceof Error ? error.message : "not XML");
        }
    }

    /** Rows by the names in the first line. @param {{ separator?: string, encoding?: string, required?: readonly string[] }} [options] */
    csv(options = {}) {
        const text = this.text(options.encoding);
        try {
            return readCsv(text, options);
        } catch (error) {
            return this.malformed("not-csv", error instanceof Error ? error.message : "not CSV");
        }
    }

    /**
     * Says that this reply cannot be understood: the section becomes unavailable, with words for the clinician.
     * @param {string} code stable, for metrics @param {string} what names the place, never the content
     * @returns {never}
     */
    malformed(code, what) {
        const problem = malformed(this.exchange.words, code, `${this.exchange.what}: ${what}`);
        this.exchange.failed(problem);
        throw problem;
    }
}

/** What became of one request among several. */
export class Outcome {
    /** @param {Reply | null} reply @param {import("./problem.js").Problem | null} problem */
    constructor(reply, problem) {
        this.ok = reply !== null;
        this.problem = problem;
        Object.defineProperty(this, "reply", {
            enumerable: true,
            get: () => {
                if (reply === null) throw problem;
                return reply;
            },
        });
    }
}
