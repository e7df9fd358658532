//! The patient's extract of the log: how the organisation's staff are named in it.
//!
//! Rules: PDL 8:5, SVOD 4:5, L-36. Not here: reading the log (`service`), the words (`ui`).
//! Invariant: a policy that is not understood refuses to start; it never falls back to a more telling one.

use serde::{Deserialize, Serialize};

/// How whoever looked is named to the patient. The organisation decides [J].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderNames {
    /// Name, title and unit.
    #[default]
    Name,
    /// Title and unit.
    Role,
    /// The unit alone.
    Unit,
}
