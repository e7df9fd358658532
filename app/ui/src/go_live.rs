//! Going live: what an organisation has in place, what is missing, and the decision.
//!
//! Not here: who may, and what is ready (`service::go_live`, `domain::go_live`).
//! Invariant: whether staff reach others' information stands first, in words; a form that is refused comes back as it was typed.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::go_live::{Decided, Item, NOTE_MAX_CHARS, Readiness};

use crate::{
    access::Typed,
    context::PageContext,
    document,
    parts::{local_minute, typed_text},
    paths,
    text::Texts,
};

/// Why nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoLiveProblem {
    /// The note.
    Note,
    /// Something was decided meanwhile.
    Stale,
    /// Something is not in place.
    NotReady,
}

/// A provider's list of blocks: its HSA-id, when it was verified, and whether that is recently enough.
pub type BlockSourceLine<'a> = (&'a str, Option<Timestamp>, bool);

/// What the page shows.
#[derive(Debug)]
pub struct GoLivePage<'a> {
    /// Whose.
    pub organisation: &'a str,
    /// How far it has come.
    pub readiness: &'a Readiness,
    /// Everything that was decided, newest first.
    pub history: &'a [Decided],
    /// The lists of blocks.
    pub block_sources: &'a [BlockSourceLine<'a>],
    /// It can go live now.
    pub ready: bool,
    /// Something was decided just now.
    pub saved: bool,
    /// As typed.
    pub typed: &'a Typed,
    /// Why the last attempt decided nothing.
    pub problem: Option<GoLiveProblem>,
}

/// The page.
pub fn go_live_page(context: &PageContext, page: &GoLivePage<'_>) -> String {
    let context = &PageContext { path: paths::GO_LIVE.to_owned(), ..context.clone() };
    let texts = context.texts();
    let words = texts.go_live;
    let live = page.readiness.is_live();
    let (class, state) = if live { ("standing live", words.live()) } else { ("standing paused", words.not_live()) };
    let problem = page.problem.map(|problem| {
        let text = match problem {
            GoLiveProblem::Note => words.problem_note(&NOTE_MAX_CHARS.to_string()),
            GoLiveProblem::Stale => words.problem_stale().to_owned(),
            GoLiveProblem::NotReady => words.problem_not_ready().to_owned(),
        };
        view! { <p id="go-live-error" class="form-error" role="alert">{text}</p> }
    });
    let items: Vec<_> = Item::REQUIRED.iter().map(|item| item_view(texts, page, *item)).collect();
    let inner = view! {
        <main id="content" class="plain administered" tabindex="-1">
            <p><a href=paths::ADMIN>{texts.admin.link()}</a></p>
            <h1>{words.heading(page.organisation)}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {problem}
            <p class=class>{state}</p>
            <p>{words.explained()}</p>
            <ul class="own-list">
                {items}
                {block_sources(texts, page)}
                <li>
                    <h2>{words.shared()}</h2>
                    {(!live && !page.ready).then(|| view! { <p>{words.not_ready()}</p> })}
                    {(live || page.ready).then(|| form(texts, page, Item::Live, !live))}
                </li>
            </ul>
            {history(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn item_view(texts: Texts, page: &GoLivePage<'_>, item: Item) -> AnyView {
    let words = texts.go_live;
    let decided = page.readiness.decided(item);
    let done = page.readiness.is_done(item);
    let (class, state) = if done { ("standing live", words.done()) } else { ("standing paused", words.not_done()) };
    let told = decided.map(|one| {
        view! { <p class="quiet">{words.decided(&local_minute(one.at), &one.by.name, &one.note)}</p> }
    });
    view! {
        <li>
            <h2>{name(texts, item)}</h2>
            <p class=class>{state}</p>
            <p>{explained(texts, item)}</p>
            {told}
            {form(texts, page, item, !done)}
        </li>
    }
    .into_any()
}

/// Says that it is in place, or not any more.
fn form(texts: Texts, page: &GoLivePage<'_>, item: Item, done: bool) -> AnyView {
    let words = texts.go_live;
    let id = format!("note-{}", item.word());
    let mine = page.typed.get("item").is_some_and(|word| word == item.word());
    let typed = page.typed.get("note").filter(|_| mine).map(String::as_str).unwrap_or_default();
    let (label, button) = match (item, done) {
        (Item::LogReviewer, true) => (words.who(), words.say_done()),
        (Item::Live, true) => (words.decision(), words.go()),
        (Item::Live, false) => (words.why(), words.leave()),
        (_, true) => (words.whereabouts(), words.say_done()),
        (_, false) => (words.why(), words.take_back()),
    };
    // What takes something away is one step further off.
    let folded = !done && !mine;
    let wrong = (mine && page.problem == Some(GoLiveProblem::Note)).then_some("true");
    let form = view! {
        <form method="post" action=paths::GO_LIVE class="decision">
            <input type="hidden" name="base" value=page.readiness.number().to_string()/>
            <input type="hidden" name="item" value=item.word()/>
            <input type="hidden" name="done" value=if done { "1" } else { "0" }/>
            <label for=id.clone()>{label}</label>
            <textarea id=id name="note" rows="2" required maxlength=NOTE_MAX_CHARS.to_string()
                aria-invalid=wrong aria-describedby=wrong.map(|_| "go-live-error")>{typed_text(typed)}</textarea>
            <p><button class="button secondary" type="submit">{button}</button></p>
        </form>
    };
    if done {
        return form.into_any();
    }
    view! { <details open=!folded><summary>{button}" …"</summary>{form}</details> }.into_any()
}

fn block_sources(texts: Texts, page: &GoLivePage<'_>) -> AnyView {
    let words = texts.go_live;
    let all = page.block_sources.iter().all(|(_, _, current)| *current);
    let (class, state) = if all { ("standing live", words.done()) } else { ("standing paused", words.not_done()) };
    let lines = page.block_sources.iter().map(|(provider, verified, current)| {
        let told = match (verified, current) {
            (None, _) => words.block_none(provider),
            (Some(at), true) => words.block_current(provider, &local_minute(*at)),
            (Some(at), false) => words.block_old(provider, &local_minute(*at)),
        };
        view! { <p class="quiet">{told}</p> }
    });
    view! {
        <li>
            <h2>{words.blocks()}</h2>
            <p class=class>{state}</p>
            <p>{words.blocks_explained()}</p>
            {page.block_sources.is_empty().then(|| view! { <p class="quiet">{words.blocks_none()}</p> })}
            {lines.collect::<Vec<_>>()}
        </li>
    }
    .into_any()
}

fn history(texts: Texts, page: &GoLivePage<'_>) -> AnyView {
    let words = texts.go_live;
    if page.history.is_empty() {
        return ().into_any();
    }
    let line = |one: &Decided| {
        let what = format!("{}: {}", name(texts, one.item), if one.done { words.done() } else { words.not_done() });
        view! { <li>{what}" · "{words.decided(&local_minute(one.at), &one.by.name, &one.note)}</li> }
    };
    view! {
        <details>
            <summary>{words.history(&page.history.len().to_string())}</summary>
            <ul>{page.history.iter().map(line).collect::<Vec<_>>()}</ul>
        </details>
    }
    .into_any()
}

const fn name(texts: Texts, item: Item) -> &'static str {
    let words = texts.go_live;
    match item {
        Item::Agreements => words.agreements(),
        Item::PatientsInformed => words.patients_informed(),
        Item::RiskAssessment => words.risk_assessment(),
        Item::LogReviewer => words.log_reviewer(),
        Item::Live => words.shared(),
    }
}

const fn explained(texts: Texts, item: Item) -> &'static str {
    let words = texts.go_live;
    match item {
        Item::Agreements => words.agreements_explained(),
        Item::PatientsInformed => words.patients_informed_explained(),
        Item::RiskAssessment => words.risk_assessment_explained(),
        Item::LogReviewer => words.log_reviewer_explained(),
        Item::Live => words.explained(),
    }
}
