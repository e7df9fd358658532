//! The start of the program: what runs, with which configuration.
//!
//! Not here: reading it (`server::config`). Invariant: no secret; the file names files that hold them, and only its own hash is here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use samsyn_domain::source::SourceId;
use serde::Serialize;
use serde_json::json;

use super::opening::PROGRAM;
use crate::port::audit_log::{Activity, AuditRecord, Stage};

/// What was started.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Configuration {
    /// SHA-256 of the file, hex, as `sha256sum` gives it; none when the program made the configuration itself.
    pub configuration_sha256: Option<String>,
    /// SHA-256 of each adapter that a source uses, hex, by name.
    pub adapters: BTreeMap<String, String>,
    /// The adapter of each source.
    pub sources: BTreeMap<SourceId, String>,
}

#[derive(Serialize)]
struct Started<'a> {
    what: &'static str,
    program: &'static str,
    #[serde(flatten)]
    configuration: &'a Configuration,
}

impl Configuration {
    /// The record of the start. Nobody is signed in, and it is no provider's own.
    pub fn record(&self, at: Timestamp) -> AuditRecord {
        let details = json!(Started { what: "configuration", program: PROGRAM, configuration: self });
        let (stage, activity) = (Stage::Outcome, Activity::Write);
        AuditRecord { stage, intent: None, activity, at, viewer: None, patient: None, details }
    }
}
