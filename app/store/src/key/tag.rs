//! Tags: what a patient's rows are found by where the patient is sealed and no two sealed values are the same.
//!
//! HMAC-SHA-256 of the number under a key for the column. Whoever has the database without the key can tell that two rows of one
//! table are about the same person, and not about whom; without the key no number can be tried.
//! Not here: the sealed patient beside it (`seal`), whose key id tells which key the tag was made with.
//! Invariant: the same patient has the same tag in a column for as long as the key is the same, and another one in every other.
//! To tag another table: a column of its own for [`StoreKey::tag`], or for [`StoreKey::tag_within`] where rows belong to providers.

use hmac::Mac;
use samsyn_domain::identifier::PersonIdentifier;

use super::{StoreKey, framed, mac_under};

const DOMAIN: &str = "samsyn patient tag 1";

impl StoreKey {
    /// The tag of a patient in a column (`table.column`), 64 characters of hex.
    pub(crate) fn tag(&self, patient: &PersonIdentifier, column: &'static str) -> String {
        self.tag_under(patient, &[Some(column)])
    }

    /// The same where rows of two providers must not be seen to be about one person: the provider is in the key.
    pub(crate) fn tag_within(&self, patient: &PersonIdentifier, column: &'static str, provider: &str) -> String {
        self.tag_under(patient, &[Some(column), Some(provider)])
    }

    fn tag_under(&self, patient: &PersonIdentifier, key: &[Option<&str>]) -> String {
        let text = framed(DOMAIN, &[Some(patient.digits())]);
        let tag = mac_under(&self.derive(key)).chain_update(text).finalize();
        hex::encode(tag.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMN: &str = "registration.patient_tag";

    fn patient() -> PersonIdentifier {
        PersonIdentifier::stated("189001019802").unwrap()
    }

    /// Computed apart from this code, with Python's `hmac`. If this fails, no registration in use is found any more.
    #[test]
    fn what_the_first_version_tagged_is_still_found() {
        let tag = StoreKey::of_byte(7).tag(&patient(), COLUMN);
        assert_eq!(tag, "e189ad6e1d0f826f2fd14aa39167f00abb44e2d1da8ad0d32e49dc2607cec7fb");
    }

    #[test]
    fn another_patient_another_column_and_another_key_have_another_tag() {
        let other = PersonIdentifier::stated("189001029819").unwrap();
        let (one, two) = (StoreKey::of_byte(1), StoreKey::of_byte(2));
        let tags = [
            one.tag(&patient(), COLUMN),
            one.tag(&other, COLUMN),
            one.tag(&patient(), "another.patient_tag"),
            two.tag(&patient(), COLUMN),
            one.tag_within(&patient(), COLUMN, "se1"),
            one.tag_within(&patient(), COLUMN, "se2"),
        ];
        let different: std::collections::BTreeSet<&String> = tags.iter().collect();
        assert_eq!(different.len(), tags.len());
        assert_eq!(one.tag(&patient(), COLUMN), tags[0]);
    }
}
