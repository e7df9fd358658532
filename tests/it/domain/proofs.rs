//! What the own provider's source reports that is a relation, and what is none.
//!
//! Invariant: each case is one that proves until one thing in it is changed.

use jiff::civil::date;
use samsyn_domain::{
    access::{Kind, ProofKind, Refusal, RelationReason, proof},
    entry::{Service, ServiceEvent},
    provenance::Organisation,
    source::{Provider, ProviderId, ProviderKind, Source},
    time::When,
    viewer::{Role, Viewer},
    vocabulary::{EventKind, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{now, service, source, viewer};

use super::registrations::{changed, nurse};

fn day(month: i8, day: i8) -> Option<When> {
    Some(When::Day(date(2026, month, day)))
}

fn own(viewer: &Viewer) -> Source {
    Source { provider: Some(viewer.provider.clone()), ..source("own") }
}

/// A record of the viewer's own unit.
fn of(viewer: &Viewer, kind: ServiceKind, phase: ServicePhase) -> Service {
    let mut made = service("s-1", kind, phase);
    made.started = day(7, 24);
    made.unit = Some(viewer.unit.clone());
    made.provenance.care_provider = Some(Organisation::new(viewer.provider.id.as_str(), "Egen"));
    made.provenance.care_unit = Some(viewer.unit.clone());
    made
}

/// What is changed, given another organisation.
type Change = fn(&mut Service, Option<Organisation>);

fn kind(viewer: &Viewer, service: &Service) -> Option<ProofKind> {
    proof(viewer, &own(viewer), service, &now()).map(|proof| proof.kind)
}

#[test]
fn an_admission_an_enrolment_and_a_measure_prove_by_the_law_the_provider_acts_under() {
    use ServiceKind::{Aids, CareHome, CarePlan, Discharged, EmergencyVisit, HomeCare, HomeNursing, Inpatient, Lss};
    let officer = viewer(Role::CaseOfficer, ProviderKind::SocialCare);
    for (service, care, social) in [
        (Inpatient, Some(ProofKind::Admitted), None),
        (EmergencyVisit, Some(ProofKind::Admitted), None),
        (HomeNursing, Some(ProofKind::Enrolled), None),
        (CareHome, Some(ProofKind::Enrolled), Some(ProofKind::Measure)),
        (HomeCare, None, Some(ProofKind::Measure)),
        (Lss, None, Some(ProofKind::Measure)),
        (Aids, None, None),
        (CarePlan, None, None),
        (Discharged, None, None),
        (ServiceKind::Other("hospital-at-home".into()), None, None),
    ] {
        assert_eq!(kind(&nurse(), &of(&nurse(), service.clone(), ServicePhase::Ongoing)), care, "{service:?}");
        assert_eq!(kind(&officer, &of(&officer, service.clone(), ServicePhase::Ongoing)), social, "{service:?}");
    }
    let noted = proof(&nurse(), &own(&nurse()), &of(&nurse(), HomeNursing, ServicePhase::Ongoing), &now()).unwrap();
    assert_eq!((noted.record.as_str(), noted.source.as_str(), noted.at), ("s-1", "own", day(7, 24)));
    assert_eq!(noted.reported_at, now().timestamp());
}

#[test]
fn only_the_own_source_about_the_own_provider_and_unit_proves() {
    let nurse = nurse();
    let right = of(&nurse, ServiceKind::HomeNursing, ServicePhase::Ongoing);
    assert!(proof(&nurse, &own(&nurse), &right, &now()).is_some());
    let other = Provider { id: ProviderId::new("SE1111111111"), kind: ProviderKind::Care };
    for provider in [None, Some(other)] {
        let source = Source { provider, ..source("other") };
        assert_eq!(proof(&nurse, &source, &right, &now()), None, "another's source, or a platform of several");
    }
    let elsewhere = Some(Organisation::new("SE1111111111-E1", "Annan"));
    let changes: [(&str, Change); 4] = [
        ("another unit", |service, other| service.unit = other),
        ("another provider", |service, other| service.provenance.care_provider = other),
        ("no provider", |service, _| service.provenance.care_provider = None),
        ("no unit", |service, _| (service.unit, service.provenance.care_unit) = (None, None)),
    ];
    for (what, change) in changes {
        let mut changed = right.clone();
        change(&mut changed, elsewhere.clone());
        assert_eq!(kind(&nurse, &changed), None, "{what}");
    }
}

#[test]
fn what_has_ended_proves_nothing_and_what_is_to_come_is_a_booking() {
    let nurse = nurse();
    let today = day(11, 21);
    let made = |phase: ServicePhase, started: Option<When>, ended: Option<When>, visit: Option<When>| {
        let mut service = of(&nurse, ServiceKind::HomeNursing, phase);
        (service.started, service.ended) = (started, ended);
        service.events =
            visit.into_iter().map(|at| ServiceEvent { kind: EventKind::PlannedVisit, at, text: None }).collect();
        kind(&nurse, &service)
    };
    use ServicePhase::{Ended, Ongoing, Planned, Unknown};
    let (enrolled, booked) = (Some(ProofKind::Enrolled), Some(ProofKind::Booked));
    assert_eq!(made(Ongoing, None, None, None), enrolled, "a start that is not stated");
    assert_eq!(made(Ongoing, day(7, 24), today.clone(), None), enrolled, "its last day");
    assert_eq!(made(Ongoing, day(7, 24), day(11, 20), None), None, "ended yesterday");
    assert_eq!(made(Ongoing, day(11, 22), None, None), booked, "begins tomorrow");
    assert_eq!(made(Planned, day(12, 1), None, None), booked);
    assert_eq!(made(Planned, day(11, 1), None, None), None, "planned for a day that has passed");
    assert_eq!(made(Planned, None, None, None), None, "planned for nobody knows when");
    assert_eq!(made(Ended, day(7, 24), day(11, 1), None), None);
    assert_eq!(made(Ended, day(12, 1), None, None), None, "ended before it began");
    assert_eq!(made(Ended, day(7, 24), day(11, 1), day(11, 25)), booked, "a visit is still to come");
    assert_eq!(made(Unknown, day(7, 24), None, day(11, 20)), None, "a visit that has been");
    assert_eq!(made(Unknown, day(7, 24), None, today), booked, "a visit today");
}

#[test]
fn a_proven_relation_is_registered_with_what_proves_it_and_with_nothing_else() {
    let given = proof(&nurse(), &own(&nurse()), &of(&nurse(), ServiceKind::HomeNursing, ServicePhase::Ongoing), &now());
    for (relation, proof, expected) in [
        (RelationReason::Proven, given.clone(), Ok(())),
        (RelationReason::Proven, None, Err(Refusal::Unproven)),
        (RelationReason::Visit, given, Err(Refusal::Unproven)),
        (RelationReason::Visit, None, Ok(())),
    ] {
        let one = changed(Kind::Relation, |one| {
            one.stated.relation = Some(relation);
            one.stated.proof = proof;
        });
        assert_eq!(one.check(&nurse(), &now()), expected, "{relation:?}");
    }
}

#[test]
fn what_was_kept_before_there_were_proofs_is_still_read() {
    let old =
        r#"{"given_by":null,"relation":"visit","reason":null,"sections":[],"assertions":[],"unit":null,"text":null}"#;
    let stated: samsyn_domain::access::Stated = serde_json::from_str(old).unwrap();
    assert_eq!((stated.relation, stated.proof), (Some(RelationReason::Visit), None));
}
