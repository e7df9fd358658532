//! People whose identity is the point: protected, other kinds of number, a child, the deceased, an interpreter, a number
//! that two sources have on two people.

use jiff::civil::date;
use samsyn_domain::{
    entry::{Alert, CareLimit, Contact, Life, Service, Vaccination},
    provenance::Concept,
    vocabulary::{
        AlertKind, AuthorKind, Certainty, ContactKind, LimitNature, Protection, ServiceKind, ServicePhase, Severity,
    },
};

use super::{
    build::{
        Case, Clock, alert, atc, care_limit, contact, covid, covid_vaccine, document, medication, phone, service,
        snomed, some, vaccination,
    },
    origin::{EMERGENCY, HEALTH_CENTRE, MEDICINE, PAEDIATRICS, PSYCHIATRY, STORSJO_NURSING, STORSJO_OFFICE},
};

/// Sekretessmarkering. The municipal system sends everything, marked but unfiltered.
pub(crate) fn confidentiality_mark(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("195009072553", "Sten", "Berggren", "storsjo");
    let mut case = Case::new(clock, number, who, &["protected"])?;
    case.details.protection = Some(Protection::ConfidentialityMark);
    with_places(&mut case);
    Some(case)
}

/// Skyddad folkbokföring.
pub(crate) fn protected_registration(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("198404189287", "Hanna", "Viklund", "storsjo");
    let mut case = Case::new(clock, number, who, &["protected"])?;
    case.details.protection = Some(Protection::ProtectedRegistration);
    with_places(&mut case);
    case.add(&PSYCHIATRY, 60, |p, _| alert(AlertKind::Threat, "Hotbild mot patienten: röj inte vistelseort", p));
    Some(case)
}

/// Records that would reveal where the person is.
fn with_places(case: &mut Case) {
    case.add(&STORSJO_NURSING, 7, |p, clock| Service {
        started: Some(clock.day(60)),
        last_noted: Some(clock.day(7)),
        phones: vec![phone("063-555 20 41")],
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: injektioner", p)
    })
    .add(&STORSJO_NURSING, 60, |p, _| Contact {
        order: Some(1),
        ..contact(ContactKind::NextOfKin, "Kontakt via socialtjänsten", "ombud", "063-555 88 40", p)
    })
    .add(&STORSJO_NURSING, 30, |p, _| {
        let text = "Bor tillfälligt på Björkvägen 14 B, 831 41 Storsjöbyn. Portkod via 070-555 01 23.";
        document(Concept::plain("Anteckning"), "Hembesök", text, p)
    })
    .add(&HEALTH_CENTRE, 300, |p, clock| Alert {
        severity: Some(Severity::Harmful),
        certainty: Some(Certainty::Confirmed),
        agent: Some(snomed("Acetylsalicylsyra", "387458008")),
        comment: some("Vid andnöd: ring 070-555 01 23"),
        noted: Some(clock.day(300)),
        ..alert(AlertKind::Hypersensitivity, "Astma av acetylsalicylsyra", p)
    });
}

/// Samordningsnummer.
pub(crate) fn coordination_number(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("196109732393", "Marek", "Nowak", "storsjo");
    let mut case = Case::new(clock, number, who, &["coordination-number"])?;
    case.add(&HEALTH_CENTRE, 25, |p, clock| Vaccination {
        dose_number: Some(3),
        ..vaccination(covid(), covid_vaccine(), clock.day(25), p)
    })
    .add(&HEALTH_CENTRE, 25, |p, _| {
        contact(ContactKind::HealthCentre, "Hälsocentralen Backen", "hälsocentral", "063-555 12 00", p)
    });
    Some(case)
}

/// National reserve number: somebody without personal number, known only to the region.
pub(crate) fn reserve_number(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("98240301AA06", "Okänd", "Patient", "region-fjall");
    let mut case = Case::new(clock, number, who, &["reserve-number"])?;
    case.not_in_register();
    case.add(&EMERGENCY, 0, |p, clock| Service {
        started: Some(clock.minutes_ago(240)),
        ..service(ServiceKind::EmergencyVisit, ServicePhase::Ongoing, "Akutbesök: oklar identitet", p)
    });
    Some(case)
}

/// A child, with guardians who answer for it.
pub(crate) fn child(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("201402102394", "Elias", "Sandell", "storsjo");
    let mut case = Case::new(clock, number, who, &["child"])?;
    case.add(&PAEDIATRICS, 800, |p, clock| Alert {
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Confirmed),
        agent: Some(snomed("Jordnöt", "762952008")),
        noted: Some(clock.day(800)),
        ..alert(AlertKind::Hypersensitivity, "Jordnötsallergi, har adrenalinpenna", p)
    });
    for (order, name, role, number) in
        [(1, "Moa Sandell", "mamma", "063-555 88 50"), (2, "Ali Sandell", "pappa", "063-555 88 51")]
    {
        case.add(&PAEDIATRICS, 800, |p, _| Contact {
            order: Some(order),
            may_be_informed: Some(true),
            ..contact(ContactKind::Guardian, name, role, number, p)
        });
    }
    case.add(&STORSJO_OFFICE, 100, |p, clock| Service {
        started: Some(clock.day(100)),
        ..service(ServiceKind::Lss, ServicePhase::Ongoing, "LSS: avlösarservice i hemmet", p)
    });
    Some(case)
}

/// A child with two guardians, one of whom has protected personal data. The clinic's system sends her like everybody else, with
/// a label; the municipality's has her too, marked, under her whole name.
pub(crate) fn protected_guardian(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("201401172398", "Nils", "Åkerlund", "storsjo");
    let mut case = Case::new(clock, number, who, &["protected-guardian"])?;
    case.add(&PAEDIATRICS, 300, |p, clock| Alert {
        severity: Some(Severity::Harmful),
        certainty: Some(Certainty::Confirmed),
        agent: Some(snomed("Ägg", "102263004")),
        comment: some("Vid reaktion: ring mamma på 070-555 02 17"),
        noted: Some(clock.day(300)),
        ..alert(AlertKind::Hypersensitivity, "Äggallergi", p)
    })
    .add(&PAEDIATRICS, 300, |p, _| Contact {
        order: Some(1),
        may_be_informed: Some(true),
        ..contact(ContactKind::Guardian, "Jonas Åkerlund", "pappa", "063-555 88 52", p)
    })
    .add(&PAEDIATRICS, 200, |p, _| Contact {
        protection: Some(Protection::ConfidentialityMark),
        order: Some(2),
        may_be_informed: Some(true),
        note: some("Nås säkrast på arbetet, Kvarnens förskola 063-555 88 53"),
        ..contact(ContactKind::Guardian, "Frida Lindahl", "mamma", "070-555 02 17", p)
    })
    .add(&STORSJO_NURSING, 90, |p, _| Contact {
        protection: Some(Protection::ProtectedRegistration),
        ..contact(ContactKind::NextOfKin, "Frida Maria Lindahl", "mamma", "070-555 02 17", p)
    })
    .add(&STORSJO_NURSING, 40, |p, clock| Service {
        started: Some(clock.day(40)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: sondmat", p)
    });
    Some(case)
}

/// Deceased three weeks ago, says the register.
pub(crate) fn deceased(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("193603119045", "Maj", "Holmgren", "storsjo");
    let mut case = Case::new(clock, number, who, &["deceased"])?;
    case.details.life = Life::Deceased { at: Some(clock.day(21)) };
    case.add(&STORSJO_NURSING, 21, |p, clock| Service {
        started: Some(clock.day(300)),
        ended: Some(clock.day(21)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ended, "Hemsjukvård, avslutad", p)
    });
    Some(case)
}

/// Needs an interpreter.
pub(crate) fn interpreter(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("196603233724", "Amina", "Hassan", "storsjo");
    let mut case = Case::new(clock, number, who, &["interpreter"])?;
    case.details.interpreter_language = some("somaliska");
    case.details.communication_need = some("Boka kvinnlig tolk");
    case.add(&HEALTH_CENTRE, 12, |p, _| medication(atc("Metformin 500 mg tablett", "A10BA02"), "1 + 0 + 1 + 0", p))
        .add(&HEALTH_CENTRE, 90, |p, _| contact(ContactKind::NextOfKin, "Yusuf Hassan", "son", "063-555 88 60", p));
    Some(case)
}

/// The region has the number on another woman, mistyped when she came in; the register and the municipality know whose it is.
pub(crate) fn identity_conflict(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194008259287", "Inga", "Norberg", "storsjo");
    let mut case = Case::new(clock, number, who, &["identity-conflict"])?;
    case.takes_for_another(&MEDICINE, ("Birgitta", "Sundin"), date(1943, 8, 25))
        .add(&MEDICINE, 20, |p, clock| CareLimit {
            decided: Some(clock.day(20)),
            ..care_limit("Ej HLR vid utbredd lungcancer", LimitNature::Withhold, AuthorKind::Physician, p)
        })
        .add(&MEDICINE, 20, |p, _| medication(atc("Oxykodon 10 mg depottablett", "N02AA05"), "1 + 0 + 0 + 1", p))
        .add(&STORSJO_NURSING, 8, |p, clock| Service {
            started: Some(clock.day(90)),
            last_noted: Some(clock.day(8)),
            ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: insulin", p)
        });
    Some(case)
}
