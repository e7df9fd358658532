//! What the log tells of one act about a patient: who, when, on what ground, and what each source let be shown.
//!
//! Room: the shapes that reviewing, the patient's extract and statistics share. Not here: reading the log (`service::log_reading`), which
//! act is looked at more closely (`review`), words on screen (`ui`).
//! Invariant: what the log does not say is none here, and never "no"; nothing here holds content of a record.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    access::{Basis, Missing},
    identifier::PersonIdentifier,
    section::Section,
    state::Withheld,
    viewer::{Scope, Viewer},
};

/// Where a record stands in the log: enough to read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Leaf index.
    pub index: u64,
    /// When it was made.
    pub at: Timestamp,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Opened the overview.
    Overview,
    /// Printed this preset.
    Print(Option<String>),
    /// Opened, widened or extended access in danger to life, or lifted a block because what it hid was indispensable.
    Emergency,
    /// Looked again at what was shown before.
    Replayed,
    /// Read something beside the overview: registrations, blocked units, an own source for a relation.
    Beside,
    /// Registered something; the kind's name.
    Registered(Option<String>),
    /// Ended something that was registered.
    Ended,
    /// Read or wrote what an emergency left to be told.
    FollowUp,
    /// Looked at the record of an act in the log, as a reviewer; no information about care was shown.
    Reviewed,
    /// Made an extract of the log.
    Extracted,
    /// Was refused.
    Refused,
    /// Something newer than this program's words for it.
    Other,
}

impl Act {
    /// Whether information of the overview was asked for.
    pub const fn is_opening(&self) -> bool {
        matches!(self, Self::Overview | Self::Print(_))
    }

    /// Whether a review chooses among acts of this kind.
    pub const fn is_reviewed(&self) -> bool {
        self.is_opening() || matches!(self, Self::Emergency)
    }
}

/// On what ground others' information was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// The record does not say.
    NotStated,
    /// This one.
    Granted(Basis),
    /// It was not reached, for want of these.
    Lacking(Vec<Missing>),
}

/// One act, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAct {
    /// Id of its first record.
    pub id: String,
    /// Where that record stands.
    pub place: Place,
    /// Who, in which assignment.
    pub reader: Viewer,
    /// About whom.
    pub patient: PersonIdentifier,
    /// What.
    pub act: Act,
    /// The active choice; none where there was none to make.
    pub scope: Option<Scope>,
    /// On what ground.
    pub ground: Ground,
    /// What came of it; none when the log has no record of that: the act was broken off, or shows nothing by itself.
    pub outcome: Option<LoggedOutcome>,
}

/// What came of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOutcome {
    /// Where its record stands.
    pub place: Place,
    /// False: the reader went away before every part had come.
    pub complete: bool,
    /// What each source that was planned for gave, in page order.
    pub sources: Vec<SourceTold>,
    /// What was shown by the provider who answers for it; empty in records from before it was noted.
    pub resources: Vec<Resource>,
    /// SHA-256 of the canonical JSON that was shown last, hex; none when nothing was.
    pub shown_sha256: Option<String>,
    /// Whether the patient's identity was known to be protected; none when the record does not say.
    pub protected: Option<bool>,
}

/// What one source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTold {
    /// Its id.
    pub source: String,
    /// Its custodian's HSA-id; none for a platform of several.
    pub provider: Option<String>,
    /// What became of each of its sections.
    pub sections: BTreeMap<Section, Told>,
    /// It answered after the page counted as complete.
    pub late: bool,
    /// How long it took, in milliseconds; none when it was not asked or the record does not say.
    pub took_ms: Option<u64>,
}

/// What became of a section of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Something of it was shown.
    Shown,
    /// It held nothing, or said that there is nothing.
    Nothing,
    /// Not shown; why, when the record says.
    Withheld(Option<Withheld>),
    /// It gave no usable answer.
    Failed,
    /// It was not asked.
    NotAsked,
}

/// A kind of information that was shown, and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Which.
    pub section: Section,
    /// HSA-id of the provider.
    pub provider: String,
    /// HSA-id of the unit.
    pub unit: Option<String>,
    /// The source it came through.
    pub source: Option<String>,
}

impl LoggedOutcome {
    /// The sections of a source to which this happened, in page order.
    pub fn sections(&self, which: impl Fn(Told) -> bool) -> Vec<Section> {
        let all = self.sources.iter().flat_map(|source| &source.sections);
        let mut found: Vec<Section> = all.filter(|(_, told)| which(**told)).map(|(section, _)| *section).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether anything was withheld because the identity is protected, or the record says that it is.
    pub fn is_protected(&self) -> Option<bool> {
        let withheld = Told::Withheld(Some(Withheld::ProtectedPerson));
        let seen = self.sources.iter().any(|source| source.sections.values().any(|told| *told == withheld));
        if seen { Some(true) } else { self.protected }
    }
}
