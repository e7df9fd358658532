// A host for `node --test` and for a debugger. The real one is behind `samsyn adapter test`.

import type { Adapter, Identifier, LogLevel, Query } from "./index.js";

/** A request as a rehearsal sees it. */
export interface Seen {
    origin: string;
    method: string;
    path?: string;
    link?: string;
    headers: Record<string, string>;
    text: string | null;
    json: any;
    credential: string | null;
}

export type Answered =
    | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string; bytes?: Uint8Array; error?: undefined }
    /** The exchange fails: `timeout`, `connect`, … (an error kind of the contract). */
    | { error: string };

export interface Rehearsed {
    reply?: (request: Seen) => Answered | undefined;
    person?: Identifier;
    /** All of the manifest by default. */
    sections?: readonly string[];
    settings?: Record<string, string>;
    hmacSha256?: (slot: string, data: Uint8Array) => Uint8Array;
    now?: string;
    language?: string;
    budgetMs?: number;
    /** Anything else of the question. */
    query?: Partial<Query>;
}

/** What was pushed, in the words of a case's `expected.json`: fields in kebab-case, empty options left out. */
export interface Heard {
    failure: { kind: string; code: string; message: string } | null;
    sections: Record<string, { status?: any; entries?: any[] }>;
    log: { level: LogLevel; message: string }[];
    requests: Seen[];
}

export function rehearse(adapter: Adapter, rehearsed?: Rehearsed): Heard;
/** The question and replies of a case's folder, and what it is to give. */
export function caseOf(folder: string): Rehearsed & { expected: { failure: Heard["failure"]; sections: Heard["sections"] } };
