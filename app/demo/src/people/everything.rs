//! Astrid: something in all ten sections, from six sources, with no contradiction about care limits.
//!
//! She lives at home with home nursing and home care, spends every third week at Åsgården and has a coordinated plan.

use samsyn_domain::{
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, FunctionalAssessment, Infection, Medication, Plan, Service,
        ServiceEvent, Substitute, Vaccination,
    },
    provenance::Concept,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentKind, ConsentStatus, ContactKind, EventKind,
        InfectionCertainty, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase, Severity,
    },
};

use super::{
    build::{
        Case, Clock, WORKDAYS, Who, ability, actor, alert, always_open, atc, care_limit, consent, contact, covid,
        covid_vaccine, document, infection, medication, open, phone, plan, service, snomed, some, staff_phone,
        vaccination,
    },
    origin::{
        ASGARDEN, HEALTH_CENTRE, INFECTION, MEDICINE, Origin, STORSJO_HOME_CARE, STORSJO_NURSING, STORSJO_OFFICE,
        STORSJO_REHAB,
    },
};

const NATIONAL: Origin = HEALTH_CENTRE.through("nationella");

pub(crate) fn everything(clock: &Clock, number: usize) -> Option<Case> {
    rich(clock, number, ("193802278485", "Astrid", "Fjällström", "storsjo"), &["everything"])
}

/// Somebody with as much, by another name.
pub(super) fn rich(clock: &Clock, number: usize, who: Who, shows: &[&'static str]) -> Option<Case> {
    let mut case = Case::new(clock, number, who, shows)?;
    case.details.communication_need = some("Hör dåligt på höger öra, tala tydligt från vänster sida");
    alerts(&mut case);
    care_limit_position(&mut case);
    home_services(&mut case);
    stays(&mut case);
    people_to_call(&mut case);
    relatives(&mut case);
    medicines(&mut case);
    abilities(&mut case);
    plans(&mut case);
    vaccination_and_infection(&mut case);
    consents_and_documents(&mut case);
    Some(case)
}

fn alerts(case: &mut Case) {
    case.add(&MEDICINE, 1900, |p, clock| Alert {
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Confirmed),
        agent: Some(snomed("Penicillin", "764146007")),
        comment: some("Anafylaxi efter intravenös dos, krävde adrenalin"),
        noted: Some(clock.day(1900)),
        ..alert(AlertKind::Hypersensitivity, "Anafylaktisk reaktion på penicillin", p)
    })
    .add(&NATIONAL, 1899, |p, clock| Alert {
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Confirmed),
        agent: Some(snomed("Penicillin", "764146007")),
        noted: Some(clock.day(1900)),
        valid_from: Some(clock.day(1900)),
        ..alert(AlertKind::Hypersensitivity, "Penicillin", p)
    })
    .add(&MEDICINE, 640, |p, clock| Alert {
        comment: some("Behandlas med apixaban, blödningsrisk vid ingrepp"),
        noted: Some(clock.day(640)),
        ..alert(AlertKind::Treatment, "Antikoagulantiabehandling", p)
    })
    .add(&NATIONAL, 640, |p, clock| Alert {
        valid_from: Some(clock.day(1500)),
        ..alert(AlertKind::SeriousDisease, "Hjärtsvikt", p)
    })
    .add(&STORSJO_NURSING, 200, |p, _| {
        alert(AlertKind::SpecialRoutine, "Ring dottern före oplanerad transport till sjukhus", p)
    });
}

fn care_limit_position(case: &mut Case) {
    case.add(&MEDICINE, 130, |p, clock| CareLimit {
        measures: vec![
            snomed("Läkarbeslut finns om att inte utföra hjärt-lungräddning", "61921000052102"),
            Concept::plain("Intensivvård"),
        ],
        grounds: some("Svår hjärtsvikt (NYHA IV) och hög ålder; behandlingen bedöms inte gagna patienten"),
        consulted: vec![actor("Karin Dahl", "leg. sjuksköterska")],
        patient_attitude: some("Patienten är delaktig och införstådd"),
        relatives_attitude: some("Dottern informerad och införstådd"),
        decided: Some(clock.day(130)),
        valid_from: Some(clock.day(130)),
        reassessed: Some(clock.day(24)),
        decision_id: some("stb-2207"),
        ..care_limit(
            "Ej HLR. Ej intensivvård. Antibiotika, vätska och sjukhusvård vid behov.",
            LimitNature::Withhold,
            AuthorKind::Physician,
            p,
        )
    });
}

fn home_services(case: &mut Case) {
    case.add(&STORSJO_NURSING, 2, |p, clock| Service {
        started: Some(clock.day(420)),
        last_noted: Some(clock.day(2)),
        events: vec![
            ServiceEvent {
                kind: EventKind::Visit,
                at: clock.local(2, 9, 40),
                text: some("Såromläggning vänster underben"),
            },
            ServiceEvent { kind: EventKind::PlannedVisit, at: clock.local(-2, 9, 30), text: None },
        ],
        phones: vec![staff_phone("063-555 20 41", "sjuksköterska dygnet runt")],
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: såromläggning, läkemedelsdelning", p)
    })
    .add(&STORSJO_HOME_CARE, 1, |p, clock| Service {
        started: Some(clock.day(400)),
        last_noted: Some(clock.day(1)),
        events: vec![ServiceEvent { kind: EventKind::Visit, at: clock.local(1, 18, 5), text: None }],
        phones: vec![phone("063-555 20 51")],
        ..service(
            ServiceKind::HomeCare,
            ServicePhase::Ongoing,
            "Hemtjänst fyra gånger per dag, dusch två gånger i veckan",
            p,
        )
    })
    .add(&STORSJO_OFFICE, 395, |p, clock| Service {
        started: Some(clock.day(395)),
        ..service(ServiceKind::SafetyAlarm, ServicePhase::Ongoing, "Trygghetslarm, nyckelfri hemtjänst", p)
    })
    .add(&STORSJO_OFFICE, 60, |p, clock| Service {
        started: Some(clock.day(60)),
        events: vec![ServiceEvent { kind: EventKind::Decision, at: clock.day(60), text: some("Beviljat enligt SoL") }],
        ..service(ServiceKind::SocialService, ServicePhase::Ongoing, "Ledsagning två timmar per vecka", p)
    })
    .add(&STORSJO_REHAB, 300, |p, clock| Service {
        started: Some(clock.day(300)),
        ..service(ServiceKind::Aids, ServicePhase::Ongoing, "Rollator, duschpall, förhöjd toalettsits", p)
    })
    .add(&STORSJO_HOME_CARE.through("nationella"), 400, |p, clock| Service {
        started: Some(clock.day(400)),
        ..service(ServiceKind::HomeCare, ServicePhase::Ongoing, "Hemtjänst", p)
    });
}

fn stays(case: &mut Case) {
    case.add(&ASGARDEN, 20, |p, clock| Service {
        started: Some(clock.day(90)),
        last_noted: Some(clock.day(20)),
        phones: vec![phone("063-555 50 41")],
        ..service(ServiceKind::CareHome, ServicePhase::Ongoing, "Växelvård på särskilt boende, en vecka av tre", p)
    })
    .add(&ASGARDEN, 14, |p, clock| Service {
        started: Some(clock.day(21)),
        ended: Some(clock.day(14)),
        ..service(ServiceKind::ShortTerm, ServicePhase::Ended, "Korttidsvistelse", p)
    })
    .add(&MEDICINE, 33, |p, clock| Service {
        started: Some(clock.day(41)),
        ended: Some(clock.day(33)),
        ..service(ServiceKind::Discharged, ServicePhase::Ended, "Vårdtillfälle: hjärtsvikt, försämring", p)
    });
}

fn people_to_call(case: &mut Case) {
    case.add(&STORSJO_NURSING, 30, |p, _| Contact {
        openings: always_open(),
        phones: vec![staff_phone("063-555 20 41", "dygnet runt")],
        ..contact(ContactKind::HomeNursing, "Hemsjukvården Storsjö norr", "sjuksköterska i tjänst", "063-555 20 41", p)
    })
    .add(&MEDICINE, 130, |p, clock| Contact {
        absent: Some(Absence { from: clock.day(5), to: Some(clock.day(-9)) }),
        substitute: Some(Substitute {
            name: some("Nadia Berglund"),
            role: some("ST-läkare"),
            phones: vec![staff_phone("063-555 10 22", "direkt")],
        }),
        phones: vec![staff_phone("063-555 10 21", "direkt")],
        ..contact(ContactKind::ResponsiblePhysician, "Anders Holm", "överläkare (PAL)", "063-555 10 21", p)
    })
    .add(&NATIONAL, 380, |p, clock| Contact {
        valid_from: Some(clock.day(380)),
        ..contact(ContactKind::NamedPhysician, "Maria Lindqvist", "fast läkarkontakt", "063-555 12 01", p)
    })
    .add(&STORSJO_NURSING.through("nationella"), 360, |p, clock| Contact {
        valid_from: Some(clock.day(360)),
        ..contact(ContactKind::NamedCareContact, "Karin Dahl", "fast vårdkontakt", "063-555 20 42", p)
    })
    .add(&STORSJO_HOME_CARE, 390, |p, _| {
        contact(ContactKind::NamedSocialContact, "Fatima Lundgren", "fast omsorgskontakt", "063-555 20 52", p)
    })
    .add(&STORSJO_OFFICE, 395, |p, _| Contact {
        openings: vec![open(&WORKDAYS, "08:30", "09:30")],
        ..contact(ContactKind::CaseOfficer, "Johan Strand", "biståndshandläggare", "063-555 20 55", p)
    })
    .add(&HEALTH_CENTRE, 500, |p, _| Contact {
        openings: vec![open(&WORKDAYS, "08:00", "16:30")],
        ..contact(ContactKind::HealthCentre, "Hälsocentralen Backen", "hälsocentral", "063-555 12 00", p)
    });
}

fn relatives(case: &mut Case) {
    let family = case.details.family_name.clone().unwrap_or_default();
    case.add(&MEDICINE, 130, |p, _| Contact {
        order: Some(1),
        may_be_informed: Some(true),
        call_at_night: Some(true),
        ..contact(ContactKind::NextOfKin, &format!("Annika {family}"), "dotter", "063-555 88 10", p)
    })
    .add(&STORSJO_HOME_CARE, 390, |p, _| Contact {
        order: Some(2),
        may_be_informed: Some(true),
        call_at_night: Some(false),
        ..contact(ContactKind::NextOfKin, &format!("Erik {family}"), "son", "063-555 88 11", p)
    });
}

fn medicines(case: &mut Case) {
    case.add(&MEDICINE, 33, |p, clock| Medication {
        handled_by: some("hemsjukvården"),
        indication: some("förmaksflimmer, förebygger propp"),
        started: Some(clock.day(640)),
        ..medication(atc("Apixaban 2,5 mg tablett", "B01AF02"), "1 + 0 + 1 + 0", p)
    })
    .add(&MEDICINE, 33, |p, clock| Medication {
        separate_instruction: some("Enligt särskild ordination: extra 40 mg vid viktuppgång mer än 2 kg på tre dygn"),
        handled_by: some("hemsjukvården"),
        indication: some("hjärtsvikt"),
        started: Some(clock.day(33)),
        ..medication(atc("Furosemid 40 mg tablett", "C03CA01"), "2 + 1 + 0 + 0", p)
    })
    .add(&MEDICINE, 33, |p, _| Medication {
        as_needed: Some(true),
        indication: some("smärta"),
        ..medication(atc("Paracetamol 500 mg tablett", "N02BE01"), "1–2 vid behov, högst 6 per dygn", p)
    })
    .add(&NATIONAL, 200, |p, _| Medication {
        indication: some("underfunktion i sköldkörteln"),
        ..medication(atc("Levotyroxin 50 mikrogram tablett", "H03AA01"), "1 + 0 + 0 + 0", p)
    });
}

fn abilities(case: &mut Case) {
    case.add(&STORSJO_REHAB, 45, |p, _| FunctionalAssessment {
        level: Some(AbilityLevel::PartlyDependent),
        ..ability(snomed("Förflyttning", "301438001"), "Går med rollator inomhus, stöd av en person i trappa", p)
    })
    .add(&STORSJO_REHAB, 45, |p, _| FunctionalAssessment {
        level: Some(AbilityLevel::Dependent),
        ..ability(snomed("Bad och dusch", "284785009"), "Behöver hjälp av en person", p)
    })
    .add(&STORSJO_HOME_CARE, 12, |p, _| FunctionalAssessment {
        level: Some(AbilityLevel::Independent),
        ..ability(snomed("Äta", "288843006"), "Äter själv när maten är framställd", p)
    })
    .add(&STORSJO_REHAB.through("nationella"), 45, |p, _| {
        ability(snomed("Påklädning", "284977008"), "Behöver hjälp med strumpor och skor", p)
    });
}

fn plans(case: &mut Case) {
    let given = case.details.given_name.clone().unwrap_or_default();
    case.add(&STORSJO_NURSING.through("nationella"), 120, |p, clock| Plan {
        text: some("Hemsjukvård, hemtjänst, växelvård och hälsocentral samordnas. Huvudansvarig: Storsjö kommun."),
        valid_from: Some(clock.day(120)),
        ..plan(PlanKind::Sip, "Samordnad individuell plan", p)
    })
    .add(&MEDICINE, 33, |p, clock| Plan {
        instruction: some("Väg varje morgon. Upp mer än 2 kg på tre dygn: ring hjärtsviktsmottagningen 063-555 10 30."),
        next_follow_up: Some(clock.day(-13)),
        valid_from: Some(clock.day(33)),
        ..plan(PlanKind::CarePlan, "Vårdplan hjärtsvikt", p)
    })
    .add(&STORSJO_HOME_CARE, 110, |p, clock| Plan {
        instruction: some(&format!("Låt {given} göra det hon kan själv. Kaffe före dusch.")),
        valid_from: Some(clock.day(110)),
        next_follow_up: Some(clock.day(-70)),
        ..plan(PlanKind::Implementation, "Genomförandeplan hemtjänst", p)
    });
}

fn vaccination_and_infection(case: &mut Case) {
    for (dose, days) in [(1_u32, 2050), (2, 2010), (3, 1800), (4, 1400), (5, 1040), (6, 40)] {
        case.add(&HEALTH_CENTRE, days, |p, clock| Vaccination {
            dose_number: Some(dose),
            unique_reference: Some(format!("vax-astrid-{dose}")),
            ..vaccination(covid(), covid_vaccine(), clock.day(days), p)
        });
    }
    case.add(&NATIONAL, 1040, |p, clock| Vaccination {
        dose_number: Some(5),
        unique_reference: some("vax-astrid-5"),
        ..vaccination(covid(), covid_vaccine(), clock.day(1040), p)
    })
    .add(&HEALTH_CENTRE, 40, |p, clock| {
        vaccination(snomed("Influensa", "6142004"), atc("Vaxigrip", "J07BB02"), clock.day(40), p)
    })
    .add(&HEALTH_CENTRE, 900, |p, clock| {
        vaccination(snomed("Pneumokockinfektion", "16814004"), atc("Apexxnar", "J07AL02"), clock.day(900), p)
    })
    .add(&INFECTION, 980, |p, clock| Infection {
        method: some("PCR"),
        date: Some(clock.day(980)),
        ended: Some(clock.day(966)),
        ongoing: Some(false),
        ..infection(covid(), InfectionCertainty::Confirmed, p)
    });
}

fn consents_and_documents(case: &mut Case) {
    case.add(&MEDICINE, 410, |p, _| {
        consent(
            ConsentKind::SharedRecord,
            ConsentStatus::Active,
            "Samtycker till sammanhållen vård- och omsorgsdokumentation tills vidare",
            p,
        )
    })
    .add(&STORSJO_OFFICE, 125, |p, _| Consent {
        valid_to: None,
        ..consent(ConsentKind::Sip, ConsentStatus::Active, "Samtycker till samordnad individuell plan", p)
    })
    .add(&MEDICINE, 33, |p, _| {
        document(
            Concept::plain("Epikris"),
            "Epikris medicinkliniken",
            "Inneliggande för försämrad hjärtsvikt. Utskriven till hemmet med hemsjukvård. Uppföljning inom två veckor.",
            p,
        )
    })
    .add(&HEALTH_CENTRE, 16, |p, _| {
        document(Concept::plain("Laboratoriesvar"), "Kreatinin, kalium, NT-proBNP", "Kreatinin 118, kalium 4,4, NT-proBNP 3 900", p)
    });
    case.add(&STORSJO_NURSING, 75, |p, clock| Plan {
        instruction: some("Ge furosemid extra 40 mg enligt särskild ordination; kontakta jourläkare vid andnöd i vila"),
        phase: Phase::Active,
        valid_from: Some(clock.day(75)),
        ..plan(PlanKind::Order, "Ordination vid försämring", p)
    });
}
