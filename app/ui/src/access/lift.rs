//! Lifting an inner block of the own provider: which units have blocked information, then on what ground it is lifted (PDL 4:5).
//!
//! Not here: the rules (`domain::access`). Another provider's block is never lifted here; the page says who can.
//! Invariant: no unit and no ground is chosen beforehand; what was chosen and typed stands there again after a refusal.

use leptos::prelude::*;
use samsyn_domain::{overview::Person, provenance::Organisation, source::OrganisationInfo};
use sha2::{Digest as _, Sha256};

use super::{AccessProblem, Typed, problem_box, radio, tick, who};
use crate::{
    context::PageContext,
    document,
    parts::{draft_field, typed_text},
    paths,
    text::Texts,
};

/// What the page shows.
#[derive(Debug)]
pub struct LiftPage<'a> {
    /// The handle the page stands under.
    pub handle: &'a str,
    /// The patient.
    pub person: &'a Person,
    /// The own provider's units with blocked information; none when the list of blocks cannot be trusted.
    pub units: Option<&'a [Organisation]>,
    /// Organisations that can be asked to lift a block of theirs; the same for every patient.
    pub others: &'a [&'a OrganisationInfo],
    /// Why the last attempt changed nothing.
    pub problem: Option<AccessProblem>,
    /// What it said.
    pub typed: &'a Typed,
}

/// The page.
pub fn lift_page(context: &PageContext, page: &LiftPage<'_>) -> String {
    let context = &PageContext { path: paths::blocks(page.handle), ..context.clone() };
    let texts = context.texts();
    let words = texts.lift;
    let own = match page.units {
        None => view! { <p><strong>{words.unverified()}</strong></p> }.into_any(),
        Some([]) => view! { <p>{words.nobody()}</p> }.into_any(),
        Some(units) => form(context, page, units),
    };
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(page.handle)>{texts.access.back()}</a></p>
            <h1>{words.heading()}</h1>
            {who(texts, page.person)}
            {page.problem.map(|problem| problem_box(texts, problem))}
            <section aria-labelledby="own-blocks">
                <h2 id="own-blocks">{words.own_heading()}</h2>
                {own}
            </section>
            <section aria-labelledby="others-blocks">
                <h2 id="others-blocks">{words.others_heading()}</h2>
                <p>{words.others_explained()}</p>
                <p>{words.others_do()}</p>
                {request(texts, page)}
            </section>
            <p class="quiet">{texts.access.logged()}</p>
        </main>
    };
    document::patient_page(context, words.title(), "page access-page", inner.into_any())
}

fn form(context: &PageContext, page: &LiftPage<'_>, units: &[Organisation]) -> AnyView {
    let texts = context.texts();
    let words = texts.lift;
    let typed = page.typed;
    let ground = |value: &'static str, label: &'static str| radio(typed, "ground", value, label.to_owned());
    let text = typed.get("text").cloned().unwrap_or_default();
    view! {
        <p>{words.own_explained()}</p>
        <form method="post" action=paths::blocks(page.handle)>
            {draft_field(context)}
            <fieldset>
                <legend>{words.units()}</legend>
                {units.iter().enumerate().map(|(index, unit)| unit_tick(texts, page, index, unit)).collect::<Vec<_>>()}
            </fieldset>
            <fieldset>
                <legend>{words.ground()}</legend>
                {ground("patient", words.ground_patient())}
                <p class="quiet">{words.ground_danger()}</p>
                {ground("unconscious", texts.emergency.reason_unconscious())}
                {ground("acutely-ill", texts.emergency.reason_acutely_ill())}
                {ground("confused", texts.emergency.reason_confused())}
                {ground("other", texts.emergency.reason_other())}
                <label for="text">{words.text()}</label>
                <textarea id="text" name="text" rows="2" maxlength="1024">{typed_text(&text)}</textarea>
            </fieldset>
            <p>{words.how_long()}</p>
            <button class="button" type="submit">{words.button()}</button>
        </form>
    }
    .into_any()
}

/// That somebody has been asked is noted, whoever it was.
fn request(texts: Texts, page: &LiftPage<'_>) -> AnyView {
    let asked = page.others.iter().map(|one| radio(&Typed::new(), "asked", one.id.as_str(), one.name.clone()));
    view! {
        <details class="fold">
            <summary>{texts.lift.request()}</summary>
            <form method="post" action=paths::lift_request(page.handle)>
                <fieldset>
                    <legend>{texts.lift.request_asked()}</legend>
                    {asked.collect::<Vec<_>>()}
                </fieldset>
                <button class="button" type="submit">{texts.lift.request_button()}</button>
            </form>
        </details>
    }
    .into_any()
}

/// The field of a unit in the form under a handle. The unit's id does not stand in the page: it would name a protected person's place.
pub fn unit_field(handle: &str, unit: &Organisation) -> String {
    let id = unit.id.as_deref().unwrap_or_default();
    let digest = Sha256::digest(format!("{handle} {id}"));
    format!("unit-{digest:x}")
}

fn unit_tick(texts: Texts, page: &LiftPage<'_>, index: usize, unit: &Organisation) -> AnyView {
    let name = if page.person.places_masked {
        texts.lift.unit_masked(&(index + 1).to_string())
    } else {
        unit.name.clone().or_else(|| unit.id.clone()).unwrap_or_default()
    };
    tick(page.typed, unit_field(page.handle, unit), name, false)
}
