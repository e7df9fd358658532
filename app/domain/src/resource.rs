//! What an overview has shown, and withheld, of whose information: for the log, never for a page.
//!
//! One line per source, provider and unit with the information types that were shown (`resource` of the national log, TKB log 2.0; L-36).
//! Read from what the sources answered and not from the overview, because the log says whose information it was also where the page
//! masks it. Not here: the form in the log (`service::record`).
//! Invariant: nothing of an entry's content; what the page leaves out (a conflict of identity, a protected person's contacts) is not
//! said to have been shown. To leave something else out of a page: here too, and a row in `tests/it/domain/resources.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    entry::Entry,
    logged::Why,
    merge::Answered,
    overview::{Identity, Overview},
    protection,
    section::Section,
    source::SourceId,
    state::{Partial, State},
};

/// What was shown of one unit's information, by one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// The source it came from.
    pub source: SourceId,
    /// HSA-id of the provider whose record it is, as the record states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// HSA-id of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The information types, in page order.
    pub sections: Vec<Section>,
}

/// What an overview that was put together from these answers shows. A copy that is linked to its original is shown as well: the page names
/// its source. `part` are the sections of a print; none is all of them.
pub fn resources(overview: &Overview, answers: &[Answered], part: Option<&[Section]>) -> Vec<Resource> {
    if is_conflicting(overview) {
        return Vec::new();
    }
    let masked = overview.person.places_masked;
    let shown = answers.iter().enumerate().flat_map(|(index, answer)| {
        let cells = answer.cells.iter().filter(|(section, _)| part.is_none_or(|part| part.contains(section)));
        cells.flat_map(move |(section, state)| {
            let left = state.entries().iter().filter(move |entry| !masked || protection::is_left(*section, entry));
            left.map(move |entry| (index, &answer.source.id, *section, entry))
        })
    });
    lines(shown)
}

/// What an overview that is there without its answers shows: one that is shown again. Of what is masked it does not say whose it is.
pub fn shown_in(overview: &Overview) -> Vec<Resource> {
    let shown = overview.sections.iter().flat_map(|section| {
        let entries = section.entries.iter();
        entries.map(|shown| (shown.source.as_str(), &shown.source, section.name, &shown.entry))
    });
    lines(shown)
}

/// A line for each source, provider and unit, in the order of the keys.
fn lines<'a, K: Ord>(shown: impl Iterator<Item = (K, &'a SourceId, Section, &'a Entry)>) -> Vec<Resource> {
    let mut found: BTreeMap<(K, String, String), (Resource, BTreeSet<Section>)> = BTreeMap::new();
    for (key, source, section, entry) in shown {
        let made = entry.provenance();
        let (provider, unit) = (made.provider_id(), made.unit_id());
        // HSA-ids are the same in either case.
        let same = |id: Option<&str>| id.unwrap_or_default().to_ascii_uppercase();
        let line = found.entry((key, same(provider), same(unit))).or_insert_with(|| {
            let (provider, unit) = (provider.map(str::to_owned), unit.map(str::to_owned));
            (Resource { source: source.clone(), provider, unit, sections: Vec::new() }, BTreeSet::new())
        });
        line.1.insert(section);
    }
    let in_order =
        |(line, sections): (Resource, BTreeSet<Section>)| Resource { sections: sections.into_iter().collect(), ..line };
    found.into_values().map(in_order).collect()
}

/// What one source's answer keeps from this viewer, section by section. Nothing of blocks: they leave no trace (L-10). `overview` is what was
/// shown last, if anything was.
pub fn withheld(overview: Option<&Overview>, answer: &Answered) -> Vec<(Section, Why)> {
    let conflict = overview.is_some_and(is_conflicting);
    // Places are masked also while nobody can say that the personal data are not protected (decision 0005).
    let masked = overview.filter(|overview| overview.person.places_masked).map(|overview| {
        if overview.person.protection.is_some() { Why::ProtectedPerson } else { Why::ProtectionNotRuledOut }
    });
    let why = |section: Section, state: &State| match state {
        State::Waiting | State::NotAsked(_) | State::Unsupported => None,
        State::Withheld(why) => Some((*why).into()),
        _ if conflict => Some(Why::IdentityConflict),
        state if masked.is_some() && state.entries().iter().any(|entry| !protection::is_left(section, entry)) => masked,
        State::Partial { reason: Partial::EntriesWithheld { .. }, .. } => Some(Why::SomeEntries),
        _ => None,
    };
    answer.cells.iter().filter_map(|(section, state)| Some((*section, why(*section, state)?))).collect()
}

fn is_conflicting(overview: &Overview) -> bool {
    overview.person.identity == Identity::Conflict
}
