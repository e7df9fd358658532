//! Medicines: drug, dosage, dose-dispensed, "enligt särskild ordination" verbatim, who handles them.
//!
//! Not here: an order. The card links to each source's own list, which is what counts.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{Entry, Medication},
    limits_view::Validity,
    overview::{SectionView, ShownEntry},
};

use crate::{
    context::Sheet,
    parts::{day, joined, late_mark, lifted_mark, line, report_button, source_link},
    words,
};

/// Medicines by source: one source line for a whole list instead of one per medicine.
pub(crate) fn medications(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let mut groups: Vec<Vec<&ShownEntry>> = Vec::new();
    for shown in &view.entries {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| same_list(first, shown))) {
            Some(group) => group.push(shown),
            None => groups.push(vec![shown]),
        }
    }
    groups.iter().map(|group| list(sheet, group)).collect::<Vec<_>>().into_any()
}

/// One list: same source, fetched together, and nothing about an entry that must stand beside it alone.
fn same_list(a: &ShownEntry, b: &ShownEntry) -> bool {
    a.source == b.source && a.fetched_at == b.fetched_at && a.late == b.late && a.lifted == b.lifted
}

fn list(sheet: Sheet<'_>, group: &[&ShownEntry]) -> AnyView {
    let Some(first) = group.first() else { return ().into_any() };
    let texts = sheet.texts;
    let (past, current): (Vec<&ShownEntry>, Vec<&ShownEntry>) =
        group.iter().copied().partition(|shown| matches!(shown.validity, Validity::Ended | Validity::Superseded));
    let rows = |entries: &[&ShownEntry]| entries.iter().map(|shown| row(sheet, shown)).collect::<Vec<_>>();
    let link = group.iter().find_map(|shown| shown.entry.provenance().link.as_deref());
    let fetched = texts.entry.fetched(&crate::parts::clock(first.fetched_at));
    view! {
        <ul class="entries medicines">{rows(&current)}</ul>
        {super::ended(sheet, format!("medications-past-{}", first.source), past.len(), rows(&past))}
        <p class="source">
            <span class="source-name">{first.label.clone()}</span>{format!(" · {fetched}")}{late_mark(texts, first.late)}
            {lifted_mark(texts, first.lifted)}
            {(!sheet.print).then(|| source_link(link, texts.medications.open_list()))}
        </p>
    }
    .into_any()
}

fn row(sheet: Sheet<'_>, shown: &ShownEntry) -> AnyView {
    let Entry::Medication(medicine) = &shown.entry else { return ().into_any() };
    let copies = shown
        .copies
        .iter()
        .map(|copy| {
            let dated = copy.dated.as_ref().map_or_else(|| sheet.texts.entry.not_stated().to_owned(), day);
            view! { <p class="source copy">{sheet.texts.entry.copy(&copy.label, &dated)}</p> }
        })
        .collect::<Vec<_>>();
    view! { <li class="entry">{medication(sheet, medicine, report_button(sheet.texts, shown))}{copies}</li> }.into_any()
}

/// What is said of one medicine, with what can be done about it last.
pub(crate) fn medication(sheet: Sheet<'_>, medicine: &Medication, last: Option<AnyView>) -> AnyView {
    let texts = sheet.texts;
    let label = texts.medications;
    let separate = medicine.separate_instruction.as_ref().map(|text| {
        let named = label.separate_instruction("");
        let lead = named.trim_end_matches([':', ' ']).to_lowercase();
        // Verbatim; the label is left out where the source's own words begin with it.
        if text.to_lowercase().starts_with(&lead) { text.clone() } else { label.separate_instruction(text) }
    });
    let dosage = medicine.dosage.clone().or_else(|| separate.is_none().then(|| label.dosage_missing().to_owned()));
    let flags = joined([
        (medicine.as_needed == Some(true)).then(|| label.as_needed().to_owned()),
        (medicine.dose_dispensed == Some(true)).then(|| label.dose_dispensed().to_owned()),
        (!is_running(medicine)).then(|| words::phase(texts, &medicine.phase)),
    ]);
    let about = joined([
        medicine.indication.as_ref().map(|text| format!("{}: {text}", label.indication())),
        medicine.handled_by.as_ref().map(|who| label.handled_by(who)),
        medicine.started.as_ref().map(|at| label.started(&day(at))),
        medicine.ended.as_ref().map(|at| label.stopped(&day(at))),
    ]);
    view! {
        <h3>{medicine.drug.text.clone()}{flags.map(|flags| view! { " "<span class="flag">{flags}</span> })}</h3>
        {line(dosage)}
        {line(separate)}
        {(about.is_some() || last.is_some()).then(|| view! { <p class="line quiet">{about}{last}</p> })}
    }
    .into_any()
}

fn is_running(medicine: &Medication) -> bool {
    use samsyn_domain::vocabulary::Phase;
    matches!(medicine.phase, Phase::Current | Phase::Active)
}
