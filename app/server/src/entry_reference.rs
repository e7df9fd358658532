//! The references by which entries of a page are reported: sealed, so that a page tells of an entry no more than it shows, and nobody makes one.
//!
//! Deterministic (AES-SIV, RFC 5297): a part of the page that has not changed is the same text again and is not sent twice.
//! Not here: what is done with a report (`service::reports`). Invariant: a reference opens in the session, under the handle and for the patient
//! that it was made for, and nowhere else.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use aes_siv::{
    Aes128SivAead, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use samsyn_domain::{
    identifier::PersonIdentifier,
    report::{EntryReference, Refer},
    section::Section,
    source::SourceId,
};

use crate::tag::report_key;

/// Between the parts of a reference. No id of a source or section has it, and the id of the entry stands last.
const APART: char = '\0';

/// Seals the references of one page, and opens them.
pub struct References {
    key: Aes128SivAead,
    /// What was sealed: the overview is put together anew for every answer, with the same entries.
    made: Mutex<HashMap<EntryReference, String>>,
}

impl fmt::Debug for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("References(…)")
    }
}

impl References {
    /// Of the patient of this handle in this session; `session` is the database's key of it, which no browser has.
    pub fn of(session: &str, handle: &str, patient: &PersonIdentifier) -> Self {
        Self { key: Aes128SivAead::new(&report_key(session, handle, patient)), made: Mutex::default() }
    }

    /// The entry of a reference that was made here; none of any other.
    pub fn read(&self, reference: &str) -> Option<EntryReference> {
        let sealed = URL_SAFE_NO_PAD.decode(reference).ok()?;
        let opened = self.key.decrypt(&Nonce::default(), Payload::from(sealed.as_slice())).ok()?;
        let opened = String::from_utf8(opened).ok()?;
        let mut parts = opened.splitn(4, APART);
        let (masked, section, source) = (parts.next()? == "masked", parts.next()?, parts.next()?);
        let (section, source) = (Section::named(section)?, SourceId::new(source));
        Some(EntryReference { source, section, entry: parts.next()?.to_owned(), masked })
    }

    fn seal(&self, entry: &EntryReference) -> Option<String> {
        let masked = if entry.masked { "masked" } else { "" };
        let said = [masked, entry.section.name(), entry.source.as_str(), &entry.entry].join(&APART.to_string());
        // The same number each time is what makes it deterministic; the seal itself depends on all that is sealed.
        let sealed = self.key.encrypt(&Nonce::default(), Payload::from(said.as_bytes())).ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }
}

impl Refer for References {
    fn reference(&self, entry: &EntryReference) -> Option<String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reference) = made.get(entry) {
            return Some(reference.clone());
        }
        let reference = self.seal(entry)?;
        made.insert(entry.clone(), reference.clone());
        Some(reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(masked: bool) -> EntryReference {
        let source = SourceId::new("viva-storsjo-hsl");
        EntryReference { source, section: Section::Contacts, entry: "19380227-8485|1".to_owned(), masked }
    }

    fn patient(digits: &str) -> PersonIdentifier {
        PersonIdentifier::stated(digits).unwrap()
    }

    #[test]
    fn a_reference_names_its_entry_where_it_was_made_and_nowhere_else() {
        let [a, b] = ["193802278485", "195009072553"].map(patient);
        let page = References::of("session", "handle", &a);
        for masked in [true, false] {
            let reference = page.reference(&entry(masked)).unwrap();
            assert_eq!(page.reference(&entry(masked)), Some(reference.clone()), "the same again");
            assert_eq!(page.read(&reference), Some(entry(masked)));
            for other in [
                References::of("session2", "handle", &a),
                References::of("session", "handle2", &a),
                References::of("session", "handle", &b),
            ] {
                assert_eq!(other.read(&reference), None);
            }
        }
        assert_ne!(page.reference(&entry(true)), page.reference(&entry(false)));
    }

    #[test]
    fn a_reference_tells_nothing_and_is_not_made_by_others() {
        let page = References::of("session", "handle", &patient("193802278485"));
        let reference = page.reference(&entry(false)).unwrap();
        let sealed = URL_SAFE_NO_PAD.decode(&reference).unwrap();
        assert!(!sealed.windows(4).any(|four| four == b"viva" || four == b"1938"));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(page.read(&URL_SAFE_NO_PAD.encode(changed)), None, "byte {place}");
        }
        for text in ["", "AAAA", "ö", &reference[1..]] {
            assert_eq!(page.read(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_of_it_is_in_a_log() {
        let page = References::of("session", "handle", &patient("193802278485"));
        assert_eq!(format!("{page:?}"), "References(…)");
    }
}
