//! Patients' blocks (spärrar): what they keep from whom.
//!
//! Evaluation rules of the national block service (`domain-facts` §2.6): a record without a date is covered, one that overlaps the
//! period too, one wholly outside it is not. A block holds for as long as it is valid, and not for whom it is temporarily lifted.
//! Not here: the register (`store`), lifts made in the portal (`registration`).
//! Invariant: nothing but alerts and medicines can be left open by a block, and no record opens itself by calling itself one.
//! To add a fact that a block states: a field, what it does in [`Block::applies_to`] or [`covers`], its key in the file
//! (`service::block_file`), and a word in the independent model of the tests.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::ground::Grant;
use crate::{
    entry::Entry,
    provenance::{Organisation, Provenance},
    source::{ProviderId, ProviderKind},
    time::sweden,
    viewer::Viewer,
};

/// The information types a block can leave open: alerts and care limits, and medicines.
pub const CAN_BE_LEFT_OPEN: [&str; 2] = ["upp", "lak"];

/// A patient's block (spärr), as the register states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Inner (a unit) or outer (a provider).
    pub kind: BlockKind,
    /// The provider whose information is blocked.
    pub provider: ProviderId,
    /// Inner blocks: HSA-id of the unit whose information is blocked for other units.
    pub unit: Option<String>,
    /// Its name, for staff of the same provider who may be told of it (PDL 4:5).
    pub unit_name: Option<String>,
    /// First day of the information it covers; none is from the beginning.
    pub from: Option<Date>,
    /// Last day; none is for ever.
    pub to: Option<Date>,
    /// Information types left open: only `upp` and `lak` are lawful, and nothing else has effect.
    pub except: Vec<String>,
    /// Which employees it is about.
    pub employees: Employees,
    /// The first moment at which it holds; none is always.
    pub valid_from: Option<Timestamp>,
    /// The first moment at which it holds no more; none is until it is revoked.
    pub valid_to: Option<Timestamp>,
    /// Temporary lifts (tillfällig hävning) that the provider whose block it is has registered.
    pub lifts: Vec<TemporaryLift>,
}

/// Kind of block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A unit's information, for other units of the same provider, and of the other authorities of its region or municipality.
    Inner,
    /// A provider's information, for other providers.
    Outer,
}

/// Which of those whom a block is about by its kind it keeps out. The national service has employees on lifts only; local ones
/// have them on the block too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Employees {
    /// All of them.
    #[default]
    Everybody,
    /// These alone, by HSA-id.
    Only(Vec<String>),
    /// All but these, by HSA-id.
    AllBut(Vec<String>),
}

/// A block lifted for a while, for one unit or one employee of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemporaryLift {
    /// Why.
    pub reason: LiftReason,
    /// HSA-id of the unit it is lifted for.
    pub unit: String,
    /// HSA-id of the one employee; none is everybody at the unit.
    #[serde(default)]
    pub employee: Option<String>,
    /// First moment; none is at once.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// First moment after it. A lift always ends.
    pub to: Timestamp,
}

/// Why a block is lifted for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LiftReason {
    /// The patient lets it be lifted.
    PatientsConsent,
    /// Danger to life.
    Emergency,
}

/// What the register of blocks says. Each provider exports its own list, so it may be known for some and not for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockStatus {
    /// Read, and fresh enough, of every provider whose sources are here.
    Verified(Vec<Block>),
    /// Only of some.
    Partly {
        /// Their blocks.
        blocks: Vec<Block>,
        /// The providers whose list is fresh enough; what others have could be blocked.
        verified: Vec<ProviderId>,
    },
    /// Not readable, or too old: what could be blocked is withheld.
    Unverified,
}

impl BlockStatus {
    /// Every block that is known.
    pub fn blocks(&self) -> &[Block] {
        match self {
            Self::Verified(blocks) | Self::Partly { blocks, .. } => blocks,
            Self::Unverified => &[],
        }
    }

    /// Whether every block of this provider is known.
    pub fn is_verified_of(&self, provider: &str) -> bool {
        match self {
            Self::Verified(_) => true,
            Self::Partly { verified, .. } => verified.iter().any(|one| one.is(provider)),
            Self::Unverified => false,
        }
    }

    /// Whether every block there is is known.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// Leaves out the blocks that a test finds.
    pub(super) fn without(mut self, left_out: impl Fn(&Block) -> bool) -> Self {
        if let Self::Verified(blocks) | Self::Partly { blocks, .. } = &mut self {
            blocks.retain(|block| !left_out(block));
        }
        self
    }
}

impl Block {
    /// A provider's information, all of it, for every other provider, until it is revoked.
    pub const fn outer(provider: ProviderId) -> Self {
        Self {
            kind: BlockKind::Outer,
            provider,
            unit: None,
            unit_name: None,
            from: None,
            to: None,
            except: Vec::new(),
            employees: Employees::Everybody,
            valid_from: None,
            valid_to: None,
            lifts: Vec::new(),
        }
    }

    /// A unit's information, all of it, for every other unit of the provider, until it is revoked.
    pub fn inner(provider: ProviderId, unit: impl Into<String>) -> Self {
        Self { kind: BlockKind::Inner, unit: Some(unit.into()), ..Self::outer(provider) }
    }

    /// Whether it holds at this moment.
    pub(super) fn is_valid(&self, at: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_to.is_none_or(|to| at < to)
    }

    /// Whether the provider whose block it is has lifted it for the viewer at this moment.
    pub(super) fn is_lifted_for(&self, viewer: &Viewer, at: Timestamp) -> bool {
        self.lifts.iter().any(|lift| {
            lift.from.is_none_or(|from| from <= at)
                && at < lift.to
                && viewer.unit.known_id().is_some_and(|unit| same_id(unit, &lift.unit))
                && lift.employee.as_deref().is_none_or(|employee| same_id(employee, &viewer.user_id))
        })
    }

    fn applies_to(&self, employee: &str) -> bool {
        let named = |ids: &[String]| ids.iter().any(|id| same_id(id, employee));
        match &self.employees {
            Employees::Everybody => true,
            Employees::Only(ids) => named(ids),
            Employees::AllBut(ids) => !named(ids),
        }
    }
}

/// Whether blocked information about the patient exists that this viewer is kept from, and may know of. While there is no ground for
/// others' information, blocks on what would take one tell nothing: everything but the own part is then the same for every patient
/// (product.md Law 3, decision 0024).
pub fn blocked_exists(viewer: &Viewer, grant: Option<&Grant>, status: &BlockStatus) -> bool {
    let mut counted = status.blocks().iter().filter(|block| counts(block, viewer, grant));
    viewer.may_know_of_blocks() && counted.any(|block| keeps_out(block, viewer))
}

/// Whether anything may be told of it now: it is on what is read without a ground, or there is one.
pub(super) fn counts(block: &Block, viewer: &Viewer, grant: Option<&Grant>) -> bool {
    grant.is_some() || viewer.needs_no_ground(block.provider.as_str())
}

/// The units of the viewer's own provider whose information about the patient is blocked for the viewer, by id: what the first
/// step of lifting may show, and to care providers only (PDL 4:4, 4:5). Nothing of other providers.
pub fn blocked_units(viewer: &Viewer, status: &BlockStatus) -> Vec<Organisation> {
    if viewer.provider.kind != ProviderKind::Care {
        return Vec::new();
    }
    let own = |block: &&Block| block.kind == BlockKind::Inner && block.provider.is(viewer.provider.id.as_str());
    let inner = status.blocks().iter().filter(own).filter(|block| keeps_out(block, viewer));
    let mut units: Vec<Organisation> = inner
        .filter(|block| block.unit.is_some())
        .map(|block| Organisation { id: block.unit.clone(), name: block.unit_name.clone() })
        .collect();
    let id = |unit: &Organisation| unit.id.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
    // One with a name before the same one without.
    units.sort_by_key(|unit| (id(unit), unit.name.is_none()));
    units.dedup_by_key(|unit| id(unit));
    units
}

pub(super) fn keeps_out(block: &Block, viewer: &Viewer) -> bool {
    let by_kind = match block.kind {
        BlockKind::Outer => !block.provider.is(viewer.provider.id.as_str()),
        BlockKind::Inner => {
            let own_unit = block.unit.as_deref().zip(viewer.unit.known_id()).is_some_and(|(a, b)| same_id(a, b));
            // What is blocked within a region holds for the staff of each of its authorities (PDL 4:4).
            viewer.needs_no_ground(block.provider.as_str()) && !own_unit
        }
    };
    by_kind && block.applies_to(&viewer.user_id)
}

/// HSA-ids are the same in either case.
pub(super) fn same_id(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// Whether a block covers a record. Without a date the record is covered; wholly outside the period it is not. A record
/// without a known unit is covered by what covers the whole provider.
pub(crate) fn covers(block: &Block, provider: &str, unit: Option<&str>, entry: &Entry) -> bool {
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

/// The national information type, where a block can leave it open. Alerts, care limits and medicines are what they are, whatever
/// they are labelled; nothing becomes open by calling itself one of them.
const fn information_type(entry: &Entry) -> Option<&'static str> {
    match entry {
        Entry::Alert(_) | Entry::CareLimit(_) => Some("upp"),
        Entry::Medication(_) => Some("lak"),
        _ => None,
    }
}
