//! What the demo's FHIR server holds comes out at the host's sink as it was seeded.

use std::{collections::BTreeMap, sync::Arc};

use samsyn_demo::{
    gate::{self, Issued, TokenDesk},
    holdings::{Holdings, PatientRecords},
    seed::Seed,
    source::fhir,
    sources::Format,
};
use samsyn_domain::{
    entry::{
        Absence, Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Life,
        Medication, Opening, PersonDetails, Phone, Plan, Service, ServiceEvent, Substitute, Vaccination, Weekday,
    },
    identifier::PersonIdentifier,
    provenance::{Actor, Coding, Concept, Extension, Organisation, Provenance, Signing},
    section::Section,
    state::{State, Unanswered},
    time::{When, sweden},
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};
use samsyn_service::port::adapters::PersonAnswer;

use super::{Client, PATIENT, Source};

fn when(text: &str) -> When {
    When::read(text)
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of entries are options")]
fn some_when(text: &str) -> Option<When> {
    Some(when(text))
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of entries are options")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn actor() -> Actor {
    Actor {
        name: text("Anders Holm"),
        role: text("överläkare"),
        id: text("SE2321000000-P101"),
        unit: Some(Organisation::new("SE2321000000-E101", "Medicinkliniken")),
    }
}

fn provenance(id: &str) -> Provenance {
    Provenance {
        patient: Some(PersonIdentifier::stated(PATIENT).unwrap().to_identifier()),
        care_provider: Some(Organisation::new("SE2321000000-0001", "Provregionen")),
        care_unit: Some(Organisation::new("SE2321000000-E101", "Medicinkliniken")),
        information_type: text("upp"),
        recorded: some_when("2026-10-01T08:15:00+02:00"),
        author: Some(actor()),
        signing: Signing::Signed { at: some_when("2026-10-01T09:00:00+02:00"), by: Some(actor()) },
        link: text("/patient/lank"),
        extensions: vec![Extension { key: "nyckel".into(), value: "värde".into() }],
        ..Provenance::new(id)
    }
}

fn concept(text: &str) -> Concept {
    let coding = |display: Option<&str>| Coding {
        system: "http://snomed.info/sct".into(),
        code: "840539006".into(),
        display: display.map(str::to_owned),
    };
    Concept { text: text.into(), codings: vec![coding(Some("visning")), coding(None)] }
}

fn phone() -> Phone {
    Phone {
        number: "063-555 20 40".into(),
        openings: vec![Opening {
            days: vec![Weekday::Monday, Weekday::Friday],
            from: text("08:00"),
            to: text("16:30"),
        }],
        note: text("knappval 2"),
        staff_only: true,
    }
}

fn care_limit() -> CareLimit {
    CareLimit {
        text: "Ej HLR. Ej IVA. Fortsatt antibiotika peroralt.".into(),
        nature: LimitNature::Withhold,
        measures: vec![concept("HLR"), Concept::plain("IVA")],
        grounds: text("Svår hjärtsvikt"),
        author_kind: AuthorKind::Physician,
        decided_by: Some(actor()),
        consulted: vec![actor(), Actor { name: text("Karin Dahl"), ..Actor::default() }],
        patient_attitude: text("Delar bedömningen"),
        relatives_attitude: text("Informerade"),
        decided: some_when("2026-09-30"),
        valid_from: some_when("2026-09-30"),
        valid_to: some_when("2027-09-30"),
        reassessed: some_when("2026-11-02"),
        phase: Phase::Current,
        decision_id: text("beslut-1"),
        provenance: provenance("gräns-1"),
    }
}

fn alerts() -> [Alert; 2] {
    let hypersensitivity = Alert {
        kind: AlertKind::Hypersensitivity,
        text: "Anafylaxi av penicillin".into(),
        severity: Some(Severity::LifeThreatening),
        certainty: Some(Certainty::Probable),
        agent: Some(concept("Penicillin")),
        label: Some(Concept::plain("Överkänslighet")),
        comment: text("Utredd 2019"),
        noted: some_when("2019-04"),
        valid_from: some_when("2019"),
        valid_to: None,
        provenance: provenance("varning-1"),
    };
    let threat = Alert {
        kind: AlertKind::Threat,
        text: "Hotbild mot patienten".into(),
        severity: None,
        certainty: None,
        agent: None,
        label: None,
        valid_to: some_when("2026-12-31"),
        provenance: Provenance {
            signing: Signing::Unsigned,
            author: None,
            recorded: some_when("2026-10"),
            ..provenance("varning-2")
        },
        ..hypersensitivity.clone()
    };
    [hypersensitivity, threat]
}

fn service(kind: ServiceKind, phase: ServicePhase) -> Entry {
    let id = format!("insats-{}", kind.word());
    Entry::Service(Arc::new(Service {
        kind,
        phase,
        text: text("dusch två gånger i veckan"),
        started: some_when("2026-08-01"),
        ended: some_when("2026-11-20T11:00:00+01:00"),
        last_noted: some_when("2026-11-19"),
        events: vec![ServiceEvent { kind: EventKind::Visit, at: when("2026-11-19"), text: text("omläggning") }],
        unit: Some(Organisation::new("SE2321000000-E201", "Hemsjukvården norr")),
        phones: vec![phone()],
        provenance: provenance(&id),
    }))
}

fn contact(kind: ContactKind) -> Entry {
    let id = format!("kontakt-{}", kind.word());
    // A label of the resource for the one, our own extension for the other.
    let protection = match kind {
        ContactKind::Guardian => Some(Protection::ConfidentialityMark),
        ContactKind::NextOfKin | ContactKind::CaseOfficer => Some(Protection::ProtectedRegistration),
        _ => None,
    };
    Entry::Contact(Arc::new(Contact {
        kind,
        protection,
        name: text("Elin Norén"),
        role: text("dotter"),
        unit: Some(Organisation::new("SE2321000000-E201", "Hemsjukvården norr")),
        order: Some(2),
        may_be_informed: Some(true),
        call_at_night: Some(false),
        openings: vec![
            Opening { days: vec![Weekday::Saturday, Weekday::Sunday], from: None, to: None },
            Opening { days: vec![Weekday::Tuesday], from: text("16:30"), to: text("08:00") },
        ],
        absent: Some(Absence { from: when("2026-11-20"), to: some_when("2026-11-30") }),
        substitute: Some(Substitute { name: text("Mats Ek"), role: text("vikarie"), phones: vec![phone()] }),
        phones: vec![
            phone(),
            Phone { number: "063-555 20 41".into(), openings: vec![], note: None, staff_only: false },
        ],
        note: text("ringer tillbaka"),
        valid_from: some_when("2026-01-01"),
        valid_to: None,
        provenance: provenance(&id),
    }))
}

fn planned() -> [Entry; 4] {
    let medication = Medication {
        drug: concept("Furix 40 mg"),
        dosage: text("1 + 0 + 1 + 0"),
        dose_dispensed: Some(true),
        separate_instruction: text("Enligt särskild ordination"),
        handled_by: text("hemsjukvården"),
        phase: Phase::Current,
        as_needed: Some(false),
        indication: text("hjärtsvikt"),
        started: some_when("2026-02-01"),
        ended: None,
        provenance: provenance("läkemedel-1"),
    };
    let ability = FunctionalAssessment {
        what: concept("Förflyttning"),
        assessment: "går med rollator".into(),
        level: Some(AbilityLevel::PartlyDependent),
        assessed: some_when("2026-10-02"),
        provenance: provenance("adl-1"),
    };
    let plan = Plan {
        kind: PlanKind::Sip,
        title: "Samordnad individuell plan".into(),
        instruction: text("Ring hemsjukvården före transport"),
        text: text("Hela planen"),
        phase: Phase::Active,
        responsible: Some(actor()),
        participants: vec![Organisation::new("SE2321000000-E201", "Hemsjukvården norr")],
        decided: some_when("2026-03-01"),
        valid_from: some_when("2026-03-01"),
        valid_to: some_when("2027-03-01"),
        next_follow_up: some_when("2026-12-01"),
        provenance: provenance("plan-1"),
    };
    let document = Document {
        kind: concept("Epikris"),
        title: "Epikris medicin".into(),
        date: some_when("2026-11-01"),
        unit: Some(Organisation::new("SE2321000000-E101", "Medicinkliniken")),
        text: text("Inlagd för hjärtsvikt.\nÅter i hemmet."),
        media_type: text("application/pdf"),
        provenance: provenance("dokument-1"),
    };
    [
        Entry::Medication(Arc::new(medication)),
        Entry::FunctionalAssessment(Arc::new(ability)),
        Entry::Plan(Arc::new(plan)),
        Entry::Document(Arc::new(document)),
    ]
}

fn infectious() -> [Entry; 4] {
    let dose = Vaccination {
        target_diseases: vec![concept("covid-19")],
        vaccine: Some(concept("Comirnaty")),
        batch: text("FE8163"),
        date: some_when("2025-10-12"),
        dose_number: Some(5),
        prescribed_doses: Some(6),
        dose_complete: Some(false),
        unique_reference: text("dos-5"),
        note: text("vänster arm"),
        performer: Some(actor()),
        provenance: provenance("vaccination-1"),
    };
    let unstructured = Vaccination {
        target_diseases: vec![],
        vaccine: None,
        batch: None,
        date: None,
        dose_number: None,
        prescribed_doses: None,
        dose_complete: None,
        unique_reference: None,
        note: text("Vaccinerad mot covid-19, dos okänd"),
        performer: None,
        provenance: provenance("vaccination-2"),
    };
    let infection = Infection {
        what: concept("covid-19"),
        certainty: InfectionCertainty::Confirmed,
        method: text("PCR"),
        date: some_when("2026-11-18"),
        ended: None,
        ongoing: Some(true),
        precautions: text("kontaktsmitta, eget rum"),
        provenance: provenance("smitta-1"),
    };
    let suspected = Infection {
        what: Concept::plain("vinterkräksjuka"),
        certainty: InfectionCertainty::Suspected,
        ongoing: None,
        provenance: provenance("smitta-2"),
        ..infection.clone()
    };
    [
        Entry::Vaccination(Arc::new(dose)),
        Entry::Vaccination(Arc::new(unstructured)),
        Entry::Infection(Arc::new(infection)),
        Entry::Infection(Arc::new(suspected)),
    ]
}

fn consents() -> [Entry; 2] {
    let given = Consent {
        kind: ConsentKind::SharedRecord,
        status: ConsentStatus::Active,
        text: text("Samtycke lämnat muntligt"),
        given_to: vec![Organisation::new("SE2321000000-E201", "Hemsjukvården norr")],
        given_by: ConsentGiver::Patient,
        valid_from: some_when("2026-01-01"),
        valid_to: None,
        provenance: provenance("samtycke-1"),
    };
    let revoked = Consent {
        kind: ConsentKind::QualityRegistry,
        status: ConsentStatus::Revoked,
        given_by: ConsentGiver::Guardian,
        given_to: vec![],
        provenance: provenance("samtycke-2"),
        ..given.clone()
    };
    [Entry::Consent(Arc::new(given)), Entry::Consent(Arc::new(revoked))]
}

fn person() -> PersonDetails {
    PersonDetails {
        identifier: PersonIdentifier::stated(PATIENT).unwrap().to_identifier(),
        given_name: text("John Bob"),
        family_name: text("Goode"),
        birth_date: some_when("1950-09-07"),
        sex: Some(Sex::Male),
        protection: Some(Protection::ConfidentialityMark),
        life: Life::Deceased { at: some_when("2026-11-20") },
        interpreter_language: text("arabiska"),
        communication_need: text("hör dåligt"),
        provenance: provenance("person-1"),
    }
}

/// Every entry type with every field, and the same kinds with as little as they can have.
fn everything() -> PatientRecords {
    let mut entries = vec![Entry::CareLimit(Arc::new(care_limit()))];
    entries.extend(alerts().map(|alert| Entry::Alert(Arc::new(alert))));
    let phases = [ServicePhase::Planned, ServicePhase::Ongoing, ServicePhase::Ended, ServicePhase::Unknown];
    entries.extend(
        ServiceKind::KNOWN
            .iter()
            .cloned()
            .zip(phases.iter().cloned().cycle())
            .map(|(kind, phase)| service(kind, phase)),
    );
    entries.extend(ContactKind::KNOWN.iter().cloned().map(contact));
    entries.extend(planned());
    entries.extend(infectious());
    entries.extend(consents());
    PatientRecords { person: Some(person()), entries, stated_none: vec![] }
}

/// Identifiers in their systems, links absolute, times with an offset: what the host and FHIR make of the seed.
fn expected(entry: &Entry, base: &str) -> String {
    let mut entry = entry.clone();
    let provenance = entry.provenance_mut();
    provenance.link = provenance.link.take().map(|link| format!("{base}{link}"));
    provenance.patient = None;
    with_offsets(&serde_json::to_value(&entry).unwrap()).to_string()
}

fn came(entry: &Entry) -> String {
    with_offsets(&serde_json::to_value(entry).unwrap()).to_string()
}

/// FHIR has no local times: what was local has an offset afterwards.
fn with_offsets(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => match When::read(text) {
            When::Local(local) => When::Instant(local.to_zoned(sweden()).unwrap().timestamp()).to_string().into(),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(with_offsets).collect(),
        Value::Object(members) => members.iter().map(|(key, member)| (key.clone(), with_offsets(member))).collect(),
        other => other.clone(),
    }
}

fn assert_same(states: &BTreeMap<Section, State>, records: &PatientRecords, base: &str, who: &str) {
    for (section, state) in states {
        let seeded = records.entries.iter().filter(|entry| entry.section() == *section);
        let mut seeded: Vec<String> = seeded.map(|entry| expected(entry, base)).collect();
        let mut came: Vec<String> = state.entries().iter().map(came).collect();
        seeded.sort();
        came.sort();
        assert_eq!(came, seeded, "{who}, {}", section.name());
        let word = match (seeded.is_empty(), records.stated_none.contains(section)) {
            (false, _) => "reported",
            (true, true) => "stated-none",
            (true, false) => "nothing-held",
        };
        assert_eq!(state.word(), word, "{who}, {}", section.name());
    }
}

fn holding(records: PatientRecords) -> Arc<Holdings> {
    Arc::new(Holdings { patients: BTreeMap::from([(PATIENT.to_owned(), records)]) })
}

#[tokio::test]
async fn every_entry_type_comes_through_fhir_as_it_was_seeded() {
    let records = everything();
    let source = Source::open(fhir::router(holding(records.clone())), &[]).await;
    let answer = source.ask(PATIENT).await;
    assert_same(&answer.sections, &records, &source.base, "everything");
    let PersonAnswer::Known(came) = answer.person else { panic!("{:?}", answer.person) };
    let mut seeded = person();
    seeded.provenance.link = Some(format!("{}/patient/lank", source.base));
    assert_eq!(came.identifier.value, seeded.identifier.value);
    assert_eq!(serde_json::to_value(*came).unwrap(), serde_json::to_value(seeded).unwrap());
}

#[tokio::test]
async fn a_summary_document_says_the_same_as_the_searches() {
    let records = everything();
    let source = Source::open(fhir::router(holding(records.clone())), &[("mode", "summary")]).await;
    let answer = source.ask(PATIENT).await;
    assert_same(&answer.sections, &records, &source.base, "summary");
    assert_eq!(source.report().used.requests, 2);
}

#[tokio::test]
async fn a_long_answer_is_read_page_by_page_and_a_too_long_one_says_so() {
    let many = |count: usize| {
        let plan = |at: usize| {
            let mut plan = planned()[2].clone();
            plan.provenance_mut().id = format!("plan-{at}");
            plan
        };
        PatientRecords { entries: (0..count).map(plan).collect(), ..PatientRecords::default() }
    };
    let source = Source::open(fhir::router(holding(many(45))), &[]).await;
    let answer = source.ask(PATIENT).await;
    assert_same(&answer.sections, &many(45), &source.base, "45 plans");
    let short = Source::open(fhir::router(holding(many(45))), &[("max-pages", "2")]).await;
    let plans = &short.ask(PATIENT).await.sections[&Section::Plans];
    assert_eq!((plans.word(), plans.entries().len()), ("partial", 40));
}

#[tokio::test]
async fn what_the_source_states_to_be_none_is_told_from_what_it_does_not_hold() {
    let stated = vec![Section::Alerts, Section::Medications, Section::Covid19, Section::CareLimits];
    let records = PatientRecords { stated_none: stated, ..PatientRecords::default() };
    let resources = "Flag AllergyIntolerance Consent CareTeam RelatedPerson Immunization Condition Observation EpisodeOfCare \
                     Encounter ServiceRequest CarePlan MedicationStatement DocumentReference List";
    let source = Source::open(fhir::router(holding(records.clone())), &[("resources", resources)]).await;
    assert_same(&source.ask(PATIENT).await.sections, &records, &source.base, "stated none");
}

#[tokio::test]
async fn the_host_fetches_the_token_and_a_wrong_secret_answers_nothing() {
    let server = |issued: &Issued| {
        let desk = TokenDesk::default();
        desk.register(issued);
        gate::around(fhir::router(holding(everything())), issued.clone(), desk.clone()).merge(desk.router())
    };
    let issued = Issued::ClientCredentials {
        token_url: "http://127.0.0.1/oauth2/token".parse().unwrap(),
        client_id: "samsyn".into(),
        client_secret: "hemlighet-för-prov".into(),
        scope: "system/*.rs".into(),
    };
    let client = |secret: &str| Some(Client { id: "samsyn".into(), secret: secret.into() });
    let right = Source::start(server(&issued), &[], client("hemlighet-för-prov")).await;
    assert_same(&right.ask(PATIENT).await.sections, &everything(), &right.base, "with a token");
    let wrong = Source::start(server(&issued), &[], client("fel-hemlighet")).await;
    for (section, state) in wrong.ask(PATIENT).await.sections {
        assert_eq!(state, State::Unanswered(Unanswered::Credential), "{}", section.name());
    }
}

#[tokio::test]
async fn everybody_in_the_demos_region_comes_through_as_seeded() {
    let seed = Seed::new(&"2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap());
    let region = seed.sources.iter().find(|source| source.format == Format::Fhir).unwrap();
    let holdings = Arc::new(seed.holdings[&region.id].clone());
    let source = Source::open(fhir::router(Arc::clone(&holdings)), &[]).await;
    assert!(holdings.patients.len() > 10, "the region knows most people");
    for (identifier, records) in &holdings.patients {
        let answer = source.ask(identifier).await;
        let names_another =
            |entry: &Entry| entry.provenance().patient.as_ref().is_some_and(|patient| patient.value != *identifier);
        if records.entries.iter().any(names_another) {
            assert!(
                answer.sections.values().all(|state| *state == State::Unanswered(Unanswered::WrongPatient)),
                "{identifier}"
            );
        } else {
            assert_same(&answer.sections, records, &source.base, identifier);
        }
    }
}
