// What an adapter is: its manifest, what it reads first, and one handler for each section that the manifest names.
//
// Not here: running it (`lookup.js`). Invariant: a section without handler, or a handler without section, is told when the adapter is built.

import { Misuse } from "./problem.js";
import { SECTIONS } from "./sections.js";

/** Marks what `defineAdapter` made. */
const ADAPTER = Symbol.for("samsyn.adapter");

/** @param {any} definition */
export function defineAdapter(definition) {
    const { manifest, prepare, sections } = definition ?? {};
    if (typeof manifest !== "object" || manifest === null || !Array.isArray(manifest.sections)) {
        throw new Misuse('defineAdapter needs "manifest": import it from manifest.json');
    }
    if (prepare !== undefined && typeof prepare !== "function") throw new Misuse('"prepare" is a function, or is left out');
    if (typeof sections !== "object" || sections === null)
        throw new Misuse('defineAdapter needs "sections": one function for each section of manifest.json');
    for (const name of Object.keys(definition)) {
        if (!["manifest", "prepare", "sections"].includes(name))
            throw new Misuse(`defineAdapter has no "${name}"; it has manifest, prepare and sections`);
    }
    checkSections(manifest.sections, sections);
    for (const [name, run] of Object.entries({ prepare, ...sections })) {
        if (run?.constructor?.name === "AsyncFunction")
            throw new Misuse(`"${name}" is async: take "async" and "await" away, ask.send waits by itself`);
    }
    return Object.freeze({ manifest, prepare, sections, [ADAPTER]: true });
}

function checkSections(named, handlers) {
    for (const section of named) {
        if (!SECTIONS.includes(section))
            throw new Misuse(`manifest.json names the section "${section}", which this SDK does not have; it has ${SECTIONS.join(", ")}`);
        if (typeof handlers[section] !== "function") {
            throw new Misuse(
                `section "${section}" has no handler: add it to "sections" in defineAdapter, or take it out of "sections" in manifest.json`,
            );
        }
    }
    for (const section of Object.keys(handlers)) {
        if (named.includes(section)) continue;
        throw new Misuse(
            `"sections" in defineAdapter has "${section}", which manifest.json does not name: add it there, or take the handler away`,
        );
    }
}

/** @param {unknown} value */
export const isAdapter = (value) => typeof value === "object" && value !== null && value[ADAPTER] === true;
