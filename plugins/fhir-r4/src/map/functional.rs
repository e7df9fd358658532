//! Functional status: `Observation` of that category, and `Condition` in that section of a summary.
//!
//! Not here: vital signs and other observations. Invariant: the assessment is the source's own words.

use samsyn_adapter::sink::FunctionalAssessment;

use super::notes;
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["performer"], organisation: &[], recorded: &["issued"] };
const CONDITION_ROLES: Roles =
    Roles { author: &["recorder", "asserter"], organisation: &[], recorded: &["recordedDate"] };

/// Whether an observation is about function.
pub fn is_functional(observation: Node<'_>) -> bool {
    observation.get("category").has_code(&["functional-status", "47420-5"])
}

/// An assessed ability; none when it lacks what or how.
pub fn observation<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Option<FunctionalAssessment> {
    let value = resource.get("valueString").text().or_else(|| resource.get("valueCodeableConcept").words());
    let own = resource.get("interpretation").own_code("ability-level");
    Some(FunctionalAssessment {
        what: resource.get("code").concept()?,
        assessment: value.or_else(|| notes(resource))?,
        level: own.map(Into::into),
        assessed: resource.get("effectiveDateTime").when(),
        provenance: reader.provenance(resource, ROLES),
    })
}

/// A limitation that a summary lists under functional status.
pub fn condition<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Option<FunctionalAssessment> {
    let what = resource.get("code").concept()?;
    Some(FunctionalAssessment {
        assessment: notes(resource).unwrap_or_else(|| what.text.clone()),
        what,
        level: None,
        assessed: resource.get("recordedDate").when().or_else(|| resource.get("onsetDateTime").when()),
        provenance: reader.provenance(resource, CONDITION_ROLES),
    })
}
