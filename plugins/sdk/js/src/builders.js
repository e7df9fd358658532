// Entries of the contract, with everything left out that may be.
//
// A record's provenance is written among its fields: `service({ id, patient, careProvider, careUnit, kind, phase })`. `id`, `patient`,
// `careProvider` and `careUnit` are always written, `null` when the source does not say: what is forgotten there is withheld from the reader.
// Invariant: what comes out is whole and of the right types; the line that called is the one an error names.

import { Misuse } from "./problem.js";
import { fill } from "./shape.js";
import { SHAPES } from "./shapes.js";

const PROVENANCE = Object.keys(SHAPES.Provenance[1]);
const ALWAYS = ["id", "patient", "careProvider", "careUnit"];

/** @param {string} type @param {string} name */
const entry = (type, name) => (given) => {
    if (typeof given !== "object" || given === null) throw new Misuse(`${name}(…) takes an object`);
    const provenance = {};
    const fields = {};
    for (const key of Object.keys(given)) (PROVENANCE.includes(key) ? provenance : fields)[key] = given[key];
    for (const key of ALWAYS) {
        if (provenance[key] !== undefined) continue;
        throw new Misuse(`${name}.${key} is missing: write it, as null when the source does not say`);
    }
    if (provenance.id === null || provenance.id === "")
        throw new Misuse(`${name}.id is empty: a record needs the stable id it has in the source`);
    return fill(type, { ...fields, provenance }, name);
};

export const personDetails = entry("PersonDetails", "personDetails");
export const alert = entry("Alert", "alert");
export const careLimit = entry("CareLimit", "careLimit");
export const service = entry("Service", "service");
export const contact = entry("Contact", "contact");
export const medication = entry("Medication", "medication");
export const functionalAssessment = entry("FunctionalAssessment", "functionalAssessment");
export const plan = entry("Plan", "plan");
export const consent = entry("Consent", "consent");
export const document = entry("Document", "document");

export const vaccination = entry("Vaccination", "vaccination");
export const infection = entry("Infection", "infection");

/** The patient's, or anybody's, identity in the systems that the contract knows. */
export const personalNumber = (value) => (value === null ? null : { system: "urn:oid:1.2.752.129.2.1.3.1", value });
export const coordinationNumber = (value) => (value === null ? null : { system: "urn:oid:1.2.752.129.2.1.3.3", value });

/**
 * A twelve-digit number as written by a source that keeps both kinds in one field: a day above 60 tells a coordination number.
 * @param {string | null} written
 */
export function personOrCoordinationNumber(written) {
    if (written === null) return null;
    const value = written.replace(/[-+ ]/g, "");
    return Number(value.slice(6, 8)) > 60 ? coordinationNumber(value) : personalNumber(value);
}

/** A term: the words that the clinician reads, and codes if there are any. @param {string} text @param {object[]} [codings] */
export const concept = (text, codings = []) => fill("Concept", { text, codings }, "concept");
