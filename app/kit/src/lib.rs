//! The adapter kit: what stands behind `samsyn adapter …` at a vendor's desk.
//!
//! Runs an adapter on the very host that a portal runs it on, with recorded exchanges for a network and a clock that only recorded
//! delays move, and tells what it did wrong, where, and what to do. Not here: the sandbox and its rules (`samsyn-host`), the
//! command line (`samsyn`).
//! Invariant: nothing leaves the machine but in [`record`], to the origins of [`binding`], and what is written is the same bytes for the same input.
//!
//! Walk: [`project`] finds the component and the cases → [`component`] makes one of a core module → [`case`] reads a case →
//! [`rehearsal`] runs it with a [`script`] in place of the network → [`judge`] compares → [`trial`] does so for every case and every
//! [`variation`] → [`report`] tells it to people and machines → [`package`] writes what is handed over.

pub mod acceptance;
pub mod bench;
pub mod binding;
pub mod canary;
pub mod case;
pub mod component;
pub mod emission;
pub mod exchange;
pub mod isolation;
pub mod judge;
pub mod package;
pub mod project;
pub mod pseudonyms;
pub mod record;
pub mod refusal;
pub mod rehearsal;
pub mod report;
pub mod scaffold;
pub mod script;
pub mod signature;
pub mod trial;
pub mod variation;
