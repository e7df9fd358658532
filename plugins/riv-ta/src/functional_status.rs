//! Functional status: one entry per assessed activity (PADL), or one for an assessed disability.
//!
//! Invariant: the assessment is the source's text; no level is derived, because the contract has none.

use samsyn_adapter::{
    sink::FunctionalAssessment,
    types::{Concept, Provenance},
};

use crate::{
    record::{Reading, concept_at, extension, is_nullified, numbered, provenance, time_at},
    xml::Node,
};

/// Reads every record of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Vec<FunctionalAssessment> {
    response.all("functionalStatusAssessment").flat_map(|record| read_record(record, reading)).collect()
}

fn read_record(record: &Node, reading: Reading<'_>) -> Vec<FunctionalAssessment> {
    let nothing = Node::default();
    let header = record.at("functionalStatusAssessmentHeader").unwrap_or(&nothing);
    let body = record.at("functionalStatusAssessmentBody").unwrap_or(&nothing);
    if is_nullified(header) {
        return Vec::new();
    }
    let words = |swedish, english| reading.language.text(swedish, english).to_owned();
    let mut provenance = provenance(header, record, reading);
    if let Some(category) = body.text("assessmentCategory") {
        provenance.information_type = Some(category);
    }
    let mut assessed: Vec<(Concept, String)> = Vec::new();
    for activity in body.all("padl") {
        let what = concept_at(activity, "typeOfAssessment").unwrap_or_else(|| plain(words("Aktivitet", "Activity")));
        let text = activity.text("assessment");
        assessed.push((what, text.unwrap_or_else(|| words("bedömning utan text i källan", "no text in the source"))));
    }
    for disability in body.all("disability") {
        let unnamed = || plain(words("Funktionsnedsättning", "Disability"));
        let what = concept_at(disability, "disabilityAssessment").unwrap_or_else(unnamed);
        // By the rules of the contract the code itself says that the function is reduced.
        let text = disability.text("comment").unwrap_or_else(|| words("nedsatt funktion", "reduced function"));
        assessed.push((what, text));
    }
    let comment = body.text("comment");
    if assessed.is_empty() {
        let text = comment.unwrap_or_else(|| words("bedömning utan text i källan", "no text in the source"));
        assessed.push((plain(words("Funktionsstatus", "Functional status")), text));
    } else {
        provenance.extensions.extend(comment.map(|comment| extension("comment", comment)));
    }
    let when = time_at(header, "documentTime").or_else(|| provenance.recorded.clone());
    let entry =
        |(index, (what, assessment))| entry(what, assessment, when.clone(), numbered(provenance.clone(), index));
    assessed.into_iter().enumerate().map(entry).collect()
}

const fn entry(
    what: Concept,
    assessment: String,
    assessed: Option<String>,
    provenance: Provenance,
) -> FunctionalAssessment {
    FunctionalAssessment { what, assessment, level: None, assessed, provenance }
}

const fn plain(text: String) -> Concept {
    Concept { text, codings: Vec::new() }
}
