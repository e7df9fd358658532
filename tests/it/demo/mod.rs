//! The demo's servers as a client on the wire meets them: each fault, the people with trouble of their own, the credentials.
//!
//! Not here: what the adapters make of it (their own scenarios). To add a fault: a test in `faults`.

mod faults;
mod numbers;
mod wire;
