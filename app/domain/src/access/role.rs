//! What a role is kept to, whatever its organisation grants it.
//!
//! Not here: what an organisation grants (`matrix`), records (`decision`). Invariant: nothing here widens; it only says of which
//! sections a role sees a part, and which part that is. Source: product.md Law 10.
//! To add a kind of record that a role sees a part of: a case in [`Role::part_of`] and in [`Part::holds`].

use crate::{
    entry::Entry,
    section::Section,
    viewer::Role,
    vocabulary::{AlertKind, PlanKind},
};

/// The part of a section that a role sees where it sees the section at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// SIP and implementation plans.
    TwoKindsOfPlan,
    /// The own provider's alerts of infection.
    OwnInfections,
    /// The own provider's care limits.
    OwnLimits,
}

impl Part {
    /// Whether a record is in it. `own` says that it is the viewer's own provider's.
    pub(crate) fn holds(self, entry: &Entry, own: bool) -> bool {
        match (self, entry) {
            (Self::TwoKindsOfPlan, Entry::Plan(plan)) => {
                matches!(plan.kind, PlanKind::Sip | PlanKind::Implementation)
            }
            (Self::OwnInfections, Entry::Alert(alert)) => own && alert.kind == AlertKind::Infection,
            (Self::OwnLimits, Entry::CareLimit(_)) => own,
            _ => false,
        }
    }

    /// Whether nothing of it can come from other providers: then they are not asked.
    pub(crate) const fn is_own_only(self) -> bool {
        matches!(self, Self::OwnInfections | Self::OwnLimits)
    }
}

impl Role {
    /// Whether the role stands for a licensed profession.
    pub const fn is_licensed(self) -> bool {
        matches!(self, Self::Physician | Self::Nurse | Self::Therapist)
    }

    /// Whether the role takes part in care: no other reaches a patient (SVOD 3:7).
    pub const fn is_of_care(self) -> bool {
        !matches!(self, Self::Administrator | Self::Reviewer)
    }

    /// The part of a section that the role is kept to; none is the whole of it.
    pub(crate) const fn part_of(self, section: Section) -> Option<Part> {
        match (self, section) {
            (Self::CareWorker | Self::CaseOfficer, Section::Plans) => Some(Part::TwoKindsOfPlan),
            (Self::CareWorker | Self::CaseOfficer, Section::Alerts) => Some(Part::OwnInfections),
            (Self::CareWorker | Self::CaseOfficer, Section::CareLimits) => Some(Part::OwnLimits),
            _ => None,
        }
    }

    /// Whether the role may have relatives' telephone numbers.
    pub(crate) const fn may_have_relatives_numbers(self) -> bool {
        matches!(self, Self::Physician | Self::Nurse | Self::Therapist | Self::CaseOfficer)
    }
}
