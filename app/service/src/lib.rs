//! Use cases (open an overview) and the ports they need.
//!
//! Owns the fan-out, the deadlines and the circuit breaker. Not here: wasmtime, SQL, axum, Leptos, and any rule that is
//! pure (those are in `domain`).
//! Invariant: no patient byte leaves `overview::open` before the audit intent is durable (I1).

pub mod access;
pub mod audit_export;
pub mod block_file;
pub mod blocks;
pub mod catalogue;
pub mod enablement;
pub mod extract;
pub mod go_live;
pub mod limits;
pub mod log_reading;
pub mod notices;
mod outcome;
pub mod overview;
pub mod port;
pub mod record;
pub mod reports;
pub mod review;
pub mod roles;
pub mod sightings;
pub mod snapshots;
pub mod sources;
pub mod statistics;
pub mod units;
pub mod users;
