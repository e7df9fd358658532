//! The key that patients are sealed with, and every key that is derived from it.
//!
//! Rooms: `file` (32 random bytes in a file of their own), `first_use` (which key a database knows), `tag` (what a sealed patient's
//! rows are found by).
//! Not here: sealing (`seal`); where the file is (`config`).
//! Invariant: the key itself seals nothing and is never printed; each purpose has a key of its own.
//! To add a purpose: a word of its own for [`StoreKey::derive`], used for nothing else.

mod file;
pub(crate) mod first_use;
mod tag;

use std::path::{Path, PathBuf};

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use self::file::KeyError;

/// Length of the key and of every key derived from it.
const KEY_BYTES: usize = 32;
/// What HMAC-SHA-256 takes as a key; a shorter one is filled with zeros (RFC 2104).
const HMAC_KEY_BYTES: usize = 64;
/// Changed when anything about the derivation changes.
const DOMAIN: &str = "samsyn store key 1";
/// Characters of a key's id: enough to tell one's own keys apart.
const ID_CHARS: usize = 8;

/// A key for one purpose, forgotten when dropped.
pub(crate) type Derived = Zeroizing<[u8; KEY_BYTES]>;

/// The key of a store. Never printed: `Debug` shows its file and its id.
#[derive(Debug)]
pub struct StoreKey {
    master: SecretBox<[u8; KEY_BYTES]>,
    id: String,
    file: PathBuf,
}

impl StoreKey {
    /// Where the key is when nothing else is configured.
    pub fn file_in(data_dir: &Path) -> PathBuf {
        data_dir.join("keys").join("store.key")
    }

    /// Makes a key: 32 bytes from the operating system as one line of hex, for its owner only, in a directory for its owner only.
    ///
    /// # Errors
    /// When the file exists, which is left as it is, or cannot be written.
    pub fn make(file: &Path) -> Result<(), KeyError> {
        file::make(file)
    }

    /// Reads the key.
    ///
    /// # Errors
    /// When it is missing, unreadable, malformed, or open to others.
    pub(crate) fn read(file: &Path) -> Result<Self, KeyError> {
        Ok(Self::of(&file::read(file)?, file))
    }

    fn of(bytes: &Derived, file: &Path) -> Self {
        let master = SecretBox::init_with_mut(|master: &mut [u8; KEY_BYTES]| master.copy_from_slice(bytes.as_slice()));
        let mut key = Self { master, id: String::new(), file: file.to_owned() };
        let mut id = hex::encode(key.derive(&[Some("key id")]).as_slice());
        id.truncate(ID_CHARS);
        key.id = id;
        key
    }

    /// Eight characters that tell this key from another, and nothing else about it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The key for a purpose. The key is random bytes already, so one HMAC is all the derivation that is needed.
    pub(crate) fn derive(&self, purpose: &[Option<&str>]) -> Derived {
        let mut mac = mac_under(self.master.expose_secret());
        mac.update(&framed(DOMAIN, purpose));
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        derived.copy_from_slice(Zeroizing::new(<[u8; KEY_BYTES]>::from(mac.finalize().into_bytes())).as_slice());
        derived
    }
}

/// HMAC-SHA-256 under one of our keys.
fn mac_under(key: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    let mut filled = Zeroizing::new([0; HMAC_KEY_BYTES]);
    for (to, from) in filled.iter_mut().zip(key) {
        *to = *from;
    }
    Mac::new((&*filled).into())
}

/// Words after each other, each with its length, so that no two lists give the same bytes and none is not empty.
pub(crate) fn framed(domain: &str, words: &[Option<&str>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in std::iter::once(&Some(domain)).chain(words) {
        match word {
            None => bytes.push(0),
            Some(word) => {
                bytes.push(1);
                bytes.extend_from_slice(&(word.len() as u64).to_be_bytes());
                bytes.extend_from_slice(word.as_bytes());
            }
        }
    }
    bytes
}

#[cfg(test)]
impl StoreKey {
    /// A key whose bytes are all the same.
    pub(crate) fn of_byte(byte: u8) -> Self {
        Self::of(&Zeroizing::new([byte; KEY_BYTES]), Path::new("store.key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own_and_every_key_other_ones() {
        let (one, two) = (StoreKey::of_byte(1), StoreKey::of_byte(2));
        let purposes: [&[Option<&str>]; 6] = [
            &[Some("a")],
            &[Some("b")],
            &[Some("a"), None],
            &[Some("a"), Some("")],
            &[Some("a"), Some("bc")],
            &[Some("ab"), Some("c")],
        ];
        let mut keys: Vec<String> = Vec::new();
        for key in [&one, &two] {
            keys.extend(purposes.iter().map(|purpose| hex::encode(key.derive(purpose).as_slice())));
        }
        let different: std::collections::BTreeSet<&String> = keys.iter().collect();
        assert_eq!(different.len(), 12);
        assert_eq!(one.derive(&[Some("a")]), StoreKey::of_byte(1).derive(&[Some("a")]));
        assert_ne!(one.id(), two.id());
    }

    /// Computed apart from this code: HMAC-SHA-256 with Python's `hmac`.
    #[test]
    fn the_derivation_is_hmac_sha_256_and_does_not_change() {
        let derived = StoreKey::of_byte(7).derive(&[Some("handle.patient"), None]);
        assert_eq!(hex::encode(derived.as_slice()), "7ed687695b2e893b038799cdde7aa99e4d03e5782bc2c26965e0dc6ea536f69c");
    }

    #[test]
    fn a_key_is_never_printed() {
        let said = format!("{:?}", StoreKey::of_byte(0xab));
        assert!(!said.contains("171") && !said.to_lowercase().contains("abab"), "{said}");
        assert!(said.contains("store.key") && said.contains("REDACTED"), "{said}");
    }
}
