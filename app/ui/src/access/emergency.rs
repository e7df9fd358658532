//! Danger to life: why, then who may have information and what of it is needed (SVOD 3:6, two steps).
//!
//! Both steps stand on the overview, so that the own provider's part stays in view; the first has a page of its own too.
//! Not here: the strip around them (`strip`). Invariant: from the overview to the first request at most three activations and no
//! typing, with script off too.

use leptos::prelude::*;
use samsyn_domain::{access::Emergency, identifier::PersonIdentifier, overview::Overview, section::Section};

use super::{AccessProblem, Typed, problem_box, tick};
use crate::{
    context::PageContext,
    document,
    parts::{draft_field, typed_text},
    paths, words,
};

/// What is needed first, beforehand.
pub const FIRST_NEEDED: [Section; 3] = [Section::CareLimits, Section::Alerts, Section::Contacts];
/// The part of the page that names who may have information.
pub(crate) const WHO: &str = "emergency-who";

/// The page of the first step.
pub fn emergency_page(
    context: &PageContext,
    handle: &str,
    patient: &PersonIdentifier,
    typed: &Typed,
    problem: Option<AccessProblem>,
) -> String {
    let context = &PageContext { path: paths::emergency(handle), ..context.clone() };
    let texts = context.texts();
    let words = texts.emergency;
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(handle)>{texts.access.back()}</a></p>
            <h1>{words.heading()}</h1>
            <p class="who"><span class="number" data-person="">{patient.spoken()}</span></p>
            {problem.map(|problem| problem_box(texts, problem))}
            {reasons(context, handle, typed)}
        </main>
    };
    document::patient_page(context, words.title(), "page access-page", inner.into_any())
}

/// The first step: one tap says why.
pub(super) fn reasons(context: &PageContext, handle: &str, typed: &Typed) -> AnyView {
    let words = context.texts().emergency;
    let tap = |value: &'static str, label: &'static str| {
        view! { <button class="button" type="submit" name="reason" value=value>{label}</button> }
    };
    let text = typed_text(typed.get("text").map_or("", String::as_str));
    view! {
        <form class="choices" method="post" action=paths::emergency(handle)>
            {draft_field(context)}
            <p>{words.explained()}</p>
            <h2>{words.reason()}</h2>
            {tap("unconscious", words.reason_unconscious())}
            {tap("acutely-ill", words.reason_acutely_ill())}
            {tap("confused", words.reason_confused())}
            <label for="emergency-text">{words.text()}</label>
            <textarea id="emergency-text" name="text" rows="2" maxlength="1024">{text}</textarea>
            {tap("other", words.reason_other())}
        </form>
    }
    .into_any()
}

/// The second step: what is needed. The first sections are chosen beforehand, and what has been opened stays so.
pub(super) fn needed(context: &PageContext, handle: &str, emergency: &Emergency) -> AnyView {
    let texts = context.texts();
    let rights = context.viewer.as_ref().map(|viewer| viewer.rights.sections()).unwrap_or_default();
    let chosen = |section: &Section| FIRST_NEEDED.contains(section) || emergency.opened.contains(section);
    let section = |one: Section| tick(&Typed::new(), section_field(one), words::section(texts, one), chosen(&one));
    let beforehand: Vec<_> = rights.iter().filter(|one| chosen(one)).map(|one| words::section(texts, *one)).collect();
    let beforehand = beforehand.join(", ");
    view! {
        <form class="choices" method="post" action=paths::emergency(handle)>
            <button class="button" type="submit" name="fetch" value="1">{texts.emergency.fetch()}</button>
            <details class="fold">
                <summary>{texts.emergency.chosen(&beforehand)}</summary>
                <fieldset>
                    <legend>{texts.emergency.sections()}</legend>
                    {rights.into_iter().map(section).collect::<Vec<_>>()}
                </fieldset>
            </details>
        </form>
    }
    .into_any()
}

/// The field of a section in the second step's form.
pub fn section_field(section: Section) -> String {
    format!("section-{}", section.name())
}

/// Who may have information, by name where names may be told; nothing before the first step.
pub(crate) fn who(context: &PageContext, overview: &Overview) -> AnyView {
    let words = context.texts().emergency;
    // Once it is open, the completeness line tells who has answered.
    let Some(emergency) = overview.emergency.as_ref().filter(|_| overview.access.grant().is_none()) else {
        return view! { <section id=WHO hidden></section> }.into_any();
    };
    let names = match emergency.who.as_deref() {
        None => view! { <p>{words.who_masked()}</p> }.into_any(),
        Some([]) => view! { <p><strong>{words.nobody()}</strong></p> }.into_any(),
        Some(names) => {
            let names: Vec<_> = names.iter().map(|name| view! { <li>{name.clone()}</li> }).collect();
            view! { <h2>{words.who()}</h2><ul>{names}</ul> }.into_any()
        }
    };
    view! { <section id=WHO class="emergency-who" aria-label=words.heading()>{names}</section> }.into_any()
}
