// What is known to be missing, by section: it turns an answer that says too much into one that is true.
//
// Not here: finding out what is missing (`ask.js`, `fields.js`, `pages.js`).
// Invariant: after a failed exchange a section is `partial` or `unavailable`, never `complete`, `stated-none` or `nothing-held`.

/** @typedef {{ tag: string, val?: unknown }} Status */

/** Failed exchanges and unreadable parts of one section, or of all. */
class Page {
    constructor() {
        /** Exchanges that failed. @type {string[]} */
        this.failed = [];
        /** What was left out of replies that came. @type {(() => string[])[]} */
        this.notes = [];
        /** Parts that are missing though others came, e.g. a page. @type {string[]} */
        this.lost = [];
    }
}

export class Book {
    constructor() {
        /** The section whose handler runs; null while `prepare` does. @type {string | null} */
        this.open = null;
        this.all = new Page();
        /** @type {Map<string, Page>} */
        this.pages = new Map();
    }

    /** Pages that something concerns: named sections, else the open section, else all. @param {readonly string[] | undefined} sections */
    concerned(sections) {
        if (sections !== undefined) return sections.map((section) => this.of(section));
        return [this.open === null ? this.all : this.of(this.open)];
    }

    /** @param {string} section */
    of(section) {
        let page = this.pages.get(section);
        if (page === undefined) this.pages.set(section, (page = new Page()));
        return page;
    }

    /** An exchange failed. @param {string} text @param {readonly string[]} [sections] */
    failed(text, sections) {
        for (const page of this.concerned(sections)) page.failed.push(text);
    }

    /** Something is missing though the rest came. @param {string} text @param {readonly string[]} [sections] */
    lost(text, sections) {
        for (const page of this.concerned(sections)) page.lost.push(text);
    }

    /** Notes that are still being written. @param {import("./fields.js").Notes} notes @param {readonly string[]} [sections] */
    follow(notes, sections) {
        for (const page of this.concerned(sections)) page.notes.push(() => notes.texts());
    }

    /**
     * The status of a section that answered this.
     * @param {string} section @param {Status} status
     * @returns {Status}
     */
    settle(section, status) {
        const pages = [this.all, this.of(section)];
        const failed = pages.flatMap((page) => page.failed);
        const lost = pages.flatMap((page) => [...page.lost, ...page.notes.flatMap((texts) => texts())]);
        const told = status.tag === "partial" || status.tag === "unavailable" ? [String(status.val)] : [];
        const text = [...new Set([...told, ...failed, ...lost])].join("; ");
        if (text === "" || status.tag === "unsupported" || status.tag === "unavailable") return status;
        const none = status.tag === "stated-none" || status.tag === "nothing-held";
        return none && failed.length > 0 ? { tag: "unavailable", val: text } : { tag: "partial", val: text };
    }
}
