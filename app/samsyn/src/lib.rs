//! The parts of the program that its tests and benchmarks use too: the demo's portal, what `samsyn init` writes, lists of blocks, exports of the
//! audit log, the trial of a package.
//!
//! Not here: the command line (`main`). Invariant: nothing here reads standard input or prints.

#[cfg(feature = "demo")]
mod adapters;
pub mod audit_files;
pub mod block_lists;
#[cfg(feature = "demo")]
pub mod demo_portal;
pub mod first_configuration;
pub mod leaving;
pub mod packages;
pub mod stores;
