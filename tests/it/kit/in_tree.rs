//! The adapters of this repository and their own cases.
//!
//! Not here: what each case is about (`plugins/NAME/cases`). Invariant: the cases are tried as a vendor tries them.

use std::fs;

use samsyn_kit::{package::Package, project::Project, report::Report, trial};
use tempfile::tempdir;

use super::{files, repository, tried, write, write_project};

fn project(name: &str) -> Project {
    Project::open(&repository("plugins").join(name)).unwrap()
}

fn assert_passed(report: &Report, cases: usize) {
    assert!(report.passed(), "{}", report.table());
    assert!(report.cases.len() >= cases, "{} cases", report.cases.len());
    assert_eq!(report.untried, Vec::<String>::new(), "every section has a case");
}

/// One case of an adapter with a word of a reply changed: it fails, and the report shows the word that was and the one that came.
fn assert_an_edited_reply_is_shown(name: &str, case: &str, from: &str, to: &str) {
    let folder = tempdir().unwrap();
    write_project(folder.path(), name);
    let own = repository("plugins").join(name).join("cases").join(case);
    let mut edited = 0;
    for (path, content) in files(&own) {
        let file = path.file_name().unwrap().to_str().unwrap();
        let is_reply = file != "expected.json" && file != "query.json";
        edited += usize::from(is_reply && content.contains(from));
        let content = if is_reply { content.replace(from, to) } else { content };
        write(folder.path(), &format!("cases/{case}/{file}"), &content);
    }
    assert!(edited > 0, "`{from}` stands in no reply of {case}");
    let report = tried(folder.path());
    assert!(!report.passed());
    let told = report.table();
    let line = |sign: &str, word: &str| told.lines().any(|line| line.starts_with(sign) && line.contains(word));
    assert!(line("-", from) && line("+", to), "{told}");
    assert!(told.contains("what to do: correct the adapter; or, if the new answer is right, `samsyn adapter accept`"));
    let junit = report.junit().unwrap();
    assert!(junit.contains("failures=\"1\"") && junit.contains(case), "{junit}");
}

/// Packing twice gives the same bytes and reports; what is read back passes when it is unpacked, with the same report.
fn assert_packs(name: &str, cases: usize) {
    let (first, report) = Package::of(&project(name), &mut |_| ()).unwrap();
    assert_passed(&report, cases);
    let (second, again) = Package::of(&project(name), &mut |_| ()).unwrap();
    assert_eq!(serde_json::to_vec(&report).unwrap(), serde_json::to_vec(&again).unwrap());
    let bytes = first.write().unwrap();
    assert!(bytes == second.write().unwrap(), "two packings differ");

    let read = Package::read(&bytes).unwrap();
    assert_eq!(read.report().unwrap(), report);
    assert_eq!(read.manifest().unwrap().id, name);
    let folder = tempdir().unwrap();
    let unpacked = read.unpack(folder.path()).unwrap();
    assert_eq!(trial::run(&unpacked, &mut |_| ()).unwrap(), report);
}

#[test]
fn the_simple_contract_passes_its_cases_and_packs_the_same_twice() {
    assert_packs("enkel", 14);
    assert_an_edited_reply_is_shown("enkel", "times", "Endast år", "Bara år");
}

#[test]
fn the_municipal_system_passes_its_cases_and_packs_the_same_twice() {
    assert_packs("viva", 14);
    assert_an_edited_reply_is_shown("viva", "times-and-codes", "Waran 2,5 mg tablett", "Waran 5 mg tablett");
}

#[test]
fn the_national_contracts_pass_their_cases_and_pack_the_same_twice() {
    assert_packs("riv-ta", 12);
    assert_an_edited_reply_is_shown("riv-ta", "bad-records", "Ögondroppar från utlandet", "Ögondroppar");
}

#[test]
fn a_fhir_server_passes_its_cases_and_packs_the_same_twice() {
    assert_packs("fhir-r4", 15);
    assert_an_edited_reply_is_shown("fhir-r4", "searches-down", "Apixaban 2,5 mg tablett", "Apixaban 5 mg tablett");
}

#[test]
fn what_does_not_pass_is_not_packed() {
    let folder = tempdir().unwrap();
    write_project(folder.path(), "viva");
    let own = repository("plugins/viva/cases/licence-refused");
    for file in ["query.json", "exchanges.jsonl", "expected.json"] {
        let content = fs::read_to_string(own.join(file)).unwrap().replace("\"status\":401", "\"status\":500");
        write(folder.path(), &format!("cases/licence-refused/{file}"), &content);
    }
    let refused = Package::of(&Project::open(folder.path()).unwrap(), &mut |_| ()).unwrap_err();
    assert!(refused.what.starts_with("not packed:") && refused.what.contains("licence-refused"), "{refused}");
    assert_eq!(refused.advice, "mend what failed, and pack again");
}
