// Hemplan: a home-help planning system, through a JSON interface of our own assumption (see README.md; the product is invented).
//
// Rooms: `search` finding the customer · `lists` asking and paging · `services` `contacts` `plans` `access` records · `parts` what they
// share · `words` its codes. Not here: hiding protected persons (the host does; Hemplan returns them and this adapter passes the label on).
// Invariant: a list that failed, or that the key may not read, is told in every section it carries.
// To add a list: a row in `lists.ts`, a reader, its words, a case.

import { defineAdapter, held, nothingHeld } from "samsyn-adapter";
import manifest from "../manifest.json" with { type: "json" };
import { accessDocument } from "./access.ts";
import { contactOf } from "./contacts.ts";
import { Lists } from "./lists.ts";
import { delegationPlan, implementationPlan } from "./plans.ts";
import { findCustomer, personOf } from "./search.ts";
import { servicesOf } from "./services.ts";

export default defineAdapter({
    manifest,

    prepare(ask) {
        const found = findCustomer(ask);
        return { found, lists: new Lists(ask, found) };
    },

    sections: {
        person: (ask, { found }) => (found === null ? nothingHeld() : held(personOf(ask, found))),
        services: (ask, { lists }) => held(servicesOf(ask, lists)),
        contacts: (ask, { lists }) => held(ask.each(lists.read("kontakter"), "kontakter", contactOf)),
        plans: (ask, { lists }) =>
            held([
                ...ask.each(lists.part("genomforandeplaner"), "genomforandeplaner", implementationPlan),
                ...ask.each(lists.part("delegeringar"), "delegeringar", delegationPlan),
            ]),
        documents: (ask, { lists }) => held(ask.each(lists.read("tilltrade"), "tilltrade", accessDocument).flat()),
    },
});
