//! A count of acts, and whether it may be told: how many readers and patients stand behind it.
//!
//! Not here: what is counted (`statistics`).
//! Invariant: who is behind a count does not leave it; what is told beside a count that is hidden does not give that one away.

use std::collections::BTreeSet;

use crate::{identifier::PersonIdentifier, logged::LoggedAct};

/// Fewer readers or patients than this behind a count, and it could be about somebody.
pub const SMALLEST_TOLD: usize = 5;

/// A count as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Told(u64),
    /// There are some: too few people are behind it to tell, or telling would give another away.
    Hidden,
}

/// How many acts, by whom and about whom. Of either only as many are kept as decide whether it may be told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tally {
    acts: u64,
    readers: BTreeSet<String>,
    patients: BTreeSet<PersonIdentifier>,
}

impl std::fmt::Debug for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} acts of {} readers and {} patients", self.acts, self.readers.len(), self.patients.len())
    }
}

impl Tally {
    /// Counts an act.
    pub fn add(&mut self, act: &LoggedAct) {
        self.acts += 1;
        if self.readers.len() < SMALLEST_TOLD {
            self.readers.insert(reader(act));
        }
        if self.patients.len() < SMALLEST_TOLD && !self.patients.contains(&act.patient) {
            self.patients.insert(act.patient.clone());
        }
    }

    /// How many acts, for whoever decides what to tell.
    pub(super) const fn acts(&self) -> u64 {
        self.acts
    }

    /// Whether nothing was counted.
    pub const fn is_empty(&self) -> bool {
        self.acts == 0
    }

    /// Whether it is about nobody, or about enough people.
    fn may_be_told(&self) -> bool {
        let many = self.readers.len() >= SMALLEST_TOLD && self.patients.len() >= SMALLEST_TOLD;
        self.is_empty() || many
    }

    /// The same acts and those of another.
    fn join(&mut self, other: &Self) {
        self.acts += other.acts;
        self.readers.extend(other.readers.iter().cloned());
        self.patients.extend(other.patients.iter().cloned());
    }

    /// A count that stands beside nothing it could be taken from.
    pub fn alone(&self) -> Count {
        if self.may_be_told() { Count::Told(self.acts) } else { Count::Hidden }
    }
}

/// Who, in the form in which HSA-ids are compared.
pub(super) fn reader(act: &LoggedAct) -> String {
    act.reader.user_id.trim().to_ascii_lowercase()
}

/// Those of a total that is told that are, and those that are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    are: Tally,
    are_not: Tally,
}

impl Split {
    /// Counts an act that is, or is not.
    pub fn add(&mut self, act: &LoggedAct, is: bool) {
        if is { self.are.add(act) } else { self.are_not.add(act) }
    }

    /// Whether none is.
    pub const fn is_empty(&self) -> bool {
        self.are.is_empty()
    }

    /// How many are. Few that are, and few that are not, both give somebody away.
    pub fn of_total(&self) -> Count {
        if self.are.may_be_told() && self.are_not.may_be_told() { Count::Told(self.are.acts) } else { Count::Hidden }
    }
}

/// Counts that make up a total that is told too. What is hidden is at least two counts with enough people behind both together, so that no
/// subtraction gives one of them.
pub fn parts(counts: &[&Tally]) -> Vec<Count> {
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    let mut together = Tally::default();
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| !count.may_be_told()) {
        hidden.insert(place);
        together.join(count);
    }
    let mut others: Vec<(u64, usize)> = counts
        .iter()
        .enumerate()
        .filter(|(place, count)| !count.is_empty() && !hidden.contains(place))
        .map(|(place, count)| (count.acts, place))
        .collect();
    others.sort_unstable();
    let mut next = others.into_iter();
    while !hidden.is_empty() && (hidden.len() < 2 || !together.may_be_told()) {
        let Some((count, place)) = next.next().and_then(|(_, place)| Some((counts.get(place)?, place))) else { break };
        hidden.insert(place);
        together.join(count);
    }
    let told = |(place, count): (usize, &&Tally)| {
        if hidden.contains(&place) { Count::Hidden } else { Count::Told(count.acts) }
    };
    counts.iter().enumerate().map(told).collect()
}
