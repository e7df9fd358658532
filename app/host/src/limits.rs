//! Every limit of the sandbox, in one table.
//!
//! Defaults are those of the contract; an administrator may override them per adapter, and a value that makes no sense
//! refuses to start. Limits of the network part stand in [`EgressLimits`], nested here. Not here: enforcing them
//! (`call`, `lookup`, `text`).
//! Invariant: no limit is zero or without an upper bound.
//! To add one: a field with its unit in the name, a default, a row in [`Limits::rows`].

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use crate::egress::EgressLimits;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Limits of one adapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest component that is admitted.
    pub component_max_bytes: usize,
    /// Memory of one lookup, summed over all linear memories and tables. Adapters in Python need 192 MiB.
    pub memory_max_bytes: usize,
    /// Core instances, memories and tables of one lookup, each. Adapters in Python need 38.
    pub instances_max: usize,
    /// Time the guest itself may compute in one lookup. Waiting for the network does not count.
    pub guest_cpu_ms: u64,
    /// Longest lookup from start to end; the rest of the caller's deadline may be shorter.
    pub wall_ms: u64,
    /// Longest `describe`, compilation not included.
    pub describe_ms: u64,
    /// What the guest may hand to the host in one call.
    pub hostcall_max_bytes: usize,
    /// Component handles the guest may hold.
    pub handles_max: usize,
    /// Entries of one lookup, the person not counted.
    pub entries_max: usize,
    /// Lines kept of the guest's log; later ones are counted and dropped.
    pub log_lines_max: usize,
    /// Length of a log line; longer ones are cut.
    pub log_line_max_bytes: usize,
    /// Lookups of one source at the same time; further ones wait within their deadline.
    pub lookups_at_once: usize,
    /// Lengths of texts and lists in entries.
    pub text: TextLimits,
    /// The network part.
    pub egress: EgressLimits,
}

/// Lengths of texts and lists in entries. What is longer breaks the contract: the entry is not shown and is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextLimits {
    /// Ids, codes, words of a vocabulary, times, phone numbers.
    pub word_max_bytes: usize,
    /// Names, titles, labels.
    pub name_max_bytes: usize,
    /// Free text.
    pub prose_max_bytes: usize,
    /// The text of a document.
    pub document_max_bytes: usize,
    /// Elements of a list within an entry.
    pub list_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_max_bytes: 32 * MIB,
            memory_max_bytes: 128 * MIB,
            instances_max: 64,
            guest_cpu_ms: 500,
            wall_ms: 28_000,
            describe_ms: 5_000,
            hostcall_max_bytes: 8 * MIB,
            handles_max: 1_000,
            entries_max: 5_000,
            log_lines_max: 200,
            log_line_max_bytes: 2 * KIB,
            lookups_at_once: 16,
            text: TextLimits::default(),
            egress: EgressLimits::default(),
        }
    }
}

impl Default for TextLimits {
    fn default() -> Self {
        Self {
            word_max_bytes: 512,
            name_max_bytes: 2 * KIB,
            prose_max_bytes: 32 * KIB,
            document_max_bytes: 256 * KIB,
            list_max: 200,
        }
    }
}

/// A limit outside what makes sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// A limit of this table.
    #[error("limit `{name}` is {found}; it must be between {least} and {most}")]
    Range {
        /// Name as written in configuration.
        name: &'static str,
        /// What was found.
        found: u64,
        /// Smallest value that works.
        least: u64,
        /// Largest value that is safe.
        most: u64,
    },
    /// A limit of the network part.
    #[error("limit `egress.{0}`")]
    Egress(String),
}

impl Limits {
    /// Checks every row of the table.
    ///
    /// # Errors
    /// The first limit outside its range, with the range.
    pub fn validate(&self) -> Result<(), LimitError> {
        for (name, found, range) in self.rows() {
            if !range.contains(&found) {
                return Err(LimitError::Range { name, found, least: *range.start(), most: *range.end() });
            }
        }
        self.egress.validate().map_err(LimitError::Egress)
    }

    /// Every limit outside its range: its name as in configuration, those of the network part with `egress.` before, and the
    /// range in words.
    pub fn unreasonable(&self) -> Vec<(String, String)> {
        let outside = self.rows().into_iter().filter(|(_, found, range)| !range.contains(found));
        let here = outside.map(|(name, found, range)| {
            (name.to_owned(), format!("{found} is outside {} … {}", range.start(), range.end()))
        });
        let network = self.egress.unreasonable().into_iter();
        here.chain(network.map(|(name, why)| (format!("egress.{name}"), why))).collect()
    }

    /// Longest lookup.
    pub const fn wall(&self) -> Duration {
        Duration::from_millis(self.wall_ms)
    }

    /// Each limit with its name and the range it may have.
    fn rows(&self) -> [(&'static str, u64, RangeInclusive<u64>); 17] {
        let bytes = |bytes: usize| bytes as u64;
        let mib = bytes(MIB);
        [
            ("component_max_bytes", bytes(self.component_max_bytes), 1_024..=256 * mib),
            ("memory_max_bytes", bytes(self.memory_max_bytes), mib..=1_024 * mib),
            ("instances_max", bytes(self.instances_max), 1..=1_000),
            ("guest_cpu_ms", self.guest_cpu_ms, 10..=28_000),
            ("wall_ms", self.wall_ms, 10..=28_000),
            ("describe_ms", self.describe_ms, 10..=28_000),
            ("hostcall_max_bytes", bytes(self.hostcall_max_bytes), 64 * 1_024..=128 * mib),
            ("handles_max", bytes(self.handles_max), 1..=100_000),
            ("entries_max", bytes(self.entries_max), 1..=100_000),
            ("log_lines_max", bytes(self.log_lines_max), 1..=10_000),
            ("log_line_max_bytes", bytes(self.log_line_max_bytes), 64..=64 * 1_024),
            ("lookups_at_once", bytes(self.lookups_at_once), 1..=1_000),
            ("text.word_max_bytes", bytes(self.text.word_max_bytes), 64..=64 * 1_024),
            ("text.name_max_bytes", bytes(self.text.name_max_bytes), 64..=64 * 1_024),
            ("text.prose_max_bytes", bytes(self.text.prose_max_bytes), 1_024..=mib),
            ("text.document_max_bytes", bytes(self.text.document_max_bytes), 1_024..=4 * mib),
            ("text.list_max", bytes(self.text.list_max), 1..=10_000),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_inside_their_own_ranges() {
        assert_eq!(Limits::default().validate(), Ok(()));
    }

    #[test]
    fn a_limit_of_zero_is_refused_by_name_and_range() {
        let limits = Limits { guest_cpu_ms: 0, ..Limits::default() };
        let error = limits.validate().unwrap_err();
        assert_eq!(error.to_string(), "limit `guest_cpu_ms` is 0; it must be between 10 and 28000");
    }

    #[test]
    fn every_limit_outside_its_range_is_named_as_in_configuration() {
        let text = TextLimits { list_max: 0, ..TextLimits::default() };
        let egress = EgressLimits { parallel: 65, ..EgressLimits::default() };
        let limits = Limits { guest_cpu_ms: 0, text, egress, ..Limits::default() };
        let told = limits.unreasonable();
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["guest_cpu_ms", "text.list_max", "egress.parallel"]);
        assert_eq!(told[2].1, "65 is outside 1 … 64");
        assert_eq!(Limits::default().unreasonable(), []);
    }

    #[test]
    fn a_wall_limit_beyond_the_slowest_national_chain_is_refused() {
        let limits = Limits { wall_ms: 60_000, ..Limits::default() };
        assert!(limits.validate().unwrap_err().to_string().contains("`wall_ms`"));
    }

    #[test]
    fn an_override_keeps_every_other_default_and_an_unknown_limit_is_refused() {
        let python: Limits = serde_json::from_str(r#"{"memory_max_bytes": 201326592}"#).unwrap();
        assert_eq!(python, Limits { memory_max_bytes: 192 * MIB, ..Limits::default() });
        let error = serde_json::from_str::<Limits>(r#"{"memory_max": 1}"#).unwrap_err();
        assert!(error.to_string().contains("memory_max"), "{error}");
    }
}
