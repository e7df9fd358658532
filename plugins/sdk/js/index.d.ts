// What an adapter is written with.
//
// The contract's own types are in `samsyn-adapter.d.ts`, generated from wit/. Here is what stands in front of them: an adapter, the question
// it is asked, requests and replies, answers, entries. Invariant: what the contract forbids is a type error where types can say it.

import type {
    Alert,
    CareLimit,
    Concept,
    Consent,
    Contact,
    Document,
    Failure,
    FailureKind,
    FunctionalAssessment,
    HttpHeader,
    Identifier,
    Infection,
    LogLevel,
    Medication,
    PersonDetails,
    Plan,
    Provenance,
    Query,
    Service,
    Vaccination,
    When,
} from "./samsyn-adapter.js";

export type * from "./samsyn-adapter.js";

// ---------------------------------------------------------------------------------------------------------------------- an adapter

/** What a handler of each section answers with. */
export interface SectionEntries {
    person: PersonDetails;
    alerts: Alert;
    "care-limits": CareLimit;
    services: Service;
    contacts: Contact;
    medications: Medication;
    "functional-status": FunctionalAssessment;
    plans: Plan;
    "covid-19": Vaccination | Infection;
    consents: Consent;
    documents: Document;
}

export type SectionName = keyof SectionEntries;

/** What of manifest.json this SDK reads. All of it is described in wit/manifest.schema.json. */
export interface Manifest {
    readonly sections: readonly string[];
    readonly origins?: readonly { readonly alias: string; readonly methods: readonly string[] }[];
    readonly credential_slots?: readonly { readonly name: string }[];
    readonly settings?: readonly { readonly key: string }[];
}

type OriginOf<M> = M extends { readonly origins: readonly { readonly alias: infer A extends string }[] } ? A : never;
type SlotOf<M> = M extends { readonly credential_slots: readonly { readonly name: infer N extends string }[] } ? N : never;
type SettingOf<M> = M extends { readonly settings: readonly { readonly key: infer K extends string }[] } ? K : never;
/** In code that is not written for one manifest any name will do; a name that is not there is told when it is used. */
type Name<M, Known> = Manifest extends M ? string : Known;

/** One handler for each section that manifest.json names, and no other. */
export type Handlers<M extends Manifest, Prepared> = {
    [S in M["sections"][number]]: S extends SectionName
        ? (ask: Ask<M>, prepared: Prepared) => Answer<SectionEntries[S]>
        : `manifest.json names the section "${S}", which this SDK does not have`;
};

export interface Adapter {
    readonly manifest: Manifest;
}

/**
 * The adapter. `export default` it from `src/adapter`.
 *
 * `prepare` runs first, for what several sections need; what it returns is handed to every handler. An error it lets through ends the
 * lookup. Each handler runs if its section is asked for, and its answer is pushed when it returns. An error a handler lets through makes its
 * section `unavailable`; the others go on.
 */
export function defineAdapter<const M extends Manifest, Prepared = undefined>(definition: {
    manifest: M;
    prepare?: (ask: Ask<M>) => Prepared;
    sections: Handlers<M, NoInfer<Prepared>>;
}): Adapter;

/** `type Ask = AskOf<typeof manifest>`: the question, with the origins, slots and settings of one manifest. */
export type AskOf<M extends Manifest> = Ask<M>;

// ------------------------------------------------------------------------------------------------------------------------- the question

/** The question, and what may be used to answer it. */
export interface Ask<M extends Manifest = Manifest> {
    /** The patient, as the host prefers to name them. Never copy it into an entry: there the record's own number belongs. */
    readonly person: Identifier;
    /**
     * Whether a number as a source writes it is one of those asked for: with or without separators, with or without its century. A `+` is
     * written from the year in which somebody turns a hundred; without it ten digits mean a younger one.
     */
    isPatient(written: string): boolean;
    /** The moment of the lookup, with offset. There is no clock. */
    readonly now: string;
    /** The whole question. */
    readonly query: Query;
    /** One of two texts, by the language of the lookup. */
    text(swedish: string, english: string): string;
    /** Whether this section is asked for: `prepare` need not read what nobody wants. */
    asks(section: M["sections"][number]): boolean;
    /** A setting of manifest.json; null when the administrator left it out. */
    setting(key: Name<M, SettingOf<M>>): string | null;
    /** A setting without which the lookup fails as `not-configured`. */
    requiredSetting(key: Name<M, SettingOf<M>>): string;
    /** Keeps a line with this lookup. No patient data. */
    log(level: LogLevel, message: string): void;
    /** HMAC-SHA-256 under the secret of a slot. */
    hmacSha256(slot: Name<M, SlotOf<M>>, data: string | Uint8Array): Uint8Array;
    /**
     * Sends one request and waits for the reply. A status that is neither 2xx nor in `accept`, and an exchange that gave no reply, is thrown
     * as a {@link Problem}, and the section can no longer be said to be complete or to hold nothing, even if you catch it.
     */
    send(request: Request<M>): Reply;
    /** Sends several at once, in a list or by name. Reading `reply` of one that failed throws its problem. */
    sendAll<const R extends { readonly [name: string]: Request<M> }>(requests: R): { [N in keyof R]: Outcome };
    sendAll(requests: readonly Request<M>[]): Outcome[];
    /**
     * Reads page after page: `next` is the path or address of the next page, or a whole request; none ends. Later pages that fail, a page that
     * comes again and the bound (20 pages) cut the list: `cut` says so, and the section is then partial. `reply` is the first page, when
     * `sendAll` has fetched it already.
     */
    pages<T>(first: Request<M>, read: (reply: Reply, number: number) => Page<T, M>, options?: { max?: number; reply?: Reply }): Pages<T>;
    /**
     * Reads every record of a list. A record without a required field is left out, a field that cannot be read is left empty; both are named
     * to the clinician, and the section is then partial. `name` stands for the list in those texts.
     */
    each<T>(list: unknown, name: string, read: (fields: Fields) => T, options?: { for?: readonly SectionName[] }): T[];
    /** A failure that only you can see, such as a reply that says "no permission". Throw it, or not: the section is then partial or unavailable. */
    problem(kind: FailureKind, code: string, text: string, options?: { message?: string; for?: readonly SectionName[] }): Problem;
    /** Tells the clinician that something is missing; the section is then partial. */
    missing(text: string, options?: { for?: readonly SectionName[] }): void;
}

export interface RequestOptions<M extends Manifest = Manifest> {
    /** Alias from manifest.json. */
    origin: Name<M, OriginOf<M>>;
    /** GET, or POST when there is a body. */
    method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Appended to the path, encoded; null and undefined are left out. */
    query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
    headers?: Readonly<Record<string, string>>;
    /** The body, one of these. */
    json?: unknown;
    form?: Readonly<Record<string, string | number | boolean | null | undefined>>;
    text?: string;
    bytes?: Uint8Array;
    /** Content type, where the one of the body is not right. */
    type?: string;
    /** Slot from manifest.json: the host adds the secret, be it a header, a password, a certificate or an OAuth 2 token that it fetches. */
    credential?: Name<M, SlotOf<M>>;
    /** Statuses beside 2xx that are answers, e.g. `[404]`. */
    accept?: readonly number[];
    /** What it brings, in the clinician's words: stands before the reason when it fails (`besöken: källan svarade inte i tid`). */
    about?: string;
    /** Sections this exchange is for, when `prepare` sends it: only they suffer when it fails. Left out: all. */
    for?: readonly M["sections"][number][];
    /** No section depends on it: its failure is not held against any. */
    optional?: boolean;
}

/** A request: below the base URL of an origin (`path`), or an address that a reply gave (`link`). */
export type Request<M extends Manifest = Manifest> = RequestOptions<M> &
    ({ path: string; link?: undefined } | { link: string; path?: undefined; query?: undefined });

export interface Reply {
    readonly status: number;
    readonly headers: readonly HttpHeader[];
    readonly bytes: Uint8Array;
    /** A header by name in any case. */
    header(name: string): string | null;
    /** The text, by `encoding` (`utf-8`, `iso-8859-1`, `windows-1252`), or by what the reply says, or UTF-8. */
    text(encoding?: string): string;
    /** Parsed JSON. What cannot be parsed is thrown as a {@link Problem}. */
    json(): any;
    /** The JSON object of the reply, or the one under a name in it. Not there: a {@link Problem}. */
    object(name?: string): Record<string, any>;
    /** The list under a name of the JSON object. Not there: a {@link Problem}, for a missing list is not an empty one. */
    list(name: string): any[];
    /** The root element. No document types, no entities but XML's own. */
    xml(): XmlElement;
    /**
     * Rows by the names in the first line. Rows of another length are in `faults`. A file without the columns in `required` is another file, or
     * a page for people, and is thrown as a {@link Problem}: never "nobody's row".
     */
    csv(options?: { separator?: string; encoding?: string; required?: readonly string[] }): Csv;
    /** Says that this reply cannot be understood. `code` is yours and stable; `what` names the place, never the content. */
    malformed(code: string, what: string): never;
}

/** What became of one request among several. */
export interface Outcome {
    readonly ok: boolean;
    /** Throws the problem when the exchange failed. */
    readonly reply: Reply;
    readonly problem: Problem | null;
}

export interface Page<T, M extends Manifest = Manifest> {
    items: readonly T[];
    next?: string | Request<M> | null;
}

export interface Pages<T> {
    items: T[];
    /** Pages that were read. */
    pages: number;
    /** Why there may be more; null when everything was read. */
    cut: string | null;
}

// --------------------------------------------------------------------------------------------------------------------------- answers

declare const answered: unique symbol;

/** What a handler returns. Made by the functions below only. */
export interface Answer<Entry> {
    readonly [answered]: Entry;
}

/** Everything the source holds, at least one entry. */
export function complete<E extends object>(entries: readonly E[]): Answer<E>;
/** Everything the source holds: `complete`, or `nothingHeld` when there is none. */
export function held<E extends object>(entries: readonly E[]): Answer<E>;
/** Something is missing; the text tells the clinician what. */
export function partial<E extends object>(entries: readonly E[], text: string): Answer<E>;
/** The source has this section and it could not be read. */
export function unavailable(text: string): Answer<never>;
/** The source itself *states* that there are none, at this time if it says so. An empty list states nothing. */
export function statedNone(when?: When | null): Answer<never>;
/** The source answered and holds nothing. */
export function nothingHeld(): Answer<never>;
/** The source never has this section. */
export function unsupported(): Answer<never>;

/** An exchange gave nothing usable. */
export class Problem extends Error {
    constructor(kind: FailureKind, code: string, text: string, more?: { message?: string; retryAfterMs?: number | null });
    readonly kind: FailureKind;
    readonly code: string;
    /** For the clinician. */
    readonly text: string;
    /** The same as a failure of the whole lookup. */
    failure(): LookupFailure;
}

/** The whole lookup failed: `throw new LookupFailure("patient-unknown", "unknown", "the source does not know the person")`. */
export class LookupFailure extends Error {
    /** `code` is yours, stable, `[a-z0-9-]{1,64}`; `message` is for the administrator and holds no patient data. */
    constructor(kind: FailureKind, code: string, message: string, more?: { retryAfterMs?: Failure["retryAfterMs"] });
    readonly kind: FailureKind;
    readonly code: string;
}

// --------------------------------------------------------------------------------------------------------------------------- entries

/** A value of the contract as it may be written: options and lists may be left out, a case without content is its name. */
export type Loose<T> = T extends string | number | boolean | Uint8Array
    ? T
    : T extends { tag: string }
      ? LooseCase<T>
      : T extends readonly (infer I)[]
        ? readonly Loose<I>[]
        : T extends object
          ? LooseRecord<T>
          : T;

type LooseCase<T> = T extends { tag: infer N extends string; val: infer V }
    ? { [K in N]: Loose<V> }
    : T extends { tag: infer N extends string }
      ? N
      : never;
type MayBeLeftOut<T> = null extends T ? true : { tag: "not-stated" } extends T ? true : [T] extends [readonly unknown[]] ? true : false;
type LooseRecord<T> = { [K in keyof T as MayBeLeftOut<T[K]> extends true ? never : K]: Loose<T[K]> } & {
    [K in keyof T as MayBeLeftOut<T[K]> extends true ? K : never]?: Loose<T[K]> | null | undefined;
};

/** Where a record comes from. The first four are always written; `null` when the source does not say. */
export interface Origin extends Omit<LooseRecord<Provenance>, "id" | "patient" | "careProvider" | "careUnit"> {
    /** Stable id of the record in the source. */
    id: string;
    /** The patient **as this very record names them**, never copied from the query: the host compares. */
    patient: Loose<Identifier> | null;
    /** The responsible provider, with HSA-id or organisation number. Without id the record is withheld. */
    careProvider: Loose<NonNullable<Provenance["careProvider"]>> | null;
    /** The responsible unit. */
    careUnit: Loose<NonNullable<Provenance["careUnit"]>> | null;
}

/** An entry as it is written: its fields and its provenance side by side. */
export type Written<T extends { provenance: Provenance }> = LooseRecord<Omit<T, "provenance">> & Origin;

export function personDetails(entry: Written<PersonDetails>): PersonDetails;
export function alert(entry: Written<Alert>): Alert;
export function careLimit(entry: Written<CareLimit>): CareLimit;
export function service(entry: Written<Service>): Service;
export function contact(entry: Written<Contact>): Contact;
export function medication(entry: Written<Medication>): Medication;
export function functionalAssessment(entry: Written<FunctionalAssessment>): FunctionalAssessment;
export function plan(entry: Written<Plan>): Plan;
export function vaccination(entry: Written<Vaccination>): Vaccination;
export function infection(entry: Written<Infection>): Infection;
export function consent(entry: Written<Consent>): Consent;
export function document(entry: Written<Document>): Document;

/** A term: the words the clinician reads, and codes if there are any. */
export function concept(text: string, codings?: readonly Loose<Concept["codings"][number]>[]): Concept;
/** Twelve digits. */
export function personalNumber(value: string): Identifier;
export function personalNumber(value: string | null): Identifier | null;
export function coordinationNumber(value: string): Identifier;
export function coordinationNumber(value: string | null): Identifier | null;
/** Of a source that keeps both kinds in one field, with or without separators. */
export function personOrCoordinationNumber(written: string): Identifier;
export function personOrCoordinationNumber(written: string | null): Identifier | null;

// ------------------------------------------------------------------------------------------------------------------------- reading

/** One JSON record being read. Every reader gives null when the field is not there, and notes one that cannot be read. */
export interface Fields {
    has(key: string): boolean;
    /** The value as it is. */
    raw(key: string): any;
    text(key: string): string | null;
    /** Text without which the record is left out. */
    required(key: string): string;
    flag(key: string): boolean | null;
    /** A whole number from 0. */
    count(key: string): number | null;
    number(key: string): number | null;
    /** A time. One that cannot be read is noted and passed as it is written: it is shown, and never reckoned with. */
    time(key: string): When | null;
    /** `HH:MM`. */
    clock(key: string): string | null;
    /** The contract's word for the source's; a word outside the table passes unchanged, and is shown. */
    word(key: string, table: Readonly<Record<string, string>>): string | null;
    /** One of a closed set; a word outside the table is noted, and null. */
    oneOf<T>(key: string, table: Readonly<Record<string, T>>): T | null;
    inner(key: string): Fields | null;
    /** Records of a list inside. */
    each<T>(key: string, read: (fields: Fields) => T): T[];
    texts(key: string): string[];
    /** Notes that a field could not be read. */
    unreadable(key: string): null;
    /** Leaves the record out, and says which field it cannot be shown without. */
    skip(key: string): never;
}

export interface XmlElement {
    readonly name: string;
    readonly namespace: string;
    readonly children: readonly XmlElement[];
    /** An attribute by local name. */
    attribute(name: string): string | null;
    /** Children of this local name. */
    all(name: string, namespace?: string): XmlElement[];
    /** The first element down this path of local names. */
    find(...path: string[]): XmlElement | null;
    /** The text down this path; null when it is not there or blank. */
    text(...path: string[]): string | null;
}

export interface Csv {
    header: string[];
    rows: Record<string, string>[];
    /** Rows of another length than the first line. */
    faults: { line: number; fields: number }[];
}

export function readXml(text: string): XmlElement;
export function readCsv(text: string, options?: { separator?: string }): Csv;
/** The text as a time of the contract; null when it is none. */
export function when(text: string): When | null;
/** `HH:MM`; null when it is none. */
export function clock(text: string): string | null;
/** Percent-encodes everything but unreserved characters. */
export function encode(text: string): string;
/** `a=1&b=2`, encoded. */
export function form(pairs: Readonly<Record<string, unknown>>): string;
/** Null when the bytes are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null;
export function decodeWindows1252(bytes: Uint8Array): string;
export function encodeUtf8(text: string): Uint8Array;
export function hex(bytes: Uint8Array): string;
export function base64(bytes: Uint8Array): string;
