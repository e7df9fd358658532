//! Which producers an organisation's staff are shown, section by section.
//!
//! An organisation decides for its own staff and for nobody else's: a region cannot switch a source on for a municipality, nor the
//! reverse. Not here: whether a source works, and whether this patient's records may be seen (`access`).
//! Invariant: what is not named is not enabled; a register of the population holds no records and is not part of this.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _, Unit};
use serde::{Deserialize, Serialize};

use crate::{
    plan::is_register,
    section::Section,
    source::{Source, SourceId},
};

/// How long ahead a change can be planned, in days.
pub const PLANNED_MOST_DAYS: i64 = 366;
/// Length of the reason, in characters.
pub const REASON_MAX_CHARS: usize = 500;

/// The sections of each source that are enabled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Enablement(BTreeMap<SourceId, BTreeSet<Section>>);

impl Enablement {
    /// Everything these sources have: what holds where nobody has decided anything yet.
    pub fn everything(sources: &[Source]) -> Self {
        Self::of(sources, |_, _| true)
    }

    /// What is chosen of what these sources have.
    pub fn of(sources: &[Source], mut chosen: impl FnMut(&Source, Section) -> bool) -> Self {
        let mut of_source = |source: &Source| -> BTreeSet<Section> {
            source.sections.iter().copied().filter(|section| chosen(source, *section)).collect()
        };
        let all = sources.iter().filter(|source| !is_register(source));
        Self(all.map(|source| (source.id.clone(), of_source(source))).filter(|(_, some)| !some.is_empty()).collect())
    }

    /// Whether a section of a source is enabled.
    pub fn enables(&self, source: &SourceId, section: Section) -> bool {
        self.0.get(source).is_some_and(|sections| sections.contains(&section))
    }

    /// Whether anything of a source is enabled: then it is asked who the person is, too.
    pub fn enables_any(&self, source: &SourceId) -> bool {
        self.0.get(source).is_some_and(|sections| !sections.is_empty())
    }

    /// What another enablement has otherwise: enabled or not any more.
    pub fn changes(&self, other: &Self) -> Vec<(SourceId, Section, bool)> {
        let ids: BTreeSet<&SourceId> = self.0.keys().chain(other.0.keys()).collect();
        let of_source = |id: &SourceId| {
            let differs = |section: &Section| self.enables(id, *section) != other.enables(id, *section);
            let changed: Vec<_> = Section::ALL.into_iter().filter(differs).collect();
            changed.into_iter().map(|section| (id.clone(), section, other.enables(id, section))).collect::<Vec<_>>()
        };
        ids.into_iter().flat_map(of_source).collect()
    }
}

/// Why a change cannot be made as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFault {
    /// No reason, or a longer one than anybody reads.
    Reason,
    /// It is to begin before now.
    InThePast,
    /// It is to begin later than anything is planned.
    TooFarAhead,
}

/// Whether a change with this reason can be made to hold from a moment; none is at once.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_change(reason: &str, from: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, ChangeFault> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX_CHARS {
        return Err(ChangeFault::Reason);
    }
    let Some(from) = from else { return Ok(now) };
    // A form is written to the minute; one that is sent within it is not late.
    if from < now.checked_sub(1.minute()).unwrap_or(now) {
        return Err(ChangeFault::InThePast);
    }
    let hours = from.since((Unit::Hour, now)).map_or(i64::MAX, |ahead| i64::from(ahead.get_hours()));
    if hours > PLANNED_MOST_DAYS * 24 { Err(ChangeFault::TooFarAhead) } else { Ok(from.max(now)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enablement(cells: &[(&str, Section)]) -> Enablement {
        let mut all = BTreeMap::<SourceId, BTreeSet<Section>>::new();
        for (source, section) in cells {
            all.entry(SourceId::new(*source)).or_default().insert(*section);
        }
        Enablement(all)
    }

    #[test]
    fn what_is_not_named_is_not_enabled() {
        let some = enablement(&[("a", Section::Services)]);
        let (a, b) = (SourceId::new("a"), SourceId::new("b"));
        assert!(some.enables(&a, Section::Services) && some.enables_any(&a));
        assert!(!some.enables(&a, Section::Plans) && !some.enables(&b, Section::Services) && !some.enables_any(&b));
    }

    #[test]
    fn changes_name_what_is_switched_on_and_off_and_nothing_else() {
        let before = enablement(&[("a", Section::Services), ("a", Section::Plans)]);
        let after = enablement(&[("a", Section::Services), ("b", Section::Plans)]);
        let told = [(SourceId::new("a"), Section::Plans, false), (SourceId::new("b"), Section::Plans, true)];
        assert_eq!(before.changes(&after), told);
        assert_eq!(after.changes(&after), []);
    }

    #[test]
    fn a_change_has_a_reason_and_begins_now_or_within_a_year() {
        let now: Timestamp = "2026-11-21T11:00:00Z".parse().unwrap();
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        assert_eq!(check_change("Nytt avtal", None, now), Ok(now));
        assert_eq!(check_change("Nytt avtal", at("2026-11-21T10:59:30Z"), now), Ok(now));
        let later = at("2026-12-01T00:00:00Z");
        assert_eq!(check_change("Nytt avtal", later, now), Ok(later.unwrap()));
        assert_eq!(check_change("x", at("2026-11-21T10:00:00Z"), now), Err(ChangeFault::InThePast));
        assert_eq!(check_change("x", at("2028-01-01T00:00:00Z"), now), Err(ChangeFault::TooFarAhead));
        assert_eq!(check_change(" \n", None, now), Err(ChangeFault::Reason));
        assert_eq!(check_change(&"å".repeat(501), None, now), Err(ChangeFault::Reason));
        assert_eq!(check_change(&"å".repeat(500), None, now), Ok(now));
    }
}
