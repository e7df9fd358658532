//! The web server as a library: configuration, login, sessions, routes, headers, telemetry, wiring.
//!
//! No rules of the trade: those are in `domain` and `service`. Not here: the command line (`samsyn`).
//! Invariant: nothing of a patient stands in an address, a log line or a metric, nor to be read in a cookie.

pub mod checkpoints;
pub mod clock;
pub mod confidentiality;
pub mod config;
mod denials;
pub mod ending;
mod entry_reference;
mod http;
mod login;
mod metrics;
pub mod run;
mod session;
mod tag;
pub mod telemetry;
pub mod traces;
pub mod wiring;
