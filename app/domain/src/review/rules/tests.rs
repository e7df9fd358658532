//! Each rule as a table.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{access::Missing, logged::Place};

fn person(number: usize) -> PersonIdentifier {
    // Sources may state numbers whose check digit is wrong; here they only have to differ.
    PersonIdentifier::stated(&format!("19500101{number:04}")).unwrap()
}

fn noon() -> Timestamp {
    "2026-11-16T11:00:00Z".parse().unwrap()
}

fn look(number: usize, at: Timestamp) -> Look {
    Look {
        id: format!("r{number}"),
        place: Place { index: number as u64, at },
        outcome: None,
        reader: "p1".into(),
        role: Role::Nurse,
        patient: person(number),
        emergency: false,
        lacking: Vec::new(),
        protected: false,
    }
}

#[test]
fn one_act_by_itself() {
    let plain = look(1, noon());
    let missing = vec![Missing::Relation];
    let cases = [
        ("ordinary", plain.clone(), [false, false, false, false]),
        ("emergency", Look { emergency: true, ..plain.clone() }, [true, false, false, false]),
        ("no ground", Look { lacking: missing.clone(), ..plain.clone() }, [false, true, false, false]),
        ("protected", Look { protected: true, ..plain.clone() }, [false, false, true, false]),
        ("named", look(2, noon()), [false, false, false, true]),
    ];
    let persons = BTreeSet::from([person(2)]);
    for (what, look, expected) in cases {
        let found = [
            emergency(&look) == Some(Reason::Emergency),
            no_ground(&look) == Some(Reason::NoGround { missing: missing.clone() }),
            protected(&look) == Some(Reason::Protected),
            named(&look, &persons) == Some(Reason::Named),
        ];
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn the_hour_counts_in_swedish_time_and_only_for_roles_that_work_by_day() {
    let rules = ReviewRules::default();
    for (at, role, unusual) in [
        ("2026-11-16T05:59:59+01:00", Role::CaseOfficer, true),
        ("2026-11-16T06:00:00+01:00", Role::CaseOfficer, false),
        ("2026-11-16T21:59:59+01:00", Role::CaseOfficer, false),
        ("2026-11-16T22:00:00+01:00", Role::Therapist, true),
        ("2026-11-16T03:00:00+01:00", Role::Nurse, false),
        // Summer time: 03:30 UTC is half past five.
        ("2026-07-01T03:30:00Z", Role::CaseOfficer, true),
        ("2026-07-01T04:30:00Z", Role::CaseOfficer, false),
    ] {
        let look = Look { role, ..look(1, at.parse().unwrap()) };
        assert_eq!(unusual_hour(&look, &rules).is_some(), unusual, "{at} {role:?}");
    }
}

/// Minutes after noon and patient, and what is found: act and patients.
type Hour = (&'static str, &'static [(i64, usize)], &'static [(usize, u32)]);

/// Patients of each day, and what is found: day, patients, norm.
type Days = (&'static str, &'static [usize], &'static [(usize, u32, Option<u32>)]);

#[test]
fn a_busy_hour_is_one_pick_at_its_height() {
    let rules = ReviewRules { patients_in_an_hour: 3, ..ReviewRules::default() };
    let cases: [Hour; 6] = [
        ("nothing", &[], &[]),
        ("two patients", &[(0, 1), (10, 2), (20, 1), (30, 2)], &[]),
        ("three within the hour", &[(0, 1), (30, 2), (59, 3)], &[(2, 3)]),
        ("three, but not within the hour", &[(0, 1), (30, 2), (60, 3)], &[]),
        ("one stretch", &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 4), (61, 5)], &[(3, 4)]),
        ("two stretches", &[(0, 1), (1, 2), (2, 3), (120, 1), (121, 2), (122, 5)], &[(2, 3), (5, 3)]),
    ];
    for (what, acts, expected) in cases {
        let looks: Vec<Look> = acts
            .iter()
            .enumerate()
            .map(|(number, (minute, patient))| Look {
                patient: person(*patient),
                ..look(number, noon() + SignedDuration::from_mins(*minute))
            })
            .collect();
        let found = many_in_an_hour(&looks.iter().collect::<Vec<_>>(), &rules);
        let found: Vec<_> = found.iter().map(|(look, reason)| (look.id.clone(), reason.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(number, patients)| (format!("r{number}"), Reason::ManyInAnHour { patients: *patients }))
            .collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn a_day_is_unusual_by_itself_or_against_the_readers_own() {
    let rules = ReviewRules { patients_in_a_day: 30, times_own_day: 3, ..ReviewRules::default() };
    let cases: [Days; 6] = [
        ("ordinary", &[4, 5, 4, 6, 5, 4], &[]),
        ("three times the habit", &[4, 4, 4, 4, 4, 12], &[(5, 12, Some(4))]),
        ("not quite", &[4, 4, 4, 4, 4, 11], &[]),
        ("few are never many", &[1, 1, 1, 1, 1, 9], &[]),
        ("no habit yet", &[1, 1, 1, 1, 12], &[]),
        ("above everybody's", &[30], &[(0, 30, None)]),
    ];
    for (what, days, expected) in cases {
        let acts = days.iter().enumerate().flat_map(|(day, patients)| {
            (0..*patients).map(move |patient| {
                let at = noon() + SignedDuration::from_hours(24 * i64::try_from(day).unwrap());
                Look { id: format!("d{day}"), patient: person(patient), ..look(0, at) }
            })
        });
        let looks: Vec<Look> = acts.collect();
        let found = many_in_a_day(&looks.iter().collect::<Vec<_>>(), &rules);
        let found: Vec<_> = found.iter().map(|(look, reason)| (look.id.clone(), reason.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(day, patients, norm)| (format!("d{day}"), Reason::ManyInADay { patients: *patients, norm: *norm }))
            .collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn rules_that_make_no_sense_are_named_by_their_key() {
    assert_eq!(ReviewRules::default().unreasonable(), Vec::new());
    let nonsense = ReviewRules {
        day_begins_hour: 24,
        day_ends_hour: 0,
        day_roles: Vec::new(),
        patients_in_an_hour: 1,
        patients_in_a_day: 0,
        times_own_day: 1,
    };
    let keys: Vec<_> = nonsense.unreasonable().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["day_begins_hour", "day_ends_hour", "patients_in_an_hour", "patients_in_a_day", "times_own_day"]);
}
