// Follows "next page" until the source has no more, a page fails, a page comes again, or the bound is reached; and tells when it was cut.
//
// Not here: sending. Invariant: a list that was cut is never complete.

import { Misuse, Problem } from "./problem.js";
import { targetPath } from "./request.js";

/** Pages one list may have by default: the host allows 40 requests in all. */
const PAGES_MAX = 20;

/**
 * @template T
 * @param {{ send: (request: any) => import("./reply.js").Reply, words: import("./language.js").Words, lost: (text: string, sections?: readonly string[]) => void }} ask
 * @param {any} first the first request
 * @param {(reply: import("./reply.js").Reply, number: number) => { items: readonly T[], next?: any }} read
 * @param {{ max?: number, reply?: import("./reply.js").Reply }} [options] `reply`: the first page, when it has come already
 * @returns {{ items: T[], pages: number, cut: string | null }}
 */
export function followPages(ask, first, read, options = {}) {
    const max = options.max ?? PAGES_MAX;
    const items = [];
    const seen = new Set();
    const cutAt = (number, why) => {
        const cut = why(ask.words);
        ask.lost(cut, first.for);
        return { items, pages: number - 1, cut };
    };
    let request = first;
    for (let number = 1; ; number += 1) {
        if (number > max)
            return cutAt(number, (words) => words(`bara de första ${max} sidorna lästes`, `only the first ${max} pages were read`));
        seen.add(key(request));
        const page = number === 1 ? readPage(options.reply ?? ask.send(request), read, number) : laterPage(ask, request, read, number);
        if (page === null) return cutAt(number, (words) => words(`sida ${number} kunde inte läsas`, `page ${number} could not be read`));
        items.push(...page.items);
        if (page.next === null || page.next === undefined || page.next === "") return { items, pages: number, cut: null };
        request = nextRequest(first, page.next);
        if (seen.has(key(request))) {
            return cutAt(number + 1, (words) => words("källan gav samma sida igen", "the source gave the same page again"));
        }
    }
}

function readPage(reply, read, number) {
    const page = read(reply, number);
    if (typeof page !== "object" || page === null) throw new Misuse("the reader of a page gives { items, next }");
    if (!Array.isArray(page.items)) reply.malformed("page", `page ${number} holds no list`);
    return page;
}

/** Later pages that fail leave the earlier ones standing. */
function laterPage(ask, request, read, number) {
    try {
        return readPage(ask.send({ ...request, optional: true }), read, number);
    } catch (error) {
        if (error instanceof Problem) return null;
        throw error;
    }
}

/** A path or an absolute link goes to the same origin, in the same way as the first; anything else is a request of its own. */
function nextRequest(first, next) {
    if (typeof next !== "string") return next;
    const { path, link, query, ...same } = first;
    return next.startsWith("/") ? { ...same, path: next } : { ...same, link: next };
}

const key = (request) => JSON.stringify([request.method, request.link, targetPath(request), request.json, request.form, request.text]);
