//! Writing notices: the form, and the organisation's own notices with a way to take each back.
//!
//! Invariant: a form that is refused comes back as it was typed, and nothing was published.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    notice::{BODY_MAX_CHARS, HEADING_MAX_CHARS, NoticeFault, NoticeKind, NoticePhase},
    source::Source,
};

use super::{NoticeLine, kind, said, when};
use crate::{access::Typed, context::PageContext, document, parts::typed_text, paths, text::Texts};

/// Why nothing was published or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeProblem {
    /// What is written.
    Fault(NoticeFault),
    /// A time that is missing or cannot be read.
    Time,
    /// A kind or audience that was not chosen.
    Choice,
    /// There is no such notice, or it is over already.
    Unknown,
}

/// What the page shows.
#[derive(Debug)]
pub struct NoticeAdminPage<'a> {
    /// Name of the organisation.
    pub organisation: &'a str,
    /// Its own notices, newest first.
    pub lines: &'a [NoticeLine],
    /// Its own sources.
    pub sources: &'a [&'a Source],
    /// Whether it may write to everybody about anything.
    pub for_all: bool,
    /// As typed.
    pub typed: &'a Typed,
    /// Now.
    pub now: Timestamp,
    /// Why the last attempt did nothing.
    pub problem: Option<NoticeProblem>,
    /// What the last attempt did: published, or taken back.
    pub done: Option<bool>,
}

/// The page.
pub fn notice_admin_page(context: &PageContext, page: &NoticeAdminPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.board_admin;
    let done = page.done.map(|published| if published { words.published() } else { words.withdrawn() });
    let inner = view! {
        <main id="content" class="plain notices-page" tabindex="-1">
            <h1>{words.heading(page.organisation)}</h1>
            {done.map(|done| view! { <p class="saved" role="status">{done}</p> })}
            {page.problem.map(|problem| problem_box(texts, problem))}
            <p>{words.explained()}</p>
            {form(context, page)}
            <h2>{words.own()}</h2>
            {own(context, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn form(context: &PageContext, page: &NoticeAdminPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.board_admin;
    let typed = |name: &str| page.typed.get(name).cloned().unwrap_or_default();
    let fault = |faults: &[NoticeFault]| {
        let wrong =
            page.problem.is_some_and(|problem| matches!(problem, NoticeProblem::Fault(one) if faults.contains(&one)));
        wrong.then_some("true")
    };
    let kinds = NoticeKind::ALL.map(|one| {
        let id = format!("kind-{}", one.word());
        view! {
            <p>
                <input type="radio" id=id.clone() name="kind" value=one.word() checked=typed("kind") == one.word()/>
                <label for=id>{kind(texts, one)}" – "{kind_explained(texts, one)}</label>
            </p>
        }
    });
    let sources = page.sources.iter().map(|source| {
        let id = source.id.to_string();
        let selected = typed("source") == id;
        view! { <option value=id selected=selected>{source.label()}</option> }
    });
    let audiences = [
        ("own", words.to_own()),
        ("everyone", if page.for_all { words.to_everyone() } else { words.to_everyone_of_source() }),
    ];
    let audiences = audiences.map(|(value, label)| {
        let id = format!("audience-{value}");
        view! {
            <p>
                <input type="radio" id=id.clone() name="audience" value=value checked=typed("audience") == value/>
                <label for=id>{label}</label>
            </p>
        }
    });
    let time = |name: &'static str, label: &'static str, required: bool| {
        let wrong = page.problem == Some(NoticeProblem::Time)
            || fault(&[NoticeFault::Period, NoticeFault::TooLong, NoticeFault::MaintenanceTooLong]).is_some();
        view! {
            <p>
                <label for=name>{label}</label>
                <input id=name name=name type="datetime-local" value=typed(name) required=required
                    aria-invalid=wrong.then_some("true")/>
            </p>
        }
    };
    let line = |name: &'static str, label: &'static str, required: bool, wrong: Option<&'static str>| {
        view! {
            <p>
                <label for=name>{label}</label>
                <input id=name name=name type="text" maxlength=HEADING_MAX_CHARS.to_string() value=typed(name) required=required
                    aria-invalid=wrong/>
            </p>
        }
    };
    let body = |name: &'static str, label: &'static str, required: bool, wrong: Option<&'static str>| {
        view! {
            <p>
                <label for=name>{label}</label>
                <textarea id=name name=name rows="4" maxlength=BODY_MAX_CHARS.to_string() required=required
                    aria-invalid=wrong>{typed_text(&typed(name))}</textarea>
            </p>
        }
    };
    let english = fault(&[NoticeFault::English]);
    view! {
        <form method="post" action=paths::NOTICE_ADMIN class="admin-form">
            <h2>{words.write()}</h2>
            <fieldset><legend>{words.kind()}</legend>{kinds.into_iter().collect::<Vec<_>>()}</fieldset>
            <p>
                <label for="source">{words.source()}</label>
                <select id="source" name="source">
                    <option value="">{words.no_source()}</option>
                    {sources.collect::<Vec<_>>()}
                </select>
            </p>
            <fieldset><legend>{words.audience()}</legend>{audiences.into_iter().collect::<Vec<_>>()}</fieldset>
            {time("from", words.from(), false)}
            {time("until", words.until(), true)}
            {line("heading-sv", words.heading_sv(), true, fault(&[NoticeFault::Heading]))}
            {body("body-sv", words.body_sv(), true, fault(&[NoticeFault::Body]))}
            {line("heading-en", words.heading_en(), false, english)}
            {body("body-en", words.body_en(), false, english)}
            <p class="quiet">{words.no_patients()}</p>
            <button class="button" type="submit" name="step" value="publish">{words.publish()}</button>
        </form>
    }
    .into_any()
}

const fn kind_explained(texts: Texts, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::News => texts.board_admin.news_explained(),
        NoticeKind::Maintenance => texts.board_admin.maintenance_explained(),
        NoticeKind::Disruption => texts.board_admin.disruption_explained(),
        NoticeKind::Serious => texts.board_admin.serious_explained(),
    }
}

fn own(context: &PageContext, page: &NoticeAdminPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.board_admin;
    if page.lines.is_empty() {
        return view! { <p class="quiet">{words.none()}</p> }.into_any();
    }
    let lines = page.lines.iter().map(|line| {
        let published = &line.published;
        let phase = published.phase(page.now);
        let state = match phase {
            NoticePhase::Now => texts.board.now(),
            NoticePhase::Coming => texts.board.coming(),
            NoticePhase::Past if published.withdrawn.is_some() => texts.board.taken_back(),
            NoticePhase::Past => texts.board.over(),
        };
        let (text, language) = said(&published.notice, context.language);
        let audience = if published.notice.everyone { words.to_everyone() } else { words.to_own() };
        let name = format!("{} {}", words.withdraw(), text.heading);
        let end = (phase != NoticePhase::Past).then(|| {
            view! {
                <form method="post" action=paths::NOTICE_ADMIN>
                    <input type="hidden" name="notice" value=published.id.clone()/>
                    <button class="button secondary" type="submit" name="step" value="withdraw" aria-label=name>
                        {words.withdraw()}
                    </button>
                </form>
            }
        });
        view! {
            <li>
                <p>
                    <strong>{kind(texts, published.notice.kind)}": "<span lang=language.tag()>{text.heading.clone()}</span></strong>
                </p>
                <p class="quiet">{format!("{state} · {} · {audience} · {}", when(texts, line), words.made_by(&published.by.name))}</p>
                {end}
            </li>
        }
    });
    view! { <ul class="own-list">{lines.collect::<Vec<_>>()}</ul> }.into_any()
}

fn problem_box(texts: Texts, problem: NoticeProblem) -> AnyView {
    let words = texts.board_admin;
    let text = match problem {
        NoticeProblem::Fault(NoticeFault::Heading) => words.problem_heading_sv(),
        NoticeProblem::Fault(NoticeFault::Body) => words.problem_body_sv(),
        NoticeProblem::Fault(NoticeFault::English) => words.problem_english(),
        NoticeProblem::Fault(NoticeFault::Period) => words.problem_period(),
        NoticeProblem::Fault(NoticeFault::TooLong) => words.problem_too_long(),
        NoticeProblem::Fault(NoticeFault::MaintenanceTooLong) => words.problem_maintenance_too_long(),
        NoticeProblem::Fault(NoticeFault::MaintenanceOfNothing) => words.problem_maintenance_of_nothing(),
        NoticeProblem::Fault(NoticeFault::OthersSource) => words.problem_others_source(),
        NoticeProblem::Fault(NoticeFault::NotForEveryone) => words.problem_not_for_everyone(),
        NoticeProblem::Time => words.problem_time(),
        NoticeProblem::Choice => words.problem_choice(),
        NoticeProblem::Unknown => words.problem_unknown(),
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
