//! The forms: consent with relation, a child, an adult lastingly unable to consent, a relation alone.
//!
//! Invariant: what the law asks for is stated by whoever sends the form; nothing of it is filled in beforehand. Only until when an inability
//! to consent is reviewed has a default, the longest there is.

use leptos::prelude::*;
use samsyn_domain::{
    access::{Action, Kind, Registration, RelationReason, is_child},
    time::today,
};

use super::{AccessPage, Typed, proven, radio, tick};
use crate::{context::PageContext, parts::draft_field, paths};

/// All that the role and the patient's age allow.
pub(super) fn forms(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let child = is_child(&page.person.identifier, today(page.now));
    let assert = page.viewer.may(Action::Assert);
    view! {
        {needs_relation_alone(page).then(|| relation_form(context, page))}
        {consent(context, page, child, assert && !child)}
        {(assert && child).then(|| child_form(context, page))}
        {(assert && !child).then(|| incapable(context, page))}
    }
    .into_any()
}

/// A consent is there already, or a source reports the relation: then there is something to register without a new consent.
fn needs_relation_alone(page: &AccessPage<'_>) -> bool {
    let at = page.now.timestamp();
    let consented = |one: &Registration| one.kind == Kind::Consent && one.holds_for(page.viewer, at);
    !is_related(page) && (page.proof.is_some() || page.registered.iter().any(consented))
}

fn is_related(page: &AccessPage<'_>) -> bool {
    let at = page.now.timestamp();
    page.registered.iter().any(|one| one.kind == Kind::Relation && one.holds_for(page.viewer, at))
}

fn relation_form(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    view! {
        <details class="fold form" open=page.typed.get("kind").is_some_and(|kind| kind == "relation")>
            <summary><h2>{words.relation_heading()}</h2></summary>
            <form method="post" action=paths::access(page.handle)>
                {draft_field(context)}
                <p>{words.relation_explained()}</p>
                <input type="hidden" name="kind" value="relation"/>
                {relation(context, page)}
                {period(context, page, &[
                    ("this-contact", words.period_contact()),
                    ("three-months", words.period_three()),
                    ("twelve-months", words.period_twelve()),
                ])}
                <button class="button" type="submit">{words.button_relation()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn consent(context: &PageContext, page: &AccessPage<'_>, child: bool, else_incapable: bool) -> AnyView {
    let words = context.texts().access;
    let typed = page.typed;
    let unit = page.viewer.unit.name.clone().unwrap_or_default();
    let others =
        page.receiving_units.iter().map(|unit| radio(typed, "for", &unit.unit, unit.name.clone())).collect::<Vec<_>>();
    view! {
        <details class="fold form" open=typed.get("kind").is_none_or(|kind| kind == "consent")>
            <summary><h2>{words.consent_heading()}</h2></summary>
            <form method="post" action=paths::access(page.handle)>
                {draft_field(context)}
                <p>{words.consent_explained()}</p>
                {else_incapable.then(|| view! { <p><a href="#incapable">{words.consent_else()}</a></p> })}
                <input type="hidden" name="kind" value="consent"/>
                {relation(context, page)}
                <fieldset>
                    <legend>{words.given_by()}</legend>
                    {radio(typed, "given_by", "patient", words.given_patient().to_owned())}
                    {child.then(|| radio(typed, "given_by", "guardian", words.given_guardian().to_owned()))}
                </fieldset>
                <fieldset>
                    <legend>{words.for_whom()}</legend>
                    {radio(typed, "for", "me", words.for_me().to_owned())}
                    {radio(typed, "for", "unit", words.for_unit(&unit))}
                    {(!others.is_empty()).then(|| view! { <p class="quiet">{words.for_other()}</p> })}
                    {others}
                </fieldset>
                {period(context, page, &[
                    ("this-contact", words.period_contact()),
                    ("three-months", words.period_three()),
                    ("twelve-months", words.period_twelve()),
                    ("until-revoked", words.period_revoked()),
                ])}
                <button class="button" type="submit">{words.button_consent()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn child_form(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    view! {
        <details class="fold form" open=page.typed.get("kind").is_some_and(|kind| kind == "child")>
            <summary><h2>{words.child_heading()}</h2></summary>
            <form method="post" action=paths::access(page.handle)>
                {draft_field(context)}
                <p>{words.child_explained()}</p>
                <input type="hidden" name="kind" value="child"/>
                {relation(context, page)}
                {period(context, page, &[
                    ("this-contact", words.period_contact()),
                    ("three-months", words.period_three()),
                    ("twelve-months", words.period_twelve()),
                ])}
                <button class="button" type="submit">{words.button_child()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn incapable(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    let typed = page.typed;
    view! {
        <details class="fold form" id="incapable" open=typed.get("kind").is_some_and(|kind| kind == "incapable")>
            <summary><h2>{words.incapable_heading()}</h2></summary>
            <form method="post" action=paths::access(page.handle)>
                {draft_field(context)}
                <p>{words.incapable_explained()}</p>
                <input type="hidden" name="kind" value="incapable"/>
                {tick(typed, "necessary".to_owned(), words.assert_necessary(), false)}
                {tick(typed, "attitude-clarified".to_owned(), words.assert_attitude(), false)}
                {tick(typed, "no-objection".to_owned(), words.assert_objection(), false)}
                {relation(context, page)}
                {review_date(context, page)}
                <button class="button" type="submit">{words.button_incapable()}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Until when an inability to consent holds before it is reviewed: six months if nothing else is said.
fn review_date(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    let typed = page.typed.get("kind").filter(|kind| *kind == "incapable").and_then(|_| page.typed.get("period"));
    let chosen = Typed::from([("period".to_owned(), typed.map_or("six-months", String::as_str).to_owned())]);
    let presets = [
        ("this-contact", words.period_contact()),
        ("three-months", words.period_three()),
        ("six-months", words.period_six()),
    ];
    periods(context, &chosen, &presets)
}

/// Why one takes part in the care; asked only while no relation is registered for the viewer.
fn relation(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    if is_related(page) {
        return ().into_any();
    }
    let options = [
        (RelationReason::Visit, "visit", words.relation_visit()),
        (RelationReason::Enrolled, "enrolled", words.relation_enrolled()),
        (RelationReason::Planned, "planned", words.relation_planned()),
        (RelationReason::SocialCare, "social-care", words.relation_social()),
    ]
    .into_iter()
    .filter(|(reason, _, _)| reason.suits(page.viewer.provider.kind))
    .map(|(_, value, label)| radio(page.typed, "relation", value, label.to_owned()))
    .collect::<Vec<_>>();
    view! {
        <fieldset>
            <legend>{words.relation()}</legend>
            {page.proof.as_ref().map(|proof| radio(page.typed, "relation", "proven", proven::choice(context.texts(), proof)))}
            {options}
        </fieldset>
    }
    .into_any()
}

fn period(context: &PageContext, page: &AccessPage<'_>, presets: &[(&'static str, &'static str)]) -> AnyView {
    periods(context, page.typed, presets)
}

fn periods(context: &PageContext, typed: &Typed, presets: &[(&'static str, &'static str)]) -> AnyView {
    let options = presets.iter().map(|(value, label)| radio(typed, "period", value, (*label).to_owned()));
    view! {
        <fieldset>
            <legend>{context.texts().access.period()}</legend>
            {options.collect::<Vec<_>>()}
        </fieldset>
    }
    .into_any()
}
