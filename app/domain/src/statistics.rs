//! How the overview is used in an organisation, without persons: counts of acts, and how sources answer.
//!
//! Rooms: [`tally`] a count and what may be told of it. Not here: reading the log (`service`), words and bars (`ui`).
//! Invariant: nothing in it is about one person, and a count that could be is not told: neither itself, nor by what is told beside it.
//! To add a count: a field of [`Statistics`], its line in [`Statistics::add`], its row on the page, its line in the test that subtracts.

mod tally;

use std::collections::{BTreeMap, BTreeSet};

pub use self::tally::{Count, SMALLEST_TOLD, Split, Tally, parts};
use crate::{
    access::Basis,
    logged::{Act, Became, Ground, LoggedAct, LoggedOutcome, SourceTold, Told, Why},
    section::Section,
    viewer::Scope,
};

/// Of fewer openings no share of a source is told, and of fewer measured answers no time.
pub const SOURCE_SMALLEST: u64 = 20;

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

/// What a source was asked and gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceUse {
    /// Openings in which it was asked for something and not left before it could answer.
    asked: Tally,
    /// Of those, the openings in which it answered all it was asked for.
    answered: u64,
    /// Of those, the openings in which it came after the page counted as complete.
    late: u64,
    /// How long its answers took, in milliseconds to two digits, and how many took so long.
    took_ms: BTreeMap<u64, u64>,
}

/// How a source answers, without how often it was asked: beside the counts, that would give others away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceRate {
    /// Percent of the openings in which it answered everything.
    pub answered_percent: u64,
    /// Percent of the openings in which it came late.
    pub late_percent: u64,
    /// How long its answers took; none when too few of them have a time.
    pub latency: Option<Latency>,
}

/// How long answers took, in milliseconds, to two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Half of them at most.
    pub median_ms: u64,
    /// 95 of a hundred at most.
    pub p95_ms: u64,
}

/// The counts of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Openings and prints.
    pub openings: Tally,
    /// Of those, on a screen.
    pub overviews: Tally,
    /// Of those, on paper.
    pub prints: Tally,
    /// Of those, by what was reached.
    pub reached: BTreeMap<Reached, Tally>,
    /// Of those, in which something of a section was shown.
    pub shown: BTreeMap<Section, Split>,
    /// Of those, in which something was withheld for this reason.
    pub withheld: BTreeMap<Why, Split>,
    /// By source.
    pub sources: BTreeMap<String, SourceUse>,
    /// Steps of danger to life, and blocks lifted as indispensable.
    pub emergencies: Tally,
    /// What was registered, by the name of its kind.
    pub registered: BTreeMap<String, Tally>,
    /// In lower case; only how many there are is told.
    readers: BTreeSet<String>,
}

impl Statistics {
    /// Different readers who opened or printed.
    pub fn readers(&self) -> Count {
        match self.openings.alone() {
            Count::Told(_) => Count::Told(self.readers.len() as u64),
            Count::Hidden => Count::Hidden,
        }
    }

    /// Counts an act.
    pub fn add(&mut self, act: &LoggedAct) {
        // What was not kept opened nothing and is registered nowhere.
        let kept = act.became() != Some(Became::NotKept);
        match &act.act {
            Act::Overview => self.overviews.add(act),
            Act::Print(_) => self.prints.add(act),
            Act::Emergency(_) if kept => self.emergencies.add(act),
            Act::Registered(Some(kind)) if kept => self.registered.entry(kind.clone()).or_default().add(act),
            _ => {}
        }
        if !act.act.is_opening() {
            return;
        }
        self.openings.add(act);
        self.readers.insert(tally::reader(act));
        self.reached.entry(reached(act)).or_default().add(act);
        let outcome = act.outcome.as_ref();
        let shown = outcome.map(LoggedOutcome::shown).unwrap_or_default();
        for section in Section::ALL {
            self.shown.entry(section).or_default().add(act, shown.contains(&section));
        }
        let sources = outcome.map(|outcome| outcome.sources.as_slice()).unwrap_or_default();
        let all = sources.iter().flat_map(|source| source.sections.values());
        let withheld: BTreeSet<Why> = all.filter_map(|told| told.withheld()).collect();
        // An opening counts once for a reason, however many sources and sections it hit.
        for why in Why::ALL.into_iter().chain([Why::NotStated]) {
            self.withheld.entry(why).or_default().add(act, withheld.contains(&why));
        }
        for source in sources {
            self.add_source(act, source);
        }
    }

    fn add_source(&mut self, act: &LoggedAct, source: &SourceTold) {
        let asked = source.sections.values().filter(|told| !matches!(told, Told::NotAsked | Told::Awaited));
        let (mut any, mut failed) = (false, false);
        for told in asked {
            any = true;
            failed |= matches!(told, Told::Failed(_));
        }
        if !any {
            return;
        }
        let uses = self.sources.entry(source.source.clone()).or_default();
        uses.asked.add(act);
        uses.answered += u64::from(!failed);
        uses.late += u64::from(source.late);
        if let (false, Some(took)) = (failed, source.took_ms) {
            *uses.took_ms.entry(to_two_digits(took)).or_default() += 1;
        }
    }
}

impl SourceUse {
    /// How it answers; none when it was asked too seldom, or by or about too few.
    pub fn rate(&self) -> Option<SourceRate> {
        let asked = self.asked.acts();
        if asked < SOURCE_SMALLEST || self.asked.alone() == Count::Hidden {
            return None;
        }
        let percent = |count: u64| (count * 100 + asked / 2) / asked;
        Some(SourceRate {
            answered_percent: percent(self.answered),
            late_percent: percent(self.late),
            latency: self.latency(),
        })
    }

    fn latency(&self) -> Option<Latency> {
        let measured: u64 = self.took_ms.values().sum();
        (measured >= SOURCE_SMALLEST)
            .then(|| Some(Latency { median_ms: self.within(measured, 50)?, p95_ms: self.within(measured, 95)? }))?
    }

    /// The shortest time within which so many of a hundred answers came (nearest rank).
    fn within(&self, measured: u64, of_hundred: u64) -> Option<u64> {
        let rank = (measured * of_hundred).div_ceil(100);
        let mut so_far = 0;
        self.took_ms.iter().find_map(|(took, count)| {
            so_far += count;
            (so_far >= rank).then_some(*took)
        })
    }
}

/// A time as it is told: finer would say more about one answer than about the source.
const fn to_two_digits(ms: u64) -> u64 {
    let mut unit = 1;
    while ms / unit >= 100 {
        unit *= 10;
    }
    ms.saturating_add(unit / 2) / unit * unit
}

fn reached(act: &LoggedAct) -> Reached {
    match (&act.ground, act.scope) {
        (Ground::Granted(basis), _) => Reached::Others(*basis),
        (Ground::Lacking(_), Some(Scope::Shared)) => Reached::Lacking,
        (_, Some(Scope::Own)) => Reached::Own,
        (Ground::Lacking(_) | Ground::NotStated, _) => Reached::NotStated,
    }
}

#[cfg(test)]
mod tests;
