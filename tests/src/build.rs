//! Values of the domain with sensible defaults; a test changes only what it is about.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::{Access, Basis, BlockStatus, Decision, Grant, Reach, Rights, RoleMatrix},
    entry::{
        Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Life, Medication, PersonDetails,
        Plan, Service, Vaccination,
    },
    identifier::{IdentifierKind, PersonIdentifier},
    merge::{Answered, Opening},
    person::PersonAnswer,
    plan::Others,
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    section::Section,
    source::{LinkRule, OrganisationId, Provider, ProviderId, ProviderKind, ProviderKinds, Source, SourceId},
    state::State,
    time::{When, sweden},
    viewer::{Role, Scope, Viewer},
    vocabulary::{
        AlertKind, AuthorKind, ConsentGiver, ConsentKind, ConsentStatus, ContactKind, LimitNature, Phase, PlanKind,
        ServiceKind, ServicePhase,
    },
};
use samsyn_service::port::adapters::Question;

/// The provider most records belong to.
pub const PROVIDER: &str = "SE9999000001-A001";
/// Its unit.
pub const UNIT: &str = "SE9999000001-E001";

/// Saturday 21 November 2026, noon.
pub fn now() -> Zoned {
    "2026-11-21T11:00:00Z".parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(sweden())
}

/// The patient of every test.
///
/// # Panics
/// Never: the number is on the official list.
pub fn patient() -> PersonIdentifier {
    match PersonIdentifier::stated("195009072553") {
        Ok(patient) => patient,
        Err(_) => unreachable!("an official test number"),
    }
}

/// A physician of another provider than [`PROVIDER`].
pub fn physician() -> Viewer {
    viewer(Role::Physician, ProviderKind::Care)
}

/// What a source is asked on behalf of a nurse, banner included.
///
/// # Panics
/// When the patient is no identifier.
pub fn question(patient: &str, sections: Vec<Section>) -> Question {
    let Ok(patient) = PersonIdentifier::stated(patient) else { panic!("not an identifier") };
    Question {
        patient,
        sections,
        person: true,
        now: now(),
        language: "sv".into(),
        viewer: viewer(Role::Nurse, ProviderKind::Care),
        trace: None,
    }
}

/// Somebody in a role and kind of provider.
pub fn viewer(role: Role, kind: ProviderKind) -> Viewer {
    let mut viewer = Viewer {
        user_id: "SE9999000009-P001".into(),
        name: "Anna Prov".into(),
        title: "testare".into(),
        role,
        organisation: OrganisationId::new("reader"),
        organisation_name: "Läsande organisation".into(),
        provider: Provider { id: ProviderId::new("SE9999000009-A001"), kind },
        unit: Organisation::new("SE9999000009-E001", "Läsande enhet"),
        assignment: "SE9999000009-U001".into(),
        purpose: "Vård och behandling".into(),
        rights: Rights::default(),
        authorities: Vec::new(),
    };
    RoleMatrix::default().equip(&mut viewer);
    viewer
}

/// A source that answers every section and can light every badge.
pub fn source(id: &str) -> Source {
    Source {
        id: SourceId::new(id),
        system: "System".into(),
        adapter: "adapter".into(),
        organisation: OrganisationId::new(format!("org-{id}")),
        organisation_name: format!("Organisation {id}"),
        provider: Some(Provider { id: ProviderId::new(PROVIDER), kind: ProviderKind::Care }),
        sections: Section::ALL.to_vec(),
        answers_person: false,
        service_kinds: ServiceKind::KNOWN.to_vec(),
        identifier_kinds: vec![IdentifierKind::PersonalNumber],
        link_rule: LinkRule::Always,
        answer_within: Duration::from_secs(5),
        maintenance: Vec::new(),
        phone: Some("063-555 00 00".into()),
        contact: None,
    }
}

/// A population register that knows the patient as unprotected.
pub fn register() -> Answered {
    let mut source = source("register");
    source.sections.clear();
    source.answers_person = true;
    Answered {
        source,
        person: Some(PersonAnswer::Known(Box::new(person()))),
        cells: BTreeMap::new(),
        fetched_at: Some(now().timestamp()),
        late: false,
        failing_since: None,
    }
}

/// The patient as the register knows them.
pub fn person() -> PersonDetails {
    PersonDetails {
        identifier: patient().to_identifier(),
        given_name: Some("Elsa".into()),
        family_name: Some("Demosson".into()),
        birth_date: Some(When::read("1950-09-07")),
        sex: None,
        protection: None,
        life: Life::Alive,
        interpreter_language: None,
        communication_need: None,
        provenance: provenance("person"),
    }
}

/// What one source answered for every section alike.
pub fn answered(id: &str, states: impl Fn(Section) -> State) -> Answered {
    Answered {
        source: source(id),
        person: Some(PersonAnswer::NotAsked),
        cells: Section::ALL.into_iter().map(|section| (section, states(section))).collect(),
        fetched_at: Some(now().timestamp()),
        late: false,
        failing_since: None,
    }
}

/// A consent without an end.
pub fn consented() -> Access {
    Access::Granted(Grant {
        basis: Basis::Consent,
        registration: "consent-1".into(),
        reach: Reach::All,
        sections: None,
        until: None,
    })
}

/// An opening of the shared overview, with consent.
pub fn opening(viewer: Viewer, blocked_exists: bool) -> Opening {
    Opening {
        viewer,
        patient: patient(),
        scope: Scope::Shared,
        access: consented(),
        opened_at: now(),
        recent_months: 3,
        care_limit_text: None,
        blocked_exists,
        lifted: Vec::new(),
        consents_here: Some(Vec::new()),
        emergency: None,
        may_ask_consent: false,
        others: Others::default(),
        numbering: [7; 16],
        refer: None,
    }
}

/// Applies the access decision to a source's answer, as the service does when there is a consent.
pub fn decided(mut answer: Answered, viewer: &Viewer, blocks: &BlockStatus) -> Answered {
    let kinds = ProviderKinds::default();
    let decision = consenting(viewer, blocks, &kinds);
    answer.cells = answer.cells.into_iter().map(|(section, state)| (section, decision.apply(section, state))).collect();
    answer
}

/// A consent for everything, until it is revoked.
static CONSENTED: Grant =
    Grant { basis: Basis::Consent, registration: String::new(), reach: Reach::All, sections: None, until: None };

/// The decision for somebody with a consent, about providers that are in no catalogue.
pub fn consenting<'a>(viewer: &'a Viewer, blocks: &'a BlockStatus, kinds: &'a ProviderKinds) -> Decision<'a> {
    Decision { viewer, grant: Some(&CONSENTED), blocks, kinds, otherwise: ProviderKind::Care }
}

/// Complete provenance.
pub fn provenance(id: &str) -> Provenance {
    Provenance {
        patient: Some(patient().to_identifier()),
        care_provider: Some(Organisation::new(PROVIDER, "Provare")),
        care_unit: Some(Organisation::new(UNIT, "Provenheten")),
        recorded: Some(When::read("2026-10-02")),
        author: Some(Actor { name: Some("Bo Skrivare".into()), ..Actor::default() }),
        signing: Signing::Signed { at: Some(When::read("2026-10-02")), by: None },
        ..Provenance::new(id)
    }
}

/// A care limit signed by a physician.
pub fn care_limit(id: &str, text: &str) -> CareLimit {
    CareLimit {
        text: text.into(),
        nature: LimitNature::Withhold,
        measures: Vec::new(),
        grounds: None,
        author_kind: AuthorKind::Physician,
        decided_by: None,
        consulted: Vec::new(),
        patient_attitude: None,
        relatives_attitude: None,
        decided: Some(When::read("2026-10-02")),
        valid_from: None,
        valid_to: None,
        reassessed: None,
        phase: Phase::Current,
        decision_id: None,
        provenance: provenance(id),
    }
}

/// A service in a phase.
pub fn service(id: &str, kind: ServiceKind, phase: ServicePhase) -> Service {
    Service {
        kind,
        phase,
        text: None,
        started: None,
        ended: None,
        last_noted: None,
        events: Vec::new(),
        unit: None,
        phones: Vec::new(),
        provenance: Provenance { recorded: None, ..provenance(id) },
    }
}

/// A covid dose.
pub fn dose(id: &str, date: &str) -> Vaccination {
    Vaccination {
        target_diseases: vec![Concept::plain("Covid-19")],
        vaccine: Some(Concept::plain("Comirnaty")),
        batch: None,
        date: Some(When::read(date)),
        dose_number: None,
        prescribed_doses: None,
        dose_complete: None,
        unique_reference: None,
        note: None,
        performer: None,
        provenance: provenance(id),
    }
}

/// A contact of a kind.
pub fn contact(id: &str, kind: ContactKind) -> Contact {
    Contact {
        kind,
        protection: None,
        name: Some("Kontakt".into()),
        role: None,
        unit: None,
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: Vec::new(),
        absent: None,
        substitute: None,
        phones: Vec::new(),
        note: None,
        valid_from: None,
        valid_to: None,
        provenance: provenance(id),
    }
}

/// A plan of a kind.
pub fn plan(id: &str, kind: PlanKind) -> Plan {
    Plan {
        kind,
        title: "Plan".into(),
        instruction: None,
        text: None,
        phase: Phase::Active,
        responsible: None,
        participants: Vec::new(),
        decided: None,
        valid_from: None,
        valid_to: None,
        next_follow_up: None,
        provenance: provenance(id),
    }
}

/// Any entry of a section, told apart by its id.
pub fn entry(section: Section, id: &str) -> Entry {
    let concept = Concept::plain(format!("text {id}"));
    match section {
        Section::CareLimits => Entry::CareLimit(Arc::new(care_limit(id, &format!("Gräns {id}")))),
        Section::Services => Entry::Service(Arc::new(service(id, ServiceKind::HomeCare, ServicePhase::Ongoing))),
        Section::Contacts => Entry::Contact(Arc::new(contact(id, ContactKind::Clinic))),
        Section::Plans => Entry::Plan(Arc::new(plan(id, PlanKind::Palliative))),
        Section::Covid19 => Entry::Vaccination(Arc::new(dose(id, "2025-11-04"))),
        Section::Alerts => Entry::Alert(Arc::new(Alert {
            kind: AlertKind::SeriousDisease,
            text: concept.text,
            severity: None,
            certainty: None,
            agent: None,
            label: None,
            comment: None,
            noted: None,
            valid_from: None,
            valid_to: None,
            provenance: provenance(id),
        })),
        Section::Medications => Entry::Medication(Arc::new(Medication {
            drug: concept,
            dosage: None,
            dose_dispensed: None,
            separate_instruction: None,
            handled_by: None,
            phase: Phase::Current,
            as_needed: None,
            indication: None,
            started: None,
            ended: None,
            provenance: provenance(id),
        })),
        Section::FunctionalStatus => Entry::FunctionalAssessment(Arc::new(FunctionalAssessment {
            what: concept,
            assessment: "klarar själv".into(),
            level: None,
            assessed: None,
            provenance: provenance(id),
        })),
        Section::Consents => Entry::Consent(Arc::new(Consent {
            kind: ConsentKind::SharedRecord,
            status: ConsentStatus::Active,
            text: Some(concept.text),
            given_to: Vec::new(),
            given_by: ConsentGiver::Patient,
            valid_from: None,
            valid_to: None,
            provenance: provenance(id),
        })),
        Section::Documents => Entry::Document(Arc::new(Document {
            title: concept.text.clone(),
            kind: concept,
            date: None,
            unit: None,
            text: None,
            media_type: None,
            provenance: provenance(id),
        })),
    }
}
