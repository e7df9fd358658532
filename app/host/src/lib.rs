//! The sandbox: runs one adapter per source in a WebAssembly guest and believes nothing it says unchecked.
//!
//! Owns the engine, every limit, admission, the network of the adapters, their credentials, and the conversion of what
//! they push into words of the domain. The only room that may name wasmtime. Not here: which sources are asked
//! (`samsyn-service`), who may see what (`samsyn_domain::access`).
//! Invariant: a guest reaches nothing but the imports of the contract, each lookup runs in a fresh instance, and a guest
//! that breaks a limit ends alone.
//!
//! Walk: [`prepared::prepare`] admits, compiles and links a component → [`runtime::Host::bind`] ties it to a source →
//! [`runtime::Host`] answers [`samsyn_service::port::adapters::Adapters::ask`] → [`report`] tells how it went. The adapter kit
//! takes the same walk with a [`egress::wire`] for a network and a [`witness`] beside the guest.

mod abi;
pub mod admission;
mod call;
pub mod catalog;
mod collected;
pub mod credential;
pub mod egress;
pub mod engine;
mod journal;
pub mod limits;
mod lookup;
pub mod manifest;
mod outcome;
pub mod prepared;
pub mod report;
pub mod runtime;
mod text;
pub mod witness;
