//! Which ground is taken of what is registered, when it ends, and what is missing when there is none.
//!
//! Not here: what may be registered (`registrations`), what a ground opens of a single record (`access_model`).

use jiff::{SignedDuration, Timestamp, Zoned};
use samsyn_domain::{
    access::{
        Access, Basis, Block, BlockKind, BlockStatus, Ended, Facts, Grant, Kind, Missing, Reach, Refusal, Registrar,
        Registration, access, blocks_for,
    },
    section::Section,
    source::ProviderKind,
    time::sweden,
    viewer::{Role, Scope, Viewer},
};
use samsyn_tests::build::{now, viewer};

use super::registrations::{ADULT, CHILD, changed, local, minutes, nurse, person, valid};

fn found(reader: &Viewer, number: &str, registered: &[Registration], at: &Zoned) -> Access {
    let patient = person(number);
    let registered: Vec<_> =
        registered.iter().map(|one| Registration { patient: patient.clone(), ..one.clone() }).collect();
    let facts = Facts { patient: &patient, registered: Some(&registered), accepts_others_consents: false };
    access(reader, Scope::Shared, facts, at)
}

fn until(kind: Kind, id: &str, to: Option<Timestamp>) -> Registration {
    changed(kind, |one| {
        one.id = id.into();
        one.period.to = to;
    })
}

#[test]
fn social_care_has_no_emergency_whatever_is_registered() {
    let social = viewer(Role::Nurse, ProviderKind::SocialCare);
    assert_eq!(valid(Kind::Emergency).check(&social, &now()), Err(Refusal::CareProvidersOnly));
    assert_eq!(
        valid(Kind::Emergency).check(&viewer(Role::CaseOfficer, ProviderKind::SocialCare), &now()),
        Err(Refusal::Role)
    );
    let kept = [valid(Kind::Emergency), valid(Kind::Relation)];
    assert_eq!(found(&nurse(), ADULT, &kept, &now()).grant().map(|grant| grant.reach), Some(Reach::Care));
    assert_eq!(found(&social, ADULT, &kept, &now()), Access::Own(vec![Missing::Consent]));
}

#[test]
fn the_ground_that_lasts_longest_is_taken() {
    let relation = valid(Kind::Relation);
    let short = until(Kind::Consent, "short", Some(minutes(10)));
    let long = until(Kind::Consent, "long", Some(minutes(1_000)));
    let open = until(Kind::Consent, "open", None);
    let over = changed(Kind::Consent, |one| {
        one.id = "revoked".into();
        one.period.to = None;
        one.ended = Some(Ended { voided: true, at: now().timestamp(), by: Registrar::from(&nurse()) });
    });
    let consent = |id: &str, until| {
        let registration = id.to_owned();
        Access::Granted(Grant { basis: Basis::Consent, registration, reach: Reach::All, sections: None, until })
    };
    let kept = [relation.clone(), long.clone(), short.clone(), over.clone()];
    assert_eq!(found(&nurse(), ADULT, &kept, &now()), consent("long", Some(minutes(1_000))));
    let kept = [open, short, relation, long, over];
    assert_eq!(found(&nurse(), ADULT, &kept, &now()), consent("open", None));
}

#[test]
fn the_widest_ground_is_taken_before_a_narrower_one() {
    let mut kept = vec![valid(Kind::Emergency)];
    let basis = |kept: &[Registration]| {
        let Access::Granted(grant) = found(&nurse(), CHILD, kept, &now()) else { panic!("a ground") };
        (grant.basis, grant.reach, grant.sections)
    };
    assert_eq!(basis(&kept), (Basis::Emergency, Reach::Care, Some(vec![Section::CareLimits])));
    kept.extend([valid(Kind::Relation), valid(Kind::Incapable)]);
    assert_eq!(basis(&kept), (Basis::Incapable, Reach::All, None));
    kept.push(valid(Kind::Child));
    assert_eq!(basis(&kept), (Basis::Child, Reach::All, None));
    kept.push(valid(Kind::Consent));
    assert_eq!(basis(&kept), (Basis::Consent, Reach::All, None));
}

#[test]
fn what_is_missing_is_said_and_nothing_more() {
    let (relation, consent) = (valid(Kind::Relation), valid(Kind::Consent));
    let missing = |kept: &[Registration]| match found(&nurse(), ADULT, kept, &now()) {
        Access::Own(missing) => missing,
        Access::Granted(grant) => panic!("{grant:?}"),
    };
    assert_eq!(missing(&[]), [Missing::Relation, Missing::Consent]);
    assert_eq!(missing(std::slice::from_ref(&relation)), [Missing::Consent]);
    assert_eq!(missing(std::slice::from_ref(&consent)), [Missing::Relation]);
    let patient = person(ADULT);
    let facts = Facts { patient: &patient, registered: Some(&[relation, consent]), accepts_others_consents: false };
    assert_eq!(access(&nurse(), Scope::Own, facts, &now()), Access::Own(vec![Missing::ActiveChoice]));
}

#[test]
fn what_is_registered_about_somebody_else_gives_nothing() {
    let kept = [Kind::Relation, Kind::Consent, Kind::Incapable, Kind::Emergency].map(valid);
    let ground = |number: &str| {
        let patient = person(number);
        let facts = Facts { patient: &patient, registered: Some(&kept), accepts_others_consents: true };
        access(&nurse(), Scope::Shared, facts, &now())
    };
    assert!(ground(ADULT).grant().is_some());
    assert_eq!(ground(CHILD), Access::Own(vec![Missing::Relation, Missing::Consent]));
}

#[test]
fn a_revoked_ground_is_gone_at_once() {
    for kind in [Kind::Consent, Kind::Relation] {
        let mut kept = [valid(Kind::Consent), valid(Kind::Relation)];
        assert!(found(&nurse(), ADULT, &kept, &now()).grant().is_some());
        let one = kept.iter_mut().find(|one| one.kind == kind).unwrap();
        one.ended = Some(Ended { voided: false, at: now().timestamp(), by: Registrar::from(&nurse()) });
        assert_eq!(found(&nurse(), ADULT, &kept, &now()).grant(), None, "{kind:?}");
    }
}

#[test]
fn an_emergency_ends_at_its_minute() {
    let kept = [until(Kind::Emergency, "e", Some(minutes(60)))];
    let at = |moment: Timestamp| found(&nurse(), ADULT, &kept, &moment.to_zoned(sweden()));
    let second = SignedDuration::from_secs(1);
    assert_eq!(at(minutes(0) - second).grant(), None, "not before it was opened");
    assert_eq!(at(minutes(0)).grant().map(|grant| grant.reach), Some(Reach::Care));
    assert_eq!(at(minutes(60) - second).grant().map(|grant| grant.reach), Some(Reach::Care));
    assert_eq!(at(minutes(60)), Access::Own(vec![Missing::Relation, Missing::Consent]));
}

#[test]
fn a_child_is_one_until_midnight_before_the_eighteenth_birthday() {
    let kept = [Kind::Child, Kind::Relation].map(|kind| until(kind, "c", None));
    for (at, basis) in [("2032-02-09T23:59:59+01:00", Some(Basis::Child)), ("2032-02-10T00:00:00+01:00", None)] {
        let found = found(&nurse(), CHILD, &kept, &local(at));
        assert_eq!(found.grant().map(|grant| grant.basis), basis, "{at}");
    }
}

#[test]
fn only_the_own_providers_inner_block_is_lifted_and_only_for_the_unit_that_was_named() {
    let block =
        |kind, unit: Option<&str>| Block { kind, unit: unit.map(Into::into), ..Block::outer(nurse().provider.id) };
    let named = block(BlockKind::Inner, Some("se9999000001-e002"));
    let other = block(BlockKind::Inner, Some("SE9999000001-E003"));
    let outer = block(BlockKind::Outer, Some("SE9999000001-E002"));
    let all = || BlockStatus::Verified(vec![named.clone(), other.clone(), outer.clone()]);
    let lift = [valid(Kind::Lift)];
    let patient = person(ADULT);
    let patient = &patient;
    let left_of = |blocks, registered: &[Registration], at| {
        blocks_for(
            &nurse(),
            blocks,
            Facts { patient, registered: Some(registered), accepts_others_consents: false },
            at,
        )
    };
    let left = |lifts: &[Registration], at| left_of(all(), lifts, at);
    assert_eq!(left(&lift, minutes(0)), BlockStatus::Verified(vec![other.clone(), outer.clone()]));
    assert_eq!(left(&lift, minutes(30)), all(), "the lift is over");
    assert_eq!(left(&[], minutes(0)), all());
    let unverified = left_of(BlockStatus::Unverified, &lift, minutes(0));
    assert_eq!(unverified, BlockStatus::Unverified, "what is not known cannot be lifted");
}
