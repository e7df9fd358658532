//! What an opening relied on, as the log names it: what holds, and nothing that does not.

use samsyn_domain::{
    access::{
        Access, Block, BlockKind, BlockStatus, Facts, Kind, LiftReason, Registration, Relied, TemporaryLift, access,
        lifted_for, relied,
    },
    source::ProviderId,
    viewer::Scope,
};
use samsyn_tests::build::now;

use super::registrations::{ADULT, changed, minutes, nurse, person};

const UNIT: &str = "SE9999000001-E002";

fn of(kind: Kind, id: &str, change: impl FnOnce(&mut Registration)) -> Registration {
    changed(kind, |one| {
        one.id = id.into();
        change(one);
    })
}

/// Ids, and providers that have lifted a block of theirs, in the order of the log.
fn named(scope: Scope, registered: &[Registration], blocks: Vec<Block>) -> Vec<String> {
    let (patient, reader) = (person(ADULT), nurse());
    let facts = Facts { patient: &patient, registered: Some(registered), accepts_others_consents: false };
    let at = now().timestamp();
    let access: Access = access(&reader, scope, facts, &now());
    let lifted = lifted_for(&reader, access.grant(), &BlockStatus::Verified(blocks), facts, at);
    let word = |one: Relied| match one {
        Relied::Registration { registration, .. } => registration,
        Relied::TemporaryLift { temporary_lift_by } => temporary_lift_by.to_string(),
    };
    relied(&reader, &access, facts, &lifted, at).into_iter().map(word).collect()
}

#[test]
fn a_consent_is_named_with_the_relation_that_lasts_longest_and_nothing_that_was_not_needed() {
    let registered = [
        of(Kind::Relation, "short", |one| one.period.to = Some(minutes(5))),
        of(Kind::Relation, "long", |one| one.period.to = Some(minutes(50))),
        of(Kind::Relation, "over", |one| one.period.to = Some(minutes(-1))),
        of(Kind::Consent, "consent", |_| {}),
        of(Kind::Emergency, "emergency", |_| {}),
        of(Kind::Lift, "lift", |_| {}),
    ];
    assert_eq!(named(Scope::Shared, &registered, vec![]), ["consent", "long"]);
    assert_eq!(named(Scope::Shared, &registered[3..5], vec![]), ["emergency"], "without a relation");
    assert_eq!(named(Scope::Shared, &registered[..1], vec![]), Vec::<String>::new(), "no ground, nothing relied on");
}

#[test]
fn each_step_of_an_emergency_is_named_also_the_first_that_opens_nothing() {
    let first = of(Kind::Emergency, "why", |one| one.stated.sections.clear());
    assert_eq!(named(Scope::Shared, std::slice::from_ref(&first), vec![]), ["why"]);
    let both = [first, of(Kind::Emergency, "what", |_| {})];
    assert_eq!(named(Scope::Shared, &both, vec![]), ["why", "what"]);
}

#[test]
fn a_lift_is_named_when_there_is_a_block_that_it_lifts() {
    let own = ProviderId::new("SE9999000009-A001");
    let lift = [of(Kind::Lift, "lift", |_| {})];
    let inner = |unit: &str| Block::inner(own.clone(), unit);
    assert_eq!(named(Scope::Own, &lift, vec![]), Vec::<String>::new());
    assert_eq!(named(Scope::Own, &lift, vec![inner("SE9999000001-E003")]), Vec::<String>::new());
    assert_eq!(named(Scope::Own, &lift, vec![inner(&UNIT.to_lowercase())]), ["lift"]);

    let unit = nurse().unit.id.unwrap();
    let temporary =
        TemporaryLift { reason: LiftReason::PatientsConsent, unit, employee: None, from: None, to: minutes(9) };
    let outer = Block { lifts: vec![temporary], ..Block::outer(ProviderId::new("SE9999000007-A001")) };
    assert_eq!(outer.kind, BlockKind::Outer);
    let twice = vec![outer.clone(), outer];
    assert_eq!(named(Scope::Own, &[], twice.clone()), Vec::<String>::new(), "nothing of others is read");
    let ground = [of(Kind::Relation, "relation", |_| {}), of(Kind::Consent, "consent", |_| {})];
    let relied_on = ["consent", "relation", "SE9999000007-A001"];
    assert_eq!(named(Scope::Shared, &ground, twice), relied_on, "once for each provider");
}
