//! What a section of a source is to a reader right now, as far as this portal knows.
//!
//! Not here: how it is measured (`service::sightings`), the words (`ui`). Invariant: a source that was not asked lately is not said to work.

use jiff::Timestamp;

use crate::state::{NotAsked, Unanswered};

/// One section of one source, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not enabled for the reader's organisation, so it is not asked.
    NotEnabled,
    /// Its organisation has switched it off for a while.
    SwitchedOff {
        /// Since when.
        since: Timestamp,
    },
    /// The portal has stopped it.
    Quarantined {
        /// Since when.
        since: Timestamp,
    },
    /// It is worked on, and not asked meanwhile.
    WorkedOn {
        /// Until when.
        until: Timestamp,
    },
    /// It has failed repeatedly and is left alone for a while. Never of care limits, which are asked all the same.
    Paused {
        /// Failing since.
        since: Timestamp,
    },
    /// It did not answer the last time.
    Failing {
        /// Why.
        why: Unanswered,
        /// Since when it has not answered.
        since: Timestamp,
    },
    /// It answered the last time.
    Answering,
    /// Nobody has asked it lately: nothing is known.
    NotAskedLately,
}

impl Standing {
    /// What is known, in the order in which it matters.
    pub fn of(
        enabled: bool,
        left_alone: Option<(NotAsked, Timestamp)>,
        worked_on_until: Option<Timestamp>,
        paused_since: Option<Timestamp>,
        sighted: Option<Option<(Unanswered, Timestamp)>>,
    ) -> Self {
        if !enabled {
            return Self::NotEnabled;
        }
        match left_alone {
            Some((NotAsked::SwitchedOff, since)) => return Self::SwitchedOff { since },
            Some((NotAsked::Quarantined, since)) => return Self::Quarantined { since },
            _ => {}
        }
        match (worked_on_until, paused_since, sighted) {
            (Some(until), ..) => Self::WorkedOn { until },
            (None, Some(since), _) => Self::Paused { since },
            (None, None, Some(Some((why, since)))) => Self::Failing { why, since },
            (None, None, Some(None)) => Self::Answering,
            (None, None, None) => Self::NotAskedLately,
        }
    }

    /// The stable word of the JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotEnabled => "not-enabled",
            Self::SwitchedOff { .. } => "switched-off",
            Self::Quarantined { .. } => "quarantined",
            Self::WorkedOn { .. } => "maintenance",
            Self::Paused { .. } => "paused",
            Self::Failing { .. } => "failing",
            Self::Answering => "answering",
            Self::NotAskedLately => "not-asked-lately",
        }
    }

    /// Since when it does not answer, or is not asked.
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::SwitchedOff { since }
            | Self::Quarantined { since }
            | Self::Paused { since }
            | Self::Failing { since, .. } => Some(since),
            Self::NotEnabled | Self::WorkedOn { .. } | Self::Answering | Self::NotAskedLately => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_most_is_said() {
        let since: Timestamp = "2026-11-21T11:00:00Z".parse().unwrap();
        let silent = Some(Some((Unanswered::Down, since)));
        let until = since;
        let (off, stopped) = (Some((NotAsked::SwitchedOff, since)), Some((NotAsked::Quarantined, since)));
        assert_eq!(Standing::of(false, stopped, Some(until), Some(since), silent), Standing::NotEnabled);
        assert_eq!(Standing::of(true, stopped, Some(until), Some(since), silent), Standing::Quarantined { since });
        assert_eq!(Standing::of(true, off, Some(until), Some(since), silent), Standing::SwitchedOff { since });
        assert_eq!(Standing::of(true, None, Some(until), Some(since), silent), Standing::WorkedOn { until });
        assert_eq!(Standing::of(true, None, None, Some(since), silent), Standing::Paused { since });
        assert_eq!(Standing::of(true, None, None, None, silent), Standing::Failing { why: Unanswered::Down, since });
        assert_eq!(Standing::of(true, None, None, None, Some(None)), Standing::Answering);
        assert_eq!(Standing::of(true, None, None, None, None), Standing::NotAskedLately);
    }
}
