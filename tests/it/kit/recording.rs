//! Recording a case by asking a test system once: here the demo's own servers, with people who are to stay unnamed.
//!
//! Not here: what each rule replaces (`samsyn_kit::pseudonyms`). Invariant: whatever was recorded is searched for in every file.

use std::{fs, path::Path, sync::Arc};

use axum::Router;
use samsyn_demo::{
    holdings::Holdings,
    seed::Seed,
    source::{enkel, fhir, viva},
};
use samsyn_domain::{entry::Entry, source::SourceId};
use samsyn_kit::{
    acceptance::{self, Accepted},
    project::Project,
    record::{self, Recorded},
    refusal::Refusal,
};
use samsyn_tests::build::now;
use tempfile::{TempDir, tempdir};
use tokio::net::TcpListener;

use super::{files, tried, write, write_project};

/// Whom the test system knows.
const REAL: &str = "193802278485";
/// Who stands in the case.
const TEST: &str = "191212121212";
/// Somebody else, whom a text of the test system names.
const DAUGHTER: &str = "196101182803";

fn holdings(source: &str) -> Holdings {
    Seed::new(&now()).holdings[&SourceId::new(source)].clone()
}

/// What a test system holds, with somebody else's number in a text.
fn naming_the_daughter(source: &str) -> Arc<Holdings> {
    let mut holdings = holdings(source);
    let entries = &mut holdings.patients.get_mut(REAL).unwrap().entries;
    let service = entries.iter_mut().find_map(|entry| match entry {
        Entry::Service(service) => Some(Arc::make_mut(service)),
        _ => None,
    });
    service.unwrap().text = Some("Såromläggning; dottern 19610118-2803 hjälper till".to_owned());
    Arc::new(holdings)
}

async fn serve(router: Router) -> String {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A project whose case `one` asks for the person of tests.
fn project(adapter: &str, sections: &[&str], settings: &[(&str, &str)], record: &str) -> TempDir {
    let folder = tempdir().unwrap();
    write_project(folder.path(), adapter);
    let settings: serde_json::Map<String, serde_json::Value> =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    let query = serde_json::json!({
        "patient": { "system": "urn:oid:1.2.752.129.2.1.3.1", "value": TEST },
        "sections": sections,
        "now": "2026-11-20T09:30:00+01:00",
        "settings": settings,
    });
    write(folder.path(), "cases/one/query.json", &query.to_string());
    write(folder.path(), "record.toml", record);
    folder
}

async fn recorded(folder: &Path) -> Result<Recorded, Refusal> {
    let project = Project::open(folder).unwrap();
    // The recorder has a runtime of its own.
    tokio::task::spawn_blocking(move || record::record(&project, "one", Some(REAL), false)).await.unwrap()
}

/// Accepts the recorded case and tries it, with no network.
async fn assert_passes_offline(folder: &Path) {
    let folder = folder.to_owned();
    let report = tokio::task::spawn_blocking(move || {
        let accepted = acceptance::accept(&Project::open(&folder).unwrap(), Some("one")).unwrap();
        assert!(matches!(accepted[0].1, Accepted::Written(_)), "{accepted:?}");
        tried(&folder)
    });
    let report = report.await.unwrap();
    assert!(report.passed(), "{}", report.table());
}

fn assert_nowhere(folder: &Path, words: &[&str]) {
    for (file, content) in files(&folder.join("cases")) {
        for word in words {
            assert!(!content.contains(word), "`{word}` stands in {}", file.display());
        }
    }
}

fn viva_record(address: &str, fields: &[&str]) -> String {
    format!(
        "[origins.viva]\nbase_url = \"{address}\"\nallow_loopback = true\n\
         [slots.licens]\nkind = \"static-header\"\nheader = \"{}\"\nsecret_file = \"licence.secret\"\n\
         [pseudonyms]\npatient = \"{TEST}\"\nfields = {fields:?}\n",
        viva::LICENCE_HEADER,
    )
}

#[tokio::test]
async fn a_recorded_case_names_nobody_and_passes_without_a_network() {
    let holdings = naming_the_daughter("viva-storsjo-hsl");
    let address = serve(viva::router(holdings, viva::Law::Hsl)).await;
    let fields = ["fornamn", "efternamn", "fodelsedatum", "namn", "nummer"];
    let sections = ["person", "services", "contacts"];
    let folder = project("viva", &sections, &[("lagrum", "HSL")], &viva_record(&address, &fields));
    write(folder.path(), "licence.secret", &format!("{}\n", viva::LICENCE));

    let recorded = recorded(folder.path()).await.unwrap();
    assert_eq!((recorded.exchanges, recorded.trouble), (3, None));
    assert_eq!(recorded.pseudonyms.0, 2, "the patient and the daughter");
    let text = fs::read_to_string(&recorded.file).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let search = &lines[0];
    assert_eq!(search["match"]["path"], "/api/v2/brukare/sok");
    assert_eq!(search["match"]["credential"], "licens");
    assert_eq!(search["match"]["body"]["personnummer"], TEST, "the question names who the reply names");
    assert_eq!(search["reply"]["body"]["brukare"][0]["personnummer"], TEST);
    assert_eq!(search["reply"]["body"]["brukare"][0]["fodelsedatum"], "1912-12-12");
    assert!(lines.iter().all(|line| line["match"]["headers"].is_null() && line["reply"]["status"] == 200), "{text}");
    let posts = lines[1..].iter().flat_map(|line| line["reply"]["body"]["poster"].as_array().unwrap());
    assert!(posts.clone().count() > 0 && posts.clone().all(|post| post["personnummer"] == TEST));
    let nurses: Vec<&str> = posts.map(|post| post["registreradAv"]["namn"].as_str().unwrap()).collect();
    assert!(nurses.iter().all(|name| name.starts_with("namn ")), "{nurses:?}");
    assert!(text.contains("dottern 19310318-9142 hjälper till"), "{text}");

    let secrets = [viva::LICENCE, viva::LICENCE_HEADER, "127.0.0.1", "x-viva"];
    let people =
        [REAL, "3802278485", "380227-8485", "1938-02-27", "Astrid", "Fjällström", "Karin", DAUGHTER, "19610118"];
    assert_nowhere(folder.path(), &secrets);
    assert_nowhere(folder.path(), &people);
    assert_passes_offline(folder.path()).await;
    assert_nowhere(folder.path(), &people);
}

#[tokio::test]
async fn a_recording_in_which_a_name_would_stay_is_refused_and_writes_nothing() {
    let address = serve(viva::router(Arc::new(holdings("viva-storsjo-sol")), viva::Law::Sol)).await;
    // The son's whole name stands in another field than the patient's family name.
    let record = viva_record(&address, &["efternamn"]);
    let folder = project("viva", &["person", "contacts"], &[("lagrum", "SOL")], &record);
    write(folder.path(), "licence.secret", viva::LICENCE);
    let refused = recorded(folder.path()).await.unwrap_err();
    assert!(refused.what.contains("still name somebody: what a field `efternamn` holds stands in `"), "{refused}");
    assert!(refused.what.starts_with("exchange ") && refused.what.ends_with("nothing was written"), "{refused}");
    assert!(refused.advice.contains("`fields`") && !refused.to_string().contains("Fjällström"), "{refused}");
    let written: Vec<_> = files(&folder.path().join("cases")).into_iter().map(|(file, _)| file).collect();
    assert_eq!(written, [folder.path().join("cases/one/query.json")]);

    let wide = viva_record(&address, &["efternamn", "fornamn", "namn"]);
    write(folder.path(), "record.toml", &wide);
    recorded(folder.path()).await.unwrap();
    let again = recorded(folder.path()).await.unwrap_err();
    assert!(again.what.ends_with("exchanges.jsonl exists"), "nothing is written over unasked: {again}");
}

#[tokio::test]
async fn links_in_replies_lead_into_the_case_and_not_to_the_test_system() {
    let address = serve(fhir::router(Arc::new(holdings("cosmic-region")))).await;
    let record = format!(
        "[origins.api]\nbase_url = \"{address}\"\nallow_loopback = true\n\
         [slots.token]\nkind = \"static-header\"\nheader = \"authorization\"\nsecret_file = \"token.secret\"\n\
         [pseudonyms]\npatient = \"{TEST}\"\n"
    );
    let folder = project("fhir-r4", &["person", "medications"], &[], &record);
    write(folder.path(), "token.secret", "Bearer a-token-of-the-test-system");
    assert_eq!(recorded(folder.path()).await.unwrap().exchanges, 2);
    let text = fs::read_to_string(folder.path().join("cases/one/exchanges.jsonl")).unwrap();
    assert!(text.contains("\"fullUrl\":\"https://api.example/Patient/"), "{text}");
    assert_nowhere(folder.path(), &["127.0.0.1", "a-token-of-the-test-system", REAL]);
    assert_passes_offline(folder.path()).await;
}

#[tokio::test]
async fn a_header_that_the_adapter_reads_is_kept_when_it_is_named_and_others_are_not() {
    let router = enkel::router(Arc::new(holdings("asgarden")));
    let address = serve(router.layer(axum::middleware::map_response(|mut reply: axum::response::Response| async {
        reply.headers_mut().insert("x-served-by", "test-node-7".parse().unwrap());
        reply
    })))
    .await;
    let record = format!(
        "keep_headers = [\"X-Samsyn-Rows\"]\n[origins.api]\nbase_url = \"{address}\"\nallow_loopback = true\n\
         [pseudonyms]\npatient = \"{TEST}\"\n"
    );
    let settings = [("format", "csv"), ("csv-sections", "services"), ("anonymous", "true")];
    let folder = project("enkel", &["services"], &settings, &record);
    recorded(folder.path()).await.unwrap();
    let text = fs::read_to_string(folder.path().join("cases/one/exchanges.jsonl")).unwrap();
    assert!(text.contains("\"x-samsyn-rows\":\"2\"") && !text.contains("x-served-by"), "{text}");
    assert!(text.contains(&format!("value={TEST}")), "{text}");
    assert_passes_offline(folder.path()).await;
}

#[tokio::test]
async fn a_reply_in_windows_1252_is_recorded_as_that_and_names_nobody() {
    let router = enkel::router(Arc::new(holdings("asgarden")));
    let address = serve(router.layer(axum::middleware::map_response(|reply: axum::response::Response| async {
        let (parts, body) = reply.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let letters = std::str::from_utf8(&body).unwrap().chars();
        let single: Vec<u8> = letters.map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
        assert!(std::str::from_utf8(&single).is_err(), "it has letters that UTF-8 writes otherwise");
        axum::response::Response::from_parts(parts, axum::body::Body::from(single))
    })))
    .await;
    let record = format!(
        "[origins.api]\nbase_url = \"{address}\"\nallow_loopback = true\n\
         [pseudonyms]\npatient = \"{TEST}\"\n"
    );
    let settings = [("format", "csv"), ("csv-sections", "services"), ("anonymous", "true")];
    let folder = project("enkel", &["services"], &settings, &record);
    recorded(folder.path()).await.unwrap();
    let case = folder.path().join("cases/one");
    let line = fs::read_to_string(case.join("exchanges.jsonl")).unwrap();
    let reply = line.split_once("\"reply\":").unwrap().1;
    assert!(reply.contains("\"file\":\"reply-1.txt\"") && !reply.contains("\"body\""), "{line}");
    let reply = fs::read(case.join("reply-1.txt")).unwrap();
    let has = |text: &str| reply.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(std::str::from_utf8(&reply).is_err() && has(TEST) && !has(REAL));
}

#[tokio::test]
async fn a_test_system_that_does_not_answer_is_recorded_as_that() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let record = viva_record(&address, &[]);
    let folder = project("viva", &["services"], &[("lagrum", "HSL")], &record);
    write(folder.path(), "licence.secret", viva::LICENCE);
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let recorded = recorded(folder.path()).await.unwrap();
    assert!(recorded.trouble.is_some());
    let text = fs::read_to_string(&recorded.file).unwrap();
    assert!(text.ends_with("\"error\":{\"kind\":\"connect\"}}\n"), "{text}");
    assert_passes_offline(folder.path()).await;
}

#[tokio::test]
async fn what_is_not_bound_is_told_before_anything_is_asked() {
    let folder =
        project("viva", &["services"], &[("lagrum", "HSL")], "[origins.other]\nbase_url = \"https://a.example\"\n");
    let refused = recorded(folder.path()).await.unwrap_err();
    let told = ("record.toml binds no origin `viva`", "add [origins.viva] with base_url");
    assert_eq!((refused.what.as_str(), refused.advice.as_str()), told);
    fs::remove_file(folder.path().join("record.toml")).unwrap();
    let refused = recorded(folder.path()).await.unwrap_err();
    assert!(refused.what.contains("record.toml") && refused.advice.contains("[origins.ALIAS] base_url"), "{refused}");
}
