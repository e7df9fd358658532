//! One integration binary.

mod demo;
mod adapters;
mod host;
mod egress;
mod domain;
mod store;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod states;
