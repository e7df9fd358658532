//! The way out of the sandbox, against real servers on this machine.
//!
//! Rooms: `upstream` (servers that misbehave on request), `requests` (what reaches a source and what comes back),
//! `limits` (size, time, count), `addresses` (where a name may lead), `token` (OAuth2), `tls` (issuers and certificates).
//! Not here: the tables of paths, headers and addresses, which stand beside their rules in `samsyn-host`.
//! Invariant: a case that expects a refusal also asserts what the forbidden server saw: nothing.
//! To add a case: a function in the room of its door.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a case that cannot be set up shall fail")]

mod addresses;
mod limits;
mod requests;
mod tls;
mod token;
pub(crate) mod upstream;
