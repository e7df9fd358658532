//! Signing in and out with a provider that the test controls, and with the demo's own, by configuration alone.
//!
//! Rooms: `attempt` (a sign-in that has come as far as the provider), then one file per promise. Which of the forty known cases of
//! login abuse is which test stands in `tests/README.md`. Not here: tokens that are wrong (`tokens`), other sites (`forgery`).

pub mod attempt;
mod back_channel;
mod client;
mod demo_provider;
mod discovery;
mod keys;
mod login_test;
mod mix_up;
mod persons;
mod shift;
mod step_up;
mod targets;
mod userinfo;
