//! What the log tells of one act about a patient: who, when, on what ground, and what each source let be shown.
//!
//! Room: the shapes that reviewing, the patient's extract, statistics and exports share; [`outcome`] what came of an act. Not here: reading the
//! log (`service::log_reading`), which act is looked at more closely (`review`), words on screen (`ui`).
//! Invariant: what the log does not say is none here, and never "no"; nothing here holds content of a record.

mod outcome;

use jiff::Timestamp;

pub use self::outcome::{Became, LoggedOutcome, Resource, SourceTold, Told, Why};
use crate::{
    access::{Basis, Missing},
    identifier::PersonIdentifier,
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
    /// Reached others' information in danger to life, or lifted a block because what it hid was indispensable.
    Emergency(Urgent),
    /// Looked again at what was shown before.
    Replayed,
    /// Read something beside the overview.
    Beside(Beside),
    /// Registered something; the kind's name.
    Registered(Option<String>),
    /// Ended something that was registered; the kind's name.
    Ended(Option<String>),
    /// Noted that another organisation was asked to lift its block.
    AskedToLift,
    /// Reported that an entry is wrong.
    Reported,
    /// Read or wrote what an emergency left to be told.
    FollowUp,
    /// Looked at the record of an act in the log, as a reviewer; no information about care was shown.
    Reviewed,
    /// Read what somebody wrote about an emergency, as a reviewer.
    ReviewedFollowUp,
    /// Made an extract of the log.
    Extracted,
    /// Was refused.
    Refused,
    /// Something newer than this program's words for it.
    Other,
}

/// A step of an emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgent {
    /// Opened: which care providers have something (SVOD 3:6).
    Begun,
    /// What is needed of it was fetched.
    Fetched,
    /// It was given another hour.
    Extended,
    /// A block was lifted because what it hid was indispensable (PDL 4:5).
    BlockLifted,
    /// The record does not say.
    NotStated,
}

/// What was read beside the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Who the patient is.
    Person,
    /// Whether an own source reports a relation.
    RelationProof,
    /// What is registered about the patient.
    AccessRegister,
    /// Which own units have blocked information.
    BlockedUnits,
    /// Which earlier openings are kept.
    Snapshots,
    /// The record does not say, or in a word of a later version.
    NotStated,
}

impl Act {
    /// Whether information of the overview was asked for.
    pub const fn is_opening(&self) -> bool {
        matches!(self, Self::Overview | Self::Print(_))
    }

    /// Whether a review chooses among acts of this kind: whatever tells the reader something about a patient, and what was tried.
    pub const fn is_reviewed(&self) -> bool {
        let asked_a_source = matches!(self, Self::Beside(Beside::Person | Beside::RelationProof));
        self.is_opening() || asked_a_source || matches!(self, Self::Emergency(_) | Self::Replayed | Self::Refused)
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

impl LoggedAct {
    /// What became of a change; none when the log does not say, or there was nothing to change.
    pub fn became(&self) -> Option<Became> {
        self.outcome.as_ref().and_then(|outcome| outcome.became)
    }

    /// Whether the patient's personal data are protected; none when the log does not say.
    pub fn is_protected(&self) -> Option<bool> {
        self.outcome.as_ref().and_then(LoggedOutcome::is_protected)
    }
}
