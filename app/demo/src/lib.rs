//! The demo: simulated source systems, a demo identity provider, invented people on official test numbers.
//!
//! Real HTTP servers on loopback with delay and fault knobs. Sees only `domain`; the binary wires it to the portal.
//! Not here: anything the portal itself uses. Invariant: every person and organisation is invented; every personal number
//! is on Skatteverket's test list.

pub mod fault;
pub mod gate;
pub mod holdings;
pub mod identity;
pub mod list;
pub mod neighbours;
pub mod organisations;
pub mod people;
mod random;
pub mod registrations;
pub mod seed;
pub mod servers;
pub mod source;
pub mod sources;
pub mod staff;
