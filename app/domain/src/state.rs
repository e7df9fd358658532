//! What one source says of one section: exactly one state, and never an empty list without a reason.
//!
//! The product's core promise. Not here: the words on screen (`ui`), who may see what (`access`).
//! Invariant: [`Entries`] holds at least one entry; every other state names its reason.
//! To add a reason: a case here, a text in both locale files, a row in the exhaustive table of `tests/`.

use serde::{Deserialize, Serialize};

use crate::{entry::Entry, time::When};

/// At least one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries(Vec<Entry>);

impl Entries {
    /// The entries, or none when the list is empty: then another state must be chosen.
    pub fn new(entries: Vec<Entry>) -> Option<Self> {
        (!entries.is_empty()).then_some(Self(entries))
    }

    /// The entries in the order the source gave them.
    pub fn as_slice(&self) -> &[Entry] {
        &self.0
    }

    /// Gives the entries away.
    pub fn into_vec(self) -> Vec<Entry> {
        self.0
    }
}

/// Why a source gave no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unanswered {
    /// The deadline passed.
    Timeout,
    /// Nobody listens, or the connection broke.
    Down,
    /// The source refused (401, 403, 5xx, SOAP fault).
    Refused,
    /// The reply could not be read.
    Malformed,
    /// The adapter failed or broke the contract.
    AdapterFault,
    /// The portal or the source was overloaded (429, queue full).
    Overloaded,
    /// The source answered about somebody else; everything from it is discarded.
    WrongPatient,
    /// After repeated failures it is not asked for a while; see [`crate::source::Pause`].
    Paused,
    /// The adapter gave no status for the section it was asked for.
    NoStatus,
    /// The credential for the source is missing or was refused.
    Credential,
}

impl Unanswered {
    /// The stable word of the canonical JSON and of the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Down => "down",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
            Self::AdapterFault => "adapter-fault",
            Self::Overloaded => "overloaded",
            Self::WrongPatient => "wrong-patient",
            Self::Paused => "paused",
            Self::NoStatus => "no-status",
            Self::Credential => "credential",
        }
    }
}

/// Why a source was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotAsked {
    /// The viewer has not chosen the shared overview.
    Scope,
    /// The ground for reaching others does not open this kind of provider: a social-care provider's exceptions open that of
    /// others of its kind only (SVOD 3:2, 3:4).
    NotPermitted,
    /// An emergency opens care providers' information only (SVOD 3:6).
    NotInEmergency,
    /// Not among the sections that were said to be needed in the emergency.
    NotSelected,
    /// No known link between the patient and this source.
    NoLink,
    /// Whether there is a link could not be read.
    LinksUnreadable,
    /// The source cannot be asked by this kind of identifier.
    IdentifierType,
    /// Not enabled for the viewer's organisation.
    NotEnabled,
    /// Planned maintenance.
    Maintenance,
    /// Its organisation has switched it off for a while.
    SwitchedOff,
    /// The portal has stopped it: what it answered could not be relied on.
    Quarantined,
}

impl NotAsked {
    /// The stable word of the canonical JSON and of the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::NotPermitted => "not-permitted",
            Self::NotInEmergency => "not-in-emergency",
            Self::NotSelected => "not-selected",
            Self::NoLink => "no-link",
            Self::LinksUnreadable => "links-unreadable",
            Self::IdentifierType => "identifier-type",
            Self::NotEnabled => "not-enabled",
            Self::Maintenance => "maintenance",
            Self::SwitchedOff => "switched-off",
            Self::Quarantined => "quarantined",
        }
    }
}

/// Why something known to the portal is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
    /// The viewer's role does not include it.
    Role,
    /// Protected identity.
    ProtectedPerson,
    /// The record names no provider or unit, or no patient, and can therefore not be checked against blocks.
    MissingIds,
    /// Nothing to show, and information may exist that the viewer may not see. Used instead of "none" for everyone who
    /// may not be told of blocks, and for everyone while blocked information exists.
    MayExist,
    /// Block status could not be verified.
    BlockUnverified,
    /// Sources disagree on who this is: no content is shown.
    IdentityConflict,
}

impl Withheld {
    /// The stable word of the canonical JSON and of the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::ProtectedPerson => "protected-person",
            Self::MissingIds => "missing-ids",
            Self::MayExist => "may-exist",
            Self::BlockUnverified => "block-unverified",
            Self::IdentityConflict => "identity-conflict",
        }
    }
}

/// What one source says of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Asked, no answer yet. Exists only while the page is being filled; never in the canonical JSON of a finished opening.
    Waiting,
    /// Entries, at least one.
    Reported(Entries),
    /// The source itself states that there are none.
    StatedNone(Option<When>),
    /// The source answered and holds nothing. Says nothing about the patient.
    NothingHeld,
    /// Some of the answer is missing, for this reason. What came is kept.
    Partial {
        /// What is missing, as the adapter or host says it.
        reason: Partial,
        /// What came; may be empty, because the reason stands beside it.
        entries: Vec<Entry>,
    },
    /// No answer we can use; information may exist.
    Unanswered(Unanswered),
    /// Not asked.
    NotAsked(NotAsked),
    /// Not shown.
    Withheld(Withheld),
    /// The source never has this section.
    Unsupported,
}

/// Why an answer is incomplete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Partial {
    /// The adapter's own words.
    Stated {
        /// Plain text.
        text: String,
    },
    /// The source or adapter failed after some entries had come.
    BrokenOff {
        /// How it failed.
        problem: Unanswered,
    },
    /// This many entries broke a rule of the contract (dates, lengths) and are not shown.
    InvalidEntries {
        /// How many.
        count: usize,
    },
    /// This many entries are withheld because they name no provider, unit or patient.
    EntriesWithheld {
        /// How many.
        count: usize,
    },
}

impl State {
    /// Whether an answer that was wanted did not come, or not all of it. A source that is left alone because it is worked on, switched off or
    /// stopped is one: it could have something to tell, and the reader has not chosen to do without.
    pub const fn is_gap(&self) -> bool {
        matches!(
            self,
            Self::Unanswered(_)
                | Self::Partial { .. }
                | Self::NotAsked(NotAsked::Maintenance | NotAsked::SwitchedOff | NotAsked::Quarantined)
        )
    }

    /// The stable word of the canonical JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reported(_) => "reported",
            Self::StatedNone(_) => "stated-none",
            Self::NothingHeld => "nothing-held",
            Self::Partial { .. } => "partial",
            Self::Unanswered(_) => "unanswered",
            Self::NotAsked(_) => "not-asked",
            Self::Withheld(_) => "withheld",
            Self::Unsupported => "unsupported",
        }
    }

    /// The entries that came, if any.
    pub fn entries(&self) -> &[Entry] {
        match self {
            Self::Reported(entries) => entries.as_slice(),
            Self::Partial { entries, .. } => entries,
            _ => &[],
        }
    }

    /// Whether the source answered in full: the only states from which "none" may ever be concluded.
    pub const fn is_complete_answer(&self) -> bool {
        matches!(self, Self::Reported(_) | Self::StatedNone(_) | Self::NothingHeld | Self::Unsupported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_canonical(why: impl Serialize, word: &str) {
        assert_eq!(serde_json::json!(why), word);
    }

    #[test]
    fn the_word_of_a_silence_is_the_one_in_the_canonical_json() {
        use Unanswered::{
            AdapterFault, Credential, Down, Malformed, NoStatus, Overloaded, Paused, Refused, Timeout, WrongPatient,
        };
        let failed =
            [Timeout, Down, Refused, Malformed, AdapterFault, Overloaded, WrongPatient, Paused, NoStatus, Credential];
        for why in failed {
            is_canonical(why, why.word());
        }
    }

    #[test]
    fn the_word_of_a_reason_not_to_ask_or_show_is_the_one_in_the_canonical_json() {
        use NotAsked::{
            IdentifierType, LinksUnreadable, Maintenance, NoLink, NotEnabled, NotInEmergency, NotPermitted,
            NotSelected, Quarantined, Scope, SwitchedOff,
        };
        use Withheld::{BlockUnverified, IdentityConflict, MayExist, MissingIds, ProtectedPerson, Role};
        let not_asked = [
            Scope,
            NotPermitted,
            NotInEmergency,
            NotSelected,
            NoLink,
            LinksUnreadable,
            IdentifierType,
            NotEnabled,
            Maintenance,
            SwitchedOff,
            Quarantined,
        ];
        for why in not_asked {
            is_canonical(why, why.word());
        }
        let withheld = [Role, ProtectedPerson, MissingIds, MayExist, BlockUnverified, IdentityConflict];
        for why in withheld {
            is_canonical(why, why.word());
        }
    }
}
