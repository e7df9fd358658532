//! One integration binary.

#[cfg(test)]
mod adapters;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod domain;
mod egress;
#[cfg(test)]
mod host;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod states;
#[cfg(test)]
mod store;
