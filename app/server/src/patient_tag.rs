//! The tag that ties every part of a page to one patient in one tab.
//!
//! A page carries the tag of its handle's patient, and so does every part that is sent later; the page takes no other in, and the
//! server sends no part that was drawn for another patient. Not here: handles, which already belong to one session and one assignment.
//! Invariant: a tag tells nothing about the patient: it is keyed by the session and the handle.

use hmac::{Hmac, Mac as _, digest::Key};
use samsyn_domain::identifier::PersonIdentifier;
use sha2::{Digest as _, Sha256};

/// The tag, 64 characters of hex, of a patient on the page of this handle in this session; `session` is the database's key of it,
/// which no browser has.
pub fn patient_tag(session: &str, handle: &str, patient: &PersonIdentifier) -> String {
    let mut key = Key::<Hmac<Sha256>>::default();
    key.iter_mut().zip(Sha256::digest(session)).for_each(|(byte, of_session)| *byte = of_session);
    let mac: Hmac<Sha256> = Hmac::new(&key).chain_update(handle).chain_update([0]).chain_update(patient.digits());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use samsyn_domain::identifier::PersonIdentifier;

    use super::patient_tag;

    #[test]
    fn a_tag_is_of_one_patient_in_one_page_of_one_session() {
        let [a, b] = ["193802278485", "195009072553"].map(|digits| PersonIdentifier::stated(digits).unwrap());
        let tag = patient_tag("session", "handle", &a);
        assert_eq!((tag.len(), &tag), (64, &patient_tag("session", "handle", &a)));
        for (session, handle, patient) in
            [("session", "handle", &b), ("session", "handle2", &a), ("session2", "handle", &a)]
        {
            assert_ne!(tag, patient_tag(session, handle, patient), "{session} {handle}");
        }
    }
}
