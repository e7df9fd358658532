// {{Name}}: asks the source once and answers two sections from what came.
//
// Change first: what is asked (`prepare`), then how a record is read (`records.js`). What may be said of a section, and when: wit/ and
// sdk/README.md. Invariant: no answer never looks like "none".

import { LookupFailure, defineAdapter, held } from "samsyn-adapter";
import manifest from "../manifest.json" with { type: "json" };
import { contactOf, serviceOf } from "./records.js";

export default defineAdapter({
    manifest,

    // Runs first. Both sections come in one reply, page by page. An error that is not caught here ends the lookup with a failure.
    prepare(ask) {
        return ask.pages(
            { origin: "api", path: "/visits", json: { person: ask.person.value }, credential: "key", accept: [404] },
            (reply) => {
                if (reply.status === 404) throw new LookupFailure("patient-unknown", "unknown", "the source does not know the person");
                const page = reply.object();
                // `services` and `contacts` are always there; a list that is missing is a reply that cannot be understood.
                return { items: [{ page, services: reply.list("services"), contacts: reply.list("contacts") }], next: page.more };
            },
        );
    },

    sections: {
        // A handler answers for one section: complete, held, partial, unavailable, statedNone, nothingHeld or unsupported.
        services(ask, { items }) {
            return held(items.flatMap(({ page, services }) => ask.each(services, "services", (record) => serviceOf(page, record))));
        },
        contacts(ask, { items }) {
            return held(items.flatMap(({ page, contacts }) => ask.each(contacts, "contacts", (record) => contactOf(page, record))));
        },
    },
});
