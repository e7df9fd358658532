//! Active services in full: what the badges are about. The first entry of each kind carries the badge's anchor.
//!
//! Invariant: only ordinary visits are ever folded, and their number stands on the fold.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{Entry, Service, ServiceEvent},
    overview::{SectionView, ShownEntry},
    time::sweden,
    vocabulary::{EventKind, ServiceKind},
};

use crate::{
    context::Sheet,
    overview::badges::service_anchor,
    parts::{date, fold, joined, line, phones, source_line},
    words,
};

/// Up to so many events all of them stand on the card.
const EVENTS_MAX: usize = 8;
/// Visits that stand there otherwise: so many of the last, and so many of the next.
const VISITS_NEAR: usize = 2;

/// Entries in the order of the badges' registry as merged; each kind can be reached from its badge.
pub(crate) fn services(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let mut seen: Vec<&ServiceKind> = Vec::new();
    let items: Vec<AnyView> = view.entries.iter().map(|shown| item(sheet, shown, &mut seen)).collect();
    (!items.is_empty()).then(|| view! { <ul class="entries entries-wide">{items}</ul> }).into_any()
}

fn item<'a>(sheet: Sheet<'_>, shown: &'a ShownEntry, seen: &mut Vec<&'a ServiceKind>) -> AnyView {
    let Entry::Service(entry) = &shown.entry else { return ().into_any() };
    let anchor = (!seen.contains(&&entry.kind)).then(|| service_anchor(&entry.kind));
    seen.push(&entry.kind);
    view! {
        <li class="entry" id=anchor tabindex="-1">{service(sheet, entry)}{source_line(sheet, shown, true)}</li>
    }
    .into_any()
}

/// What is said of one service.
pub(crate) fn service(sheet: Sheet<'_>, service: &Service) -> AnyView {
    let texts = sheet.texts;
    let phase = words::service_phase(texts, &service.phase);
    let dated = joined([
        service.started.as_ref().map(|at| texts.services.started(&date(at))),
        service.ended.as_ref().map(|at| texts.services.ended(&date(at))),
        service.last_noted.as_ref().map(|at| texts.services.last_noted(&date(at))),
    ]);
    view! {
        <h3>{words::service_kind(texts, &service.kind)}" "<span class="flag">{phase}</span></h3>
        {line(service.text.clone())}
        {line(joined([service.unit.as_ref().and_then(|unit| unit.name.clone()), dated]))}
        {events(sheet, service)}
        {phones(texts, &service.phones)}
    }
    .into_any()
}

/// What has happened and is planned; of home care with its visits by the dozen the nearest, and the rest behind a summary.
fn events(sheet: Sheet<'_>, service: &Service) -> AnyView {
    let all: Vec<&ServiceEvent> = service.events.iter().collect();
    if sheet.print || all.len() <= EVENTS_MAX {
        return event_list(sheet, &all);
    }
    let summary = sheet.texts.services.all_events(&all.len().to_string());
    let id = format!("events-{}", anchor(&service.provenance.id));
    view! { {event_list(sheet, &near(sheet, &all))}{fold(sheet, id, summary, event_list(sheet, &all))} }.into_any()
}

fn event_list(sheet: Sheet<'_>, events: &[&ServiceEvent]) -> AnyView {
    let item = |event: &&ServiceEvent| {
        let happened = format!("{} {}", words::event_kind(sheet.texts, &event.kind), date(&event.at));
        view! { <li>{joined([Some(happened), event.text.clone()])}</li> }
    };
    let items: Vec<_> = events.iter().map(item).collect();
    (!items.is_empty()).then(|| view! { <ul class="events">{items}</ul> }).into_any()
}

/// Everything but visits, the last visits and the next ones, in the source's order. A visit whose time cannot be read stays.
fn near<'e>(sheet: Sheet<'_>, events: &[&'e ServiceEvent]) -> Vec<&'e ServiceEvent> {
    let zone = sweden();
    let now = sheet.overview.opened_at.with_time_zone(zone.clone()).datetime();
    let time = |event: &ServiceEvent| {
        let is_visit = matches!(event.kind, EventKind::Visit | EventKind::PlannedVisit);
        is_visit.then(|| event.at.order_key(&zone)).flatten()
    };
    let times = || events.iter().filter_map(|event| time(event));
    let mut past: Vec<_> = times().filter(|at| *at <= now).collect();
    let mut ahead: Vec<_> = times().filter(|at| *at > now).collect();
    past.sort_unstable();
    ahead.sort_unstable();
    let from = past.iter().rev().take(VISITS_NEAR).next_back().copied().unwrap_or(now);
    let to = ahead.into_iter().take(VISITS_NEAR).next_back().unwrap_or(now);
    let is_near = |event: &&&ServiceEvent| time(event).is_none_or(|at| from <= at && at <= to);
    events.iter().filter(is_near).copied().collect()
}

fn anchor(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
