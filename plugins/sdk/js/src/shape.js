// Makes a value exactly what the contract says: what may be left out is filled in, what is wrong is told by name.
//
// Without this a wrong type would end the lookup as a bare trap. Not here: the types (`shapes.js`, generated).
// Invariant: a message names fields and types, never the content of a field.

import { wellFormed } from "./bytes.js";
import { SHAPES } from "./shapes.js";
import { Misuse } from "./problem.js";

/** Cases that stand for "the source says nothing". */
const NOT_STATED = "not-stated";

/** Values made here, which need not be looked at again. @type {WeakSet<object>} */
const filled = new WeakSet();

/** Registers what a builder made. @param {object} value */
export function markFilled(value) {
    filled.add(value);
    return value;
}

/**
 * The value as the contract wants it.
 * @param {string} type name of a type of the contract, e.g. `Service`
 * @param {unknown} value
 * @param {string} where for messages
 */
export function fill(type, value, where) {
    if (typeof value === "object" && value !== null && filled.has(value)) return value;
    const shape = SHAPES[type];
    switch (shape[0]) {
        case "a":
            return fillShape(shape[1], value, where);
        case "e":
            return fillEnum(shape[1], value, where);
        case "variant":
            return fillVariant(type, shape[1], value, where);
        default:
            return fillRecord(type, shape[1], value, where);
    }
}

function fillShape(shape, value, where) {
    switch (shape) {
        case "s":
            return typeof value === "string" ? wellFormed(value) : wrong(where, "text", value);
        case "b":
            return typeof value === "boolean" ? value : wrong(where, "true or false", value);
        case "u":
            return isCount(value) ? value : wrong(where, "a whole number from 0", value);
        case "y":
            return value instanceof Uint8Array ? value : wrong(where, "bytes (Uint8Array)", value);
        default:
            break;
    }
    const [kind, inner] = shape;
    if (kind === "o") return value === undefined || value === null ? null : fillShape(inner, value, where);
    if (kind === "r") return fill(inner, value, where);
    if (!Array.isArray(value)) return wrong(where, "a list", value);
    return value.map((item, place) => fillShape(inner, item, `${where}[${place}]`));
}

const isCount = (value) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

function fillEnum(cases, value, where) {
    if (cases.includes(value)) return value;
    throw new Misuse(`${where} must be one of ${cases.map((word) => `"${word}"`).join(", ")}, not ${kindOf(value)}`);
}

/** `"unsigned"`, `{ signed: … }`, or the contract's own `{ tag, val }`. */
function fillVariant(type, cases, value, where) {
    if (value === undefined && NOT_STATED in cases) return { tag: NOT_STATED };
    const [tag, payload] = caseOf(value);
    if (typeof tag !== "string" || !Object.hasOwn(cases, tag)) {
        throw new Misuse(
            `${where} must be one of ${Object.keys(cases)
                .map((word) => `"${word}"`)
                .join(", ")}, not ${kindOf(value)}`,
        );
    }
    const shape = cases[tag];
    if (shape !== null) return { tag, val: fillShape(shape, payload, `${where}.${tag}`) };
    if (payload !== undefined) throw new Misuse(`${where}: the case "${tag}" of ${type} holds nothing`);
    return { tag };
}

function caseOf(value) {
    if (typeof value === "string") return [value, undefined];
    if (typeof value !== "object" || value === null) return [undefined, undefined];
    if ("tag" in value) return [value.tag, value.val];
    const keys = Object.keys(value);
    return keys.length === 1 ? [keys[0], value[keys[0]]] : [undefined, undefined];
}

function fillRecord(type, fields, value, where) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(where, `an object (${type})`, value);
    const record = {};
    for (const name in fields) {
        const shape = fields[name];
        const given = value[name];
        if (given === undefined && shape[0] === "l") record[name] = [];
        else if (given === undefined && isRequired(shape))
            throw new Misuse(`${where}.${name} is missing: ${type} is not complete without it`);
        else record[name] = fillShape(shape, given, `${where}.${name}`);
    }
    for (const name in value) {
        if (!Object.hasOwn(fields, name))
            throw new Misuse(`${where} has no field ${safeName(name)}${suggestion(name, Object.keys(fields))}`);
    }
    return markFilled(record);
}

function isRequired(shape) {
    if (shape[0] === "o") return false;
    const target = shape[0] === "r" ? SHAPES[shape[1]] : null;
    return !(target !== null && target[0] === "variant" && NOT_STATED in target[1]);
}

const safeName = (name) => (/^[A-Za-z][A-Za-z_-]{0,40}$/.test(name) ? `"${name}"` : "of that name");

function suggestion(name, known) {
    const plain = (text) => text.toLowerCase().replace(/[^a-z]/g, "");
    const near = known.find((other) => plain(other) === plain(name) || distance(plain(other), plain(name)) <= 2);
    return near === undefined ? `; it has ${known.join(", ")}` : `; did you mean "${near}"?`;
}

/** How many letters two names differ by. */
function distance(a, b) {
    let row = Array.from({ length: b.length + 1 }, (_, place) => place);
    for (let i = 1; i <= a.length; i += 1) {
        const next = [i];
        for (let j = 1; j <= b.length; j += 1) {
            next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        }
        row = next;
    }
    return row[b.length];
}

function wrong(where, expected, value) {
    throw new Misuse(`${where} must be ${expected}, not ${kindOf(value)}`);
}

/** What a value is, without telling what it holds. */
export function kindOf(value) {
    if (value === undefined) return "undefined";
    if (value === null) return "null";
    if (Array.isArray(value)) return "a list";
    if (value instanceof Promise) return "a promise";
    return { string: "that text", number: "a number", boolean: "true or false", function: "a function" }[typeof value] ?? "an object";
}
