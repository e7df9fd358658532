//! The question: always a POST, so that the identifier is in the body and in nobody's access log.

use samsyn_adapter::{
    Call, Host, Query, Viewer, http,
    types::{Identifier, Organisation},
};
use serde_json::{Value, json};

/// Version word of the simple contract.
pub const CONTRACT: &str = "samsyn-enkel/1";

/// Short names of identifier systems, and the OIDs of the contract.
const SYSTEMS: [(&str, &str); 3] = [
    ("personnummer", "urn:oid:1.2.752.129.2.1.3.1"),
    ("samordningsnummer", "urn:oid:1.2.752.129.2.1.3.3"),
    ("reservnummer", "urn:oid:1.2.752.74.9.1"),
];

/// Short name of a system, or the system itself.
pub fn short_system(system: &str) -> &str {
    SYSTEMS.iter().find(|(_, oid)| *oid == system).map_or(system, |(short, _)| short)
}

/// The system behind a short name, or the text itself.
pub fn full_system(short: &str) -> String {
    SYSTEMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(short)).map_or(short, |(_, oid)| oid).to_owned()
}

/// The system a Swedish number belongs to by its form: letters are a reserve number, a day above 60 a coordination number.
pub fn system_by_form(value: &str) -> String {
    let compact = compact(value);
    let day = compact.get(6..8).and_then(|day| day.parse::<u8>().ok());
    full_system(match day {
        _ if compact.bytes().any(|byte| byte.is_ascii_alphabetic()) => "reservnummer",
        Some(61..=91) => "samordningsnummer",
        _ => "personnummer",
    })
}

/// Without separators.
pub fn compact(value: &str) -> String {
    value.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect::<String>().to_ascii_uppercase()
}

/// Whether this value is one of those asked for.
pub fn is_asked(query: &Query, value: &str) -> bool {
    query.identifiers.iter().any(|identifier| compact(&identifier.value) == compact(value))
}

/// Lets the host apply the credential, unless the administrator said that there is none.
pub fn signed(call: Call, host: &impl Host) -> http::Request {
    let anonymous = host.setting("anonymous").is_some_and(|value| value == "true");
    if anonymous { call } else { call.credential("access") }.build()
}

/// The body of the JSON question.
pub fn question(query: &Query) -> Value {
    let identifier =
        |identifier: &Identifier| json!({ "system": short_system(&identifier.system), "value": identifier.value });
    let mut question = json!({
        "contract": CONTRACT,
        "identifiers": query.identifiers.iter().map(identifier).collect::<Vec<_>>(),
        "sections": query.sections,
        "now": query.now,
    });
    if let (Some(viewer), Some(object)) = (&query.viewer, question.as_object_mut()) {
        object.insert("viewer".into(), viewer_for_log(viewer));
    }
    question
}

fn viewer_for_log(viewer: &Viewer) -> Value {
    let organisation = |organisation: &Organisation| json!({ "id": organisation.id, "name": organisation.name });
    json!({
        "userId": viewer.user_id,
        "name": viewer.name,
        "role": viewer.role,
        "assignment": viewer.assignment,
        "careProvider": organisation(&viewer.care_provider),
        "careUnit": viewer.care_unit.as_ref().map(organisation),
        "purpose": viewer.purpose,
    })
}
