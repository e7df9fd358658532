// An error that nobody caught, in words that may be logged: its type, its place in the author's source, and its text when that holds no data.
//
// Not here: what becomes of the lookup (`lookup.js`). Invariant: what is told never holds an identifier of the query, nor a piece of a reply.

import { Misuse } from "./problem.js";

/** @typedef {{ file: string, line: number } | null} Place */

/**
 * @param {unknown} error
 * @param {import("../samsyn-adapter.js").Query} query
 * @param {(error: Error) => Place} locate
 */
export function describeUncaught(error, query, locate) {
    if (!(error instanceof Error))
        return `uncaught ${typeof error === "object" ? "object" : typeof error} (throw an Error, then its place is told)`;
    const place = locate(error);
    const at = place === null ? "" : ` at ${place.file}:${place.line}`;
    const text = isSafe(error, query) ? `: ${oneLine(error.message)}` : "";
    return `uncaught ${oneLine(error.name)}${text}${at}`;
}

const oneLine = (text) => String(text).replace(/\s+/g, " ").slice(0, 300);

/** A parser quotes what it could not read, and an author's text may hold anything: both are kept back when they could name somebody. */
function isSafe(error, query) {
    if (error instanceof Misuse) return true;
    if (error.message === "" || error instanceof SyntaxError || error instanceof URIError) return false;
    if (/\d[\d -]{4,}\d/.test(error.message)) return false;
    const digits = error.message.replace(/\D/g, "");
    return !query.identifiers.some(
        ({ value }) => error.message.includes(value) || (digits.length > 0 && digits.includes(value.replace(/\D/g, "").slice(-10))),
    );
}
