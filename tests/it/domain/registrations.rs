//! What may be registered: by whom, for whom and until when.
//!
//! Invariant: every refusal is reached from a registration that is accepted until one thing in it is changed.
//! To add a kind: what it states in [`valid`], its refusals below.

use jiff::{SignedDuration, Timestamp, Zoned, civil::Date, tz::TimeZone};
use samsyn_domain::{
    access::{
        Action, Assertion, Ended, GivenBy, Kind, Period, Preset, REASON_MAX_CHARACTERS, Reason, Receiver, Refusal,
        Registrar, Registration, RelationReason, Right, RoleMatrix, Stated, is_child,
    },
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::Section,
    source::{ProviderId, ProviderKind},
    time::sweden,
    viewer::{Role, Viewer},
};
use samsyn_tests::build::{now, viewer};

pub(super) const ADULT: &str = "195009072553";
/// Born on 10 February 2014.
pub(super) const CHILD: &str = "201402102394";
/// A reserve number of somebody whose day of birth nobody knows.
const AGELESS: &str = "00002040AA06";
const KINDS: [Kind; 6] = [Kind::Consent, Kind::Relation, Kind::Child, Kind::Incapable, Kind::Emergency, Kind::Lift];

pub(super) fn nurse() -> Viewer {
    viewer(Role::Nurse, ProviderKind::Care)
}

pub(super) fn person(number: &str) -> PersonIdentifier {
    PersonIdentifier::stated(number).unwrap()
}

pub(super) fn minutes(count: i64) -> Timestamp {
    now().timestamp() + SignedDuration::from_mins(count)
}

/// One that is accepted from a nurse, for half an hour.
pub(super) fn valid(kind: Kind) -> Registration {
    let reader = nurse();
    Registration {
        id: "r-1".into(),
        kind,
        patient: person(if kind == Kind::Child { CHILD } else { ADULT }),
        receiver: if matches!(kind, Kind::Emergency | Kind::Lift) {
            Receiver::only(&reader)
        } else {
            Receiver::unit_of(&reader)
        },
        period: Period { from: now().timestamp(), to: Some(minutes(30)) },
        stated: Stated {
            given_by: Some(GivenBy::Patient),
            relation: Some(RelationReason::Visit),
            proof: None,
            // A block is lifted on consent or in danger to life, not on both.
            reason: (kind != Kind::Lift).then_some(Reason::Unconscious),
            sections: vec![Section::CareLimits],
            assertions: Assertion::ALL.to_vec(),
            unit: Some("SE9999000001-E002".into()),
            unit_name: None,
            text: None,
            sign_in_not_renewed: false,
        },
        registered_at: now().timestamp(),
        registered_by: Registrar::from(&reader),
        ended: None,
    }
}

pub(super) fn changed(kind: Kind, change: impl FnOnce(&mut Registration)) -> Registration {
    let mut one = valid(kind);
    change(&mut one);
    one
}

#[track_caller]
fn refused(kind: Kind, why: Refusal, change: impl FnOnce(&mut Registration)) {
    assert_eq!(valid(kind).check(&nurse(), &now()), Ok(()), "{kind:?} before the change");
    assert_eq!(changed(kind, change).check(&nurse(), &now()), Err(why), "{kind:?}");
}

#[test]
fn each_role_registers_what_it_answers_for_and_nobody_without_a_purpose_of_care() {
    use Kind::{Child, Consent, Emergency, Incapable, Lift, Relation};
    let table: [(Role, &[Kind]); 7] = [
        (Role::Physician, &KINDS),
        (Role::Nurse, &KINDS),
        (Role::Therapist, &[Consent, Relation]),
        (Role::CaseOfficer, &[Consent, Relation, Child, Incapable]),
        (Role::CareWorker, &[]),
        (Role::Administrator, &[]),
        (Role::Reviewer, &[]),
    ];
    assert_eq!(table[0].1, [Consent, Relation, Child, Incapable, Emergency, Lift]);
    for (role, allowed) in table {
        for kind in KINDS {
            let answer = if allowed.contains(&kind) { Ok(()) } else { Err(Refusal::Role) };
            assert_eq!(valid(kind).check(&viewer(role, ProviderKind::Care), &now()), answer, "{role:?} {kind:?}");
            let statistics = Viewer { purpose: "Statistik".into(), ..viewer(role, ProviderKind::Care) };
            assert_eq!(valid(kind).check(&statistics, &now()), Err(Refusal::Role), "{role:?} {kind:?} for statistics");
        }
    }
}

#[test]
fn what_must_be_stated_is_not_guessed() {
    refused(Kind::Consent, Refusal::NotStated, |one| one.stated.given_by = None);
    refused(Kind::Relation, Refusal::NotStated, |one| one.stated.relation = None);
    refused(Kind::Emergency, Refusal::NotStated, |one| one.stated.reason = None);
    for text in [None, Some(" \n")] {
        refused(Kind::Emergency, Refusal::NotStated, |one| {
            one.stated.reason = Some(Reason::Other);
            one.stated.text = text.map(Into::into);
        });
    }
    for unit in [None, Some(" ")] {
        refused(Kind::Lift, Refusal::NotStated, |one| one.stated.unit = unit.map(Into::into));
    }
    refused(Kind::Lift, Refusal::NotStated, |one| one.stated.given_by = None);
    refused(Kind::Lift, Refusal::NotStated, |one| one.stated.given_by = Some(GivenBy::Guardian));
    refused(Kind::Lift, Refusal::NotStated, |one| one.stated.reason = Some(Reason::Confused));
    for left_out in Assertion::ALL {
        refused(Kind::Incapable, Refusal::NotStated, |one| one.stated.assertions.retain(|made| *made != left_out));
    }
}

#[test]
fn a_reason_is_as_long_as_in_the_national_services_and_counted_in_characters() {
    for kind in KINDS {
        let with = |characters| changed(kind, |one| one.stated.text = Some("å".repeat(characters)));
        assert_eq!(with(REASON_MAX_CHARACTERS).check(&nurse(), &now()), Ok(()));
        assert_eq!(with(1_025).check(&nurse(), &now()), Err(Refusal::TextTooLong));
    }
}

#[test]
fn a_period_ends_after_it_begins_and_not_before_now() {
    for kind in KINDS {
        refused(kind, Refusal::Period, |one| one.period.to = Some(one.period.from));
        refused(kind, Refusal::Period, |one| one.period = Period { from: minutes(-60), to: Some(minutes(0)) });
    }
}

#[test]
fn only_a_consent_may_be_for_what_is_to_come() {
    let tomorrow = |one: &mut Registration| {
        one.period = Period { from: minutes(24 * 60), to: Some(minutes(25 * 60)) };
    };
    for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Consent) {
        refused(kind, Refusal::Period, tomorrow);
    }
    assert_eq!(changed(Kind::Consent, tomorrow).check(&nurse(), &now()), Ok(()));
}

#[test]
fn a_relation_is_of_the_kind_that_the_provider_has() {
    let care = [RelationReason::Visit, RelationReason::Enrolled, RelationReason::Planned];
    let social = viewer(Role::CaseOfficer, ProviderKind::SocialCare);
    let stated = |reason| {
        changed(Kind::Relation, |one| {
            one.stated.relation = Some(reason);
            one.receiver = Receiver::unit_of(&nurse());
        })
    };
    let of_social = |reason| Registration { receiver: Receiver::unit_of(&social), ..stated(reason) };
    for reason in care {
        assert_eq!(stated(reason).check(&nurse(), &now()), Ok(()), "{reason:?}");
        assert_eq!(of_social(reason).check(&social, &now()), Err(Refusal::Reason), "{reason:?}");
    }
    assert_eq!(stated(RelationReason::SocialCare).check(&nurse(), &now()), Err(Refusal::Reason));
    assert_eq!(of_social(RelationReason::SocialCare).check(&social, &now()), Ok(()));
}

#[test]
fn every_exception_ends_and_a_consent_need_not() {
    let latest = |kind| match kind {
        Kind::Relation | Kind::Child => Preset::TwelveMonths.period(&now()).to,
        Kind::Incapable => Preset::SixMonths.period(&now()).to,
        Kind::Emergency => Some(minutes(60)),
        Kind::Lift => Preset::ThisContact.period(&now()).to,
        Kind::Consent => None,
    };
    for kind in KINDS {
        assert_eq!(changed(kind, |one| one.period.to = latest(kind)).check(&nurse(), &now()), Ok(()), "{kind:?}");
        let Some(latest) = latest(kind) else { continue };
        refused(kind, Refusal::TooLong, |one| one.period.to = Some(latest + SignedDuration::from_secs(1)));
        refused(kind, Refusal::TooLong, |one| one.period.to = None);
    }
}

#[test]
fn only_a_consent_can_be_for_somebody_elses_unit_and_an_emergency_is_for_oneself() {
    let elsewhere = || Receiver {
        provider: ProviderId::new("SE9999000002-A001"),
        unit: Some(Organisation::new("SE9999000002-E001", "Ambulansen")),
        employee: None,
    };
    assert_eq!(changed(Kind::Consent, |one| one.receiver = elsewhere()).check(&nurse(), &now()), Ok(()));
    for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Consent) {
        refused(kind, Refusal::Receiver, |one| one.receiver = elsewhere());
        refused(kind, Refusal::Receiver, |one| one.receiver.employee = Some("SE9999000002-P001".into()));
    }
    refused(Kind::Emergency, Refusal::Receiver, |one| one.receiver = Receiver::unit_of(&nurse()));
}

#[test]
fn a_guardian_and_the_exception_for_children_are_for_children_only() {
    let by_guardian = |number| {
        changed(Kind::Consent, |one| {
            one.patient = person(number);
            one.stated.given_by = Some(GivenBy::Guardian);
        })
    };
    assert_eq!(by_guardian(CHILD).check(&nurse(), &now()), Ok(()));
    for number in [ADULT, AGELESS] {
        assert_eq!(by_guardian(number).check(&nurse(), &now()), Err(Refusal::NotAChild));
        refused(Kind::Child, Refusal::NotAChild, |one| one.patient = person(number));
    }
}

#[test]
fn a_reserve_number_is_a_childs_when_it_tells_the_day_of_birth_and_only_then() {
    let day = Date::constant(2026, 11, 21);
    assert!(is_child(&person("98240301AA06"), day), "born on 1 March 2024");
    assert_eq!(person(AGELESS).age(day), None);
    assert!(!is_child(&person(AGELESS), day));
}

pub(super) fn local(text: &str) -> Zoned {
    text.parse::<Timestamp>().unwrap().to_zoned(sweden())
}

#[test]
fn a_chosen_length_ends_at_a_midnight_in_sweden() {
    for (chosen, at, end) in [
        (Preset::ThisContact, "2026-11-21T12:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        (Preset::ThisContact, "2026-11-21T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        (Preset::ThisContact, "2026-11-21T23:59:59+01:00", "2026-11-23T00:00:00+01:00"),
        // The clock is set back, and forward, in the night between.
        (Preset::ThisContact, "2026-10-24T15:00:00+02:00", "2026-10-26T00:00:00+01:00"),
        (Preset::ThisContact, "2027-03-27T15:00:00+01:00", "2027-03-29T00:00:00+02:00"),
        (Preset::ThreeMonths, "2026-09-01T08:00:00+02:00", "2026-12-01T00:00:00+01:00"),
        // No such day in the month it ends.
        (Preset::ThreeMonths, "2026-11-30T08:00:00+01:00", "2027-02-28T00:00:00+01:00"),
        (Preset::SixMonths, "2027-08-31T08:00:00+02:00", "2028-02-29T00:00:00+01:00"),
        (Preset::TwelveMonths, "2028-02-29T08:00:00+01:00", "2029-02-28T00:00:00+01:00"),
    ] {
        let period = chosen.period(&local(at));
        assert_eq!(period, Period { from: local(at).timestamp(), to: Some(local(end).timestamp()) }, "{chosen:?} {at}");
        // The same moment told by a clock of another zone.
        assert_eq!(chosen.period(&local(at).with_time_zone(TimeZone::UTC)), period, "{chosen:?} {at} in UTC");
    }
    assert_eq!(Preset::UntilRevoked.period(&now()), Period { from: now().timestamp(), to: None });
}

#[test]
fn a_receiver_is_a_provider_perhaps_a_unit_perhaps_one_employee() {
    let reader = nurse();
    let unit = |id: &str| Some(Organisation::new(id, "Läsande enhet"));
    let whole = |provider: &str| Receiver { provider: ProviderId::new(provider), unit: None, employee: None };
    let own = || Receiver::unit_of(&reader);
    for (what, receiver, covered) in [
        ("the whole provider", whole("SE9999000009-A001"), true),
        ("another provider", whole("SE9999000008-A001"), false),
        ("the unit", own(), true),
        (
            "the unit in small letters",
            Receiver { unit: unit("se9999000009-e001 "), ..whole("se9999000009-a001") },
            true,
        ),
        ("another unit", Receiver { unit: unit("SE9999000009-E002"), ..own() }, false),
        ("the unit's id at another provider", Receiver { unit: own().unit, ..whole("SE9999000008-A001") }, false),
        ("the reader", Receiver::only(&reader), true),
        ("the reader in small letters", Receiver { employee: Some("se9999000009-p001".into()), ..own() }, true),
        ("a colleague", Receiver { employee: Some("SE9999000009-P002".into()), ..own() }, false),
        ("a unit without id", Receiver { unit: Some(Organisation::default()), ..own() }, false),
    ] {
        assert_eq!(receiver.covers(&reader), covered, "{what}");
    }
    let placeholder = Viewer { unit: Organisation::new("?", "Läsande enhet"), ..nurse() };
    assert!(!Receiver::unit_of(&placeholder).covers(&placeholder), "`?` is nobody's unit, not even its own");
}

#[test]
fn a_block_is_lifted_by_a_care_provider_for_the_reader_alone_on_consent_or_in_danger_to_life() {
    refused(Kind::Lift, Refusal::Receiver, |one| one.receiver.employee = None);
    let social = viewer(Role::Nurse, ProviderKind::SocialCare);
    let theirs = changed(Kind::Lift, |one| one.receiver = Receiver::only(&social));
    assert_eq!(theirs.check(&social, &now()), Err(Refusal::CareProvidersOnly));
    let danger = |reason, text: Option<&str>| {
        let lift = changed(Kind::Lift, |one| {
            one.stated =
                Stated { given_by: None, reason: Some(reason), text: text.map(Into::into), ..one.stated.clone() };
        });
        lift.check(&nurse(), &now())
    };
    assert_eq!(danger(Reason::Confused, None), Ok(()));
    assert_eq!(danger(Reason::Other, Some("Hittad på golvet")), Ok(()));
    for text in [None, Some(" ")] {
        assert_eq!(danger(Reason::Other, text), Err(Refusal::NotStated));
    }
}

#[test]
fn withdrawing_and_voiding_are_two_rights_and_whoever_reads_in_danger_to_life_may_always_stop() {
    let both = [Action::Revoke, Action::Void];
    for given in both {
        let mut reader = nurse();
        RoleMatrix::granting(|_, right| right == Right::Do(given)).equip(&mut reader);
        for kind in KINDS {
            for asked in both {
                let own = matches!(kind, Kind::Emergency | Kind::Lift);
                let expected = if own || asked == given { Ok(()) } else { Err(Refusal::Role) };
                assert_eq!(
                    valid(kind).check_end(&reader, asked),
                    expected,
                    "{kind:?}: {given:?} given, {asked:?} asked"
                );
            }
        }
    }
}

#[test]
fn what_is_sent_again_within_minutes_repeats_what_stands_and_anything_else_is_new() {
    let standing = valid(Kind::Consent);
    let again = |change: &dyn Fn(&mut Registration)| {
        let mut again = Registration { id: "r-2".into(), registered_at: minutes(3), ..valid(Kind::Consent) };
        change(&mut again);
        again
    };
    assert!(again(&|_| {}).repeats(&standing));
    assert!(again(&|one| one.registered_at = now().timestamp()).repeats(&standing), "in the same moment");
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Registration));
    let changes: [Change<'_>; 9] = [
        ("another kind", &|one| one.kind = Kind::Child),
        ("another patient", &|one| one.patient = person(CHILD)),
        ("another receiver", &|one| one.receiver.employee = Some("SE9999000009-P001".into())),
        ("another end", &|one| one.period.to = Some(minutes(31))),
        ("no end", &|one| one.period.to = None),
        ("another giver", &|one| one.stated.given_by = Some(GivenBy::Guardian)),
        ("another registrar", &|one| one.registered_by.user_id = "SE9999000009-P002".into()),
        ("another unit's registrar", &|one| one.registered_by.unit = Organisation::new("SE9999000009-E002", "Annan")),
        ("a quarter of an hour later", &|one| one.registered_at = minutes(15)),
    ];
    for (what, change) in changes {
        assert!(!again(change).repeats(&standing), "{what}");
    }
    let by = Registrar::from(&nurse());
    let ended = Registration { ended: Some(Ended { voided: false, at: minutes(1), by }), ..standing.clone() };
    assert!(!again(&|_| {}).repeats(&ended), "what has been ended is said anew");
}
