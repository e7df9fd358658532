//! What an emergency leaves behind for whoever opened it: the list on the search page, and the page where it is told in words.
//!
//! Not here: whose task it is and when it is due (`domain::access`).
//! Invariant: the list tells nothing of whom it was about, because reading it leaves no record; the task's own page does, and leaves one. A list
//! that could not be read never looks like none.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::access::{FollowUp, REASON_MAX_CHARACTERS, Reason};

use crate::{
    access::{AccessProblem, moment, problem_box},
    context::PageContext,
    document,
    parts::typed_text,
    paths,
    text::Texts,
};

/// The reader's open tasks, for the search page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowUpList {
    /// Soonest due first.
    pub open: Vec<FollowUp>,
    /// They could not be read.
    pub unreadable: bool,
    /// The page's now.
    pub now: Timestamp,
}

/// What the page shows.
#[derive(Debug)]
pub struct FollowUpPage<'a> {
    /// The task.
    pub task: &'a FollowUp,
    /// The page's now.
    pub now: Timestamp,
    /// Why the last attempt changed nothing.
    pub problem: Option<AccessProblem>,
    /// What it said; without a problem, what was being written when the session ended.
    pub typed: Option<&'a str>,
}

/// The list; nothing when there is nothing to do.
pub(crate) fn list(context: &PageContext, list: &FollowUpList) -> AnyView {
    let words = context.texts().follow_up;
    if list.unreadable {
        return view! { <p class="form-error" role="alert">{words.unreadable()}</p> }.into_any();
    }
    if list.open.is_empty() {
        return ().into_any();
    }
    let item = |task: &FollowUp| {
        let overdue = task.is_overdue(list.now);
        view! {
            <li class="entry" data-follow-up=task.id.clone() data-overdue=overdue.then_some("true")>
                <a href=paths::follow_up(&task.id)>{words.item(&moment(task.opened_at))}</a>
                {due(context, task, list.now)}
            </li>
        }
    };
    view! {
        <section class="follow-ups" aria-labelledby="follow-ups-heading">
            <h2 id="follow-ups-heading">{words.list_heading()}</h2>
            <p>{words.list_explained()}</p>
            <ul class="entries">{list.open.iter().map(item).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// The page of one task.
pub fn follow_up_page(context: &PageContext, page: &FollowUpPage<'_>) -> String {
    let task = page.task;
    let context = &PageContext { path: paths::follow_up(&task.id), ..context.clone() };
    let texts = context.texts();
    let words = texts.follow_up;
    let body = match &task.written {
        Some(written) => view! {
            <p>{words.written_at(&moment(written.at))}</p>
            <blockquote>{written.text.clone()}</blockquote>
        }
        .into_any(),
        None => form(context, page),
    };
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::SEARCH>{words.back()}</a></p>
            <h1>{words.heading()}</h1>
            <p class="who"><span class="number" data-person="">{task.patient.spoken()}</span></p>
            {page.problem.map(|problem| problem_box(texts, problem))}
            <p>{words.opened(&moment(task.opened_at), reason(texts, task.reason))}</p>
            {task.written.is_none().then(|| due(context, task, page.now))}
            {(page.problem.is_none() && page.typed.is_some()).then(|| view! {
                <p class="notice" role="status">{words.restored()}</p>
            })}
            {body}
            <p class="quiet">{words.logged()}</p>
        </main>
    };
    document::patient_page(context, words.title(), "page access-page", inner.into_any())
}

fn form(context: &PageContext, page: &FollowUpPage<'_>) -> AnyView {
    let words = context.texts().follow_up;
    let text = page.typed.map(str::to_owned).or_else(|| page.task.text.clone()).unwrap_or_default();
    let invalid = page.problem.is_some();
    view! {
        <form method="post" action=paths::follow_up(&page.task.id)>
            <label for="text">{words.label()}</label>
            <p id="text-help" class="quiet">{words.help()}</p>
            <textarea id="text" name="text" rows="6" required maxlength=REASON_MAX_CHARACTERS.to_string()
                aria-describedby=if invalid { "access-error text-help" } else { "text-help" }
                aria-invalid=invalid.then_some("true")>{typed_text(&text)}</textarea>
            <p><button class="button" type="submit">{words.button()}</button></p>
        </form>
    }
    .into_any()
}

/// When it must be written, or that this is past.
fn due(context: &PageContext, task: &FollowUp, now: Timestamp) -> AnyView {
    let words = context.texts().follow_up;
    let when = moment(task.due);
    if task.is_overdue(now) {
        view! { <p class="line overdue"><strong>{words.overdue(&when)}</strong></p> }.into_any()
    } else {
        view! { <p class="line">{words.due(&when)}</p> }.into_any()
    }
}

pub(crate) fn reason(texts: Texts, reason: Reason) -> &'static str {
    let words = texts.emergency;
    match reason {
        Reason::Unconscious => words.reason_unconscious(),
        Reason::AcutelyIll => words.reason_acutely_ill(),
        Reason::Confused => words.reason_confused(),
        Reason::Other => texts.follow_up.reason_other(),
    }
}
