//! Why the kit could not do what it was asked: what is wrong, where, and what to do about it.
//!
//! Not here: what an adapter did wrong in a case (`judge`).
//! Invariant: every refusal carries advice a vendor's developer can follow without reading the portal's code.

use std::{fmt::Display, path::Path};

/// Something the kit cannot go on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  what to do: {advice}")]
pub struct Refusal {
    /// What is wrong, and where.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl Refusal {
    /// A refusal in two sentences.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }

    /// A file that cannot be read or written.
    pub fn file(path: &Path, error: &impl Display, advice: impl Into<String>) -> Self {
        Self::new(format!("{}: {error}", path.display()), advice)
    }
}

/// Reads a text file.
///
/// # Errors
/// Names the file and what to do.
pub fn read_text(path: &Path, advice: &str) -> Result<String, Refusal> {
    std::fs::read_to_string(path).map_err(|error| Refusal::file(path, &error, advice))
}
