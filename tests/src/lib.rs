//! Builders for the tests: one fixed moment, one fixed patient, sources and entries with everything that is required.
//!
//! Not here: assertions. Invariant: nothing reads the clock or draws a random number.

pub mod apart;
pub mod build;
pub mod decision;
pub mod reliability;
