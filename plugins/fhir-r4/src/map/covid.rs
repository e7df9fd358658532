//! `Immunization`: one dose given each.
//!
//! All vaccines, not covid alone: the section shows what it shows by target disease.
//! Not here: infections. Invariant: a dose not done is no dose; a planned number of doses is never doses given.

use samsyn_adapter::{sink::Vaccination, types::Concept};

use super::{Found, joined, notes};
use crate::{
    node::{BASE, Node},
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["performer.actor"], organisation: &[], recorded: &["recorded"] };
const NO_KNOWN: [&str; 1] = ["no-known-immunizations"];
const NO_INFORMATION: [&str; 1] = ["no-immunization-info"];

/// A dose, or the statement that none is known.
pub fn immunization<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    let vaccine = resource.get("vaccineCode");
    if vaccine.has_code(&NO_KNOWN) {
        found.stated_none.insert("covid-19", resource.get("recorded").when());
    } else if vaccine.has_code(&NO_INFORMATION) {
        found.no_information.insert("covid-19");
    } else if !resource.get("status").is("not-done") {
        found.vaccinations.push(dose(reader, resource));
    }
}

fn dose<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Vaccination {
    let protocol = resource.get("protocolApplied").first();
    let number = |kind: &str| {
        protocol.get(&format!("{kind}PositiveInt")).count().or_else(|| protocol.get(&format!("{kind}String")).count())
    };
    let diseases: Vec<Concept> = resource
        .get("protocolApplied")
        .items()
        .flat_map(|protocol| protocol.get("targetDisease").items())
        .filter_map(Node::concept)
        .collect();
    let performer = resource.get("performer").first().get("actor");
    Vaccination {
        target_diseases: diseases,
        vaccine: resource.get("vaccineCode").concept(),
        batch: resource.get("lotNumber").text(),
        date: resource.get("occurrenceDateTime").when(),
        dose_number: number("doseNumber"),
        prescribed_doses: number("seriesDoses"),
        dose_complete: resource.ext("dose-complete").flag(),
        unique_reference: unique_reference(resource),
        note: joined([notes(resource), resource.get("occurrenceString").text()], "\n"),
        performer: reader.actor(resource, performer),
        provenance: reader.provenance(resource, ROLES),
    }
}

/// A business identifier of the dose, which copies in other sources share; never our own record id.
fn unique_reference(resource: Node<'_>) -> Option<String> {
    let own = format!("{BASE}record-id");
    let shared = format!("{BASE}vaccination-unique-reference");
    let mut identifiers = resource.get("identifier").items().filter(|item| !item.get("system").is(&own));
    let item = identifiers.next()?;
    let value = item.get("value").text()?;
    match item.get("system").str() {
        Some(system) if system != shared => Some(format!("{system}|{value}")),
        _ => Some(value),
    }
}
