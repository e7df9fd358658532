//! The same record from two places: linked, never dropped, never merged into one answer.
//!
//! Two entries are copies when the source gave them the same record id under the same provider, the same decision id, or the
//! same reference of a dose. Copies that read alike become one entry that names the others; copies that read differently
//! both stay, each naming the other, because one of them has drifted (Kronoberg's routine, `domain-facts` §6.1).

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    entry::{CareLimit, Entry, Vaccination},
    limits_view::normal,
    merge::{is_covid_dose, order::date_of},
    overview::{Copy, ShownEntry},
    provenance::{Provenance, Signing},
};

/// Links copies.
pub fn link(entries: Vec<ShownEntry>, zone: &TimeZone) -> Vec<ShownEntry> {
    let mut kept: Vec<ShownEntry> = Vec::with_capacity(entries.len());
    for mut shown in entries {
        let mut alike = None;
        for (index, other) in kept.iter_mut().enumerate() {
            if !is_copy(&other.entry, &shown.entry) {
                continue;
            }
            if reads_alike(&other.entry, &shown.entry) {
                alike = Some(index);
                break;
            }
            other.copies.push(copy_of(&shown));
            shown.copies.push(copy_of(other));
        }
        match alike.and_then(|index| kept.get_mut(index)) {
            Some(original) => original.copies.push(copy_of(&shown)),
            None => kept.push(shown),
        }
    }
    for shown in &mut kept {
        shown.copies.sort_by_key(|copy| std::cmp::Reverse(copy.dated.as_ref().and_then(|when| when.order_key(zone))));
    }
    kept
}

fn copy_of(shown: &ShownEntry) -> Copy {
    Copy {
        source: shown.source.clone(),
        label: shown.label.clone(),
        dated: date_of(&shown.entry).or(shown.entry.provenance().recorded.as_ref()).cloned(),
    }
}

fn is_copy(a: &Entry, b: &Entry) -> bool {
    if std::mem::discriminant(a) != std::mem::discriminant(b) {
        return false;
    }
    let same_record = same_record(a.provenance(), b.provenance());
    match (a, b) {
        (Entry::CareLimit(x), Entry::CareLimit(y)) => {
            let provider = |entry: &Entry| entry.provenance().provider_id().map(str::to_owned);
            let same_decision = x.decision_id.is_some() && x.decision_id == y.decision_id;
            same_record || (same_decision && provider(a) == provider(b))
        }
        (Entry::Vaccination(a), Entry::Vaccination(b)) => {
            same_record || (a.unique_reference.is_some() && a.unique_reference == b.unique_reference)
        }
        _ => same_record,
    }
}

fn same_record(a: &Provenance, b: &Provenance) -> bool {
    a.id == b.id && a.provider_id().is_some() && a.provider_id() == b.provider_id()
}

fn reads_alike(a: &Entry, b: &Entry) -> bool {
    match (a, b) {
        (Entry::CareLimit(a), Entry::CareLimit(b)) => {
            let signed = |signing: &Signing| matches!(signing, Signing::Signed { .. });
            // The two dates are what a copy may differ in; both are shown.
            let undated = |limit: &CareLimit| {
                let mut limit = limit.clone();
                limit.text = normal(&limit.text);
                limit.decided = None;
                limit.reassessed = None;
                content(&Entry::CareLimit(Arc::new(limit)))
            };
            signed(&a.provenance.signing) == signed(&b.provenance.signing) && undated(a) == undated(b)
        }
        (Entry::Vaccination(a), Entry::Vaccination(b)) => {
            let alike = |x: &Option<String>, y: &Option<String>| x.is_none() || y.is_none() || x == y;
            let named = |dose: &Vaccination| dose.vaccine.as_ref().map(|vaccine| normal(&vaccine.text));
            a.date == b.date && alike(&a.batch, &b.batch) && alike(&named(a), &named(b))
        }
        _ => content(a) == content(b),
    }
}

/// Everything but where it came from.
fn content(entry: &Entry) -> Value {
    let mut value = serde_json::to_value(entry).unwrap_or(Value::Null);
    if let Some(object) = value.as_object_mut() {
        object.remove("provenance");
    }
    value
}

/// Marks doses that may be the same dose reported twice: same day, neither contradicted by batch nor by dose number.
pub fn mark_possible_duplicates(entries: &mut [ShownEntry], zone: &TimeZone) {
    let marks: Vec<bool> = entries
        .iter()
        .enumerate()
        .map(|(index, shown)| {
            entries.iter().take(index).any(|earlier| may_be_same_dose(&earlier.entry, &shown.entry, zone))
        })
        .collect();
    for (shown, mark) in entries.iter_mut().zip(marks) {
        shown.possible_duplicate = mark;
    }
}

fn may_be_same_dose(a: &Entry, b: &Entry, zone: &TimeZone) -> bool {
    let (Entry::Vaccination(a), Entry::Vaccination(b)) = (a, b) else { return false };
    let contradicts = |x: Option<String>, y: Option<String>| matches!((x, y), (Some(x), Some(y)) if x != y);
    let covid = is_covid_dose(a) && is_covid_dose(b);
    let alike = covid || a.vaccine.as_ref().map(|v| normal(&v.text)) == b.vaccine.as_ref().map(|v| normal(&v.text));
    let day = |when: &Option<crate::time::When>| when.as_ref().and_then(|when| when.first_day(zone));
    let same_day = day(&a.date).is_some() && day(&a.date) == day(&b.date);
    alike
        && same_day
        && !contradicts(a.batch.clone(), b.batch.clone())
        && !contradicts(a.unique_reference.clone(), b.unique_reference.clone())
        && !contradicts(a.dose_number.map(|n| n.to_string()), b.dose_number.map(|n| n.to_string()))
}
