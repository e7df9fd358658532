// One lookup: prepare, then each section's handler in turn, and exactly one status for every section asked for.
//
// Not here: what a handler may answer (`answer.js`), what makes an answer less than it says (`book.js`).
// Invariant: whatever a handler does, its section gets one status and the next handler runs.

import { Answer } from "./answer.js";
import { Ask } from "./ask.js";
import { Book } from "./book.js";
import { LookupFailure, Misuse, Problem } from "./problem.js";
import { pushesOf } from "./sections.js";
import { kindOf } from "./shape.js";
import { describeUncaught } from "./uncaught.js";

/**
 * Runs one lookup. Gives the failure of the whole lookup, or null.
 * @param {any} definition @param {import("../samsyn-adapter.js").Query} query @param {any} host
 * @param {(error: Error) => import("./uncaught.js").Place} locate
 * @returns {import("../samsyn-adapter.js").Failure | null}
 */
export function lookup(definition, query, host, locate) {
    const book = new Book();
    const ask = new Ask(definition.manifest, query, host, book);
    const asked = [...new Set(query.sections)];
    const own = asked.filter((section) => Object.hasOwn(definition.sections, section));
    for (const section of asked) {
        if (!own.includes(section)) host.sink.status(section, { tag: "unsupported" });
    }
    const run = { definition, query, host, locate, book, ask };
    const failed = (error) => failureOf(error, run);
    let prepared;
    try {
        prepared = settled(definition.prepare?.(ask), "prepare");
    } catch (error) {
        return failed(error);
    }
    for (const section of own) {
        try {
            answerSection(run, section, prepared);
        } catch (error) {
            return failed(error);
        }
    }
    return null;
}

/** Throws only what ends the whole lookup. */
function answerSection(run, section, prepared) {
    const { book, host } = run;
    book.open = section;
    let answer;
    let pushes;
    try {
        answer = checked(settled(run.definition.sections[section](run.ask, prepared), `sections["${section}"]`), section);
        pushes = pushesOf(section, answer.entries);
    } catch (error) {
        if (error instanceof LookupFailure) throw error;
        host.sink.status(section, { tag: "unavailable", val: reason(error, run, section) });
        return;
    }
    for (const { sink, value } of pushes) host.sink[sink](value);
    host.sink.status(section, book.settle(section, answer.status));
}

/** What the clinician reads of a handler that threw; what the administrator needs goes to the log. */
function reason(error, { ask, host, query, locate }, section) {
    if (error instanceof Problem) {
        host.log.log("warn", `section ${section}: ${error.code}: ${error.administrator}`);
        return error.text;
    }
    host.log.log("error", `section ${section}: ${describeUncaught(error, query, locate)}`);
    return ask.text(
        "ett fel i adaptern gjorde att uppgifterna inte kunde läsas",
        "a fault in the adapter kept the information from being read",
    );
}

function failureOf(error, { host, query, locate }) {
    if (error instanceof Problem) return failureOf(error.failure(), { host, query, locate });
    if (error instanceof LookupFailure) {
        const { kind, code, message, retryAfterMs } = error;
        return { kind, code, message, retryAfterMs };
    }
    const message = describeUncaught(error, query, locate);
    host.log.log("error", message);
    return { kind: "internal", code: "uncaught", message, retryAfterMs: null };
}

/** A promise would end after the lookup has: nothing in an adapter waits. */
function settled(value, name) {
    if (value !== null && typeof value === "object" && typeof value.then === "function") {
        throw new Misuse(`${name} gives a promise: take "async" and "await" away, ask.send waits by itself`);
    }
    return value;
}

function checked(answer, section) {
    if (answer instanceof Answer) return answer;
    throw new Misuse(
        `sections["${section}"] ended with ${kindOf(answer)} instead of an answer: return complete, held, partial, unavailable, statedNone, nothingHeld or unsupported`,
    );
}
