//! The first page: emergencies to be followed up, the overdue first; a new selection; the reviews.
//!
//! Invariant: no patient stands here. After a refusal the form holds what was typed, the list of persons too: it goes back to the page it
//! came from and nowhere else.

use jiff::{Timestamp, civil::Date};
use leptos::prelude::*;
use samsyn_domain::{
    access::FollowUp,
    review::{PICKS_MAX, ReviewFile, ReviewRefusal, Rule},
    time::sweden,
};

use super::{LogOwner, days, nav, said};
use crate::{
    access::{Typed, moment},
    context::PageContext,
    document,
    follow_up::reason,
    parts::typed_text,
    paths,
};

/// Written follow-ups on the page; all of them are in the log.
const WRITTEN_SHOWN: usize = 20;
/// What a first selection proposes.
const RANDOM: &str = "10";
const BY_RULE: &str = "30";
const DAYS_BACK: i64 = 30;

/// What the page shows.
#[derive(Debug)]
pub struct ReviewRoomPage<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// Newest first.
    pub reviews: &'a [ReviewFile],
    /// Open ones first, soonest due first.
    pub follow_ups: &'a [FollowUp],
    /// The page's now.
    pub now: Timestamp,
    /// Why nothing was selected.
    pub problem: Option<ReviewRefusal>,
    /// What the form said; empty before it was sent.
    pub typed: &'a Typed,
}

/// Name of a rule's box in the form.
pub fn rule_field(rule: Rule) -> String {
    format!("rule.{}", rule.name())
}

/// The page.
pub fn review_room_page(context: &PageContext, page: &ReviewRoomPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.review;
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <h1>{words.heading()}</h1>
            <p>{page.owner.said(context)}</p>
            {page.problem.map(|problem| said::problem(texts, problem))}
            {follow_ups(context, page)}
            {reviews(context, page)}
            {form(context, page)}
            <p class="quiet">{words.logged(page.owner.provider)}</p>
        </main>
    };
    document::page(context, words.title(), "page review-page", inner.into_any())
}

fn follow_ups(context: &PageContext, page: &ReviewRoomPage<'_>) -> AnyView {
    let words = context.texts().review;
    let (open, written): (Vec<&FollowUp>, Vec<&FollowUp>) =
        page.follow_ups.iter().partition(|task| task.written.is_none());
    let shown = written.len().min(WRITTEN_SHOWN);
    let list = |tasks: &[&FollowUp]| {
        let items = tasks.iter().map(|task| follow_up(context, task, page.now)).collect::<Vec<_>>();
        view! { <ul class="entries">{items}</ul> }
    };
    view! {
        <section aria-labelledby="follow-ups">
            <h2 id="follow-ups">{words.follow_ups()}</h2>
            {if open.is_empty() {
                view! { <p>{words.follow_ups_none()}</p> }.into_any()
            } else {
                list(&open).into_any()
            }}
            {(shown > 0).then(|| view! {
                <details class="fold">
                    <summary>{words.follow_ups_written(&shown.to_string())}</summary>
                    {list(written.get(..shown).unwrap_or_default())}
                </details>
            })}
        </section>
    }
    .into_any()
}

fn follow_up(context: &PageContext, task: &FollowUp, now: Timestamp) -> AnyView {
    let texts = context.texts();
    let (words, overdue) = (texts.review, task.is_overdue(now));
    let who = said::who(texts, &task.opened_by);
    let opened = words.follow_up_opened(&who, &moment(task.opened_at), reason(texts, task.reason));
    let due = moment(task.due);
    let stands = match &task.written {
        // What was written may tell of the patient: it stands on the follow-up's own page, whose record names the patient.
        Some(written) => view! { <p>{words.follow_up_written(&moment(written.at))}</p> }.into_any(),
        None if overdue => view! { <p class="overdue"><strong>{texts.follow_up.overdue(&due)}</strong></p> }.into_any(),
        None => view! { <p>{texts.follow_up.due(&due)}</p> }.into_any(),
    };
    view! {
        <li class="entry" data-follow-up=task.id.clone() data-overdue=overdue.then_some("true")>
            <p>{opened}</p>
            {stands}
            <p><a href=paths::review_follow_up(&task.id)>
                {words.follow_up_link()}<span class="visually-hidden">" "{who}" "{moment(task.opened_at)}</span>
            </a></p>
        </li>
    }
    .into_any()
}

fn reviews(context: &PageContext, page: &ReviewRoomPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    let item = |file: &ReviewFile| {
        let (begun, period) = (moment(file.review.begun_at), days(context, file.review.selection.period));
        let stands = match &file.closing {
            Some(closing) => words.closed(&moment(closing.at), &closing.by.name),
            None => words.status_open().to_owned(),
        };
        view! {
            <li class="entry">
                <a href=paths::review(&file.review.id)>{words.list_item(&begun, &period)}</a>
                <p>{said::counts(texts, file)}" · "{stands}</p>
            </li>
        }
    };
    view! {
        <section aria-labelledby="reviews">
            <h2 id="reviews">{words.reviews()}</h2>
            {if page.reviews.is_empty() {
                view! { <p>{words.none()}</p> }.into_any()
            } else {
                view! { <ul class="entries">{page.reviews.iter().map(item).collect::<Vec<_>>()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// What was typed, or what is proposed before anything was.
fn value(page: &ReviewRoomPage<'_>, name: &str, proposed: &str) -> String {
    if page.typed.is_empty() { proposed.to_owned() } else { page.typed.get(name).cloned().unwrap_or_default() }
}

fn form(context: &PageContext, page: &ReviewRoomPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    let today: Date = page.now.to_zoned(sweden()).date();
    let back = today.saturating_sub(jiff::Span::new().days(DAYS_BACK));
    let described = page.problem.map(|_| "review-error");
    let date = |name: &'static str, label: &'static str, proposed: Date| {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="date" required max=today.to_string()
                    value=value(page, name, &proposed.to_string()) aria-describedby=described/>
            </div>
        }
    };
    let number = |name: &'static str, label: &'static str, help: &'static str, proposed: &str| {
        let help_id = format!("{name}-help");
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <p id=help_id.clone() class="quiet">{help}</p>
                <input id=name name=name type="number" inputmode="numeric" min="0" max=PICKS_MAX.to_string() required
                    value=value(page, name, proposed) aria-describedby=help_id/>
            </div>
        }
    };
    let rules = Rule::ALL.map(|rule| {
        let checked = page.typed.is_empty() || page.typed.contains_key(&rule_field(rule));
        view! {
            <label class="option">
                <input type="checkbox" name=rule_field(rule) value="1" checked=checked/>
                <span>{said::rule(texts, rule)}</span>
            </label>
        }
    });
    view! {
        <section aria-labelledby="new">
            <h2 id="new">{words.select_heading()}</h2>
            <p>{words.select_explained()}</p>
            <form method="post" action=paths::REVIEW_NEW autocomplete="off">
                <div class="fields">
                    {date("from", words.from(), back)}
                    {date("to", words.to(), today)}
                    {number("random", words.by_chance(), words.by_chance_help(), RANDOM)}
                    {number("by_rule", words.by_rule(), words.by_rule_help(), BY_RULE)}
                </div>
                <fieldset>
                    <legend>{words.rules()}</legend>
                    {rules.into_iter().collect::<Vec<_>>()}
                    <p class="quiet">{words.colleague_unknown()}</p>
                    <p class="quiet">{words.surname_unknown()}</p>
                </fieldset>
                <div class="field">
                    <label for="named">{words.named()}</label>
                    <p id="named-help" class="quiet">{words.named_help()}</p>
                    <textarea id="named" name="named" rows="3" spellcheck="false" aria-describedby="named-help">
                        {typed_text(&value(page, "named", ""))}
                    </textarea>
                </div>
                <p><button class="button" type="submit">{words.select()}</button></p>
            </form>
        </section>
    }
    .into_any()
}
