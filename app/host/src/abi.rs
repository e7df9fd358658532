//! The contract as the host speaks it: one file per major version, one set of words behind them.
//!
//! Every version converts to the types of `samsyn-domain` and to the few here; the rest of the crate knows no version.
//! Invariant: guest and host compare types structurally, so a released version's bindings never change.
//! To add a version: a file `v2.rs` beside `v1.rs`, a case in [`Linked`], its package in `admission`.

mod v1;

use std::time::{Duration, Instant};

use jiff::Zoned;
use samsyn_domain::{identifier::Identifier, viewer::Viewer};
use wasmtime::{Store, component::Component};

use crate::{call::Call, engine::Sandbox};

/// Why a lookup or self test failed as a whole, in the adapter's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    PatientUnknown,
    PatientAmbiguous,
    ConsentMissing,
    UpstreamUnavailable,
    UpstreamRejected,
    UpstreamMalformed,
    NotConfigured,
    Internal,
    Other,
}

impl FailureKind {
    /// The contract's word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PatientUnknown => "patient-unknown",
            Self::PatientAmbiguous => "patient-ambiguous",
            Self::ConsentMissing => "consent-missing",
            Self::UpstreamUnavailable => "upstream-unavailable",
            Self::UpstreamRejected => "upstream-rejected",
            Self::UpstreamMalformed => "upstream-malformed",
            Self::NotConfigured => "not-configured",
            Self::Internal => "internal",
            Self::Other => "other",
        }
    }
}

/// A failure the adapter named.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub kind: FailureKind,
    pub code: String,
    pub message: String,
}

/// What an adapter is asked.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    pub identifiers: Vec<Identifier>,
    pub sections: Vec<&'static str>,
    pub now: &'a Zoned,
    pub language: &'a str,
    pub budget: Duration,
    pub viewer: &'a Viewer,
}

/// A component whose imports and exports have been checked against a version of the contract.
pub(crate) enum Linked {
    V1(v1::Adapter),
}

/// What a call into a guest gave: its own answer, or the error that stopped it.
pub(crate) type Called<T> = wasmtime::Result<Result<T, Failure>>;

impl Linked {
    /// Checks types and resolves exports. Done once per component, outside the request path.
    pub(crate) fn new(sandbox: &Sandbox, component: &Component) -> Result<Self, String> {
        v1::Adapter::link(sandbox.engine(), component).map(Self::V1).map_err(|error| format!("{error:#}"))
    }

    /// Whether it has the optional self test.
    pub(crate) const fn has_selftest(&self) -> bool {
        match self {
            Self::V1(adapter) => adapter.has_selftest(),
        }
    }

    pub(crate) async fn describe(&self, store: &mut Store<Call>) -> wasmtime::Result<String> {
        match self {
            Self::V1(adapter) => adapter.describe(store).await,
        }
    }

    /// Runs a lookup. `instantiated` is told when the instance stands.
    pub(crate) async fn lookup(
        &self,
        store: &mut Store<Call>,
        query: &Query<'_>,
        instantiated: impl FnOnce(Instant) + Send,
    ) -> Called<()> {
        match self {
            Self::V1(adapter) => adapter.lookup(store, query, instantiated).await,
        }
    }

    /// Runs the self test; none when the adapter has none.
    pub(crate) async fn selftest(&self, store: &mut Store<Call>) -> Option<Called<String>> {
        match self {
            Self::V1(adapter) => adapter.selftest(store).await,
        }
    }
}
