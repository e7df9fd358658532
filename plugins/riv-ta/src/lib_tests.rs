//! Whole lookups against replies written in the test, and against the replies of the national test mocks where they are.

use std::path::{Path, PathBuf};

use samsyn_adapter::{
    Entries, http,
    rehearsal::{Rehearsal, query, reply},
    sink::{Alert, CareLimit, ServicePhase, Vaccination},
    types::{SectionStatus, Signing},
};

use super::*;

const OID: &str = "1.2.752.129.2.1.3.1";
const PATIENT: &str = "201111111111";
const EMPTY: &str = "<result><resultCode>OK</resultCode><logId>1</logId></result>";

type Answer = Result<http::Response, http::Error>;

fn operation(request: &http::Request) -> String {
    let body = xml::parse(request.body.as_deref().unwrap()).unwrap();
    body.at("Body").unwrap().children().first().unwrap().name().to_owned()
}

fn envelope(operation: &str, body: &str) -> String {
    format!("<s:Envelope xmlns:s='e'><s:Body><{operation}Response>{body}</{operation}Response></s:Body></s:Envelope>")
}

/// A lookup in which each operation is answered by the closure, and something could be read.
fn look<F>(
    sections: &[&str],
    settings: &[(&str, &str)],
    answer: F,
) -> Rehearsal<impl FnMut(&http::Request) -> Answer + use<F>>
where
    F: Fn(&str) -> Answer,
{
    let (result, host) = lookup(sections, settings, answer);
    result.unwrap();
    host
}

/// The same, however it ends.
fn lookup<F>(
    sections: &[&str],
    settings: &[(&str, &str)],
    answer: F,
) -> (Result<(), Failure>, Rehearsal<impl FnMut(&http::Request) -> Answer + use<F>>)
where
    F: Fn(&str) -> Answer,
{
    let mut host = Rehearsal::new(move |request: &http::Request| answer(&operation(request)))
        .with_setting("logical-address", "SE165565594230-1000");
    for (key, value) in settings {
        host = host.with_setting(key, value);
    }
    let question = query(&format!("urn:oid:{OID}"), PATIENT, sections);
    let result = RivTa::lookup(&mut host, &question);
    (result, host)
}

fn status<F>(host: &Rehearsal<F>, section: &str) -> SectionStatus {
    let mut statuses = host.statuses.iter().filter(|(name, _)| name == section);
    let status = statuses.next().unwrap().1.clone();
    assert!(statuses.next().is_none(), "two statuses for {section}");
    status
}

const ALL: [&str; 8] = SECTIONS;

#[test]
fn everything_empty_is_nothing_held_and_each_contract_is_asked_once() {
    let host = look(&ALL, &[], |operation| reply(200, envelope(operation, EMPTY)));
    assert_eq!(host.requests.len(), 8);
    for section in ALL {
        assert_eq!(status(&host, section), SectionStatus::NothingHeld, "{section}");
    }
    assert!(host.pushed.is_empty());
}

#[test]
fn sections_nobody_asked_for_are_neither_asked_nor_answered() {
    let host = look(&["care-limits", "documents"], &[], |operation| reply(200, envelope(operation, EMPTY)));
    assert_eq!(host.requests.len(), 1);
    assert_eq!(host.statuses.len(), 2);
    assert_eq!(status(&host, "documents"), SectionStatus::Unsupported);
}

#[test]
fn one_failing_contract_leaves_what_the_others_returned() {
    let service = "<careService><careServiceHeader><documentId>1</documentId></careServiceHeader><careServiceBody>\
                   <typeOfCareService>HSJV</typeOfCareService><timePeriod><start>20260101000000</start></timePeriod>\
                   <input>sår</input></careServiceBody></careService>";
    let host = look(&["services", "plans"], &[], move |operation| match operation {
        "GetCareServices" => reply(200, envelope(operation, &format!("{service}{EMPTY}"))),
        "GetCareContacts" => reply(500, "<html>"),
        _ => reply(200, envelope(operation, EMPTY)),
    });
    assert_eq!(host.pushed.len(), 1);
    assert_eq!(status(&host, "services"), SectionStatus::Partial("vårdkontakter: fel i källan".into()));
    assert_eq!(status(&host, "plans"), SectionStatus::NothingHeld);
}

#[test]
fn a_failed_contract_is_never_an_empty_section_and_the_failure_of_all_of_them_tells_why() {
    let cut_off = http::Error { kind: http::ErrorKind::Protocol, code: "cut-off".into(), message: String::new() };
    let error = "<result><resultCode>ERROR</resultCode><message>fel</message></result>";
    let silent = "<s:Envelope xmlns:s='e'><s:Header><ProcessingStatus><ProcessingStatusList><statusCode>\
                  NoDataSynchFailed</statusCode></ProcessingStatusList></ProcessingStatus></s:Header><s:Body>\
                  <GetAlertInformationResponse><result><resultCode>OK</resultCode></result>\
                  </GetAlertInformationResponse></s:Body></s:Envelope>";
    for (failure, kind) in [
        (reply(200, ""), FailureKind::UpstreamMalformed),
        (reply(200, "<html><body>fel</body></html>"), FailureKind::UpstreamMalformed),
        (reply(200, envelope("GetOther", EMPTY)), FailureKind::UpstreamMalformed),
        (reply(200, envelope("GetAlertInformation", EMPTY).get(..60).unwrap()), FailureKind::UpstreamMalformed),
        (reply(200, envelope("GetAlertInformation", error)), FailureKind::UpstreamRejected),
        (reply(200, silent), FailureKind::UpstreamUnavailable),
        (reply(401, ""), FailureKind::UpstreamRejected),
        (reply(429, ""), FailureKind::UpstreamUnavailable),
        (Err(cut_off), FailureKind::UpstreamUnavailable),
    ] {
        let answer = failure.clone();
        let off = [("path-vaccination-history", "off")];
        let sections = ["alerts", "care-limits", "covid-19", "documents"];
        let (result, host) = lookup(&sections, &off, move |_| answer.clone());
        assert_eq!(result.unwrap_err().kind, kind, "{failure:?}");
        // What it never has is said; the sections that failed are left to the failure.
        let said: Vec<_> = host.statuses.iter().map(|(section, status)| (section.as_str(), status)).collect();
        let never = &SectionStatus::Unsupported;
        assert_eq!(said, [("covid-19", never), ("documents", never)], "{failure:?}");
    }
}

#[test]
fn a_contract_that_is_off_is_unsupported_and_makes_a_shared_section_partial() {
    let off = [("path-vaccination-history", "off"), ("path-care-contacts", "av")];
    let host = look(&["covid-19", "services"], &off, |operation| reply(200, envelope(operation, EMPTY)));
    assert_eq!(host.requests.len(), 2);
    assert_eq!(status(&host, "covid-19"), SectionStatus::Unsupported);
    assert!(matches!(status(&host, "services"), SectionStatus::Partial(_)));
}

#[test]
fn a_reserve_number_and_a_missing_address_are_said_instead_of_asked() {
    let mut host = Rehearsal::new(|_: &http::Request| reply(200, ""));
    let reserve = query("urn:oid:1.2.752.74.9.1", "98240301AA06", &["alerts"]);
    assert_eq!(RivTa::lookup(&mut host, &reserve).unwrap_err().code, "identifier-kind");
    let personal = query(&format!("urn:oid:{OID}"), PATIENT, &["alerts"]);
    assert_eq!(RivTa::lookup(&mut host, &personal).unwrap_err().code, "logical-address-missing");
    assert!(host.requests.is_empty());
}

#[test]
fn a_sip_is_a_plan_and_lights_the_badge() {
    let plan = "<carePlan><carePlanHeader><documentId>7</documentId><documentTitle>SIP hemgång</documentTitle>\
                <documentTime>20261001130000</documentTime></carePlanHeader><carePlanBody><content>\
                <mediaType>text/plain</mediaType><value>aGrDpGxw</value></content><content><mediaType>application/pdf\
                </mediaType></content><typeOfCarePlanEnum>SIP</typeOfCarePlanEnum></carePlanBody></carePlan>";
    let host = look(&["plans", "services"], &[], move |operation| {
        let records = if operation == "GetCarePlans" { plan } else { "" };
        reply(200, envelope(operation, &format!("{records}{EMPTY}")))
    });
    let [Entries::Services(services), Entries::Plans(plans)] = host.pushed.as_slice() else {
        panic!("{:?}", host.pushed)
    };
    let (service, plan) = (services.first().unwrap(), plans.first().unwrap());
    assert_eq!((service.kind.as_str(), service.phase), ("sip", ServicePhase::Ongoing));
    assert_eq!((plan.kind.as_str(), plan.title.as_str(), plan.text.as_deref()), ("sip", "SIP hemgång", Some("hjälp")));
    assert_eq!(plan.provenance.extensions.first().unwrap().value, "application/pdf");
    assert_eq!(status(&host, "services"), SectionStatus::Complete);
}

#[test]
fn a_time_of_treatment_that_cannot_be_read_is_shown_and_does_not_vanish() {
    let order = "<medicationMedicalRecord><medicationMedicalRecordHeader><documentId>1</documentId>\
                 </medicationMedicalRecordHeader><medicationMedicalRecordBody><medicationPrescription><startOfTreatment>\
                 20260101000000</startOfTreatment><endOfTreatment>20261399</endOfTreatment></medicationPrescription>\
                 </medicationMedicalRecordBody></medicationMedicalRecord>";
    let host =
        look(&["medications"], &[], move |operation| reply(200, envelope(operation, &format!("{order}{EMPTY}"))));
    let Some(Entries::Medications(medicines)) = host.pushed.first() else { panic!("nothing pushed") };
    assert_eq!((medicines[0].started.as_deref(), medicines[0].ended.as_deref()), (Some("2026-01-01"), None));
    let shown: Vec<_> = medicines[0].provenance.extensions.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!(shown, ["endOfTreatment: 20261399"]);
}

#[test]
fn stays_and_emergency_visits_are_services_and_other_contacts_are_not() {
    let contact = |id: u8, code: &str, unit: &str, status: &str, period: &str| {
        format!(
            "<careContact><careContactHeader><documentId>{id}</documentId></careContactHeader><careContactBody><careContactCode>\
             <code>{code}</code><codeSystem>1.2.752.129.2.2.2.25</codeSystem><displayName>x</displayName></careContactCode>\
             <careContactOrgUnit><orgUnitName>{unit}</orgUnitName></careContactOrgUnit><careContactTimePeriod>{period}\
             </careContactTimePeriod><careContactStatus><code>{status}</code><codeSystem>1.2.752.116.2.1.1</codeSystem>\
             <displayName>x</displayName></careContactStatus></careContactBody></careContact>"
        )
    };
    let since = "<start>20261120080000</start>";
    let contacts = [
        contact(1, "3", "Medicin 2", "53651000052107", since),
        contact(2, "1", "Akutmottagningen", "53651000052107", since),
        contact(3, "1", "Hälsocentralen", "53651000052107", since),
        contact(4, "3", "Medicin 2", "53641000052109", since),
        contact(5, "2", "Akutmottagningen", "53651000052107", since),
        contact(6, "3", "Medicin 2", "", "<start>20261201080000</start>"),
        contact(7, "3", "Medicin 2", "53671000052101", "<start>20261101080000</start><end>20261105100000</end>"),
    ];
    let host = look(&["services"], &[], move |operation| {
        let records = if operation == "GetCareContacts" { contacts.concat() } else { String::new() };
        reply(200, envelope(operation, &format!("{records}{EMPTY}")))
    });
    let Some(Entries::Services(services)) = host.pushed.first() else { panic!("nothing pushed") };
    let seen: Vec<_> = services.iter().map(|s| (s.provenance.id.as_str(), s.kind.as_str(), s.phase)).collect();
    assert_eq!(
        seen,
        [
            ("1", "inpatient", ServicePhase::Ongoing),
            ("2", "emergency-visit", ServicePhase::Ongoing),
            ("6", "inpatient", ServicePhase::Planned),
            ("7", "inpatient", ServicePhase::Ended),
        ]
    );
}

#[test]
fn no_text_that_leaves_the_adapter_repeats_a_fault() {
    let fault = "<s:Envelope xmlns:s='e'><s:Body><s:Fault><faultstring>201111111111 finns ej</faultstring></s:Fault></s:Body></s:Envelope>";
    let (result, host) = lookup(&ALL, &[], move |_| reply(500, fault));
    assert!(!format!("{result:?}{:?}{:?}", host.statuses, host.lines).contains(PATIENT));
    assert_eq!(host.lines.len(), 8);
}

#[test]
fn a_reply_of_four_mebibytes_is_read() {
    let record = "<vaccinationMedicalRecord><vaccinationMedicalRecordHeader><documentId>1</documentId>\
                  </vaccinationMedicalRecordHeader><vaccinationMedicalRecordBody/></vaccinationMedicalRecord>";
    let body = format!("{}{EMPTY}", record.repeat((4 << 20) / record.len() - 10));
    let host = look(&["covid-19"], &[], move |operation| reply(200, envelope(operation, &body)));
    assert_eq!(status(&host, "covid-19"), SectionStatus::Complete);
}

// The replies of the national test mocks. They are not part of the repository; without them these tests say so.

fn mocks() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/riv-ta");
    if !folder.is_dir() {
        println!("skipped: the folder with national test replies is absent");
        return None;
    }
    Some(folder)
}

/// The reply as the mock sends it. The files are cut out of a project file in which a reply's own `]]>` is split in two;
/// undone here. Without that the two files that have one are not well-formed, see
/// [`a_national_reply_that_is_not_well_formed_is_never_empty`].
fn filled(folder: &Path, file: &str) -> String {
    raw(folder, file).replace("]]]]>><![CDATA[", "]]>")
}

fn raw(folder: &Path, file: &str) -> String {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let values = [
        ("patientId", PATIENT),
        ("patientIdType", OID),
        ("documentId", "doc"),
        ("now", "20261121115500"),
        ("validationMessages", "fel"),
    ];
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
}

#[test]
fn a_national_reply_that_is_not_well_formed_is_never_empty() {
    let Some(folder) = mocks() else { return };
    for (file, section) in [
        ("alert-information/BasicResponse.xml", "care-limits"),
        ("vaccination-history/Compliant-Content-Response.xml", "covid-19"),
    ] {
        let body = raw(&folder, file);
        let (result, host) = lookup(&[section], &[], move |_| reply(200, body.clone()));
        assert_eq!(result.unwrap_err().kind, FailureKind::UpstreamMalformed, "{file}");
        assert!(host.statuses.is_empty() && host.pushed.is_empty(), "{file}");
    }
}

fn alert_reply(folder: &Path, file: &str) -> (Vec<Alert>, Vec<CareLimit>, SectionStatus, SectionStatus) {
    let body = filled(folder, &format!("alert-information/{file}.xml"));
    let host = look(&["alerts", "care-limits"], &[], move |_| reply(200, body.clone()));
    let (mut alerts, mut limits) = (Vec::new(), Vec::new());
    for entries in &host.pushed {
        match entries {
            Entries::Alerts(items) => alerts.extend(items.clone()),
            Entries::CareLimits(items) => limits.extend(items.clone()),
            other => panic!("{other:?}"),
        }
    }
    (alerts, limits, status(&host, "alerts"), status(&host, "care-limits"))
}

#[test]
fn the_national_alert_replies_are_read_entry_by_entry() {
    let Some(folder) = mocks() else { return };
    for (file, kind, text, severity, certainty, agent) in [
        (
            "Approved-false",
            "hypersensitivity",
            "Överkänslighet avs. födoämne",
            Some("life-threatening"),
            Some("confirmed"),
            Some("Ipren"),
        ),
        (
            "BasicResponse",
            "hypersensitivity",
            "Överkänslighet avs. födoämne",
            Some("life-threatening"),
            Some("confirmed"),
            Some("Ipren"),
        ),
        (
            "Hypersensitivity",
            "hypersensitivity",
            "Överkänslighet avs. födoämne",
            Some("life-threatening"),
            Some("suspected"),
            Some("Ipren"),
        ),
        ("CommunicableDisease", "infection", "Smittsam sjukdom, ej närmare angiven", None, None, None),
        ("SeriousDisease", "serious-disease", "Allvarlig sjuka", None, None, Some("Allvarlig sjuka")),
        ("Treatment", "treatment", "Behandling, ej närmare angiven", None, None, None),
    ] {
        let (alerts, limits, of_alerts, of_limits) = alert_reply(&folder, file);
        assert_eq!((of_alerts, of_limits), (SectionStatus::Complete, SectionStatus::NothingHeld), "{file}");
        assert!(limits.is_empty());
        let [alert] = alerts.as_slice() else { panic!("{file}: {alerts:?}") };
        assert_eq!((alert.kind.as_str(), alert.text.as_str()), (kind, text), "{file}");
        assert_eq!((alert.severity.as_deref(), alert.certainty.as_deref()), (severity, certainty), "{file}");
        assert_eq!(alert.agent.as_ref().map(|agent| agent.text.as_str()), agent, "{file}");
        assert_eq!(alert.label.as_ref().unwrap().text, "Överkänslighet");
        assert_eq!((alert.comment.as_deref(), alert.noted.as_deref()), (None, Some("2011-11-11")));
        assert_eq!(alert.valid_to.as_deref(), Some("2011-11-11T11:11:11"));
        assert_mock_header(&alert.provenance, file == "Approved-false");
    }
}

fn assert_mock_header(provenance: &samsyn_adapter::types::Provenance, withheld_from_patient: bool) {
    assert_eq!(provenance.id, "doc0");
    let patient = provenance.patient.as_ref().unwrap();
    assert_eq!((patient.system.as_str(), patient.value.as_str()), ("urn:oid:1.2.752.129.2.1.3.1", PATIENT));
    assert_eq!((&provenance.care_provider, &provenance.care_unit), (&None, &None), "a placeholder is no id");
    let author = provenance.author.as_ref().unwrap();
    assert_eq!((author.name.as_deref(), author.role.as_deref()), (None, Some("Överläkare")));
    assert_eq!(provenance.recorded.as_deref(), Some("2011-11-11T11:11:11"));
    assert!(matches!(&provenance.signing, Signing::Signed(signed) if signed.by.is_none()));
    let marked = provenance.extensions.iter().any(|fact| fact.key == "not-for-patient");
    assert_eq!(marked, withheld_from_patient);
}

#[test]
fn the_national_restrictions_of_care_are_limits_whatever_their_type_says() {
    let Some(folder) = mocks() else { return };
    let (alerts, limits, of_alerts, of_limits) = alert_reply(&folder, "RestrictionOfCare");
    assert_eq!((alerts.len(), of_alerts, of_limits), (0, SectionStatus::NothingHeld, SectionStatus::Complete));
    let limit = limits.first().unwrap();
    assert_eq!(limit.text, "Vårdbegränsning utan text i källan");
    assert_eq!((limit.author_kind.as_str(), limit.phase.as_str()), ("physician", "ended"));
    assert_mock_header(&limit.provenance, false);

    let (_, limits, ..) = alert_reply(&folder, "obsoleteTime");
    let limit = limits.first().unwrap();
    assert_eq!(limit.text, "Patienten har tre vänsterfötter och trampar därmed ofta på sin omgivning.");
    assert_eq!(limit.valid_from.as_deref(), Some("2015-06-01T10:30:00"));
    assert_eq!((limit.valid_to.as_deref(), limit.phase.as_str()), (Some("2015-07-02T23:23:23"), "ended"));
    assert_eq!((limit.provenance.signing.clone(), limit.author_kind.as_str()), (Signing::NotStated, "unknown"));
    assert_eq!(limit.provenance.id, "doc4");
}

#[test]
fn the_national_life_threatening_reply_holds_two_alerts_by_code_and_by_text() {
    let Some(folder) = mocks() else { return };
    let (alerts, ..) = alert_reply(&folder, "severity_livshotande");
    let seen: Vec<_> = alerts.iter().map(|a| (a.provenance.id.as_str(), a.severity.as_deref().unwrap())).collect();
    assert_eq!(seen, [("doc0", "life-threatening"), ("doc09797", "life-threatening")]);
}

#[test]
fn the_national_empty_replies_and_faults_are_told_apart() {
    let Some(folder) = mocks() else { return };
    let (_, _, of_alerts, of_limits) = alert_reply(&folder, "EmptyResponse");
    assert_eq!((of_alerts, of_limits), (SectionStatus::NothingHeld, SectionStatus::NothingHeld));
    for file in ["FaultResponse", "Response-ERROR", "SoapFault"] {
        let body = filled(&folder, &format!("alert-information/{file}.xml"));
        let (result, host) = lookup(&["alerts", "care-limits"], &[], move |_| reply(200, body.clone()));
        assert_eq!(result.unwrap_err().kind, FailureKind::UpstreamRejected, "{file}");
        assert!(host.statuses.is_empty() && host.pushed.is_empty(), "{file}");
    }
}

fn vaccination_reply(folder: &Path, file: &str) -> (Vec<Vaccination>, SectionStatus) {
    let body = filled(folder, &format!("vaccination-history/{file}.xml"));
    let host = look(&["covid-19"], &[], move |_| reply(200, body.clone()));
    let doses = host.pushed.iter().flat_map(|entries| match entries {
        Entries::Vaccinations(items) => items.clone(),
        other => panic!("{other:?}"),
    });
    (doses.collect(), status(&host, "covid-19"))
}

#[test]
fn the_national_vaccination_replies_are_read_dose_by_dose() {
    let Some(folder) = mocks() else { return };
    let (doses, of_covid) = vaccination_reply(&folder, "BasicResponse");
    assert_eq!(of_covid, SectionStatus::Complete);
    let dose = doses.first().unwrap();
    assert_eq!(dose.target_diseases.first().unwrap().text, "Hepatit A");
    assert_eq!(dose.vaccine.as_ref().unwrap().text, "Hepatrixus");
    assert_eq!((dose.date.as_deref(), dose.dose_number, dose.prescribed_doses), (Some("2016-05-10"), Some(1), Some(1)));
    assert_eq!((dose.dose_complete, dose.unique_reference.clone(), dose.note.clone()), (Some(true), None, None));
    assert_eq!(dose.provenance.care_provider.as_ref().unwrap().id.as_deref(), Some("SE-122345"));
    assert_eq!(dose.provenance.care_unit.as_ref().unwrap().id.as_deref(), Some("SE-122345"));
    assert_eq!(dose.provenance.recorded.as_deref(), Some("2026-11-21T11:55:00"));
    assert_eq!(dose.provenance.id, "SE-452876287#32693872634");

    let (doses, _) = vaccination_reply(&folder, "Compliant-Content-Response");
    let ids: Vec<_> = doses.iter().map(|dose| dose.provenance.id.as_str()).collect();
    let first = "SE-452876287#32693872634";
    assert_eq!(ids, [first, &format!("{first}/2"), "SE-452876287#32696663872634"], "the nullified record is gone");
    let performer = doses.first().unwrap().performer.as_ref().unwrap();
    assert_eq!(performer.name.as_deref(), Some("Testaren"));
    assert_eq!(performer.unit.as_ref().unwrap().name.as_deref(), Some("Testbolaget"));
    assert!(doses.first().unwrap().provenance.extensions.iter().any(|fact| fact.value == "?åäö<>><&"));
    assert!(matches!(doses.first().unwrap().provenance.signing, Signing::Signed(_)));
}

#[test]
fn a_national_note_means_vaccinated_dose_unknown_and_a_struck_record_means_nothing() {
    let Some(folder) = mocks() else { return };
    let (doses, of_covid) = vaccination_reply(&folder, "UnstructuredNote");
    let [dose] = doses.as_slice() else { panic!("{doses:?}") };
    assert_eq!(dose.note.as_deref(), Some("Ostrukturerad vaccinationsinfo"));
    assert_eq!((dose.dose_number, dose.vaccine.clone(), of_covid), (None, None, SectionStatus::Complete));
    assert!(dose.provenance.extensions.iter().any(|fact| fact.key == "not-for-patient"));

    assert_eq!(vaccination_reply(&folder, "doseComplete_true"), (Vec::new(), SectionStatus::NothingHeld));
    assert_eq!(vaccination_reply(&folder, "Empty-Response"), (Vec::new(), SectionStatus::NothingHeld));
    let fault = filled(&folder, "vaccination-history/SOAP-Exception.xml");
    let (result, host) = lookup(&["covid-19"], &[], move |_| reply(200, fault.clone()));
    assert_eq!(result.unwrap_err().kind, FailureKind::UpstreamRejected);
    assert!(host.statuses.is_empty() && host.pushed.is_empty());
}
