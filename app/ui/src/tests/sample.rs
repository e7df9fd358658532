//! A rich, hand-built overview: two care limits that differ, late answers, every badge look, most states.
//!
//! Shared by the unit tests and `examples/preview.rs`. All people and organisations are invented; the number is an official
//! test number. Not here: how an overview is merged (`domain`).

use std::sync::Arc;

use jiff::{Timestamp, Zoned, civil::date};
use samsyn_domain::{
    access::{Access, Basis, Grant, Reach},
    alert_line::AlertLineItem,
    badge::{Badge, BadgeEvent, Look},
    completeness::completeness,
    consent_view::ConsentHere,
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Life,
        Medication, Opening, Phone, Plan, Service, ServiceEvent, Substitute, Vaccination, Weekday,
    },
    identifier::PersonIdentifier,
    limits_view::{Conflict, NotChecked, Validity},
    overview::{Cell, CellDecision, Copy, CovidSummary, Identity, Overview, Person, SectionView, ShownEntry},
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    section::Section,
    source::{OrganisationId, SourceId},
    state::{Entries, NotAsked, State, Unanswered},
    time::{When, sweden},
    viewer::Scope,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase, Severity, Sex,
    },
};

pub const COSMIC: (&str, &str, &str) = ("cosmic-fjall", "fjall", "Region Fjäll (Cosmic)");
pub const LIFECARE: (&str, &str, &str) = ("lifecare-storsjo", "storsjo", "Storsjö kommun (Lifecare)");
pub const VIVA: (&str, &str, &str) = ("viva-fjallnas", "fjallnas", "Fjällnäs kommun (Viva)");
pub const NATIONAL: (&str, &str, &str) = ("nationell", "nationell", "Nationella tjänster (NTjP)");
pub const ASGARDEN: (&str, &str, &str) = ("enkel-asgarden", "asgarden", "Åsgården vård (Enkel)");

type Who = (&'static str, &'static str, &'static str);

/// 2026-11-21 14:02 in Sweden.
pub fn now() -> Zoned {
    date(2026, 11, 21).at(14, 2, 0, 0).to_zoned(sweden()).expect("a time that exists")
}

fn fetched() -> Timestamp {
    date(2026, 11, 21).at(14, 2, 3, 0).to_zoned(sweden()).expect("a time that exists").timestamp()
}

#[expect(clippy::unnecessary_wraps, reason = "every field it fills is optional")]
fn when(text: &str) -> Option<When> {
    Some(When::read(text))
}

fn actor(name: &str, role: &str, unit: &str) -> Actor {
    Actor {
        name: Some(name.into()),
        role: Some(role.into()),
        id: None,
        unit: Some(Organisation { id: None, name: Some(unit.into()) }),
    }
}

fn provenance(id: &str) -> Provenance {
    Provenance { link: Some(format!("https://kalla.example/{id}")), ..Provenance::new(id) }
}

/// One entry as shown by a source.
pub fn shown(who: Who, entry: Entry) -> ShownEntry {
    ShownEntry {
        entry,
        source: SourceId::new(who.0),
        organisation: OrganisationId::new(who.1),
        label: who.2.into(),
        fetched_at: fetched(),
        late: false,
        validity: Validity::Current,
        most_restrictive: false,
        copies: Vec::new(),
        possible_duplicate: false,
        answers_now: None,
        absent_today: false,
        lifted: false,
    }
}

/// One cell.
pub fn cell(who: Who, state: State) -> Cell {
    let asked = !matches!(state, State::Waiting | State::NotAsked(_));
    Cell {
        source: SourceId::new(who.0),
        organisation: OrganisationId::new(who.1),
        label: who.2.into(),
        state,
        fetched_at: asked.then(fetched),
        late: false,
        phone: Some("063-555 40 00".into()),
        failing_since: None,
        decision: Some(decision(who.0)),
    }
}

/// The reader is of the municipality whose system is Lifecare; the others are reached with consent.
fn decision(source: &str) -> CellDecision {
    if source == LIFECARE.0 { CellDecision::Own } else { CellDecision::On(Basis::Consent) }
}

/// A section in which each source that has entries reports them, and the others are in the given states.
pub fn section(name: Section, entries: Vec<ShownEntry>, others: Vec<Cell>) -> SectionView {
    let mut cells: Vec<Cell> = Vec::new();
    for one in &entries {
        if cells.iter().any(|cell| cell.source == one.source) {
            continue;
        }
        let reported = Entries::new(vec![one.entry.clone()]).expect("one entry");
        cells.push(Cell {
            source: one.source.clone(),
            organisation: one.organisation.clone(),
            label: one.label.clone(),
            state: State::Reported(reported),
            fetched_at: Some(one.fetched_at),
            late: one.late,
            phone: None,
            failing_since: None,
            decision: Some(decision(one.source.as_str())),
        });
    }
    cells.extend(others);
    SectionView {
        name,
        cells,
        entries,
        conflict: None,
        not_checked: Vec::new(),
        covid: None,
        role_limited: false,
        others_not_asked: false,
        named_care_contact_missing: false,
    }
}

/// A signed physician's position.
pub fn limit() -> CareLimit {
    CareLimit {
        text: "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov.".into(),
        nature: LimitNature::Withhold,
        measures: vec![Concept::plain("HLR"), Concept::plain("IVA-vård")],
        grounds: Some("Svår hjärtsvikt, kronisk njursvikt.".into()),
        author_kind: AuthorKind::Physician,
        decided_by: Some(actor("Anders Holm", "överläkare", "Medicinkliniken")),
        consulted: vec![actor("Mona Vik", "leg. sjuksköterska", "Medicinkliniken")],
        patient_attitude: Some("införstådd".into()),
        relatives_attitude: None,
        decided: when("2026-10-02"),
        valid_from: when("2026-10-02"),
        valid_to: None,
        reassessed: when("2026-11-01"),
        phase: Phase::Current,
        decision_id: Some("d-1".into()),
        provenance: Provenance {
            signing: Signing::Signed { at: when("2026-10-02"), by: None },
            ..provenance("limit-1")
        },
    }
}

fn limits() -> SectionView {
    let mut signed = shown(COSMIC, Entry::CareLimit(Arc::new(limit())));
    signed.most_restrictive = true;
    signed.copies =
        vec![Copy { source: SourceId::new(NATIONAL.0), label: NATIONAL.2.into(), dated: when("2026-10-03") }];
    let unsigned = CareLimit {
        text: "Inga begränsningar beslutade vid inflyttning".into(),
        nature: LimitNature::NoLimits,
        measures: Vec::new(),
        grounds: None,
        author_kind: AuthorKind::Licensed,
        decided_by: Some(actor("Sara Ek", "leg. sjuksköterska", "Åsgården")),
        consulted: Vec::new(),
        patient_attitude: None,
        decided: when("2025-03-14"),
        valid_from: None,
        reassessed: None,
        provenance: Provenance { signing: Signing::Unsigned, ..provenance("limit-2") },
        ..limit()
    };
    let mut old = shown(
        COSMIC,
        Entry::CareLimit(Arc::new(CareLimit {
            text: "Ingen HLR under vårdtillfället".into(),
            valid_to: when("2024-06-30"),
            phase: Phase::Ended,
            ..limit()
        })),
    );
    old.validity = Validity::Ended;
    let mut view = section(
        Section::CareLimits,
        vec![signed, shown(ASGARDEN, Entry::CareLimit(Arc::new(unsigned))), old],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout)), cell(LIFECARE, State::NothingHeld)],
    );
    view.conflict = Some(Conflict { signed_by_physician: 1, signed_by_other: 0, unsigned: 1 });
    view.not_checked = vec![NotChecked {
        source: SourceId::new("viva-fjallnas-hsl"),
        organisation: OrganisationId::new(VIVA.1),
        label: VIVA.2.into(),
        phone: Some("063-555 40 00".into()),
    }];
    view
}

fn alerts() -> SectionView {
    let alert = Alert {
        kind: AlertKind::Hypersensitivity,
        text: "Penicillin".into(),
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Confirmed),
        agent: Some(Concept::plain("penicillin")),
        label: None,
        comment: Some("Anafylaxi 2011".into()),
        noted: when("2011-05-04"),
        valid_from: None,
        valid_to: None,
        provenance: provenance("alert-1"),
    };
    let infection = Alert {
        kind: AlertKind::Infection,
        text: "MRSA".into(),
        severity: None,
        certainty: None,
        agent: None,
        comment: None,
        noted: when("2025-09-30"),
        ..alert.clone()
    };
    section(
        Section::Alerts,
        vec![shown(COSMIC, Entry::Alert(Arc::new(alert))), shown(NATIONAL, Entry::Alert(Arc::new(infection)))],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout)), cell(LIFECARE, State::Unsupported)],
    )
}

fn service(kind: ServiceKind, phase: ServicePhase, started: &str) -> Service {
    Service {
        kind,
        phase,
        text: None,
        started: when(started),
        ended: None,
        last_noted: None,
        events: Vec::new(),
        unit: Some(Organisation { id: None, name: Some("Hemsjukvården norr".into()) }),
        phones: vec![phone("063-555 20 40")],
        provenance: provenance("service-1"),
    }
}

fn services() -> SectionView {
    let mut nursing = service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "2026-01-15");
    nursing.events = vec![ServiceEvent {
        kind: EventKind::Visit,
        at: When::read("2026-11-19T09:30:00"),
        text: Some("Såromläggning".into()),
    }];
    let home_care = service(ServiceKind::HomeCare, ServicePhase::Ongoing, "2026-02-01");
    let mut discharged = service(ServiceKind::Discharged, ServicePhase::Ended, "2026-11-02");
    discharged.ended = when("2026-11-07");
    discharged.unit = Some(Organisation { id: None, name: Some("Medicinkliniken".into()) });
    section(
        Section::Services,
        vec![
            shown(LIFECARE, Entry::Service(Arc::new(nursing))),
            shown(LIFECARE, Entry::Service(Arc::new(home_care))),
            shown(COSMIC, Entry::Service(Arc::new(discharged))),
        ],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout))],
    )
}

fn phone(number: &str) -> Phone {
    Phone { number: number.into(), openings: Vec::new(), note: None, staff_only: false }
}

/// A contact with one number.
pub fn contact(kind: ContactKind, name: Option<&str>, number: &str) -> Contact {
    Contact {
        kind,
        protection: None,
        name: name.map(str::to_owned),
        role: None,
        unit: None,
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: Vec::new(),
        absent: None,
        substitute: None,
        phones: vec![phone(number)],
        note: None,
        valid_from: None,
        valid_to: None,
        provenance: provenance("contact-1"),
    }
}

fn contacts() -> SectionView {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let open = |days: Vec<Weekday>, from: Option<&str>, to: Option<&str>| Opening {
        days,
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    };
    let week = vec![Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    let mut nurse = contact(ContactKind::OnCallNurse, None, "063-555 20 40");
    nurse.unit = Some(Organisation { id: None, name: Some("Hemsjukvården norr".into()) });
    nurse.openings = vec![open(week, None, None)];
    if let Some(phone) = nurse.phones.first_mut() {
        phone.staff_only = true;
    }
    let mut nurse = shown(LIFECARE, Entry::Contact(Arc::new(nurse)));
    nurse.answers_now = Some(true);
    let mut pal = contact(ContactKind::ResponsiblePhysician, Some("Karin Berg"), "063-555 01 12");
    pal.role = Some("distriktsläkare".into());
    pal.openings = vec![open(vec![Monday, Tuesday, Wednesday, Thursday, Friday], Some("08:00"), Some("17:00"))];
    pal.absent = Some(Absence { from: When::read("2026-11-16"), to: when("2026-11-27") });
    pal.substitute =
        Some(Substitute { name: Some("Ola Friis".into()), role: None, phones: vec![phone("063-555 01 15")] });
    let mut pal = shown(COSMIC, Entry::Contact(Arc::new(pal)));
    pal.absent_today = true;
    pal.answers_now = Some(false);
    let mut relative = contact(ContactKind::NextOfKin, Some("Eva"), "070-555 31 09");
    relative.role = Some("dotter".into());
    relative.order = Some(1);
    relative.call_at_night = Some(true);
    section(
        Section::Contacts,
        vec![
            nurse,
            pal,
            shown(
                COSMIC,
                Entry::Contact(Arc::new(contact(
                    ContactKind::HealthCentre,
                    Some("Fjällets hälsocentral"),
                    "063-555 01 00",
                ))),
            ),
            shown(LIFECARE, Entry::Contact(Arc::new(relative))),
        ],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout)), cell(NATIONAL, State::Unsupported)],
    )
}

fn medications() -> SectionView {
    let furosemide = Medication {
        drug: Concept::plain("Furosemid 40 mg"),
        dosage: Some("1 + 0 + 1 + 0".into()),
        dose_dispensed: Some(true),
        separate_instruction: None,
        handled_by: Some("hemsjukvården".into()),
        phase: Phase::Current,
        as_needed: None,
        indication: Some("hjärtsvikt".into()),
        started: when("2024-02"),
        ended: None,
        provenance: provenance("medication-1"),
    };
    let waran = Medication {
        drug: Concept::plain("Waran"),
        dosage: None,
        dose_dispensed: None,
        separate_instruction: Some("ordineras i Journalia".into()),
        handled_by: None,
        indication: None,
        ..furosemide.clone()
    };
    section(
        Section::Medications,
        vec![shown(COSMIC, Entry::Medication(Arc::new(furosemide))), shown(COSMIC, Entry::Medication(Arc::new(waran)))],
        vec![cell(LIFECARE, State::Unsupported), cell(VIVA, State::Unsupported), cell(ASGARDEN, State::Unsupported)],
    )
}

fn plans() -> SectionView {
    let sip = Plan {
        kind: PlanKind::Sip,
        title: "SIP 2026-10-12".into(),
        instruction: None,
        text: None,
        phase: Phase::Active,
        responsible: Some(Actor { name: Some("Hemsjukvården norr".into()), ..Actor::default() }),
        participants: vec![Organisation { id: None, name: Some("Storsjö kommun".into()) }],
        decided: when("2026-10-12"),
        valid_from: None,
        valid_to: None,
        next_follow_up: when("2027-01-15"),
        provenance: provenance("plan-1"),
    };
    let crisis = Plan {
        kind: PlanKind::CrisisPlan,
        title: "Krisplan".into(),
        instruction: Some("En person i taget, sitt ned, fråga om hunden.".into()),
        responsible: None,
        participants: Vec::new(),
        next_follow_up: None,
        ..sip.clone()
    };
    let mut crisis = shown(COSMIC, Entry::Plan(Arc::new(crisis)));
    crisis.late = true;
    section(
        Section::Plans,
        vec![shown(LIFECARE, Entry::Plan(Arc::new(sip))), crisis],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout))],
    )
}

fn functional_status() -> SectionView {
    let walking = FunctionalAssessment {
        what: Concept::plain("Förflyttning inomhus"),
        assessment: "Går med rollator, en person som stöd i trappa".into(),
        level: Some(AbilityLevel::PartlyDependent),
        assessed: when("2026-09-03"),
        provenance: provenance("adl-1"),
    };
    section(
        Section::FunctionalStatus,
        vec![shown(LIFECARE, Entry::FunctionalAssessment(Arc::new(walking)))],
        vec![cell(VIVA, State::Unanswered(Unanswered::Timeout)), cell(ASGARDEN, State::StatedNone(when("2026-11-01")))],
    )
}

fn covid() -> SectionView {
    let dose = |disease: &str, at: &str, number| Vaccination {
        target_diseases: vec![Concept::plain(disease)],
        vaccine: Some(Concept::plain("Comirnaty")),
        batch: Some("FK8917".into()),
        date: when(at),
        dose_number: number,
        prescribed_doses: None,
        dose_complete: None,
        unique_reference: None,
        note: None,
        performer: None,
        provenance: provenance("dose-1"),
    };
    let infection = Infection {
        what: Concept::plain("Covid-19"),
        certainty: InfectionCertainty::Confirmed,
        method: Some("PCR".into()),
        date: when("2022-02-10"),
        ended: None,
        ongoing: None,
        precautions: None,
        provenance: provenance("infection-1"),
    };
    let mut view = section(
        Section::Covid19,
        vec![
            shown(NATIONAL, Entry::Vaccination(Arc::new(dose("Covid-19", "2025-11-04", Some(6))))),
            shown(COSMIC, Entry::Infection(Arc::new(infection))),
            shown(NATIONAL, Entry::Vaccination(Arc::new(dose("Influensa", "2025-10-20", None)))),
        ],
        vec![cell(VIVA, State::Unsupported)],
    );
    view.covid = Some(CovidSummary {
        latest_dose: when("2025-11-04"),
        doses_at_least: 5,
        doses_at_most: 6,
        confirmed_infection: when("2022-02-10"),
    });
    view
}

fn consents() -> SectionView {
    let consent = Consent {
        kind: ConsentKind::SharedRecord,
        status: ConsentStatus::Active,
        text: None,
        given_to: vec![Organisation { id: None, name: Some("Hemsjukvården norr".into()) }],
        given_by: ConsentGiver::Patient,
        valid_from: when("2026-01-31"),
        valid_to: when("2027-01-31"),
        provenance: provenance("consent-1"),
    };
    section(
        Section::Consents,
        vec![shown(LIFECARE, Entry::Consent(Arc::new(consent)))],
        vec![cell(COSMIC, State::NothingHeld), cell(NATIONAL, State::NothingHeld), cell(ASGARDEN, State::NothingHeld)],
    )
}

/// A document with this text.
pub fn document(text: &str) -> Document {
    Document {
        kind: Concept::plain("Epikris"),
        title: "Epikris medicinkliniken".into(),
        date: when("2026-11-07"),
        unit: Some(Organisation { id: None, name: Some("Medicinkliniken".into()) }),
        text: Some(text.into()),
        media_type: None,
        provenance: provenance("document-1"),
    }
}

fn documents() -> SectionView {
    let text = "Vårdad 2–7 november för försämrad hjärtsvikt. Diuretika justerade. Vikt vid hemgång 61 kg.";
    section(
        Section::Documents,
        vec![shown(COSMIC, Entry::Document(Arc::new(document(text))))],
        vec![cell(LIFECARE, State::NotAsked(NotAsked::NotEnabled)), cell(VIVA, State::Unanswered(Unanswered::Timeout))],
    )
}

fn badges() -> Vec<Badge> {
    let badge = |kind: &ServiceKind| Badge {
        kind: kind.clone(),
        look: Look::None,
        since: None,
        event: None,
        ended: false,
        not_in_emergency: false,
        sources: Vec::new(),
        labels: Vec::new(),
    };
    let unknown = |kind: &ServiceKind| Badge {
        look: Look::Unknown,
        sources: vec![SourceId::new(VIVA.0)],
        labels: vec![VIVA.2.into()],
        ..badge(kind)
    };
    let ongoing = |kind: &ServiceKind, since: &str, event: Option<(EventKind, &str)>| Badge {
        look: Look::Ongoing,
        since: when(since),
        event: event.map(|(kind, at)| BadgeEvent { kind, at: When::read(at) }),
        sources: vec![SourceId::new(LIFECARE.0)],
        labels: vec![LIFECARE.2.into()],
        ..badge(kind)
    };
    ServiceKind::KNOWN
        .iter()
        .map(|kind| match kind {
            ServiceKind::HomeNursing => ongoing(kind, "2026-01-15", Some((EventKind::Visit, "2026-11-19T09:30:00"))),
            ServiceKind::HomeCare => ongoing(kind, "2026-02-01", None),
            ServiceKind::Sip => ongoing(kind, "2026-10-12", Some((EventKind::FollowUp, "2027-01-15"))),
            ServiceKind::Discharged => {
                Badge { look: Look::Recent, since: when("2026-11-07"), ended: true, ..badge(kind) }
            }
            ServiceKind::SafetyAlarm | ServiceKind::Lss => unknown(kind),
            ServiceKind::EmergencyVisit | ServiceKind::CarePlan => Badge { look: Look::NotAsked, ..badge(kind) },
            _ => badge(kind),
        })
        .collect()
}

/// The rich overview.
pub fn overview() -> Overview {
    let sections = vec![
        alerts(),
        limits(),
        services(),
        contacts(),
        medications(),
        functional_status(),
        plans(),
        covid(),
        consents(),
        documents(),
    ];
    let line = |kind: AlertKind, text: &str, severity: Option<Severity>| AlertLineItem {
        kind,
        text: text.into(),
        severity,
        sources: vec![SourceId::new(COSMIC.0)],
    };
    Overview {
        person: person(),
        scope: Scope::Shared,
        access: Access::Granted(Grant {
            basis: Basis::Consent,
            registration: "5f0c0a52-7f1c-4b43-9d35-0d2f3c1c9a10".into(),
            reach: Reach::All,
            sections: None,
            until: Some(date(2027, 2, 21).at(0, 0, 0, 0).to_zoned(sweden()).expect("a time that exists").timestamp()),
        }),
        consents_here: Some(vec![ConsentHere {
            unit: Some("Hemsjukvården".into()),
            for_one: false,
            from: now().timestamp(),
            until: None,
            registered_at: now().timestamp(),
            registered_by: Some("Maja Lind, leg. sjuksköterska".into()),
        }]),
        ask_consent: None,
        alert_line: vec![
            line(AlertKind::Hypersensitivity, "penicillin", Some(Severity::LifeThreatening)),
            line(AlertKind::Infection, "MRSA", None),
        ],
        blocked_exists: Some(true),
        block_lifted: false,
        badges: badges(),
        recent_since: date(2026, 8, 21),
        completeness: completeness(&sections, &[], false),
        sections,
        opened_at: now(),
        finished: true,
        care_limit_text: None,
    }
}

fn person() -> Person {
    Person {
        identifier: PersonIdentifier::stated("193811072382").expect("an official test number"),
        identity: Identity::Confirmed,
        name: Some("Elsa Demosson".into()),
        age: Some(88),
        sex: Some(Sex::Female),
        life: Life::NotStated,
        interpreter_language: None,
        communication_need: None,
        protection: None,
        places_masked: false,
    }
}
