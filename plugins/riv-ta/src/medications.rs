//! Medication history: one entry per prescription.
//!
//! Invariants: the dosage is the prescriber's text; a drug that is coded nowhere is still shown with the words there are. A
//! prescription to stop a drug ends it at its end of treatment, not at the day it was written.

use samsyn_adapter::{
    sink::Medication,
    types::{Concept, Provenance},
};

use crate::{
    record::{Reading, concept, concept_at, end_at, extension, has_ended, is_nullified, joined, provenance, time_at},
    when,
    xml::Node,
};

/// Reads every prescription of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Vec<Medication> {
    response.all("medicationMedicalRecord").filter_map(|record| prescription(record, reading)).collect()
}

fn prescription(record: &Node, reading: Reading<'_>) -> Option<Medication> {
    let nothing = Node::default();
    let header = record.at("medicationMedicalRecordHeader").unwrap_or(&nothing);
    let body = record.at("medicationMedicalRecordBody").unwrap_or(&nothing);
    let order = body.at("medicationPrescription").unwrap_or(&nothing);
    if is_nullified(header) {
        return None;
    }
    let dispensed = order.at("dispensationAuthorization");
    let choice = order.at("drug").or_else(|| dispensed.and_then(|node| node.at("drug"))).unwrap_or(&nothing);
    let started = time_at(order, "startOfTreatment").or_else(|| time_at(order, "startOfFirstTreatment"));
    let ended = end_at(order, "endOfTreatment");
    let dosage = dosage(choice).or_else(|| dispensed.and_then(|node| node.text("prescriptionSignatura")));
    let unnamed =
        || reading.language.text("Läkemedel utan namn i källan", "Medicine without name in the source").to_owned();
    Some(Medication {
        drug: drug(choice).unwrap_or_else(|| Concept { text: unnamed(), codings: Vec::new() }),
        dose_dispensed: dispensed.and_then(is_dose_dispensed),
        separate_instruction: dosage.clone().filter(|text| text.to_lowercase().contains("särskild ordination")),
        handled_by: None,
        phase: phase(order, started.as_ref(), ended.as_ref(), reading.now).into(),
        as_needed: as_needed(choice, dosage.as_deref()),
        indication: indication(order),
        dosage,
        started,
        ended,
        provenance: with_notes(provenance(header, record, reading), order),
    })
}

/// The drug as product, package, article, substance or free text, whichever the source has, with its ATC code.
fn drug(choice: &Node) -> Option<Concept> {
    let coded = ["drug/nplId", "drugArticle/nplPackId", "merchandise/articleNumber"];
    let named = coded.iter().find_map(|path| concept_at(choice, path));
    let generic = choice.at("generics").and_then(|generics| {
        let strength = [generics.text("strength/value"), generics.text("strength/unit")];
        joined([generics.text("substance"), joined(strength, " "), generics.text("form")], " ")
    });
    let free = || choice.text("unstructuredDrugInformation/unstructuredInformation").or_else(|| choice.text("comment"));
    let atc = concept_at(choice, "drug/atcCode");
    let plain = |text| Concept { text, codings: Vec::new() };
    let mut drug = named.or_else(|| generic.map(plain)).or_else(|| free().map(plain)).or_else(|| atc.clone())?;
    for coding in atc.into_iter().flat_map(|atc| atc.codings) {
        if !drug.codings.contains(&coding) {
            drug.codings.push(coding);
        }
    }
    Some(drug)
}

/// The prescriber's own words; several dosages follow each other.
fn dosage(choice: &Node) -> Option<String> {
    const UNSTRUCTURED: [&str; 3] = [
        "setDosage/unstructuredDosageInformation/text",
        "conditionalDosage/unstructuredDosageInformation/text",
        "maximumDosage/unstructuredDosageInformation/text",
    ];
    let one = |dosage: &Node| {
        let unstructured = || joined(UNSTRUCTURED.map(|path| dosage.text(path)), "; ");
        dosage.text("dosageInstruction").or_else(|| dosage.text("shortNotation")).or_else(unstructured)
    };
    joined(choice.all("dosage").map(one), "; ")
}

fn is_dose_dispensed(dispensed: &Node) -> Option<bool> {
    let method = dispensed.text("distributionMethod")?.to_lowercase();
    (method.starts_with("dos") || method.contains("apodos")).then_some(true)
}

fn as_needed(choice: &Node, dosage: Option<&str>) -> Option<bool> {
    let conditional = choice.all("dosage").any(|dosage| dosage.at("conditionalDosage").is_some());
    (conditional || dosage.is_some_and(|text| text.to_lowercase().contains("vid behov"))).then_some(true)
}

fn indication(order: &Node) -> Option<String> {
    let reason = |node: &Node| {
        node.at("reason").and_then(concept).map(|reason| reason.text).or_else(|| node.text("otherReason"))
    };
    let reasons = order.all("principalPrescriptionReason").chain(order.all("additionalPrescriptionReason")).map(reason);
    joined(reasons, ", ").or_else(|| order.text("treatmentPurpose"))
}

fn phase(order: &Node, started: Option<&String>, ended: Option<&String>, now: &str) -> &'static str {
    let status = order.text("prescriptionStatus").unwrap_or_default().to_lowercase();
    let stops = order.text("typeOfPrescription").as_deref() == Some("U");
    if status == "inactive" || has_ended(ended, now) || (stops && ended.is_none()) {
        "ended"
    } else if started.is_some_and(|start| when::is_before(now, start)) {
        "planned"
    } else if status == "active" || started.is_some() {
        "current"
    } else {
        "unknown"
    }
}

fn with_notes(mut provenance: Provenance, order: &Node) -> Provenance {
    provenance.extensions.extend(order.text("prescriptionNote").map(|note| extension("comment", note)));
    if order.flag("selfMedication") == Some(true) {
        provenance.extensions.push(extension("self-medication", "true"));
    }
    provenance
}
