//! The one line under the name: what must be known before touching the patient.
//!
//! Life-threatening hypersensitivity, ongoing infection, threat, special routine. Classified by what the record says.
//! Not here: the full alerts (their card), the words around them (`ui`).
//! Invariant: an item whose validity has ended is not on the line; an item of unknown validity is.

use serde::{Deserialize, Serialize};

use crate::{
    entry::Entry,
    limits_view::Validity,
    overview::ShownEntry,
    source::SourceId,
    vocabulary::{AlertKind, Certainty, InfectionCertainty, Severity},
};

/// One item of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLineItem {
    /// What it is about.
    pub kind: AlertKind,
    /// The source's own words: the agent when it names one, otherwise the alert's text.
    pub text: String,
    /// Severity, for hypersensitivity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Who says so.
    pub sources: Vec<SourceId>,
}

/// Collects the line from shown alerts and infections. The same fact from two sources is one item with two sources.
pub fn alert_line<'a>(entries: impl Iterator<Item = &'a ShownEntry>) -> Vec<AlertLineItem> {
    let mut line: Vec<AlertLineItem> = Vec::new();
    for shown in entries {
        let Some(item) = item_of(shown) else { continue };
        let same = |other: &AlertLineItem| {
            other.kind == item.kind && other.text.trim().to_lowercase() == item.text.trim().to_lowercase()
        };
        match line.iter_mut().find(|other| same(other)) {
            Some(known) => {
                for source in item.sources {
                    if !known.sources.contains(&source) {
                        known.sources.push(source);
                    }
                }
            }
            None => line.push(item),
        }
    }
    line.sort_by_key(|item| order(&item.kind));
    line
}

fn item_of(shown: &ShownEntry) -> Option<AlertLineItem> {
    if matches!(shown.validity, Validity::Ended | Validity::Superseded) {
        return None;
    }
    match &shown.entry {
        Entry::Alert(alert) => {
            let on_line = match alert.kind {
                _ if alert.certainty == Some(Certainty::Refuted) => false,
                AlertKind::Hypersensitivity => alert.severity == Some(Severity::LifeThreatening),
                AlertKind::Infection | AlertKind::Threat | AlertKind::SpecialRoutine => true,
                _ => false,
            };
            on_line.then(|| AlertLineItem {
                kind: alert.kind.clone(),
                text: alert.agent.as_ref().map_or_else(|| alert.text.clone(), |agent| agent.text.clone()),
                severity: alert.severity.clone(),
                sources: vec![shown.source.clone()],
            })
        }
        Entry::Infection(infection) => {
            let ongoing = infection.ongoing == Some(true)
                && infection.ended.is_none()
                && infection.certainty == InfectionCertainty::Confirmed;
            ongoing.then(|| AlertLineItem {
                kind: AlertKind::Infection,
                text: infection.what.text.clone(),
                severity: None,
                sources: vec![shown.source.clone()],
            })
        }
        _ => None,
    }
}

const fn order(kind: &AlertKind) -> u8 {
    match kind {
        AlertKind::Hypersensitivity => 0,
        AlertKind::Infection => 1,
        AlertKind::Threat => 2,
        AlertKind::SpecialRoutine => 3,
        _ => 4,
    }
}
