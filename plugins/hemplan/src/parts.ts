// Parts that several records share: provenance, units, phones, protection.
//
// Invariant: the person of a record is the one Hemplan names on its page, never the one asked for.

import { personOrCoordinationNumber } from "samsyn-adapter";
import type { Actor, Extension, Fields, Loose, Opening, Organisation, Origin, Phone, Weekday } from "samsyn-adapter";
import { PROTECTION } from "./words.ts";

export function organisation(fields: Fields, key: string): Organisation | null {
    const inner = fields.inner(key);
    return inner === null ? null : { id: inner.text("hsaId"), name: inner.text("namn") };
}

export function actor(fields: Fields, key: string): Actor | null {
    const inner = fields.inner(key);
    return inner === null
        ? null
        : { name: inner.text("namn"), role: inner.text("titel"), id: inner.text("hsaId"), unit: organisation(inner, "enhet") };
}

export function provenance(record: Fields, id: string, extensions: Extension[] = []): Origin {
    return {
        id,
        patient: personOrCoordinationNumber(record.text("personnummer")),
        careProvider: organisation(record, "givare"),
        careUnit: organisation(record, "enhet"),
        recorded: record.time("registrerad"),
        author: actor(record, "registreradAv"),
        extensions,
    };
}

/** A label that cannot be read, or that nobody knows, protects as well. */
export function protection(record: Fields): string | null {
    if (!record.has("skydd") || record.raw("skydd") === "ingen") return null;
    return record.word("skydd", PROTECTION) ?? "confidentiality-mark";
}

export function phones(record: Fields): Loose<Phone>[] {
    return record.each("telefon", (phone) => ({
        number: phone.required("nummer"),
        note: phone.text("anmarkning"),
        // A flag that is there but cannot be read keeps the number from outsiders.
        staffOnly: phone.flag("endastPersonal") ?? phone.has("endastPersonal"),
        openings: openings(phone),
    }));
}

/** Hours that cannot be read are left out whole: half of them would mean "from midnight" or "every day". */
export function openings(record: Fields): Loose<Opening>[] {
    return record.each("tider", (opening) => ({
        days: opening.oneOf("dagar", DAYS) ?? opening.skip("dagar"),
        from: opening.clock("fran") ?? opening.skip("fran"),
        to: opening.clock("till") ?? opening.skip("till"),
    }));
}

const WORKDAYS: Weekday[] = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const WEEKEND: Weekday[] = ["saturday", "sunday"];
const DAYS: Record<string, Weekday[]> = { "man-fre": WORKDAYS, "lor-son": WEEKEND, alla: [...WORKDAYS, ...WEEKEND] };
