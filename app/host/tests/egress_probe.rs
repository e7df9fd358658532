//! Probe.
#[path = "../../../tests/it/egress/mod.rs"]
mod egress;
