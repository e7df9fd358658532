//! Consent and access: what is registered about a patient, the forms for more, and the strip on the overview.
//!
//! Rooms: [`forms`] consent, child, incapable, relation · [`proven`] what the own source reports of it · [`list`] what is registered ·
//! [`emergency`] danger to life · [`lift`] the own provider's inner blocks · [`strip`].
//! Not here: the rules (`domain::access`), keeping (`service::access`).
//! Invariant: no reason is chosen beforehand, and no length but that of an inability to consent (six months, to its review); what was
//! typed stands there again after a refusal.

pub(crate) mod emergency;
mod forms;
pub(crate) mod lift;
mod list;
mod proven;
pub(crate) mod strip;

pub(crate) use list::moment;

use std::collections::BTreeMap;

use jiff::Zoned;
use leptos::prelude::*;
use samsyn_domain::{
    access::{Action, Proof, Refusal, Registration},
    overview::Person,
    source::ReceivingUnit,
    viewer::Viewer,
};

use crate::{context::PageContext, document, paths, text::Texts};

/// What somebody sent, by the names of the fields.
pub type Typed = BTreeMap<String, String>;

/// Why nothing was registered, or what to know besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessProblem {
    /// A rule refuses it.
    Refused(Refusal),
    /// What was to be ended is not there.
    Unknown,
    /// It could not be kept. Nothing has changed.
    NotKept,
    /// Nothing is refused: the sign-in is old and could not be renewed, which is logged.
    SignInNotRenewed,
    /// Nothing is refused: what was ended is not the only consent that holds.
    AnotherConsent,
    /// Nothing is refused: something else than what was ended stands instead of a consent, or is one.
    AnotherGround,
    /// Nothing is refused: what was being filled in when the session ended stands in the form again.
    Restored,
    /// Nothing is refused: that a block was asked to be lifted has been noted.
    RequestNoted,
}

impl AccessProblem {
    /// Whether something was not done.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unknown | Self::NotKept)
    }
}

/// What the page shows.
#[derive(Debug)]
pub struct AccessPage<'a> {
    /// The handle the page stands under.
    pub handle: &'a str,
    /// The patient.
    pub person: &'a Person,
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Newest first.
    pub registered: &'a [Registration],
    /// Units of others that a consent can be for.
    pub receiving_units: &'a [ReceivingUnit],
    /// What the own provider's source reports that is a relation; asked only while there is none.
    pub proof: Option<Proof>,
    /// A source that could have reported something did not answer in full.
    pub proof_incomplete: bool,
    /// The page's now.
    pub now: &'a Zoned,
    /// Why the last attempt changed nothing.
    pub problem: Option<AccessProblem>,
    /// What it said.
    pub typed: &'a Typed,
}

/// The page of a patient's consents, relations and exceptions.
pub fn access_page(context: &PageContext, page: &AccessPage<'_>) -> String {
    // The page of a form that was sent is fetched again as the page it stands on.
    let context = &PageContext { path: paths::access(page.handle), ..context.clone() };
    let words = context.texts().access;
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(page.handle)>{words.back()}</a></p>
            <h1>{words.heading()}</h1>
            {who(context.texts(), page.person)}
            {page.problem.map(|problem| problem_box(context.texts(), problem))}
            {list::list(context, page)}
            {proven::note(context, page)}
            {page.viewer.may(Action::Register).then(|| forms::forms(context, page))}
            <p class="quiet">{words.logged()}</p>
        </main>
    };
    document::patient_page(context, words.title(), "page access-page", inner.into_any())
}

/// Whom the page is about; why places are not named, when they are not.
fn who(texts: Texts, person: &Person) -> AnyView {
    let masked = match (&person.protection, person.places_masked) {
        (Some(_), _) => Some(texts.person.protected()),
        (None, true) => Some(texts.person.protection_unverified()),
        (None, false) => None,
    };
    view! {
        <p class="who">
            {person.name.clone().map(|name| view! { <strong>{name}</strong>" " })}
            <span class="number" data-person="">{person.identifier.spoken()}</span>
        </p>
        {masked.map(|why| view! { <p class="quiet">{why}</p> })}
    }
    .into_any()
}

/// What happened, and what to do.
pub(crate) fn problem_box(texts: Texts, problem: AccessProblem) -> AnyView {
    let words = texts.access_error;
    let text = match problem {
        AccessProblem::SignInNotRenewed => return said(texts.emergency.not_renewed()),
        AccessProblem::RequestNoted => return said(texts.lift.request_noted()),
        AccessProblem::AnotherConsent => return said(texts.access.another_consent()),
        AccessProblem::AnotherGround => return said(texts.access.another_ground()),
        AccessProblem::Restored => return said(texts.access.restored()),
        AccessProblem::Unknown => words.unknown(),
        AccessProblem::NotKept => words.not_kept(),
        AccessProblem::Refused(refusal) => match refusal {
            Refusal::Role => words.role(),
            Refusal::NotLive => words.not_live(),
            Refusal::CareProvidersOnly => words.care_providers_only(),
            Refusal::Period => words.period(),
            Refusal::TooLong => words.too_long(),
            Refusal::NotAChild => words.not_a_child(),
            Refusal::NotStated => words.not_stated(),
            Refusal::Reason => words.reason(),
            Refusal::TextTooLong => words.text_too_long(),
            Refusal::Unproven => words.unproven(),
            Refusal::Receiver => words.receiver(),
            Refusal::UnknownUnit => words.unknown_unit(),
            Refusal::FirstStep => words.first_step(),
            Refusal::NotYours => words.not_yours(),
        },
    };
    view! {
        <div class="form-error" role="alert" id="access-error">
            <h2>{words.heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

fn said(text: &'static str) -> AnyView {
    view! { <p class="form-said" role="status">{text}</p> }.into_any()
}

/// One of several, none chosen beforehand.
fn radio(typed: &Typed, name: &'static str, value: &str, label: String) -> AnyView {
    let checked = typed.get(name).is_some_and(|chosen| chosen == value);
    view! {
        <label class="option">
            <input type="radio" name=name value=value.to_owned() required checked=checked/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A statement to tick.
fn tick(typed: &Typed, name: String, label: impl Into<String>, beforehand: bool) -> AnyView {
    let checked = if typed.is_empty() { beforehand } else { typed.contains_key(&name) };
    view! {
        <label class="option">
            <input type="checkbox" name=name value="1" checked=checked/>
            <span>{label.into()}</span>
        </label>
    }
    .into_any()
}
