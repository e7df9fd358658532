//! What a section of a source is to a reader right now, as far as this portal knows.
//!
//! Not here: how it is measured (`service::sightings`), the words (`ui`). Invariant: a source that was not asked lately is not said to work.

use jiff::Timestamp;

use crate::state::Unanswered;

/// One section of one source, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not enabled for the reader's organisation, so it is not asked.
    NotEnabled,
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
        worked_on_until: Option<Timestamp>,
        paused_since: Option<Timestamp>,
        sighted: Option<Option<(Unanswered, Timestamp)>>,
    ) -> Self {
        if !enabled {
            return Self::NotEnabled;
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
            Self::WorkedOn { .. } => "maintenance",
            Self::Paused { .. } => "paused",
            Self::Failing { .. } => "failing",
            Self::Answering => "answering",
            Self::NotAskedLately => "not-asked-lately",
        }
    }

    /// Since when it does not answer.
    pub const fn since(self) -> Option<Timestamp> {
        match self {
            Self::Paused { since } | Self::Failing { since, .. } => Some(since),
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
        assert_eq!(Standing::of(false, Some(until), Some(since), silent), Standing::NotEnabled);
        assert_eq!(Standing::of(true, Some(until), Some(since), silent), Standing::WorkedOn { until });
        assert_eq!(Standing::of(true, None, Some(since), silent), Standing::Paused { since });
        assert_eq!(Standing::of(true, None, None, silent), Standing::Failing { why: Unanswered::Down, since });
        assert_eq!(Standing::of(true, None, None, Some(None)), Standing::Answering);
        assert_eq!(Standing::of(true, None, None, None), Standing::NotAskedLately);
    }
}
