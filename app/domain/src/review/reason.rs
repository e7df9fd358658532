//! Why an act was chosen: the names of the rules, and what each found.

use serde::{Deserialize, Serialize};

use crate::access::Missing;

/// A rule that can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Danger to life, or a block lifted as indispensable.
    Emergency,
    /// Others' information was asked for without relation or consent.
    NoGround,
    /// About one of the persons the reviewer named: colleagues, relatives, persons in the news.
    Named,
    /// About somebody whose identity is protected.
    Protected,
    /// Many patients in a short time.
    ManyInAnHour,
    /// Many patients in a day.
    ManyInADay,
    /// At an hour when the role is not on shift.
    UnusualHour,
}

impl Rule {
    /// Every rule, in the order they stand on the page.
    pub const ALL: [Self; 7] = [
        Self::Emergency,
        Self::NoGround,
        Self::Named,
        Self::Protected,
        Self::ManyInAnHour,
        Self::ManyInADay,
        Self::UnusualHour,
    ];

    /// Its name in forms, in the log and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::NoGround => "no-ground",
            Self::Named => "named",
            Self::Protected => "protected",
            Self::ManyInAnHour => "many-in-an-hour",
            Self::ManyInADay => "many-in-a-day",
            Self::UnusualHour => "unusual-hour",
        }
    }
}

/// What a rule found, or that chance chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Reason {
    /// Drawn.
    Random,
    /// See [`Rule::Emergency`].
    Emergency,
    /// See [`Rule::NoGround`].
    NoGround {
        /// What was missing.
        missing: Vec<Missing>,
    },
    /// See [`Rule::Named`].
    Named,
    /// See [`Rule::Protected`].
    Protected,
    /// See [`Rule::ManyInAnHour`].
    ManyInAnHour {
        /// The most within an hour, this act among them.
        patients: u32,
    },
    /// See [`Rule::ManyInADay`].
    ManyInADay {
        /// That day.
        patients: u32,
        /// What the same reader opens on an ordinary day of the period; none when there are too few days to tell.
        norm: Option<u32>,
    },
    /// See [`Rule::UnusualHour`].
    UnusualHour,
}

impl Reason {
    /// The rule behind it; none when chance chose.
    pub const fn rule(&self) -> Option<Rule> {
        Some(match self {
            Self::Random => return None,
            Self::Emergency => Rule::Emergency,
            Self::NoGround { .. } => Rule::NoGround,
            Self::Named => Rule::Named,
            Self::Protected => Rule::Protected,
            Self::ManyInAnHour { .. } => Rule::ManyInAnHour,
            Self::ManyInADay { .. } => Rule::ManyInADay,
            Self::UnusualHour => Rule::UnusualHour,
        })
    }
}
