//! Who answers now, by the clock.

use jiff::Timestamp;
use samsyn_domain::{
    contact_order::answers_now,
    entry::{Opening, Weekday},
    time::sweden,
    vocabulary::ContactKind,
};
use samsyn_tests::build::contact;

fn at(local: &str) -> jiff::Zoned {
    local.parse::<Timestamp>().expect("a moment").to_zoned(sweden())
}

fn open(days: &[Weekday], from: &str, to: &str) -> samsyn_domain::entry::Contact {
    let mut nurse = contact("n", ContactKind::OnCallNurse);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    nurse.openings = vec![Opening { days: days.to_vec(), from: text(from), to: text(to) }];
    nurse
}

#[test]
fn a_night_shift_reaches_into_the_next_morning() {
    let night = open(&[Weekday::Saturday], "21:00", "07:00");
    for (moment, answers) in [
        ("2026-11-21T20:59:00+01:00", false),
        ("2026-11-21T21:00:00+01:00", true),
        ("2026-11-22T03:00:00+01:00", true),
        ("2026-11-22T07:00:00+01:00", false),
        ("2026-11-22T21:30:00+01:00", false),
    ] {
        assert_eq!(answers_now(&night, &at(moment), &sweden()), Some(answers), "{moment}");
    }
}

#[test]
fn round_the_clock_is_always_and_unstated_hours_are_never_guessed() {
    let all = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    let moment = at("2026-11-21T03:00:00+01:00");
    assert_eq!(answers_now(&open(&all, "", ""), &moment, &sweden()), Some(true));
    assert_eq!(answers_now(&contact("c", ContactKind::Clinic), &moment, &sweden()), None);
}
