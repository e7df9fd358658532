//! Somebody who watches a guest at work: the adapter kit, which compares what an adapter did with what it was to do.
//!
//! Told of everything as the guest did it, before any limit, redaction or judgement of the host; so a witness sees patient data
//! and belongs at a vendor's desk, beside invented patients. Not here: what a portal keeps of a lookup (`journal`, `report`).
//! Invariant: a witness changes nothing. A portal has none.

use serde_json::Value;

use crate::{
    egress::{EgressError, Outgoing, Reply},
    journal::LogLevel,
};

/// Watches one lookup. Values are in the contract's own words: fields and cases in kebab-case, absent options left out.
pub trait Witness: Send + Sync {
    /// A record was pushed through this function of `sink`.
    fn pushed(&self, sink: &'static str, record: Value);

    /// A status was pushed.
    fn status(&self, section: &str, status: Value);

    /// A line was logged.
    fn logged(&self, level: LogLevel, text: &str);

    /// A request ended. It names its credential slot and holds no secret.
    fn exchanged(&self, origin: &str, request: &Outgoing, outcome: Result<&Reply, &EgressError>);

    /// The lookup ended in a failure that the adapter named; `kind` is the contract's word.
    fn failed(&self, kind: &'static str, code: &str, message: &str);
}
