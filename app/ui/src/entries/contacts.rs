//! Contacts: who answers now first, then the rest in the order of the domain.
//!
//! Not here: the clock and the order (`domain::contact_order`). Invariant: what a source does not state about relatives is
//! said to be missing, and an absent person is never the number to call first.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{Contact, Opening, Substitute, Weekday},
    limits_view::Validity,
    overview::{SectionView, ShownEntry},
};

use super::{item, listed};
use crate::{
    context::Sheet,
    parts::{answer, joined, line, period, phones},
    text::Texts,
    words,
};

/// The contact card: "Svarar nu", then the others.
pub(crate) fn contacts(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let texts = sheet.texts;
    let (now, others): (Vec<&ShownEntry>, Vec<&ShownEntry>) = view.entries.iter().partition(|shown| {
        shown.answers_now == Some(true) && !shown.absent_today && shown.validity == Validity::Current
    });
    let answering: Vec<AnyView> = now.iter().map(|shown| item(sheet, shown)).collect();
    let both = !now.is_empty() && !others.is_empty();
    view! {
        {view.named_care_contact_missing.then(|| view! {
            <p class="state state-problem">{texts.contacts.named_care_contact_missing()}</p>
        })}
        {(!now.is_empty()).then(|| view! {
            <div class="answers-now">
                <p class="group-title">{texts.contacts.answers_now()}</p><ul class="entries">{answering}</ul>
            </div>
        })}
        {both.then(|| view! { <p class="group-title">{texts.contacts.others()}</p> })}
        {listed(sheet, "contacts", others)}
    }
    .into_any()
}

/// One contact: role and name, numbers, hours, absence and substitute.
pub(crate) fn contact(sheet: Sheet<'_>, shown: &ShownEntry, contact: &Contact) -> AnyView {
    if contact.protection.is_some() {
        return protected(sheet, shown, contact);
    }
    let texts = sheet.texts;
    let marked = marked(texts, contact);
    let name = joined_comma([contact.name.clone(), contact.role.clone()]);
    let title = name.map_or_else(|| marked.clone(), |name| format!("{marked}: {name}"));
    let unit = contact.unit.as_ref().and_then(|unit| unit.name.clone());
    let numbers = if contact.phones.is_empty() {
        // A number that was taken away is not a number that is missing.
        let withheld = contact.provenance.phones_withheld();
        let words = if withheld { texts.contacts.phones_withheld() } else { texts.contacts.no_phone() };
        view! { <p class="phone-line quiet">{words}</p> }.into_any()
    } else {
        phones(texts, &contact.phones)
    };
    view! {
        <h3>{title}</h3>
        {shown.absent_today.then(|| substitute(sheet, contact))}
        {if shown.absent_today { view! { <div class="absent-phones">{numbers}</div> }.into_any() } else { numbers }}
        {line(joined([unit, hours(sheet, shown, contact)]))}
        {contact.kind.is_relative().then(|| line(relative(texts, contact)))}
        {line(contact.note.clone())}
        {line(period(texts, contact.valid_from.as_ref(), contact.valid_to.as_ref()))}
    }
    .into_any()
}

/// `Vårdnadshavare 2`; only relatives are counted.
fn marked(texts: Texts, contact: &Contact) -> String {
    let kind = words::contact_kind(texts, &contact.kind);
    contact.order.filter(|_| contact.kind.is_relative()).map_or_else(|| kind.clone(), |order| format!("{kind} {order}"))
}

/// A contact who has protected personal data: that there is such a person, why nothing more is said, and whom to ask.
fn protected(sheet: Sheet<'_>, shown: &ShownEntry, contact: &Contact) -> AnyView {
    let texts = sheet.texts;
    let keeper = [&contact.provenance.care_unit, &contact.provenance.care_provider];
    let keeper = keeper.into_iter().flatten().find_map(|organisation| organisation.name.clone());
    let informed = texts.contacts.may_be_informed(answer(texts, contact.may_be_informed));
    view! {
        <h3>{marked(texts, contact)}</h3>
        <p class="phone-line"><strong>{texts.contacts.protected(keeper.as_deref().unwrap_or(&shown.label))}</strong></p>
        {contact.kind.is_relative().then(|| line(Some(informed)))}
        {line(period(texts, contact.valid_from.as_ref(), contact.valid_to.as_ref()))}
    }
    .into_any()
}

fn joined_comma(parts: [Option<String>; 2]) -> Option<String> {
    let stated: Vec<String> = parts.into_iter().flatten().collect();
    (!stated.is_empty()).then(|| stated.join(", "))
}

/// What may be told to a relative, and when; "ej angivet" when the source does not say.
fn relative(texts: Texts, contact: &Contact) -> Option<String> {
    joined([
        Some(texts.contacts.may_be_informed(answer(texts, contact.may_be_informed))),
        Some(texts.contacts.at_night(answer(texts, contact.call_at_night))),
    ])
}

fn hours(sheet: Sheet<'_>, shown: &ShownEntry, contact: &Contact) -> Option<String> {
    let texts = sheet.texts;
    let stated = openings(texts, &contact.openings);
    let on_phone = contact.phones.iter().any(|phone| !phone.openings.is_empty());
    let closed =
        (shown.answers_now == Some(false) && !shown.absent_today).then(|| texts.contacts.closed_now().to_owned());
    let missing = (stated.is_none() && !on_phone && !contact.kind.is_relative())
        .then(|| texts.contacts.hours_not_stated().to_owned());
    joined([closed, stated, missing])
}

/// Who to call instead, above the number that does not answer.
fn substitute(sheet: Sheet<'_>, contact: &Contact) -> AnyView {
    let texts = sheet.texts;
    let away = contact.absent.as_ref().map(|absent| {
        let until = absent.to.as_ref().map_or_else(
            || texts.entry.until_further_notice().to_owned(),
            |to| texts.entry.to(&crate::parts::date(to)),
        );
        texts.contacts.absent(&until)
    });
    let stands_in = contact.substitute.as_ref().map_or_else(
        || view! { <p class="line">{texts.contacts.substitute_missing()}</p> }.into_any(),
        |substitute| named_substitute(texts, substitute),
    );
    view! { {away.map(|away| view! { <p class="line"><strong>{away}</strong></p> })}{stands_in} }.into_any()
}

fn named_substitute(texts: Texts, substitute: &Substitute) -> AnyView {
    let name = joined_comma([substitute.name.clone(), substitute.role.clone()])
        .unwrap_or_else(|| texts.entry.not_stated().to_owned());
    view! {
        <div class="substitute">
            <p><strong>{texts.contacts.substitute(&name)}</strong></p>{phones(texts, &substitute.phones)}
        </div>
    }
    .into_any()
}

/// `mån–fre 08:00–17:00`, `Dygnet runt`; none when not stated.
pub(crate) fn openings(texts: Texts, openings: &[Opening]) -> Option<String> {
    let stated: Vec<String> = openings.iter().map(|opening| one_opening(texts, opening)).collect();
    (!stated.is_empty()).then(|| stated.join(", "))
}

fn one_opening(texts: Texts, opening: &Opening) -> String {
    let midnight = |time: &Option<String>| time.as_deref().is_none_or(|time| matches!(time, "00:00" | "24:00"));
    let whole_day = midnight(&opening.from) && midnight(&opening.to);
    let every_day = opening.days.len() >= WEEK.len();
    if whole_day && every_day {
        return texts.contacts.around_the_clock().to_owned();
    }
    let days = if every_day { texts.contacts.all_days().to_owned() } else { days(texts, &opening.days) };
    let from = opening.from.as_deref().unwrap_or("00:00");
    let to = opening.to.as_deref().unwrap_or("24:00");
    format!("{days} {from}–{to}")
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Consecutive days as a range.
fn days(texts: Texts, days: &[Weekday]) -> String {
    let mut runs: Vec<Vec<Weekday>> = Vec::new();
    let mut last_index = None;
    for (index, day) in WEEK.into_iter().enumerate().filter(|(_, day)| days.contains(day)) {
        match runs.last_mut() {
            Some(run) if last_index == index.checked_sub(1) => run.push(day),
            _ => runs.push(vec![day]),
        }
        last_index = Some(index);
    }
    let named: Vec<String> = runs
        .iter()
        .map(|run| match (run.first(), run.last()) {
            (Some(first), Some(last)) if run.len() > 2 => {
                format!("{}–{}", day_name(texts, *first), day_name(texts, *last))
            }
            _ => run.iter().map(|day| day_name(texts, *day)).collect::<Vec<_>>().join(", "),
        })
        .collect();
    named.join(", ")
}

const fn day_name(texts: Texts, day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => texts.weekday.monday(),
        Weekday::Tuesday => texts.weekday.tuesday(),
        Weekday::Wednesday => texts.weekday.wednesday(),
        Weekday::Thursday => texts.weekday.thursday(),
        Weekday::Friday => texts.weekday.friday(),
        Weekday::Saturday => texts.weekday.saturday(),
        Weekday::Sunday => texts.weekday.sunday(),
    }
}
