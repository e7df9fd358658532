//! What would change, in words, with a reason and a time, before it is saved.
//!
//! Invariant: what is sent is what is listed: the choices travel hidden, and "back" returns them.

use leptos::prelude::*;
use samsyn_domain::enablement::REASON_MAX_CHARS;

use super::{EnablementPage, EnablementProblem, changes, choices, enablement_field};
use crate::{
    context::PageContext,
    parts::{local_minute, typed_text},
    paths,
};

pub(super) fn review(context: &PageContext, page: &EnablementPage<'_>) -> AnyView {
    let words = context.texts().enablement;
    let listed = changes(context, page);
    let chosen = choices(page).flat_map(|source| source.sections.iter().map(move |section| (source, *section)));
    let hidden =
        chosen.filter(|(source, section)| page.chosen.enables(&source.id, *section)).map(|(source, section)| {
            view! { <input type="hidden" name=enablement_field(source, section) value="1"/> }
        });
    let withdrawn = page.planned().map(|planned| view! { <li>{words.withdraws(&local_minute(planned.from))}</li> });
    view! {
        <h2>{words.review_heading()}</h2>
        <ul class="changes">
            {listed.into_iter().map(|line| view! { <li>{line}</li> }).collect::<Vec<_>>()}
            {withdrawn}
        </ul>
        <form method="post" action=paths::ENABLEMENT>
            <input type="hidden" name="base" value=page.base().to_string()/>
            {hidden.collect::<Vec<_>>()}
            {reason(context, page)}
            {time(context, page)}
            <p><strong>{words.review_explained()}</strong></p>
            <button class="button" type="submit" name="step" value="save">{words.save()}</button>" "
            <button class="button secondary" type="submit" name="step" value="edit">{words.back()}</button>
        </form>
    }
    .into_any()
}

fn reason(context: &PageContext, page: &EnablementPage<'_>) -> AnyView {
    let words = context.texts().enablement;
    let invalid = (page.problem == Some(EnablementProblem::Reason)).then_some("true");
    view! {
        <p>
            <label for="reason">{words.reason()}</label>
            <textarea id="reason" name="reason" rows="2" maxlength=REASON_MAX_CHARS.to_string()
                aria-invalid=invalid aria-describedby="reason-help">{typed_text(page.reason)}</textarea>
            <span id="reason-help" class="quiet">{words.reason_help()}</span>
        </p>
    }
    .into_any()
}

fn time(context: &PageContext, page: &EnablementPage<'_>) -> AnyView {
    let words = context.texts().enablement;
    let wrong = matches!(page.problem, Some(EnablementProblem::Time | EnablementProblem::TooFarAhead));
    view! {
        <p>
            <label for="from">{words.from()}</label>
            <input id="from" name="from" type="datetime-local" value=page.from.to_owned()
                min=page.now.strftime("%Y-%m-%dT%H:%M").to_string() aria-invalid=wrong.then_some("true")
                aria-describedby="from-help"/>
            <span id="from-help" class="quiet">{words.from_help()}</span>
        </p>
    }
    .into_any()
}
