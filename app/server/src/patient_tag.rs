//! The tag that ties every part of a page to one patient in one tab.
//!
//! A page carries the tag of its handle's patient, and every part that is sent later carries the tag of the patient it was drawn
//! for. The server sends no part whose tag is not the page's, and the page takes none in. Not here: handles, which already belong
//! to one session and one assignment. Invariant: a tag tells nothing about the patient: it is keyed by the session and the handle.

use hmac::{Hmac, Mac as _, digest::Key};
use samsyn_domain::identifier::PersonIdentifier;
use sha2::{Digest as _, Sha256};

/// Makes the tags of one page.
#[derive(Clone)]
pub struct PatientTag {
    mac: Hmac<Sha256>,
}

impl PatientTag {
    /// For a page of this handle in this session; `session` is the database's key of it, which no browser has.
    pub fn new(session: &str, handle: &str) -> Self {
        let mut key = Key::<Hmac<Sha256>>::default();
        key.iter_mut().zip(Sha256::digest(session)).for_each(|(byte, of_session)| *byte = of_session);
        Self { mac: Hmac::new(&key).chain_update(handle).chain_update([0]) }
    }

    /// The tag of a patient: 64 characters of hex.
    pub fn of(&self, patient: &PersonIdentifier) -> String {
        let tag = self.mac.clone().chain_update(patient.digits()).finalize().into_bytes();
        hex::encode(tag)
    }
}

#[cfg(test)]
mod tests {
    use samsyn_domain::identifier::PersonIdentifier;

    use super::PatientTag;

    #[test]
    fn a_tag_is_of_one_patient_in_one_page_of_one_session() {
        let [a, b] = ["193802278485", "195009072553"].map(|digits| PersonIdentifier::stated(digits).unwrap());
        let tag = PatientTag::new("session", "handle");
        assert_eq!(tag.of(&a), PatientTag::new("session", "handle").of(&a));
        let others =
            [tag.of(&b), PatientTag::new("session", "handle2").of(&a), PatientTag::new("session2", "handle").of(&a)];
        assert!(!others.contains(&tag.of(&a)), "{others:?}");
        assert_eq!(tag.of(&a).len(), 64);
    }
}
