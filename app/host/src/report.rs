//! How the last lookup of a source went, for the administrator. No patient data, no secrets.
//!
//! Not here: the audit log (`service`), metrics (`server`).
//! Invariant: texts come redacted from `journal`, or are this crate's own.

use jiff::Timestamp;
use samsyn_domain::section::Section;
use serde::Serialize;

pub use crate::journal::{LogLevel, LogLine};
use crate::{call::Gauge, collected::Stop, journal::Journal};

/// One lookup, as it went.
#[derive(Debug, Clone, Serialize)]
pub struct LookupReport {
    /// The moment of the opening it belonged to.
    pub at: Timestamp,
    /// SHA-256 of the adapter, hex.
    pub adapter_digest: String,
    /// How it ended.
    pub ended: Ended,
    /// Section and the word of its state.
    pub sections: Vec<(Section, &'static str)>,
    /// Broken rules and the reasons the adapter gave.
    pub notes: Vec<String>,
    /// Further notes that were not kept.
    pub notes_dropped: usize,
    /// The adapter's own log.
    pub log: Vec<LogLine>,
    /// Further lines that were not kept.
    pub log_dropped: usize,
    /// What it used.
    pub used: Used,
}

/// What a lookup used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Until the instance stood.
    pub instantiate_us: u64,
    /// From start to end.
    pub total_ms: u64,
    /// While the guest computed, in steps of the tick.
    pub guest_cpu_ms: u64,
    /// Most memory at any time.
    pub memory_peak_bytes: usize,
    /// Requests made.
    pub requests: usize,
    /// Of these, without a usable reply.
    pub requests_failed: usize,
    /// Bytes of replies.
    pub reply_bytes: usize,
    /// Instructions of the guest as wasmtime weighs them, the same on every machine. Only from a metered engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
}

impl Used {
    pub(crate) fn read(journal: &Journal, gauge: &Gauge) -> Self {
        Self {
            instantiate_us: 0,
            total_ms: 0,
            guest_cpu_ms: gauge.guest_cpu_ms(),
            memory_peak_bytes: gauge.memory_peak_bytes(),
            requests: journal.requests,
            requests_failed: journal.requests_failed,
            reply_bytes: journal.reply_bytes,
            fuel: gauge.fuel(),
        }
    }
}

/// How a lookup ended. Its words are for the administrator: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Ended {
    /// The adapter returned.
    #[error("the adapter returned")]
    Returned,
    /// The adapter named a failure.
    #[error("the adapter gave up with `{code}`: {message}")]
    Failed {
        /// Its code.
        code: String,
        /// Its words, redacted.
        message: String,
    },
    /// It was stopped.
    #[error("the adapter was stopped: {by}")]
    Stopped {
        /// By what.
        by: StopKind,
    },
    /// The deadline passed.
    #[error(
        "the time for the lookup ran out; the requests below say what the source was slow with, and the source's deadline or \
         the limit `wall_ms` how long it may take"
    )]
    TimedOut,
    /// Too many lookups of this source at the same time.
    #[error(
        "it was not run: `lookups_at_once` lookups of this source were still waiting for it; look at its answer times"
    )]
    Queued,
}

/// What stopped a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum StopKind {
    /// Its computing time was used up.
    #[error(
        "it computed longer than the limit `guest_cpu_ms` allows; ask its vendor whether it loops, and raise the limit only \
         if its own tests need more"
    )]
    CpuLimit,
    /// It wanted more memory than allowed.
    #[error(
        "it wanted more memory than the limit `memory_max_bytes` allows; ask its vendor how much it needs (Python: 192 MiB)"
    )]
    MemoryLimit,
    /// It called itself too deeply.
    #[error(
        "its stack overflowed; its vendor has to look at what calls itself, perhaps for each level of a nested reply"
    )]
    StackOverflow,
    /// It gave up: a panic or an uncaught error.
    #[error("it gave up in the middle (a panic or an uncaught error); its own log below may say where, for its vendor")]
    Unreachable,
    /// It pushed more entries than allowed.
    #[error("it pushed more entries than the limit `entries_max` allows; what came before is kept")]
    TooManyEntries,
    /// It pushed a record of another patient.
    #[error(
        "it pushed a record of another patient, and everything it said was discarded; do not use the source until its vendor \
         has explained why"
    )]
    WrongPatient,
    /// It handed over more than one call may carry.
    #[error(
        "it handed over more at once than the limit `hostcall_max_bytes` allows; its vendor should push in smaller parts"
    )]
    CallTooLarge,
    /// Any other fault of WebAssembly.
    #[error(
        "a fault of WebAssembly (a memory access out of bounds, a value the contract does not have); for its vendor"
    )]
    Trap,
}

impl LookupReport {
    /// How it ended and what was noted, line by line.
    pub fn words(&self) -> String {
        std::iter::once(self.ended.to_string()).chain(self.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
    }
}

impl StopKind {
    pub(crate) fn of(error: &wasmtime::Error, gauge: &Gauge) -> Self {
        if let Some(stop) = error.downcast_ref::<Stop>() {
            return match stop {
                Stop::WrongPatient => Self::WrongPatient,
                Stop::TooManyEntries => Self::TooManyEntries,
            };
        }
        match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::Interrupt) => Self::CpuLimit,
            Some(wasmtime::Trap::StackOverflow) => Self::StackOverflow,
            // A refused growth ends in the guest's own allocator.
            _ if gauge.memory_refused() => Self::MemoryLimit,
            Some(wasmtime::Trap::UnreachableCodeReached) => Self::Unreachable,
            None if format!("{error:#}").contains("fuel") => Self::CallTooLarge,
            _ => Self::Trap,
        }
    }
}
