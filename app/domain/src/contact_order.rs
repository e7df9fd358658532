//! Contacts in the order one needs them: who answers now, by the clock, first.
//!
//! Not here: who may have which number (`access`).
//! Invariant: hours that are not stated are never taken as open or closed.

use jiff::{Zoned, civil::Time, tz::TimeZone};

use crate::{
    entry::{Contact, Opening, Weekday},
    vocabulary::ContactKind,
};

/// Whether somebody answers at this moment; none when no hours are stated.
pub fn answers_now(contact: &Contact, now: &Zoned, zone: &TimeZone) -> Option<bool> {
    let stated: Vec<&Opening> =
        contact.openings.iter().chain(contact.phones.iter().flat_map(|phone| &phone.openings)).collect();
    (!stated.is_empty()).then(|| stated.iter().any(|opening| is_open(opening, now, zone)))
}

/// Whether the person is away today.
pub fn is_absent(contact: &Contact, now: &Zoned, zone: &TimeZone) -> bool {
    let today = now.with_time_zone(zone.clone()).date();
    contact.absent.as_ref().is_some_and(|absence| {
        absence.from.first_day(zone).is_some_and(|from| from <= today)
            && absence.to.as_ref().is_none_or(|to| to.last_day(zone).is_none_or(|to| today <= to))
    })
}

/// Sorting key: answering now before not stated before closed; then by kind; then by the source's own order.
pub fn rank(contact: &Contact, answers: Option<bool>) -> (u8, u8, u32) {
    let is_on_call = on_call(&contact.kind);
    let open = match answers {
        Some(true) if is_on_call => 0,
        None if is_on_call => 1,
        Some(false) if is_on_call => 3,
        _ => 2,
    };
    (open, kind_rank(&contact.kind), contact.order.unwrap_or(u32::MAX))
}

const fn on_call(kind: &ContactKind) -> bool {
    matches!(kind, ContactKind::OnCallPhysician | ContactKind::OnCallNurse | ContactKind::HomeNursing)
}

const fn kind_rank(kind: &ContactKind) -> u8 {
    match kind {
        ContactKind::OnCallNurse => 0,
        ContactKind::OnCallPhysician => 1,
        ContactKind::HomeNursing => 2,
        ContactKind::ResponsiblePhysician | ContactKind::NamedPhysician => 3,
        ContactKind::NamedCareContact => 4,
        ContactKind::NamedSocialContact => 5,
        ContactKind::ContactNurse => 6,
        ContactKind::CaseOfficer => 7,
        ContactKind::HealthCentre => 8,
        ContactKind::Clinic => 9,
        ContactKind::Guardian => 10,
        ContactKind::NextOfKin => 11,
        ContactKind::LegalRepresentative => 12,
        ContactKind::Other(_) => 13,
    }
}

fn is_open(opening: &Opening, now: &Zoned, zone: &TimeZone) -> bool {
    let local = now.with_time_zone(zone.clone());
    let time = local.time();
    let read = |text: &Option<String>| text.as_deref().and_then(|text| Time::strptime("%H:%M", text).ok());
    let (from, to) = (read(&opening.from).unwrap_or(Time::MIN), read(&opening.to));
    let today = opening.days.contains(&weekday(local.date().weekday()));
    let yesterday = local.date().yesterday().is_ok_and(|day| opening.days.contains(&weekday(day.weekday())));
    match to {
        None => today && from <= time,
        Some(to) if from < to => today && from <= time && time < to,
        Some(to) => (today && from <= time) || (yesterday && time < to),
    }
}

const fn weekday(day: jiff::civil::Weekday) -> Weekday {
    match day {
        jiff::civil::Weekday::Monday => Weekday::Monday,
        jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
        jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
        jiff::civil::Weekday::Thursday => Weekday::Thursday,
        jiff::civil::Weekday::Friday => Weekday::Friday,
        jiff::civil::Weekday::Saturday => Weekday::Saturday,
        jiff::civil::Weekday::Sunday => Weekday::Sunday,
    }
}
