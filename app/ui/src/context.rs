//! What every page needs besides its content: language, nonce, who is signed in, and where the page stands.
//!
//! Not here: who may see what. Invariant: `path` never carries anything about a patient.

use std::time::Duration;

use samsyn_domain::{
    access::Rights,
    overview::Overview,
    viewer::{Role, Viewer},
};

use crate::{
    access::Typed,
    notices::Board,
    support::Support,
    text::{Language, Texts},
};

/// Name of the field that ties what is filled in to who fills it in.
pub const DRAFT_FIELD: &str = "draft";

/// What every page needs.
#[derive(Debug, Clone, Default)]
pub struct PageContext {
    /// Language of the page.
    pub language: Language,
    /// Nonce of the response's Content-Security-Policy.
    pub nonce: String,
    /// Who is signed in; none before sign-in and after sign-out.
    pub viewer: Option<ViewerLine>,
    /// Path of this page, for the language switch and for fetching again.
    pub path: String,
    /// Content is blanked after this long without input.
    pub idle_limit: Option<Duration>,
    /// Ties the page to its sign-in and assignment; empty when nobody is signed in. Tells nothing about either.
    pub page_tag: String,
    /// Stands in the forms whose content is kept when the session ends ([`DRAFT_FIELD`]): it ties them to who fills them in, and to whom or
    /// what they are about, and tells nothing about either. Empty on pages without such forms.
    pub draft: String,
    /// What was being filled in, in the form of danger to life, when the session ended; for the overview, where that form stands too.
    pub kept: Typed,
    /// Whether the organisation keeps what is shown, so that it may be there to be shown again.
    pub keeps_snapshots: bool,
    /// What stands above the content of the pages that have a place for it.
    pub board: Board,
    /// Whom to turn to when something fails.
    pub support: Support,
    /// Ties the parts of a page to its patient; empty on pages without one. Tells nothing about the patient.
    pub patient_tag: String,
}

/// The signed-in person as shown in the top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewerLine {
    /// Name.
    pub name: String,
    /// e.g. `leg. sjuksköterska`.
    pub title: String,
    /// Unit of the assignment.
    pub unit: String,
    /// Organisation of the assignment.
    pub organisation: String,
    /// Purpose of the assignment, e.g. `Vård och behandling`.
    pub assignment: String,
    /// Whether there is another assignment to change to.
    pub can_change_assignment: bool,
    /// What the assignment may see and do.
    pub rights: Rights,
    /// Whether the assignment is to administer the portal for the organisation.
    pub administers: bool,
    /// Whether it is to review the organisation's log.
    pub reviews: bool,
}

impl ViewerLine {
    /// From the viewer.
    pub fn of(viewer: &Viewer, can_change_assignment: bool) -> Self {
        Self {
            name: viewer.name.clone(),
            title: viewer.title.clone(),
            unit: viewer.unit.name.clone().unwrap_or_default(),
            organisation: viewer.organisation_name.clone(),
            assignment: viewer.purpose.clone(),
            can_change_assignment,
            rights: viewer.rights.clone(),
            administers: viewer.role == Role::Administrator,
            reviews: viewer.role == Role::Reviewer,
        }
    }

    /// Of somebody who has yet to choose an assignment: who it is, and no rights.
    pub fn unchosen(viewer: &Viewer) -> Self {
        Self {
            name: viewer.name.clone(),
            title: viewer.title.clone(),
            unit: String::new(),
            organisation: String::new(),
            assignment: String::new(),
            can_change_assignment: false,
            rights: Rights::default(),
            administers: false,
            reviews: false,
        }
    }
}

impl PageContext {
    /// The texts of the page's language.
    pub const fn texts(&self) -> Texts {
        Texts::of(self.language)
    }
}

/// What the parts of an overview are drawn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet<'a> {
    /// Texts of the page.
    pub texts: Texts,
    /// The overview.
    pub overview: &'a Overview,
    /// On paper nothing is folded.
    pub print: bool,
    /// Of an earlier moment: nothing on it can be done.
    pub replay: bool,
    /// Where the page stands, for fetching again.
    pub path: &'a str,
}

impl<'a> Sheet<'a> {
    /// For the screen.
    pub fn screen(context: &'a PageContext, overview: &'a Overview) -> Self {
        Self { texts: context.texts(), overview, print: false, replay: false, path: &context.path }
    }

    /// For the screen again, later.
    pub fn replay(context: &'a PageContext, overview: &'a Overview) -> Self {
        Self { replay: true, ..Self::screen(context, overview) }
    }

    /// For paper.
    pub fn paper(context: &'a PageContext, overview: &'a Overview) -> Self {
        Self { print: true, ..Self::screen(context, overview) }
    }
}
