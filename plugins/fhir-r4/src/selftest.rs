//! What an administrator reads who presses "test": which FHIR server answers, and what of it this adapter would search.
//!
//! Invariant: one request for the server's own statement, `GET /metadata`; nothing about a patient is asked.

use samsyn_adapter::{
    Host, Language, Problem,
    types::{Failure, FailureKind},
};
use serde_json::Value;

use crate::{fetch::Server, node::Node, settings::Settings};

/// Asks the server what it is.
///
/// # Errors
/// When the settings cannot be used, or the server does not answer as a FHIR server.
pub fn check(host: &mut impl Host) -> Result<String, Failure> {
    let settings = Settings::read(host)?;
    let server = Server::new(Language::Swedish, settings.credential);
    let reply = host.send(&server.get("/metadata"));
    let response = reply.map_err(|error| Problem::of_error(Language::Swedish, &error).failure)?;
    if !(200..300).contains(&response.status) {
        return Err(Problem::of_status(Language::Swedish, &response).failure);
    }
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let statement = body.as_ref().map(Node::of).filter(|body| body.get("resourceType").is("CapabilityStatement"));
    let Some(statement) = statement else {
        let why = "servern svarar, men inte med sin CapabilityStatement";
        return Err(Problem::new(FailureKind::UpstreamMalformed, "not-fhir", why).failure);
    };
    let version = statement.get("fhirVersion").str().unwrap_or("okänd");
    let software = statement.get("software").get("name").str().map(|name| format!(" ({name})")).unwrap_or_default();
    let offered: Vec<&str> = statement
        .get("rest")
        .items()
        .flat_map(|rest| rest.get("resource").items())
        .filter_map(|resource| resource.get("type").str())
        .collect();
    let missing: Vec<&str> =
        settings.resources.iter().map(String::as_str).filter(|kind| !offered.contains(kind)).collect();
    let told = if settings.summary {
        String::new()
    } else if missing.is_empty() {
        "; alla resurser som söks finns".to_owned()
    } else {
        format!("; saknar {}", missing.join(", "))
    };
    Ok(format!("svarar, FHIR {version}{software}{told}"))
}

#[cfg(test)]
mod tests {
    use samsyn_adapter::{
        http,
        rehearsal::{Rehearsal, reply},
    };

    use super::*;

    const STATEMENT: &str = r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"Cosmic FHIR"},
        "rest":[{"resource":[{"type":"Patient"},{"type":"Flag"}]}]}"#;

    fn checked(status: u16, body: &'static str, settings: &[(&str, &str)]) -> Result<String, Failure> {
        let mut host = Rehearsal::new(move |request| {
            assert_eq!(request.target, http::Target::Path("/metadata".to_owned()));
            assert_eq!(request.credential.as_deref(), Some("token"));
            reply(status, body)
        });
        for (key, value) in settings {
            host = host.with_setting(key, value);
        }
        check(&mut host)
    }

    #[test]
    fn it_says_what_answers_and_what_is_missing() {
        let told = checked(200, STATEMENT, &[("resources", "Flag Consent")]).unwrap();
        assert_eq!(told, "svarar, FHIR 4.0.1 (Cosmic FHIR); saknar Consent");
        assert!(checked(200, STATEMENT, &[("resources", "Flag")]).unwrap().ends_with("alla resurser som söks finns"));
    }

    #[test]
    fn what_does_not_answer_as_a_server_is_a_failure_with_a_reason() {
        assert_eq!(checked(200, "<html>", &[]).unwrap_err().code, "not-fhir");
        assert!(checked(401, "{}", &[]).is_err());
        assert!(checked(503, "", &[]).is_err());
    }
}
