// Writes what the SDK takes from the contract: `samsyn-adapter.d.ts` (its types, for editors) and `src/shapes.js` (the same for the running
// adapter, so that a wrong value is told by name before it reaches the host).
//
// `npm run generate` writes both; `test/contract.test.js` says when they are behind `wit/`. Not here: reading WIT (`wit.js`).
// Invariant: every type and function of the contract comes out, with its doc comment.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { readWit } from "./wit.js";

/** @typedef {import("./wit.js").Interface} Interface @typedef {import("./wit.js").Item} Item @typedef {import("./wit.js").WitType} WitType */

/** In the repository, and in a project that has the SDK as `sdk/`. */
const WIT =
    ["../../../../wit/", "../../wit/"].map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url)) ??
    new URL("../../wit/", import.meta.url);
const TYPES = new URL("../samsyn-adapter.d.ts", import.meta.url);
const SHAPES = new URL("../src/shapes.js", import.meta.url);

const NOTICE = "generated from the contract (wit/*.wit and wit/vocabulary.json) by `npm run generate`. Do not edit.";

/** Both files, as they are to be. */
export function generate() {
    const files = readdirSync(WIT)
        .filter((name) => name.endsWith(".wit"))
        .sort();
    const interfaces = files.flatMap((name) => readWit(readFileSync(new URL(name, WIT), "utf8"), name));
    const words = vocabularies(JSON.parse(readFileSync(new URL("vocabulary.json", WIT), "utf8")));
    return [
        { file: TYPES, text: typesOf(interfaces, words) },
        { file: SHAPES, text: shapesOf(interfaces) },
    ];
}

/** Words by "record.field". */
function vocabularies(document) {
    const words = new Map();
    for (const { used_in, words: known } of document.vocabularies) {
        const places = used_in
            .split(";")[0]
            .replace(/\(.*\)/, "")
            .split(",");
        for (const place of places)
            words.set(
                place.trim(),
                known.map(({ word }) => word),
            );
    }
    return words;
}

const pascal = (name) => name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** Interfaces whose types have names that a JavaScript engine uses for something else. */
const PREFIXES = { http: "Http", log: "Log" };

/** The name of a type in TypeScript. @param {Interface[]} interfaces @param {Interface} within @param {string} name */
function typeName(interfaces, within, name) {
    const home = within.uses.get(name) ?? within.name;
    const found = interfaces.find(({ name: known }) => known === home)?.items.some((item) => item.name === name);
    if (!found) throw new Error(`${within.name} uses ${name}, which ${home} does not have`);
    return (PREFIXES[home] ?? "") + pascal(name);
}

const comment = (lines, indent = "") => {
    const safe = lines.map((line) => line.replaceAll("*/", "*\\/"));
    if (safe.length === 0) return "";
    if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
    return `${indent}/**\n${safe.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
};

/** @param {WitType} type @param {(name: string) => string} refer @returns {string} */
function written(type, refer) {
    const inner = () => written(type.of[0], refer);
    switch (type.name) {
        case "string":
            return "string";
        case "bool":
            return "boolean";
        case "u8":
        case "u16":
        case "u32":
            return "number";
        case "option":
            return `${inner()} | null`;
        case "list":
            return type.of[0].name === "u8" ? "Uint8Array" : `${inner().includes("|") ? `(${inner()})` : inner()}[]`;
        case "ref":
            return refer(type.ref);
        default:
            throw new Error(`no TypeScript for ${type.name}`);
    }
}

function typesOf(interfaces, words) {
    const parts = [
        `// The adapter contract in TypeScript: ${NOTICE}\n//\n` +
            "// An option is `null` when it is empty. What an adapter is written with is in `index.d.ts`; these are the types behind it.\n\n" +
            "/** A word of an open vocabulary: one of these, or a word of the source's own, which is shown as it is. */\n" +
            "export type Word<Known extends string> = Known | (string & {});\n",
    ];
    for (const within of interfaces) {
        const refer = (name) => typeName(interfaces, within, name);
        const types = within.items.filter(({ kind }) => kind !== "func");
        parts.push(...types.map((item) => typeOf(item, refer, words)));
        const functions = within.items.filter(({ kind }) => kind === "func");
        if (functions.length > 0) parts.push(functionsOf(within, functions, refer));
    }
    return parts.join("\n");
}

/** @param {Item} item */
function typeOf(item, refer, words) {
    const name = refer(item.name);
    const head = comment(item.docs);
    if (item.kind === "alias") return `${head}export type ${name} = ${written(item.type, refer)};\n`;
    if (item.kind === "record") {
        const fields = item.members.map((member) => {
            const known = words.get(`${item.name}.${member.name}`);
            const plain = written(member.type, refer);
            const type =
                known && plain.startsWith("string")
                    ? plain.replace("string", `Word<${known.map((word) => `"${word}"`).join(" | ")}>`)
                    : plain;
            return `${comment(member.docs, "    ")}    ${camel(member.name)}: ${type};\n`;
        });
        return `${head}export interface ${name} {\n${fields.join("")}}\n`;
    }
    const cases = item.members.map((member) => {
        const tag = `"${member.name}"`;
        if (item.kind === "enum") return `${comment(member.docs, "    ")}    | ${tag}`;
        const payload = member.type === undefined ? "" : `; val: ${written(member.type, refer)}`;
        return `${comment(member.docs, "    ")}    | { tag: ${tag}${payload} }`;
    });
    return `${head}export type ${name} =\n${cases.join("\n")};\n`;
}

/** @param {Interface} within @param {Item[]} functions */
function functionsOf(within, functions, refer) {
    const methods = functions.map((item) => {
        const parameters = item.members.map(({ name, type }) => `${camel(name)}: ${written(type, refer)}`).join(", ");
        const { docs, result } = resultOf(item, refer);
        return `${comment([...item.docs, ...docs], "    ")}    ${camel(item.name)}(${parameters}): ${result};\n`;
    });
    return `${comment(within.docs)}export interface ${pascal(within.name)}Interface {\n${methods.join("")}}\n`;
}

function resultOf(item, refer) {
    const { result } = item;
    if (result === null) return { docs: [], result: "void" };
    const ok = (type) => (type.name === "_" ? "void" : written(type, refer));
    if (result.name === "result") {
        return { docs: [`@throws an error whose \`payload\` is ${written(result.of[1], refer)}.`], result: ok(result.of[0]) };
    }
    if (result.name === "list" && result.of[0].name === "result") {
        const [good, bad] = result.of[0].of;
        return { docs: [], result: `({ tag: "ok"; val: ${ok(good)} } | { tag: "err"; val: ${ok(bad)} })[]` };
    }
    return { docs: [], result: written(result, refer) };
}

/** Shapes: what a value must be, in a form that is quick to walk. */
function shapesOf(interfaces) {
    const shapes = [];
    for (const within of interfaces) {
        const refer = (name) => typeName(interfaces, within, name);
        const shape = (type) => shapeOf(type, refer);
        for (const item of within.items.filter(({ kind }) => kind !== "func")) {
            shapes.push(`    ${refer(item.name)}: ${JSON.stringify(itemShape(item, shape))},\n`);
        }
    }
    return (
        `// The contract's types for the running adapter: ${NOTICE}\n//\n` +
        '// `s` text, `b` yes or no, `u` a whole number, `y` bytes, `["o", T]` may be left out, `["l", T]` a list, `["r", NAME]` a type below.\n\n' +
        `export const SHAPES = {\n${shapes.join("")}};\n`
    );
}

function itemShape(item, shape) {
    if (item.kind === "alias") return ["a", shape(item.type)];
    if (item.kind === "enum") return ["e", item.members.map(({ name }) => name)];
    const members = item.members.map(({ name, type }) => [
        item.kind === "record" ? camel(name) : name,
        type === undefined ? null : shape(type),
    ]);
    return [item.kind === "record" ? "record" : "variant", Object.fromEntries(members)];
}

function shapeOf(type, refer) {
    switch (type.name) {
        case "string":
            return "s";
        case "bool":
            return "b";
        case "u8":
        case "u16":
        case "u32":
            return "u";
        case "option":
            return ["o", shapeOf(type.of[0], refer)];
        case "list":
            return type.of[0].name === "u8" ? "y" : ["l", shapeOf(type.of[0], refer)];
        case "ref":
            return ["r", refer(type.ref)];
        default:
            throw new Error(`no shape for ${type.name}`);
    }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
    for (const { file, text } of generate()) writeFileSync(file, text);
}
