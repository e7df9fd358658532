//! Random secrets for the demo: one place, one length.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 32 random bytes.
pub(crate) fn bytes() -> [u8; 32] {
    rand::random()
}

/// 256 random bits in the URL-safe alphabet.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes())
}
