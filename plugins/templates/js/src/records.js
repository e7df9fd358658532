// Records of the source, in the contract's words.
//
// Not here: asking (`adapter.js`). Invariant: the person of an entry is the one the reply names, never the one asked for.

import { contact, personalNumber, service } from "samsyn-adapter";

/** Kinds of contact: the source's words and the contract's. A word that is not here passes unchanged and is shown. */
const CONTACT_KINDS = { "fast omsorgskontakt": "named-social-contact", handläggare: "case-officer", anhörig: "next-of-kin" };

/**
 * Whom and whose a record is: in this source the page says it for all of its records.
 * @param {Record<string, any>} page @param {string} id
 */
function origin(page, id) {
    return { id, patient: personalNumber(page.person ?? null), careProvider: page.provider ?? null, careUnit: page.unit ?? null };
}

/** @param {Record<string, any>} page @param {import("samsyn-adapter").Fields} record */
export function serviceOf(page, record) {
    const visits = record.texts("visits");
    const active = record.flag("active");
    return service({
        ...origin(page, record.required("id")),
        kind: "home-care",
        phase: active === null ? "unknown" : active ? "ongoing" : "ended",
        text: record.text("text"),
        started: record.time("from"),
        events: visits.map((at) => ({ kind: "visit", at })),
        unit: page.unit,
    });
}

/** @param {Record<string, any>} page @param {import("samsyn-adapter").Fields} record */
export function contactOf(page, record) {
    const number = record.text("phone");
    return contact({
        ...origin(page, record.required("id")),
        kind: record.word("role", CONTACT_KINDS) ?? "other",
        name: record.text("name"),
        role: record.text("role"),
        phones: number === null ? [] : [{ number, staffOnly: false }],
    });
}
