//! Signing in and out with OpenID Connect: discovery, code with PKCE S256, state, nonce, verified ID token.
//!
//! Rooms: `provider` (discovery and keys), `flow` (start, callback), `claims` (claims → assignments). Tokens never reach the
//! browser. Not here: what an assignment may do (`domain::access`).
//! Invariant: a callback that does not belong to an attempt of this very session signs nobody in.

pub mod claims;
pub mod flow;
pub mod provider;
