//! Opening hours: FHIR's `availableTime` and our own `opening` extension as the contract's openings.
//!
//! Not here: whether anybody answers now (the host decides). Invariant: hours that cannot be read are left out, never widened; when one of
//! several cannot be read, none are stated.

use samsyn_adapter::{
    types::{Opening, Weekday},
    when,
};

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
        let days: Vec<Weekday> = item.parts("day").map(weekday).collect::<Option<_>>()?;
        if days.is_empty() {
            return None;
        }
        Some(Opening { days, from: clock(item.part("from"))?, to: clock(item.part("to"))? })
    };
    element.exts("opening").map(opening).collect::<Option<_>>().unwrap_or_default()
}

/// Openings in `availableTime` of a `PractitionerRole` or `HealthcareService`.
pub fn available_time(role: Node<'_>) -> Vec<Opening> {
    let opening = |item: Node<'_>| {
        let all_day = item.get("allDay").flag() == Some(true);
        let days: Vec<Weekday> = item.get("daysOfWeek").items().map(weekday).collect::<Option<_>>()?;
        let (from, to) = (clock(item.get("availableStartTime"))?, clock(item.get("availableEndTime"))?);
        if days.is_empty() && from.is_none() && to.is_none() && !all_day {
            return None;
        }
        let days = if days.is_empty() { EVERY_DAY.to_vec() } else { days };
        Some(Opening { days, from: from.filter(|_| !all_day), to: to.filter(|_| !all_day) })
    };
    role.get("availableTime").items().map(opening).collect::<Option<_>>().unwrap_or_default()
}

/// `HH:MM` of a time that is stated; none at all when it is stated and cannot be read.
#[expect(clippy::option_option, reason = "not stated and not readable are two things")]
fn clock(node: Node<'_>) -> Option<Option<String>> {
    if node.exists() { node.str()?.get(..5).and_then(when::clock).map(Some) } else { Some(None) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn hours(times: &Value) -> usize {
        let role = json!({ "availableTime": times });
        available_time(Node::of(&role)).len()
    }

    #[test]
    fn hours_that_cannot_be_read_are_never_widened_into_others() {
        let weekdays =
            json!({ "daysOfWeek": ["mon"], "availableStartTime": "08:00:00", "availableEndTime": "16:30:00" });
        assert_eq!(hours(&json!([weekdays, { "allDay": true, "daysOfWeek": ["sat"] }])), 2);
        for wrong in [
            json!({ "daysOfWeek": ["mon"], "availableStartTime": "morgon" }),
            json!({ "daysOfWeek": ["mån"], "availableStartTime": "08:00:00" }),
            json!({}),
        ] {
            assert_eq!(hours(&json!([weekdays, wrong])), 0, "{wrong}");
        }
    }
}
