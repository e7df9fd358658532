//! The badges: what lights up and what is unknown; on one line each what is awaited, was not asked or has nothing to show.
//!
//! Five looks, word first; colour and frame repeat what the words say. Not here: which look (`domain::badge`).
//! Invariant: a badge that is unknown or not asked never reads as "nothing".

use leptos::prelude::*;
use samsyn_domain::{
    badge::{Badge, Look},
    entry::Entry,
    section::Section,
    vocabulary::ServiceKind,
};

use crate::{context::Sheet, parts::day, words};

/// The badges fragment.
pub(crate) fn badges(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    let pills: Vec<AnyView> = PILLS
        .into_iter()
        .flat_map(|look| sheet.overview.badges.iter().filter(move |badge| badge.look == look && !is_bare(badge)))
        .map(|badge| pill(sheet, badge))
        .collect();
    let waiting = sheet.overview.badges.iter().any(|badge| badge.look == Look::Waiting);
    let class = if waiting { "badges waiting" } else { "badges" };
    view! {
        <section id="badges" class=class aria-labelledby="badges-heading">
            <h2 id="badges-heading" class="visually-hidden">{texts.badges.heading()}</h2>
            {(!pills.is_empty()).then(|| view! { <ul class="pill-list">{pills}</ul> })}
            {plain(sheet, Look::Unknown, false)}
            {plain(sheet, Look::Waiting, false)}
            {plain(sheet, Look::NotAsked, true)}
            {plain(sheet, Look::NotAsked, false)}
            {plain(sheet, Look::None, false)}
            <p class="quiet">{texts.badges.since(&sheet.overview.recent_since.to_string())}</p>
        </section>
    }
    .into_any()
}

/// Unknown although nobody is silent: something may exist that this viewer may not be told of. The same for every such badge,
/// so one line says it.
const fn is_bare(badge: &Badge) -> bool {
    matches!(badge.look, Look::Unknown) && badge.labels.is_empty()
}

/// Looks shown as pills, lit first.
const PILLS: [Look; 3] = [Look::Ongoing, Look::Recent, Look::Unknown];

/// The look's stable word, for styles and tests.
const fn look_word(look: Look) -> &'static str {
    match look {
        Look::Ongoing => "ongoing",
        Look::Recent => "recent",
        Look::Unknown => "unknown",
        Look::NotAsked => "not-asked",
        Look::None => "none",
        Look::Waiting => "waiting",
    }
}

fn pill(sheet: Sheet<'_>, badge: &Badge) -> AnyView {
    let look = look_word(badge.look);
    let said = said(sheet, badge);
    // "okänt" stands alone on a phone: who is silent stands above among the care limits and in the completeness line.
    let (word, who) = match badge.look {
        Look::Unknown => said.split_at(said.find(':').unwrap_or(said.len())),
        _ => (said.as_str(), ""),
    };
    view! {
        <li>
            <a class=format!("badge badge-{look}") href=target(sheet, badge)
                data-badge=badge.kind.word().to_owned() data-look=look>
                <strong>{words::service_kind(sheet.texts, &badge.kind)}</strong>" "{word.to_owned()}
                {(!who.is_empty()).then(|| view! { <span class="badge-who">{who.to_owned()}</span> })}
            </a>
        </li>
    }
    .into_any()
}

/// "pågår, besök 2026-11-19".
pub(crate) fn said(sheet: Sheet<'_>, badge: &Badge) -> String {
    let texts = sheet.texts;
    let words = texts.badges;
    let event =
        || badge.event.as_ref().map(|event| format!("{} {}", words::event_kind(texts, &event.kind), day(&event.at)));
    match badge.look {
        Look::Ongoing => match (event(), &badge.since) {
            (Some(event), _) => format!("{}, {event}", words.ongoing()),
            (None, Some(since)) => words.ongoing_since(&day(since)),
            (None, None) => words.ongoing().to_owned(),
        },
        Look::Recent => match &badge.since {
            Some(since) if badge.ended => words.ended(&day(since)),
            Some(since) => words.noted(&day(since)),
            None => words.recent().to_owned(),
        },
        Look::Unknown if badge.labels.is_empty() => words.unknown_bare().to_owned(),
        Look::Unknown => words.unknown(&badge.labels.join(", ")),
        Look::NotAsked if badge.not_in_emergency => sheet.texts.state.not_asked_not_in_emergency().to_owned(),
        Look::NotAsked => words.not_asked().to_owned(),
        Look::None => words.none().to_owned(),
        Look::Waiting => words.waiting().to_owned(),
    }
}

/// The entries behind the badge: the service's own, the plan that lit it, or the card where its state stands.
fn target(sheet: Sheet<'_>, badge: &Badge) -> String {
    let has_service = sheet.overview.section(Section::Services).is_some_and(|services| {
        services.entries.iter().any(|shown| matches!(&shown.entry, Entry::Service(s) if s.kind == badge.kind))
    });
    let lit = matches!(badge.look, Look::Ongoing | Look::Recent);
    match badge.kind {
        _ if has_service => format!("#{}", service_anchor(&badge.kind)),
        ServiceKind::Sip | ServiceKind::CarePlan if lit => "#plans".to_owned(),
        _ => "#services".to_owned(),
    }
}

/// Id of the first entry of a kind; letters, digits and hyphens only.
pub(crate) fn service_anchor(kind: &ServiceKind) -> String {
    let word: String = kind.word().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("service-{word}")
}

/// Badges without light, collapsed into one line; those that danger to life does not open into one of their own.
fn plain(sheet: Sheet<'_>, look: Look, barred: bool) -> AnyView {
    let texts = sheet.texts;
    let in_line = |badge: &&Badge| {
        badge.look == look && badge.not_in_emergency == barred && (look != Look::Unknown || is_bare(badge))
    };
    let these: Vec<&Badge> = sheet.overview.badges.iter().filter(in_line).collect();
    if these.is_empty() {
        return ().into_any();
    }
    let lead = match look {
        Look::NotAsked if barred => texts.state.not_asked_not_in_emergency(),
        Look::NotAsked
            if these.iter().all(|badge| badge.labels.is_empty()) && sheet.overview.completeness.others_not_asked =>
        {
            texts.badges.not_asked_of_others()
        }
        Look::NotAsked => texts.badges.not_asked(),
        Look::Waiting => texts.state.waiting(),
        Look::Unknown => texts.badges.unknown_bare(),
        _ => texts.badges.none(),
    };
    let word = look_word(look);
    let last = these.len() - 1;
    let names: Vec<_> = these
        .into_iter()
        .enumerate()
        .map(|(index, badge)| {
            let name = words::service_kind(texts, &badge.kind);
            view! {
                <span data-badge=badge.kind.word().to_owned() data-look=word>{name}</span>
                {if index < last { ", " } else { "" }}
            }
        })
        .collect();
    view! {
        <p class="badges-plain">
            <span class=format!("swatch swatch-{word}") aria-hidden="true"></span>
            <strong>{lead}":"</strong>" "{names}
        </p>
    }
    .into_any()
}
