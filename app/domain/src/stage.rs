//! How far a source has come, from being tried to being taken out of use: what an administrator decides, and what the portal itself stops.
//!
//! Not here: who may decide (`service::sources`), whether a source that is in use answers (`standing`).
//! Invariant: only a live source is ever shown; a source that the portal stopped starts again when a person says so and not by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    source::{OrganisationId, SourceId},
    state::NotAsked,
};

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Being put together. Nobody asks it.
    Draft,
    /// Asked alongside another source and compared with it; never shown.
    Shadow,
    /// In use.
    Live,
    /// Switched off by its organisation for a while.
    Paused,
    /// Stopped by the portal itself; see [`Cause`].
    Quarantined,
    /// Taken out of use for good.
    Retired,
}

impl Stage {
    /// The stable word of the store, the JSON and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Shadow => "shadow",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Quarantined => "quarantined",
            Self::Retired => "retired",
        }
    }

    /// The stage of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Shadow, Self::Live, Self::Paused, Self::Quarantined, Self::Retired];
        all.into_iter().find(|stage| stage.word() == word)
    }

    /// What an administrator can make of a source at this stage. One that the configuration file binds is never a draft or in the shadow, and
    /// it is retired in the file.
    pub const fn decisions(self, configured: bool) -> &'static [Self] {
        match (self, configured) {
            (Self::Draft, false) => &[Self::Shadow, Self::Live, Self::Retired],
            (Self::Shadow, false) => &[Self::Live, Self::Draft, Self::Retired],
            (Self::Live, false) => &[Self::Paused, Self::Retired],
            (Self::Paused | Self::Quarantined, false) => &[Self::Live, Self::Shadow, Self::Retired],
            (Self::Live, true) => &[Self::Paused],
            (Self::Paused, true) => &[Self::Live],
            (Self::Quarantined, true) => &[Self::Live, Self::Paused],
            (Self::Retired, _) | (Self::Draft | Self::Shadow, true) => &[],
        }
    }

    /// Whether the portal stops it when it goes wrong.
    pub const fn is_watched(self) -> bool {
        matches!(self, Self::Live | Self::Shadow)
    }

    /// Why a source at this stage is left alone, to be told in its place. One that is not part of the overview has no place there.
    pub const fn left_alone(self) -> Option<NotAsked> {
        match self {
            Self::Paused => Some(NotAsked::SwitchedOff),
            Self::Quarantined => Some(NotAsked::Quarantined),
            Self::Draft | Self::Shadow | Self::Live | Self::Retired => None,
        }
    }

    /// Whether it has a place in the overview.
    pub const fn has_a_place(self) -> bool {
        matches!(self, Self::Live | Self::Paused | Self::Quarantined)
    }
}

/// Why the portal itself stopped a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It answered about other patients than those that were asked about.
    WrongPatient,
    /// Its adapter broke the contract or failed, again and again.
    AdapterFaults,
    /// Its adapter does not pass its own cases any more.
    Drift,
}

impl Cause {
    /// The stable word of the store and of the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongPatient => "wrong-patient",
            Self::AdapterFaults => "adapter-faults",
            Self::Drift => "drift",
        }
    }
}

/// Who brought a source to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case")]
pub enum Decider {
    /// An administrator of its organisation, with a reason.
    Administrator {
        /// Who, in which assignment.
        by: Box<Registrar>,
        /// Why, in the administrator's own words.
        reason: String,
    },
    /// The portal.
    Portal {
        /// Why.
        cause: Cause,
    },
}

/// The stage of a source since a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Which source.
    pub source: SourceId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// 1, 2, 3 … for each source; 0 for one of which nobody has decided anything.
    pub number: u32,
    /// The stage.
    pub stage: Stage,
    /// Since when.
    pub at: Timestamp,
    /// Who decided.
    pub decider: Decider,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stage; 6] =
        [Stage::Draft, Stage::Shadow, Stage::Live, Stage::Paused, Stage::Quarantined, Stage::Retired];

    #[test]
    fn a_stage_has_one_word() {
        for stage in ALL {
            assert_eq!(Stage::of_word(stage.word()), Some(stage));
            assert_eq!(serde_json::json!(stage), stage.word());
        }
        assert_eq!(Stage::of_word("lively"), None);
        for cause in [Cause::WrongPatient, Cause::AdapterFaults, Cause::Drift] {
            assert_eq!(serde_json::json!(cause), cause.word());
        }
    }

    #[test]
    fn nobody_decides_on_a_quarantine_and_nothing_comes_back_from_retirement() {
        for configured in [false, true] {
            for stage in ALL {
                let decisions = stage.decisions(configured);
                assert!(!decisions.contains(&Stage::Quarantined) && !decisions.contains(&stage), "{stage:?}");
                let never = [Stage::Draft, Stage::Shadow, Stage::Retired];
                assert!(!configured || decisions.iter().all(|next| !never.contains(next)), "{stage:?}");
            }
            assert!(Stage::Retired.decisions(configured).is_empty());
            assert!(Stage::Quarantined.decisions(configured).contains(&Stage::Live));
        }
    }

    #[test]
    fn what_is_left_alone_has_a_place_where_that_is_told() {
        for stage in ALL {
            assert!(stage.left_alone().is_none() || stage.has_a_place(), "{stage:?}");
            assert!(stage.left_alone().is_none() || !stage.is_watched(), "{stage:?}");
        }
    }
}
