//! `Flag` and `AllergyIntolerance` as alerts.
//!
//! Groups A–E of Socialstyrelsen's attention information, FHIR's flag categories, our own code system `alert-kind`.
//! Not here: care limits, infections from `Condition`.
//! Invariant: classified by what the record holds; "no known allergy" is a statement, not an alert; "no known *food* allergy" is
//! less than that and is shown as a refuted alert.

use samsyn_adapter::sink::Alert;

use super::{Found, care_limits::earlier, joined, notes, wordless};
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const FLAG_ROLES: Roles = Roles { author: &["author"], organisation: &[], recorded: &[] };
const ALLERGY_ROLES: Roles =
    Roles { author: &["recorder", "asserter"], organisation: &[], recorded: &["recordedDate"] };

/// No known allergy at all.
const NO_KNOWN: [&str; 3] = ["716186003", "no-known-allergies", "160244002"];
/// No known allergy of one sort.
const NO_KNOWN_OF_A_SORT: [&str; 8] = [
    "429625007",
    "409137002",
    "428607008",
    "428197003",
    "716184000",
    "no-known-food-allergies",
    "no-known-medication-allergies",
    "no-known-environmental-allergies",
];
/// The source has no information: says nothing of the patient.
const NO_INFORMATION: [&str; 1] = ["no-allergy-info"];
const THREAT: &str = "60781000052105";

/// A `Flag` as an alert.
pub fn flag<'p>(reader: &Reader<'p>, flag: Node<'p>) -> Alert {
    let category = flag.get("category");
    let code = flag.get("code");
    let period = flag.get("period");
    let own_kind = category.own_code("alert-kind");
    let (agent, label) = if own_kind.is_some() {
        (flag.ext("alert-agent").concept(), flag.ext("alert-label").concept())
    } else {
        (code.concept().filter(|concept| !concept.codings.is_empty()), category.first().concept())
    };
    let unstructured = flag.known_ext("alert-unstructured-alert-information");
    let history = joined([unstructured.part("heading").text(), unstructured.part("content").text()], ": ");
    let valid_to = earlier(period.get("end").when(), flag.known_ext("alert-obsolete-time").when());
    let comments = [
        notes(flag),
        flag.ext("note").text(),
        flag.known_ext("alert-information-comment").text(),
        flag.known_ext("alert-obsolete-comment").text(),
        inactive_remark(reader, flag.get("status").is("inactive") && valid_to.is_none() && own_kind.is_none()),
    ];
    Alert {
        kind: own_kind.map_or_else(|| kind_of_flag(flag), Into::into),
        text: history.or_else(|| code.words()).or_else(|| category.first().words()).unwrap_or_else(|| wordless(reader)),
        severity: flag.ext("severity").text().or_else(|| severity_code(flag.known_ext("alert-degree-of-severity"))),
        certainty: flag.ext("certainty").text(),
        agent,
        label,
        comment: joined(comments, "\n"),
        noted: flag.ext("noted").when().or_else(|| flag.known_ext("alert-ascertained-date").when()),
        valid_from: period.get("start").when(),
        valid_to,
        provenance: reader.provenance(flag, FLAG_ROLES),
    }
}

fn kind_of_flag(flag: Node<'_>) -> String {
    let code = flag.get("code");
    if code.has_code(&[THREAT]) {
        return "threat".into();
    }
    let kind = flag.get("category").codes().find_map(|group| {
        Some(match group {
            "A1" | "A3" | "A4" => "serious-disease",
            "A2" => "treatment",
            "B" | "B1" | "B2" => "infection",
            "C" | "C1" | "C2" | "C3" | "C4" => "hypersensitivity",
            "D" | "D1" | "D2" | "behavioral" | "safety" => "special-routine",
            _ => return None,
        })
    });
    kind.unwrap_or("unstructured").into()
}

/// An `AllergyIntolerance`: an alert, or the statement that there is none.
pub fn allergy<'p>(reader: &Reader<'p>, allergy: Node<'p>, found: &mut Found) {
    let code = allergy.get("code");
    if code.has_code(&NO_KNOWN) {
        found.stated_none.insert("alerts", allergy.get("recordedDate").when());
    } else if code.has_code(&NO_INFORMATION) {
        found.no_information.insert("alerts");
    } else {
        found.alerts.push(hypersensitivity(reader, allergy));
    }
}

fn hypersensitivity<'p>(reader: &Reader<'p>, allergy: Node<'p>) -> Alert {
    let code = allergy.get("code");
    let refuted = code.has_code(&NO_KNOWN_OF_A_SORT);
    let own = allergy.ext("alert-text").text();
    let period = allergy.ext("validity");
    let valid_to = period.get("end").when();
    let inactive = allergy.get("clinicalStatus").has_code(&["inactive", "resolved"]) && valid_to.is_none();
    let reactions = allergy.get("reaction").items().flat_map(|reaction| reaction.get("manifestation").items());
    let manifestations = joined(reactions.map(Node::words), ", ");
    Alert {
        kind: "hypersensitivity".into(),
        agent: if own.is_some() && allergy.ext("agent-not-stated").flag() == Some(true) {
            None
        } else {
            code.concept()
        },
        text: own.or_else(|| code.words()).or(manifestations.clone()).unwrap_or_else(|| wordless(reader)),
        severity: allergy.ext("severity").text().or_else(|| severity(allergy)),
        certainty: if refuted { Some("refuted".into()) } else { certainty(allergy) },
        label: allergy.ext("alert-label").concept(),
        comment: joined([notes(allergy), manifestations, inactive_remark(reader, inactive)], "\n"),
        noted: allergy.ext("noted").when().or_else(|| allergy.get("recordedDate").when()),
        valid_from: period.get("start").when().or_else(|| allergy.get("onsetDateTime").when()),
        valid_to,
        provenance: reader.provenance(allergy, ALLERGY_ROLES),
    }
}

fn inactive_remark(reader: &Reader<'_>, inactive: bool) -> Option<String> {
    inactive.then(|| reader.language.text("inaktiv enligt källan", "inactive according to the source").into())
}

/// Socialstyrelsen's codes of severity.
fn severity_code(concept: Node<'_>) -> Option<String> {
    concept.codes().find_map(|code| match code {
        "442452003" => Some("life-threatening".into()),
        "59021000052107" => Some("harmful".into()),
        "59031000052109" => Some("discomforting".into()),
        _ => None,
    })
}

/// `criticality` high is defined as potentially life-threatening; a mild reaction to a low one is discomforting. Anything
/// else is not stated rather than guessed.
fn severity(allergy: Node<'_>) -> Option<String> {
    let worst = |word: &str| allergy.get("reaction").items().any(|reaction| reaction.get("severity").is(word));
    match allergy.get("criticality").str() {
        Some("high") => Some("life-threatening".into()),
        _ if worst("severe") || worst("moderate") => Some("harmful".into()),
        _ if worst("mild") => Some("discomforting".into()),
        _ => None,
    }
}

fn certainty(allergy: Node<'_>) -> Option<String> {
    if let Some(stated) = allergy.ext("certainty").text() {
        return Some(stated);
    }
    let status = allergy.get("verificationStatus");
    if status.has_code(&["confirmed"]) {
        Some("confirmed".into())
    } else if status.has_code(&["presumed"]) {
        Some("probable".into())
    } else if status.has_code(&["unconfirmed"]) {
        Some("suspected".into())
    } else if status.has_code(&["refuted"]) {
        Some("refuted".into())
    } else {
        None
    }
}
