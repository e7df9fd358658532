// A strict reader of separated values, as RFC 4180 has them, with `;` or any other separator.
//
// Not here: which bytes the text was (`reply.csv`). Invariant: a row of another length than the first line is told by its line, never
// filled up or cut.

/**
 * @param {string} text
 * @param {{ separator?: string, required?: readonly string[] }} [options]
 * @returns {{ header: string[], rows: Record<string, string>[], faults: { line: number, fields: number }[] }}
 */
export function readCsv(text, { separator = ";", required = [] } = {}) {
    if (separator.length !== 1 || separator === '"') throw new Error("the separator is one character, and no quotation mark");
    const lines = records(text.replace(/^\ufeff/, ""), separator);
    const header = lines.shift()?.fields.map((name) => name.trim());
    if (header === undefined || header.every((name) => name === "")) throw new Error("there is no first line with names");
    const twice = header.find((name, place) => header.indexOf(name) !== place);
    if (twice !== undefined) throw new Error("a name stands twice in the first line");
    const absent = required.filter((name) => !header.includes(name));
    if (absent.length > 0) throw new Error(`the first line has no column ${absent.join(", ")}`);
    const rows = [];
    const faults = [];
    for (const { line, fields } of lines) {
        if (fields.length === header.length) rows.push(Object.fromEntries(header.map((name, place) => [name, fields[place]])));
        else faults.push({ line, fields: fields.length });
    }
    return { header, rows, faults };
}

/** @returns {{ line: number, fields: string[] }[]} */
function records(text, separator) {
    const found = [];
    const unquoted = new RegExp(`[^${separator === "\\" || separator === "]" || separator === "^" ? "\\" : ""}${separator}\\r\\n]*`, "y");
    let at = 0;
    let line = 1;
    while (at < text.length) {
        const start = line;
        const fields = [];
        for (let more = true; more;) {
            const field = text[at] === '"' ? quoted(text, at, line) : plain(text, at, unquoted, line);
            fields.push(field.value);
            line += field.value.split("\n").length - 1;
            at = field.end;
            more = text[at] === separator;
            if (more) at += 1;
            else if (at < text.length && text[at] !== "\n" && text[at] !== "\r")
                throw new Error(`line ${line}: text after a closing quotation mark`);
        }
        if (text[at] === "\r") at += 1;
        if (text[at] === "\n") at += 1;
        line += 1;
        if (fields.length > 1 || fields[0] !== "") found.push({ line: start, fields });
    }
    return found;
}

function plain(text, at, unquoted, line) {
    unquoted.lastIndex = at;
    const value = unquoted.exec(text)[0];
    if (value.includes('"')) throw new Error(`line ${line}: a quotation mark inside a field that does not begin with one`);
    return { value, end: at + value.length };
}

function quoted(text, at, line) {
    let value = "";
    for (let from = at + 1; ;) {
        const end = text.indexOf('"', from);
        if (end < 0) throw new Error(`line ${line}: a quotation mark is never closed`);
        value += text.slice(from, end);
        if (text[end + 1] !== '"') return { value, end: end + 1 };
        value += '"';
        from = end + 2;
    }
}
