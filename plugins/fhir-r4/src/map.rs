//! What each resource means: one file per section, one function per resource, from a record to entries of the contract.
//!
//! Pure. Not here: fetching, paging, statuses of exchanges.
//! Invariant: a record entered in error gives nothing; a record that says "there are none" gives no entry but a statement.
//! To add a resource: a function in the file of its section, a line in [`record`], a search in `lookup::plan`.

pub mod alerts;
pub mod care_limits;
pub mod consents;
pub mod contacts;
pub mod covid;
pub mod documents;
pub mod functional;
pub mod infections;
pub mod medications;
pub mod person;
pub mod plans;
pub mod services;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use samsyn_adapter::{Answers, Host, sink};

use crate::{node::Node, origin::Reader};

/// What the records of one lookup say.
#[derive(Debug, Default)]
pub struct Found {
    /// Entries, per function of the sink.
    pub care_limits: Vec<sink::CareLimit>,
    /// See `sink`.
    pub consents: Vec<sink::Consent>,
    /// See `sink`.
    pub contacts: Vec<sink::Contact>,
    /// See `sink`.
    pub vaccinations: Vec<sink::Vaccination>,
    /// See `sink`.
    pub infections: Vec<sink::Infection>,
    /// See `sink`.
    pub services: Vec<sink::Service>,
    /// See `sink`.
    pub alerts: Vec<sink::Alert>,
    /// See `sink`.
    pub plans: Vec<sink::Plan>,
    /// See `sink`.
    pub functional: Vec<sink::FunctionalAssessment>,
    /// See `sink`.
    pub medications: Vec<sink::Medication>,
    /// See `sink`.
    pub documents: Vec<sink::Document>,
    /// Sections the source states to be empty, with the time it says so.
    pub stated_none: BTreeMap<&'static str, Option<String>>,
    /// Sections the source says it has no information about: not the same as none.
    pub no_information: BTreeSet<&'static str>,
}

impl Found {
    /// Sections that hold at least one entry.
    pub fn holds(&self, section: &str) -> bool {
        match section {
            "care-limits" => !self.care_limits.is_empty(),
            "consents" => !self.consents.is_empty(),
            "contacts" => !self.contacts.is_empty(),
            "covid-19" => !self.vaccinations.is_empty() || !self.infections.is_empty(),
            "services" => !self.services.is_empty(),
            "alerts" => !self.alerts.is_empty(),
            "plans" => !self.plans.is_empty(),
            "functional-status" => !self.functional.is_empty(),
            "medications" => !self.medications.is_empty(),
            "documents" => !self.documents.is_empty(),
            _ => false,
        }
    }

    /// Pushes everything; sections that were not asked for are left out by [`Answers`].
    pub fn push_into(self, answers: &mut Answers<'_, impl Host>) {
        answers.push(self.care_limits);
        answers.push(self.alerts);
        answers.push(self.services);
        answers.push(self.contacts);
        answers.push(self.medications);
        answers.push(self.functional);
        answers.push(self.plans);
        answers.push(self.vaccinations);
        answers.push(self.infections);
        answers.push(self.consents);
        answers.push(self.documents);
        for (section, at) in self.stated_none {
            answers.stated_none(section, at);
        }
        let text = answers.language.text("källan saknar uppgift", "the source has no information");
        for section in self.no_information {
            answers.missing(section, text);
        }
    }
}

/// Reads every record of the pool.
pub fn records(reader: &Reader<'_>) -> Found {
    let mut found = Found::default();
    for resource in reader.pool.resources() {
        record(reader, resource, &mut found);
    }
    found
}

/// Reads one record into the sections it belongs to.
pub fn record<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if is_struck_out(resource) {
        return;
    }
    match resource.get("resourceType").str() {
        Some("Flag") => flag(reader, resource, found),
        Some("AllergyIntolerance") => alerts::allergy(reader, resource, found),
        Some("Consent") => consents::consent(reader, resource, found),
        Some("CareTeam") => contacts::care_team(reader, resource, found),
        Some("RelatedPerson") => found.contacts.push(contacts::related_person(reader, resource)),
        Some("Patient") => contacts::of_patient(reader, resource, found),
        Some("Immunization") => covid::immunization(reader, resource, found),
        Some("Condition") => infections::condition(reader, resource, found),
        Some("Observation") => observation(reader, resource, found),
        Some("EpisodeOfCare") => services::episode(reader, resource, found),
        Some("Encounter") => services::encounter(reader, resource, found),
        Some("ServiceRequest") => services::request(reader, resource, found),
        Some("CarePlan") => found.plans.push(plans::care_plan(reader, resource)),
        Some("MedicationStatement") => medications::statement(reader, resource, found),
        Some("DocumentReference") => documents::reference(reader, resource, found),
        Some("List") => stated_by_list(resource, found),
        _ => {}
    }
}

fn flag<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if care_limits::is_limit(resource) {
        found.care_limits.push(care_limits::flag(reader, resource));
    } else {
        found.alerts.push(alerts::flag(reader, resource));
    }
}

fn observation<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if functional::is_functional(resource) {
        found.functional.extend(functional::observation(reader, resource));
    } else {
        found.infections.extend(infections::observation(reader, resource));
    }
}

/// Entered in error, wherever the resource says it.
fn is_struck_out(resource: Node<'_>) -> bool {
    resource.get("status").is("entered-in-error")
        || resource.get("verificationStatus").has_code(&["entered-in-error"])
        || resource.get("docStatus").is("entered-in-error")
}

/// A `List` of one of our sections with `emptyReason` `nilknown`: the source states that there are none.
fn stated_by_list(resource: Node<'_>, found: &mut Found) {
    let stated = resource.get("code").own_code("section").and_then(known_section);
    if let Some(section) = stated
        && resource.get("emptyReason").has_code(&["nilknown"])
    {
        found.stated_none.insert(section, resource.get("date").when());
    }
}

/// The section of this name, when it is one of the contract's.
pub fn known_section(name: &str) -> Option<&'static str> {
    crate::SECTIONS.into_iter().find(|section| *section == name)
}

/// Joins what is there to one line.
pub fn joined(parts: impl IntoIterator<Item = Option<String>>, between: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// What is shown of a record that has no words of its own.
pub fn wordless(reader: &Reader<'_>) -> String {
    reader.language.text("Uppgift utan text i källan", "Entry without text in the source").into()
}

/// The texts of `note`.
pub fn notes(resource: Node<'_>) -> Option<String> {
    joined(resource.get("note").items().map(|note| note.get("text").text()), "\n")
}
