//! One entry as one FHIR resource, and its `Provenance`.
//!
//! Rooms: `clinical` alerts, limits, medicines and the like · `around` contacts, services, plans, consents, documents.
//! Not here: searching. Invariant: every resource is about the patient its entry names, and its `Provenance` says who is
//! responsible for it.

mod around;
mod clinical;

use samsyn_domain::{
    entry::{Entry, Life, PersonDetails},
    identifier::{Identifier, IdentifierKind},
    provenance::{Provenance, Signing},
    section::Section,
    vocabulary::Protection,
};
use serde_json::{Value, json};

use super::element::{BASE, Element, code, is_instant, moment, organisation, own, part, parted};

const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const INFORMATION_TYPE: &str = "urn:oid:1.2.752.129.2.2.2.1";
const SNOMED: &str = "http://snomed.info/sct";
const ABSENT_UNKNOWN: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
const EMPTY_REASON: &str = "http://terminology.hl7.org/CodeSystem/list-empty-reason";

/// The patient a resource is written for.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// Logical id, which tells nothing.
    pub id: String,
    /// The identifier the source knows the patient by.
    pub identifier: Identifier,
}

impl Subject {
    /// How an entry names its patient: by reference, and by its own identifier where that is another one.
    fn of(&self, provenance: &Provenance) -> Option<Value> {
        let stated = provenance.patient.as_ref()?;
        let reference = format!("Patient/{}", self.id);
        Some(if stated.value == self.identifier.value {
            json!({ "reference": reference })
        } else {
            json!({ "reference": reference, "identifier": identifier(stated) })
        })
    }
}

/// The resource of an entry.
pub(super) fn resource(subject: &Subject, entry: &Entry, id: &str) -> Value {
    match entry {
        Entry::Alert(alert) => clinical::alert(subject, alert, id),
        Entry::CareLimit(limit) => clinical::care_limit(subject, limit, id),
        Entry::Medication(medication) => clinical::medication(subject, medication, id),
        Entry::FunctionalAssessment(assessment) => clinical::assessment(subject, assessment, id),
        Entry::Vaccination(vaccination) => clinical::vaccination(subject, vaccination, id),
        Entry::Infection(infection) => clinical::infection(subject, infection, id),
        Entry::Service(service) => around::service(subject, service, id),
        Entry::Contact(contact) => around::contact(subject, contact, id),
        Entry::Plan(plan) => around::plan(subject, plan, id),
        Entry::Consent(consent) => around::consent(subject, consent, id),
        Entry::Document(document) => around::document(subject, document, id),
    }
}

/// A resource with what every one of them has. `patient_key` is what the resource calls its subject.
fn begin(kind: &str, id: &str, patient_key: &str, subject: &Subject, provenance: &Provenance) -> Element {
    begin_labelled(kind, id, patient_key, subject, provenance, None)
}

/// The same with a security label of its own.
fn begin_labelled(
    kind: &str,
    id: &str,
    patient_key: &str,
    subject: &Subject,
    provenance: &Provenance,
    label: Option<Value>,
) -> Element {
    with_provenance(Element::resource(kind, id), provenance, label)
        .set("identifier", json!([record_id(provenance)]))
        .maybe(patient_key, subject.of(provenance))
}

fn record_id(provenance: &Provenance) -> Value {
    json!({ "system": format!("{BASE}record-id"), "value": provenance.id })
}

/// What `Provenance` has no place for stands on the record itself.
fn with_provenance(element: Element, provenance: &Provenance, label: Option<Value>) -> Element {
    let extras = provenance.extensions.iter().map(|extra| {
        let key = part("key", "valueString", extra.key.clone());
        parted("extra", vec![key, part("value", "valueString", extra.value.clone())])
    });
    let kind = provenance.information_type.as_ref().map(|kind| json!({ "system": INFORMATION_TYPE, "code": kind }));
    let labels: Vec<Value> = label.into_iter().chain(kind).collect();
    element
        .maybe("meta", (!labels.is_empty()).then(|| json!({ "security": labels })))
        .ext("link", "valueUri", provenance.link.clone())
        .exts(extras.collect())
}

/// The `Provenance` of a resource.
pub(super) fn provenance(stated: &Provenance, target: &str, id: &str) -> Value {
    let mut element = Element::resource("Provenance", id).set("target", json!([{ "reference": target }]));
    let mut agents = Vec::new();
    if stated.author.is_some() || stated.care_unit.is_some() {
        let who = stated.author.as_ref().map(|author| element.actor(author));
        let unit = stated.care_unit.as_ref().map(organisation);
        let agent = Element::default().set("type", code(PARTICIPANT, "author"));
        agents.push(match who {
            Some(who) => agent.set("who", who).maybe("onBehalfOf", unit).build(),
            None => agent.maybe("who", unit).build(),
        });
    }
    if let Some(provider) = &stated.care_provider {
        let agent = Element::default().set("type", code(PARTICIPANT, "custodian"));
        agents.push(agent.set("who", organisation(provider)).build());
    }
    element = element.list("agent", agents);
    element = match &stated.recorded {
        Some(recorded) if is_instant(recorded) => element.set("recorded", moment(recorded)),
        recorded => element.ext_when("recorded", recorded.as_ref()),
    };
    signed(element, &stated.signing).build()
}

fn signed(mut element: Element, signing: &Signing) -> Element {
    match signing {
        Signing::NotStated => element,
        Signing::Unsigned => element.ext("signing", "valueCode", Some("unsigned")),
        Signing::Signed { at, by } => {
            let who = by.as_ref().map(|by| element.actor(by));
            let mut signature = Element::default()
                .set("type", json!([{ "system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1" }]));
            signature = match at {
                Some(at) if is_instant(at) => signature.set("when", moment(at)),
                at => signature.ext_when("signed-at", at.as_ref()),
            };
            element.set("signature", json!([signature.maybe("who", who).build()]))
        }
    }
}

/// An identifier with the system HL7 Sweden gives its kind.
fn identifier(stated: &Identifier) -> Value {
    let system = match IdentifierKind::of_system(&stated.system) {
        Some(IdentifierKind::PersonalNumber) => "http://electronichealth.se/identifier/personnummer",
        Some(IdentifierKind::CoordinationNumber) => "http://electronichealth.se/identifier/samordningsnummer",
        Some(IdentifierKind::ReserveNumber) => "http://electronichealth.se/identifier/nationelltReservnummer",
        None => &stated.system,
    };
    json!({ "system": system, "value": stated.value })
}

/// The security label of protected personal data, as HL7 Sweden's base profile has it.
fn security_label(protection: &Protection) -> Option<Value> {
    let code = match protection {
        Protection::ConfidentialityMark => "sekretessmarkering",
        Protection::ProtectedRegistration => "skyddadFolkbokforing",
        Protection::Other(_) => return None,
    };
    Some(json!({ "code": code }))
}

/// The `Patient`: what the source knows of the person, at least the identifier.
pub(super) fn patient(subject: &Subject, person: Option<&PersonDetails>) -> Value {
    let element = Element::resource("Patient", &subject.id);
    let Some(person) = person else {
        return element.set("identifier", json!([identifier(&subject.identifier)])).set("active", true).build();
    };
    let label = person.protection.as_ref().and_then(security_label);
    let name = Element::default()
        .set("use", "official")
        .maybe("family", person.family_name.clone())
        .list("given", person.given_name.iter().map(|given| json!(given)).collect());
    let element = with_provenance(element, &person.provenance, label)
        .set("identifier", json!([identifier(&person.identifier), record_id(&person.provenance)]))
        .set("active", true)
        .set("name", json!([name.build()]))
        .when("birthDate", person.birth_date.as_ref())
        .maybe("gender", person.sex.as_ref().map(|sex| sex.word().to_owned()))
        .ext_text("communication-need", person.communication_need.as_deref());
    let element = match &person.life {
        Life::Alive => element.set("deceasedBoolean", false),
        Life::Deceased { at: Some(at) } => element.set("deceasedDateTime", moment(at)),
        Life::Deceased { at: None } => element.set("deceasedBoolean", true),
        Life::NotStated => element,
    };
    interpreter(element, person).build()
}

fn interpreter(element: Element, person: &PersonDetails) -> Element {
    let Some(language) = &person.interpreter_language else { return element };
    let required = json!({
        "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
        "valueBoolean": true,
    });
    element.exts(vec![required]).set("communication", json!([{ "language": { "text": language }, "preferred": true }]))
}

/// The resource that states that there are none of a section.
pub(super) fn stated_none(subject: &Subject, section: Section, id: &str) -> Value {
    let reference = json!({ "reference": format!("Patient/{}", subject.id) });
    match section {
        Section::Alerts => Element::resource("AllergyIntolerance", id)
            .set("patient", reference)
            .set("code", code(SNOMED, "716186003"))
            .build(),
        Section::Medications => Element::resource("MedicationStatement", id)
            .set("status", "unknown")
            .set("subject", reference)
            .set("medicationCodeableConcept", code(ABSENT_UNKNOWN, "no-known-medications"))
            .build(),
        Section::Covid19 => Element::resource("Immunization", id)
            .set("status", "not-done")
            .set("patient", reference)
            .set("vaccineCode", code(ABSENT_UNKNOWN, "no-known-immunizations"))
            .build(),
        other => Element::resource("List", id)
            .set("status", "current")
            .set("mode", "snapshot")
            .set("subject", reference)
            .set("code", own("section", other.name()))
            .set("emptyReason", code(EMPTY_REASON, "nilknown"))
            .build(),
    }
}
