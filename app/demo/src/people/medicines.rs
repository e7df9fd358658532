//! People whose medicines, vaccinations or infections are the point.

use samsyn_domain::{
    entry::{Contact, Infection, Medication, Service, Vaccination},
    vocabulary::{ContactKind, InfectionCertainty, ServiceKind, ServicePhase},
};

use super::{
    build::{
        Case, Clock, always_open, atc, contact, covid, covid_vaccine, infection, medication, phone, service, some,
        vaccination,
    },
    origin::{GRANLIDEN_HOME_CARE, GRANLIDEN_NURSING, HEALTH_CENTRE, INFECTION, Origin, STORSJO_NURSING},
};

const NATIONAL: Origin = HEALTH_CENTRE.through("nationella");

/// The same dose from two sources: once with the shared reference, once recognisable only by date, product and batch.
pub(crate) fn duplicate_dose(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194603173172", "Stig", "Norén", "fjallnas");
    let mut case = Case::new(clock, number, who, &["duplicate-dose"])?;
    for (dose, days, reference) in [(4_u32, 760, Some("vax-stig-4")), (5, 30, None)] {
        for origin in [HEALTH_CENTRE, NATIONAL] {
            case.add(&origin, days, |p, clock| Vaccination {
                dose_number: Some(dose),
                batch: Some(format!("FX{}", 4000 + dose)),
                unique_reference: reference.map(str::to_owned),
                ..vaccination(covid(), covid_vaccine(), clock.day(days), p)
            });
        }
    }
    case.add(&NATIONAL, 1500, |p, clock| Vaccination {
        vaccine: None,
        note: some("Vaccinerad mot covid-19 utomlands, antal doser okänt"),
        ..vaccination(covid(), covid_vaccine(), clock.day(1500), p)
    });
    Some(case)
}

/// Suspected covid, not confirmed: never among the alerts.
pub(crate) fn suspected_infection(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("195303231855", "Per", "Aronsson", "storsjo");
    let mut case = Case::new(clock, number, who, &["suspected-infection"])?;
    case.add(&INFECTION, 1, |p, clock| Infection {
        method: some("Självtest; PCR-svar väntas"),
        date: Some(clock.day(1)),
        precautions: some("Kontaktsmitta, eget rum i väntan på svar"),
        ..infection(covid(), InfectionCertainty::Suspected, p)
    })
    .add(&INFECTION, 700, |p, clock| Infection {
        method: some("PCR"),
        date: Some(clock.day(700)),
        ended: Some(clock.day(688)),
        ongoing: Some(false),
        ..infection(covid(), InfectionCertainty::Confirmed, p)
    })
    .add(&HEALTH_CENTRE, 380, |p, clock| Vaccination {
        dose_number: Some(4),
        ..vaccination(covid(), covid_vaccine(), clock.day(380), p)
    });
    Some(case)
}

/// Medicines in dose packs, one of them outside the packs by separate instruction.
pub(crate) fn dose_dispensed(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("193903049165", "Birgit", "Näs", "storsjo");
    let mut case = Case::new(clock, number, who, &["dose-dispensed"])?;
    dispensed_medicines(&mut case, &HEALTH_CENTRE);
    case.add(&STORSJO_NURSING, 3, |p, clock| Service {
        started: Some(clock.day(260)),
        last_noted: Some(clock.day(3)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: överlämnar dosrullar", p)
    });
    Some(case)
}

/// The same in a municipality that uses the simple contract.
pub(crate) fn granliden_dispensed(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194902283045", "Margareta", "Wik", "granliden");
    let mut case = Case::new(clock, number, who, &["dose-dispensed"])?;
    dispensed_medicines(&mut case, &GRANLIDEN_NURSING);
    case.add(&GRANLIDEN_NURSING, 6, |p, clock| Service {
        started: Some(clock.day(150)),
        last_noted: Some(clock.day(6)),
        phones: vec![phone("063-555 40 41")],
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: dosdispenserade läkemedel", p)
    })
    .add(&GRANLIDEN_HOME_CARE, 8, |p, clock| Service {
        started: Some(clock.day(600)),
        last_noted: Some(clock.day(8)),
        ..service(ServiceKind::HomeCare, ServicePhase::Ongoing, "Hemtjänst två gånger per dag", p)
    })
    .add(&GRANLIDEN_HOME_CARE, 600, |p, _| {
        contact(ContactKind::NamedSocialContact, "Siv Modin", "fast omsorgskontakt", "063-555 40 51", p)
    })
    .add(&GRANLIDEN_NURSING, 150, |p, _| Contact {
        openings: always_open(),
        ..contact(ContactKind::HomeNursing, "Hemsjukvården Granliden", "sjuksköterska i tjänst", "063-555 40 41", p)
    });
    Some(case)
}

fn dispensed_medicines(case: &mut Case, origin: &Origin) {
    for (name, code, dosage, indication) in [
        ("Metoprolol 50 mg depottablett", "C07AB02", "1 + 0 + 0 + 0", "högt blodtryck"),
        ("Simvastatin 20 mg tablett", "C10AA01", "0 + 0 + 1 + 0", "höga blodfetter"),
        ("Citalopram 20 mg tablett", "N06AB04", "1 + 0 + 0 + 0", "nedstämdhet"),
    ] {
        case.add(origin, 70, |p, _| Medication {
            dose_dispensed: Some(true),
            handled_by: some("hemsjukvården"),
            indication: some(indication),
            ..medication(atc(name, code), dosage, p)
        });
    }
    case.add(origin, 70, |p, _| Medication {
        dose_dispensed: Some(false),
        separate_instruction: some("Enligt särskild ordination: dos efter PK-värde, se ordinationslista"),
        handled_by: some("hemsjukvården"),
        indication: some("förmaksflimmer"),
        ..medication(atc("Warfarin 2,5 mg tablett", "B01AA03"), "enligt särskild ordination", p)
    });
}
