//! Who may see what: role matrix, missing ids, blocks, protected persons. First form; pure.
//!
//! Being completed in this room only; the host has already refused other patients' data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::source::ProviderId;

/// A patient's block (spärr), as the register states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Inner (a unit) or outer (a provider).
    pub kind: BlockKind,
    /// The provider whose information is blocked.
    pub provider: ProviderId,
    /// Inner blocks: the unit whose information is blocked for other units.
    pub unit: Option<String>,
    /// First day of the information it covers; none is from the beginning.
    pub from: Option<Date>,
    /// Last day; none is for ever.
    pub to: Option<Date>,
    /// Information types left open: only `upp` and `lak` are lawful.
    pub except: Vec<String>,
}

/// Kind of block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A unit's information, for other units of the same provider.
    Inner,
    /// A provider's information, for other providers.
    Outer,
}
