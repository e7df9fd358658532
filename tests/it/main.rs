//! One integration binary.

#[cfg(test)]
mod demo;
#[cfg(test)]
mod adapters;
#[cfg(test)]
mod host;
mod egress;
#[cfg(test)]
mod domain;
#[cfg(test)]
mod store;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod states;
