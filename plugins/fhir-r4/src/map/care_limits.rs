//! `Flag` and `Consent` that say what is not to be done.
//!
//! Codes of Socialstyrelsen's attention information (D2, set 103491000052103) and SNOMED's international pair. Rule: the code
//! understates, the words are the truth, so the source's own words are always the heading.
//! Not here: whether a limit still holds (the host). Invariant: a flag of the decision group that is not known to be something
//! else is a care limit of unspecified nature: better shown here once too often than lost among other alerts.

use samsyn_adapter::{
    sink::CareLimit,
    types::{Actor, Concept},
};

use super::{joined, notes, wordless};
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["author"], organisation: &[], recorded: &[] };
const CONSENT_ROLES: Roles =
    Roles { author: &[], organisation: &["organization", "custodian"], recorded: &["dateTime"] };

/// The physician's decision not to resuscitate.
const NO_RESUSCITATION: &str = "61921000052102";
/// The physician's decision to end life-sustaining treatment.
const ENDED_TREATMENT: &str = "61931000052100";
/// The physician's decision from a conversation about the change to palliative care.
const PALLIATIVE_TALK: &str = "60741000052100";
/// In the decision group, but no limits of care: prescription restriction, referral to a certain unit.
const OTHER_DECISIONS: [&str; 2] = ["133571000052106", "306103005"];
const NOT_FOR_RESUSCITATION: &str = "304253006";
const FOR_RESUSCITATION: &str = "304252001";
/// Extension of Inera's published mapping of the national service contract.
const RESTRICTION_COMMENT: &str = "alert-restriction-of-care-comment";

/// Whether a flag is about limits of care: by content first, then by its group.
pub fn is_limit(flag: Node<'_>) -> bool {
    if flag.known_ext(RESTRICTION_COMMENT).exists() || nature_of_codes(flag.get("code")).is_some() {
        return true;
    }
    let category = flag.get("category");
    let decision = category.has_code(&["D2", "upp-vbe", "advance-directive"])
        || category.items().filter_map(Node::words).any(|words| words.to_lowercase().contains("vårdbegränsning"));
    decision && !flag.get("code").has_code(&OTHER_DECISIONS)
}

/// The nature that a code says.
pub fn nature_of_codes(concepts: Node<'_>) -> Option<&'static str> {
    concepts.codes().find_map(|code| match code {
        NO_RESUSCITATION | NOT_FOR_RESUSCITATION => Some("withhold"),
        ENDED_TREATMENT => Some("withdraw"),
        PALLIATIVE_TALK => Some("palliative-talk"),
        FOR_RESUSCITATION => Some("no-limits"),
        _ => None,
    })
}

/// A `Flag` as a care limit.
pub fn flag<'p>(reader: &Reader<'p>, flag: Node<'p>) -> CareLimit {
    let code = flag.get("code");
    let nature = flag.ext("limit-nature").text();
    let comment =
        flag.known_ext(RESTRICTION_COMMENT).text().or_else(|| flag.known_ext("alert-information-comment").text());
    let own_measures: Vec<Concept> = flag.exts("limit-measure").filter_map(Node::concept).collect();
    let measures = if own_measures.is_empty() && nature.is_none() {
        code.concept().filter(|concept| !concept.codings.is_empty()).into_iter().collect()
    } else {
        own_measures
    };
    let period = flag.get("period");
    let provenance = reader.provenance(flag, ROLES);
    let decided_by = reader.actor(flag, flag.ext("decided-by")).or_else(|| native_decider(reader, flag));
    CareLimit {
        text: comment
            .or_else(|| code.words())
            .or_else(|| flag.get("category").first().words())
            .unwrap_or_else(|| wordless(reader)),
        author_kind: author_kind(flag, decided_by.as_ref()),
        nature: nature.unwrap_or_else(|| nature_of_codes(code).unwrap_or("unspecified").into()),
        measures,
        grounds: flag.ext("limit-grounds").text(),
        decided_by,
        consulted: flag.exts("consulted").filter_map(|reference| reader.actor(flag, reference)).collect(),
        patient_attitude: flag.ext("patient-attitude").text(),
        relatives_attitude: flag.ext("relatives-attitude").text(),
        decided: flag.ext("decided").when().or_else(|| flag.known_ext("alert-ascertained-date").when()),
        valid_from: period.get("start").when(),
        valid_to: earlier(period.get("end").when(), flag.known_ext("alert-obsolete-time").when()),
        reassessed: flag.ext("reassessed").when(),
        phase: phase(flag),
        decision_id: flag.ext("decision-id").text(),
        provenance,
    }
}

/// The flag's author is who decided only where nobody else is named.
fn native_decider<'p>(reader: &Reader<'p>, flag: Node<'p>) -> Option<Actor> {
    reader.actor(flag, flag.get("author"))
}

fn author_kind(flag: Node<'_>, decided_by: Option<&Actor>) -> String {
    if let Some(stated) = flag.ext("author-kind").text() {
        return stated;
    }
    // The national codes say in so many words that a physician decided.
    if flag.get("code").has_code(&[NO_RESUSCITATION, ENDED_TREATMENT, PALLIATIVE_TALK]) {
        return "physician".into();
    }
    let role = decided_by.and_then(|actor| actor.role.as_deref()).unwrap_or_default().to_lowercase();
    if role.contains("läkare") || role.contains("physician") { "physician".into() } else { "unknown".into() }
}

fn phase(flag: Node<'_>) -> String {
    flag.ext("phase").text().unwrap_or_else(|| {
        match flag.get("status").str() {
            Some("active") => "current",
            Some("inactive") => "ended",
            _ => "unknown",
        }
        .into()
    })
}

/// The earlier of two ends. Both are ISO 8601, so text order is time order up to the offset, which decides nothing here
/// beyond the hour.
pub fn earlier(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Whether a `Consent` is a patient's position on treatment (do not resuscitate) rather than on information.
pub fn is_directive(consent: Node<'_>) -> bool {
    consent.get("category").has_code(&["dnr"]) || nature_of_codes(consent.get("provision").get("code")).is_some()
}

/// A `Consent` of category `dnr`. The provision's code is read, not whether it permits or denies: published examples leave
/// the type out.
pub fn consent<'p>(reader: &Reader<'p>, consent: Node<'p>) -> CareLimit {
    let provision = consent.get("provision");
    let measures: Vec<Concept> = provision.get("code").items().filter_map(Node::concept).collect();
    let words = joined(measures.iter().map(|measure| Some(measure.text.clone())), ", ");
    let note = notes(consent);
    let performer = consent.get("performer").first();
    let kind = reader.pool.target(consent, performer).get("resourceType").str();
    let author_kind = match kind {
        Some("Patient") => "patient",
        Some("RelatedPerson") => "relative",
        _ => "unknown",
    };
    CareLimit {
        text: note.or(words).or_else(|| consent.get("category").first().words()).unwrap_or_else(|| wordless(reader)),
        nature: nature_of_codes(provision.get("code")).unwrap_or("unspecified").into(),
        measures,
        grounds: None,
        author_kind: author_kind.into(),
        decided_by: reader.actor(consent, performer),
        consulted: Vec::new(),
        patient_attitude: None,
        relatives_attitude: None,
        decided: consent.get("dateTime").when(),
        valid_from: provision.get("period").get("start").when(),
        valid_to: provision.get("period").get("end").when(),
        reassessed: None,
        phase: match consent.get("status").str() {
            Some("active") => "current",
            Some("inactive" | "rejected") => "ended",
            _ => "unknown",
        }
        .into(),
        decision_id: None,
        provenance: reader.provenance(consent, CONSENT_ROLES),
    }
}
