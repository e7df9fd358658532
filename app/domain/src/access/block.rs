//! Patients' blocks (spärrar): what they keep from whom.
//!
//! Evaluation rules of the national block service (`domain-facts` §2.6): a record without a date is covered, one that overlaps the
//! period too, one wholly outside it is not. Not here: the register (`store`), lifting (`registration`).
//! Invariant: nothing but alerts and medicines can be left open by a block, and no record opens itself by calling itself one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{entry::Entry, provenance::Provenance, source::ProviderId, time::sweden, viewer::Viewer};

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

/// What the register of blocks says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockStatus {
    /// Read, and fresh enough.
    Verified(Vec<Block>),
    /// Not readable, or too old: what could be blocked is withheld.
    Unverified,
}

/// Whether blocked information about the patient exists that this viewer is kept from, and may know of.
pub fn blocked_exists(viewer: &Viewer, status: &BlockStatus) -> bool {
    match status {
        BlockStatus::Verified(blocks) => viewer.may_know_of_blocks() && blocks.iter().any(|b| keeps_out(b, viewer)),
        BlockStatus::Unverified => false,
    }
}

pub(super) fn keeps_out(block: &Block, viewer: &Viewer) -> bool {
    match block.kind {
        BlockKind::Outer => !block.provider.is(viewer.provider.id.as_str()),
        BlockKind::Inner => {
            let own_unit = block.unit.as_deref().zip(viewer.unit.known_id()).is_some_and(|(a, b)| same_id(a, b));
            block.provider.is(viewer.provider.id.as_str()) && !own_unit
        }
    }
}

/// HSA-ids are the same in either case.
pub(super) fn same_id(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// Whether a block covers a record. Without a date the record is covered; wholly outside the period it is not. A record
/// without a known unit is covered by what covers the whole provider.
pub(super) fn covers(block: &Block, provider: &str, unit: Option<&str>, entry: &Entry) -> bool {
    let same_unit = |blocked: &str| unit.is_some_and(|unit| same_id(blocked, unit));
    let whose = block.provider.is(provider) && block.unit.as_deref().is_none_or(same_unit);
    let excepted = information_type(entry).is_some_and(|kind| block.except.iter().any(|open| open == kind));
    whose && !excepted && overlaps(block, entry.provenance())
}

fn overlaps(block: &Block, provenance: &Provenance) -> bool {
    let zone = sweden();
    let day = |when: Option<Date>, default: Date| when.unwrap_or(default);
    match provenance.recorded.as_ref().and_then(|when| Some((when.first_day(&zone)?, when.last_day(&zone)?))) {
        Some((first, last)) => day(block.from, Date::MIN) <= last && first <= day(block.to, Date::MAX),
        None => true,
    }
}

/// The national information type. Alerts, care limits and medicines are what they are, whatever they are labelled; nothing
/// else becomes open by calling itself one of them.
fn information_type(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Alert(_) | Entry::CareLimit(_) => Some("upp"),
        Entry::Medication(_) => Some("lak"),
        _ => entry.provenance().information_type.as_deref().filter(|stated| !matches!(*stated, "upp" | "lak")),
    }
}
