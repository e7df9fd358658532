//! `Condition` and laboratory `Observation` that say somebody has, had or does not have an infection others must know of.
//!
//! Covid, resistant bacteria, a few contagious diseases: see the tables. Every other diagnosis is left alone.
//! Invariant: confirmed means nucleic acid test or a confirmed diagnosis; an antigen test alone or the patient's own test only
//! suspects.

use samsyn_adapter::{sink::Infection, types::Concept};

use super::Found;
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["recorder", "asserter"], organisation: &[], recorded: &["recordedDate"] };
const LAB_ROLES: Roles = Roles { author: &["performer"], organisation: &[], recorded: &["issued"] };

/// SNOMED: covid-19, and carriers and infections of resistant bacteria (set 59851000052108 and relatives).
const SNOMED: [&str; 8] =
    ["840539006", "432415000", "431109006", "762988003", "61751000052107", "266096002", "186431008", "407479009"];
/// ICD-10-SE, by beginning: covid, clostridioides difficile, norovirus, influenza, tuberculosis of the lungs, resistance.
const ICD: [&str; 11] = ["U07.1", "U07.2", "U08.9", "U10.9", "A04.7", "A08.1", "J09", "J10", "A15", "U82.1", "Z22.8"];
/// LOINC: SARS-CoV-2 nucleic acid.
const PCR: [&str; 8] = ["94500-6", "94309-2", "94759-8", "94845-5", "94565-9", "94531-1", "94306-8", "94660-8"];
/// LOINC: SARS-CoV-2 antigen.
const ANTIGEN: [&str; 3] = ["94558-4", "97097-0", "96119-3"];
const POSITIVE: [&str; 3] = ["10828004", "260373001", "POS"];
const NEGATIVE: [&str; 3] = ["260385009", "260415000", "NEG"];

/// Codes a source is asked for in its laboratory observations.
pub fn laboratory_codes() -> String {
    let all: Vec<String> = PCR.iter().chain(&ANTIGEN).map(|code| format!("http://loinc.org|{code}")).collect();
    all.join(",")
}

/// A diagnosis, when it is an infection of the tables or the source marks it as one.
pub fn condition<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if resource.get("category").own_code("condition-kind") == Some("infection") || is_infection(resource.get("code")) {
        found.infections.extend(of_condition(reader, resource));
    }
}

fn is_infection(code: Node<'_>) -> bool {
    code.has_code(&SNOMED) || icd(code).is_some()
}

fn icd(code: Node<'_>) -> Option<String> {
    let icd = |coding: &Node<'_>| {
        let system = coding.get("system").str().unwrap_or_default();
        system.contains("icd-10") || system.contains("1.2.752.116.1.1.1")
    };
    let mut stated = code.get("coding").items().filter(icd).filter_map(|coding| coding.get("code").str());
    stated.find_map(|stated| {
        let dotted = if stated.len() > 3 && !stated.contains('.') {
            let (block, rest) = stated.split_at_checked(3)?;
            format!("{block}.{rest}")
        } else {
            stated.to_owned()
        };
        ICD.iter().any(|known| dotted.starts_with(known)).then_some(dotted)
    })
}

fn of_condition<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Option<Infection> {
    let clinical = resource.get("clinicalStatus");
    let ongoing = if clinical.has_code(&["active", "recurrence", "relapse"]) {
        Some(true)
    } else if clinical.has_code(&["inactive", "resolved", "remission"]) {
        Some(false)
    } else {
        None
    };
    let evidence = resource.get("evidence").items().flat_map(|evidence| evidence.get("code").items());
    Some(Infection {
        what: resource.get("code").concept()?,
        certainty: certainty(resource),
        method: resource.ext("method").text().or_else(|| { evidence }.find_map(Node::words)),
        date: resource.get("onsetDateTime").when(),
        ended: resource.get("abatementDateTime").when(),
        ongoing,
        precautions: resource.ext("precautions").text(),
        provenance: reader.provenance(resource, ROLES),
    })
}

fn certainty(resource: Node<'_>) -> String {
    if let Some(stated) = resource.ext("certainty").text() {
        return stated;
    }
    let verification = resource.get("verificationStatus");
    let icd = icd(resource.get("code")).unwrap_or_default();
    match icd.as_str() {
        "U08.9" => "history",
        "U07.2" => "suspected",
        _ if verification.has_code(&["refuted"]) => "excluded",
        _ if verification.has_code(&["confirmed"]) => "confirmed",
        _ if verification.exists() => "suspected",
        "U07.1" => "confirmed",
        _ => "suspected",
    }
    .into()
}

/// A laboratory result about covid; none for any other observation and for results without a clear answer.
pub fn observation<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Option<Infection> {
    let code = resource.get("code");
    let pcr = code.has_code(&PCR);
    if !pcr && !code.has_code(&ANTIGEN) {
        return None;
    }
    if !matches!(resource.get("status").str(), Some("final" | "amended" | "corrected")) {
        return None;
    }
    let value = resource.get("valueCodeableConcept");
    let interpretation = resource.get("interpretation");
    let says = |codes: &[&str]| value.has_code(codes) || interpretation.has_code(codes);
    let own_test = resource
        .get("performer")
        .items()
        .any(|who| reader.pool.target(resource, who).get("resourceType").is("Patient"));
    let certainty = match (says(&POSITIVE), says(&NEGATIVE)) {
        (true, false) if pcr && !own_test => "confirmed",
        (true, false) => "suspected",
        (false, true) => "excluded",
        _ => return None,
    };
    let what = Concept { text: code.words().unwrap_or_else(|| "SARS-CoV-2".into()), codings: code.concept()?.codings };
    Some(Infection {
        what,
        certainty: certainty.into(),
        method: Some(if pcr { "PCR" } else { "antigen" }.into()),
        date: resource.get("effectiveDateTime").when(),
        ended: None,
        ongoing: None,
        precautions: None,
        provenance: reader.provenance(resource, LAB_ROLES),
    })
}
