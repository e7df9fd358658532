//! The completeness line: how many sources were asked, how many answered, who is silent.
//!
//! Counted per source, never per entry. Blocks are never counted (L-10).
//! Invariant: `asked = answered + unanswered + waiting`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    overview::{Cell, SectionView},
    source::SourceId,
    state::{NotAsked, Partial, State, Withheld},
};

/// Counts and names for the line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// Sources that were asked.
    pub asked: usize,
    /// Asked, and every section of theirs came with an answer.
    pub answered: usize,
    /// Not asked, for whatever reason. Sources outside the viewer's own scope are not among them.
    pub not_asked: usize,
    /// Sources of which something is withheld from this viewer (never because of a block).
    pub withheld: usize,
    /// Asked, and at least one section has no usable or only an incomplete answer.
    pub unanswered: usize,
    /// Asked, and not finished yet.
    pub waiting: usize,
    /// Labels of the silent ones.
    pub silent: Vec<String>,
    /// Labels of those without known link, or all that need one while it cannot be read who has one.
    pub without_link: Vec<String>,
    /// Which sources the patient is tied to could not be read: those that need a link were not asked.
    #[serde(default)]
    pub links_unreadable: bool,
    /// Others' sources were not asked because of the viewer's choice; said the same way for every patient.
    pub others_not_asked: bool,
}

/// Counts over all cells of all sections. `banner` holds the same for the person, one per source that answers it.
pub fn completeness(sections: &[SectionView], banner: &[Cell], others_not_asked: bool) -> Completeness {
    let mut by_source: BTreeMap<&SourceId, Vec<&Cell>> = BTreeMap::new();
    for cell in sections.iter().flat_map(|section| &section.cells).chain(banner) {
        by_source.entry(&cell.source).or_default().push(cell);
    }
    let mut line = Completeness { others_not_asked, ..Completeness::default() };
    for cells in by_source.values() {
        count(&mut line, cells);
    }
    line
}

fn count(line: &mut Completeness, cells: &[&Cell]) {
    let any = |test: fn(&State) -> bool| cells.iter().any(|cell| test(&cell.state));
    // A section the source never has says nothing of whether it was asked.
    let asked = any(|state| {
        state.is_gap() || !matches!(state, State::NotAsked(_) | State::Unsupported | State::Withheld(Withheld::Role))
    });
    let label = || cells.first().map(|cell| cell.label.clone()).unwrap_or_default();
    if asked {
        line.asked += 1;
        if any(is_silent) {
            line.unanswered += 1;
            line.silent.push(label());
        } else if any(|state| *state == State::Waiting) {
            line.waiting += 1;
        } else {
            line.answered += 1;
        }
    } else if any(|state| matches!(state, State::NotAsked(_))) {
        line.not_asked += 1;
        line.links_unreadable |= any(|state| *state == State::NotAsked(NotAsked::LinksUnreadable));
        if any(|state| matches!(state, State::NotAsked(NotAsked::NoLink | NotAsked::LinksUnreadable))) {
            line.without_link.push(label());
        }
    }
    if any(is_withheld) {
        line.withheld += 1;
    }
}

const fn is_silent(state: &State) -> bool {
    match state {
        State::Partial { reason, .. } => !matches!(reason, Partial::EntriesWithheld { .. }),
        state => state.is_gap(),
    }
}

const fn is_withheld(state: &State) -> bool {
    matches!(
        state,
        State::Withheld(Withheld::Role | Withheld::ProtectedPerson | Withheld::MissingIds | Withheld::BlockUnverified)
            | State::Partial { reason: Partial::EntriesWithheld { .. }, .. }
    )
}
