//! What is registered: what holds, then what has ended under its count.
//!
//! Invariant: what ended before its time says how, when and by whom; ending one takes two steps.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    access::{Action, Kind, Registration},
    time::{When, sweden},
};

use super::{AccessPage, proven};
use crate::{
    context::PageContext,
    parts::{date, joined},
    paths,
    text::Texts,
    words,
};

/// The list.
pub(super) fn list(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    let (holding, past): (Vec<_>, Vec<_>) = page
        .registered
        .iter()
        .partition(|one| one.ended.is_none() && one.period.to.is_none_or(|to| page.now.timestamp() < to));
    let items = |some: &[&Registration]| some.iter().map(|one| item(context, page, one)).collect::<Vec<_>>();
    let history = words.history(&past.len().to_string());
    view! {
        <section class="registered" aria-labelledby="registered-heading">
            <h2 id="registered-heading">{words.holds()}</h2>
            {holding.is_empty().then(|| view! { <p class="quiet">{words.none()}</p> })}
            {(!holding.is_empty()).then(|| view! { <ul class="entries">{items(&holding)}</ul> })}
            {(!past.is_empty()).then(|| view! {
                <details class="fold"><summary>{history}</summary><ul class="entries">{items(&past)}</ul></details>
            })}
        </section>
    }
    .into_any()
}

fn item(context: &PageContext, page: &AccessPage<'_>, one: &Registration) -> AnyView {
    let texts = context.texts();
    let words = texts.access;
    let until = one.period.to.map_or_else(|| words.until_revoked().to_owned(), |to| words.until(&moment(to)));
    let unit = one.receiver.unit.as_ref().and_then(|unit| unit.name.clone());
    let lifted = one.stated.unit_name.as_ref().or(one.stated.unit.as_ref()).map(|unit| words.lifted_unit(unit));
    let registrar = &one.registered_by;
    let named = !registrar.name.is_empty();
    let alone = one.receiver.employee.as_ref().map(|_| {
        if one.receiver.covers(page.viewer) {
            words.for_me().to_owned()
        } else if named {
            words.for_one(&registrar.name)
        } else {
            texts.consents.for_one().to_owned()
        }
    });
    let at = moment(one.registered_at);
    let opened = (one.kind == Kind::Emergency).then(|| {
        let sections: Vec<_> = one.stated.sections.iter().map(|section| words::section(texts, *section)).collect();
        if sections.is_empty() { texts.emergency.first_step().to_owned() } else { sections.join(", ") }
    });
    let by = if named {
        words.registered_by(&at, &format!("{}, {}", registrar.name, registrar.title))
    } else {
        texts.consents.registered_at(&at)
    };
    let ended = one.ended.as_ref().map(|ended| {
        let at = moment(ended.at);
        if ended.voided { words.voided_at(&at) } else { words.ended_at(&at) }
    });
    let open = one.ended.is_none() && one.period.to.is_none_or(|to| page.now.timestamp() < to);
    view! {
        <li class="entry" data-registration=one.id.clone() data-kind=kind_word(one.kind)>
            <h3>{kind(texts, one.kind)}</h3>
            <p class="line">{joined([lifted, opened, unit, alone, Some(until)])}</p>
            {one.stated.proof.as_ref().map(|proof| view! { <p class="line">{proven::noted(texts, proof)}</p> })}
            {one.stated.text.clone().map(|text| view! { <p class="line">{text}</p> })}
            <p class="source">{joined([Some(by), ended])}</p>
            {open.then(|| endings(context, page, one))}
        </li>
    }
    .into_any()
}

/// Withdrawing and voiding are different acts and rights; each is confirmed by itself.
fn endings(context: &PageContext, page: &AccessPage<'_>, one: &Registration) -> AnyView {
    let words = context.texts().access;
    let may = |right: Action| one.check_end(page.viewer, right).is_ok();
    let ending = |value: &'static str, summary: &'static str, explained: &'static str| {
        view! {
            <details class="fold end">
                <summary>{summary}</summary>
                <form method="post" action=paths::end_access(page.handle, &one.id)>
                    <p class="quiet">{explained}</p>
                    <input type="hidden" name="how" value=value/>
                    <button class="button" type="submit">{words.end_confirm()}</button>
                </form>
            </details>
        }
    };
    let withdrawn = match one.kind {
        Kind::Lift => words.lift_end_explained(),
        Kind::Emergency | Kind::Relation => words.end_own_explained(),
        Kind::Consent | Kind::Child | Kind::Incapable => words.revoke_explained(),
    };
    view! {
        {may(Action::Revoke).then(|| ending("withdrawn", words.revoke(), withdrawn))}
        {may(Action::Void).then(|| ending("voided", words.void(), words.void_explained()))}
    }
    .into_any()
}

fn kind(texts: Texts, kind: Kind) -> &'static str {
    let words = texts.access;
    match kind {
        Kind::Consent => words.kind_consent(),
        Kind::Relation => words.kind_relation(),
        Kind::Child => words.kind_child(),
        Kind::Incapable => words.kind_incapable(),
        Kind::Emergency => words.kind_emergency(),
        Kind::Lift => words.kind_lift(),
    }
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Consent => "consent",
        Kind::Relation => "relation",
        Kind::Child => "child",
        Kind::Incapable => "incapable",
        Kind::Emergency => "emergency",
        Kind::Lift => "lift",
    }
}

/// Local date and time.
pub(crate) fn moment(at: Timestamp) -> String {
    date(&When::Local(at.to_zoned(sweden()).datetime()))
}
