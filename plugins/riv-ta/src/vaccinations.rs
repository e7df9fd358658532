//! Vaccinations: one entry per dose given, or one for a record that holds only a note.
//!
//! Invariant: every field of a dose may be missing and none is guessed; a record without doses still says "vaccinated, dose
//! unknown". Which doses are copies of each other is not decided here.

use samsyn_adapter::{
    sink::Vaccination,
    types::{Actor, Concept, Provenance},
};

use crate::{
    record::{Reading, concept, concept_at, extension, is_nullified, joined, numbered, org_unit, provenance, time_at},
    xml::Node,
};

/// Reads every record of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Vec<Vaccination> {
    response.all("vaccinationMedicalRecord").flat_map(|record| read_record(record, reading)).collect()
}

fn read_record(record: &Node, reading: Reading<'_>) -> Vec<Vaccination> {
    let nothing = Node::default();
    let header = record.at("vaccinationMedicalRecordHeader").unwrap_or(&nothing);
    if is_nullified(header) {
        return Vec::new();
    }
    let body = record.at("vaccinationMedicalRecordBody").unwrap_or(&nothing);
    let registration = body.at("registrationRecord").unwrap_or(&nothing);
    let mut provenance = provenance(header, record, reading);
    for (element, key) in [("riskCategory", "risk-category"), ("patientAdverseEffect", "adverse-effect")] {
        let stated = registration.all(element).filter_map(concept);
        provenance.extensions.extend(stated.map(|concept| extension(key, concept.text)));
    }
    let shared = Shared {
        date: time_at(registration, "date"),
        note: registration.text("vaccinationUnstructuredNote"),
        language: reading.language,
    };
    let mut doses: Vec<&Node> = body.all("administrationRecord").collect();
    if doses.is_empty() {
        doses.push(&nothing);
    }
    doses.iter().enumerate().map(|(index, dose)| shared.dose(dose, numbered(provenance.clone(), index))).collect()
}

/// What the doses of one record share: the registration's date is the only date there is.
struct Shared {
    date: Option<String>,
    note: Option<String>,
    language: samsyn_adapter::Language,
}

impl Shared {
    fn dose(&self, dose: &Node, mut provenance: Provenance) -> Vaccination {
        for (element, key) in [
            ("commentPrescription", "comment"),
            ("commentAdministration", "comment"),
            ("sourceDescription", "source-description"),
            ("vaccineManufacturer", "manufacturer"),
        ] {
            provenance.extensions.extend(dose.text(element).map(|text| extension(key, text)));
        }
        let reactions = dose.all("patientAdverseEffect").filter_map(concept);
        provenance.extensions.extend(reactions.map(|reaction| extension("adverse-effect", reaction.text)));
        let number = |path: &str| dose.text(path).and_then(|text| text.parse::<u32>().ok());
        Vaccination {
            target_diseases: dose.all("vaccineTargetDisease").filter_map(concept).collect(),
            vaccine: vaccine(dose),
            batch: dose.text("vaccineBatchId"),
            date: self.date.clone(),
            dose_number: number("doseOrdinalNumber"),
            prescribed_doses: number("numberOfPrescribedDoses"),
            dose_complete: dose.flag("isDoseComplete"),
            unique_reference: unique_reference(dose),
            note: self.note.clone().or_else(|| self.unspecified(dose)),
            performer: performer(dose),
            provenance,
        }
    }

    /// A record that says nothing at all but that somebody was vaccinated.
    fn unspecified(&self, dose: &Node) -> Option<String> {
        let text = self.language.text("Vaccination utan närmare uppgifter", "Vaccination without details");
        dose.children().is_empty().then(|| text.to_owned())
    }
}

/// The product, and the type of vaccine where the product is missing.
fn vaccine(dose: &Node) -> Option<Concept> {
    concept_at(dose, "vaccineName").or_else(|| concept_at(dose, "typeOfVaccine"))
}

/// Root and extension together, since extensions are unique within their root only.
fn unique_reference(dose: &Node) -> Option<String> {
    let node = dose.at("vaccinationUniqueReference")?;
    let value = node.text("extension").or_else(|| node.own_text().map(str::to_owned));
    match (node.text("root"), value) {
        (Some(root), Some(value)) => Some(format!("{root}#{value}")),
        (root, value) => value.or(root),
    }
}

fn performer(dose: &Node) -> Option<Actor> {
    let unit = dose.at("performerOrg").and_then(org_unit);
    let name = joined([dose.text("performer/personName")], "");
    let id = dose.text("performer/hsaid");
    let known = unit.is_some() || name.is_some() || id.is_some();
    known.then_some(Actor { name, role: None, id, unit })
}
