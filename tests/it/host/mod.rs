//! Hostile adapters against the real host: each ends alone, for a named reason, and its neighbour still answers.
//!
//! One component, `plugins/hostile`, picks its behaviour by a setting. Beside every misbehaving source a well-behaved one
//! is asked at the same time, and every test that uses [`Scene::play`] asserts that it answered.
//! To add a case: a behaviour in the plugin, a test named as a sentence in the room it belongs to.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod compat;
#[cfg(test)]
mod content;
#[cfg(test)]
mod faulty;
#[cfg(test)]
mod network;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod suite;
