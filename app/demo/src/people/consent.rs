//! People about whom consent is the point: none, for a relation that has ended, given in advance, or impossible to give.
//!
//! Everybody else has a standing consent and relation with every provider (`crate::registrations`).

use samsyn_domain::{
    entry::{Alert, CareLimit, Service},
    vocabulary::{AlertKind, AuthorKind, LimitNature, ServiceKind, ServicePhase, Severity},
};

use super::{
    build::{Case, Clock, alert, care_limit, service, some},
    everything::rich,
    origin::{EMERGENCY, HEALTH_CENTRE, MEDICINE, STORSJO_HOME_CARE, STORSJO_NURSING},
};

/// As much as anybody, and nobody has asked her yet.
pub(crate) fn no_consent(clock: &Clock, number: usize) -> Option<Case> {
    rich(clock, number, ("193501259166", "Greta", "Sundin", "storsjo"), &["no-consent"])
}

/// The consent stands, the relation does not.
pub(crate) fn relation_ended(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193502168788", "Maj-Britt", "Öberg", "storsjo"), &["relation-ended"])?;
    at_home(&mut case);
    Some(case)
}

/// Cannot consent any more; the home nursing unit has said so.
pub(crate) fn incapable(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193503189049", "Elsa", "Norén", "storsjo"), &["incapable"])?;
    at_home(&mut case);
    case.add(&MEDICINE, 200, |p, clock| CareLimit {
        decided: Some(clock.day(200)),
        ..care_limit("Ej intensivvård", LimitNature::Withhold, AuthorKind::Physician, p)
    });
    Some(case)
}

/// In the emergency department, with a consent that home care wrote down for it beforehand.
pub(crate) fn advance_consent(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193801248471", "Nils", "Hedman", "storsjo"), &["advance-consent"])?;
    at_home(&mut case);
    case.add(&EMERGENCY, 0, |p, clock| Service {
        started: Some(clock.minutes_ago(50)),
        ..service(ServiceKind::EmergencyVisit, ServicePhase::Ongoing, "Akutmottagningen: fall i hemmet", p)
    });
    Some(case)
}

/// Home nursing, home care and one warning.
fn at_home(case: &mut Case) {
    case.add(&STORSJO_NURSING, 9, |p, clock| Service {
        started: Some(clock.day(120)),
        last_noted: Some(clock.day(9)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: såromläggning", p)
    })
    .add(&STORSJO_HOME_CARE, 4, |p, clock| Service {
        started: Some(clock.day(400)),
        last_noted: Some(clock.day(4)),
        ..service(ServiceKind::HomeCare, ServicePhase::Ongoing, "Hemtjänst morgon och kväll", p)
    })
    .add(&HEALTH_CENTRE, 900, |p, _| Alert {
        severity: Some(Severity::Harmful),
        comment: some("Utslag"),
        ..alert(AlertKind::Hypersensitivity, "Sulfonamider", p)
    });
}
