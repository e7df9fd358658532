//! What the demo's platform holds comes back field by field, wherever the national contracts have a place for it.
//!
//! The places they lack are listed in `samsyn_demo::source::riv_ta`; entries here stay within those they have.

use std::{collections::BTreeMap, sync::Arc};

use samsyn_demo::{
    holdings::{Holdings, PatientRecords},
    source::riv_ta::{SOURCE_SYSTEM, router},
};
use samsyn_domain::{
    entry::{
        Alert, CareLimit, Contact, Entry, FunctionalAssessment, Medication, Opening, Phone, Plan, Service, Vaccination,
        Weekday,
    },
    identifier::PersonIdentifier,
    provenance::{Actor, Concept, Extension, Organisation, Provenance, Signing},
    section::Section,
    state::State,
    time::When,
    vocabulary::{
        AlertKind, AuthorKind, Certainty, ContactKind, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase,
        Severity,
    },
};

use super::{SECTIONS, ask};

const PATIENT: &str = "195009072553";
const SNOMED: &str = "http://snomed.info/sct";
const ATC: &str = "http://www.whocc.no/atc";

fn when(text: &str) -> Option<When> {
    Some(When::read(text))
}

fn unit() -> Organisation {
    Organisation::new("SE2321009990-3001", "Medicin <2> & akut")
}

fn provenance(id: &str, information_type: &str) -> Provenance {
    let author = Actor {
        name: Some("Anna Ask".into()),
        role: Some("Överläkare".into()),
        id: Some("SE2321009990-5001".into()),
        unit: Some(unit()),
    };
    let signer = Actor { name: Some("Anna Ask".into()), id: Some("SE2321009990-5001".into()), ..Actor::default() };
    Provenance {
        patient: Some(PersonIdentifier::stated(PATIENT).unwrap().to_identifier()),
        care_provider: Some(Organisation { id: Some("SE2321009990-2001".into()), name: None }),
        care_unit: Some(unit()),
        information_type: Some(information_type.into()),
        recorded: when("2026-11-19T08:30:00"),
        author: Some(author),
        signing: Signing::Signed { at: when("2026-11-19T09:00:00"), by: Some(signer) },
        ..Provenance::new(id)
    }
}

fn alert(id: &str, kind: AlertKind, text: &str, label: Concept) -> Alert {
    Alert {
        kind,
        text: text.into(),
        severity: None,
        certainty: None,
        agent: None,
        label: Some(label),
        comment: Some("Säger \"nej\" & <ler>".into()),
        noted: when("2026-04-01"),
        valid_from: when("2026-04-01"),
        valid_to: when("2027-12-31"),
        provenance: provenance(id, "upp"),
    }
}

fn alerts() -> Vec<Entry> {
    let penicillin = Alert {
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Confirmed),
        agent: Some(Concept::coded("Fenoximetylpenicillin", ATC, "J01CE02")),
        ..alert("a1", AlertKind::Hypersensitivity, "Anafylaxi av penicillin", Concept::plain("Överkänslighet"))
    };
    let nuts = Alert {
        severity: Some(Severity::Harmful),
        certainty: Some(Certainty::Suspected),
        agent: Some(Concept::plain("jordnöt")),
        ..alert("a2", AlertKind::Hypersensitivity, "Födoämne", Concept::plain("Överkänslighet"))
    };
    let mrsa = Alert {
        agent: Some(Concept::coded("MRSA", SNOMED, "115329001")),
        ..alert("a3", AlertKind::Infection, "MRSA", Concept::plain("Smittsam sjukdom"))
    };
    let disease = Alert {
        agent: Some(Concept::plain("Myastenia gravis")),
        ..alert("a4", AlertKind::SeriousDisease, "Myastenia gravis", Concept::plain("Allvarlig sjukdom"))
    };
    let treatment = Alert {
        agent: Some(Concept::coded("Warfarin", ATC, "B01AA03")),
        ..alert("a5", AlertKind::Treatment, "Antikoagulantia", Concept::plain("Allvarlig behandling"))
    };
    let threat = Concept::coded("Hotbild mot patient", SNOMED, "60781000052105");
    let routine = Concept::coded("Hänvisning till specifik vårdenhet", SNOMED, "306103005");
    let free = [
        alert("a6", AlertKind::Threat, "Hotbild, släpp inte in någon", threat),
        alert("a7", AlertKind::SpecialRoutine, "Direkt till IVA", routine),
        alert("a8", AlertKind::Unstructured, "Äldre varning", Concept::plain("Historisk varningsinformation")),
    ];
    let all = [penicillin, nuts, mrsa, disease, treatment].into_iter().chain(free);
    all.map(|alert| Entry::Alert(Arc::new(alert))).collect()
}

fn limit(id: &str, text: &str, nature: LimitNature) -> Entry {
    let provenance = provenance(id, "upp");
    Entry::CareLimit(Arc::new(CareLimit {
        text: text.into(),
        nature,
        measures: Vec::new(),
        grounds: None,
        author_kind: AuthorKind::Physician,
        decided_by: provenance.author.clone(),
        consulted: Vec::new(),
        patient_attitude: None,
        relatives_attitude: None,
        decided: when("2026-10-02"),
        valid_from: when("2026-10-02T14:00:00"),
        valid_to: None,
        reassessed: None,
        phase: Phase::Current,
        decision_id: None,
        provenance,
    }))
}

fn service(id: &str, kind: ServiceKind, information_type: &str) -> Service {
    Service {
        kind,
        phase: ServicePhase::Ongoing,
        text: Some("dusch två gånger i veckan".into()),
        started: when("2026-09-01"),
        ended: None,
        last_noted: None,
        events: Vec::new(),
        unit: Some(unit()),
        phones: vec![Phone { number: "063-555 20 40".into(), openings: Vec::new(), note: None, staff_only: false }],
        provenance: provenance(id, information_type),
    }
}

fn services() -> Vec<Service> {
    let ended = Service {
        phase: ServicePhase::Ended,
        ended: when("2026-10-15"),
        ..service("s5", ServiceKind::CareHome, "cll-cs")
    };
    let planned = Service {
        phase: ServicePhase::Planned,
        started: when("2026-12-01"),
        ..service("s4", ServiceKind::SocialService, "cll-cs")
    };
    let stay = Service { started: when("2026-11-20T22:15:00"), ..service("s6", ServiceKind::Inpatient, "vko") };
    let visit = Service { started: when("2026-11-21T11:05:00"), ..service("s7", ServiceKind::EmergencyVisit, "vko") };
    vec![
        service("s1", ServiceKind::HomeNursing, "cll-cs"),
        service("s2", ServiceKind::HomeCare, "cll-cs"),
        service("s3", ServiceKind::Lss, "cll-cs"),
        planned,
        ended,
        stay,
        visit,
    ]
}

fn plan() -> Plan {
    let provenance = provenance("p1", "vpo");
    Plan {
        kind: PlanKind::Sip,
        title: "SIP vid hemgång".into(),
        instruction: None,
        text: Some("Mål: hemma.\nUppföljning å ä ö.".into()),
        phase: Phase::Active,
        responsible: provenance.author.clone(),
        participants: vec![Organisation { id: Some("SE2321009990-3009".into()), name: None }],
        decided: when("2026-10-10T13:00:00"),
        valid_from: None,
        valid_to: None,
        next_follow_up: None,
        provenance,
    }
}

/// A SIP lights a badge: it comes back among the services too.
fn plan_as_service() -> Service {
    let plan = plan();
    Service {
        text: Some(plan.title),
        started: plan.decided,
        unit: plan.provenance.care_unit.clone(),
        phones: Vec::new(),
        provenance: plan.provenance,
        ..service("p1", ServiceKind::Sip, "vpo")
    }
}

fn contact() -> Contact {
    let daytime =
        Opening { days: vec![Weekday::Monday, Weekday::Friday], from: Some("08:00".into()), to: Some("16:30".into()) };
    let provenance = Provenance { author: None, signing: Signing::NotStated, ..provenance("k1", "crr-gcm") };
    Contact {
        kind: ContactKind::NamedCareContact,
        protection: None,
        name: Some("Karin Ek".into()),
        role: Some("distriktssköterska".into()),
        unit: Some(Organisation::new("SE2321009990-3005", "Granlidens hälsocentral")),
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: Vec::new(),
        absent: None,
        substitute: None,
        phones: vec![Phone { number: "063-555 40 40".into(), openings: vec![daytime], note: None, staff_only: false }],
        note: Some("Träffas säkrast på förmiddagen".into()),
        valid_from: when("2026-02-01"),
        valid_to: None,
        provenance,
    }
}

fn medication() -> Entry {
    Entry::Medication(Arc::new(Medication {
        drug: Concept::coded("Furosemid 40 mg tablett", ATC, "C03CA01"),
        dosage: Some("1 + 1 + 0 + 0 enligt särskild ordination".into()),
        dose_dispensed: Some(true),
        separate_instruction: Some("1 + 1 + 0 + 0 enligt särskild ordination".into()),
        handled_by: None,
        phase: Phase::Current,
        as_needed: None,
        indication: Some("hjärtsvikt".into()),
        started: when("2026-01-15"),
        ended: None,
        provenance: provenance("m1", "lak"),
    }))
}

fn ability() -> Entry {
    Entry::FunctionalAssessment(Arc::new(FunctionalAssessment {
        what: Concept::plain("förflyttning"),
        assessment: "går med rollator, stöd av en person i trappa".into(),
        level: None,
        assessed: when("2026-11-01T10:00:00"),
        provenance: provenance("f1", "pad-pad"),
    }))
}

fn dose() -> Entry {
    Entry::Vaccination(Arc::new(Vaccination {
        target_diseases: vec![Concept::coded("covid-19", SNOMED, "840539006")],
        vaccine: Some(Concept::coded("Comirnaty", ATC, "J07BN01")),
        batch: Some("FK0112".into()),
        date: when("2026-10-12"),
        dose_number: Some(6),
        prescribed_doses: Some(6),
        dose_complete: Some(true),
        unique_reference: Some("1.2.752.1#dos-6".into()),
        note: None,
        performer: Some(Actor { name: Some("Bo Berg".into()), ..Actor::default() }),
        provenance: provenance("v1", "caa-gvh"),
    }))
}

fn holdings(entries: Vec<Entry>) -> Arc<Holdings> {
    let records = PatientRecords { entries, ..PatientRecords::default() };
    Arc::new(Holdings { patients: BTreeMap::from([(PATIENT.to_owned(), records)]) })
}

/// The record as it comes back: its id is unique within its source system only.
fn returned(mut entry: Entry) -> Entry {
    let provenance = entry.provenance_mut();
    provenance.id = format!("{SOURCE_SYSTEM}#{}", provenance.id);
    entry
}

async fn through_the_platform(section: Section, entries: Vec<Entry>) -> Vec<Entry> {
    let mut answer = ask(router(holdings(entries)), PATIENT, &[section]).await;
    match answer.sections.remove(&section).unwrap() {
        State::Reported(entries) => entries.into_vec(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_same(found: &[Entry], expected: &[Entry]) {
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

#[tokio::test]
async fn alerts_of_every_kind_come_back_whole() {
    let expected: Vec<Entry> = alerts().into_iter().map(returned).collect();
    assert_same(&through_the_platform(Section::Alerts, alerts()).await, &expected);
}

#[tokio::test]
async fn care_limits_come_back_with_their_text_nature_and_signature() {
    let limits = vec![
        limit("l1", "Ej HLR. Ej IVA.", LimitNature::Withhold),
        limit("l2", "Brytpunktssamtal hållet", LimitNature::PalliativeTalk),
        limit("l3", "Ej respirator", LimitNature::Unspecified),
    ];
    let labels =
        ["Läkarbeslut om att inte utföra hjärt-lungräddning", "Läkarbeslut från brytpunktssamtal", "Vårdbegränsning"];
    let labelled = |(entry, label): (Entry, &str)| {
        let mut entry = returned(entry);
        entry.provenance_mut().extensions.push(Extension { key: "source-label".into(), value: label.into() });
        entry
    };
    let expected: Vec<Entry> = limits.clone().into_iter().zip(labels).map(labelled).collect();
    assert_same(&through_the_platform(Section::CareLimits, limits).await, &expected);
}

#[tokio::test]
async fn services_stays_and_a_sip_come_back_with_phase_and_number() {
    let service = |service: Service| Entry::Service(Arc::new(service));
    let held: Vec<Entry> = services().into_iter().map(service).chain([Entry::Plan(Arc::new(plan()))]).collect();
    // In the order of the contracts: care services, plans, care contacts.
    let mut expected: Vec<Entry> = services().into_iter().take(5).map(service).map(returned).collect();
    expected.push(returned(service(plan_as_service())));
    expected.extend(services().into_iter().skip(5).map(service).map(returned));
    assert_same(&through_the_platform(Section::Services, held).await, &expected);
}

#[tokio::test]
async fn plans_medicines_abilities_and_doses_come_back_whole() {
    let plan = Entry::Plan(Arc::new(plan()));
    for (section, entry) in [
        (Section::Plans, plan),
        (Section::Medications, medication()),
        (Section::FunctionalStatus, ability()),
        (Section::Covid19, dose()),
    ] {
        assert_same(&through_the_platform(section, vec![entry.clone()]).await, &[returned(entry)]);
    }
}

#[tokio::test]
async fn a_named_contact_comes_back_with_its_numbers_and_hours() {
    let held = Entry::Contact(Arc::new(contact()));
    let mut expected = held.clone();
    let provenance = expected.provenance_mut();
    provenance.id = format!("{SOURCE_SYSTEM}#1#k1#20260201");
    provenance.extensions.push(Extension { key: "source-label".into(), value: "fast vårdkontakt".into() });
    assert_same(&through_the_platform(Section::Contacts, vec![held]).await, &[expected]);
}

#[tokio::test]
async fn an_unknown_patient_holds_nothing_in_any_section() {
    let answer = ask(router(holdings(alerts())), "191212121212", &SECTIONS).await;
    assert_eq!(answer.sections.len(), SECTIONS.len());
    for (section, state) in answer.sections {
        assert_eq!(state, State::NothingHeld, "{}", section.name());
    }
}

#[tokio::test]
async fn all_sections_asked_at_once_are_each_answered() {
    let mut entries = alerts();
    entries.extend([limit("l1", "Ej HLR", LimitNature::Withhold), medication(), ability(), dose()]);
    entries.push(Entry::Plan(Arc::new(plan())));
    entries.push(Entry::Contact(Arc::new(contact())));
    let answer = ask(router(holdings(entries)), PATIENT, &SECTIONS).await;
    for (section, state) in answer.sections {
        assert!(matches!(state, State::Reported(_)), "{}: {state:?}", section.name());
    }
}
