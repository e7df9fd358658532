//! Vaccination and infection: covid-19 first and always with a line of its own, then everything else.
//!
//! Not here: what counts as covid, and counting doses (`domain::merge`). Invariant: a suspected infection never reads as a confirmed one, and "no
//! information" about covid is said only when every source answered in full.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{Entry, Infection, Vaccination},
    merge,
    overview::{CovidSummary, SectionView, ShownEntry},
    state::State,
};

use super::listed;
use crate::{
    context::Sheet,
    overview::section::is_conclusive,
    parts::{actor, day, fold, joined, line},
    words,
};

/// The card's entries.
pub(crate) fn covid_19(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let (covid, others): (Vec<&ShownEntry>, Vec<&ShownEntry>) =
        view.entries.iter().partition(|shown| is_covid(&shown.entry));
    let summary = sheet.texts.covid_19.rows(&covid.len().to_string());
    view! {
        {at_a_glance(sheet, view, !covid.is_empty())}
        {(!covid.is_empty()).then(|| fold(sheet, "covid-rows".to_owned(), summary, listed(sheet, "covid", covid)))}
        {listed(sheet, "infections", others)}
    }
    .into_any()
}

fn is_covid(entry: &Entry) -> bool {
    match entry {
        Entry::Vaccination(dose) => merge::is_covid_dose(dose),
        Entry::Infection(infection) => merge::is_covid(&infection.what),
        _ => false,
    }
}

/// "Senaste dos DATUM, 5–6 doser kända, möjlig dubblett" and "bekräftad infektion DATUM".
fn at_a_glance(sheet: Sheet<'_>, view: &SectionView, has_rows: bool) -> AnyView {
    let words = sheet.texts.covid_19;
    let doses = view.covid.as_ref().and_then(|covid| doses(sheet, covid));
    let infection = view.covid.as_ref().and_then(|covid| covid.confirmed_infection.as_ref());
    let infection = infection.map(|at| words.confirmed(&day(at)));
    let lines: Vec<String> = [doses, infection].into_iter().flatten().collect();
    if !lines.is_empty() {
        return lines.into_iter().map(|words| view! { <p class="glance">{words}</p> }).collect::<Vec<_>>().into_any();
    }
    let any = |test: fn(&State) -> bool| view.cells.iter().any(|cell| test(&cell.state));
    let silent = any(State::is_gap);
    // What is withheld has its own line above, and no source has failed to answer.
    let only_withheld = !silent && any(|state| matches!(state, State::Withheld(_)));
    if has_rows || view.is_waiting() || view.cells.is_empty() || only_withheld {
        return ().into_any();
    }
    let silence = if is_conclusive(sheet, view) { words.none_shown() } else { words.unknown() };
    view! { <p class="glance glance-quiet">{silence}</p> }.into_any()
}

fn doses(sheet: Sheet<'_>, covid: &CovidSummary) -> Option<String> {
    let words = sheet.texts.covid_19;
    let CovidSummary { doses_at_least: least, doses_at_most: most, .. } = *covid;
    let counted = match (least, most) {
        (_, 0) => return None,
        (1, 1) => words.doses_one().to_owned(),
        (least, most) if least == most => words.doses_exact(&most.to_string()),
        (least, most) => words.doses_range(&least.to_string(), &most.to_string()),
    };
    let latest = covid.latest_dose.as_ref().map_or_else(|| words.undated().to_owned(), day);
    Some(words.latest(&latest, &counted))
}

/// One dose.
pub(crate) fn vaccination(sheet: Sheet<'_>, shown: &ShownEntry, dose: &Vaccination) -> AnyView {
    let texts = sheet.texts;
    let diseases: Vec<&str> = dose.target_diseases.iter().map(|disease| disease.text.as_str()).collect();
    let vaccine = dose.vaccine.as_ref().map(|vaccine| vaccine.text.clone());
    let title = if diseases.is_empty() { vaccine.clone() } else { Some(diseases.join(", ")) };
    let title = title.unwrap_or_else(|| texts.covid_19.vaccine_missing().to_owned());
    let at = dose.date.as_ref().map_or_else(|| texts.covid_19.undated().to_owned(), day);
    let about = joined([
        vaccine.filter(|vaccine| *vaccine != title),
        dose.dose_number.map(|number| texts.covid_19.dose(&number.to_string())),
        shown.possible_duplicate.then(|| texts.entry.possible_duplicate().to_owned()),
        dose.batch.clone(),
        dose.performer.as_ref().and_then(actor),
    ]);
    view! { <h3>{format!("{title} {at}")}</h3>{line(about)}{line(dose.note.clone())} }.into_any()
}

/// One infection, certainty first.
pub(crate) fn infection(sheet: Sheet<'_>, infection: &Infection) -> AnyView {
    let texts = sheet.texts;
    let certainty = words::infection_certainty(texts, &infection.certainty);
    let about = joined([
        infection.date.as_ref().map(day),
        infection.method.clone(),
        (infection.ongoing == Some(true)).then(|| texts.covid_19.infection_ongoing().to_owned()),
        infection.ended.as_ref().map(|at| texts.covid_19.ended(&day(at))),
    ]);
    view! {
        <h3>{format!("{}: {}", infection.what.text, certainty.to_lowercase())}</h3>
        {line(about)}
        {line(infection.precautions.clone())}
    }
    .into_any()
}
