//! `Patient` as the banner: names, protection, life, interpreter.
//!
//! Not here: contacts named in a `Patient` ([`super::contacts`]).
//! Invariant: protection is read from the security labels of HL7 Sweden's base profile and never left out.

use samsyn_adapter::sink::{Life, PersonDetails};

use crate::{
    node::Node,
    origin::{Reader, Roles, official_name},
};

const ROLES: Roles = Roles { author: &[], organisation: &["managingOrganization"], recorded: &[] };

/// The person; none when the `Patient` states no identifier at all.
pub fn person<'p>(reader: &Reader<'p>, patient: Node<'p>) -> Option<PersonDetails> {
    let name = official_name(patient);
    let given: Vec<&str> = name.get("given").items().filter_map(Node::str).collect();
    Some(PersonDetails {
        identifier: reader.patient(patient)?,
        given_name: (!given.is_empty()).then(|| given.join(" ")),
        family_name: name.get("family").text(),
        birth_date: patient.get("birthDate").when(),
        sex: patient.get("gender").text(),
        protection: protection(patient),
        life: life(patient),
        interpreter_language: interpreter(patient),
        communication_need: patient.ext("communication-need").text(),
        provenance: reader.provenance(patient, ROLES),
    })
}

fn protection(patient: Node<'_>) -> Option<String> {
    let labels = patient.get("meta").get("security");
    let has = |code: &str| labels.items().any(|label| label.get("code").is(code));
    // The stronger of the two comes first when a source gives both.
    if has("skyddadFolkbokforing") {
        Some("protected-registration".into())
    } else if has("sekretessmarkering") {
        Some("confidentiality-mark".into())
    } else {
        None
    }
}

/// The same of a contact, where every label that restricts counts: one we do not know is passed on as it is, and protects.
pub fn contact_protection(contact: Node<'_>) -> Option<String> {
    const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    protection(contact).or_else(|| {
        let labels = contact.get("meta").get("security");
        let of_base_profile =
            |label: &Node<'_>| label.get("system").str().is_some_and(|system| system.contains("SecurityLabelCS"));
        let restricts = |label: &Node<'_>| {
            label.get("system").is(CONFIDENTIALITY) && matches!(label.get("code").str(), Some("R" | "V"))
        };
        let mut labels = labels.items().filter(|label| of_base_profile(label) || restricts(label));
        labels.next().map(|label| label.get("code").text().unwrap_or_else(|| "protected-registration".into()))
    })
}

fn life(patient: Node<'_>) -> Life {
    let at = patient.get("deceasedDateTime").when();
    match (patient.get("deceasedBoolean").flag(), at) {
        (_, Some(at)) => Life::Deceased(Some(at)),
        (Some(true), None) => Life::Deceased(None),
        (Some(false), None) => Life::Alive,
        (None, None) => Life::NotStated,
    }
}

/// The language of communication, when the source says that an interpreter is needed.
fn interpreter(patient: Node<'_>) -> Option<String> {
    if patient.known_ext("patient-interpreterRequired").flag() != Some(true) {
        return None;
    }
    let languages = patient.get("communication");
    let preferred = languages.items().find(|item| item.get("preferred").flag() == Some(true));
    preferred.unwrap_or_else(|| languages.first()).get("language").words()
}
