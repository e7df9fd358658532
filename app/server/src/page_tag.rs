//! The tag that ties a page to the sign-in and the assignment it was drawn in.
//!
//! A page sends it along when it asks whether it may still stand on the screen; another tab of the same browser may have signed somebody
//! else in. Not here: which part belongs to which patient (`patient_tag`), asking (`http::health`, the page's script).
//! Invariant: a tag tells nothing about the person, and whoever has it can do nothing with it.

use hmac::{Hmac, Mac as _, digest::Key};
use sha2::{Digest as _, Sha256};

/// The tag, 64 characters of hex, of the pages of a sign-in in this assignment, or before one is chosen. `sign_in` is the database's key
/// of the session it began with, which no page has.
pub fn page_tag(sign_in: &str, assignment: Option<&str>) -> String {
    let mut key = Key::<Hmac<Sha256>>::default();
    key.iter_mut().zip(Sha256::digest(sign_in)).for_each(|(byte, of_sign_in)| *byte = of_sign_in);
    let mac: Hmac<Sha256> = match assignment {
        Some(assignment) => Hmac::new(&key).chain_update(b"page\0in\0").chain_update(assignment),
        None => Hmac::new(&key).chain_update(b"page\0before\0"),
    };
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::page_tag;

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
}
