//! When it is time to ask for consent, and what of a consent registered here is left for a protected person.
//!
//! Not here: who has somebody to ask, through HTTP (`portal::consent_shown`).

use std::sync::Arc;

use samsyn_domain::{
    access::{Access, Facts, Kind, Missing, access, consented},
    consent_view::{AskConsent, consents_here, may_ask},
    entry::{Entry, Service},
    merge::{Opening, assemble},
    overview::Overview,
    person::PersonAnswer,
    provenance::Organisation,
    section::Section,
    source::ProviderKind,
    state::{Entries, State},
    time::When,
    viewer::{Role, Scope},
    vocabulary::{PlanKind, Protection, ServiceKind, ServicePhase},
};
use samsyn_tests::build::{answered, now, opening, patient, person, plan, register, service, viewer};

use super::registrations::{changed, nurse, valid};

const OWN: &str = "SE9999000009-A001";

fn begun(kind: ServiceKind, provider: &str, started: &str) -> Service {
    let mut made = service("s", kind, ServicePhase::Ongoing);
    made.started = Some(When::read(started));
    made.provenance.care_provider = Some(Organisation::new(provider, "Någon"));
    made
}

fn overview(entries: Vec<Entry>, may_ask_consent: bool, protected: bool) -> Overview {
    let mut register = register();
    let protection = protected.then_some(Protection::ConfidentialityMark);
    let mut details = person();
    details.protection = protection;
    register.person = Some(PersonAnswer::Known(Box::new(details)));
    let source = answered("a", |section| {
        let of_section = entries.iter().filter(|entry| entry.section() == section).cloned().collect();
        Entries::new(of_section).map_or(State::NothingHeld, State::Reported)
    });
    let consents_here = consents_here(&nurse(), Some(&[valid(Kind::Consent)]), now().timestamp());
    let made = Opening { may_ask_consent, consents_here, ..opening(nurse(), false) };
    assemble(&made, &[register, source])
}

fn asked(entries: Vec<Service>) -> Option<AskConsent> {
    overview(entries.into_iter().map(|entry| Entry::Service(Arc::new(entry))).collect(), true, false).ask_consent
}

#[test]
fn a_service_of_the_own_provider_that_began_in_the_window_asks() {
    let one = |kind: ServiceKind, provider: &str, started: &str| asked(vec![begun(kind, provider, started)]).is_some();
    // The window of three months before 2026-11-21 begins on 2026-08-21.
    for (started, expected) in
        [("2026-08-20", false), ("2026-08-21", true), ("2026-11-21", true), ("2026-11-22", false)]
    {
        assert_eq!(one(ServiceKind::HomeNursing, OWN, started), expected, "{started}");
    }
    assert!(!one(ServiceKind::HomeNursing, "SE9999000001-A001", "2026-11-01"), "another provider's");
    assert!(!one(ServiceKind::HomeNursing, OWN, "i höstas"), "when is not known");
    for (kind, expected) in [
        (ServiceKind::HomeCare, true),
        (ServiceKind::CareHome, true),
        (ServiceKind::Sip, true),
        (ServiceKind::Aids, false),
        (ServiceKind::Inpatient, false),
    ] {
        assert_eq!(one(kind.clone(), OWN, "2026-11-01"), expected, "{kind:?}");
    }
    let over = Service { ended: Some(When::read("2026-11-10")), ..begun(ServiceKind::HomeCare, OWN, "2026-11-01") };
    assert_eq!(asked(vec![over]), None, "it has ended");
    let several = vec![
        begun(ServiceKind::HomeCare, OWN, "2026-10-01"),
        begun(ServiceKind::Lss, OWN, "2026-11-01"),
        begun(ServiceKind::HomeNursing, OWN, "2026-09-01"),
    ];
    assert_eq!(asked(several), Some(AskConsent { service: ServiceKind::Lss, began: When::read("2026-11-01") }), "once");
}

#[test]
fn a_sip_asks_too_and_nobody_is_reminded_who_has_nothing_to_ask_for() {
    let mut sip = plan("p", PlanKind::Sip);
    sip.decided = Some(When::read("2026-11-03"));
    sip.provenance.care_provider = Some(Organisation::new(OWN, "Egen"));
    let entries = vec![Entry::Plan(Arc::new(sip))];
    assert!(overview(entries.clone(), true, false).ask_consent.is_some_and(|ask| ask.service == ServiceKind::Sip));
    assert_eq!(overview(entries, false, false).ask_consent, None);

    let patient = patient();
    let holds = |kind: Kind| {
        let mut one = valid(kind);
        one.patient = patient.clone();
        vec![one]
    };
    let asks = |role: Role, registered: &[_]| {
        let facts = Facts { patient: &patient, registered: Some(registered), accepts_others_consents: false };
        may_ask(&viewer(role, ProviderKind::Care), facts, now().timestamp())
    };
    assert!(asks(Role::Nurse, &[]));
    assert!(!asks(Role::CareWorker, &[]), "may not register");
    for (kind, expected) in [
        (Kind::Consent, false),
        (Kind::Incapable, false),
        (Kind::Child, false),
        (Kind::Relation, true),
        (Kind::Emergency, true),
    ] {
        assert_eq!(asks(Role::Nurse, &holds(kind)), expected, "{kind:?}");
    }
    let by_others = changed(Kind::Consent, |one| {
        one.patient = patient.clone();
        one.registered_by.provider.id = samsyn_domain::source::ProviderId::new("SE1111111111");
    });
    for accepted in [false, true] {
        let facts = Facts {
            patient: &patient,
            registered: Some(std::slice::from_ref(&by_others)),
            accepts_others_consents: accepted,
        };
        assert_eq!(consented(&nurse(), facts, now().timestamp()), accepted, "registered by others");
    }
}

#[test]
fn a_consent_registered_here_is_seen_by_roles_that_see_consents_and_tells_no_place_of_a_protected_person() {
    let open = overview(Vec::new(), true, false);
    let here = open.consents_here.as_deref().unwrap();
    assert_eq!(here.len(), 1);
    assert!(here[0].unit.is_some() && here[0].registered_by.is_some());
    assert!(open.section(Section::Consents).is_some_and(|section| section.entries.is_empty()), "never among entries");
    let masked = overview(Vec::new(), true, true);
    let here = masked.consents_here.as_deref().unwrap();
    assert_eq!((&here[0].unit, &here[0].registered_by), (&None, &None));
    let registered = [valid(Kind::Consent)];
    let seen_by =
        |viewer: &_, registered: &[_]| consents_here(viewer, Some(registered), now().timestamp()).unwrap().len();
    for (role, seen) in [(Role::Therapist, 1), (Role::CareWorker, 0), (Role::CaseOfficer, 0), (Role::Reviewer, 0)] {
        assert_eq!(seen_by(&viewer(role, ProviderKind::Care), &registered), seen);
    }
    let revoked = changed(Kind::Consent, |one| one.period.to = Some(now().timestamp()));
    assert_eq!(seen_by(&nurse(), &[revoked]), 0, "what has ended is not here");
}

#[test]
fn a_register_that_cannot_be_read_is_neither_no_consent_nor_a_reason_to_ask_for_one() {
    let patient = patient();
    let facts = Facts { patient: &patient, registered: None, accepts_others_consents: true };
    assert_eq!(access(&nurse(), Scope::Shared, facts, &now()), Access::Own(vec![Missing::Register]));
    assert_eq!(access(&nurse(), Scope::Own, facts, &now()), Access::Own(vec![Missing::ActiveChoice]));
    assert_eq!(consents_here(&nurse(), None, now().timestamp()), None);
    let worker = viewer(Role::CareWorker, ProviderKind::Care);
    assert_eq!(consents_here(&worker, None, now().timestamp()), Some(Vec::new()), "who sees no consents misses none");
    assert!(!may_ask(&nurse(), facts, now().timestamp()));
}
