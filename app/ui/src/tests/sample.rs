//! A rich, hand-built overview: two care limits that differ, late answers, every badge look, most states.
//!
//! Shared by the unit tests and `examples/preview.rs`. All people and organisations are invented; the number is an official
//! test number. Rooms: `sections` what each card holds. Not here: how an overview is merged (`domain`).

#[path = "sample/sections.rs"]
pub mod sections;

use sections::{alerts, consents, contacts, covid, documents, functional_status, limits, medications, plans, services};

use jiff::{Timestamp, Zoned, civil::date};
use samsyn_domain::{
    access::{Access, Basis, Grant, Reach},
    alert_line::AlertLineItem,
    badge::{Badge, BadgeEvent, Look},
    completeness::completeness,
    consent_view::ConsentHere,
    entry::{CareLimit, Entry, Life},
    identifier::PersonIdentifier,
    limits_view::Validity,
    overview::{Cell, CellDecision, Identity, Overview, Person, SectionView, ShownEntry},
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    section::Section,
    source::{OrganisationId, SourceId},
    state::{Entries, State},
    time::{When, sweden},
    viewer::Scope,
    vocabulary::{AlertKind, AuthorKind, EventKind, LimitNature, Phase, ServiceKind, Severity, Sex},
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
        reference: None,
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
        emergency: None,
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
