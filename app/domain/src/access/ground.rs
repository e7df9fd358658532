//! The lawful ground on which other providers' information is reached, or what is missing for it.
//!
//! SVOD 3 kap. is exhaustive (3:7): active choice and relation and consent, or one of the exceptions. Significance is what the
//! active choice says ("behöver uppgifterna"). Not here: the single record (`decision`).
//! Invariant: without a ground nothing of others is reached; consent never widens what the law opens to a kind of provider.

use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use super::{
    block::{Block, BlockKind, BlockStatus, counts, keeps_out, same_id},
    emergency::{opened, steps},
    registration::{Kind, Registration, is_child},
};
use crate::{
    identifier::PersonIdentifier,
    section::Section,
    source::ProviderKind,
    time::today,
    viewer::{Scope, Viewer},
};

/// What is known about the patient when the decision is made.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The patient.
    pub patient: &'a PersonIdentifier,
    /// Everything registered about the patient, of whatever age; none when the register could not be read.
    pub registered: Option<&'a [Registration]>,
    /// The reader's organisation accepts consents that others have registered [J].
    pub accepts_others_consents: bool,
}

impl<'a> Facts<'a> {
    /// What holds for this viewer at this moment.
    pub(super) fn holding(
        self,
        viewer: &Viewer,
        at: Timestamp,
    ) -> impl Iterator<Item = &'a Registration> + use<'a, '_> {
        let registered = self.registered.unwrap_or_default().iter().filter(move |one| one.patient == *self.patient);
        registered.filter(move |one| one.holds_for(viewer, at))
    }

    /// Whether the reader's organisation lets this consent count.
    fn accepts(self, viewer: &Viewer, consent: &Registration) -> bool {
        self.accepts_others_consents || consent.registered_by.provider.id.is(viewer.provider.id.as_str())
    }
}

/// Why others' information may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Relation and consent.
    Consent,
    /// A child who cannot consent.
    Child,
    /// Lastingly unable to consent.
    Incapable,
    /// Danger to life.
    Emergency,
}

/// Whose information a ground opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Every provider's.
    All,
    /// Care providers' only: an emergency.
    Care,
    /// Social-care providers' only: their exceptions (SVOD 3:2, 3:4).
    SocialCare,
}

impl Reach {
    /// Whether it opens this kind of provider's information.
    pub fn opens(self, kind: ProviderKind) -> bool {
        match self {
            Self::All => true,
            Self::Care => kind == ProviderKind::Care,
            Self::SocialCare => kind == ProviderKind::SocialCare,
        }
    }
}

/// A ground that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Which.
    pub basis: Basis,
    /// The registration it rests on.
    pub registration: String,
    /// What it opens.
    pub reach: Reach,
    /// The sections it opens; none is all that the role sees. An emergency opens what was said to be needed.
    pub sections: Option<Vec<Section>>,
    /// When it ends; none when somebody has to end it.
    pub until: Option<Timestamp>,
}

impl Grant {
    /// What an emergency would open at most: for telling who could be asked.
    pub const fn emergency() -> Self {
        Self { basis: Basis::Emergency, registration: String::new(), reach: Reach::Care, sections: None, until: None }
    }

    /// Whether it opens this section of this kind of provider's information.
    pub fn opens(&self, section: Section, kind: ProviderKind) -> bool {
        self.reach.opens(kind) && self.sections.as_ref().is_none_or(|sections| sections.contains(&section))
    }
}

/// What a ground lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The user has not chosen the shared overview.
    ActiveChoice,
    /// No current relation.
    Relation,
    /// No consent, and no exception.
    Consent,
    /// The viewer's organisation does not take part in the shared overview yet, or not any more.
    GoLive,
    /// The register of consents and relations could not be read: nobody knows whether they are there.
    Register,
}

/// Whether others' information may be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// On this ground.
    Granted(Grant),
    /// Not: these are missing.
    Own(Vec<Missing>),
}

impl Access {
    /// The ground, if there is one.
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Granted(grant) => Some(grant),
            Self::Own(_) => None,
        }
    }
}

/// Decides on the ground. Consent goes before the exceptions, because they are for whoever cannot consent, and an emergency last,
/// because it is followed up; of registrations of one kind the one that lasts longest is taken.
pub fn access(viewer: &Viewer, scope: Scope, facts: Facts<'_>, now: &Zoned) -> Access {
    if scope == Scope::Own || !viewer.has_care_purpose() {
        return Access::Own(vec![Missing::ActiveChoice]);
    }
    if facts.registered.is_none() {
        return Access::Own(vec![Missing::Register]);
    }
    let holding = |kind: Kind| facts.holding(viewer, now.timestamp()).filter(move |one| one.kind == kind);
    let related = holding(Kind::Relation).next().is_some();
    let accepted = |one: &&Registration| facts.accepts(viewer, one);
    let exceptions = match viewer.provider.kind {
        ProviderKind::Care => Reach::All,
        ProviderKind::SocialCare => Reach::SocialCare,
    };
    let child = is_child(facts.patient, today(now));
    let steps: Vec<&Registration> = steps(viewer, facts, now.timestamp()).collect();
    let consent = longest(holding(Kind::Consent).filter(accepted)).filter(|_| related);
    let grounds = [
        (Basis::Consent, Reach::All, consent),
        (Basis::Child, exceptions, longest(holding(Kind::Child)).filter(|_| related && child)),
        (Basis::Incapable, exceptions, longest(holding(Kind::Incapable)).filter(|_| related)),
        (
            Basis::Emergency,
            Reach::Care,
            longest(steps.iter().copied().filter(|one| !one.stated.sections.is_empty()))
                .filter(|_| viewer.provider.kind == ProviderKind::Care),
        ),
    ];
    let found = grounds.into_iter().find_map(|(basis, reach, one)| Some((basis, reach, one?)));
    let Some((basis, reach, one)) = found else {
        let consented = holding(Kind::Consent).any(|one| accepted(&one));
        let missing = [(Missing::Relation, related), (Missing::Consent, consented)];
        return Access::Own(missing.into_iter().filter(|(_, there)| !there).map(|(missing, _)| missing).collect());
    };
    // An emergency opens what was said to be needed, everything else what the role sees.
    let sections = (basis == Basis::Emergency).then(|| opened(&steps));
    Access::Granted(Grant { basis, registration: one.id.clone(), reach, sections, until: one.period.to })
}

/// Whether the patient's consent, or what stands instead of it, is there for this viewer at this moment, whatever else is missing.
/// False too when the register could not be read.
pub fn consented(viewer: &Viewer, facts: Facts<'_>, at: Timestamp) -> bool {
    still_given(viewer, facts, at).is_some()
}

/// What still lets others' information be reached once a consent, or what stands instead of one, has been ended: the kind of it.
pub fn still_given(viewer: &Viewer, facts: Facts<'_>, at: Timestamp) -> Option<Kind> {
    let given = |kind: Kind| {
        facts.holding(viewer, at).any(|one| one.kind == kind && (kind != Kind::Consent || facts.accepts(viewer, one)))
    };
    [Kind::Consent, Kind::Child, Kind::Incapable].into_iter().find(|kind| given(*kind))
}

pub(super) fn longest<'a>(registered: impl Iterator<Item = &'a Registration>) -> Option<&'a Registration> {
    registered.max_by_key(|one| one.period.to.unwrap_or(Timestamp::MAX))
}

/// The blocks that stand for this viewer at this moment: not those that hold no more or not yet, and not those that have been
/// lifted for the viewer.
pub fn blocks_for(viewer: &Viewer, status: BlockStatus, facts: Facts<'_>, at: Timestamp) -> BlockStatus {
    status.without(|block| !block.is_valid(at) || is_lifted(viewer, block, facts, at))
}

/// The blocks that would keep the viewer out at this moment, had they not been lifted for the viewer; of others' only where there is a
/// ground to read them.
pub fn lifted_for(
    viewer: &Viewer,
    grant: Option<&Grant>,
    status: &BlockStatus,
    facts: Facts<'_>,
    at: Timestamp,
) -> Vec<Block> {
    let lifted = |block: &&Block| {
        counts(block, viewer, grant)
            && block.is_valid(at)
            && keeps_out(block, viewer)
            && is_lifted(viewer, block, facts, at)
    };
    status.blocks().iter().filter(lifted).cloned().collect()
}

/// Lifted by the provider whose block it is; or an inner block here, for the viewer. Another authority's block is its own to lift, which
/// is stricter than PDL 4:5.
fn is_lifted(viewer: &Viewer, block: &Block, facts: Facts<'_>, at: Timestamp) -> bool {
    let here = || {
        facts
            .holding(viewer, at)
            .filter(|one| one.kind == Kind::Lift)
            .any(|lift| lift.stated.unit.as_deref().zip(block.unit.as_deref()).is_some_and(|(a, b)| same_id(a, b)))
    };
    let own = block.provider.is(viewer.provider.id.as_str());
    block.is_lifted_for(viewer, at) || (block.kind == BlockKind::Inner && own && here())
}
