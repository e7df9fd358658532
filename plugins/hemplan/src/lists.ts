// Asking for the lists that the sections need: all first pages at once, then what follows, list by list.
//
// Not here: what a record means. Invariant: a list that failed, was cut, has another number of records than it states, or may not be read, is
// known to every section it carries.

import { Problem } from "samsyn-adapter";
import type { Outcome, Reply, Request } from "samsyn-adapter";
import type manifest from "../manifest.json";
import type { Ask } from "./ask.ts";
import type { Customer } from "./search.ts";

type SectionOf = (typeof manifest)["sections"][number];
type Asked = Request<typeof manifest>;

/** Sections that each list carries, and its name for the clinician. */
const LISTS = {
    insatser: { for: ["services"], swedish: "insatserna", english: "the services" },
    besok: { for: ["services"], swedish: "besöken", english: "the visits" },
    tilltrade: { for: ["services", "documents"], swedish: "larm och tillträde", english: "alarm and access" },
    kontakter: { for: ["contacts"], swedish: "kontakterna", english: "the contacts" },
    genomforandeplaner: { for: ["plans"], swedish: "genomförandeplanerna", english: "the implementation plans" },
    delegeringar: { for: ["plans"], swedish: "delegeringarna", english: "the delegations" },
} as const satisfies Record<string, { for: readonly SectionOf[]; swedish: string; english: string }>;

export type ListName = keyof typeof LISTS;

/** Pages of one list: the host allows 40 requests in all. */
const PAGES_MAX = 6;
const DAY_MS = 86_400_000;
const VISIT_DAYS = { fallback: 7, max: 28 };

export class Lists {
    readonly #ask: Ask;
    readonly #requests = new Map<ListName, Asked>();
    readonly #first: Record<string, Outcome> = {};
    readonly #permitted: readonly string[] | null;

    /** Sends the first page of every list that is asked for and may be read. */
    constructor(ask: Ask, customer: Customer | null) {
        this.#ask = ask;
        this.#permitted = customer === null ? null : customer.permitted;
        if (customer === null) return;
        for (const name of Object.keys(LISTS) as ListName[]) {
            const wanted = LISTS[name].for.filter((section) => ask.asks(section));
            if (wanted.length > 0 && customer.permitted.includes(name)) this.#requests.set(name, request(ask, customer.id, name, wanted));
        }
        this.#first = ask.sendAll(Object.fromEntries(this.#requests));
    }

    /** The records of a list; throws when it could not be read. */
    read(name: ListName): unknown[] {
        if (this.#permitted === null) return [];
        const about = this.#ask.text(LISTS[name].swedish, LISTS[name].english);
        const first = this.#requests.get(name);
        const outcome = this.#first[name];
        if (first === undefined || outcome === undefined) {
            const why = this.#ask.text("nyckeln ger inte rätt att läsa dem", "the key gives no right to read them");
            throw this.#ask.problem("upstream-rejected", "permission", `${about}: ${why}`);
        }
        let stated: unknown;
        const { items, cut } = this.#ask.pages(
            first,
            (reply, number) => {
                if (number === 1) stated = reply.object().antal;
                return { items: reply.list("poster").map((post) => withCustomer(reply, post)), next: reply.object().nasta };
            },
            { max: PAGES_MAX, reply: outcome.reply },
        );
        if (cut === null && stated !== items.length) this.#ask.missing(wrongCount(this.#ask, about, items.length));
        return items;
    }

    /** The records of a list that is one part of a section; none when it could not be read, which the section then says. */
    part(name: ListName): unknown[] {
        try {
            return this.read(name);
        } catch (error) {
            if (error instanceof Problem) return [];
            throw error;
        }
    }
}

function wrongCount(ask: Ask, about: string, came: number): string {
    return ask.text(
        `${about}: källan lämnade ${came} poster och uppger ett annat antal`,
        `${about}: the source gave ${came} records and states another number`,
    );
}

function request(ask: Ask, customer: string, name: ListName, wanted: readonly SectionOf[]): Asked {
    const { swedish, english } = LISTS[name];
    const period = name === "besok" ? visitPeriod(ask) : {};
    return {
        origin: "hemplan",
        path: `/plan/v1/kunder/${customer}/${name}`,
        query: period,
        credential: "nyckel",
        about: ask.text(swedish, english),
        for: wanted,
    };
}

/** Local days around the moment of the lookup. */
function visitPeriod(ask: Ask): { fran: string; till: string } {
    const written = Number(ask.setting("besok-dagar") ?? VISIT_DAYS.fallback);
    const days = Number.isInteger(written) && written >= 1 && written <= VISIT_DAYS.max ? written : VISIT_DAYS.fallback;
    const today = Date.parse(`${ask.now.slice(0, 10)}T00:00:00Z`);
    const day = (offset: number) => new Date(today + offset * DAY_MS).toISOString().slice(0, 10);
    return { fran: day(-days), till: day(days) };
}

/** A page says whom it is about, once for all of its records: each record carries it from here on. */
function withCustomer(reply: Reply, post: unknown): unknown {
    const isRecord = typeof post === "object" && post !== null && !Array.isArray(post);
    return isRecord ? { ...post, personnummer: reply.object("kund").personnummer } : post;
}
