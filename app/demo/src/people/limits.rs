//! People whose care limits, or agreed care, are the point.
//!
//! One function per case of `domain-facts` §6: contradiction, ended, unsigned, palliative talk held, end-of-life care, and a
//! psychiatric agreement on how to be met.

use samsyn_domain::{
    entry::{CareLimit, Contact, Medication, Plan, Service},
    provenance::Concept,
    vocabulary::{AuthorKind, ContactKind, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase},
};

use super::{
    build::{
        Case, Clock, actor, atc, care_limit, contact, medication, phone, plan, service, snomed, some, staff_phone,
        unsigned,
    },
    origin::{ASGARDEN, HEALTH_CENTRE, MEDICINE, PSYCHIATRY, STORSJO_NURSING, STORSJO_OFFICE},
};

fn no_resuscitation() -> Concept {
    snomed("Läkarbeslut finns om att inte utföra hjärt-lungräddning", "61921000052102")
}

/// A physician's signed position in the region, and an unsigned note at the care home that says the opposite.
pub(crate) fn conflict(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("193403188398", "Gunnar", "Östberg", "storsjo");
    let mut case = Case::new(clock, number, who, &["conflict"])?;
    case.add(&MEDICINE, 48, |p, clock| CareLimit {
        measures: vec![no_resuscitation(), Concept::plain("Intensivvård")],
        grounds: some("Avancerad KOL och svår skörhet"),
        consulted: vec![actor("Eva Sjödin", "leg. sjuksköterska")],
        patient_attitude: some("Patienten har själv uttryckt önskemålet"),
        decided: Some(clock.day(48)),
        valid_from: Some(clock.day(48)),
        ..care_limit(
            "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov.",
            LimitNature::Withhold,
            AuthorKind::Physician,
            p,
        )
    })
    .add(&ASGARDEN, 9, |p, clock| CareLimit {
        decided: Some(clock.day(9)),
        ..care_limit(
            "Inga begränsningar beslutade vid inflyttning",
            LimitNature::NoLimits,
            AuthorKind::Licensed,
            unsigned(p),
        )
    })
    .add(&ASGARDEN, 9, |p, clock| Service {
        started: Some(clock.day(9)),
        phones: vec![phone("063-555 50 41")],
        ..service(ServiceKind::CareHome, ServicePhase::Ongoing, "Särskilt boende, avdelning 2", p)
    })
    .add(&ASGARDEN, 9, |p, _| Contact {
        order: Some(1),
        ..contact(ContactKind::NextOfKin, "Gun Östberg", "maka", "063-555 88 20", p)
    });
    Some(case)
}

/// A position whose period has ended, and another that the source has made obsolete.
pub(crate) fn ended(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("193602285292", "Nils", "Backe", "storsjo");
    let mut case = Case::new(clock, number, who, &["ended-limit"])?;
    case.add(&MEDICINE, 210, |p, clock| CareLimit {
        measures: vec![no_resuscitation()],
        grounds: some("Akut svår pneumoni med multiorgansvikt"),
        decided: Some(clock.day(210)),
        valid_from: Some(clock.day(210)),
        valid_to: Some(clock.day(188)),
        phase: Phase::Ended,
        ..care_limit("Ej HLR under pågående vårdtillfälle", LimitNature::Withhold, AuthorKind::Physician, p)
    })
    .add(&MEDICINE, 188, |p, clock| Service {
        started: Some(clock.day(211)),
        ended: Some(clock.day(188)),
        ..service(ServiceKind::Discharged, ServicePhase::Ended, "Vårdtillfälle: pneumoni, tillfrisknad", p)
    });
    Some(case)
}

/// Only notes that nobody has signed, one of them a relative's word.
pub(crate) fn unsigned_only(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("193103189142", "Elsa", "Myrén", "storsjo");
    let mut case = Case::new(clock, number, who, &["unsigned-limit"])?;
    case.add(&STORSJO_NURSING, 27, |p, clock| CareLimit {
        decided_by: None,
        decided: Some(clock.day(27)),
        ..care_limit("Ej HLR enligt uppgift från dottern", LimitNature::Unspecified, AuthorKind::Relative, unsigned(p))
    })
    .add(&STORSJO_NURSING, 27, |p, clock| Service {
        started: Some(clock.day(500)),
        last_noted: Some(clock.day(27)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: läkemedelsdelning", p)
    });
    Some(case)
}

/// The conversation has been held; the position that followed is not written yet.
pub(crate) fn palliative_talk(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194102033877", "Karl-Erik", "Hede", "storsjo");
    let mut case = Case::new(clock, number, who, &["palliative-talk"])?;
    case.add(&MEDICINE, 6, |p, clock| CareLimit {
        measures: vec![snomed("Läkarbeslut finns från brytpunktssamtal", "60741000052100")],
        patient_attitude: some("Önskar vara hemma så länge det går"),
        relatives_attitude: some("Hustrun deltog"),
        decided: Some(clock.day(6)),
        ..care_limit(
            "Brytpunktssamtal genomfört. Fortsatt vård i hemmet med symtomlindring.",
            LimitNature::PalliativeTalk,
            AuthorKind::Physician,
            p,
        )
    })
    .add(&STORSJO_NURSING, 4, |p, clock| Service {
        started: Some(clock.day(4)),
        last_noted: Some(clock.day(1)),
        phones: vec![staff_phone("063-555 20 41", "dygnet runt")],
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: palliativ vård i hemmet", p)
    });
    Some(case)
}

/// Care at the end of life (VILSAD), with a palliative plan to act on at night.
pub(crate) fn end_of_life(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194402109062", "Ingrid", "Sund", "storsjo");
    let mut case = Case::new(clock, number, who, &["end-of-life"])?;
    case.add(&HEALTH_CENTRE, 5, |p, clock| CareLimit {
        measures: vec![no_resuscitation(), Concept::plain("Sjukhusvård")],
        grounds: some("Spridd pankreascancer, förväntad överlevnad dagar till veckor"),
        consulted: vec![actor("Karin Dahl", "leg. sjuksköterska")],
        patient_attitude: some("Vill dö hemma"),
        relatives_attitude: some("Maken och barnen delar uppfattningen"),
        decided: Some(clock.day(5)),
        valid_from: Some(clock.day(5)),
        reassessed: Some(clock.day(1)),
        ..care_limit(
            "Vård i livets slutskede (VILSAD). Ej HLR, ej sjukhusvård. Symtomlindring i hemmet.",
            LimitNature::EndOfLifeCare,
            AuthorKind::Physician,
            p,
        )
    })
    .add(&STORSJO_NURSING, 1, |p, clock| Service {
        started: Some(clock.day(20)),
        last_noted: Some(clock.day(1)),
        phones: vec![staff_phone("063-555 20 41", "dygnet runt")],
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård dygnet runt", p)
    })
    .add(&STORSJO_NURSING, 5, |p, clock| Plan {
        instruction: some("Vid andnöd eller oro: ring hemsjukvården 063-555 20 41, inte 112"),
        valid_from: Some(clock.day(5)),
        ..plan(PlanKind::Palliative, "Palliativ vårdplan", p)
    })
    .add(&HEALTH_CENTRE, 5, |p, _| Medication {
        as_needed: Some(true),
        handled_by: some("hemsjukvården"),
        indication: some("smärta och andnöd"),
        ..medication(atc("Morfin 10 mg/ml injektionsvätska", "N02AA01"), "2,5–5 mg subkutant vid behov", p)
    })
    .add(&STORSJO_NURSING, 5, |p, _| Contact {
        order: Some(1),
        may_be_informed: Some(true),
        call_at_night: Some(true),
        ..contact(ContactKind::NextOfKin, "Sven Sund", "make", "063-555 88 30", p)
    });
    Some(case)
}

/// A psychiatric agreement on how to be met, and a crisis plan.
pub(crate) fn care_agreement(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("199001272385", "Linnea", "Ek", "storsjo");
    let mut case = Case::new(clock, number, who, &["care-agreement"])?;
    case.add(&PSYCHIATRY, 80, |p, clock| Plan {
        instruction: some("Tala lugnt, en person i taget. Erbjud eget rum. Inga hastiga beröringar."),
        text: some("Överenskommelse om bemötande vid besök på akutmottagningen. Självvald inläggning högst tre dygn."),
        valid_from: Some(clock.day(80)),
        valid_to: Some(clock.day(-285)),
        next_follow_up: Some(clock.day(-100)),
        ..plan(PlanKind::Agreement, "Överenskommelse om bemötande", p)
    })
    .add(&PSYCHIATRY, 80, |p, clock| Plan {
        instruction: some("Ring öppenvården dagtid 063-555 14 00; nattetid psykiatrisk jour 063-555 14 10"),
        valid_from: Some(clock.day(80)),
        ..plan(PlanKind::CrisisPlan, "Krisplan", p)
    })
    .add(&PSYCHIATRY, 200, |p, _| {
        contact(ContactKind::ContactNurse, "Oskar Lind", "kontaktsjuksköterska", "063-555 14 02", p)
    })
    .add(&STORSJO_OFFICE, 150, |p, clock| Service {
        started: Some(clock.day(150)),
        ..service(ServiceKind::SocialService, ServicePhase::Ongoing, "Boendestöd tre gånger per vecka", p)
    });
    Some(case)
}
