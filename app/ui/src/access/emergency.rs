//! Danger to life: why, then who may have information and what of it is needed (SVOD 3:6, two steps).
//!
//! Invariant: from the overview to the first request at most three activations and no typing, with script off too.

use leptos::prelude::*;
use samsyn_domain::section::Section;

use super::{AccessProblem, Typed, problem_box, tick};
use crate::{context::PageContext, document, paths, words};

/// What is needed first, beforehand.
pub const FIRST_NEEDED: [Section; 3] = [Section::CareLimits, Section::Alerts, Section::Contacts];

/// Which step.
#[derive(Debug)]
pub enum EmergencyStep<'a> {
    /// One tap says why.
    Reason,
    /// Who may have information, by name, and the sections the role sees.
    Needed {
        /// The reason's name.
        reason: &'a str,
        /// In words, for a reason that needs them.
        text: Option<&'a str>,
        /// Care providers that can be asked, by name.
        who: &'a [String],
        /// Sections the role sees.
        sections: &'a [Section],
    },
}

/// The page of a step.
pub fn emergency_page(
    context: &PageContext,
    handle: &str,
    step: &EmergencyStep<'_>,
    problem: Option<AccessProblem>,
) -> String {
    let texts = context.texts();
    let words = texts.emergency;
    let form = match step {
        EmergencyStep::Reason => reason(context),
        EmergencyStep::Needed { reason, text, who, sections } => needed(context, reason, *text, who, sections),
    };
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(handle)>{texts.access.back()}</a></p>
            <h1>{words.heading()}</h1>
            {problem.map(|problem| problem_box(texts, problem))}
            <p>{words.explained()}</p>
            <form class="choices" method="post" action=paths::emergency(handle)>{form}</form>
        </main>
    };
    document::page(context, words.title(), "page access-page", inner.into_any())
}

fn reason(context: &PageContext) -> AnyView {
    let words = context.texts().emergency;
    let tap = |value: &'static str, label: &'static str| {
        view! { <button class="button" type="submit" name="reason" value=value>{label}</button> }
    };
    view! {
        <h2>{words.reason()}</h2>
        {tap("unconscious", words.reason_unconscious())}
        {tap("acutely-ill", words.reason_acutely_ill())}
        {tap("confused", words.reason_confused())}
        <label for="text">{words.text()}</label>
        <textarea id="text" name="text" rows="2" maxlength="1024"></textarea>
        {tap("other", words.reason_other())}
    }
    .into_any()
}

fn needed(context: &PageContext, reason: &str, text: Option<&str>, who: &[String], sections: &[Section]) -> AnyView {
    let texts = context.texts();
    let emergency = texts.emergency;
    if who.is_empty() {
        return view! { <p><strong>{emergency.nobody()}</strong></p> }.into_any();
    }
    let beforehand = Typed::new();
    let section = |section: &Section| {
        let name = format!("section-{}", section.name());
        tick(&beforehand, name, words::section(texts, *section), FIRST_NEEDED.contains(section))
    };
    view! {
        <h2>{emergency.who()}</h2>
        <ul class="emergency-who">{who.iter().map(|name| view! { <li>{name.clone()}</li> }).collect::<Vec<_>>()}</ul>
        <input type="hidden" name="reason" value=reason.to_owned()/>
        {text.map(|text| view! { <input type="hidden" name="text" value=text.to_owned()/> })}
        <button class="button" type="submit" name="fetch" value="1">{emergency.fetch()}</button>
        <fieldset>
            <legend>{emergency.sections()}</legend>
            {sections.iter().map(section).collect::<Vec<_>>()}
        </fieldset>
    }
    .into_any()
}
