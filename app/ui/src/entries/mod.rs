//! The entries of a card, one file per section.
//!
//! Not here: order and validity (`domain::merge`). Invariant: every entry ends with its source and times, and what has
//! ended is folded away under its count, never dropped.
//! To add a section: a file with a function from an entry to a view, and a line in [`body`].

mod alerts;
mod consents;
mod contacts;
mod covid_19;
mod documents;
mod functional_status;
mod medications;
mod plans;
mod services;

use leptos::prelude::*;
use samsyn_domain::{
    entry::Entry,
    limits_view::Validity,
    overview::{SectionView, ShownEntry},
    section::Section,
};

pub(crate) use contacts::openings;

use crate::{
    context::Sheet,
    parts::{fold, late_mark, source_line},
};

/// The entries of a section, in the form its readers need.
pub(crate) fn of(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    match view.name {
        Section::Contacts => contacts::contacts(sheet, view),
        Section::Consents => consents::consents(sheet, view),
        Section::Covid19 => covid_19::covid_19(sheet, view),
        Section::Services => services::services(sheet, view),
        Section::Medications => medications::medications(sheet, view),
        _ => listed(sheet, view.name.name(), view.entries.iter().collect()),
    }
}

/// Current entries, then those that no longer hold under their count.
pub(crate) fn listed(sheet: Sheet<'_>, id: &str, entries: Vec<&ShownEntry>) -> AnyView {
    let (past, current): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|shown| matches!(shown.validity, Validity::Ended | Validity::Superseded));
    let list = |entries: &[&ShownEntry]| entries.iter().map(|shown| item(sheet, shown)).collect::<Vec<_>>();
    view! {
        {(!current.is_empty()).then(|| view! { <ul class="entries">{list(&current)}</ul> })}
        {ended(sheet, format!("{id}-past"), past.len(), list(&past))}
    }
    .into_any()
}

/// What no longer holds: folded under its count; on paper the count alone.
pub(crate) fn ended(sheet: Sheet<'_>, id: String, count: usize, entries: Vec<AnyView>) -> AnyView {
    let summary = sheet.texts.entry.ended_count(&count.to_string());
    match count {
        0 => ().into_any(),
        _ if sheet.print => view! { <p class="line quiet">{summary}</p> }.into_any(),
        _ => fold(sheet, id, summary, view! { <ul class="entries">{entries}</ul> }.into_any()),
    }
}

/// One entry with its source line.
pub(crate) fn item(sheet: Sheet<'_>, shown: &ShownEntry) -> AnyView {
    view! { <li class="entry">{body(sheet, shown)}{source_line(sheet, shown, true)}</li> }.into_any()
}

/// What an entry says.
fn body(sheet: Sheet<'_>, shown: &ShownEntry) -> AnyView {
    match &shown.entry {
        Entry::Alert(alert) => alerts::alert(sheet, alert),
        Entry::Consent(consent) => consents::consent(sheet, consent),
        Entry::Contact(contact) => contacts::contact(sheet, shown, contact),
        Entry::Document(document) => documents::document(sheet, document),
        Entry::FunctionalAssessment(assessment) => functional_status::assessment(sheet, assessment),
        Entry::Infection(infection) => covid_19::infection(sheet, infection),
        Entry::Medication(medication) => medications::medication(sheet, medication, None),
        Entry::Plan(plan) => plans::plan(sheet, shown, plan),
        Entry::Service(service) => services::service(sheet, service),
        Entry::Vaccination(vaccination) => covid_19::vaccination(sheet, shown, vaccination),
        Entry::CareLimit(limit) => {
            view! { <h3>{limit.text.clone()}{late_mark(sheet.texts, shown.late)}</h3> }.into_any()
        }
    }
}
