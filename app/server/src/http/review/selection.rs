//! The form of a new selection, read.

use std::collections::BTreeSet;

use jiff::{Zoned, civil::Date};
use samsyn_domain::{
    identifier::PersonIdentifier,
    review::{PeriodRefusal, ReviewRefusal, Rule},
    time::today,
};
use samsyn_service::review::New;
use samsyn_ui::{Typed, rule_field};

use crate::http::typed::text;

/// What was asked for.
///
/// # Errors
/// The first field that is missing or cannot be read. The list of persons says which of its lines.
pub(super) fn read(typed: &Typed, now: &Zoned) -> Result<New, ReviewRefusal> {
    let number = |name: &str| text(typed, name).and_then(|text| text.parse().ok()).ok_or(ReviewRefusal::Number);
    Ok(New {
        from: date(typed, "from")?,
        to: date(typed, "to")?,
        random: number("random")?,
        by_rule: number("by_rule")?,
        rules: Rule::ALL.into_iter().filter(|rule| typed.contains_key(&rule_field(*rule))).collect(),
        named: persons(typed.get("named").map(String::as_str).unwrap_or_default(), today(now))?,
    })
}

/// A date as the browser's own field sends it.
///
/// # Errors
/// When it is missing or none.
pub fn date(typed: &Typed, name: &str) -> Result<Date, PeriodRefusal> {
    text(typed, name).and_then(|text| text.parse().ok()).ok_or(PeriodRefusal::None)
}

fn persons(text: &str, today: Date) -> Result<BTreeSet<PersonIdentifier>, ReviewRefusal> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| PersonIdentifier::typed(line, today).map_err(|_| ReviewRefusal::Named(number))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(changes: &[(&str, &str)]) -> Typed {
        let fields = [("from", "2026-11-01"), ("to", "2026-11-21"), ("random", "10"), ("by_rule", "30")];
        fields.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_read_or_the_first_thing_wrong_with_it_is_said() {
        let now: Zoned = "2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap();
        let new =
            read(&form(&[("rule.emergency", "1"), ("named", "\n19380227-8485 \n\n193802278485\n")]), &now).unwrap();
        assert_eq!((new.random, new.by_rule, new.named.len()), (10, 30, 1));
        assert_eq!(new.rules, BTreeSet::from([Rule::Emergency]));
        for (changes, why) in [
            ([("from", "")], PeriodRefusal::None.into()),
            ([("to", "2026-02-30")], PeriodRefusal::None.into()),
            ([("random", "-1")], ReviewRefusal::Number),
            ([("by_rule", "")], ReviewRefusal::Number),
            ([("named", "19380227-8485\n19380227-8484")], ReviewRefusal::Named(2)),
        ] {
            assert_eq!(read(&form(&changes), &now).unwrap_err(), why, "{changes:?}");
        }
    }
}
