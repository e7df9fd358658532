//! How the overview is used in an organisation, without persons: counts of acts, and what may be told of small ones.
//!
//! Not here: reading the log (`service`), words and bars (`ui`).
//! Invariant: nothing in it is about one person, and a count that could be is not told: neither itself, nor by what is told beside it.
//! To add a count: a field of [`Statistics`], its line in [`Statistics::add`], its row on the page.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    access::Basis,
    logged::{Act, Ground, LoggedAct, Told},
    section::Section,
    state::Withheld,
    viewer::Scope,
};

/// A count below this, and above nothing, could be about somebody.
pub const SMALLEST_TOLD: u64 = 5;

/// A count as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Told(u64),
    /// There are some: too few to tell, or telling would give another away.
    Hidden,
}

/// On what ground an opening reached whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Only the own provider's information was asked for.
    Own,
    /// Others' as well, on this ground.
    Others(Basis),
    /// Others' was asked for and not reached.
    Lacking,
    /// The record does not say.
    NotStated,
}

/// What a source was asked and gave, in openings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceUse {
    /// Openings in which it was asked for something.
    pub asked: u64,
    /// Of those, the openings in which it answered all it was asked for.
    pub answered: u64,
    /// Of those, the openings in which it came after the page counted as complete.
    pub late: u64,
}

/// The counts of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Openings on a screen.
    pub overviews: u64,
    /// Prints.
    pub prints: u64,
    /// Openings and prints, by what was reached.
    pub reached: BTreeMap<Reached, u64>,
    /// Openings and prints in which something of a section was shown.
    pub shown: BTreeMap<Section, u64>,
    /// How often a section of a source was withheld, by reason.
    pub withheld: BTreeMap<Option<Withheld>, u64>,
    /// By source.
    pub sources: BTreeMap<String, SourceUse>,
    /// Steps of danger to life, and blocks lifted as indispensable.
    pub emergencies: u64,
    /// What was registered, by the name of its kind.
    pub registered: BTreeMap<String, u64>,
    /// Readers, in lower case; only how many there are is told.
    readers: BTreeSet<String>,
}

impl Statistics {
    /// Openings and prints.
    pub const fn openings(&self) -> u64 {
        self.overviews + self.prints
    }

    /// Different readers.
    pub fn readers(&self) -> u64 {
        self.readers.len() as u64
    }

    /// Counts an act.
    pub fn add(&mut self, act: &LoggedAct) {
        match &act.act {
            Act::Overview => self.overviews += 1,
            Act::Print(_) => self.prints += 1,
            Act::Emergency => self.emergencies += 1,
            Act::Registered(Some(kind)) => *self.registered.entry(kind.clone()).or_default() += 1,
            _ => {}
        }
        if !act.act.is_opening() {
            return;
        }
        self.readers.insert(act.reader.user_id.trim().to_ascii_lowercase());
        *self.reached.entry(reached(act)).or_default() += 1;
        let Some(outcome) = &act.outcome else { return };
        for section in outcome.sections(|told| told == Told::Shown) {
            *self.shown.entry(section).or_default() += 1;
        }
        for source in &outcome.sources {
            for told in source.sections.values() {
                if let Told::Withheld(why) = told {
                    *self.withheld.entry(*why).or_default() += 1;
                }
            }
            let mut asked = source.sections.values().filter(|told| **told != Told::NotAsked).peekable();
            if asked.peek().is_some() {
                let failed = asked.any(|told| *told == Told::Failed);
                let uses = self.sources.entry(source.source.clone()).or_default();
                uses.asked += 1;
                uses.answered += u64::from(!failed);
                uses.late += u64::from(source.late);
            }
        }
    }
}

fn reached(act: &LoggedAct) -> Reached {
    match (&act.ground, act.scope) {
        (Ground::Granted(basis), _) => Reached::Others(*basis),
        (Ground::Lacking(_), Some(Scope::Shared)) => Reached::Lacking,
        (_, Some(Scope::Own)) => Reached::Own,
        (Ground::Lacking(_) | Ground::NotStated, _) => Reached::NotStated,
    }
}

const fn is_small(count: u64) -> bool {
    count > 0 && count < SMALLEST_TOLD
}

/// A count that stands beside nothing it could be taken from.
pub const fn alone(count: u64) -> Count {
    if is_small(count) { Count::Hidden } else { Count::Told(count) }
}

/// A count of a total that is told too: few that are, and few that are not, both give somebody away.
pub const fn of_total(count: u64, total: u64) -> Count {
    if is_small(count) || is_small(total.saturating_sub(count)) || is_small(total) {
        Count::Hidden
    } else {
        Count::Told(count)
    }
}

/// Counts that make up a total that is told too. What is hidden is at least two counts that together are not small, so that no
/// subtraction gives one of them.
pub fn parts(counts: &[u64]) -> Vec<Count> {
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    for (place, count) in counts.iter().enumerate() {
        if is_small(*count) {
            hidden.insert(place);
        }
    }
    if !hidden.is_empty() {
        let mut others: Vec<(u64, usize)> = counts
            .iter()
            .enumerate()
            .filter(|(place, count)| **count > 0 && !hidden.contains(place))
            .map(|(place, count)| (*count, place))
            .collect();
        others.sort_unstable();
        let sum = |hidden: &BTreeSet<usize>| hidden.iter().filter_map(|place| counts.get(*place)).sum::<u64>();
        let mut next = others.into_iter();
        while hidden.len() < 2 || is_small(sum(&hidden)) {
            let Some((_, place)) = next.next() else { break };
            hidden.insert(place);
        }
    }
    let told =
        |(place, count): (usize, &u64)| if hidden.contains(&place) { Count::Hidden } else { Count::Told(*count) };
    counts.iter().enumerate().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: Count = Count::Hidden;

    const fn t(count: u64) -> Count {
        Count::Told(count)
    }

    #[test]
    fn a_small_count_is_hidden_and_nothing_is_not_small() {
        for (count, told) in [(0, t(0)), (1, H), (4, H), (5, t(5))] {
            assert_eq!(alone(count), told, "{count}");
        }
    }

    #[test]
    fn of_a_total_few_that_are_not_are_hidden_too() {
        for (count, total, told) in
            [(0, 100, t(0)), (3, 100, H), (97, 100, H), (100, 100, t(100)), (95, 100, t(95)), (2, 3, H), (0, 3, H)]
        {
            assert_eq!(of_total(count, total), told, "{count} of {total}");
        }
    }

    #[test]
    fn no_part_of_a_total_can_be_found_by_subtraction() {
        for (counts, told) in [
            (&[10, 20, 30][..], &[t(10), t(20), t(30)][..]),
            (&[3, 20, 30], &[H, H, t(30)]),
            (&[1, 2, 30, 40], &[H, H, H, t(40)]),
            (&[2, 3, 30], &[H, H, t(30)]),
            (&[3, 0, 0], &[H, t(0), t(0)]),
            (&[3, 0, 9], &[H, t(0), H]),
            (&[], &[]),
        ] {
            assert_eq!(parts(counts), told, "{counts:?}");
        }
    }
}
