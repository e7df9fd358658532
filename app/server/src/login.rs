//! Signing in and out with OpenID Connect: discovery, code with PKCE S256, state, nonce, verified ID token, step-up, logout from
//! either side.
//!
//! Rooms: `provider` (discovery and keys), `client` (who we are to it), `flow` (start, callback), `token` (what an ID token must be),
//! `backchannel` (logout tokens), `claims` (claims → assignments), `shown` (claims as the person may read them). Tokens never reach
//! the browser, but for the ID token on its way to the provider's own sign-out. Not here: what an assignment may do (`domain::access`).
//! Invariant: a callback that does not belong to an attempt of this very session signs nobody in.
//! Standards: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0, Back-Channel Logout 1.0; RFC 6749, 7523, 7636, 9207.

pub mod backchannel;
pub mod claims;
pub mod client;
pub mod flow;
mod hint;
pub mod provider;
pub mod shown;
pub mod token;
