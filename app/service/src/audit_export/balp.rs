//! FHIR R4 `AuditEvents` after IHE Basic Audit Log Patterns, one JSON object a line.
//!
//! An opening with an outcome is a `PatientRead`; everything else is an `AuditEvent` without a profile, because BALP knows only what is done to
//! resources. Each source whose information was shown stands as an entity of its own.
//! Not here: which records. Invariant: a network address that the log does not know is said to be unknown: it
//! holds that of signing in and out and of refusals.

use samsyn_domain::{
    access::Basis,
    logged::{Ground, Resource},
    viewer::Viewer,
};
use serde_json::{Value, json};

use crate::{log_reading::Event, port::audit_log::Activity, record::read};

const PATIENT_READ: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead";
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
/// HSA-id (HL7 Sweden).
const HSA: &str = "urn:oid:1.2.752.29.4.19";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// Kinds of network address (FHIR R4, network-type).
const IP_ADDRESS: &str = "2";
const URI: &str = "5";

/// The `AuditEvent` of an event. `portal` is the portal's address, by which it names itself.
pub fn audit_event(event: &Event, portal: &str) -> Value {
    let (first, record) = (&event.first, &event.first.record);
    let profiled = event.is_opening() && event.outcome.is_some() && record.patient.is_some();
    let client = read::client_address(record).map(|address| address.to_string());
    let (kind, subtype, action) = kind(event);
    let mut agents = vec![
        device(("110152", "Destination Role ID"), "web browser", &network(client.as_deref(), IP_ADDRESS)),
        device(("110153", "Source Role ID"), portal, &network(Some(portal), URI)),
    ];
    agents.extend(record.viewer.as_ref().map(|viewer| user(event, viewer)));
    let mut resource = json!({
        "resourceType": "AuditEvent",
        "id": first.id,
        "type": kind,
        "subtype": [subtype],
        "action": action,
        "recorded": record.at.to_string(),
        "outcome": if record.activity == Activity::Refused { "4" } else { "0" },
        "agent": agents,
        "source": { "site": portal, "observer": { "display": "Samsyn" } },
        "entity": entities(event),
    });
    if let Some(members) = resource.as_object_mut() {
        if profiled {
            members.insert("meta".into(), json!({ "profile": [PATIENT_READ] }));
        }
        let reason = record.details.get("reason").and_then(Value::as_str);
        if let Some(what) = read::named(record).or(reason) {
            members.insert("outcomeDesc".into(), json!(what));
        }
        if let Some("unknown") = event.conclusion() {
            members.insert("outcomeDesc".into(), json!("the log has no outcome: what was shown is not known"));
        }
    }
    resource
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn kind(event: &Event) -> (Value, Value, &'static str) {
    let rest = || coding(EVENT_TYPE, "rest", "Restful Operation");
    let interaction = |code: &str| coding("http://hl7.org/fhir/restful-interaction", code, code);
    match event.first.record.activity {
        Activity::Read | Activity::Print | Activity::Emergency if event.is_opening() => {
            (rest(), interaction("read"), "R")
        }
        Activity::Read => (rest(), interaction("read"), "R"),
        Activity::Write | Activity::Print | Activity::Emergency => (rest(), interaction("create"), "C"),
        Activity::Sign | Activity::Attest => (rest(), interaction("update"), "U"),
        Activity::Erase => (rest(), interaction("delete"), "D"),
        Activity::SignIn => (coding(DICOM, "110114", "User Authentication"), coding(DICOM, "110122", "Login"), "E"),
        Activity::SignOut => (coding(DICOM, "110114", "User Authentication"), coding(DICOM, "110123", "Logout"), "E"),
        Activity::Refused => {
            (coding(DICOM, "110113", "Security Alert"), coding(DICOM, "110132", "Use of Restricted Function"), "E")
        }
    }
}

fn device(role: (&str, &str), name: &str, network: &Value) -> Value {
    json!({
        "type": { "coding": [coding(DICOM, role.0, role.1)] },
        "who": { "display": name },
        "requestor": false,
        "network": network,
    })
}

fn network(address: Option<&str>, kind: &str) -> Value {
    match address {
        Some(address) => json!({ "address": address, "type": kind }),
        None => json!({ "extension": [{ "url": ABSENT, "valueCode": "unknown" }] }),
    }
}

fn user(event: &Event, viewer: &Viewer) -> Value {
    let record = &event.first.record;
    // An opening in an emergency reads as any other; the ground says that it was one.
    let urgent = record.activity == Activity::Emergency || read::ground(record) == Ground::Granted(Basis::Emergency);
    let (code, display) = match (urgent, viewer.has_care_purpose()) {
        (true, _) => ("ETREAT", "Emergency Treatment"),
        (_, true) => ("TREAT", "treatment"),
        (_, false) => ("HOPERAT", "healthcare operations"),
    };
    let purpose = coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code, display);
    json!({
        "type": { "coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient")] },
        "who": {
            "identifier": { "system": HSA, "value": viewer.user_id, "assigner": { "identifier": { "system": HSA, "value": viewer.provider.id } } },
            "display": viewer.name,
        },
        "name": viewer.name,
        "requestor": true,
        "role": [{ "text": viewer.title }],
        "purposeOfUse": [{ "coding": [purpose], "text": viewer.purpose }],
    })
}

fn entities(event: &Event) -> Vec<Value> {
    let mut entities = Vec::new();
    if let Some(patient) = &event.first.record.patient {
        entities.push(json!({
            "what": { "type": "Patient", "identifier": { "system": patient.kind().system(), "value": patient.digits() } },
            "type": coding(ENTITY_TYPE, "1", "Person"),
            "role": coding(OBJECT_ROLE, "1", "Patient"),
        }));
    }
    if event.is_opening() {
        let hash = event.outcome.as_ref().and_then(|outcome| outcome.shown_sha256.as_ref());
        let hash = hash.map(|hash| json!({ "system": "urn:ietf:rfc:6234", "value": hash }));
        let what = match hash {
            Some(identifier) => {
                json!({ "identifier": identifier, "display": "patient overview, SHA-256 of what was shown" })
            }
            None => json!({ "display": "patient overview" }),
        };
        entities.push(json!({
            "what": what,
            "type": coding(ENTITY_TYPE, "2", "System Object"),
            "role": coding(OBJECT_ROLE, "4", "Domain Resource"),
        }));
    }
    let shown = event.outcome.iter().flat_map(|outcome| outcome.resources.iter().flatten());
    entities.extend(shown.map(custodian));
    entities
}

/// Whose information was shown.
fn custodian(shown: &Resource) -> Value {
    let detail = |name: &str, value: &str| json!({ "type": name, "valueString": value });
    let mut details = vec![detail("source", &shown.source)];
    details.extend(shown.unit.as_deref().map(|unit| detail("unit", unit)));
    details.extend(shown.sections.iter().map(|section| detail("section", section.name())));
    let what = if let Some(provider) = &shown.provider {
        json!({ "type": "Organization", "identifier": { "system": HSA, "value": provider } })
    } else {
        let display = shown.providers.map_or_else(|| "not stated".to_owned(), |all| format!("{all} providers"));
        json!({ "type": "Organization", "display": display })
    };
    json!({ "what": what, "type": coding(ENTITY_TYPE, "3", "Organization"), "role": coding(OBJECT_ROLE, "9", "Custodian"), "detail": details })
}
