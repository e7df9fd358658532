//! The same record from two places: linked, never dropped, never merged into one answer.
//!
//! Two entries are copies when the source gave them the same record id under the same provider, the same decision id, or the
//! same reference of a dose. Copies that read alike become one entry that names the others; copies that read differently
//! both stay, each naming the other, because one of them has drifted (Kronoberg's routine, `domain-facts` §6.1).

use std::sync::Arc;

use jiff::{civil::Date, tz::TimeZone};

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
            let same_decision = x.decision_id.is_some() && x.decision_id == y.decision_id;
            same_record || (same_decision && a.provenance().provider_id() == b.provenance().provider_id())
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
            let undated = |like: &CareLimit| CareLimit {
                text: like.text.clone(),
                decided: like.decided.clone(),
                reassessed: like.reassessed.clone(),
                provenance: like.provenance.clone(),
                ..(**b).clone()
            };
            signed(&a.provenance.signing) == signed(&b.provenance.signing)
                && (a.text == b.text || normal(&a.text) == normal(&b.text))
                && undated(a) == **a
        }
        (Entry::Vaccination(a), Entry::Vaccination(b)) => {
            let alike = |x: &Option<String>, y: &Option<String>| x.is_none() || y.is_none() || x == y;
            let named = |dose: &Vaccination| dose.vaccine.as_ref().map(|vaccine| normal(&vaccine.text));
            a.date == b.date && alike(&a.batch, &b.batch) && alike(&named(a), &named(b))
        }
        // Everything but where it came from.
        _ => {
            let mut b = b.clone();
            *b.provenance_mut() = a.provenance().clone();
            *a == b
        }
    }
}

/// Marks doses that may be the same dose reported twice: same day, neither contradicted by batch nor by dose number.
pub fn mark_possible_duplicates(entries: &mut [ShownEntry], zone: &TimeZone) {
    let mut earlier: Vec<(Arc<Vaccination>, Date)> = Vec::new();
    for shown in entries {
        let Entry::Vaccination(dose) = &shown.entry else { continue };
        let Some(day) = dose.date.as_ref().and_then(|date| date.first_day(zone)) else { continue };
        shown.possible_duplicate = earlier.iter().any(|(other, then)| *then == day && may_be_same_dose(other, dose));
        earlier.push((Arc::clone(dose), day));
    }
}

/// Of the same day.
fn may_be_same_dose(a: &Vaccination, b: &Vaccination) -> bool {
    fn contradicts<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a != b)
    }
    let named = |dose: &Vaccination| dose.vaccine.as_ref().map(|vaccine| normal(&vaccine.text));
    !contradicts(a.batch.as_ref(), b.batch.as_ref())
        && !contradicts(a.unique_reference.as_ref(), b.unique_reference.as_ref())
        && !contradicts(a.dose_number.as_ref(), b.dose_number.as_ref())
        && ((is_covid_dose(a) && is_covid_dose(b)) || named(a) == named(b))
}
