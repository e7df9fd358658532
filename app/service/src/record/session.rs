//! Signing in and out, what somebody does in a session without a patient, and what was refused.
//!
//! Not here: signing in itself (`server::login`), which refusals there are (`server::http::denied`).
//! Invariant: nothing that the identity provider stated but the level, its own name and the assignment; of a refusal neither an address
//! that was asked for nor what was typed.

use std::net::IpAddr;

use jiff::Timestamp;
use samsyn_domain::viewer::Viewer;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Deed;

/// Longest that is kept of what a provider calls a level.
const LEVEL_MAX_BYTES: usize = 256;

/// What somebody did, in which assignment and from where.
#[derive(Debug, Serialize)]
pub struct InSession<'a> {
    assignment: &'a str,
    purpose: &'a str,
    client_address: Option<IpAddr>,
    #[serde(flatten)]
    event: Event<'a>,
}

/// What.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Event<'a> {
    /// Signed in.
    SignIn {
        /// Anew, in a session that goes on.
        step_up: bool,
        /// Level of assurance, as the identity provider calls it.
        acr: Option<&'a str>,
        /// The identity provider.
        issuer: &'a str,
    },
    /// Signed out.
    SignOut {
        /// By whom.
        ended_by: EndedBy,
        /// When the session had run out, in real time.
        #[serde(skip_serializing_if = "Option::is_none")]
        expired: Option<Timestamp>,
    },
    /// Something else.
    Deed(Deed<'a>),
}

/// What ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// The person signed out.
    User,
    /// Somebody else signed in in the same browser.
    NewSignIn,
    /// Nobody used it for too long.
    Idle,
    /// It was too old, however busy.
    AbsoluteLimit,
    /// The identity provider ended its own.
    IdentityProvider,
}

impl<'a> Event<'a> {
    /// Signing in. A level that is longer than any provider's is cut.
    pub fn sign_in(step_up: bool, acr: Option<&'a str>, issuer: &'a str) -> Self {
        let acr = acr.map(|level| level.get(..level.floor_char_boundary(LEVEL_MAX_BYTES)).unwrap_or_default());
        Self::SignIn { step_up, acr, issuer }
    }

    /// The details of its record.
    pub fn details(self, viewer: &'a Viewer, client_address: Option<IpAddr>) -> Value {
        json!(InSession { assignment: &viewer.assignment, purpose: &viewer.purpose, client_address, event: self })
    }
}

/// Something that was refused.
#[derive(Debug, Serialize)]
pub struct Refused<'a> {
    /// A stable word.
    pub reason: &'a str,
    /// Method and pattern of the route.
    pub route: &'a str,
    /// How many more of the same there were since the last record of it.
    pub repeats: u32,
    /// From where.
    pub client_address: Option<IpAddr>,
    /// The review or task that was asked for; of several attempts that share a record, the first's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Uuid>,
    /// In which assignment, when somebody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<&'a str>,
    /// Of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'a str>,
    /// The identity provider's code, when it refused somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_error: Option<&'a str>,
}

impl Refused<'_> {
    /// The details of its record.
    pub fn details(&self) -> Value {
        json!(self)
    }
}
