// What a section's handler may answer. One answer is one status, so that a section never gets two or none.
//
// Not here: pushing, and what a failed exchange does to an answer (`book.js`).
// Invariant: `complete` holds entries; the answers that say "none" hold none.

import { Misuse } from "./problem.js";

/** An answer. Made by the functions below only. */
export class Answer {
    /** @param {{ tag: string, val?: unknown }} status @param {readonly object[]} entries */
    constructor(status, entries) {
        this.status = status;
        this.entries = entries;
        Object.freeze(this);
    }
}

/** @param {unknown} entries @param {string} of */
function list(entries, of) {
    if (Array.isArray(entries)) return entries;
    throw new Misuse(`${of}(…) takes a list of entries`);
}

/** @param {unknown} text @param {string} of */
function words(text, of) {
    if (typeof text === "string" && text.trim() !== "") return text;
    throw new Misuse(`${of} needs a text that tells the clinician what is missing`);
}

export function complete(entries) {
    if (list(entries, "complete").length > 0) return new Answer({ tag: "complete" }, entries);
    throw new Misuse(
        "complete([]) says nothing: use held(entries) when there may be none, nothingHeld() when the source answered and holds nothing, " +
            "statedNone() when it states that there are none",
    );
}

export function held(entries) {
    return list(entries, "held").length > 0 ? complete(entries) : nothingHeld();
}

export function partial(entries, text) {
    return new Answer({ tag: "partial", val: words(text, "partial(entries, text)") }, list(entries, "partial"));
}

export function unavailable(text) {
    return new Answer({ tag: "unavailable", val: words(text, "unavailable(text)") }, []);
}

export function statedNone(when = null) {
    if (when !== null && typeof when !== "string") throw new Misuse("statedNone(when) takes a time as text, or nothing");
    return new Answer({ tag: "stated-none", val: when }, []);
}

export const nothingHeld = () => new Answer({ tag: "nothing-held" }, []);

export const unsupported = () => new Answer({ tag: "unsupported" }, []);
