// People and units to call: the named contact, planners, the night patrol, relatives.

import { contact } from "samsyn-adapter";
import type { Contact, Fields } from "samsyn-adapter";
import { openings, organisation, phones, protection, provenance } from "./parts.ts";
import { CONTACT_KIND } from "./words.ts";

export function contactOf(record: Fields): Contact {
    const label = protection(record);
    const extensions = label === null ? [] : [{ key: "protection", value: label }];
    const absence = record.inner("franvaro");
    const from = absence?.time("fran") ?? null;
    const standIn = absence?.inner("ersattare") ?? null;
    return contact({
        ...provenance(record, record.required("id"), extensions),
        kind: record.word("roll", CONTACT_KIND) ?? record.skip("roll"),
        name: record.text("namn"),
        role: record.text("titel") ?? record.text("relation"),
        unit: organisation(record, "enhet"),
        order: record.count("ordning"),
        mayBeInformed: record.flag("farInformeras"),
        callAtNight: record.flag("ringNattetid"),
        openings: openings(record),
        absent: from === null ? null : { from, to: absence?.time("till") },
        substitute: standIn === null ? null : { name: standIn.text("namn"), role: standIn.text("titel"), phones: phones(standIn) },
        phones: phones(record),
        note: record.text("anmarkning"),
    });
}
