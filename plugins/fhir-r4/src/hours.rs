//! Opening hours: FHIR's `availableTime` and our own `opening` extension as the contract's openings.
//!
//! Not here: whether anybody answers now (the host decides). Invariant: hours that cannot be read are left out, never widened.

use samsyn_adapter::types::{Opening, Weekday};

use crate::node::Node;

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Openings in our own extension on any element.
pub fn openings(element: Node<'_>) -> Vec<Opening> {
    let opening = |item: Node<'_>| {
        let days: Vec<Weekday> = item.parts("day").filter_map(weekday).collect();
        (!days.is_empty()).then(|| Opening { days, from: clock(item.part("from")), to: clock(item.part("to")) })
    };
    element.exts("opening").filter_map(opening).collect()
}

/// Openings in `availableTime` of a `PractitionerRole` or `HealthcareService`.
pub fn available_time(role: Node<'_>) -> Vec<Opening> {
    let opening = |item: Node<'_>| {
        let all_day = item.get("allDay").flag() == Some(true);
        let days: Vec<Weekday> = item.get("daysOfWeek").items().filter_map(weekday).collect();
        let (from, to) = (clock(item.get("availableStartTime")), clock(item.get("availableEndTime")));
        if days.is_empty() && from.is_none() && to.is_none() && !all_day {
            return None;
        }
        let days = if days.is_empty() { EVERY_DAY.to_vec() } else { days };
        Some(Opening { days, from: from.filter(|_| !all_day), to: to.filter(|_| !all_day) })
    };
    role.get("availableTime").items().filter_map(opening).collect()
}

fn clock(node: Node<'_>) -> Option<String> {
    node.str().and_then(|time| time.get(..5)).map(str::to_owned)
}

fn weekday(node: Node<'_>) -> Option<Weekday> {
    Some(match node.str()? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}
