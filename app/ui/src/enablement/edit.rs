//! The choices: a group for each source, a box for each section it has; and what held before.
//!
//! Invariant: every box says by itself which source and which section it is.

use leptos::prelude::*;
use samsyn_domain::source::Source;

use super::{EnablementLine, EnablementPage, choices, enablement_field};
use crate::{context::PageContext, parts::local_minute, paths, words};

pub(super) fn edit(context: &PageContext, page: &EnablementPage<'_>) -> AnyView {
    let words = context.texts().enablement;
    let groups = choices(page).map(|source| group(context, page, source));
    view! {
        <p>{words.explained()}</p>
        {planned(context, page)}
        <form method="post" action=paths::ENABLEMENT>
            <input type="hidden" name="base" value=page.base().to_string()/>
            <input type="hidden" name="reason" value=page.reason.to_owned()/>
            <input type="hidden" name="from" value=page.from.to_owned()/>
            <div class="source-choices">{groups.collect::<Vec<_>>()}</div>
            <button class="button" type="submit" name="step" value="review">{words.review()}</button>
        </form>
        {history(context, page)}
    }
    .into_any()
}

fn group(context: &PageContext, page: &EnablementPage<'_>, source: &Source) -> AnyView {
    let texts = context.texts();
    let label = source.label();
    let boxes = source.sections.iter().map(|section| {
        let name = words::section(texts, *section);
        let checked = page.chosen.enables(&source.id, *section);
        let field = enablement_field(source, *section);
        view! {
            <label class="choice"><input type="checkbox" name=field value="1" checked=checked/>" "{name}</label>
        }
    });
    view! {
        <fieldset class="source-choice">
            <legend>{label}</legend>
            {boxes.collect::<Vec<_>>()}
        </fieldset>
    }
    .into_any()
}

/// What will hold, and from when, before the choices of now.
fn planned(context: &PageContext, page: &EnablementPage<'_>) -> Option<AnyView> {
    let words = context.texts().enablement;
    let line = page.planned()?;
    let told = words.planned(&line.number.to_string(), &local_minute(line.from), &line.by, &line.reason);
    Some(view! { <p class="planned">{told}</p> }.into_any())
}

fn history(context: &PageContext, page: &EnablementPage<'_>) -> AnyView {
    let words = context.texts().enablement;
    let holds = page.versions.iter().find(|version| version.number == page.holds);
    let holding =
        holds.map_or_else(|| words.holds_undecided().to_owned(), |version| words.holds(&made(context, version)));
    let former = page.versions.iter().filter(|version| version.number != page.holds);
    let former = former.map(|version| restore(context, page, version.number, made(context, version)));
    let undecided =
        (page.holds != 0).then(|| restore(context, page, 0, context.texts().enablement.undecided().to_owned()));
    view! {
        <section aria-labelledby="versions">
            <h2 id="versions">{words.versions()}</h2>
            <p>{holding}</p>
            <ul class="versions">{former.collect::<Vec<_>>()}{undecided}</ul>
        </section>
    }
    .into_any()
}

/// A version in one line: number, from when, by whom, why.
fn made(context: &PageContext, version: &EnablementLine) -> String {
    let words = context.texts().enablement;
    words.version_line(&version.number.to_string(), &local_minute(version.from), &version.by, &version.reason)
}

fn restore(context: &PageContext, page: &EnablementPage<'_>, number: u32, label: String) -> AnyView {
    let words = context.texts().enablement;
    let named = if number == 0 { words.undecided().to_owned() } else { words.version(&number.to_string()) };
    view! {
        <li>
            <form method="post" action=paths::ENABLEMENT>
                <input type="hidden" name="base" value=page.base().to_string()/>
                <span>{label}</span>" "
                <button class="button small" type="submit" name="restore" value=number.to_string()>
                    {words.restore()}<span class="visually-hidden">" "{named}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}
