//! People about whom consent is the point: none, for a relation that has ended, given in advance, impossible to give, given to
//! one side of the own municipality only, or not needed between two authorities of one region; and about whom nothing is registered while
//! a source reports the relation.
//!
//! Everybody else has a standing consent and relation with every provider (`crate::registrations`).

use samsyn_domain::{
    entry::{Alert, CareLimit, Service},
    vocabulary::{AlertKind, AuthorKind, LimitNature, ServiceKind, ServicePhase, Severity},
};

use super::{
    build::{Case, Clock, alert, care_limit, service, some},
    everything::rich,
    origin::{
        EMERGENCY, FJALLNAS_NURSING, HEALTH_CENTRE, MEDICINE, STORSJO_HOME_CARE, STORSJO_NURSING, STORSJO_OFFICE,
        TJARN_HABILITATION, TJARN_MEDICINE,
    },
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

/// Her municipality's nurses have her consent; its social services, where a measure has just begun, have not asked yet.
pub(crate) fn own_sol(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193612196083", "Ingrid", "Wester", "storsjo"), &["own-sol"])?;
    at_home(&mut case);
    case.add(&STORSJO_OFFICE, 20, |p, clock| Service {
        started: Some(clock.day(20)),
        last_noted: Some(clock.day(20)),
        ..service(ServiceKind::SocialService, ServicePhase::Ongoing, "Dagverksamhet två dagar i veckan", p)
    });
    Some(case)
}

/// Moved from Fjällnäs to Storsjö in the autumn: what Fjällnäs knew is still worth reading, and Fjällnäs has no relation any more.
pub(crate) fn moved_municipality(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193601037710", "Sven", "Moberg", "storsjo"), &["moved-municipality"])?;
    case.add(&FJALLNAS_NURSING, 45, |p, clock| Service {
        started: Some(clock.day(900)),
        ended: Some(clock.day(45)),
        last_noted: Some(clock.day(45)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ended, "Hemsjukvård: avslutad vid flytt", p)
    })
    .add(&FJALLNAS_NURSING, 400, |p, _| Alert {
        severity: Some(Severity::Harmful),
        ..alert(AlertKind::Hypersensitivity, "Häftplåster, kraftig hudreaktion", p)
    })
    .add(&STORSJO_NURSING, 7, |p, clock| Service {
        started: Some(clock.day(40)),
        last_noted: Some(clock.day(7)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: insulingivning", p)
    });
    Some(case)
}

/// Patient of two authorities of one region, and of a municipality. Nobody has asked for consent: the region's own two need none.
pub(crate) fn other_authority(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("195802142785", "Gerd", "Alm", "region-tjarn"), &["other-authority"])?;
    case.add(&TJARN_MEDICINE, 15, |p, clock| Service {
        started: Some(clock.day(200)),
        last_noted: Some(clock.day(15)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Vårdplan: hjärtsvikt", p)
    })
    .add(&TJARN_HABILITATION, 30, |p, clock| Service {
        started: Some(clock.day(500)),
        last_noted: Some(clock.day(30)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Habiliteringsplan: gångträning", p)
    })
    .add(&TJARN_HABILITATION, 300, |p, _| Alert {
        severity: Some(Severity::Harmful),
        ..alert(AlertKind::Hypersensitivity, "Latex", p)
    })
    .add(&STORSJO_NURSING, 9, |p, clock| Service {
        started: Some(clock.day(120)),
        last_noted: Some(clock.day(9)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: såromläggning", p)
    });
    Some(case)
}

/// Admitted to a ward of the region since yesterday. Nobody has registered anything: the region's own source reports the relation.
pub(crate) fn admitted(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193601016987", "Barbro", "Ek", "storsjo"), &["admitted"])?;
    at_home(&mut case);
    case.add(&MEDICINE, 0, |p, clock| Service {
        started: Some(clock.day(1)),
        ..service(ServiceKind::Inpatient, ServicePhase::Ongoing, "Inskriven: lunginflammation", p)
    });
    Some(case)
}

/// Expected at the same ward in four days. Nobody has registered anything.
pub(crate) fn planned_visit(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("193602199188", "Solveig", "Dahlin", "storsjo"), &["planned-visit"])?;
    at_home(&mut case);
    case.add(&MEDICINE, 2, |p, clock| Service {
        started: Some(clock.day(-4)),
        ..service(ServiceKind::Inpatient, ServicePhase::Planned, "Planerad inskrivning: utredning av anemi", p)
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
