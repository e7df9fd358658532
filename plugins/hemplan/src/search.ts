// Finding the customer: the number goes in a POST body, and what comes back is Hemplan's own id, the banner and what the key may read.
//
// Invariant: nothing more is asked unless Hemplan states the number that was asked for.

import { LookupFailure, personDetails, personOrCoordinationNumber } from "samsyn-adapter";
import type { PersonDetails, Reply } from "samsyn-adapter";
import type { Ask } from "./ask.ts";
import { protection, provenance } from "./parts.ts";

export interface Customer {
    /** Hemplan's id, fit for a path. */
    id: string;
    /** Lists the key may read. */
    permitted: readonly string[];
    reply: Reply;
}

/** Null when Hemplan does not know the number: it then holds nothing of any section. */
export function findCustomer(ask: Ask): Customer | null {
    const reply = ask.send({
        origin: "hemplan",
        path: "/plan/v1/kunder/sok",
        json: { personnummer: ask.person.value },
        credential: "nyckel",
        accept: [404, 409],
    });
    if (reply.status === 409) throw new LookupFailure("patient-ambiguous", "several", "Hemplan has several customers of this number");
    // Only Hemplan's own word counts: a server that does not know the address says 404 too.
    if (reply.status === 404)
        return reply.object().kod === "okand_kund" ? null : reply.malformed("not-found", "status 404 without kod okand_kund");
    const customer = reply.object("kund");
    const { kundId: id, personnummer: number } = customer;
    if (typeof id !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(id))
        return reply.malformed("kund-id", "field kund.kundId cannot stand in a path");
    if (typeof number !== "string") return reply.malformed("personnummer", "field kund.personnummer is no text");
    const stated = personOrCoordinationNumber(number).value;
    if (!ask.query.identifiers.some(({ value }) => value.replace(/[-+ ]/g, "") === stated)) {
        throw new LookupFailure("upstream-malformed", "wrong-patient", "the reply to the search is about somebody else");
    }
    const permitted = reply.list("behorigheter").filter((name) => typeof name === "string");
    return { id, permitted, reply };
}

/** The banner. */
export function personOf(ask: Ask, { reply }: Customer): PersonDetails[] {
    return ask.each([reply.object("kund")], "kund", (customer) => {
        const identifier = personOrCoordinationNumber(customer.required("personnummer"));
        const died = customer.time("avliden");
        return personDetails({
            ...provenance(customer, customer.required("kundId")),
            identifier,
            givenName: customer.text("fornamn"),
            familyName: customer.text("efternamn"),
            protection: protection(customer),
            life: died === null ? "not-stated" : { deceased: died },
            interpreterLanguage: customer.text("tolksprak"),
            communicationNeed: customer.text("kommunikation"),
        });
    });
}
