//! Which text on confidentiality holds for an organisation.
//!
//! Not here: who has acknowledged it (`store`), the page (`ui`). Invariant: two texts never have the same digest, so that a text that
//! was changed is acknowledged anew; the portal's own text counts as one in both languages.

use samsyn_domain::source::OrganisationInfo;
use samsyn_ui::{Language, Texts};
use sha2::{Digest as _, Sha256};

/// SHA-256, hex, of the text that holds: the organisation's own, or the portal's.
pub fn digest(organisation: &OrganisationInfo) -> String {
    let mut hash = Sha256::new();
    match &organisation.confidentiality_text {
        Some(own) => hash.update(own.as_bytes()),
        None => {
            for language in Language::ALL {
                let text = Texts::of(language).confidentiality.text();
                // The length first: where one text ends and the next begins is part of what is acknowledged.
                hash.update(text.len().to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
    }
    hex::encode(hash.finalize())
}
