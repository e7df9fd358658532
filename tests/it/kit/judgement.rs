//! The kit itself, against adapters that are wrong: what each does is found, named, and told how to mend.
//!
//! The adapter is `plugins/hostile`, which does what a setting says. Not here: what the host does about it (`host`).
//! Invariant: every row names a rule, a word of what happened and a word of what to do.

use std::path::Path;

use samsyn_kit::{
    acceptance::{self, Accepted},
    judge::Finding,
    project::Project,
    report::Report,
};
use tempfile::{TempDir, tempdir};

use super::{tried, write, write_project};

const PATIENT: &str = "191212121212";

/// A project with one case, in which the adapter behaves so and nothing has been accepted yet.
fn misbehaving(behaviour: &str, exchanges: &str) -> TempDir {
    let folder = tempdir().unwrap();
    write_project(folder.path(), "hostile");
    let query = serde_json::json!({
        "patient": { "system": "urn:oid:1.2.752.129.2.1.3.1", "value": PATIENT },
        "sections": ["documents"],
        "now": "2026-11-20T09:30:00+01:00",
        "settings": { "behaviour": behaviour },
    });
    write(folder.path(), "cases/one/query.json", &query.to_string());
    write(folder.path(), "cases/one/exchanges.jsonl", exchanges);
    folder
}

fn findings(report: &Report) -> Vec<&Finding> {
    report.cases.iter().flat_map(|case| &case.troubles).map(|trouble| &trouble.finding).collect()
}

fn accept(folder: &Path) -> Accepted {
    acceptance::accept(&Project::open(folder).unwrap(), Some("one")).unwrap().remove(0).1
}

#[test]
fn what_a_wrong_adapter_does_is_found_and_told_how_to_mend() {
    for (behaviour, rule, what, advice) in [
        ("unreachable", "stopped", "it gave up (a panic, or an error nobody caught)", "the error line says where"),
        ("trap-after-status", "stopped", "it gave up", "use the SDK, which writes it"),
        (
            "endless-loop",
            "stopped",
            "longer than guest_cpu_ms; it had asked nothing yet",
            "look for a loop that does not end",
        ),
        ("grow-memory", "stopped", "more memory than memory_max_bytes", "keep only the fields you use"),
        ("deep-recursion", "stopped", "called itself too deeply", "bound its depth"),
        ("entry-flood", "stopped", "more entries than entries_max", "say partial"),
        ("huge-call", "stopped", "more in one call than hostcall_max_bytes", "push in several calls"),
        (
            "wrong-patient",
            "stopped",
            "a record of another patient",
            "compare the patient in each record with the query",
        ),
        ("no-status", "status", "`documents` was asked for and got no status", "push exactly one status"),
        ("two-statuses", "status", "`documents` got 2 statuses", "push one status"),
        ("complete-without-entries", "status", "`complete` without an entry", "say nothing-held"),
        ("nothing-held-with-entries", "status", "`nothing-held` with 1 entries", "say complete"),
        ("log-patient", "canary", "a log line holds the patient's number", "leave it out"),
        ("long-text", "markup", "`documents[1].title` holds markup", "push plain text"),
        ("unasked-section", "entry", "was not asked for", "correct the field"),
    ] {
        let folder = misbehaving(behaviour, "");
        let report = tried(folder.path());
        let is_it =
            |finding: &&Finding| finding.rule == rule && finding.what.contains(what) && finding.advice.contains(advice);
        let found = findings(&report);
        assert!(found.iter().copied().any(|finding| is_it(&finding)), "{behaviour}: {found:#?}");
        let told = report.table();
        assert!(told.contains("failed: 1 cases") && told.contains("what to do: "), "{behaviour}: {told}");
        // The kit's own words never repeat what a finding is about.
        assert!(found.iter().all(|finding| !finding.what.contains(PATIENT)), "{behaviour}: {told}");
        let refused =
            matches!(accept(folder.path()), Accepted::Refused(broken) if broken.iter().any(|one| one.rule == rule));
        assert!(refused, "{behaviour} must not be accepted");
        assert!(!folder.path().join("cases/one/expected.json").exists(), "{behaviour}");
    }
}

/// It hands on whatever came as the title of a document, whole, and names the patient of the question.
#[test]
fn an_adapter_that_believes_every_reply_is_found_dishonest_and_to_copy_the_patient() {
    let exchange = format!(
        r#"{{"match":{{"origin":"api","method":"GET","path":"/records"}},"reply":{{"status":200,"body":{{"person":"{PATIENT}"}}}}}}"#
    );
    let folder = misbehaving("well-behaved", &exchange);
    assert!(matches!(accept(folder.path()), Accepted::Written(_)));
    let report = tried(folder.path());
    let places = |rule: &str| -> Vec<&str> {
        let of_rule = report.cases[0].troubles.iter().filter(|trouble| trouble.finding.rule == rule);
        of_rule.map(|trouble| trouble.place.as_str()).collect()
    };
    let request = "line 1 (GET /records)";
    let believed =
        ["empty reply", "truncated reply", "an HTML page with status 200"].map(|fault| format!("{fault}, {request}"));
    assert_eq!(places("honesty"), believed);
    assert_eq!(places("patient"), ["a reply about another patient"]);
    let told = report.table();
    assert!(told.contains("nothing in the answer tells that the exchange failed"), "{told}");
    assert!(told.contains("read provenance.patient out of the reply, never out of the query"), "{told}");
}

#[test]
fn a_request_that_nobody_recorded_and_an_exchange_that_nobody_asks_for_are_told() {
    let exchange = r#"{"match":{"origin":"api","method":"GET","path":"/visits"},"reply":{"status":200,"body":{}}}"#;
    let folder = misbehaving("well-behaved", exchange);
    let told = tried(folder.path()).table();
    let unanswered = "no exchange answers GET api /records; against line 1: path `/records` instead of `/visits`";
    assert!(told.contains(unanswered), "{told}");
    assert!(told.contains("exchanges.jsonl, line 1: nobody asked for GET /visits"), "{told}");
    assert!(told.contains("remove the line, or find out why the adapter did not ask"), "{told}");
}

#[test]
fn a_case_that_cannot_be_read_names_its_file_its_line_and_what_to_do() {
    let folder = misbehaving("no-status", "# nothing\n{\"match\":{\"origin\":\"api\"}}\n");
    let project = Project::open(folder.path()).unwrap();
    let refused = acceptance::accept(&project, None).unwrap_err().to_string();
    assert!(refused.contains("exchanges.jsonl, line 2: missing field `method`"), "{refused}");
    assert!(refused.contains("what to do: write one JSON object per line"), "{refused}");
    write(folder.path(), "cases/one/exchanges.jsonl", "");
    write(folder.path(), "cases/one/query.json", "{\"patient\":{\"system\":\"x\",\"value\":\"1\"}}");
    let refused = acceptance::accept(&project, None).unwrap_err().to_string();
    assert!(refused.contains("query.json: missing field `sections`"), "{refused}");
}
