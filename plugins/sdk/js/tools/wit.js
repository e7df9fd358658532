// Reads the part of WIT that the contract is written in: interfaces with types and functions, and their doc comments.
//
// Not here: what is made of it (`generate.js`). Worlds are skipped: an SDK always targets `producer`.
// Invariant: anything it does not know is an error with file and line, never left out.

/**
 * @typedef {{ name: string, of?: WitType[], ref?: string }} WitType
 * @typedef {{ name: string, type?: WitType, docs: string[] }} Member
 * @typedef {{ kind: "record" | "variant" | "enum" | "alias" | "func", name: string, docs: string[], members: Member[], type?: WitType, result?: WitType | null }} Item
 * @typedef {{ name: string, docs: string[], items: Item[], uses: Map<string, string> }} Interface
 */

const TOKEN = /\s+|\/\/\/[^\n]*|\/\/[^\n]*|->|[{}()<>:;,=@.*/]|%?[A-Za-z_][A-Za-z0-9_-]*|[0-9][0-9.]*/y;

/** Reads one file. @param {string} text @param {string} file @returns {Interface[]} */
export function readWit(text, file) {
    const reader = new Reader(tokens(text, file), file);
    const interfaces = [];
    while (!reader.done()) {
        const docs = reader.docs();
        const word = reader.take();
        if (word === "package") reader.skipTo(";");
        else if (word === "interface") interfaces.push(readInterface(reader, docs));
        else if (word === "world") reader.skipBlock();
        else reader.fail(`"${word}" begins nothing that is known here`);
    }
    return interfaces;
}

/** @param {string} text @param {string} file */
function tokens(text, file) {
    const found = [];
    let line = 1;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
        const at = TOKEN.lastIndex;
        const match = TOKEN.exec(text);
        if (match === null) throw new Error(`${file}:${line}: cannot read "${text.slice(at, at + 20)}"`);
        const word = match[0];
        if (!/^\s/.test(word) && (word.startsWith("///") || !word.startsWith("//"))) found.push({ word, line });
        line += word.split("\n").length - 1;
    }
    return found;
}

class Reader {
    /** @param {{ word: string, line: number }[]} found @param {string} file */
    constructor(found, file) {
        this.found = found;
        this.file = file;
        this.at = 0;
    }

    done() {
        return this.at >= this.found.length;
    }

    peek() {
        return this.found[this.at]?.word;
    }

    take() {
        const token = this.found[this.at];
        if (token === undefined) this.fail("the file ends too early");
        this.at += 1;
        return token.word;
    }

    /** @param {string} word */
    expect(word) {
        const taken = this.take();
        if (taken !== word) this.fail(`"${word}" expected, "${taken}" found`);
    }

    /** Whether the next word is this one; takes it when it is. @param {string} word */
    accepts(word) {
        if (this.peek() !== word) return false;
        this.at += 1;
        return true;
    }

    name() {
        return this.take().replace(/^%/, "");
    }

    docs() {
        const lines = [];
        while (this.peek()?.startsWith("///")) lines.push(this.take().slice(3).trim());
        return lines;
    }

    /** @param {string} end */
    skipTo(end) {
        while (this.take() !== end);
    }

    skipBlock() {
        this.skipTo("{");
        for (let depth = 1; depth > 0;) {
            const word = this.take();
            depth += word === "{" ? 1 : word === "}" ? -1 : 0;
        }
    }

    /** @param {string} what @returns {never} */
    fail(what) {
        const line = this.found[Math.min(this.at, this.found.length - 1)]?.line;
        throw new Error(`${this.file}:${line}: ${what}`);
    }
}

/** @param {Reader} reader @param {string[]} docs @returns {Interface} */
function readInterface(reader, docs) {
    const name = reader.name();
    const found = { name, docs, items: [], uses: new Map() };
    reader.expect("{");
    while (!reader.accepts("}")) {
        const itemDocs = reader.docs();
        if (reader.accepts("use")) readUse(reader, found.uses);
        else found.items.push(readItem(reader, itemDocs));
    }
    return found;
}

/** @param {Reader} reader @param {Map<string, string>} uses */
function readUse(reader, uses) {
    const from = reader.name();
    reader.expect(".");
    reader.expect("{");
    while (!reader.accepts("}")) {
        uses.set(reader.name(), from);
        reader.accepts(",");
    }
    reader.expect(";");
}

/** @param {Reader} reader @param {string[]} docs @returns {Item} */
function readItem(reader, docs) {
    const word = reader.name();
    if (word === "type") {
        const name = reader.name();
        reader.expect("=");
        const type = readType(reader);
        reader.expect(";");
        return { kind: "alias", name, docs, members: [], type };
    }
    if (word === "record" || word === "variant" || word === "enum") {
        const name = reader.name();
        return { kind: word, name, docs, members: readMembers(reader, word) };
    }
    reader.expect(":");
    return readFunction(reader, word, docs);
}

/** @param {Reader} reader @param {"record" | "variant" | "enum"} kind */
function readMembers(reader, kind) {
    const members = [];
    reader.expect("{");
    while (!reader.accepts("}")) {
        const docs = reader.docs();
        const member = { name: reader.name(), docs };
        if (kind === "record") {
            reader.expect(":");
            member.type = readType(reader);
        } else if (kind === "variant" && reader.accepts("(")) {
            member.type = readType(reader);
            reader.expect(")");
        }
        members.push(member);
        if (!reader.accepts(",") && reader.peek() !== "}") reader.fail('"," or "}" expected');
    }
    return members;
}

/** @param {Reader} reader @param {string} name @param {string[]} docs @returns {Item} */
function readFunction(reader, name, docs) {
    reader.expect("func");
    reader.expect("(");
    const members = [];
    while (!reader.accepts(")")) {
        const parameter = { name: reader.name(), docs: [] };
        reader.expect(":");
        parameter.type = readType(reader);
        members.push(parameter);
        reader.accepts(",");
    }
    const result = reader.accepts("->") ? readType(reader) : null;
    reader.expect(";");
    return { kind: "func", name, docs, members, result };
}

const PRIMITIVES = new Set(["string", "bool", "u8", "u16", "u32"]);

/** @param {Reader} reader @returns {WitType} */
function readType(reader) {
    const name = reader.name();
    if (name === "list" || name === "option" || name === "result") {
        const of = [];
        if (reader.accepts("<")) {
            do of.push(reader.accepts("_") ? { name: "_" } : readType(reader));
            while (reader.accepts(","));
            reader.expect(">");
        }
        return { name, of };
    }
    return PRIMITIVES.has(name) ? { name } : { name: "ref", ref: name };
}
