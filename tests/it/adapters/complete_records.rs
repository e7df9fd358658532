//! One entry of every type with every field filled, so that a field lost on the way is noticed.
//!
//! Invariant: no field is `None` and no list is empty, except where two fields exclude each other.

use std::sync::Arc;

use samsyn_domain::{
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Life,
        Medication, Opening, PersonDetails, Phone, Plan, Service, ServiceEvent, Substitute, Vaccination, Weekday,
    },
    provenance::{Actor, Coding, Concept, Extension, Organisation, Provenance, Signing},
    time::When,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};
use samsyn_tests::build::patient;

fn at(text: &str) -> Option<When> {
    Some(When::read(text))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn unit(name: &str) -> Organisation {
    Organisation::new("SE9999000001-E007", name)
}

fn actor(name: &str) -> Actor {
    Actor {
        name: some(name),
        role: some("distriktssköterska"),
        id: some("SE9999000001-P007"),
        unit: Some(unit("Hemsjukvård Öst")),
    }
}

fn term(text: &str) -> Concept {
    let display = some("Kod i klartext");
    Concept {
        text: text.to_owned(),
        codings: vec![Coding { system: "http://snomed.info/sct".into(), code: "304253006".into(), display }],
    }
}

fn phone() -> Phone {
    Phone {
        number: "063-555 20 40".into(),
        openings: vec![opening()],
        note: some("växel; knappval 2"),
        staff_only: true,
    }
}

fn opening() -> Opening {
    Opening { days: vec![Weekday::Monday, Weekday::Tuesday, Weekday::Sunday], from: some("21:30"), to: some("07:00") }
}

fn provenance(id: &str) -> Provenance {
    Provenance {
        id: id.to_owned(),
        patient: Some(patient().to_identifier()),
        care_provider: Some(Organisation::new("SE9999000001-A001", "Provkommunen")),
        care_unit: Some(unit("Hemsjukvård Öst")),
        information_type: some("voo"),
        recorded: at("2026-10-02T14:05:00"),
        author: Some(actor("Vera Åkerö")),
        signing: Signing::Signed { at: at("2026-10-02"), by: Some(actor("Anders Holm")) },
        link: some("/post/7"),
        extensions: vec![Extension { key: "comment".into(), value: "från pappersjournal".into() }],
    }
}

/// The banner.
pub(super) fn person() -> PersonDetails {
    PersonDetails {
        identifier: patient().to_identifier(),
        given_name: some("Vera Märta"),
        family_name: some("Ståhl"),
        birth_date: at("1950-09-07"),
        sex: Some(Sex::Female),
        protection: Some(Protection::ConfidentialityMark),
        life: Life::Deceased { at: at("2026-11-19") },
        interpreter_language: some("nordsamiska"),
        communication_need: some("hör dåligt, tala mot vänster öra"),
        provenance: Provenance { link: None, ..provenance("p1") },
    }
}

fn clinical() -> Vec<Entry> {
    vec![
        Entry::Alert(Arc::new(Alert {
            kind: AlertKind::Hypersensitivity,
            text: "Penicillin: anafylaxi <1 h".into(),
            severity: Some(Severity::LifeThreatening),
            certainty: Some(Certainty::Confirmed),
            agent: Some(term("bensylpenicillin")),
            label: Some(term("Överkänslighet")),
            comment: some("noterat vid inskrivning"),
            noted: at("2019"),
            valid_from: at("2019-05"),
            valid_to: at("2030-01-01"),
            provenance: provenance("a1"),
        })),
        Entry::CareLimit(Arc::new(CareLimit {
            text: "Ej HLR.\nEj intensivvård; \"endast\" lindring.".into(),
            nature: LimitNature::Withhold,
            measures: vec![term("HLR"), Concept::plain("Intensivvård")],
            grounds: some("svår hjärtsvikt"),
            author_kind: AuthorKind::Physician,
            decided_by: Some(actor("Anders Holm")),
            consulted: vec![actor("Lena Ek")],
            patient_attitude: some("vill inte återupplivas"),
            relatives_attitude: some("införstådda"),
            decided: at("2026-10-02T14:00:00"),
            valid_from: at("2026-10-02"),
            valid_to: at("2027-10-02"),
            reassessed: at("2026-11-01"),
            phase: Phase::Current,
            decision_id: some("beslut-1"),
            provenance: provenance("l1"),
        })),
        Entry::Medication(Arc::new(Medication {
            drug: term("Waran 2,5 mg tablett"),
            dosage: some("1 + 0 + 1 + 0"),
            dose_dispensed: Some(false),
            separate_instruction: some("enligt AK-mottagningens schema"),
            handled_by: some("hemsjukvården"),
            phase: Phase::Current,
            as_needed: Some(true),
            indication: some("förmaksflimmer"),
            started: at("2025-01"),
            ended: at("2027-01-31"),
            provenance: provenance("m1"),
        })),
        Entry::FunctionalAssessment(Arc::new(FunctionalAssessment {
            what: term("Förflyttning"),
            assessment: "går med rollator".into(),
            level: Some(AbilityLevel::PartlyDependent),
            assessed: at("2026-09-30"),
            provenance: Provenance { signing: Signing::Unsigned, ..provenance("f1") },
        })),
    ]
}

fn around_the_person() -> Vec<Entry> {
    vec![
        Entry::Service(Arc::new(Service {
            kind: ServiceKind::SafetyAlarm,
            phase: ServicePhase::Ongoing,
            text: some("trygghetslarm med fallsensor"),
            started: at("2026-02-01"),
            ended: at("2027-02-01"),
            last_noted: at("2026-11-20T22:15:00"),
            events: vec![ServiceEvent {
                kind: EventKind::Visit,
                at: When::read("2026-11-20T22:10:00"),
                text: some("larm, fallit i hallen"),
            }],
            unit: Some(unit("Nattpatrullen")),
            phones: vec![phone()],
            provenance: provenance("s1"),
        })),
        Entry::Contact(Arc::new(Contact {
            kind: ContactKind::NamedCareContact,
            protection: Some(Protection::ProtectedRegistration),
            name: some("Lena Ek"),
            role: some("sjuksköterska"),
            unit: Some(unit("Hemsjukvård Öst")),
            order: Some(2),
            may_be_informed: Some(true),
            call_at_night: Some(false),
            openings: vec![opening()],
            absent: Some(Absence { from: When::read("2026-11-01"), to: at("2026-12-01") }),
            substitute: Some(Substitute { name: some("Bo Ö"), role: some("vikarie"), phones: vec![phone()] }),
            phones: vec![phone(), Phone { staff_only: false, ..phone() }],
            note: some("helst förmiddagar"),
            valid_from: at("2026-01-01"),
            valid_to: at("2027-01-01"),
            provenance: provenance("k1"),
        })),
        Entry::Plan(Arc::new(Plan {
            kind: PlanKind::CrisisPlan,
            title: "Krisplan".into(),
            instruction: some("Sitt ner, tala lugnt, ring Lena"),
            text: some("Överenskommen med patienten"),
            phase: Phase::Active,
            responsible: Some(actor("Lena Ek")),
            participants: vec![unit("Psykiatrin"), unit("Socialtjänsten")],
            decided: at("2026-03-01"),
            valid_from: at("2026-03-01"),
            valid_to: at("2027-03-01"),
            next_follow_up: at("2026-12-15T10:00:00"),
            provenance: provenance("pl1"),
        })),
        Entry::Consent(Arc::new(Consent {
            kind: ConsentKind::SharedRecord,
            status: ConsentStatus::Active,
            text: some("Sammanhållen dokumentation, tills vidare"),
            given_to: vec![unit("Regionen")],
            given_by: ConsentGiver::Representative,
            valid_from: at("2026-01-01"),
            valid_to: at("2027-01-01"),
            provenance: Provenance { signing: Signing::NotStated, ..provenance("c1") },
        })),
        Entry::Document(Arc::new(Document {
            kind: term("EKG"),
            title: "EKG i vila".into(),
            date: at("2026-11-02"),
            unit: Some(unit("Kliniska fysiologen")),
            text: some("Sinusrytm; inga ST-förändringar"),
            media_type: some("application/pdf"),
            provenance: provenance("d1"),
        })),
    ]
}

/// Vaccination and infection, in an order that tells whether it is kept.
pub(super) fn covid() -> Vec<Entry> {
    let dose = |id: &str| {
        Entry::Vaccination(Arc::new(Vaccination {
            target_diseases: vec![term("covid-19"), Concept::plain("influensa")],
            vaccine: Some(term("Comirnaty")),
            batch: some("FX1234"),
            date: at("2025-11-04"),
            dose_number: Some(6),
            prescribed_doses: Some(7),
            dose_complete: Some(true),
            unique_reference: some("ref-1"),
            note: some("vänster arm"),
            performer: Some(actor("Lena Ek")),
            provenance: provenance(id),
        }))
    };
    let infection = Entry::Infection(Arc::new(Infection {
        what: term("covid-19"),
        certainty: InfectionCertainty::Confirmed,
        method: some("PCR"),
        date: at("2026-11-18T07:30:00+01:00"),
        ended: at("2026-11-20"),
        ongoing: Some(false),
        precautions: some("droppsmitta, eget rum"),
        provenance: provenance("i1"),
    }));
    vec![dose("v1"), infection, dose("v2")]
}

/// Everything a municipal system can hold.
pub(super) fn municipal() -> Vec<Entry> {
    clinical().into_iter().chain(around_the_person()).collect()
}

/// Gives an entry another id, so that lists grow longer than a page.
pub(super) fn copies(entry: &Entry, count: usize) -> Vec<Entry> {
    let copy = |number| {
        let mut copy = entry.clone();
        copy.provenance_mut().id = format!("copy-{number}");
        copy
    };
    (0..count).map(copy).collect()
}
