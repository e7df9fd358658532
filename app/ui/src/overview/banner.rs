//! Who the page is about, and the one line that must be known before touching the patient.
//!
//! Not here: the full alerts (their card). Invariant: the number is always shown; a name only when the sources agree.

use leptos::prelude::*;
use samsyn_domain::{
    access::Basis,
    alert_line::AlertLineItem,
    entry::{Consent, Entry, Life},
    limits_view::Validity,
    overview::{Identity, Person},
    section::Section,
    state::{State, Withheld},
    vocabulary::{ConsentKind, ConsentStatus, Severity},
};

use crate::{
    context::Sheet,
    parts::{date, day},
    words,
};

/// The banner fragment.
pub(crate) fn banner(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    view! {
        <section id="banner" class="banner" aria-label=texts.person.heading()>
            <div class="banner-line">
                {name(sheet)}
                <p class="who">{who(sheet)}</p>
                <ul class="pills">{pills(sheet)}</ul>
            </div>
            {conflict(sheet)}
            {alert_line(sheet)}
            {late_limit(sheet)}
        </section>
    }
    .into_any()
}

/// Sources disagree on who this is: said where the name would stand, also when it turns out late.
fn conflict(sheet: Sheet<'_>) -> AnyView {
    let words = sheet.texts.person;
    let disagree = sheet.overview.person.identity == Identity::Conflict;
    disagree
        .then(|| {
            view! {
                <div class="alert-box" role="alert">
                    <p><strong>{words.identity_conflict()}</strong></p>
                    <p>{words.identity_conflict_do()}</p>
                </div>
            }
        })
        .into_any()
}

/// The name, or why there is none.
pub(crate) fn name(sheet: Sheet<'_>) -> AnyView {
    let words = sheet.texts.person;
    let person = &sheet.overview.person;
    match (&person.name, person.identity) {
        (_, Identity::Conflict) => view! { <h1 class="name name-missing">{words.name_not_shown()}</h1> }.into_any(),
        (Some(name), _) => view! { <h1 class="name">{name.clone()}</h1> }.into_any(),
        (None, Identity::Waiting) => view! { <h1 class="name name-missing">{words.name_waiting()}</h1> }.into_any(),
        (None, Identity::Unknown) => view! { <h1 class="name name-missing">{words.identity_unknown()}</h1> }.into_any(),
        (None, _) => view! { <h1 class="name name-missing">{words.name_missing()}</h1> }.into_any(),
    }
}

/// `19381107-2382 · 88 år · kvinna`.
pub(crate) fn who(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    let person = &sheet.overview.person;
    let age = person
        .age
        .map_or_else(|| texts.person.age_months_unknown().to_owned(), |years| texts.person.age(&years.to_string()));
    let sex = person.sex.as_ref().map_or_else(|| texts.sex.unknown().to_owned(), |sex| words::sex(texts, sex));
    view! { <span class="number" data-person="">{person.identifier.spoken()}</span>{format!(" · {age} · {sex}")} }
        .into_any()
}

fn pills(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    let person = &sheet.overview.person;
    let mut pills: Vec<(&'static str, String)> = Vec::new();
    if let Some(deceased) = deceased(sheet, person) {
        pills.push(("pill pill-strong", deceased));
    }
    if let Some(protection) = &person.protection {
        let kind = words::protection(texts, protection).to_lowercase();
        pills.push(("pill pill-strong", format!("{} ({kind})", texts.person.protected())));
    } else if person.places_masked {
        pills.push(("pill pill-amber", texts.person.protection_unverified().to_owned()));
    }
    if let Some(language) = &person.interpreter_language {
        pills.push(("pill", texts.person.interpreter(language)));
    }
    if let Some(need) = &person.communication_need {
        pills.push(("pill", texts.person.communication(need)));
    }
    pills.push(match sheet.overview.access.grant().map(|grant| grant.basis) {
        None => ("pill", texts.person.scope_own().to_owned()),
        Some(Basis::Consent) => consent(sheet),
        Some(Basis::Child) => ("pill", texts.access.basis_child().to_owned()),
        Some(Basis::Incapable) => ("pill", texts.access.basis_incapable().to_owned()),
        Some(Basis::Emergency) => ("pill pill-amber", texts.access.basis_emergency().to_owned()),
    });
    if sheet.overview.blocked_exists == Some(true) {
        pills.push(("pill pill-amber", texts.person.blocked().to_owned()));
    }
    pills.into_iter().map(|(class, words)| view! { <li class=class>{words}</li> }).collect::<Vec<_>>().into_any()
}

fn deceased(sheet: Sheet<'_>, person: &Person) -> Option<String> {
    match &person.life {
        Life::Deceased { at: Some(at) } => Some(sheet.texts.person.deceased_at(&date(at))),
        Life::Deceased { at: None } => Some(sheet.texts.person.deceased().to_owned()),
        Life::Alive | Life::NotStated => None,
    }
}

/// The consent that carries the shared overview, when a source states one; otherwise the viewer's choice of scope.
fn consent(sheet: Sheet<'_>) -> (&'static str, String) {
    let words = sheet.texts.person;
    let current: Vec<&Consent> = sheet
        .overview
        .section(Section::Consents)
        .into_iter()
        .flat_map(|section| &section.entries)
        .filter(|shown| shown.validity == Validity::Current)
        .filter_map(|shown| match &shown.entry {
            Entry::Consent(consent) if consent.kind == ConsentKind::SharedRecord => Some(&**consent),
            _ => None,
        })
        .collect();
    if current.iter().any(|consent| matches!(consent.status, ConsentStatus::Refused | ConsentStatus::Revoked)) {
        return ("pill pill-amber", words.consent_refused().to_owned());
    }
    match current.iter().find(|consent| consent.status == ConsentStatus::Active) {
        Some(consent) => {
            let text = consent
                .valid_to
                .as_ref()
                .map_or_else(|| words.consent_active().to_owned(), |to| words.consent_active_until(&day(to)));
            ("pill pill-good", format!("✓ {text}"))
        }
        None => ("pill", words.scope_shared().to_owned()),
    }
}

/// The alert line. While it is being filled, or could not be filled everywhere, it says so: silence is not "no warnings".
pub(crate) fn alert_line(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    // Infections come with vaccinations: both sections fill the line.
    let filling = || [Section::Alerts, Section::Covid19].into_iter().filter_map(|name| sheet.overview.section(name));
    let state = |test: fn(&State) -> bool| filling().any(|view| view.cells.iter().any(|cell| test(&cell.state)));
    let items: Vec<String> = sheet.overview.alert_line.iter().map(|item| alert_item(sheet, item)).collect();
    let waiting = state(|state| *state == State::Waiting).then(|| texts.alert_line.none_waiting());
    // Who was not asked stands in the completeness line; here only what was asked and did not come, or may not be told.
    let unchecked = state(|state| state.is_gap() || matches!(state, State::Withheld(why) if *why != Withheld::Role))
        .then(|| texts.alert_line.unchecked());
    let note = waiting.or(unchecked);
    if items.is_empty() && note.is_none() {
        return ().into_any();
    }
    view! {
        <p class="alert-line">
            {(!items.is_empty()).then(|| view! {
                <strong class="alert-items">
                    <span aria-hidden="true">"▲ "</span>
                    <span class="visually-hidden">{texts.alert_line.heading()}": "</span>
                    {items.join(" · ")}
                </strong>" "
            })}
            {note.map(|note| view! { <span class="alert-note">{note}</span> })}
        </p>
    }
    .into_any()
}

fn alert_item(sheet: Sheet<'_>, item: &AlertLineItem) -> String {
    let kind = words::alert_kind(sheet.texts, &item.kind);
    match &item.severity {
        Some(severity @ Severity::LifeThreatening) => {
            format!("{kind} {}: {}", item.text, words::severity(sheet.texts, severity))
        }
        _ => format!("{kind}: {}", item.text),
    }
}

/// A care limit that came late is announced where everybody looks.
fn late_limit(sheet: Sheet<'_>) -> AnyView {
    let late =
        sheet.overview.section(Section::CareLimits).is_some_and(|limits| limits.entries.iter().any(|shown| shown.late));
    late.then(|| {
        view! {
            <p class="late-limit" role="alert">
                <a href="#care-limits">{sheet.texts.alert_line.late_limit()}</a>
            </p>
        }
    })
    .into_any()
}
