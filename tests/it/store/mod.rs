//! The store, seen from outside: one contract for SQLite and PostgreSQL, and what holds when a process is killed.
//!
//! Rooms: `contract` (written once, run on both), `key` (the key file from `samsyn init` to a start),
//! `postgres` (the contract on it), `server` (finds or starts one), `kill` (`kill -9` at random instants),
//! `tampering` (what the database's owner can do to the log, found by the store and by `outsider`, a verifier of its own),
//! `forms` (a table, FHIR, the national log), `checkpoints` (kept elsewhere while a portal runs),
//! `faults` (a disk that fails and is repaired), `sample` (records and patients to store).
//! Not here: pages and overviews that use the store.
//! To add a case: a function in `contract` and its name in the list there; both engines then run it.

#[cfg(test)]
mod backup;
mod checkpoints;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod key;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod outsider;
#[cfg(test)]
mod place;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod sample;
#[cfg(test)]
pub mod server;
#[cfg(test)]
mod tampering;
