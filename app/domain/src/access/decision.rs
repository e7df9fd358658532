//! The decision on each record of an answer, after the adapter and before anything else.
//!
//! Rules: product.md Law 1, 3, 5, 10; L-01, L-10, L-11, L-14, L-15; PDL 4:4; SVOD 2:5, 3 kap.
//! Not here: whether there is a lawful ground at all (`ground`), protected persons (`protection`).
//! Invariant: a blocked record leaves no trace in any source, section or count; "none" is not said where it could be wrong.

use std::sync::Arc;

use super::{
    block::{BlockKind, BlockStatus, blocked_exists, covers, keeps_out, same_id},
    ground::Grant,
};
use crate::{
    entry::Entry,
    plan::is_register,
    provenance::{Extension, PHONES_WITHHELD},
    section::Section,
    source::{ProviderKind, ProviderKinds, Source},
    state::{Entries, Partial, State, Withheld},
    viewer::Viewer,
};

/// What the decision needs besides the record.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The ground for others' information; none is the own provider's alone.
    pub grant: Option<&'a Grant>,
    /// The patient's blocks, those lifted for the viewer left out.
    pub blocks: &'a BlockStatus,
    /// The kind of each known provider.
    pub kinds: &'a ProviderKinds,
    /// The kind of a provider that is not among them: that of the source it came from.
    pub otherwise: ProviderKind,
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
        if !self.blocks.is_verified_of(provider.id.as_str()) {
            return self.viewer.provider.id.is(provider.id.as_str());
        }
        !self.blocks.blocks().iter().any(|block| {
            block.kind == BlockKind::Outer && keeps_out(block, self.viewer) && block.provider.is(provider.id.as_str())
        })
    }

    /// Applies the decision to one cell.
    pub fn apply(&self, section: Section, state: State) -> State {
        if !self.viewer.rights.sees(section) {
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
        if self.viewer.role.part_of(section).is_some() {
            State::Withheld(Withheld::Role)
        } else if self.none_would_be_wrong() {
            State::Withheld(Withheld::MayExist)
        } else {
            state
        }
    }

    fn none_would_be_wrong(&self) -> bool {
        !self.viewer.may_know_of_blocks()
            || !self.blocks.is_complete()
            || blocked_exists(self.viewer, self.grant, self.blocks)
    }

    fn filter(&self, section: Section, entries: Vec<Entry>, reason: Option<Partial>) -> State {
        let mut shown = Vec::new();
        let mut withheld: Vec<Withheld> = Vec::new();
        for mut entry in entries {
            match self.verdict(section, &entry) {
                Verdict::Shown => {
                    without_relatives_numbers(self.viewer, &mut entry);
                    shown.push(entry);
                }
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

    /// What must leave no trace is decided before what is said to be withheld: a record that the role, the ground or a block
    /// keeps away is not counted because it also lacks an id (L-09, L-10).
    fn verdict(&self, section: Section, entry: &Entry) -> Verdict {
        let provenance = entry.provenance();
        let own = provenance.provider_id().is_some_and(|provider| self.viewer.provider.id.is(provider));
        if self.viewer.role.part_of(section).is_some_and(|part| !part.holds(entry, own)) {
            return Verdict::Withheld(Withheld::Role);
        }
        let Some(provider) = provenance.provider_id() else { return Verdict::Withheld(Withheld::MissingIds) };
        let kind = self.kinds.of(provider).unwrap_or(self.otherwise);
        let reached =
            self.viewer.needs_no_ground(provider) || self.grant.is_some_and(|grant| grant.opens(section, kind));
        if !reached {
            return Verdict::OutOfScope;
        }
        let unit = provenance.unit_id();
        let mut blocks = self.blocks.blocks().iter();
        if blocks.any(|block| keeps_out(block, self.viewer) && covers(block, provider, unit, entry)) {
            return Verdict::Blocked;
        }
        let (Some(unit), Some(_)) = (unit, &provenance.patient) else {
            return Verdict::Withheld(Withheld::MissingIds);
        };
        let own_unit = own && self.viewer.unit.known_id().is_some_and(|known| same_id(known, unit));
        if !self.blocks.is_verified_of(provider) && !own_unit {
            return Verdict::Withheld(Withheld::BlockUnverified);
        }
        Verdict::Shown
    }
}

/// Takes relatives' numbers away from roles without that right, and says so on the entry. Those of a protected contact are left for
/// `protection::mask_contacts`, which takes them from everybody and must know them to find them in texts.
pub(super) fn without_relatives_numbers(viewer: &Viewer, entry: &mut Entry) {
    if let Entry::Contact(contact) = entry
        && contact.kind.is_relative()
        && contact.protection.is_none()
        && !viewer.role.may_have_relatives_numbers()
        && !contact.provenance.phones_withheld()
    {
        let contact = Arc::make_mut(contact);
        contact.phones.clear();
        contact.substitute = None;
        contact.provenance.extensions.push(Extension { key: PHONES_WITHHELD.into(), value: "role".into() });
    }
}

const fn withheld_by_role(why: Withheld) -> bool {
    matches!(why, Withheld::Role)
}
