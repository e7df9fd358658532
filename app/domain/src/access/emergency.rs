//! Danger to life, in the two steps of the law: first which care providers there are, then what of it is needed (SVOD 3:6).
//!
//! Not here: the ground it gives (`ground`), the task it leaves behind (`follow_up`). Invariant: both steps are registrations of the same
//! reader, and what the second opens is added to what it has opened before; together they have one end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ground::Facts,
    registration::{Kind, Registration},
};
use crate::{section::Section, viewer::Viewer};

/// An emergency of the viewer that has begun, as the page tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Names of the care providers that can be asked, none where names are masked. Empty: there is nobody to ask.
    pub who: Option<Vec<String>>,
    /// The sections that have been opened; empty after the first step.
    pub opened: Vec<Section>,
    /// The sign-in was older than a shift and could not be renewed.
    pub sign_in_not_renewed: bool,
}

impl Emergency {
    /// What the viewer has begun and not ended. `who` tells whom it concerns, and is asked only then.
    pub fn begun(viewer: &Viewer, facts: Facts<'_>, at: Timestamp, who: impl FnOnce() -> Vec<String>) -> Option<Self> {
        let steps: Vec<&Registration> = steps(viewer, facts, at).collect();
        let sign_in_not_renewed = steps.iter().any(|step| step.stated.sign_in_not_renewed);
        let opened = opened(&steps);
        (!steps.is_empty()).then(|| Self { who: Some(who()), opened, sign_in_not_renewed })
    }
}

/// The viewer's registrations of an emergency that hold: the first step, and each time more was needed.
pub(super) fn steps<'a>(viewer: &Viewer, facts: Facts<'a>, at: Timestamp) -> impl Iterator<Item = &'a Registration> {
    facts.holding(viewer, at).filter(|one| one.kind == Kind::Emergency)
}

/// What they open together.
pub(super) fn opened(steps: &[&Registration]) -> Vec<Section> {
    Section::ALL.into_iter().filter(|section| steps.iter().any(|step| step.stated.sections.contains(section))).collect()
}
