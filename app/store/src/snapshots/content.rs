//! Content at rest: deflated, then sealed with XChaCha20-Poly1305 under a key drawn for it, which is itself sealed under the store's key.
//!
//! Form of the content: one byte for the form, 24 of nonce, then ciphertext and tag.
//! Not here: where it stands (`snapshots`). Invariant: it opens only at the address it was sealed for, and what opens has that address.

use std::io::{Read as _, Write as _};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use rand::{TryRngCore as _, rngs::OsRng};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    StoreKey,
    key::framed,
    seal::{Cell, SealError},
};

const DOMAIN: &str = "samsyn snapshot 1";
/// Another algorithm gets another number.
const FORM: u8 = 1;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;
/// Far more than any overview; what says that it is longer is none.
const CONTENT_MAX_BYTES: u64 = 64 << 20;

/// Why content was not sealed or does not open. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ContentError {
    /// The bytes have another hash than their address says.
    #[error("it is not what its address says")]
    OtherAddress,
    /// Compressing or uncompressing failed.
    #[error("it cannot be compressed or uncompressed")]
    Compression,
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The sealed content and its sealed key.
pub(super) fn seal(
    store: &StoreKey,
    provider: &str,
    address: &str,
    content: &[u8],
) -> Result<(Vec<u8>, String), ContentError> {
    is_at(content, address)?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let mut nonce = [0; NONCE_BYTES];
    OsRng.try_fill_bytes(key.as_mut_slice()).map_err(|_| SealError::NoRandomness)?;
    OsRng.try_fill_bytes(&mut nonce).map_err(|_| SealError::NoRandomness)?;
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(content).map_err(|_| ContentError::Compression)?;
    let deflated = Zeroizing::new(deflated.finish().map_err(|_| ContentError::Compression)?);
    let payload = Payload { msg: &deflated, aad: &binding(provider, address) };
    let cipher = XChaCha20Poly1305::new((&*key).into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::DoesNotOpen)?;
    let key = Zeroizing::new(hex::encode(key.as_slice()));
    let key = store.seal_text(&key, Cell::of_snapshot_key(address, provider))?;
    Ok(([[FORM].as_slice(), &nonce, &sealed].concat(), key))
}

/// The content again.
pub(super) fn open(
    store: &StoreKey,
    provider: &str,
    address: &str,
    key: &str,
    sealed: &[u8],
) -> Result<Vec<u8>, ContentError> {
    let key = store.open_text(key, Cell::of_snapshot_key(address, provider))?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    hex::decode_to_slice(key.as_str(), bytes.as_mut_slice()).map_err(|_| SealError::DoesNotOpen)?;
    let (form, rest) = sealed.split_first().ok_or(SealError::NotSealed)?;
    let (nonce, msg) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::NotSealed)?;
    if *form != FORM {
        return Err(SealError::NotSealed.into());
    }
    let payload = Payload { msg, aad: &binding(provider, address) };
    let cipher = XChaCha20Poly1305::new((&*bytes).into());
    let deflated = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::DoesNotOpen)?;
    let mut content = Vec::new();
    let read = DeflateDecoder::new(deflated.as_slice()).take(CONTENT_MAX_BYTES).read_to_end(&mut content);
    read.map_err(|_| ContentError::Compression)?;
    is_at(&content, address)?;
    Ok(content)
}

fn is_at(content: &[u8], address: &str) -> Result<(), ContentError> {
    if hex::encode(Sha256::digest(content)) == address { Ok(()) } else { Err(ContentError::OtherAddress) }
}

fn binding(provider: &str, address: &str) -> Vec<u8> {
    framed(DOMAIN, &[Some(provider), Some(address)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENT: &[u8] = br#"{"person":{"name":"Elsa"}}"#;

    fn address() -> String {
        hex::encode(Sha256::digest(CONTENT))
    }

    #[test]
    fn what_is_kept_opens_at_its_address_for_its_provider_and_nowhere_else() {
        let (store, other) = (StoreKey::of_byte(1), StoreKey::of_byte(2));
        let (sealed, key) = seal(&store, "p1", &address(), CONTENT).unwrap();
        assert_eq!(open(&store, "p1", &address(), &key, &sealed).unwrap(), CONTENT);
        assert!(!sealed.windows(4).any(|part| part == b"Elsa"));
        assert_eq!(open(&store, "p2", &address(), &key, &sealed), Err(SealError::DoesNotOpen.into()));
        assert_eq!(open(&store, "p1", &"0".repeat(64), &key, &sealed), Err(SealError::DoesNotOpen.into()));
        assert!(open(&other, "p1", &address(), &key, &sealed).is_err());
        let (_, another) = seal(&store, "p1", &address(), CONTENT).unwrap();
        assert_eq!(open(&store, "p1", &address(), &another, &sealed), Err(SealError::DoesNotOpen.into()));
    }

    #[test]
    fn a_byte_that_was_changed_is_found() {
        let store = StoreKey::of_byte(1);
        let (sealed, key) = seal(&store, "p1", &address(), CONTENT).unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&store, "p1", &address(), &key, &changed).is_err(), "byte {place}");
        }
    }

    #[test]
    fn bytes_with_another_hash_are_not_kept() {
        assert_eq!(seal(&StoreKey::of_byte(1), "p1", &address(), b"{}"), Err(ContentError::OtherAddress));
    }
}
