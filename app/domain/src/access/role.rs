//! What each role sees by default (product.md Law 10).
//!
//! Not here: records (`decision`), an organisation's own matrix. Invariant: a section that is not listed is withheld.

use crate::{section::Section, viewer::Role, vocabulary::PlanKind};

/// The two kinds of plan that staff without licence see.
pub(super) const PLANS_WITHOUT_LICENCE: [PlanKind; 2] = [PlanKind::Sip, PlanKind::Implementation];

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

/// What can be done besides reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Register a consent or a relation.
    Register,
    /// Withdraw or void one.
    End,
    /// Assert that a child or an adult cannot consent.
    Assert,
    /// Danger to life.
    Emergency,
    /// Lift the own provider's inner block.
    Lift,
    /// Print.
    Print,
}

/// The default matrix of roles and actions.
pub const fn may(role: Role, action: Action) -> bool {
    let licensed = matches!(role, Role::Physician | Role::Nurse);
    match action {
        Action::Register | Action::End => licensed || matches!(role, Role::Therapist | Role::CaseOfficer),
        Action::Assert => licensed || matches!(role, Role::CaseOfficer),
        Action::Emergency | Action::Lift => licensed,
        Action::Print => !matches!(role, Role::Administrator | Role::Reviewer),
    }
}
