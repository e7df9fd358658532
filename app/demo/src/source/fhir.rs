//! A small FHIR R4 server: search with paging, read, and the patient summary, over what the source holds.
//!
//! `POST /TYPE/_search` and `GET /TYPE?…` with `patient`, `identifier`, `category`, `code`, `_count` (20 unless told) and
//! `_revinclude=Provenance:target`; `GET /TYPE/id`; `GET /Patient/id/$summary`; `GET /metadata`. Errors are `OperationOutcome`.
//! Rooms: `element` data types · `record` one entry as one resource · `summary` the document. Not here: tokens (`crate::gate`),
//! faults and delay (`crate::fault`). Invariant: a patient's logical id tells nothing, so no address holds a personal number.

mod element;
mod record;
mod summary;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use samsyn_domain::identifier::{Identifier, PersonIdentifier};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use self::record::Subject;
use crate::holdings::{Holdings, PatientRecords};

/// Resources on one page unless the client wants fewer.
const PAGE_SIZE: usize = 20;
/// Types that can be searched for.
const TYPES: [&str; 17] = [
    "Patient",
    "Flag",
    "AllergyIntolerance",
    "Consent",
    "CareTeam",
    "RelatedPerson",
    "Immunization",
    "Condition",
    "Observation",
    "EpisodeOfCare",
    "Encounter",
    "ServiceRequest",
    "CarePlan",
    "MedicationStatement",
    "DocumentReference",
    "List",
    "Provenance",
];

/// One patient, written out.
struct Chart {
    identifier: String,
    patient: Value,
    patient_provenance: Option<Value>,
    /// Resources with the `Provenance` of each.
    records: Vec<(Value, Option<Value>)>,
}

/// Everything, by logical id of the patient.
type Charts = Arc<BTreeMap<String, Chart>>;

/// The server, open to whoever reaches it.
#[expect(clippy::needless_pass_by_value, reason = "every source's router has this shape")]
pub fn router(holdings: Arc<Holdings>) -> Router {
    let charts: BTreeMap<String, Chart> =
        holdings.patients.iter().map(|(identifier, records)| chart(identifier, records)).collect();
    Router::new()
        .route("/metadata", get(metadata))
        .route("/{kind}", get(search_by_address))
        .route("/{kind}/_search", post(search_by_form))
        .route("/{kind}/{id}", get(read))
        .route("/Patient/{id}/$summary", get(summarise).post(summarise))
        .with_state(Arc::new(charts))
}

fn chart(identifier: &str, records: &PatientRecords) -> (String, Chart) {
    let digest = hex::encode(Sha256::digest(identifier.as_bytes()));
    let id = format!("p{}", digest.get(..16).unwrap_or(&digest));
    let known = PersonIdentifier::stated(identifier).map(|known| known.to_identifier());
    let unknown = || Identifier { system: format!("{}patient", element::BASE), value: identifier.to_owned() };
    let subject = Subject { id: id.clone(), identifier: known.unwrap_or_else(|_| unknown()) };
    let entries = records.entries.iter().enumerate().map(|(at, entry)| {
        let resource_id = format!("{id}-{at}");
        let resource = record::resource(&subject, entry, &resource_id);
        let target = format!("{}/{resource_id}", kind(&resource));
        let provenance = record::provenance(entry.provenance(), &target, &format!("prov-{resource_id}"));
        (resource, Some(provenance))
    });
    let none = records.stated_none.iter().enumerate();
    let none = none.map(|(at, section)| (record::stated_none(&subject, *section, &format!("{id}-none-{at}")), None));
    let patient_provenance = records
        .person
        .as_ref()
        .map(|person| record::provenance(&person.provenance, &format!("Patient/{id}"), &format!("prov-{id}")));
    let patient = record::patient(&subject, records.person.as_ref());
    let records = entries.chain(none).collect();
    (id, Chart { identifier: identifier.to_owned(), patient, patient_provenance, records })
}

fn kind(resource: &Value) -> &str {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}

fn id_of(resource: &Value) -> &str {
    resource.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// Search parameters; a name may come several times.
type Parameters = Vec<(String, String)>;

async fn search_by_address(
    State(charts): State<Charts>,
    Path(kind): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    search(&charts, &kind, &parameters, &headers)
}

async fn search_by_form(
    State(charts): State<Charts>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    Form(parameters): Form<Parameters>,
) -> Response {
    search(&charts, &kind, &parameters, &headers)
}

fn search(charts: &Charts, kind: &str, parameters: &Parameters, headers: &HeaderMap) -> Response {
    if !TYPES.contains(&kind) {
        return outcome(StatusCode::NOT_FOUND, "not-supported", "Resurstypen finns inte här.");
    }
    let all = |name: &str| {
        parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    let base = base_url(headers);
    if kind == "Patient" {
        return patients(charts, &all("identifier"), &all("_revinclude"), &base);
    }
    let patient = all("patient").into_iter().chain(all("subject")).next().map(|id| id.trim_start_matches("Patient/"));
    let Some(patient) = patient else {
        return outcome(StatusCode::BAD_REQUEST, "required", "Sökning kräver parametern patient.");
    };
    let Some(chart) = charts.get(patient) else { return bundle(kind, Vec::new(), 0, None) };
    let matches = |resource: &Value| {
        self::kind(resource) == kind
            && all("category").iter().all(|tokens| has_token(resource.get("category"), tokens))
            && all("code").iter().all(|tokens| has_token(resource.get("code"), tokens))
    };
    let found: Vec<&(Value, Option<Value>)> = chart.records.iter().filter(|(resource, _)| matches(resource)).collect();
    let number = |name: &str| all(name).first().and_then(|value| value.parse::<usize>().ok());
    let count = number("_count").filter(|count| (1..=200).contains(count)).unwrap_or(PAGE_SIZE);
    let offset = number("_offset").unwrap_or(0);
    let with_provenance = all("_revinclude").contains(&"Provenance:target");
    let mut entries = Vec::new();
    for (resource, provenance) in found.iter().skip(offset).take(count) {
        entries.push(entry(&base, resource, "match"));
        if let Some(provenance) = provenance.as_ref().filter(|_| with_provenance) {
            entries.push(entry(&base, provenance, "include"));
        }
    }
    let next = (offset + count < found.len()).then(|| next_page(&base, kind, parameters, offset + count));
    bundle(kind, entries, found.len(), next)
}

fn patients(charts: &Charts, tokens: &[&str], revincludes: &[&str], base: &str) -> Response {
    if tokens.is_empty() {
        return outcome(StatusCode::BAD_REQUEST, "required", "Sökning kräver parametern identifier.");
    }
    let values: Vec<&str> =
        tokens.iter().flat_map(|tokens| tokens.split(',')).filter_map(|token| token.rsplit('|').next()).collect();
    let found: Vec<&Chart> = charts.values().filter(|chart| values.contains(&chart.identifier.as_str())).collect();
    let mut entries = Vec::new();
    for chart in &found {
        entries.push(entry(base, &chart.patient, "match"));
        let own = chart.patient_provenance.iter().filter(|_| revincludes.contains(&"Provenance:target"));
        entries.extend(own.map(|provenance| entry(base, provenance, "include")));
    }
    bundle("Patient", entries, found.len(), None)
}

/// Whether a concept, or one of a list, has one of the tokens `code` or `system|code`.
fn has_token(concepts: Option<&Value>, tokens: &str) -> bool {
    let list = match concepts {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => return false,
    };
    let codings = || list.iter().filter_map(|concept| concept.get("coding")?.as_array()).flatten();
    tokens.split(',').any(|token| {
        let (system, code) = token.rsplit_once('|').map_or((None, token), |(system, code)| (Some(system), code));
        codings().any(|coding| {
            coding.get("code").and_then(Value::as_str) == Some(code)
                && system.is_none_or(|system| coding.get("system").and_then(Value::as_str) == Some(system))
        })
    })
}

fn base_url(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

fn next_page(base: &str, kind: &str, parameters: &Parameters, offset: usize) -> String {
    let kept = parameters.iter().filter(|(name, _)| name != "_offset");
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).append_pair("_offset", &offset.to_string());
    format!("{base}/{kind}?{}", query.finish())
}

fn entry(base: &str, resource: &Value, mode: &str) -> Value {
    let full_url = format!("{base}/{}/{}", kind(resource), id_of(resource));
    json!({ "fullUrl": full_url, "resource": resource, "search": { "mode": mode } })
}

fn bundle(kind: &str, entries: Vec<Value>, total: usize, next: Option<String>) -> Response {
    let links: Vec<Value> = next.into_iter().map(|url| json!({ "relation": "next", "url": url })).collect();
    let mut reply = json!({ "resourceType": "Bundle", "type": "searchset", "total": total, "id": format!("search-{}", kind.to_lowercase()) });
    if let Some(members) = reply.as_object_mut() {
        if !links.is_empty() {
            members.insert("link".to_owned(), Value::Array(links));
        }
        if !entries.is_empty() {
            members.insert("entry".to_owned(), Value::Array(entries));
        }
    }
    fhir(StatusCode::OK, &reply)
}

async fn read(State(charts): State<Charts>, Path((kind, id)): Path<(String, String)>) -> Response {
    let all = charts.values().flat_map(|chart| {
        let records =
            chart.records.iter().flat_map(|(resource, provenance)| std::iter::once(resource).chain(provenance));
        std::iter::once(&chart.patient).chain(&chart.patient_provenance).chain(records)
    });
    let is_it = |resource: &&Value| self::kind(resource) == kind && id_of(resource) == id;
    match { all }.find(is_it) {
        Some(resource) => fhir(StatusCode::OK, resource),
        None => outcome(StatusCode::NOT_FOUND, "not-found", "Resursen finns inte."),
    }
}

async fn summarise(State(charts): State<Charts>, Path(id): Path<String>) -> Response {
    match charts.get(&id) {
        Some(chart) => fhir(StatusCode::OK, &summary::document(chart)),
        None => outcome(StatusCode::NOT_FOUND, "not-found", "Patienten finns inte."),
    }
}

async fn metadata() -> Response {
    let resources: Vec<Value> = TYPES
        .iter()
        .map(|kind| json!({ "type": kind, "interaction": [{ "code": "read" }, { "code": "search-type" }] }))
        .collect();
    let statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{ "mode": "server", "resource": resources }],
    });
    fhir(StatusCode::OK, &statement)
}

fn outcome(status: StatusCode, code: &str, text: &str) -> Response {
    let issue = json!({ "severity": "error", "code": code, "details": { "text": text } });
    fhir(status, &json!({ "resourceType": "OperationOutcome", "issue": [issue] }))
}

fn fhir(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/fhir+json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Json(body)).into_response()
}
