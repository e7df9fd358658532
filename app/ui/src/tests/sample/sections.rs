//! The sections of the sample, in the order of the page.

use std::sync::Arc;

use samsyn_domain::{
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Medication,
        Opening, Phone, Plan, Service, ServiceEvent, Substitute, Vaccination, Weekday,
    },
    limits_view::{Conflict, NotChecked, Validity},
    overview::{Copy, CovidSummary, SectionView},
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    section::Section,
    source::{OrganisationId, SourceId},
    state::{NotAsked, State, Unanswered},
    time::When,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase, Severity,
    },
};

use super::{ASGARDEN, COSMIC, LIFECARE, NATIONAL, VIVA, actor, cell, limit, provenance, section, shown, when};
pub(super) fn limits() -> SectionView {
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

pub(super) fn alerts() -> SectionView {
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

pub(super) fn services() -> SectionView {
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

pub(super) fn contacts() -> SectionView {
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

pub(super) fn medications() -> SectionView {
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

pub(super) fn plans() -> SectionView {
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

pub(super) fn functional_status() -> SectionView {
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

pub(super) fn covid() -> SectionView {
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

pub(super) fn consents() -> SectionView {
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

pub(super) fn documents() -> SectionView {
    let text = "Vårdad 2–7 november för försämrad hjärtsvikt. Diuretika justerade. Vikt vid hemgång 61 kg.";
    section(
        Section::Documents,
        vec![shown(COSMIC, Entry::Document(Arc::new(document(text))))],
        vec![cell(LIFECARE, State::NotAsked(NotAsked::NotEnabled)), cell(VIVA, State::Unanswered(Unanswered::Timeout))],
    )
}
