//! `MedicationStatement`: what the patient has now or is about to have.
//!
//! Not here: prescriptions and administrations. Invariant: the dosage is the prescriber's text; a structured dosage is not
//! turned into words here.

use samsyn_adapter::sink::Medication;

use super::{Found, joined};
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["informationSource"], organisation: &[], recorded: &["dateAsserted"] };
const NO_KNOWN: [&str; 2] = ["no-known-medications", "787481004"];
const NO_INFORMATION: [&str; 1] = ["no-medication-info"];

/// A medicine, or the statement that there is none.
pub fn statement<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    let coded = resource.get("medicationCodeableConcept");
    if coded.has_code(&NO_KNOWN) {
        found.stated_none.insert("medications", resource.get("dateAsserted").when());
    } else if coded.has_code(&NO_INFORMATION) {
        found.no_information.insert("medications");
    } else if !resource.get("status").is("not-taken") {
        found.medications.push(medicine(reader, resource, coded));
    }
}

fn medicine<'p>(reader: &Reader<'p>, resource: Node<'p>, coded: Node<'p>) -> Medication {
    let reference = resource.get("medicationReference");
    let product = reader.pool.target(resource, reference).get("code").concept();
    let named =
        reference.get("display").text().map(|text| samsyn_adapter::types::Concept { text, codings: Vec::new() });
    let unnamed = || samsyn_adapter::types::Concept {
        text: reader.language.text("Läkemedel utan namn", "Unnamed medicine").into(),
        codings: Vec::new(),
    };
    let dosage = resource.get("dosage");
    let words = dosage.items().map(|dose| dose.get("text").text().or_else(|| dose.get("patientInstruction").text()));
    let period = resource.get("effectivePeriod");
    Medication {
        drug: coded.concept().or(product).or(named).unwrap_or_else(unnamed),
        dosage: joined(words, "; "),
        dose_dispensed: resource.ext("dose-dispensed").flag(),
        separate_instruction: resource.ext("separate-instruction").text(),
        handled_by: resource.ext("handled-by").text(),
        phase: phase(resource),
        as_needed: dosage.first().get("asNeededBoolean").flag(),
        indication: joined(resource.get("reasonCode").items().map(Node::words), ", "),
        started: period.get("start").when().or_else(|| resource.get("effectiveDateTime").when()),
        ended: period.get("end").when(),
        provenance: reader.provenance(resource, ROLES),
    }
}

fn phase(resource: Node<'_>) -> String {
    resource.ext("phase").text().unwrap_or_else(|| {
        match resource.get("status").str() {
            Some("active") => "current",
            Some("intended") => "planned",
            Some("completed" | "stopped") => "ended",
            _ => "unknown",
        }
        .into()
    })
}
