//! Lifting an inner block of the own provider: which units have blocked information, then on what ground it is lifted (PDL 4:5).
//!
//! Not here: the rules (`domain::access`). Another provider's block is never lifted here; the page says who can.
//! Invariant: no unit and no ground is chosen beforehand; what was chosen and typed stands there again after a refusal.

use leptos::prelude::*;
use samsyn_domain::provenance::Organisation;

use super::{AccessProblem, Typed, problem_box, radio, tick};
use crate::{context::PageContext, document, parts::typed_text, paths, text::Texts};

/// What the page shows.
#[derive(Debug)]
pub struct LiftPage<'a> {
    /// The handle the page stands under.
    pub handle: &'a str,
    /// The number, as it is read on screen.
    pub patient: &'a str,
    /// The own provider's units with blocked information; none when the list of blocks cannot be trusted.
    pub units: Option<&'a [Organisation]>,
    /// Why the last attempt changed nothing.
    pub problem: Option<AccessProblem>,
    /// What it said.
    pub typed: &'a Typed,
}

/// The page.
pub fn lift_page(context: &PageContext, page: &LiftPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.lift;
    let own = match page.units {
        None => view! { <p><strong>{words.unverified()}</strong></p> }.into_any(),
        Some([]) => view! { <p>{words.nobody()}</p> }.into_any(),
        Some(units) => form(texts, page, units),
    };
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(page.handle)>{texts.access.back()}</a></p>
            <h1>{words.heading()}</h1>
            <p class="who"><span class="number">{page.patient.to_owned()}</span></p>
            {page.problem.map(|problem| problem_box(texts, problem))}
            <section aria-labelledby="own-blocks">
                <h2 id="own-blocks">{words.own_heading()}</h2>
                {own}
            </section>
            <section aria-labelledby="others-blocks">
                <h2 id="others-blocks">{words.others_heading()}</h2>
                <p>{words.others_explained()}</p>
                <p>{words.others_do()}</p>
            </section>
            <p class="quiet">{texts.access.logged()}</p>
        </main>
    };
    document::page(context, words.title(), "page access-page", inner.into_any())
}

fn form(texts: Texts, page: &LiftPage<'_>, units: &[Organisation]) -> AnyView {
    let words = texts.lift;
    let typed = page.typed;
    let ground = |value: &'static str, label: &'static str| radio(typed, "ground", value, label.to_owned());
    let text = typed.get("text").cloned().unwrap_or_default();
    view! {
        <p>{words.own_explained()}</p>
        <form method="post" action=paths::blocks(page.handle)>
            <fieldset>
                <legend>{words.units()}</legend>
                {units.iter().map(|unit| unit_tick(typed, unit)).collect::<Vec<_>>()}
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

/// The field of a unit in the form.
pub fn unit_field(unit: &Organisation) -> String {
    format!("unit-{}", unit.id.as_deref().unwrap_or_default())
}

fn unit_tick(typed: &Typed, unit: &Organisation) -> AnyView {
    let name = unit.name.clone().or_else(|| unit.id.clone()).unwrap_or_default();
    tick(typed, unit_field(unit), name, false)
}
