//! Mistakes of an author, made with the Rust SDK: what reaches the portal of them.
//!
//! One component, `plugins/faulty`; a setting says which mistake. Not here: attacks (the other rooms).
//! Invariant: in every test the section that was answered before the mistake is still answered.

use std::collections::BTreeMap;

use samsyn_domain::{
    section::Section,
    source::SourceId,
    state::{Partial, State, Unanswered},
};
use samsyn_host::{
    limits::Limits,
    prepared::{CompileBy, prepare},
    report::{Ended, LookupReport, StopKind},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer};
use samsyn_tests::build;

use super::scene::{PATIENT, Upstream, WITHIN, built_adapters, titles};

async fn after(mistake: &str) -> (Answer, LookupReport) {
    let component = built_adapters().into_iter().find_map(|(name, bytes)| (name == "faulty").then_some(bytes));
    let component = component.expect("target/adapters/faulty.wasm is missing; run cargo xtask adapters");
    let adapter = prepare(&component, None, CompileBy::Here).await.unwrap();
    let (host, source, upstream) = (Host::new(), SourceId::new("faulty"), Upstream::start().await);
    let settings = BTreeMap::from([("mistake".to_owned(), mistake.to_owned())]);
    let binding = Binding { adapter, egress: upstream.egress(), settings, limits: Limits::default() };
    host.bind(source.clone(), binding).unwrap();
    let sections = vec![Section::Services, Section::Contacts, Section::Documents];
    let answer = host.ask(&source, &build::question(PATIENT, sections), WITHIN).await;
    assert!(matches!(answer.sections[&Section::Services], State::Reported(_)), "the section before the mistake");
    (answer, host.last_report(&source).unwrap())
}

/// The one line of the log, which tells of a panic.
async fn panic_line(mistake: &str) -> String {
    let (answer, report) = after(mistake).await;
    assert_eq!(report.ended, Ended::Stopped { by: StopKind::Unreachable });
    for section in [Section::Contacts, Section::Documents] {
        assert_eq!(answer.sections[&section], State::Unanswered(Unanswered::AdapterFault));
    }
    let [line] = report.log.as_slice() else { panic!("{:?}", report.log) };
    line.text.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_arrives_as_a_line_with_file_and_line_before_the_adapter_is_stopped() {
    let line = panic_line("literal").await;
    assert!(line.starts_with("uncaught panic: no unit was found at ") && line.contains("src/lib.rs:"), "{line}");
    let line = panic_line("index").await;
    assert!(line.starts_with("uncaught panic: index out of bounds at ") && line.contains("src/lib.rs:"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_that_quotes_the_patient_tells_only_where_it_was() {
    let line = panic_line("quote").await;
    let expected = "uncaught panic: called `Result::unwrap()` on an `Err` value at ";
    assert!(line.starts_with(expected) && !line.contains(PATIENT), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_a_section_forgets_leaves_that_section_partial_and_no_other() {
    let (answer, report) = after("forgotten").await;
    assert_eq!(report.ended, Ended::Returned);
    let State::Partial { reason: Partial::Stated { text }, entries } = &answer.sections[&Section::Contacts] else {
        panic!("{:?}", answer.sections[&Section::Contacts])
    };
    assert_eq!((text.as_str(), entries.len()), ("källan nekade frågan", 1));
    assert_eq!(titles(&answer.sections[&Section::Documents]), ["anteckning"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mistake_every_section_is_answered() {
    let (answer, _) = after("none").await;
    assert_eq!(answer.sections[&Section::Contacts], State::NothingHeld);
    assert_eq!(titles(&answer.sections[&Section::Documents]), ["anteckning"]);
}
