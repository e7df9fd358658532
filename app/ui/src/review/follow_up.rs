//! What an emergency left to be told, for whoever reviews: with the patient, and without a form.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::access::FollowUp;

use super::{LogOwner, nav, said};
use crate::{access::moment, context::PageContext, document, follow_up::reason, paths};

/// The page.
pub fn review_follow_up_page(context: &PageContext, owner: LogOwner<'_>, task: &FollowUp, now: Timestamp) -> String {
    let words = context.texts().review;
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <p><a href=paths::REVIEW>{words.back()}</a></p>
            <h1>{words.follow_up_heading()}</h1>
            <p class="who">{words.patient()}" "<span class="number">{task.patient.spoken()}</span></p>
            {told(context, task, Some(now))}
            <p class="quiet">{words.logged(owner.provider)}</p>
        </main>
    };
    document::page(context, words.follow_up_title(), "page review-page", inner.into_any())
}

/// Who opened it and why, and what was written or is yet to be.
pub(super) fn told(context: &PageContext, task: &FollowUp, now: Option<Timestamp>) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    let who = said::who(texts, &task.opened_by);
    let due = moment(task.due);
    let stands = match (&task.written, now) {
        (Some(written), _) => view! {
            <p>{words.follow_up_wrote(&moment(written.at))}</p>
            <blockquote class="verbatim">{written.text.clone()}</blockquote>
        }
        .into_any(),
        (None, Some(now)) if task.is_overdue(now) => {
            view! { <p class="overdue"><strong>{texts.follow_up.overdue(&due)}</strong></p> }.into_any()
        }
        (None, _) => view! { <p>{texts.follow_up.due(&due)}</p> }.into_any(),
    };
    view! {
        <p>{words.follow_up_opened(&who, &moment(task.opened_at), reason(texts, task.reason))}</p>
        {task.text.clone().filter(|_| task.written.is_none()).map(|text| view! { <blockquote class="verbatim">{text}</blockquote> })}
        {stands}
    }
    .into_any()
}
