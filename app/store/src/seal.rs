//! Sealing: a patient is stored so that only the holder of the key reads whose number it is, and only where it was put.
//!
//! XChaCha20-Poly1305 under a key for the column and, where the row is one provider's, for that provider. The sealed value is text:
//! `1.<key id>.<base64url of nonce, ciphertext and tag>`.
//! Not here: the key (`key`); which columns are sealed (`audit::record`, `blocks`, `handles`, `registrations`, `follow_ups`, `snapshots`,
//! `bindings`, `reports`).
//! Invariant: a value opens only in the row it was sealed for; a value that does not open is an error, never "nobody".
//! To seal another column: a [`Cell`] of it, and a wide enough text column.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use rand::{TryRngCore as _, rngs::OsRng};
use samsyn_domain::identifier::PersonIdentifier;
use zeroize::Zeroizing;

use crate::key::{StoreKey, framed};

/// The first part of every sealed value; another algorithm gets another number.
const FORM: &str = "1";
const DOMAIN: &str = "samsyn sealed 1";
/// So long that random ones never meet.
const NONCE_BYTES: usize = 24;

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// `table.column`.
    pub column: &'static str,
    /// The primary key, or what stands for it.
    pub row: [&'a str; 2],
    /// The provider whose row it is; its values have a key of their own.
    pub provider: Option<&'a str>,
}

impl<'a> Cell<'a> {
    /// The patient of a record of the log, which belongs to the reader's provider.
    pub const fn of_record(id: &'a str, provider: Option<&'a str>) -> Self {
        Self { column: "audit_record.patient", row: ["", id], provider }
    }

    /// The patient of a handle.
    pub const fn of_handle(session_key: &'a str, id: &'a str) -> Self {
        Self { column: "handle.patient", row: [session_key, id], provider: None }
    }

    /// The patient of a registration, which is for one provider.
    pub const fn of_registration(id: &'a str, provider: &'a str) -> Self {
        Self { column: "registration.patient", row: ["", id], provider: Some(provider) }
    }

    /// The patient of a block, in a provider's list.
    pub const fn of_block(provider: &'a str, id: &'a str) -> Self {
        Self { column: "block.patient", row: ["", id], provider: Some(provider) }
    }

    /// The patient of a follow-up, which is of one provider.
    pub const fn of_follow_up(id: &'a str, provider: &'a str) -> Self {
        Self { column: "follow_up.patient", row: ["", id], provider: Some(provider) }
    }

    /// The key of content that is kept, by its address.
    pub const fn of_snapshot_key(address: &'a str, provider: &'a str) -> Self {
        Self { column: "snapshot_key.sealed", row: ["", address], provider: Some(provider) }
    }

    /// A secret of a source, by the number of its binding and its slot.
    pub const fn of_source_secret(source: &'a str, slot: &'a str) -> Self {
        Self { column: "source_secret.sealed", row: [source, slot], provider: None }
    }

    /// What was reported, by its id and who answers for it.
    pub const fn of_report(id: &'a str, answers: &'a str) -> Self {
        Self { column: "report.content", row: [answers, id], provider: None }
    }

    /// What somebody was writing for a task. It stands in no table: the browser keeps it.
    pub const fn of_draft(task: &'a str) -> Self {
        Self { column: "draft.text", row: ["", task], provider: None }
    }

    /// What the value is tied to.
    fn binding(&self, key_id: &str) -> Vec<u8> {
        let [session, id] = self.row;
        framed(DOMAIN, &[Some(key_id), Some(self.column), Some(session), Some(id), self.provider])
    }
}

/// Why a value was not sealed or does not open. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    /// Something else stands there.
    #[error("it is not a sealed value")]
    NotSealed,
    /// The key id beside it is another one.
    #[error("it is sealed with another key")]
    OtherKey,
    /// Changed, or sealed for another row.
    #[error("it was changed, or moved here from elsewhere")]
    DoesNotOpen,
    /// No nonce could be drawn.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl StoreKey {
    /// Seals a patient for one place.
    pub(crate) fn seal(&self, patient: &PersonIdentifier, cell: Cell<'_>) -> Result<String, SealError> {
        self.seal_text(patient.digits(), cell)
    }

    /// Seals a text for one place.
    pub(crate) fn seal_text(&self, text: &str, cell: Cell<'_>) -> Result<String, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        OsRng.try_fill_bytes(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let payload = Payload { msg: text.as_bytes(), aad: &cell.binding(self.id()) };
        let sealed = self.cipher(cell).encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::DoesNotOpen)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!("{FORM}.{}.{}", self.id(), URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens the patient that was sealed for this place.
    pub(crate) fn open(&self, sealed: &str, cell: Cell<'_>) -> Result<PersonIdentifier, SealError> {
        let digits = self.open_text(sealed, cell)?;
        PersonIdentifier::stated(&digits).map_err(|_| SealError::DoesNotOpen)
    }

    /// Opens the text that was sealed for this place.
    pub(crate) fn open_text(&self, sealed: &str, cell: Cell<'_>) -> Result<Zeroizing<String>, SealError> {
        let (key_id, text) = sealed
            .strip_prefix(FORM)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.split_once('.'))
            .ok_or(SealError::NotSealed)?;
        if key_id != self.id() {
            return Err(SealError::OtherKey);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::NotSealed)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::NotSealed)?;
        let payload = Payload { msg, aad: &cell.binding(key_id) };
        let opened = self.cipher(cell).decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::DoesNotOpen)?;
        let opened = Zeroizing::new(opened);
        let text = std::str::from_utf8(&opened).map_err(|_| SealError::DoesNotOpen)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    fn cipher(&self, cell: Cell<'_>) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(&[Some(cell.column), cell.provider])).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient() -> PersonIdentifier {
        PersonIdentifier::stated("189001019802").unwrap()
    }

    #[test]
    fn what_was_sealed_opens_and_two_sealings_have_nothing_in_common() {
        let (key, cell) = (StoreKey::of_byte(1), Cell::of_record("r1", Some("p1")));
        let (one, two) = (key.seal(&patient(), cell).unwrap(), key.seal(&patient(), cell).unwrap());
        assert_eq!(key.open(&one, cell), Ok(patient()));
        assert_eq!(key.open(&two, cell), Ok(patient()));
        let start = format!("1.{}.", key.id());
        let tails = [&one, &two].map(|sealed| sealed.strip_prefix(&start).unwrap());
        assert_ne!(tails[0][..32], tails[1][..32], "the nonce");
        assert_ne!(tails[0][32..], tails[1][32..], "the ciphertext");
    }

    /// Computed apart from this code, in Python. If this fails, every log in use has become unreadable.
    #[test]
    fn what_the_first_version_sealed_still_opens() {
        let sealed = "1.193ec70b.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXh4ajHu_RccpTOHpXjN2CF5lDUlPsoM6zID4veQ";
        let cell = Cell::of_record("7d5ce0c7-6d0a-4d0e-8d5b-0a3f5f0f6f11", Some("SE0000000000-HSL"));
        assert_eq!(StoreKey::of_byte(7).open(sealed, cell), Ok(patient()));
    }

    #[test]
    fn a_value_that_was_moved_does_not_open() {
        let key = StoreKey::of_byte(1);
        let cells = [
            Cell::of_record("r1", Some("p1")),
            Cell::of_record("r2", Some("p1")),
            Cell::of_record("r1", Some("p2")),
            Cell::of_record("r1", None),
            Cell::of_record("r1", Some("")),
            Cell::of_handle("", "r1"),
            Cell::of_handle("s1", "r1"),
            Cell::of_handle("s1r", "1"),
            Cell::of_registration("r1", "p1"),
            Cell::of_registration("r1", "p2"),
            Cell::of_registration("r2", "p1"),
            Cell::of_block("p1", "r1"),
            Cell::of_block("p2", "r1"),
            Cell::of_follow_up("r1", "p1"),
            Cell::of_follow_up("r1", "p2"),
            Cell::of_draft("r1"),
            Cell::of_source_secret("s1", "r1"),
            Cell::of_source_secret("s2", "r1"),
            Cell::of_report("r1", "s1"),
            Cell::of_report("r1", "s2"),
        ];
        for (from, home) in cells.iter().enumerate() {
            let sealed = key.seal(&patient(), *home).unwrap();
            for (to, cell) in cells.iter().enumerate() {
                let opened = key.open(&sealed, *cell);
                assert_eq!(opened, if from == to { Ok(patient()) } else { Err(SealError::DoesNotOpen) }, "{from} {to}");
            }
        }
    }

    #[test]
    fn a_text_of_any_form_comes_back_as_it_was() {
        let (key, cell) = (StoreKey::of_byte(1), Cell::of_draft("t1"));
        for text in ["", "189001019802", "rad ett\nrad två 👩‍👩‍👧"] {
            let sealed = key.seal_text(text, cell).unwrap();
            assert!(sealed.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'), "{sealed}");
            assert_eq!(key.open_text(&sealed, cell).unwrap().as_str(), text);
            assert_eq!(key.open_text(&sealed, Cell::of_draft("t2")), Err(SealError::DoesNotOpen));
        }
    }

    #[test]
    fn a_value_that_was_changed_or_belongs_to_another_key_does_not_open() {
        let (key, cell) = (StoreKey::of_byte(1), Cell::of_handle("s1", "h1"));
        let sealed = key.seal(&patient(), cell).unwrap();
        assert_eq!(StoreKey::of_byte(2).open(&sealed, cell), Err(SealError::OtherKey));
        let renamed = sealed.replace(key.id(), StoreKey::of_byte(2).id());
        assert_eq!(StoreKey::of_byte(2).open(&renamed, cell), Err(SealError::DoesNotOpen));
        for place in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            assert!(key.open(std::str::from_utf8(&bytes).unwrap(), cell).is_err(), "character {place}");
        }
        for text in ["", "189001019802", "1", "1.", "2.x.y", &format!("1.{}.", key.id()), &format!("{sealed}A")] {
            assert!(key.open(text, cell).is_err(), "{text}");
        }
    }
}
