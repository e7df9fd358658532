// Reads a JSON record field by field, so that a wrong field is named instead of dropped or guessed.
//
// Not here: what a field means. Invariant: a field that is there and cannot be read leaves a note, a section with notes is never
// complete, and a note holds names of fields, never their content.

import { Skipped } from "./problem.js";
import { clock, when } from "./when.js";

/** Longest text that is kept where a time was expected. */
const UNREADABLE_TIME_MAX = 100;

/** What could not be read, by field. */
export class Notes {
    /** @type {Map<string, { flaw: "missing" | "unreadable", field: string, count: number }>} */
    #flaws = new Map();

    /** @param {import("./language.js").Words} words */
    constructor(words) {
        this.words = words;
    }

    /** @param {"missing" | "unreadable"} flaw @param {string} field */
    add(flaw, field) {
        // A name may be anything the source writes; only what looks like one is repeated.
        const name = /^[A-Za-zåäöÅÄÖ._-]{1,80}$/.test(field) ? field : "?";
        const known = this.#flaws.get(`${flaw} ${name}`) ?? { flaw, field: name, count: 0 };
        known.count += 1;
        this.#flaws.set(`${flaw} ${name}`, known);
    }

    /** One text per kind of flaw and field, for the clinician. */
    texts() {
        return Array.from(this.#flaws.values(), ({ flaw, field, count }) =>
            flaw === "missing"
                ? this.words(
                      `fältet ${field} saknas, uppgiften visas inte (${count} st)`,
                      `field ${field} is missing, not shown (${count})`,
                  )
                : this.words(`fältet ${field} gick inte att läsa (${count} st)`, `field ${field} could not be read (${count})`),
        );
    }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads every record of a list; one that cannot be shown is left out and noted.
 * @template T
 * @param {unknown} list @param {string} name @param {Notes} notes @param {(fields: Fields) => T} read @param {string} [path]
 * @returns {T[]}
 */
export function readEach(list, name, notes, read, path = name) {
    if (!Array.isArray(list)) {
        notes.add("unreadable", path);
        return [];
    }
    const entries = [];
    for (const item of list) {
        if (!isObject(item)) {
            notes.add("unreadable", path);
            continue;
        }
        try {
            entries.push(read(new Fields(item, path, notes)));
        } catch (error) {
            if (!(error instanceof Skipped)) throw error;
        }
    }
    return entries;
}

/** One JSON object being read. */
export class Fields {
    #object;
    #path;
    #notes;
    /** Keys whose note is written already. @type {Set<string>} */
    #noted = new Set();

    /** @param {Record<string, unknown>} object @param {string} path @param {Notes} notes */
    constructor(object, path, notes) {
        this.#object = object;
        this.#path = path;
        this.#notes = notes;
    }

    #name(key) {
        return this.#path === "" ? key : `${this.#path}.${key}`;
    }

    /** The value as it is; null when it is not there. @param {string} key @returns {any} */
    raw(key) {
        return Object.hasOwn(this.#object, key) ? (this.#object[key] ?? null) : null;
    }

    /** Whether the field is there at all. @param {string} key */
    has(key) {
        return this.raw(key) !== null;
    }

    /** Notes that a field could not be read; the rest of the record is kept. @param {string} key @returns {null} */
    unreadable(key) {
        this.#noted.add(key);
        this.#notes.add("unreadable", this.#name(key));
        return null;
    }

    /** Leaves the record out and says which field it cannot be shown without. @param {string} key @returns {never} */
    skip(key) {
        if (!this.#noted.has(key)) this.#notes.add("missing", this.#name(key));
        throw new Skipped(key);
    }

    #read(key, accepts) {
        const value = this.raw(key);
        if (value === null) return null;
        return accepts(value) ? value : this.unreadable(key);
    }

    /** Text; blank is null. @param {string} key @returns {string | null} */
    text(key) {
        const text = this.#read(key, (value) => typeof value === "string");
        return text === null || text.trim() === "" ? null : text;
    }

    /** Text without which the record cannot be shown. @param {string} key @returns {string} */
    required(key) {
        return this.text(key) ?? this.skip(key);
    }

    /** @param {string} key @returns {boolean | null} */
    flag(key) {
        return this.#read(key, (value) => typeof value === "boolean");
    }

    /** A count or an order. @param {string} key @returns {number | null} */
    count(key) {
        return this.#read(key, (value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff);
    }

    /** Any number. @param {string} key @returns {number | null} */
    number(key) {
        return this.#read(key, (value) => typeof value === "number");
    }

    /**
     * A time in a form of the contract. One that cannot be read leaves a note and is kept as it is written: the host shows such a text and
     * never reckons with it, while a lost end date would make a record look valid for ever.
     * @param {string} key @returns {string | null}
     */
    time(key) {
        const written = this.text(key);
        if (written === null) return null;
        const read = when(written);
        if (read === null) this.unreadable(key);
        return read ?? (written.length <= UNREADABLE_TIME_MAX ? written : null);
    }

    /** A local clock time, `HH:MM`. @param {string} key @returns {string | null} */
    clock(key) {
        const written = this.text(key);
        return written === null ? null : (clock(written) ?? this.unreadable(key));
    }

    /** The contract's word for the source's; a word outside the table passes unchanged, so that it is shown. @param {string} key */
    word(key, table) {
        const word = this.text(key);
        return word === null ? null : Object.hasOwn(table, word) ? table[word] : word;
    }

    /** One of a closed set; a word outside the table leaves a note. @param {string} key */
    oneOf(key, table) {
        const word = this.text(key);
        return word === null ? null : Object.hasOwn(table, word) ? table[word] : this.unreadable(key);
    }

    /** An object inside. @param {string} key @returns {Fields | null} */
    inner(key) {
        const value = this.#read(key, isObject);
        return value === null ? null : new Fields(value, this.#name(key), this.#notes);
    }

    /** Records in a list inside; a missing list is an empty one. @template T @param {string} key @param {(fields: Fields) => T} read @returns {T[]} */
    each(key, read) {
        return this.has(key) ? readEach(this.raw(key), key, this.#notes, read, this.#name(key)) : [];
    }

    /** Texts in a list inside. @param {string} key @returns {string[]} */
    texts(key) {
        const list = this.#read(key, Array.isArray) ?? [];
        const texts = list.filter((item) => typeof item === "string");
        if (texts.length < list.length) this.unreadable(key);
        return texts;
    }
}
