//! The national service platform of the demo: eight service contracts over SOAP 1.1, one path per contract.
//!
//! A request is answered with every record held about its patient, an unknown patient with an empty answer, as the
//! aggregating services do. Rooms: `header` (the shared header), `record` (the bodies), `markup` (writing elements).
//! Not here: faults and delay (`crate::fault`).
//! Invariant: what a record says is on the wire wherever the national schema has a place for it, and nothing else is.
//!
//! Without a place, and therefore left to the demo's other sources: consents, documents, infections, person details,
//! "there are none"; names of providers; "unsigned" (no signature is all the schema can say); of care limits measures,
//! grounds, consulted, attitudes, re-assessment and a stated decision id; of services events, last note, and every kind but
//! the five care services, stays and emergency visits; of plans everything but title, kind, text, date and participants;
//! levels of functional status; who handles a medicine; of contacts order, next of kin, absence and every kind but the four
//! named contacts. Times finer than a second, or known only to the month or year, have no place either.

mod header;
mod markup;
mod record;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::post,
};
use quick_xml::{Reader, events::Event};
use samsyn_domain::entry::Entry;

use crate::{
    holdings::Holdings,
    source::riv_ta::{header::Patient, markup::Markup},
};

/// HSA-id of the demo's source system, in every header.
pub const SOURCE_SYSTEM: &str = "SE2321009990-DEMOSYSTEM";

/// A service contract of the demo.
#[derive(Debug)]
struct Contract {
    operation: &'static str,
    path: &'static str,
    responder: &'static str,
    core: &'static str,
    has_result: bool,
    write: fn(&Entry, &Patient) -> Option<Markup>,
}

const CONTRACTS: [Contract; 8] = [
    Contract {
        operation: "GetAlertInformation",
        path: "/clinicalprocess/healthcond/description/GetAlertInformation/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:healthcond:description:GetAlertInformationResponder:2",
        core: "urn:riv:clinicalprocess:healthcond:description:2",
        has_result: true,
        write: record::alert_information,
    },
    Contract {
        operation: "GetVaccinationHistory",
        path: "/clinicalprocess/activityprescription/actoutcome/GetVaccinationHistory/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetVaccinationHistoryResponder:2",
        core: "urn:riv:clinicalprocess:activityprescription:actoutcome:2",
        has_result: true,
        write: record::vaccination,
    },
    Contract {
        operation: "GetCareServices",
        path: "/clinicalprocess/logistics/logistics/GetCareServices/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:logistics:logistics:GetCareServicesResponder:2",
        core: "urn:riv:clinicalprocess:logistics:logistics:3",
        has_result: true,
        write: record::care_service,
    },
    Contract {
        operation: "GetCarePlans",
        path: "/clinicalprocess/logistics/logistics/GetCarePlans/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:logistics:logistics:GetCarePlansResponder:2",
        core: "urn:riv:clinicalprocess:logistics:logistics:3",
        has_result: true,
        write: record::care_plan,
    },
    Contract {
        operation: "GetCareManagers",
        path: "/coreprocess/residentparticipation/residentparticipation/GetCareManagers/1/rivtabp21",
        responder: "urn:riv:coreprocess:residentparticipation:residentparticipation:GetCareManagersResponder:1",
        core: "urn:riv:coreprocess:residentparticipation:residentparticipation:1",
        has_result: false,
        write: record::care_manager,
    },
    Contract {
        operation: "GetCareContacts",
        path: "/clinicalprocess/logistics/logistics/GetCareContacts/3/rivtabp21",
        responder: "urn:riv:clinicalprocess:logistics:logistics:GetCareContactsResponder:3",
        core: "urn:riv:clinicalprocess:logistics:logistics:3",
        has_result: true,
        write: record::care_contact,
    },
    Contract {
        operation: "GetFunctionalStatus",
        path: "/clinicalprocess/healthcond/description/GetFunctionalStatus/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:healthcond:description:GetFunctionalStatusResponder:2",
        core: "urn:riv:clinicalprocess:healthcond:description:2",
        has_result: true,
        write: record::functional_status,
    },
    Contract {
        operation: "GetMedicationHistory",
        path: "/clinicalprocess/activityprescription/actoutcome/GetMedicationHistory/2/rivtabp21",
        responder: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetMedicationHistoryResponder:2",
        core: "urn:riv:clinicalprocess:activityprescription:actoutcome:2",
        has_result: true,
        write: record::medication,
    },
];

/// The platform's HTTP surface.
pub fn router(holdings: Arc<Holdings>) -> Router {
    let with_contract = |router: Router<Arc<Holdings>>, contract: &'static Contract| {
        let answer =
            move |State(holdings): State<Arc<Holdings>>, body: Bytes| async move { answer(contract, &holdings, &body) };
        router.route(contract.path, post(answer))
    };
    CONTRACTS.iter().fold(Router::new(), with_contract).with_state(holdings)
}

fn answer(contract: &Contract, holdings: &Holdings, body: &[u8]) -> Response {
    match question(contract, body) {
        Some(patient) => soap(StatusCode::OK, envelope(contract, holdings, &patient)),
        None => soap(StatusCode::INTERNAL_SERVER_ERROR, fault("VP008 the request does not follow the contract")),
    }
}

fn soap(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

fn fault(why: &str) -> String {
    let why = quick_xml::escape::escape(why);
    format!(
        "{DECLARATION}<s:Envelope xmlns:s=\"{SOAP}\"><s:Body><s:Fault><faultcode>s:Client</faultcode>\
         <faultstring>{why}</faultstring></s:Fault></s:Body></s:Envelope>"
    )
}

fn envelope(contract: &Contract, holdings: &Holdings, patient: &Patient) -> String {
    let held = holdings.of(&patient.value).map(|held| held.entries.as_slice()).unwrap_or_default();
    let mut response = Markup::new();
    let write = |entry: &Entry| {
        let whose = Patient::of(entry.provenance());
        (contract.write)(entry, whose.as_ref().unwrap_or(patient))
    };
    for record in held.iter().filter_map(write) {
        response.append(&record);
    }
    if contract.has_result {
        let mut result = Markup::new();
        result.text("c:resultCode", "OK").text("c:logId", "demo");
        response.element("r:result", &result);
    }
    let header = processing_status();
    format!(
        "{DECLARATION}<s:Envelope xmlns:s=\"{SOAP}\" xmlns:r=\"{}\" xmlns:c=\"{}\"><s:Header>{header}</s:Header>\
         <s:Body><r:{operation}Response>{}</r:{operation}Response></s:Body></s:Envelope>",
        contract.responder,
        contract.core,
        response.as_str(),
        operation = contract.operation,
    )
}

/// What an aggregating service says of the systems behind it: here one, and it answered.
fn processing_status() -> String {
    format!(
        "<h:ProcessingStatus xmlns:h=\"urn:riv:interoperability:headers:1\"><h:ProcessingStatusList>\
         <h:logicalAddress>{SOURCE_SYSTEM}</h:logicalAddress><h:statusCode>DataFromSource</h:statusCode>\
         <h:isResponseFromCache>false</h:isResponseFromCache><h:isResponseInSynch>true</h:isResponseInSynch>\
         </h:ProcessingStatusList></h:ProcessingStatus>"
    )
}

/// The patient of a request; none when it is not a request of this contract, or lacks its logical address.
fn question(contract: &Contract, body: &[u8]) -> Option<Patient> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(text);
    let (mut path, mut value, mut kind, mut address) = (Vec::<String>::new(), None, None, None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => path.push(start.local_name().as_ref().to_owned()),
            Event::End(_) => drop(path.pop()?),
            Event::Text(text) => {
                let found = text.xml10_content().trim().to_owned();
                match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                    ["Envelope", "Header", "LogicalAddress"] => address = Some(found),
                    ["Envelope", "Body", operation, "patientId", field] if *operation == contract.operation => {
                        match *field {
                            "id" | "extension" => value = Some(found),
                            "type" | "root" => kind = Some(found),
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    address.filter(|address| !address.is_empty())?;
    Some(Patient { value: value?, kind: kind? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(operation: &str, patient: &str) -> String {
        format!(
            "<s:Envelope xmlns:s='{SOAP}'><s:Header><i:LogicalAddress xmlns:i='i'>SE-A</i:LogicalAddress></s:Header>\
             <s:Body><r:{operation} xmlns:r='r'><r:patientId>{patient}</r:patientId></r:{operation}></s:Body></s:Envelope>"
        )
    }

    #[test]
    fn the_patient_is_read_in_both_spellings_and_only_for_the_contract_asked() {
        let [alerts, .., managers, _, _, _] = &CONTRACTS;
        let with_type = asked("GetAlertInformation", "<c:id xmlns:c='c'>191212121212</c:id><type>1.2</type>");
        let patient = question(alerts, with_type.as_bytes()).unwrap();
        assert_eq!((patient.value.as_str(), patient.kind.as_str()), ("191212121212", "1.2"));
        let with_root = asked("GetCareManagers", "<root>1.2</root><extension>191212121212</extension>");
        assert!(question(managers, with_root.as_bytes()).is_some());
        assert!(question(alerts, with_root.as_bytes()).is_none());
        assert!(question(alerts, with_type.replace("SE-A", "").as_bytes()).is_none());
        assert!(question(alerts, b"{}").is_none());
    }

    #[test]
    fn an_unknown_patient_gets_an_empty_answer_with_a_result() {
        let patient = Patient { value: "191212121212".into(), kind: "1.2".into() };
        let empty = envelope(&CONTRACTS[0], &Holdings::default(), &patient);
        assert!(empty.contains("<r:GetAlertInformationResponse><r:result><c:resultCode>OK</c:resultCode>"));
    }
}
