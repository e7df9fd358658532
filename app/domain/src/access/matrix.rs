//! An organisation's matrix: which role sees which sections and may do what. Its administrator edits it.
//!
//! Not here: the part of a section that some roles are kept to (`role`), the single record (`decision`).
//! Invariant: what the law or the portal's purpose rules out ([`fixed`]) is granted by no matrix, however it was made; what is not
//! named is withheld. Source: product.md Law 10.
//! To add a right: a case in [`Action`] (or a section), its place in the defaults, what is fixed of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    section::Section,
    source::ProviderKind,
    viewer::{Role, Viewer},
};

/// What can be done besides reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Register a consent or a relation.
    Register,
    /// Withdraw one (återkalla), or close it before its time.
    Revoke,
    /// Void one that was registered by mistake (makulera).
    Void,
    /// Assert that a child or an adult cannot consent.
    Assert,
    /// Danger to life.
    Emergency,
    /// Lift the own provider's inner block.
    Lift,
    /// Print.
    Print,
    /// See again what was shown to colleagues of the own provider, where that is kept.
    Replay,
    /// Give the patient an extract of the log.
    Extract,
    /// Report an error in a record to its source.
    Report,
    /// See how the overview is used in the organisation, without persons.
    Statistics,
}

impl Action {
    /// Every action, in the order they stand on the page.
    pub const ALL: [Self; 11] = [
        Self::Register,
        Self::Revoke,
        Self::Void,
        Self::Assert,
        Self::Emergency,
        Self::Lift,
        Self::Print,
        Self::Replay,
        Self::Extract,
        Self::Report,
        Self::Statistics,
    ];

    /// Its name in forms, in the log and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Revoke => "revoke",
            Self::Void => "void",
            Self::Assert => "assert",
            Self::Emergency => "emergency",
            Self::Lift => "lift",
            Self::Print => "print",
            Self::Replay => "replay",
            Self::Extract => "extract",
            Self::Report => "report",
            Self::Statistics => "statistics",
        }
    }
}

/// One column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Seeing a section.
    See(Section),
    /// Doing something.
    Do(Action),
}

impl Right {
    /// Every right, sections first.
    pub fn all() -> impl Iterator<Item = Self> {
        Section::ALL.into_iter().map(Self::See).chain(Action::ALL.into_iter().map(Self::Do))
    }

    /// The section's or the action's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::See(section) => section.name(),
            Self::Do(action) => action.name(),
        }
    }
}

/// Why a right can be granted to a role by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fixed {
    /// The role takes no part in care and reaches no patient (PDL 4:1, SVOD 3:7).
    NoPartInCare,
    /// Judging danger to life, or what is indispensable, or that somebody cannot consent takes a licensed profession; for the last,
    /// a case officer's mandate will do (SVOD 3:2, 3:4). The portal's strict reading [J].
    Profession,
    /// Social-care providers have no emergency access (SVOD 3:6).
    CareProvidersOnly,
    /// The log is read in an assignment of its own, never in one of care and never by whoever administers the portal.
    LogReader,
}

/// What is fixed for a role in an organisation that is providers of these kinds; none is what its administrator decides.
pub fn fixed(role: Role, kinds: &[ProviderKind], right: Right) -> Option<Fixed> {
    match right {
        Right::Do(Action::Extract) => (role != Role::Reviewer).then_some(Fixed::LogReader),
        // There is nobody in them.
        Right::Do(Action::Statistics) => None,
        _ if !role.is_of_care() => Some(Fixed::NoPartInCare),
        Right::Do(Action::Emergency) if !role.is_licensed() => Some(Fixed::Profession),
        Right::Do(Action::Emergency) if !kinds.contains(&ProviderKind::Care) => Some(Fixed::CareProvidersOnly),
        Right::Do(Action::Assert | Action::Lift) if role == Role::CareWorker => Some(Fixed::Profession),
        Right::See(_) | Right::Do(_) => None,
    }
}

/// What a viewer may see and do: a row of the matrix without what is fixed. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    sections: BTreeSet<Section>,
    #[serde(deserialize_with = "actions")]
    actions: BTreeSet<Action>,
}

/// An action as a kept matrix names it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Action(Action),
    Former(Former),
}

/// What is written no more: matrices that were kept before withdrawing and voiding were told apart have one word for both.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Former {
    End,
}

fn actions<'de, D: serde::Deserializer<'de>>(written: D) -> Result<BTreeSet<Action>, D::Error> {
    let written = Vec::<Written>::deserialize(written)?;
    let each = written.into_iter().flat_map(|one| match one {
        Written::Action(action) => vec![action],
        Written::Former(Former::End) => vec![Action::Revoke, Action::Void],
    });
    Ok(each.collect())
}

impl Rights {
    /// Whether the section is seen, at least a part of it.
    pub fn sees(&self, section: Section) -> bool {
        self.sections.contains(&section)
    }

    /// Whether the action is included.
    pub fn may(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Whether the right is included.
    pub fn includes(&self, right: Right) -> bool {
        match right {
            Right::See(section) => self.sees(section),
            Right::Do(action) => self.may(action),
        }
    }

    /// The sections that are seen, in page order.
    pub fn sections(&self) -> Vec<Section> {
        self.sections.iter().copied().collect()
    }

    fn insert(&mut self, right: Right) {
        match right {
            Right::See(section) => self.sections.insert(section),
            Right::Do(action) => self.actions.insert(action),
        };
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<T: IntoIterator<Item = Right>>(rights: T) -> Self {
        let mut all = Self::default();
        rights.into_iter().for_each(|right| all.insert(right));
        all
    }
}

/// Roles and what each is granted. A role without a row is granted nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleMatrix(BTreeMap<Role, Rights>);

impl Default for RoleMatrix {
    /// The defaults of product.md Law 10.
    fn default() -> Self {
        Self::granting(|role, right| match right {
            Right::See(section) => sees_by_default(role, section),
            Right::Do(action) => may_by_default(role, action),
        })
    }
}

impl RoleMatrix {
    /// What `granted` says of each role and right.
    pub fn granting(granted: impl Fn(Role, Right) -> bool) -> Self {
        Self(
            Role::ALL
                .into_iter()
                .map(|role| (role, Right::all().filter(|right| granted(role, *right)).collect()))
                .collect(),
        )
    }

    /// Whether a role is granted a right in an organisation that is providers of these kinds.
    pub fn grants(&self, role: Role, kinds: &[ProviderKind], right: Right) -> bool {
        fixed(role, kinds, right).is_none() && self.0.get(&role).is_some_and(|rights| rights.includes(right))
    }

    /// What somebody in this role may, acting for a provider of this kind.
    pub fn rights(&self, role: Role, kind: ProviderKind) -> Rights {
        Right::all().filter(|right| self.grants(role, &[kind], *right)).collect()
    }

    /// Gives a viewer of this organisation what the role is granted.
    pub fn equip(&self, viewer: &mut Viewer) {
        viewer.rights = self.rights(viewer.role, viewer.provider.kind);
    }

    /// What another matrix grants otherwise, in an organisation that is providers of these kinds: role, right, and whether the other
    /// grants it.
    pub fn changes(&self, other: &Self, kinds: &[ProviderKind]) -> Vec<(Role, Right, bool)> {
        let cells = Role::ALL.into_iter().flat_map(|role| Right::all().map(move |right| (role, right)));
        cells
            .map(|(role, right)| (role, right, self.grants(role, kinds, right), other.grants(role, kinds, right)))
            .filter(|(_, _, before, after)| before != after)
            .map(|(role, right, _, after)| (role, right, after))
            .collect()
    }
}

const fn sees_by_default(role: Role, section: Section) -> bool {
    match role {
        Role::Physician | Role::Nurse => true,
        Role::Therapist => !matches!(section, Section::Medications),
        Role::CareWorker | Role::CaseOfficer => {
            matches!(section, Section::Services | Section::Contacts | Section::FunctionalStatus | Section::Plans)
        }
        Role::Administrator | Role::Reviewer => false,
    }
}

const fn may_by_default(role: Role, action: Action) -> bool {
    let physician_or_nurse = matches!(role, Role::Physician | Role::Nurse);
    match action {
        Action::Register | Action::Revoke | Action::Void => role.is_licensed() || matches!(role, Role::CaseOfficer),
        Action::Assert => physician_or_nurse || matches!(role, Role::CaseOfficer),
        Action::Emergency | Action::Lift => physician_or_nurse,
        Action::Print | Action::Report => role.is_of_care(),
        // Whom it is given to, for which investigation, is the organisation's to decide.
        Action::Replay => false,
        Action::Extract => matches!(role, Role::Reviewer),
        Action::Statistics => matches!(role, Role::Reviewer | Role::Administrator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [ProviderKind; 2] = [ProviderKind::Care, ProviderKind::SocialCare];

    #[test]
    fn no_matrix_grants_what_is_fixed() {
        let everything = RoleMatrix::granting(|_, _| true);
        for role in [Role::Administrator, Role::Reviewer] {
            let rights = everything.rights(role, ProviderKind::Care);
            assert_eq!(rights.sections(), Vec::new(), "{role:?}");
            let may: Vec<Action> = Action::ALL.into_iter().filter(|action| rights.may(*action)).collect();
            let own = (role == Role::Reviewer).then_some(Action::Extract);
            assert_eq!(may, own.into_iter().chain([Action::Statistics]).collect::<Vec<_>>(), "{role:?}");
        }
        for role in [Role::CareWorker, Role::CaseOfficer] {
            assert!(!everything.rights(role, ProviderKind::Care).may(Action::Emergency), "{role:?}");
        }
        for role in Role::ALL {
            assert!(!everything.rights(role, ProviderKind::SocialCare).may(Action::Emergency), "{role:?}");
        }
        let worker = everything.rights(Role::CareWorker, ProviderKind::SocialCare);
        assert!(!worker.may(Action::Assert) && !worker.may(Action::Lift) && !worker.may(Action::Extract));
        // Everything else can be granted.
        assert!(worker.may(Action::Register) && Section::ALL.into_iter().all(|section| worker.sees(section)));
        assert!(everything.rights(Role::Therapist, ProviderKind::Care).may(Action::Emergency));
        assert!(everything.rights(Role::CaseOfficer, ProviderKind::SocialCare).may(Action::Assert));
    }

    #[test]
    fn the_defaults_grant_nothing_that_is_fixed_where_an_organisation_is_both_kinds() {
        let default = RoleMatrix::default();
        for role in Role::ALL {
            for right in Right::all().filter(|right| fixed(role, &BOTH, *right).is_some()) {
                assert!(!default.0[&role].includes(right), "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn a_role_or_right_that_is_not_named_is_not_granted() {
        let kept: RoleMatrix = serde_json::from_str(r#"{"nurse":{"sections":["alerts"],"actions":[]}}"#).unwrap();
        let nurse = kept.rights(Role::Nurse, ProviderKind::Care);
        assert_eq!(nurse.sections(), vec![Section::Alerts]);
        assert_eq!(kept.rights(Role::Physician, ProviderKind::Care), Rights::default());
    }

    #[test]
    fn a_matrix_that_was_kept_with_one_word_for_both_lets_one_withdraw_and_void_and_is_written_anew_with_two() {
        let kept: RoleMatrix =
            serde_json::from_str(r#"{"nurse":{"sections":[],"actions":["register","end","print"]}}"#).unwrap();
        let nurse = kept.rights(Role::Nurse, ProviderKind::Care);
        assert!([Action::Register, Action::Revoke, Action::Void, Action::Print].iter().all(|one| nurse.may(*one)));
        assert!(!nurse.may(Action::Assert));
        let written = serde_json::to_string(&kept).unwrap();
        assert!(written.contains(r#""revoke","void""#) && !written.contains(r#""end""#), "{written}");
        assert!(serde_json::from_str::<RoleMatrix>(r#"{"nurse":{"sections":[],"actions":["ends"]}}"#).is_err());
    }

    #[test]
    fn what_is_kept_comes_back_and_tells_what_it_changes() {
        let narrowed = RoleMatrix::granting(|role, right| {
            RoleMatrix::default().grants(role, &BOTH, right)
                && (role, right) != (Role::Nurse, Right::See(Section::Documents))
        });
        let text = serde_json::to_string(&narrowed).unwrap();
        assert_eq!(serde_json::from_str::<RoleMatrix>(&text).unwrap(), narrowed);
        let changes = RoleMatrix::default().changes(&narrowed, &BOTH);
        assert_eq!(changes, vec![(Role::Nurse, Right::See(Section::Documents), false)]);
    }
}
