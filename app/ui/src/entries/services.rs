//! Active services in full: what the badges are about. The first entry of each kind carries the badge's anchor.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{Entry, Service},
    overview::{SectionView, ShownEntry},
    vocabulary::ServiceKind,
};

use crate::{
    context::Sheet,
    overview::badges::service_anchor,
    parts::{date, joined, line, phones, source_line},
    words,
};

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
    let events: Vec<_> = service
        .events
        .iter()
        .map(|event| {
            let happened = format!("{} {}", words::event_kind(texts, &event.kind), date(&event.at));
            view! { <li>{joined([Some(happened), event.text.clone()])}</li> }
        })
        .collect();
    view! {
        <h3>{words::service_kind(texts, &service.kind)}" "<span class="flag">{phase}</span></h3>
        {line(service.text.clone())}
        {line(joined([service.unit.as_ref().and_then(|unit| unit.name.clone()), dated]))}
        {(!events.is_empty()).then(|| view! { <ul class="events">{events}</ul> })}
        {phones(texts, &service.phones)}
    }
    .into_any()
}
