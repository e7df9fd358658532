//! The keyed tags that a page carries: of its sign-in and assignment, and of its patient.
//!
//! A page sends the first along when it asks whether it may still stand on the screen: another tab of the same browser may have signed
//! somebody else in. Every part that is sent later carries the second; the page takes no other in, and the server sends no part
//! that was drawn for another patient. Beside them the key of the references that a page carries (`entry_reference`), which stays here. Not here: handles, which already belong to one session and one assignment; asking
//! (`http::health`, the page's script). Invariant: a tag tells nothing about anybody, and whoever has it can do nothing with it.

use hmac::{
    Hmac, Mac as _,
    digest::{Key, Output},
};
use samsyn_domain::identifier::PersonIdentifier;
use sha2::{Digest as _, Sha256};

/// The tag, 64 characters of hex, of the pages of a sign-in in this assignment, or before one is chosen. `sign_in` is the database's key
/// of the session it began with, which no page has.
pub fn page_tag(sign_in: &str, assignment: Option<&str>) -> String {
    let mac = match assignment {
        Some(assignment) => keyed(sign_in).chain_update(b"page\0in\0").chain_update(assignment),
        None => keyed(sign_in).chain_update(b"page\0before\0"),
    };
    hex::encode(mac.finalize().into_bytes())
}

/// The tag, 64 characters of hex, of a patient on the page of this handle in this session; `session` is the database's key of it,
/// which no browser has.
pub fn patient_tag(session: &str, handle: &str, patient: &PersonIdentifier) -> String {
    let mac = keyed(session).chain_update(handle).chain_update([0]).chain_update(patient.digits());
    hex::encode(mac.finalize().into_bytes())
}

/// The key of the references by which entries of this patient's page are reported: 32 bytes that no page has.
pub fn report_key(session: &str, handle: &str, patient: &PersonIdentifier) -> Output<Hmac<Sha256>> {
    let mac = keyed(session).chain_update(b"report\0").chain_update(handle).chain_update([0]);
    mac.chain_update(patient.digits()).finalize().into_bytes()
}

fn keyed(session: &str) -> Hmac<Sha256> {
    let mut key = Key::<Hmac<Sha256>>::default();
    key.iter_mut().zip(Sha256::digest(session)).for_each(|(byte, of_session)| *byte = of_session);
    Hmac::new(&key)
}

#[cfg(test)]
mod tests {
    use samsyn_domain::identifier::PersonIdentifier;

    use super::{page_tag, patient_tag};

    #[test]
    fn a_tag_is_of_one_assignment_in_one_sign_in() {
        let tag = page_tag("sign-in", Some("U1"));
        assert_eq!((tag.len(), &tag), (64, &page_tag("sign-in", Some("U1"))));
        for (sign_in, assignment) in
            [("sign-in", Some("U2")), ("sign-in", None), ("sign-in2", Some("U1")), ("sign-in", Some(""))]
        {
            assert_ne!(tag, page_tag(sign_in, assignment), "{sign_in} {assignment:?}");
        }
        assert_ne!(page_tag("sign-in", None), page_tag("sign-in", Some("")));
    }

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
