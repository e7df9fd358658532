//! Checkpoints: how long the log is and what it hashes to, signed (C2SP tlog-checkpoint in a signed note, Ed25519).
//!
//! Whoever keeps one from earlier can tell later whether the log it spoke of is still the beginning of this one.
//! Not here: when one is written (`queue`) and where it is sent (`server`).
//! Invariant: the signing key is the log's own, derived from the store's key and the log's name; it is never printed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{SignatureError, Signer as _, SigningKey};
use signed_note::{Note, NoteError, Signer, StandardVerifier, VerifierList};
use tlog_tiles::{Hash, checkpoint::Checkpoint};

use crate::StoreKey;

/// Ed25519 in C2SP signed-note.
const ALGORITHM: u8 = 1;

/// What a log signs its checkpoints with.
pub(super) struct LogKey {
    origin: String,
    id: u32,
    signing: SigningKey,
}

impl LogKey {
    pub fn of(key: &StoreKey, origin: &str) -> Self {
        let signing = SigningKey::from_bytes(&key.derive(&[Some("log checkpoint"), Some(origin)]));
        let id = signed_note::key_id(origin, &public(&signing));
        Self { origin: origin.to_owned(), id, signing }
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What others verify with: `<origin>+<key id>+<base64>`.
    pub fn verifier_key(&self) -> String {
        format!("{}+{:08x}+{}", self.origin, self.id, STANDARD.encode(public(&self.signing)))
    }

    /// The signed note of a tree.
    pub fn sign(&self, size: u64, root: Hash) -> Result<String, CheckpointError> {
        let text = Checkpoint::new(&self.origin, size, root, "").map_err(|_| CheckpointError::Malformed)?.to_bytes();
        let mut note = Note::new(&text, &[]).map_err(|_| CheckpointError::Malformed)?;
        note.add_sigs(&[self]).map_err(|_| CheckpointError::Malformed)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }
}

fn public(signing: &SigningKey) -> Vec<u8> {
    [&[ALGORITHM], signing.verifying_key().as_bytes().as_slice()].concat()
}

impl Signer for LogKey {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.signing.try_sign(message)?.to_vec())
    }
}

/// A checkpoint that was signed by the log it names.
#[derive(Debug, Clone, PartialEq)]
pub struct LogCheckpoint {
    /// The log's name.
    pub origin: String,
    /// How many records it had.
    pub size: u64,
    /// The hash over all of them.
    pub(super) root: Hash,
    /// The signed note as it is handed on.
    pub note: String,
}

impl LogCheckpoint {
    /// Reads a signed note and verifies it.
    ///
    /// # Errors
    /// When it is no checkpoint, is of another log than the key's, or is not signed with that key.
    pub fn open(note: &str, verifier_key: &str) -> Result<Self, CheckpointError> {
        let verifier = StandardVerifier::new(verifier_key).map_err(|_| CheckpointError::NoKey)?;
        let origin = signed_note::Verifier::name(&verifier).to_owned();
        let read = Note::from_bytes(note.as_bytes()).map_err(|_| CheckpointError::Malformed)?;
        let checkpoint = Checkpoint::from_bytes(read.text()).map_err(|_| CheckpointError::Malformed)?;
        if checkpoint.origin() != origin {
            return Err(CheckpointError::OtherLog { named: checkpoint.origin().to_owned(), expected: origin });
        }
        match read.verify(&VerifierList::new(vec![Box::new(verifier)])) {
            Ok(_) => {}
            Err(NoteError::InvalidSignature { .. }) => return Err(CheckpointError::Forged),
            Err(_) => return Err(CheckpointError::OtherKey),
        }
        Ok(Self { origin, size: checkpoint.size(), root: *checkpoint.hash(), note: note.to_owned() })
    }

    /// The hash over all records, base64 as in the note.
    pub fn root(&self) -> String {
        self.root.to_string()
    }
}

/// Why a checkpoint is not taken as one of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a checkpoint.
    #[error("it is not a signed checkpoint")]
    Malformed,
    /// The key it was to be verified with is none.
    #[error("the verifier key is malformed; it has the form <log>+<key id>+<base64>")]
    NoKey,
    /// Another log's.
    #[error("it is a checkpoint of the log {named}, not of {expected}")]
    OtherLog {
        /// The log it names.
        named: String,
        /// The log it was to be of.
        expected: String,
    },
    /// Signed with another key.
    #[error("it is not signed with this log's key")]
    OtherKey,
    /// The signature is not that of what it stands under.
    #[error("its signature is not valid: it was changed after it was signed")]
    Forged,
}

#[cfg(test)]
mod tests {
    use tlog_tiles::tlog;

    use super::*;

    fn key() -> LogKey {
        LogKey::of(&StoreKey::of_byte(7), "samsyn-log/test")
    }

    #[test]
    fn what_was_signed_is_read_back_and_anything_else_is_refused() {
        let (log, root) = (key(), tlog::record_hash(b"x"));
        let note = log.sign(3, root).unwrap();
        let read = LogCheckpoint::open(&note, &log.verifier_key()).unwrap();
        assert_eq!((read.origin.as_str(), read.size, read.root()), ("samsyn-log/test", 3, root.to_string()));
        let open = |note: &str, key: &LogKey| LogCheckpoint::open(note, &key.verifier_key()).unwrap_err();
        assert_eq!(open(&note.replace("\n3\n", "\n4\n"), &log), CheckpointError::Forged);
        assert_eq!(open(&note, &LogKey::of(&StoreKey::of_byte(8), "samsyn-log/test")), CheckpointError::OtherKey);
        let elsewhere = LogKey::of(&StoreKey::of_byte(7), "samsyn-log/other");
        assert!(matches!(open(&note, &elsewhere), CheckpointError::OtherLog { .. }));
        for text in ["", "samsyn-log/test\n3\n", &note[..note.len() - 2], &format!("{note}\n")] {
            assert_eq!(open(text, &log), CheckpointError::Malformed, "{text:?}");
        }
        assert_eq!(LogCheckpoint::open(&note, "x").unwrap_err(), CheckpointError::NoKey);
    }

    /// Computed apart from this code, with Python's `hmac` and `cryptography`. If this fails, no checkpoint kept elsewhere verifies any more.
    #[test]
    fn the_key_of_a_log_does_not_change() {
        assert_eq!(key().verifier_key(), "samsyn-log/test+25090c49+AXsEX3SnKTKxB527CHtAuU/jkhjLwRr3//bRMDVpZKxi");
    }
}
