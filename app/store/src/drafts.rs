//! Drafts are sealed with the store's key and not stored: it is the one key that every node has.
//!
//! Not here: what is in a draft and where it is kept (`server`). Invariant: a draft opens for its own task only.

use samsyn_service::port::{PortError, drafts::Drafts};

use crate::{Store, seal::Cell};

impl Drafts for Store {
    fn label(&self, words: &[&str]) -> String {
        let purpose: Vec<Option<&str>> = ["draft label"].iter().chain(words).map(|word| Some(*word)).collect();
        hex::encode(self.key.derive(&purpose).as_slice())
    }

    fn seal_draft(&self, task: &str, text: &str) -> Result<String, PortError> {
        self.key.seal_text(text, Cell::of_draft(task)).map_err(|why| PortError::new("seal draft", why))
    }

    fn open_draft(&self, task: &str, sealed: &str) -> Option<String> {
        self.key.open_text(sealed, Cell::of_draft(task)).ok().map(|text| text.to_string())
    }
}
