//! The decision on each entry of a replay: what is blocked by now, and what the looker's role includes.
//!
//! Not here: the decision when sources are asked (`decision`), what becomes of the rest of the overview (`overview::replay`).
//! Invariant: no lifted block counts; an entry that no longer says whose it is, because its person is protected, is shown only to somebody
//! whom no block of the patient keeps out.

use super::{
    block::{BlockStatus, covers, keeps_out, same_id},
    decision::without_relatives_numbers,
};
use crate::{entry::Entry, section::Section, state::Withheld, viewer::Viewer};

/// What the decision needs besides the entry.
#[derive(Debug, Clone, Copy)]
pub struct Replayed<'a> {
    /// Who looks now.
    pub viewer: &'a Viewer,
    /// The patient's blocks now.
    pub blocks: &'a BlockStatus,
}

impl Replayed<'_> {
    /// Why the looker may not see it now; none when nothing is against it.
    pub(crate) fn kept_back(&self, section: Section, entry: &Entry) -> Option<Withheld> {
        let provenance = entry.provenance();
        let own = provenance.provider_id().is_some_and(|provider| self.viewer.provider.id.is(provider));
        if !self.viewer.rights.sees(section)
            || self.viewer.role.part_of(section).is_some_and(|part| !part.holds(entry, own))
        {
            return Some(Withheld::Role);
        }
        let Some(provider) = provenance.provider_id() else {
            return self.none_would_be_wrong().then_some(Withheld::MissingIds);
        };
        let unit = provenance.unit_id();
        let mut blocks = self.blocks.blocks().iter();
        if blocks.any(|block| keeps_out(block, self.viewer) && covers(block, provider, unit, entry)) {
            return Some(Withheld::MayExist);
        }
        let own_unit = own && self.viewer.unit.known_id().zip(unit).is_some_and(|(known, unit)| same_id(known, unit));
        (!self.blocks.is_verified_of(provider) && !own_unit).then_some(Withheld::BlockUnverified)
    }

    /// Whether blocks that keep the looker out are there, or could be.
    pub(crate) fn none_would_be_wrong(&self) -> bool {
        !self.blocks.is_complete() || self.blocks.blocks().iter().any(|block| keeps_out(block, self.viewer))
    }

    /// Takes away of an entry what the looker's role may not have.
    pub(crate) fn narrow(&self, entry: &mut Entry) {
        without_relatives_numbers(self.viewer, entry);
    }
}
