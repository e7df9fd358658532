// The sections of the contract: the type of their entries, and the function of `sink` that takes them.
//
// Invariant: every section of wit/vocabulary.json is here; a test compares.

import { fill } from "./shape.js";
import { Misuse } from "./problem.js";

/** @type {Record<string, { type: string, sink: string }>} */
const ONE_TYPE = {
    alerts: { type: "Alert", sink: "alerts" },
    "care-limits": { type: "CareLimit", sink: "careLimits" },
    services: { type: "Service", sink: "services" },
    contacts: { type: "Contact", sink: "contacts" },
    medications: { type: "Medication", sink: "medications" },
    "functional-status": { type: "FunctionalAssessment", sink: "functionalStatus" },
    plans: { type: "Plan", sink: "plans" },
    consents: { type: "Consent", sink: "consents" },
    documents: { type: "Document", sink: "documents" },
};

export const SECTIONS = [
    "person",
    "alerts",
    "care-limits",
    "services",
    "contacts",
    "medications",
    "functional-status",
    "plans",
    "covid-19",
    "consents",
    "documents",
];

/**
 * Entries of a section, whole, in the lists that `sink` takes.
 * @param {string} section @param {readonly object[]} entries
 * @returns {{ sink: string, value: any }[]}
 */
export function pushesOf(section, entries) {
    const whole = (type, list) => list.map((item, place) => fill(type, item, `${section}[${place}]`));
    if (entries.length === 0) return [];
    if (section === "person") {
        if (entries.length > 1) throw new Misuse(`section person: ${entries.length} entries, and there is one person`);
        return [{ sink: "person", value: whole("PersonDetails", entries)[0] }];
    }
    if (section === "covid-19") {
        const infections = entries.filter((item) => item !== null && typeof item === "object" && "certainty" in item);
        const vaccinations = entries.filter((item) => !infections.includes(item));
        const both = [
            { sink: "vaccinations", value: whole("Vaccination", vaccinations) },
            { sink: "infections", value: whole("Infection", infections) },
        ];
        return both.filter(({ value }) => value.length > 0);
    }
    const { type, sink } = ONE_TYPE[section];
    return [{ sink, value: whole(type, entries) }];
}
