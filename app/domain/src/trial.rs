//! A binding before it is in use: its own test, and how far its answers are alike those of the source in use.
//!
//! Not here: asking alongside and comparing (`service::sources::compare`). Invariant: numbers only; nothing of an answer, and about nobody.

use std::{collections::BTreeMap, time::Duration};

use crate::section::Section;

/// What became of a trial in one section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Both said the same.
    pub same: u64,
    /// Both answered, and not the same.
    pub different: u64,
    /// Entries that only the source in use had.
    pub only_in_use: u64,
    /// Entries that only the trial had.
    pub only_in_trial: u64,
    /// Only the source in use answered.
    pub trial_failed: u64,
    /// Only the trial answered, or there is nothing to compare it with.
    pub alone: u64,
    /// Neither answered.
    pub neither: u64,
}

/// What became of a trial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Lookups.
    pub lookups: u64,
    /// How long they took together.
    pub took: Duration,
    /// How long the source in use took for the same.
    pub in_use_took: Duration,
    /// By section.
    pub sections: BTreeMap<Section, Compared>,
}

/// How a source's own test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tested {
    /// It said this of itself.
    Said(String),
    /// The adapter has no test.
    NotOffered,
    /// It failed, in the adapter's words.
    Failed {
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
    /// The sandbox stopped it.
    Stopped(String),
    /// It took too long.
    TimedOut,
    /// It could not be made ready to run.
    NotReady,
}
