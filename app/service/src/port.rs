//! What the use cases need from outside: traits only, one file each.
//!
//! Implemented by `host` (adapters) and `store` (the rest); tests have their own doubles.
//! Invariant: decisions (blocks, links, sessions) are read on every request, never cached here (I8).

pub mod access_register;
pub mod acknowledgements;
pub mod adapters;
pub mod audit_log;
pub mod binder;
pub mod bindings;
pub mod blocks;
pub mod drafts;
pub mod enablements;
pub mod follow_ups;
pub mod go_live;
pub mod handles;
pub mod inspector;
pub mod links;
pub mod measures;
pub mod notices;
pub mod packages;
pub mod reports;
pub mod reviews;
pub mod role_matrices;
pub mod sessions;
pub mod sign_ins;
pub mod snapshots;
pub mod spans;
pub mod stages;
pub mod units;
pub mod users;

/// A port could not do its work. The text is for the log, never for a page.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed: {detail}")]
pub struct PortError {
    /// e.g. `append audit record`.
    pub operation: &'static str,
    /// Driver text without values.
    pub detail: String,
}

impl PortError {
    /// Wraps a driver's error.
    pub fn new(operation: &'static str, detail: impl std::fmt::Display) -> Self {
        Self { operation, detail: detail.to_string() }
    }
}
