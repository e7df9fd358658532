//! A period of the log, and why one is not read.
//!
//! Shared by whoever reads the log: a review, a patient's extract, statistics. Each has a longest period of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A period of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub before: Timestamp,
}

impl Period {
    /// Whether a moment lies in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.before
    }
}

/// Why a period is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRefusal {
    /// A date is missing or none, or it ends before it begins.
    #[error("the period is none")]
    None,
    /// It lies in the future.
    #[error("the period has not begun")]
    Ahead,
    /// Longer than this many years.
    #[error("the period is longer than {years} years")]
    TooLong {
        /// The most there may be.
        years: i16,
    },
    /// More records than are read at once.
    #[error("the period has too many records")]
    TooMany,
}
