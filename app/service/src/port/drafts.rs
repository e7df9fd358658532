//! Text that somebody was writing when the session ended, sealed for one task.
//!
//! Nothing is stored: what is sealed leaves with the answer, and comes back from the browser it was written in.
//! Not here: who may open the task (`access`), how the sealed text travels (`server`).
//! Invariant: what was sealed opens for the task it was sealed for, and is nothing but noise to everybody without the key; a label tells
//! nothing of its words.

use super::PortError;

/// Seals and opens drafts.
pub trait Drafts: Send + Sync {
    /// A name for what is written by somebody about something: always the same for the same words, and made by nobody without the key.
    fn label(&self, words: &[&str]) -> String;

    /// The text as noise in letters that any header takes.
    ///
    /// # Errors
    /// When there is no randomness to seal with.
    fn seal_draft(&self, task: &str, text: &str) -> Result<String, PortError>;

    /// The text; none when it was changed, or sealed for another task or with another key.
    fn open_draft(&self, task: &str, sealed: &str) -> Option<String>;
}
