// A small strict reader of XML with namespaces: enough for SOAP and for files, and nothing more.
//
// A document type, an entity beyond the five of XML itself, an unbound prefix, or depth beyond a bound is an error, so that no reply can make
// an adapter read something else or for ever. Not here: schemas. Invariant: an error names line and rule, never content.

const DEPTH_MAX = 100;
/** @type {Record<string, string>} */
const ENTITIES = { __proto__: null, lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const XML = "http://www.w3.org/XML/1998/namespace";
const NAME = /[A-Za-z_À-\uffff][A-Za-z0-9_.\-À-\uffff]*(?::[A-Za-z_À-\uffff][A-Za-z0-9_.\-À-\uffff]*)?/y;
const ATTRIBUTE = /\s+([^\s=<>/"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

/** One element. Names are local names; give a namespace only where two could be meant. */
export class XmlElement {
    /** @param {string} name @param {string} namespace @param {Map<string, string>} attributes */
    constructor(name, namespace, attributes) {
        this.name = name;
        this.namespace = namespace;
        this.attributes = attributes;
        /** @type {XmlElement[]} */
        this.children = [];
        this.ownText = "";
    }

    /** An attribute by local name; null when it is not there. @param {string} name */
    attribute(name) {
        return this.attributes.get(name) ?? null;
    }

    /** Children of this name. @param {string} name @param {string} [namespace] */
    all(name, namespace) {
        return this.children.filter((child) => child.name === name && (namespace === undefined || child.namespace === namespace));
    }

    /** The first element down this path of names; null when there is none. @param {...string} path @returns {XmlElement | null} */
    find(...path) {
        /** @type {XmlElement | null} */
        let found = this;
        for (const name of path) found = found?.all(name)[0] ?? null;
        return found;
    }

    /** The text down this path of names; null when it is not there or blank. @param {...string} path */
    text(...path) {
        const text = this.find(...path)?.ownText.trim() ?? "";
        return text === "" ? null : text;
    }
}

/** The root element. @param {string} text @returns {XmlElement} */
export function readXml(text) {
    return new XmlReader(text.replace(/^\ufeff/, "")).document();
}

class XmlReader {
    constructor(text) {
        this.text = text;
        this.at = 0;
    }

    fail(what) {
        const line = this.text.slice(0, this.at).split("\n").length;
        throw new Error(`XML, line ${line}: ${what}`);
    }

    document() {
        /** @type {{ element: XmlElement, name: string, scope: Map<string, string> }[]} */
        const open = [];
        let root = null;
        const scope = new Map([["xml", XML]]);
        while (this.at < this.text.length) {
            if (this.skipped()) continue;
            const current = open.at(-1);
            if (this.text.startsWith("</", this.at)) this.closing(open);
            else if (this.text[this.at] === "<" && !this.text.startsWith("<![CDATA[", this.at)) {
                if (current === undefined && root !== null) this.fail("a second root element");
                if (open.length >= DEPTH_MAX) this.fail(`deeper than ${DEPTH_MAX} elements`);
                const started = this.opening(current?.scope ?? scope);
                current?.element.children.push(started.element);
                root ??= started.element;
                if (!started.empty) open.push(started);
            } else this.content(current);
        }
        if (open.length > 0) this.fail("an element is never closed");
        return root ?? this.fail("no element");
    }

    /** Comments and processing instructions; a document type is refused. */
    skipped() {
        const starts = (mark) => this.text.startsWith(mark, this.at);
        if (starts("<!--")) this.past("-->", "a comment");
        else if (starts("<?")) this.past("?>", "an instruction");
        else if (starts("<!") && !starts("<![CDATA[")) this.fail("a document type is not read");
        else return false;
        return true;
    }

    past(end, what) {
        const found = this.text.indexOf(end, this.at);
        if (found < 0) this.fail(`${what} is never closed`);
        const inside = this.text.slice(this.at, found);
        this.at = found + end.length;
        return inside;
    }

    matched(pattern) {
        pattern.lastIndex = this.at;
        const match = pattern.exec(this.text);
        if (match !== null) this.at = pattern.lastIndex;
        return match;
    }

    name() {
        return this.matched(NAME)?.[0] ?? this.fail("a name is expected");
    }

    opening(outer) {
        this.at += 1;
        const name = this.name();
        const written = new Map();
        for (let match = this.matched(ATTRIBUTE); match !== null; match = this.matched(ATTRIBUTE)) {
            if (written.has(match[1])) this.fail("an attribute stands twice");
            written.set(match[1], this.decoded(match[2] ?? match[3], match.index));
        }
        const end = this.matched(/\s*(\/?)>/y);
        if (end === null) this.fail("a tag that cannot be read");
        const scope = this.scope(outer, written);
        const [namespace, local] = this.resolved(name, scope, true);
        const attributes = new Map();
        // One without prefix comes last, so that it is the one found under its name.
        const own = [...written].filter(([key]) => key !== "xmlns" && !key.startsWith("xmlns:"));
        for (const [key, value] of own.sort(([a], [b]) => Number(b.includes(":")) - Number(a.includes(":")))) {
            attributes.set(this.resolved(key, scope, false)[1], value);
        }
        return { element: new XmlElement(local, namespace, attributes), name, scope, empty: end[1] === "/" };
    }

    scope(outer, written) {
        let scope = outer;
        for (const [key, value] of written) {
            if (key !== "xmlns" && !key.startsWith("xmlns:")) continue;
            if (scope === outer) scope = new Map(outer);
            scope.set(key === "xmlns" ? "" : key.slice(6), value);
        }
        return scope;
    }

    /** @returns {[string, string]} */
    resolved(name, scope, isElement) {
        const colon = name.indexOf(":");
        if (colon < 0) return [isElement ? (scope.get("") ?? "") : "", name];
        return [scope.get(name.slice(0, colon)) ?? this.fail("a prefix that is bound to no namespace"), name.slice(colon + 1)];
    }

    closing(open) {
        this.at += 2;
        const name = this.name();
        if (this.matched(/\s*>/y) === null) this.fail("a tag that cannot be read");
        if (open.pop()?.name !== name) this.fail("an element is closed that is not the open one");
    }

    content(current) {
        let text;
        if (this.text.startsWith("<![CDATA[", this.at)) text = this.past("]]>", "a CDATA section").slice(9);
        else {
            const end = this.text.indexOf("<", this.at);
            const raw = this.text.slice(this.at, end < 0 ? this.text.length : end);
            text = this.decoded(raw, this.at);
            this.at += raw.length;
        }
        if (current !== undefined) current.element.ownText += text;
        else if (text.trim() !== "") this.fail("text outside the root element");
    }

    /** @param {string} raw @param {number} from where it stands */
    decoded(raw, from) {
        if (!raw.includes("&")) return raw;
        return raw.replace(/&([^;&]{0,12})(;?)/g, (_, name, end, offset) => {
            const character = end === "" ? undefined : (ENTITIES[name] ?? characterOf(name));
            if (character !== undefined) return character;
            this.at = from + offset;
            return this.fail("an & that begins none of XML's own entities");
        });
    }
}

/** `#229` or `#xe5`. @param {string} name */
function characterOf(name) {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    if (number === null) return undefined;
    const code = number[1] === undefined ? Number.parseInt(number[2], 10) : Number.parseInt(number[1], 16);
    const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
    return allowed ? String.fromCodePoint(code) : undefined;
}
