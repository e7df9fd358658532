//! What every national record shares: the header, coded values, and where the record comes from.
//!
//! Room: from elements to `types`. Not here: the bodies (one file per kind of record).
//! Invariants: the patient and the ids of provider and unit are those of this very record; a placeholder is missing, and no
//! other id ever stands in for it, because access is decided on them. A time that cannot be read is kept as text.

use samsyn_adapter::{
    Language,
    types::{Actor, Coding, Concept, Extension, Identifier, Organisation, Provenance, Signature, Signing},
};

use crate::{
    when,
    xml::{Node, stated},
};

/// What a reader needs to know besides the record.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'r> {
    /// Language for the adapter's own words.
    pub language: Language,
    /// The moment of the lookup, local, `2026-11-21T12:00:00`.
    pub now: &'r str,
    /// What the source said of the reply as a whole, shown with each entry.
    pub note: Option<&'r str>,
    /// National information type of the contract.
    pub information_type: &'r str,
    /// HSA-ids or parts of names of emergency departments, lower case.
    pub emergency_units: &'r [String],
}

/// URIs that other sources use for the same code systems.
const KNOWN_SYSTEMS: [(&str, &str); 2] =
    [("1.2.752.116.2.1.1", "http://snomed.info/sct"), ("1.2.752.129.2.2.3.1.1", "http://www.whocc.no/atc")];

/// A code system as the contract writes it.
pub fn system(oid: &str) -> String {
    let oid = oid.trim().trim_start_matches("urn:oid:");
    match KNOWN_SYSTEMS.iter().find(|(known, _)| *known == oid) {
        Some((_, uri)) => (*uri).to_owned(),
        None if oid.bytes().all(|b| b.is_ascii_digit() || b == b'.') => format!("urn:oid:{oid}"),
        None => oid.to_owned(),
    }
}

/// A coded value (`CVType`): the source's own words, and its code where it has one.
pub fn concept(node: &Node) -> Option<Concept> {
    let display = node.text("displayName");
    let code = node.text("code");
    let text = node.text("originalText").or_else(|| display.clone()).or_else(|| code.clone())?;
    let codings = match (code, node.text("codeSystem")) {
        (Some(code), Some(of)) => vec![Coding { system: system(&of), code, display: display.filter(|d| *d != text) }],
        _ => Vec::new(),
    };
    Some(Concept { text, codings })
}

/// A coded value at a path.
pub fn concept_at(node: &Node, path: &str) -> Option<Concept> {
    node.at(path).and_then(concept)
}

/// An identifier (`IIType`).
pub fn extension_of(node: &Node, path: &str) -> Option<String> {
    let node = node.at(path)?;
    node.text("extension").or_else(|| node.own_text().map(str::to_owned))
}

/// A time at a path; for ends of periods use [`end_at`].
pub fn time_at(node: &Node, path: &str) -> Option<String> {
    node.text(path).as_deref().and_then(when::start)
}

/// The end of a period at a path.
pub fn end_at(node: &Node, path: &str) -> Option<String> {
    node.text(path).as_deref().and_then(when::end)
}

/// An extra fact.
pub fn extension(key: &str, value: impl Into<String>) -> Extension {
    Extension { key: key.into(), value: value.into() }
}

/// Whether the record has been struck out.
pub fn is_nullified(header: &Node) -> bool {
    header.flag("nullified") == Some(true)
}

/// Where a record with a patient summary header comes from. `record` is the whole record.
pub fn provenance(header: &Node, record: &Node, reading: Reading<'_>) -> Provenance {
    let accountable = header.at("accountableHealthcareProfessional");
    let unit = accountable.and_then(|node| node.at("healthcareProfessionalOrgUnit")).and_then(org_unit);
    let id_at = |name: &str| accountable.and_then(|node| node.text(name));
    let mut extensions = Vec::new();
    if header.flag("approvedForPatient") == Some(false) {
        extensions.push(extension("not-for-patient", "true"));
    }
    extensions.extend(reading.note.map(|note| extension("source-message", note)));
    extensions.extend(unreadable_times(record));
    Provenance {
        id: record_id(header),
        patient: patient(header.at("patientId")),
        care_provider: id_at("healthcareProfessionalCareGiverHSAId")
            .map(|id| Organisation { id: Some(id), name: None }),
        care_unit: id_at("healthcareProfessionalCareUnitHSAId").map(|id| named(id, unit.as_ref())),
        information_type: Some(reading.information_type.to_owned()),
        recorded: accountable.and_then(|node| time_at(node, "authorTime")).or_else(|| time_at(header, "documentTime")),
        author: accountable.and_then(|node| author(node, unit)),
        signing: signing(header),
        link: None,
        extensions,
    }
}

/// Ids are unique within the source system only, and several systems answer through one platform.
fn record_id(header: &Node) -> String {
    let document = header.text("documentId").unwrap_or_else(|| "unknown".to_owned());
    header.text("sourceSystemHSAId").map_or_else(|| document.clone(), |system| format!("{system}#{document}"))
}

/// The patient as this record states it: `id` and `type`, or `extension` and `root`.
pub fn patient(node: Option<&Node>) -> Option<Identifier> {
    let node = node?;
    let value = node.text("id").or_else(|| node.text("extension"))?;
    let of = node.text("type").or_else(|| node.text("root"));
    Some(Identifier { system: of.map_or_else(|| "unknown".to_owned(), |oid| system(&oid)), value })
}

/// An id with the name of the unit that has the same id.
pub fn named(id: String, unit: Option<&Organisation>) -> Organisation {
    let name = unit.filter(|unit| unit.id.as_ref() == Some(&id)).and_then(|unit| unit.name.clone());
    Organisation { id: Some(id), name }
}

/// A unit (`OrgUnitType`).
pub fn org_unit(node: &Node) -> Option<Organisation> {
    let unit = Organisation { id: node.text("orgUnitHSAId"), name: node.text("orgUnitName") };
    (unit.id.is_some() || unit.name.is_some()).then_some(unit)
}

fn author(accountable: &Node, unit: Option<Organisation>) -> Option<Actor> {
    let role = concept_at(accountable, "healthcareProfessionalRoleCode").map(|role| role.text);
    let name = accountable.text("healthcareProfessionalName");
    let id = accountable.text("healthcareProfessionalHSAId");
    let known = role.is_some() || name.is_some() || id.is_some() || unit.is_some();
    known.then_some(Actor { name, role, id, unit })
}

/// Without a time of signature the contract says nothing: there is no way to state "unsigned".
fn signing(header: &Node) -> Signing {
    let Some(node) = header.at("legalAuthenticator") else { return Signing::NotStated };
    // GetCarePlans names the time differently from every other contract.
    let at = time_at(node, "signatureTime").or_else(|| time_at(node, "legalAuthenticatorTime"));
    if at.is_none() {
        return Signing::NotStated;
    }
    let name = node.text("legalAuthenticatorName");
    let id = node.text("legalAuthenticatorHSAId");
    let role = concept_at(node, "legalAuthenticatorRoleCode").map(|role| role.text);
    let by = (name.is_some() || id.is_some()).then_some(Actor { name, role, id, unit: None });
    Signing::Signed(Signature { at, by })
}

/// Times that are there but cannot be read, so that they are shown instead of vanishing.
pub fn unreadable_times(node: &Node) -> Vec<Extension> {
    let name = node.name();
    let is_time = name.ends_with("Time")
        || name.ends_with("Date")
        || matches!(name, "start" | "end" | "date" | "startOfTreatment" | "startOfFirstTreatment" | "endOfTreatment");
    let mut found: Vec<Extension> = node.children().iter().flat_map(unreadable_times).collect();
    if let Some(text) =
        node.own_text().filter(|text| is_time && node.children().is_empty() && when::start(text).is_none())
    {
        // Opening hours are `hhmmss` under the same names.
        let is_clock = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_clock {
            found.push(extension("unreadable-time", format!("{name}: {text}")));
        }
    }
    found
}

/// Whether a validity that ends then has ended now.
pub fn has_ended(end: Option<&String>, now: &str) -> bool {
    end.is_some_and(|end| when::is_before(end, now))
}

/// The earlier of two ends.
pub fn earlier(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        // Where one is a day and the other a moment of it, the moment comes first.
        (Some(a), Some(b)) => {
            let b_first = when::is_before(&b, &a) || (!when::is_before(&a, &b) && b.len() > a.len());
            Some(if b_first { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

/// Ids for several entries of one record: the first keeps the record's own, so that it stays the same when more are added.
pub fn numbered(mut provenance: Provenance, index: usize) -> Provenance {
    if index > 0 {
        provenance.id = format!("{}/{}", provenance.id, index + 1);
    }
    provenance
}

/// Texts that are stated, joined.
pub fn joined(parts: impl IntoIterator<Item = Option<String>>, between: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| stated(part).is_some()).collect();
    (!parts.is_empty()).then(|| parts.join(between))
}
