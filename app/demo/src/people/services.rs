//! People whose services, and when they were last noted, are the point.
//!
//! The edge people have one long-ended service each; only the late note can make it glow. In the edge cases nothing else has a
//! date inside the window, or the badge would glow for another reason.

use samsyn_domain::{
    entry::{Contact, Plan, Service, ServiceEvent},
    section::Section,
    vocabulary::{ContactKind, EventKind, PlanKind, ServiceKind, ServicePhase},
};

use super::{
    build::{Case, Clock, EVERY_DAY, WORKDAYS, Who, contact, open, plan, service, some, staff_phone},
    origin::{
        EMERGENCY, FJALLNAS_NURSING, FJALLNAS_OFFICE, HEALTH_CENTRE, MEDICINE, Origin, STORSJO_HOME_CARE,
        STORSJO_NURSING, STORSJO_OFFICE,
    },
};

fn edge(clock: &Clock, number: usize, who: Who, tag: &'static str, days: i32) -> Option<Case> {
    let mut case = Case::new(clock, number, who, &[tag])?;
    case.add(&STORSJO_NURSING, 700, |p, clock| Service {
        started: Some(clock.day(700)),
        ended: Some(clock.day(300)),
        last_noted: Some(clock.day(days)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ended, "Hemsjukvård: sårvård, avslutad", p)
    });
    Some(case.linked_everywhere())
}

/// Noted 89 days ago: inside three months.
pub(crate) fn edge_89(clock: &Clock, number: usize) -> Option<Case> {
    edge(clock, number, ("194802162174", "Åke", "Lundin", "storsjo"), "edge-89", 89)
}

/// Noted 90 days ago: inside three months of 2026-11-21, which begin on 2026-08-21.
pub(crate) fn edge_90(clock: &Clock, number: usize) -> Option<Case> {
    edge(clock, number, ("194902142696", "Bo", "Grelsson", "storsjo"), "edge-90", 90)
}

/// Noted 93 days ago: outside.
pub(crate) fn edge_93(clock: &Clock, number: usize) -> Option<Case> {
    edge(clock, number, ("195105112584", "Gerd", "Hammar", "storsjo"), "edge-93", 93)
}

/// In the emergency department right now.
pub(crate) fn emergency_now(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("195705082633", "Leif", "Rask", "storsjo");
    let mut case = Case::new(clock, number, who, &["ed-now"])?;
    case.add(&EMERGENCY, 0, |p, clock| Service {
        started: Some(clock.minutes_ago(105)),
        events: vec![ServiceEvent {
            kind: EventKind::Visit,
            at: clock.minutes_ago(105),
            text: some("Inkom med ambulans, bröstsmärta"),
        }],
        phones: vec![staff_phone("063-555 10 50", "koordinator")],
        ..service(ServiceKind::EmergencyVisit, ServicePhase::Ongoing, "Akutbesök: bröstsmärta", p)
    })
    .add(&STORSJO_HOME_CARE, 1, |p, clock| Service {
        started: Some(clock.day(90)),
        last_noted: Some(clock.day(1)),
        ..service(ServiceKind::HomeCare, ServicePhase::Ongoing, "Hemtjänst varje morgon", p)
    })
    .states_none(&EMERGENCY, Section::Alerts);
    Some(case)
}

/// Ready to leave the hospital since yesterday; a coordinated plan is called, but nobody is named as care contact.
pub(crate) fn discharge_ready(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194412198154", "Rune", "Falk", "storsjo");
    let mut case = Case::new(clock, number, who, &["discharge-ready"])?;
    case.add(&MEDICINE, 11, |p, clock| Service {
        started: Some(clock.day(11)),
        phones: vec![staff_phone("063-555 10 60", "avdelning 21")],
        ..service(ServiceKind::Inpatient, ServicePhase::Ongoing, "Inskriven: höftfraktur, opererad", p)
    })
    .add(&MEDICINE, 1, |p, clock| Service {
        started: Some(clock.day(1)),
        events: vec![ServiceEvent { kind: EventKind::ReadyForDischarge, at: clock.day(1), text: None }],
        ..service(ServiceKind::ReadyForDischarge, ServicePhase::Ongoing, "Utskrivningsklar", p)
    })
    .add(&MEDICINE, 1, |p, clock| Service {
        started: Some(clock.day(-2)),
        events: vec![ServiceEvent { kind: EventKind::DischargePlanned, at: clock.day(-2), text: None }],
        ..service(ServiceKind::PlannedDischarge, ServicePhase::Planned, "Beräknad utskrivning", p)
    })
    .add(&MEDICINE, 1, |p, clock| Plan {
        text: some("Kallelse till samordnad individuell plan skickad till Storsjö kommun"),
        next_follow_up: Some(clock.day(-2)),
        ..plan(PlanKind::Sip, "Samordnad individuell plan (kallelse)", p)
    })
    .add(&STORSJO_OFFICE, 2, |p, clock| Service {
        started: Some(clock.day(-2)),
        ..service(ServiceKind::HomeCare, ServicePhase::Planned, "Hemtjänst från utskrivning, beslut fattat", p)
    });
    // Only when everybody has been asked can it be said that nobody is named.
    Some(case.linked_everywhere())
}

/// Somebody different answers by day and by night.
pub(crate) fn on_call_night(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("195705172590", "Jan", "Molin", "storsjo");
    let mut case = Case::new(clock, number, who, &["on-call-night"])?;
    on_call(&mut case, &STORSJO_NURSING, ("063-555 20 41", "063-555 20 44"));
    case.add(&HEALTH_CENTRE, 40, |p, _| Contact {
        openings: vec![open(&WORKDAYS, "08:00", "16:30")],
        ..contact(ContactKind::NamedPhysician, "Maria Lindqvist", "fast läkarkontakt", "063-555 12 01", p)
    });
    Some(case)
}

/// The same in the neighbouring municipality.
pub(crate) fn fjallnas_on_call(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194506304718", "Torsten", "Hedlund", "fjallnas");
    let mut case = Case::new(clock, number, who, &["on-call-night"])?;
    on_call(&mut case, &FJALLNAS_NURSING, ("063-555 30 41", "063-555 30 44"));
    case.add(&FJALLNAS_OFFICE, 210, |p, clock| Service {
        started: Some(clock.day(210)),
        ..service(ServiceKind::Lss, ServicePhase::Ongoing, "LSS: personlig assistans", p)
    });
    Some(case)
}

fn on_call(case: &mut Case, nursing: &Origin, (day, night): (&str, &str)) {
    case.add(nursing, 40, |p, _| Contact {
        openings: vec![open(&EVERY_DAY, "07:00", "21:00")],
        ..contact(ContactKind::HomeNursing, nursing.unit.1, "sjuksköterska dagtid", day, p)
    })
    .add(nursing, 40, |p, _| Contact {
        openings: vec![open(&EVERY_DAY, "21:00", "07:00")],
        ..contact(ContactKind::OnCallNurse, "Nattpatrullen", "sjuksköterska nattetid", night, p)
    })
    .add(&HEALTH_CENTRE, 40, |p, _| Contact {
        openings: vec![open(&WORKDAYS, "17:00", "08:00"), open(&EVERY_DAY, "08:00", "22:00")],
        phones: vec![staff_phone("063-555 10 80", "endast vårdpersonal")],
        ..contact(ContactKind::OnCallPhysician, "Jourläkare primärvården", "jourläkare", "063-555 10 80", p)
    })
    .add(nursing, 20, |p, clock| Service {
        started: Some(clock.day(330)),
        last_noted: Some(clock.day(20)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: kateter", p)
    });
}
