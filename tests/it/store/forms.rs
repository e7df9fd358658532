//! The log in the forms that others read: a table, FHIR AuditEvents, posts of the national log.

use std::{fs, os::unix::fs::PermissionsExt as _};

use samsyn::audit_files::{self, Form, Selection, Written};
use samsyn_domain::source::ProviderId;
use samsyn_service::{
    audit_export::national::System,
    port::audit_log::{Activity, AuditLog, AuditRecord, Stage},
};
use samsyn_store::Store;
use serde_json::{Value, json};

use super::{place::Here, sample};

/// An opening that showed two units' information; one that was never ended; a print of another provider; a sign-in; a name like a formula.
async fn filled(here: &Here) -> Store {
    let store = here.open().await;
    let intent = |mark: &str| AuditRecord {
        details: json!({ "active_choice": "shared", "access": { "granted": { "basis": mark } }, "mark": mark }),
        ..sample::intent(mark)
    };
    let first = store.append(&intent("emergency")).await.unwrap();
    let mut other = AuditRecord { activity: Activity::Print, at: sample::after(2), ..intent("print") };
    if let Some(viewer) = &mut other.viewer {
        viewer.provider.id = ProviderId::new("SE1111111111-SOL");
        viewer.name = "=HYPERLINK(\"x\")".into();
    }
    store.append(&other).await.unwrap();
    let outcome = AuditRecord {
        stage: Stage::Outcome,
        intent: Some(first),
        at: sample::after(1),
        details: json!({
            "conclusion": "complete",
            "shown_sha256": "ab".repeat(32),
            "resources": [
                { "source": "region", "provider": "SE2222222222-RF", "unit": "SE2222222222-U1", "sections": ["alerts", "care-limits"] },
                { "source": "region", "provider": "SE2222222222-RF", "units": 40, "sections": ["services"] },
                { "source": "region", "providers": 900, "units": 1800, "sections": ["documents"] },
            ],
            "sources": [
                { "source": "region", "states": { "reported": ["alerts", "care-limits", "services", "documents"], "withheld": ["medications"] },
                  "withheld": { "role": ["medications"] } },
                { "source": "viva", "states": { "unanswered": ["services", "contacts"], "waiting": ["alerts"] },
                  "unanswered": { "timeout": ["services", "contacts"] } },
                { "source": "quiet", "states": { "nothing-held": ["alerts"] } },
            ],
        }),
        ..sample::intent("outcome")
    };
    store.append(&outcome).await.unwrap();
    let from = json!({ "client_address": "192.0.2.7" });
    let sign_in = AuditRecord { activity: Activity::SignIn, patient: None, details: from, ..sample::intent("in") };
    store.append(&sign_in).await.unwrap();
    let registered =
        AuditRecord { activity: Activity::Write, details: json!({ "what": "register" }), ..sample::intent("write") };
    store.append(&registered).await.unwrap();
    store
}

async fn written(here: &Here, form: Form, what: &Selection) -> (tempfile::TempDir, Written) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let written = audit_files::write(&here.config, &out, form, what, |_, _| {}).await.unwrap();
    (dir, written)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_has_a_row_for_each_unit_that_was_shown_and_runs_no_formula() {
    let here = Here::sqlite();
    let store = filled(&here).await;
    let (dir, told) = written(&here, Form::Csv, &Selection::default()).await;
    // The export is the sixth record, and stands in itself.
    assert_eq!(told, Written { records: 6, events: 5, left_out: 0, unnamed: 0 });
    let file = dir.path().join("out/log.csv");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("\u{feff}index;id;"), "as a spreadsheet in Swedish reads it: {text}");
    let mut table = csv::ReaderBuilder::new().delimiter(b';').from_path(&file).unwrap();
    let columns = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let column =
        |row: usize, name: &str| rows[row][columns.iter().position(|column| column == name).unwrap()].to_owned();
    assert_eq!(rows.len(), 8, "{rows:?}");
    assert_eq!((column(0, "activity"), column(0, "conclusion")), ("Läsa".into(), "complete".into()));
    assert_eq!(column(0, "source_unit"), "SE2222222222-U1");
    assert_eq!((column(1, "source_unit"), column(1, "sections")), (String::new(), "services".into()));
    assert_eq!(column(0, "sections"), "alerts care-limits");
    assert_eq!(column(0, "withheld"), "role: medications");
    assert_eq!((column(2, "sections"), column(2, "source_provider")), ("documents".into(), String::new()));
    // A source that showed nothing has a row of its own, also where others showed something.
    assert_eq!(
        (column(3, "index"), column(3, "source"), column(3, "sections")),
        ("0".into(), "viva".into(), String::new())
    );
    assert_eq!(column(3, "unanswered"), "reader-left: alerts; timeout: services contacts");
    assert!((0..rows.len()).all(|row| column(row, "source") != "quiet"), "it had nothing and kept nothing back");
    assert_eq!(column(0, "patient"), sample::patient().digits());
    let print = (0..rows.len()).find(|row| column(*row, "activity") == "Utskrift").unwrap();
    assert_eq!(column(print, "name"), "'=HYPERLINK(\"x\")");
    assert_eq!(column(print, "conclusion"), "unknown", "nobody knows what was shown");
    let taken = (0..rows.len()).find(|row| column(*row, "what") == "audit-export").unwrap();
    assert_eq!(column(taken, "user"), "", "at the command line");

    let one = Selection { provider: Some("se1111111111-sol".into()), ..Selection::default() };
    assert_eq!(written(&here, Form::Csv, &one).await.1.events, 1);
    let period = Selection { from: Some(sample::after(1)), before: Some(sample::after(3)), ..Selection::default() };
    assert_eq!(written(&here, Form::Csv, &period).await.1.events, 1);
    let backwards = Selection { from: Some(sample::after(3)), before: Some(sample::after(1)), ..Selection::default() };
    let before = store.audit_records(99).await.unwrap().len();
    assert!(audit_files::write(&here.config, dir.path(), Form::Csv, &backwards, |_, _| {}).await.is_err());
    let full = audit_files::write(&here.config, &dir.path().join("out"), Form::Csv, &one, |_, _| {}).await;
    assert!(full.unwrap_err().to_string().contains("new or empty"));
    assert_eq!(store.audit_records(99).await.unwrap().len(), before, "what is refused is not done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn audit_events_follow_the_pattern_of_a_patient_read() {
    let here = Here::sqlite();
    filled(&here).await;
    let form = Form::Balp { portal: "https://samsyn.example".into() };
    let (dir, _) = written(&here, form, &Selection::default()).await;
    let text = fs::read_to_string(dir.path().join("out/log.ndjson")).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 5);
    let profile = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead";
    let reads: Vec<&Value> = events.iter().filter(|event| event["meta"]["profile"][0] == profile).collect();
    let [read] = reads.as_slice() else { panic!("only the opening with an outcome is a PatientRead: {reads:#?}") };
    // The profile: rest, read, R, one client, one server, at most one user, one patient, one object.
    assert_eq!(
        (&read["type"]["code"], &read["subtype"][0]["code"], &read["action"]),
        (&json!("rest"), &json!("read"), &json!("R"))
    );
    assert_eq!(read["outcome"], "0");
    let agents = read["agent"].as_array().unwrap();
    let roles: Vec<&str> = agents.iter().map(|agent| agent["type"]["coding"][0]["code"].as_str().unwrap()).collect();
    assert_eq!(roles, ["110152", "110153", "IRCP"]);
    assert!(agents[..2].iter().all(|agent| agent["who"].is_object() && agent["network"].is_object()));
    assert_eq!(agents[2]["who"]["identifier"]["value"], sample::viewer().user_id);
    assert_eq!(agents[2]["purposeOfUse"][0]["coding"][0]["code"], "ETREAT", "the ground was an emergency");
    assert!(agents[0]["network"]["extension"].is_array(), "an opening does not say from where");
    let sign_in = events.iter().find(|event| event["subtype"][0]["code"] == "110122").unwrap();
    assert_eq!(sign_in["agent"][0]["network"], json!({ "address": "192.0.2.7", "type": "2" }));
    assert_eq!(sign_in["agent"][2]["purposeOfUse"][0]["coding"][0]["code"], "TREAT");
    let entities = read["entity"].as_array().unwrap();
    let of = |code: &str| entities.iter().filter(|entity| entity["type"]["code"] == code).collect::<Vec<_>>();
    assert_eq!((of("1").len(), of("2").len(), of("3").len()), (1, 1, 3));
    assert_eq!(of("1")[0]["what"]["identifier"]["value"], sample::patient().digits());
    assert_eq!(of("2")[0]["what"]["identifier"]["value"], "ab".repeat(32));
    assert_eq!(of("3")[0]["what"]["identifier"]["value"], "SE2222222222-RF");
    for event in &events {
        assert_eq!(event["resourceType"], "AuditEvent");
        assert!(event["recorded"].is_string() && event["source"]["observer"].is_object() && !event["agent"].is_null());
        // FHIR: an element is never empty.
        assert!(!event.to_string().contains("[]") || event["entity"] == json!([]), "{event:#}");
    }
    let unknown =
        events.iter().find(|event| event["outcomeDesc"].as_str().is_some_and(|text| text.contains("not known")));
    assert!(unknown.is_some_and(|event| event["meta"].is_null()), "an opening without an outcome");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_of_the_national_log_come_at_most_five_hundred_together() {
    let here = Here::sqlite();
    let store = filled(&here).await;
    for number in 0..520 {
        store
            .append(&AuditRecord { details: json!({ "what": "register" }), ..sample::intent(&number.to_string()) })
            .await
            .unwrap();
    }
    let system = System { id: "SE2222222222-SYS".into(), name: "Samsyn".into() };
    let (dir, told) = written(&here, Form::National(system), &Selection::default()).await;
    assert_eq!(
        told,
        Written { records: 526, events: 523, left_out: 2, unnamed: 900 },
        "the sign-in and the export are no posts"
    );
    let read = |number: u32| fs::read_to_string(dir.path().join(format!("out/storelog-{number:06}.xml"))).unwrap();
    let posts = |xml: &str| xml.matches("<log:logId>").count();
    let (first, second) = (read(1), read(2));
    assert_eq!((posts(&first), posts(&second)), (500, 23));
    assert!(!dir.path().join("out/storelog-000003.xml").exists());
    let all = first + &second;
    // Of the opening: one resource for each information type, provider and unit, in the order of the schema.
    let opening = all.split("<log>").find(|post| post.contains("SE2222222222-U1")).unwrap();
    let elements: Vec<&str> = opening.lines().map(str::trim).collect();
    let text = elements.join("");
    assert!(text.contains("<log:activityType>Läsa</log:activityType><log:activityLevel>shared</log:activityLevel><log:startDate>2026-11-21T11:00:00"));
    assert_eq!(text.matches("<log:resource>").count(), 3);
    assert!(!text.contains("Vård- och omsorgsdokument"), "nobody's information is posted as the reader's own: {text}");
    assert!(text.contains(
        "<log:resource><log:resourceType>Vårdbegränsning</log:resourceType><log:patient><log:patientId>\
         <log:root>1.2.752.129.2.1.3.1</log:root>"
    ));
    assert!(text.contains(
        "<log:careProvider><log:careProviderId>SE2222222222-RF</log:careProviderId></log:careProvider>\
                           <log:careUnit><log:careUnitId>SE2222222222-U1</log:careUnitId></log:careUnit></log:resource>"
    ));
    assert!(
        all.contains("<log:resourceType>Patientöversikt</log:resourceType>"),
        "an opening of which nothing is known"
    );
    assert!(all.contains("&quot;x&quot;") || all.contains("=HYPERLINK("), "a name is text");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_the_log_out_as_others_verify_it_is_a_record_too() {
    let here = Here::sqlite();
    let store = filled(&here).await;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let written = audit_files::write_tiles(&here.config, &out, |_, _| {}).await.unwrap();
    assert_eq!(written.size, 6, "the export stands in itself");
    let last = store.audit_records(1).await.unwrap().swap_remove(0);
    assert_eq!(
        (&last.record.details["what"], &last.record.details["format"]),
        (&json!("audit-export"), &json!("tiles"))
    );
    let key = samsyn_store::exported_key(&out).unwrap();
    let verdict = samsyn_store::verify_exported(&out, &key, &[], |_, _| {}).unwrap();
    assert!(matches!(verdict, samsyn_store::AuditVerdict::Intact(head) if head.records == 6));
    assert!(audit_files::write_tiles(&here.config, &out, |_, _| {}).await.is_err());
    assert_eq!(store.audit_records(99).await.unwrap().len(), 6, "what is refused is not done");
}
