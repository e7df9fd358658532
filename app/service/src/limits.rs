//! Every time and number of the use cases, in one table. Overridable in configuration, refused when unreasonable.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Times and numbers of the use cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceLimits {
    /// The page counts as complete after this; answers after it are marked late, and a page without script ends here.
    pub page_complete_after_ms: u64,
    /// No source may be given longer than this (the national chain's ceiling is 28 s).
    pub answer_within_max_ms: u64,
    /// Failures in a row after which a source is left alone for a while.
    pub pause_after_failures: u32,
    /// How long it is left alone.
    pub pause_ms: u64,
    /// Answers about other patients than those that were asked about, counted by patient within a day, after which a source is stopped until its
    /// administrator starts it again.
    pub quarantine_after_wrong_patients: u32,
    /// Lookups in which the adapter itself was at fault, among the last twice as many, after which its source is stopped.
    pub quarantine_after_faults: u32,
    /// A block register not verified for longer than this counts as not verified.
    pub block_register_max_age_hours: u32,
    /// How many overviews, prints and earlier views one person may open in a minute, on each node. Far above what anybody reads; for what no person does.
    pub openings_per_minute: u32,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            page_complete_after_ms: 5_000,
            answer_within_max_ms: 28_000,
            pause_after_failures: 5,
            pause_ms: 30_000,
            quarantine_after_wrong_patients: 3,
            quarantine_after_faults: 10,
            block_register_max_age_hours: 24,
            openings_per_minute: 60,
        }
    }
}

impl ServiceLimits {
    /// Whether a list of blocks that was verified then is young enough to be relied on now (L-14).
    pub fn is_current(&self, verified_at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(verified_at).as_secs() <= i64::from(self.block_register_max_age_hours) * 3600
    }

    /// Every value that is unreasonable: its key, and in words for the administrator what would be reasonable.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        let ranges = [
            ("page_complete_after_ms", self.page_complete_after_ms, 500, 28_000),
            ("answer_within_max_ms", self.answer_within_max_ms, 500, 28_000),
            ("pause_after_failures", u64::from(self.pause_after_failures), 2, 1_000),
            ("pause_ms", self.pause_ms, 1_000, 600_000),
            ("quarantine_after_wrong_patients", u64::from(self.quarantine_after_wrong_patients), 1, 100),
            ("quarantine_after_faults", u64::from(self.quarantine_after_faults), 5, 1_000),
            ("block_register_max_age_hours", u64::from(self.block_register_max_age_hours), 1, 24 * 7),
            ("openings_per_minute", u64::from(self.openings_per_minute), 10, 100_000),
        ];
        let outside = ranges.into_iter().filter(|(_, value, low, high)| value < low || value > high);
        outside.map(|(key, value, low, high)| (key, format!("{value} is outside {low} … {high}"))).collect()
    }

    /// When the page counts as complete.
    pub const fn page_complete_after(&self) -> Duration {
        Duration::from_millis(self.page_complete_after_ms)
    }
}
