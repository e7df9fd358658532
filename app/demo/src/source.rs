//! The simulated source systems: one file per wire format, each turning [`crate::holdings::Holdings`] into HTTP replies.
//!
//! Each file exposes `pub fn router(holdings: Arc<Holdings>) -> axum::Router` and documents its format at the top; `hemplan` and `filfall`
//! have data of their own.
//! Faults and delay are put around the routers by `crate::fault`, so that every source can fail in the same ways.

pub mod enkel;
pub mod fhir;
pub mod filfall;
pub mod hemplan;
pub mod riv_ta;
pub mod viva;
