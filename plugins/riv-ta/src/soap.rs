//! Envelopes: the question as SOAP 1.1, and what an answer says of itself before any record is read.
//!
//! Room: faults of both SOAP versions, the result element, the platform's report of which connected systems answered.
//! Not here: records. Invariants: an answer that is not positively whole leaves a text in `missing`, so that its section is
//! never complete or empty; records that came beside an error are kept; a fault's own text is never shown or logged,
//! because nobody promises that it is free of patient data.

use samsyn_adapter::{
    Language, Problem,
    http::{self, Request},
    request::Call,
    types::{FailureKind, Identifier},
};

use crate::{
    contract::Contract,
    xml::{self, Node},
};

/// An answer that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The response element.
    pub response: Node,
    /// What is missing from it, for the clinician.
    pub missing: Vec<String>,
    /// What the source says of the answer as a whole, though nothing is missing.
    pub note: Option<String>,
}

/// Origin alias of the manifest.
pub const ORIGIN: &str = "vp";
/// Credential slot of the manifest.
pub const CERTIFICATE: &str = "client-certificate";

/// What every request carries.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The logical address (HSA-id) the platform routes on.
    pub logical_address: String,
    /// HSA-id of the original consumer, where the platform wants it.
    pub consumer: Option<String>,
    /// Whether the host presents the client certificate.
    pub certificate: bool,
}

/// One question.
pub fn request(contract: Contract, path: &str, caller: &Caller, patient: &Identifier) -> Request {
    let facts = contract.facts();
    let mut call = Call::post(ORIGIN, path)
        .header("soapaction", format!("\"{}\"", facts.action))
        .body("text/xml; charset=utf-8", envelope(contract, &caller.logical_address, patient));
    if let Some(consumer) = &caller.consumer {
        call = call.header("x-rivta-original-serviceconsumer-hsaid", consumer);
    }
    if caller.certificate {
        call = call.credential(CERTIFICATE);
    }
    call.build()
}

fn envelope(contract: Contract, logical_address: &str, patient: &Identifier) -> String {
    let facts = contract.facts();
    let (value_tag, kind_tag) = if facts.patient_as_root { ("extension", "root") } else { ("id", "type") };
    let kind = patient.system.trim_start_matches("urn:oid:");
    let value: String = patient.value.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect();
    let (kind, value) = (xml::escape(kind), xml::escape(value.as_str()));
    let address = xml::escape(logical_address);
    let patient = if facts.patient_as_root {
        format!("<c:{kind_tag}>{kind}</c:{kind_tag}><c:{value_tag}>{value}</c:{value_tag}>")
    } else {
        format!("<c:{value_tag}>{value}</c:{value_tag}><c:{kind_tag}>{kind}</c:{kind_tag}>")
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:i=\"urn:riv:itintegration:registry:1\" \
         xmlns:r=\"{}\" xmlns:c=\"{}\"><s:Header><i:LogicalAddress>{address}</i:LogicalAddress></s:Header>\
         <s:Body><r:{operation}><r:patientId>{patient}</r:patientId></r:{operation}></s:Body></s:Envelope>",
        facts.responder,
        facts.core,
        operation = facts.operation,
    )
}

/// Reads one answer.
///
/// # Errors
/// When nothing usable came.
pub fn read(
    contract: Contract,
    language: Language,
    result: Result<http::Response, http::Error>,
) -> Result<Reply, Problem> {
    let response = result.map_err(|error| Problem::of_error(language, &error))?;
    let is_success = (200..300).contains(&response.status);
    let malformed = |what: &str| Problem::malformed(language, "malformed", what);
    let envelope = match xml::parse(&response.body) {
        Ok(envelope) => envelope,
        Err(_) if !is_success => return Err(Problem::of_status(language, &response)),
        Err(why) => return Err(malformed(why.rule())),
    };
    let body = envelope.at("Body").filter(|_| envelope.name() == "Envelope");
    if let Some(fault) = body.and_then(|body| body.at("Fault")) {
        return Err(fault_of(language, fault));
    }
    if !is_success {
        return Err(Problem::of_status(language, &response));
    }
    let body = body.ok_or_else(|| malformed("not a SOAP envelope"))?;
    let name = format!("{}Response", contract.facts().operation);
    let response = body.at(&name).ok_or_else(|| malformed("another response than the one asked for"))?;
    judge(contract, language, envelope.at("Header"), response)
}

/// A fault of SOAP 1.1 (`faultcode`, `faultstring`) or 1.2 (`Code/Value`, `Reason/Text`).
fn fault_of(language: Language, fault: &Node) -> Problem {
    let text = language.text("källan svarade med ett tekniskt fel", "the source answered with a technical fault");
    let said = fault.text("faultstring").or_else(|| fault.text("Reason/Text")).unwrap_or_default();
    let code = platform_code(&said).map_or_else(|| "soap-fault".to_owned(), str::to_ascii_lowercase);
    let mut problem = Problem::new(FailureKind::UpstreamRejected, &code, text);
    problem.failure.message = format!("SOAP fault, {code}");
    problem
}

/// `VP007` and the like: the service platform's own codes, the only part of a fault that is safe to repeat.
fn platform_code(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        word.len() == 5 && word.starts_with("VP") && word.bytes().skip(2).all(|byte| byte.is_ascii_digit())
    })
}

/// What the answer says of itself.
fn judge(contract: Contract, language: Language, header: Option<&Node>, response: &Node) -> Result<Reply, Problem> {
    let records = response.all(contract.facts().record).count();
    let (mut missing, nobody) = connected_systems(language, header);
    let mut note = None;
    let code = response.text("result/resultCode").map(|code| code.to_ascii_uppercase());
    let message = response.text("result/message");
    match (code.as_deref(), message) {
        (Some("OK"), _) => {}
        (Some("INFO"), Some(message)) if records == 0 || sounds_incomplete(&message) => missing.push(message),
        (Some("INFO"), message) => note = message,
        (Some("ERROR"), message) => missing.push(
            message
                .unwrap_or_else(|| language.text("källan meddelar ett fel", "the source reports an error").to_owned()),
        ),
        (Some(_), _) => missing.push(language.text("okänd resultatkod", "unknown result code").to_owned()),
        (None, _) if contract.facts().has_result => {
            missing.push(language.text("svaret saknar resultatkod", "the answer has no result code").to_owned());
        }
        (None, _) => {}
    }
    let is_error = !matches!(code.as_deref(), Some("OK" | "INFO")) && !missing.is_empty();
    if records == 0 && (nobody || is_error) {
        let (kind, code) = if nobody {
            (FailureKind::UpstreamUnavailable, "no-system-answered")
        } else {
            (FailureKind::UpstreamRejected, "result-error")
        };
        return Err(Problem::new(kind, code, missing.join("; ")));
    }
    Ok(Reply { response: response.clone(), missing, note })
}

/// The platform's report of which connected systems answered. The second value: none of them did.
fn connected_systems(language: Language, header: Option<&Node>) -> (Vec<String>, bool) {
    let Some(status) = header.and_then(|header| header.at("ProcessingStatus")) else { return (Vec::new(), false) };
    let codes: Vec<String> =
        status.all("ProcessingStatusList").map(|system| system.text("statusCode").unwrap_or_default()).collect();
    let total = codes.len();
    let count = |wanted: &str| codes.iter().filter(|code| code.as_str() == wanted).count();
    let fine = count("DataFromSource") + count("DataFromCache");
    let stale = count("DataFromCacheSynchFailed");
    // Whatever is not known to be an answer is none.
    let silent = total - fine - stale;
    let mut missing = Vec::new();
    if silent > 0 {
        missing.push(match language {
            Language::Swedish => format!("{silent} av {total} anslutna system svarade inte"),
            Language::English => format!("{silent} of {total} connected systems did not answer"),
        });
    }
    if stale > 0 {
        missing.push(match language {
            Language::Swedish => {
                format!("{stale} av {total} anslutna system gav äldre uppgifter som inte kunde uppdateras")
            }
            Language::English => {
                format!("{stale} of {total} connected systems gave older data that could not be refreshed")
            }
        });
    }
    (missing, total > 0 && silent == total)
}

/// Whether an informative message says that something is missing. In doubt it does.
fn sounds_incomplete(message: &str) -> bool {
    const SIGNS: [&str; 16] = [
        "sakna",
        "ofullständ",
        "inte ",
        "ej ",
        "delvis",
        "fler ",
        "begräns",
        "max",
        "fel",
        "incomplete",
        "missing",
        "partial",
        "not ",
        "truncated",
        "limit",
        "error",
    ];
    let message = format!("{} ", message.to_lowercase());
    SIGNS.iter().any(|sign| message.contains(sign))
}

#[cfg(test)]
mod tests {
    use samsyn_adapter::rehearsal::reply;

    use super::*;

    fn answer(header: &str, body: &str) -> Result<Reply, Problem> {
        let envelope = format!(
            "<s:Envelope xmlns:s='e'><s:Header>{header}</s:Header><s:Body><r:GetAlertInformationResponse xmlns:r='r'>{body}\
             </r:GetAlertInformationResponse></s:Body></s:Envelope>"
        );
        read(Contract::AlertInformation, Language::Swedish, reply(200, envelope))
    }

    fn system(code: &str) -> String {
        format!(
            "<ProcessingStatusList><logicalAddress>A</logicalAddress><statusCode>{code}</statusCode></ProcessingStatusList>"
        )
    }

    const RECORD: &str = "<alertInformation/>";

    #[test]
    fn the_question_names_the_patient_the_address_and_the_action() {
        let patient = Identifier { system: "urn:oid:1.2.752.129.2.1.3.1".into(), value: "19121212-1212".into() };
        let caller = Caller { logical_address: "SE<1>".into(), consumer: Some("SE-C".into()), certificate: true };
        let asked = request(Contract::CareManagers, "/x", &caller, &patient);
        let body = xml::parse(asked.body.as_deref().unwrap()).unwrap();
        assert_eq!(body.text("Header/LogicalAddress").as_deref(), Some("SE<1>"));
        assert_eq!(body.text("Body/GetCareManagers/patientId/extension").as_deref(), Some("191212121212"));
        assert_eq!(body.text("Body/GetCareManagers/patientId/root").as_deref(), Some("1.2.752.129.2.1.3.1"));
        assert_eq!(asked.credential.as_deref(), Some("client-certificate"));
        let soapaction = asked.headers.iter().find(|header| header.name == "soapaction").unwrap();
        assert!(soapaction.value.ends_with(":GetCareManagersResponder:1:GetCareManagers\""));
    }

    #[test]
    fn an_error_without_records_is_a_problem_in_the_sources_own_words() {
        let error = "<result><resultCode>ERROR</resultCode><message>Patienten finns inte</message></result>";
        assert_eq!(answer("", error).unwrap_err().text, "Patienten finns inte");
        let kept = answer("", &format!("{RECORD}{error}")).unwrap();
        assert_eq!(kept.missing, ["Patienten finns inte"]);
    }

    #[test]
    fn an_informative_message_is_a_note_only_when_records_came_and_nothing_sounds_missing() {
        let info =
            |message: &str| format!("<result><resultCode>INFO</resultCode><message>{message}</message></result>");
        let noted = answer("", &format!("{RECORD}{}", info("Driftsmeddelande"))).unwrap();
        assert_eq!((noted.note.as_deref(), noted.missing.len()), (Some("Driftsmeddelande"), 0));
        let incomplete = answer("", &format!("{RECORD}{}", info("Alla uppgifter visas inte"))).unwrap();
        assert_eq!(incomplete.missing, ["Alla uppgifter visas inte"]);
        assert_eq!(answer("", &info("Driftsmeddelande")).unwrap().missing, ["Driftsmeddelande"]);
    }

    #[test]
    fn an_answer_without_result_is_never_taken_for_whole() {
        assert!(answer("", "").is_err());
        assert_eq!(answer("", RECORD).unwrap().missing.len(), 1);
        assert!(answer("", "<result><resultCode>MAYBE</resultCode></result>").is_err());
    }

    #[test]
    fn connected_systems_that_did_not_answer_are_counted() {
        let ok = "<result><resultCode>OK</resultCode></result>";
        let header = |codes: &[&str]| {
            let systems: String = codes.iter().map(|code| system(code)).collect();
            format!("<ProcessingStatus>{systems}</ProcessingStatus>")
        };
        let some = answer(&header(&["DataFromSource", "NoDataSynchFailed", "DataFromCacheSynchFailed"]), ok).unwrap();
        assert_eq!(some.missing.len(), 2);
        assert_eq!(some.missing.first().unwrap(), "1 av 3 anslutna system svarade inte");
        assert!(answer(&header(&["NoDataSynchFailed", "NoDataSynchFailed"]), ok).is_err());
        assert!(answer(&header(&["SomethingNew"]), ok).is_err());
        assert!(answer(&header(&["DataFromSource", "DataFromCache"]), ok).unwrap().missing.is_empty());
    }

    #[test]
    fn faults_of_both_versions_are_problems_that_repeat_only_the_platforms_code() {
        let faults = [
            ("<faultcode>server</faultcode><faultstring>VP007 191212121212</faultstring>", "vp007"),
            ("<Code><Value>x</Value></Code><Reason><Text>191212121212</Text></Reason>", "soap-fault"),
        ];
        for (fault, code) in faults {
            for status in [200, 500] {
                let envelope =
                    format!("<s:Envelope xmlns:s='e'><s:Body><s:Fault>{fault}</s:Fault></s:Body></s:Envelope>");
                let problem = read(Contract::AlertInformation, Language::Swedish, reply(status, envelope)).unwrap_err();
                assert_eq!(problem.failure.code, code);
                assert!(!format!("{problem:?}").contains("1912"));
            }
        }
    }

    #[test]
    fn another_contracts_response_and_other_documents_are_malformed() {
        for body in ["<html/>", "", "<Envelope><Body><GetOtherResponse/></Body></Envelope>", "<Envelope/>", "{}"] {
            let problem = read(Contract::AlertInformation, Language::Swedish, reply(200, body)).unwrap_err();
            assert_eq!(problem.failure.kind, FailureKind::UpstreamMalformed, "{body}");
            let problem = read(Contract::AlertInformation, Language::Swedish, reply(503, body)).unwrap_err();
            assert_eq!(problem.failure.code, "http-503", "{body}");
        }
    }
}
