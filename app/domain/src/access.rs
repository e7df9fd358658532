//! Who may see what of an answer: role, missing ids, blocks. Decided per record, after the adapter and before anything else.
//!
//! First form: consent counts as given. Rules: product.md Law 1, 5, 10; L-01, L-10, L-11, L-14, L-15; PDL 4:4; SVOD 2:5.
//! Not here: protected persons (`protection`, a projection of the whole page), what is asked (`plan`).
//! Invariant: a blocked record leaves no trace in any source, section or count; "none" is not said where it could be wrong.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    entry::Entry,
    plan::is_register,
    provenance::{Extension, Provenance},
    section::Section,
    source::{ProviderId, Source},
    state::{Entries, Partial, State, Withheld},
    time::sweden,
    viewer::{Role, Scope, Viewer},
    vocabulary::{ContactKind, PlanKind},
};

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

/// The two kinds of plan that staff without licence see.
const PLANS_WITHOUT_LICENCE: [PlanKind; 2] = [PlanKind::Sip, PlanKind::Implementation];

/// The default matrix of roles and sections; the plans of staff without licence are narrowed further per record.
pub const fn visible_sections(role: Role) -> &'static [Section] {
    match role {
        Role::Physician | Role::Nurse => &Section::ALL,
        Role::Therapist => &[
            Section::Alerts,
            Section::CareLimits,
            Section::Services,
            Section::Contacts,
            Section::FunctionalStatus,
            Section::Plans,
            Section::Covid19,
            Section::Consents,
            Section::Documents,
        ],
        Role::CareWorker | Role::CaseOfficer => {
            &[Section::Services, Section::Contacts, Section::FunctionalStatus, Section::Plans]
        }
        Role::Administrator | Role::Reviewer => &[],
    }
}

/// Whether this role sees only some kinds of plan.
pub const fn plans_are_limited(role: Role) -> bool {
    matches!(role, Role::CareWorker | Role::CaseOfficer)
}

/// Whether this role may have relatives' telephone numbers.
pub const fn may_have_relatives_numbers(role: Role) -> bool {
    matches!(role, Role::Physician | Role::Nurse | Role::Therapist | Role::CaseOfficer)
}

/// Whether blocked information about the patient exists that this viewer is kept from, and may know of.
pub fn blocked_exists(viewer: &Viewer, status: &BlockStatus) -> bool {
    match status {
        BlockStatus::Verified(blocks) => viewer.may_know_of_blocks() && blocks.iter().any(|b| keeps_out(b, viewer)),
        BlockStatus::Unverified => false,
    }
}

fn keeps_out(block: &Block, viewer: &Viewer) -> bool {
    match block.kind {
        BlockKind::Outer => !block.provider.is(viewer.provider.id.as_str()),
        BlockKind::Inner => {
            let own_unit = block.unit.as_deref().zip(viewer.unit.known_id()).is_some_and(|(a, b)| same_id(a, b));
            block.provider.is(viewer.provider.id.as_str()) && !own_unit
        }
    }
}

/// HSA-ids are the same in either case.
fn same_id(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// What the decision needs besides the record.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Own or shared.
    pub scope: Scope,
    /// The patient's blocks.
    pub blocks: &'a BlockStatus,
}

/// What becomes of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Shown,
    Blocked,
    OutOfScope,
    Withheld(Withheld),
}

impl Decision<'_> {
    /// Whether a source's word on who the person is may be used: not while its provider's information is blocked for the
    /// viewer. The population register is no record of care.
    pub fn may_say_who(&self, source: &Source) -> bool {
        let Some(provider) = source.provider.as_ref().filter(|_| !is_register(source)) else { return true };
        match self.blocks {
            BlockStatus::Verified(blocks) => !blocks.iter().any(|block| {
                block.kind == BlockKind::Outer
                    && keeps_out(block, self.viewer)
                    && block.provider.is(provider.id.as_str())
            }),
            BlockStatus::Unverified => self.viewer.provider.id.is(provider.id.as_str()),
        }
    }

    /// Applies the decision to one cell.
    pub fn apply(&self, section: Section, state: State) -> State {
        if !visible_sections(self.viewer.role).contains(&section) {
            return State::Withheld(Withheld::Role);
        }
        match state {
            State::Reported(entries) => self.filter(section, entries.into_vec(), None),
            State::Partial { reason, entries } => self.filter(section, entries, Some(reason)),
            State::StatedNone(_) | State::NothingHeld => self.none(section, state),
            other => other,
        }
    }

    /// "None" may be said only to those who would be told of blocks, and only when there are none (I4). A role that sees
    /// a part of a section never learns whether the rest is empty.
    fn none(&self, section: Section, state: State) -> State {
        if section == Section::Plans && plans_are_limited(self.viewer.role) {
            State::Withheld(Withheld::Role)
        } else if self.none_would_be_wrong() {
            State::Withheld(Withheld::MayExist)
        } else {
            state
        }
    }

    fn none_would_be_wrong(&self) -> bool {
        !self.viewer.may_know_of_blocks()
            || *self.blocks == BlockStatus::Unverified
            || blocked_exists(self.viewer, self.blocks)
    }

    fn filter(&self, section: Section, entries: Vec<Entry>, reason: Option<Partial>) -> State {
        let mut shown = Vec::new();
        let mut withheld: Vec<Withheld> = Vec::new();
        for entry in entries {
            match self.verdict(&entry) {
                Verdict::Shown => shown.push(self.narrow(entry)),
                Verdict::Withheld(why) if !withheld_by_role(why) => withheld.push(why),
                Verdict::Withheld(_) | Verdict::Blocked | Verdict::OutOfScope => {}
            }
        }
        match (reason, withheld.first(), Entries::new(shown)) {
            (Some(reason), _, shown) => {
                State::Partial { reason, entries: shown.map(Entries::into_vec).unwrap_or_default() }
            }
            (None, Some(_), Some(shown)) => {
                State::Partial { reason: Partial::EntriesWithheld { count: withheld.len() }, entries: shown.into_vec() }
            }
            (None, Some(why), None) => State::Withheld(*why),
            (None, None, Some(shown)) => State::Reported(shown),
            (None, None, None) => self.none(section, State::NothingHeld),
        }
    }

    fn verdict(&self, entry: &Entry) -> Verdict {
        let provenance = entry.provenance();
        let (Some(provider), Some(unit), true) =
            (provenance.provider_id(), provenance.unit_id(), provenance.patient.is_some())
        else {
            return Verdict::Withheld(Withheld::MissingIds);
        };
        let own = self.viewer.provider.id.is(provider);
        if !own && self.scope == Scope::Own {
            return Verdict::OutOfScope;
        }
        match self.blocks {
            BlockStatus::Verified(blocks) => {
                if blocks.iter().any(|block| keeps_out(block, self.viewer) && covers(block, provider, unit, entry)) {
                    return Verdict::Blocked;
                }
            }
            BlockStatus::Unverified => {
                if !own || !self.viewer.unit.known_id().is_some_and(|known| same_id(known, unit)) {
                    return Verdict::Withheld(Withheld::BlockUnverified);
                }
            }
        }
        match entry {
            Entry::Plan(plan) if plans_are_limited(self.viewer.role) && !PLANS_WITHOUT_LICENCE.contains(&plan.kind) => {
                Verdict::Withheld(Withheld::Role)
            }
            _ => Verdict::Shown,
        }
    }

    /// Takes relatives' numbers away from roles without that right, and says so on the entry.
    fn narrow(&self, mut entry: Entry) -> Entry {
        if let Entry::Contact(contact) = &mut entry
            && matches!(contact.kind, ContactKind::NextOfKin | ContactKind::LegalRepresentative)
            && !may_have_relatives_numbers(self.viewer.role)
        {
            let contact = Arc::make_mut(contact);
            contact.phones.clear();
            contact.substitute = None;
            contact.provenance.extensions.push(Extension { key: "phones-withheld".into(), value: "role".into() });
        }
        entry
    }
}

const fn withheld_by_role(why: Withheld) -> bool {
    matches!(why, Withheld::Role)
}

/// Whether a block covers a record. Without a date the record is covered; wholly outside the period it is not.
fn covers(block: &Block, provider: &str, unit: &str, entry: &Entry) -> bool {
    let whose = block.provider.is(provider) && block.unit.as_deref().is_none_or(|blocked| same_id(blocked, unit));
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
