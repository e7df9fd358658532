// Plans: how help is carried out, and what nurses have delegated to the staff who carry it out.

import { plan } from "samsyn-adapter";
import type { Fields, Plan } from "samsyn-adapter";
import { actor, provenance } from "./parts.ts";
import { PLAN_PHASE } from "./words.ts";

export function implementationPlan(record: Fields): Plan {
    return plan({
        ...provenance(record, record.required("id")),
        kind: "implementation",
        title: record.text("rubrik") ?? "Genomförandeplan",
        instruction: record.text("attTankaPa"),
        text: record.text("mal"),
        phase: record.word("status", PLAN_PHASE) ?? "unknown",
        responsible: actor(record, "ansvarig"),
        decided: record.time("faststalld"),
        validFrom: record.time("fran"),
        validTo: record.time("till"),
        nextFollowUp: record.time("nastaUppfoljning"),
    });
}

/** A task of health care that a nurse has handed over to named staff: an order to them. */
export function delegationPlan(record: Fields): Plan {
    return plan({
        ...provenance(record, record.required("id")),
        kind: "order",
        title: record.required("uppgift"),
        instruction: record.text("instruktion"),
        phase: record.word("status", PLAN_PHASE) ?? "unknown",
        responsible: actor(record, "delegeradAv"),
        validFrom: record.time("fran"),
        validTo: record.time("till"),
        nextFollowUp: record.time("omprovas"),
    });
}
