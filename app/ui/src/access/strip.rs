//! The strip on the overview: on what ground others' information is here, or why it is not and what to do.
//!
//! Invariant: an overview without others' information says so above everything else that could be read as the whole.

use leptos::prelude::*;
use samsyn_domain::{
    access::{Access, Action, Basis, Emergency, Grant, Missing},
    overview::Overview,
};

use super::{
    AccessProblem,
    emergency::{needed, reasons},
    list::moment,
    problem_box,
};
use crate::{context::PageContext, parts::hour_minute, paths};

/// What stands above everything: danger to life, or that others' information is missing.
pub(crate) fn strip(context: &PageContext, overview: &Overview, handle: &str) -> AnyView {
    match &overview.access {
        Access::Granted(grant) if grant.basis == Basis::Emergency => emergency(context, overview, grant, handle),
        Access::Granted(_) => ().into_any(),
        Access::Own(missing) => match &overview.emergency {
            Some(begun) => begun_emergency(context, begun, handle),
            None => own(context, overview, missing, handle),
        },
    }
}

/// After the first step: what is needed, above who may have it.
fn begun_emergency(context: &PageContext, begun: &Emergency, handle: &str) -> AnyView {
    let words = context.texts().emergency;
    let nobody = begun.who.as_ref().is_some_and(Vec::is_empty);
    view! {
        <section id="access" class="access-strip access-emergency" aria-label=words.heading()>
            <p><strong>{words.begun()}</strong></p>
            {begun.sign_in_not_renewed.then(|| view! { <p role="status">{words.not_renewed()}</p> })}
            {(!nobody).then(|| needed(context, handle, begun))}
            <a href=paths::access(handle)>{context.texts().access.link()}</a>
        </section>
    }
    .into_any()
}

/// The ground, below what decides: the banner names it already, and nothing has to be done about it.
pub(crate) fn ground(context: &PageContext, overview: &Overview, handle: &str) -> AnyView {
    let Some(grant) = overview.access.grant().filter(|grant| grant.basis != Basis::Emergency) else {
        return ().into_any();
    };
    let words = context.texts().access;
    let basis = match grant.basis {
        Basis::Consent => words.basis_consent(),
        Basis::Child => words.basis_child(),
        Basis::Incapable => words.basis_incapable(),
        Basis::Emergency => words.basis_emergency(),
    };
    let until = grant.until.map_or_else(|| words.until_revoked().to_owned(), |to| words.until(&moment(to)));
    view! {
        <p id="access" class="access-strip quiet">
            {format!("{basis}, {until} · ")}<a href=paths::access(handle)>{words.link()}</a>
        </p>
    }
    .into_any()
}

/// That blocked information exists, or is read out of a lifted block, and where to go from there. The same for blocks of one's own
/// provider and of others: whose they are is told, and logged, on the next page only.
pub(crate) fn blocks(context: &PageContext, overview: &Overview, handle: &str) -> AnyView {
    let words = context.texts().lift;
    let may_lift = context.viewer.as_ref().is_some_and(|viewer| viewer.rights.may(Action::Lift));
    let exists = overview.blocked_exists == Some(true) && may_lift;
    if !exists && !overview.block_lifted {
        return ().into_any();
    }
    view! {
        <div id="blocks" class="access-strip quiet">
            {overview.block_lifted.then(|| view! {
                <p>{words.lifted()}" "<a href=paths::access(handle)>{words.lifted_end()}</a></p>
            })}
            {exists.then(|| view! { <p>{words.exists()}" "<a href=paths::blocks(handle)>{words.link()}</a></p> })}
        </div>
    }
    .into_any()
}

fn emergency(context: &PageContext, overview: &Overview, grant: &Grant, handle: &str) -> AnyView {
    let words = context.texts().emergency;
    let may_open = may_open_emergency(context);
    let until =
        grant.until.map(|to| hour_minute(&to.to_zoned(overview.opened_at.time_zone().clone()))).unwrap_or_default();
    view! {
        <section id="access" class="access-strip access-emergency" aria-label=words.heading()>
            <p><strong>{words.active(&until)}</strong></p>
            {may_open.then(|| view! {
                <form method="post" action=paths::extend_emergency(handle, &grant.registration)>
                    <button class="button" type="submit">{words.extend()}</button>
                </form>
            })}
            <form method="post" action=paths::end_access(handle, &grant.registration)>
                <input type="hidden" name="how" value="withdrawn"/>
                <button class="button" type="submit">{words.end()}</button>
            </form>
            {overview.emergency.as_ref().filter(|_| may_open).map(|begun| view! {
                <details class="fold"><summary>{words.more()}</summary>{needed(context, handle, begun)}</details>
            })}
        </section>
    }
    .into_any()
}

fn may_open_emergency(context: &PageContext) -> bool {
    context.viewer.as_ref().is_some_and(|viewer| viewer.rights.may(Action::Emergency))
}

fn own(context: &PageContext, overview: &Overview, missing: &[Missing], handle: &str) -> AnyView {
    let texts = context.texts();
    let words = texts.access;
    // Nothing is opened while it cannot be read what is open: then the words say whom to call.
    let emergency = may_open_emergency(context) && overview.consents_here.is_some();
    let restored = !context.kept.is_empty();
    let links = view! {
        <div class="access-links">
            <a href=paths::access(handle)>{words.link()}</a>
            {emergency.then(|| view! {
                <details class="emergency-reasons" open=restored>
                    <summary>{words.emergency()}</summary>
                    {restored.then(|| problem_box(texts, AccessProblem::Restored))}
                    {reasons(context, handle, &context.kept)}
                </details>
            })}
        </div>
    };
    if missing.contains(&Missing::ActiveChoice) {
        // The choice was the user's own: the completeness line says what it leaves out.
        return view! { <div id="access" class="access-strip">{links}</div> }.into_any();
    }
    if missing.contains(&Missing::GoLive) {
        // No ground would help, so none is offered.
        let organisation = context.viewer.as_ref().map(|viewer| viewer.organisation.clone()).unwrap_or_default();
        return view! {
            <section id="access" class="access-strip access-missing" aria-label=words.heading()>
                <p><strong>{words.missing_go_live(&organisation)}</strong></p>
                <p>{words.missing_go_live_do()}</p>
            </section>
        }
        .into_any();
    }
    let (what, to_do) = if missing.contains(&Missing::Register) {
        (words.missing_register().to_owned(), words.missing_register_do())
    } else {
        let what: Vec<&str> = missing
            .iter()
            .filter_map(|missing| match missing {
                Missing::ActiveChoice | Missing::GoLive | Missing::Register => None,
                Missing::Relation => Some(words.missing_relation()),
                Missing::Consent => Some(words.missing_consent()),
            })
            .collect();
        (words.missing(&what.join(", ")), words.missing_do())
    };
    view! {
        <section id="access" class="access-strip access-missing" aria-label=words.heading()>
            <p><strong>{what}</strong></p>
            <p>{to_do}</p>
            {links}
        </section>
    }
    .into_any()
}
