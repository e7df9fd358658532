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

/// How a lookup ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Ended {
    /// The adapter returned.
    Returned,
    /// The adapter named a failure.
    Failed {
        /// Its code.
        code: String,
        /// Its words, redacted.
        message: String,
    },
    /// It was stopped.
    Stopped {
        /// By what.
        by: StopKind,
    },
    /// The deadline passed.
    TimedOut,
    /// Too many lookups of this source at the same time.
    Queued,
}

/// What stopped a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopKind {
    /// Its computing time was used up.
    CpuLimit,
    /// It wanted more memory than allowed.
    MemoryLimit,
    /// It called itself too deeply.
    StackOverflow,
    /// It gave up: a panic or an uncaught error.
    Unreachable,
    /// It pushed more entries than allowed.
    TooManyEntries,
    /// It pushed a record of another patient.
    WrongPatient,
    /// It handed over more than one call may carry.
    CallTooLarge,
    /// Any other fault of WebAssembly.
    Trap,
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
