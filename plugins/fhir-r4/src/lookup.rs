//! One lookup: find the patient, ask what the sections need, read who is responsible, map, give statuses.
//!
//! Not here: how requests are made ([`crate::fetch`]), what resources mean ([`crate::map`]).
//! Invariant: a section is read only when every search it rests on was read; a failed one is named in its status.
//! To add a search: a row in [`PLAN`].

use std::collections::{BTreeMap, BTreeSet};

use samsyn_adapter::{
    Answers, Host, Problem, Query, http, log,
    types::{Failure, FailureKind, Identifier},
};

use crate::{
    SECTIONS,
    fetch::{Outcome, Server},
    map,
    node::Node,
    origin::{Reader, names_somebody_else, person_system},
    pool::is_id,
    settings::{Settings, Systems},
    summary,
};

/// One search and the sections that rest on it.
struct Search {
    kind: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    sections: &'static [&'static str],
    includes: &'static [&'static str],
}

const fn search(kind: &'static str, sections: &'static [&'static str], includes: &'static [&'static str]) -> Search {
    Search { kind, parameters: &[], sections, includes }
}

const PLAN: &[Search] = &[
    search("Flag", &["alerts", "care-limits"], &["Flag:author"]),
    search("AllergyIntolerance", &["alerts"], &["AllergyIntolerance:recorder"]),
    search("Consent", &["care-limits", "consents"], &["Consent:actor"]),
    search("CareTeam", &["contacts"], &["CareTeam:participant"]),
    search("RelatedPerson", &["contacts"], &[]),
    search("Immunization", &["covid-19"], &["Immunization:performer"]),
    search("Condition", &["covid-19"], &["Condition:asserter"]),
    Search {
        kind: "Observation",
        // Filled with the laboratory codes when the request is made.
        parameters: &[("code", "")],
        sections: &["covid-19"],
        includes: &["Observation:performer"],
    },
    Search {
        kind: "Observation",
        parameters: &[("category", "functional-status")],
        sections: &["functional-status"],
        includes: &["Observation:performer"],
    },
    search("EpisodeOfCare", &["services"], &["EpisodeOfCare:organization"]),
    search("Encounter", &["services"], &["Encounter:service-provider"]),
    search("ServiceRequest", &["services"], &["ServiceRequest:performer"]),
    search("CarePlan", &["plans"], &["CarePlan:care-team"]),
    search("MedicationStatement", &["medications"], &["MedicationStatement:medication"]),
    search("DocumentReference", &["documents"], &["DocumentReference:author", "DocumentReference:custodian"]),
    search("List", &SECTIONS, &[]),
];

/// Types that tell who is responsible; read one by one when a reply refers to them without including them.
const RESPONSIBLE: [&str; 4] = ["PractitionerRole", "Practitioner", "Organization", "Medication"];
/// A role leads to a person and a unit, a unit to the one above it.
const REFERENCE_ROUNDS: usize = 3;

/// Reads one patient.
///
/// # Errors
/// When the patient is unknown or several, or nothing at all could be read.
pub fn lookup(host: &mut impl Host, query: &Query) -> Result<(), Failure> {
    let settings = Settings::read(host)?;
    let mut answers = Answers::new(host, query);
    answers.unsupported_but(&SECTIONS);
    let mut server = Server::new(answers.language, settings.credential);
    let patient = find_patient(&mut answers, &mut server, query, &settings).map_err(|problem| problem.failure)?;
    if settings.summary {
        summary::read(&mut answers, &mut server, &patient, query, &settings)?;
    } else {
        read_searches(&mut answers, &mut server, &patient, query, &settings)?;
    }
    // What was pushed has shown the host whom it names; with nothing pushed nobody else would notice.
    if names_somebody_else(&server.pool, &query.identifiers) {
        let why = answers.language.text("svaret gäller inte den som frågan gällde", "the reply is about somebody else");
        return Err(Problem::new(FailureKind::UpstreamMalformed, "wrong-patient", why).failure);
    }
    answers.finish();
    Ok(())
}

/// The logical id of the one patient with these identifiers.
fn find_patient<H: Host>(
    answers: &mut Answers<'_, H>,
    server: &mut Server,
    query: &Query,
    settings: &Settings,
) -> Result<String, Problem> {
    let tokens: Vec<String> = query.identifiers.iter().map(|identifier| token(identifier, settings.systems)).collect();
    if tokens.is_empty() {
        return Err(Problem::new(FailureKind::Internal, "no-identifier", "the query holds no identifier"));
    }
    let tokens = tokens.join(",");
    let mut parameters = vec![("identifier", tokens.as_str())];
    if settings.includes {
        parameters.push(("_include", "Patient:general-practitioner"));
        parameters.push(("_revinclude", "Provenance:target"));
    }
    let request = server.search("Patient", &parameters, settings.post);
    let page = server.exchange(answers.host, &request)?;
    if page.warned || page.unreadable > 0 {
        return Err(Problem::malformed(
            answers.language,
            "patient-reply-incomplete",
            "the search for the patient gave an error",
        ));
    }
    one_patient(server)
}

fn one_patient(server: &Server) -> Result<String, Problem> {
    let replaced = |patient: &Node<'_>| patient.get("link").items().any(|link| link.get("type").is("replaced-by"));
    let all = || server.pool.of_kind("Patient");
    let mut current = all().filter(|patient| !replaced(patient));
    let found = match (current.next(), current.next()) {
        (Some(one), None) => Some(one),
        (None, _) if all().count() == 1 => all().next(),
        (None, _) if all().count() == 0 => {
            return Err(Problem::new(
                FailureKind::PatientUnknown,
                "patient-unknown",
                "no Patient with this identifier",
            ));
        }
        _ => {
            return Err(Problem::new(
                FailureKind::PatientAmbiguous,
                "patient-ambiguous",
                "several Patients with this identifier",
            ));
        }
    };
    let id = found.and_then(|patient| patient.get("id").text()).filter(|id| is_id(id));
    id.ok_or_else(|| Problem::new(FailureKind::UpstreamMalformed, "patient-without-id", "the Patient has no usable id"))
}

fn token(identifier: &Identifier, systems: Systems) -> String {
    let swedish = match person_system(&identifier.system) {
        Some("personal-number") => {
            ("http://electronichealth.se/identifier/personnummer", "urn:oid:1.2.752.129.2.1.3.1")
        }
        Some("coordination-number") => {
            ("http://electronichealth.se/identifier/samordningsnummer", "urn:oid:1.2.752.129.2.1.3.3")
        }
        Some("reserve-number") => {
            ("http://electronichealth.se/identifier/nationelltReservnummer", "urn:oid:1.2.752.74.9.1")
        }
        _ => (identifier.system.as_str(), identifier.system.as_str()),
    };
    match systems {
        Systems::ElectronicHealth => format!("{}|{}", swedish.0, identifier.value),
        Systems::Oid => format!("{}|{}", swedish.1, identifier.value),
        Systems::None => identifier.value.clone(),
    }
}

fn read_searches<H: Host>(
    answers: &mut Answers<'_, H>,
    server: &mut Server,
    patient: &str,
    query: &Query,
    settings: &Settings,
) -> Result<(), Failure> {
    let has = |search: &&Search| settings.resources.iter().any(|kind| kind == search.kind);
    let asked: Vec<&Search> =
        PLAN.iter().filter(has).filter(|search| search.sections.iter().any(|section| answers.asks(section))).collect();
    let requests: Vec<http::Request> = asked.iter().map(|search| request(server, search, patient, settings)).collect();
    let outcomes = server.search_all(answers.host, &requests, settings.max_pages);
    if !asked.is_empty() && outcomes.iter().all(|outcome| !outcome.read) {
        if let Some(problem) = outcomes.into_iter().find_map(|outcome| outcome.problem) {
            return Err(problem.failure);
        }
        return Ok(());
    }
    for (search, outcome) in asked.iter().zip(&outcomes) {
        note(answers, search.sections, outcome);
    }
    read_responsible(answers, server);
    let reader = reader(server, query, settings, answers.language);
    person(answers, &reader);
    map::records(&reader).push_into(answers);
    let covered: Vec<&str> =
        asked.iter().filter(|search| search.kind != "List").flat_map(|search| search.sections).copied().collect();
    for section in SECTIONS {
        if section != "person" && !covered.contains(&section) {
            answers.unsupported(section);
        }
    }
    Ok(())
}

fn request(server: &Server, search: &Search, patient: &str, settings: &Settings) -> http::Request {
    let codes = map::infections::laboratory_codes();
    let mut parameters = vec![("patient", patient)];
    for (name, value) in search.parameters {
        parameters.push((name, if *name == "code" { codes.as_str() } else { value }));
    }
    if settings.includes {
        parameters.extend(search.includes.iter().map(|include| ("_include", *include)));
        parameters.push(("_revinclude", "Provenance:target"));
    }
    server.search(search.kind, &parameters, settings.post)
}

/// Tells the sections what became of a search they rest on. `List` only adds statements: reading it reads no section.
fn note<H: Host>(answers: &mut Answers<'_, H>, sections: &[&str], outcome: &Outcome) {
    let statements_only = sections.len() == SECTIONS.len();
    for section in sections.iter().filter(|section| **section != "person") {
        if outcome.read && !statements_only {
            answers.read(section);
        }
        if let Some(problem) = &outcome.problem {
            answers.missing(section, problem.text.clone());
        }
    }
    if let Some(problem) = &outcome.problem {
        answers.host.log(log::Level::Warn, &format!("{}: {}", problem.failure.code, problem.failure.message));
    }
}

/// Reads people and units that records refer to. When one cannot be read, its records may lack provider or unit, so every
/// section that holds such records says that something is missing.
fn read_responsible<H: Host>(answers: &mut Answers<'_, H>, server: &mut Server) {
    let mut tried: BTreeSet<String> = BTreeSet::new();
    for _ in 0..REFERENCE_ROUNDS {
        let mut wanted: BTreeMap<_, _> = server.pool.unresolved(&RESPONSIBLE);
        wanted.retain(|address, _| tried.insert(address.clone()));
        if wanted.is_empty() {
            break;
        }
        let addresses: Vec<String> = wanted.keys().cloned().collect();
        let outcomes = server.read_all(answers.host, &addresses);
        for (holders, outcome) in wanted.values().zip(&outcomes) {
            if let Some(problem) = &outcome.problem {
                missing_responsible(answers, holders, problem);
            }
        }
    }
}

fn missing_responsible<H: Host>(answers: &mut Answers<'_, H>, holders: &BTreeSet<String>, problem: &Problem) {
    let through = holders.iter().any(|kind| RESPONSIBLE.contains(&kind.as_str()) || kind == "Provenance");
    for search in PLAN.iter().filter(|search| search.kind != "List" && (through || holders.contains(search.kind))) {
        search.sections.iter().for_each(|section| answers.missing(section, problem.text.clone()));
    }
    // The Patient itself names contacts, and who is responsible for them and for the banner.
    if through || holders.contains("Patient") {
        for section in ["person", "contacts"] {
            answers.missing(section, problem.text.clone());
        }
    }
}

/// A reader over what the server gave.
pub fn reader<'p>(
    server: &'p Server,
    query: &'p Query,
    settings: &Settings,
    language: samsyn_adapter::Language,
) -> Reader<'p> {
    Reader {
        pool: &server.pool,
        asked: &query.identifiers,
        language,
        meta_source: settings.meta_source,
        shared_record_codes: settings.shared_record_codes.clone(),
        document_custodian: None,
    }
}

/// Pushes the banner, and reads the section `contacts` as far as the `Patient` itself names contacts.
pub fn person<H: Host>(answers: &mut Answers<'_, H>, reader: &Reader<'_>) {
    let patient = reader.pool.of_kind("Patient").next().unwrap_or(Node::empty());
    if let Some(person) = map::person::person(reader, patient) {
        answers.read("person");
        answers.push(person);
    } else {
        let text = answers.language.text("källan anger ingen identitet", "the source states no identity");
        answers.missing("person", text);
    }
}
