//! Adapters of every released contract, on the host of today: they are admitted, linked, and every entry arrives.
//!
//! The sources stand in `plugins/compat/VERSION`. To add a version: its adapters in [`RELEASED`].
//! Invariant: together the adapters of a version use every function and every type of it, or the set is refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use samsyn_domain::{
    entry::Entry,
    section::Section,
    source::SourceId,
    state::{Partial, State, Unanswered},
};
use samsyn_host::{
    limits::Limits,
    prepared::{CompileBy, prepare},
    report::{Ended, LookupReport},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer, PersonAnswer, Question};
use samsyn_tests::build;
use wit_component::DecodedWasm;
use wit_parser::{Resolve, WorldItem, WorldKey};

use super::scene::{PATIENT, Upstream, WITHIN, titles};

/// Version, and its adapters in `target/adapters`.
const RELEASED: [(&str, &[&str]); 1] = [("1.0.0", &["compat-1-0-0-sections", "compat-1-0-0-services"])];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn component(name: &str) -> Vec<u8> {
    let path = root().join(format!("target/adapters/{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}; build the adapters: cargo xtask adapters"))
}

async fn lookup(name: &str, settings: &[(&str, String)], upstream: &Upstream) -> (Answer, LookupReport) {
    let adapter =
        prepare(&component(name), None, CompileBy::Here).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let settings: BTreeMap<_, _> = settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let (host, source) = (Host::new(), SourceId::new(name));
    let binding = Binding { adapter, egress: upstream.egress(), settings, limits: Limits::default() };
    host.bind(source.clone(), binding).unwrap();
    let question = Question { sections: Section::ALL.to_vec(), ..build::question(PATIENT, Vec::new()) };
    let answer = host.ask(&source, &question, WITHIN).await;
    (answer, host.last_report(&source).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_of_an_adapter_built_for_1_0_0_arrives() {
    let (answer, report) = lookup("compat-1-0-0-sections", &[], &Upstream::start().await).await;
    assert_eq!((&report.ended, report.notes.as_slice()), (&Ended::Returned, &[][..]));
    assert!(matches!(&answer.person, PersonAnswer::Known(person) if person.given_name.as_deref() == Some("Tolvan")));
    for (section, state) in &answer.sections {
        let expected = match section {
            Section::Services => 4,
            Section::Covid19 => 2,
            _ => 1,
        };
        assert!(matches!(state, State::Reported(_)), "{}: {state:?}", section.name());
        assert_eq!(state.entries().len(), expected, "{}", section.name());
    }
    assert_eq!(answer.sections.len(), Section::ALL.len());
    let [Entry::Medication(medication)] = answer.sections[&Section::Medications].entries() else {
        panic!("medications")
    };
    assert_eq!(medication.handled_by.as_deref(), Some("hemsjukvården"));
    assert_eq!(titles(&answer.sections[&Section::Documents]), ["Besök"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_of_an_adapter_built_for_1_0_0_is_understood() {
    let settings = [("statuses", "true".to_owned())];
    let (answer, report) = lookup("compat-1-0-0-sections", &settings, &Upstream::start().await).await;
    assert_eq!(report.ended, Ended::Returned);
    let state = |section| &answer.sections[&section];
    assert!(matches!(state(Section::Alerts), State::StatedNone(Some(_))), "{:?}", state(Section::Alerts));
    assert_eq!(*state(Section::Plans), State::StatedNone(None));
    let partial =
        State::Partial { reason: Partial::Stated { text: "sida 2 kunde inte läsas".into() }, entries: vec![] };
    assert_eq!(*state(Section::CareLimits), partial);
    assert!(matches!(state(Section::Services), State::Unanswered(_)), "{:?}", state(Section::Services));
    assert_ne!(*state(Section::Services), State::Unanswered(Unanswered::NoStatus));
    assert_eq!(*state(Section::Contacts), State::Unsupported);
    assert_eq!(*state(Section::Documents), State::NothingHeld);
    assert_eq!(answer.person, PersonAnswer::NotHeld);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_host_offered_an_adapter_of_1_0_0_it_still_offers() {
    let upstream = Upstream::start().await;
    let settings = [("link", format!("{}/records", upstream.base))];
    let (answer, report) = lookup("compat-1-0-0-services", &settings, &upstream).await;
    assert_eq!(report.ended, Ended::Returned);
    let levels: Vec<_> = report.log.iter().map(|line| format!("{:?}", line.level)).collect();
    assert_eq!(levels, ["Trace", "Debug", "Info", "Warn", "Error"]);
    let [Entry::Document(document)] = answer.sections[&Section::Documents].entries() else { panic!("{answer:?}") };
    let expected = "200 anteckning true; 200 anteckning true, denied true true, denied true true; no key; \
                    SE9999000009-P001 4 true Vård och behandling; since None; ";
    let text = document.text.as_deref().unwrap();
    assert!(text.starts_with(expected) && text.ends_with(" sv; true"), "{text}");
    assert_eq!(upstream.hits(), 2);
}

/// Names of interfaces, their functions and their types that are imported or exported, `sink.services`.
fn names(resolve: &Resolve, items: impl Iterator<Item = (WorldKey, WorldItem)>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, item) in items {
        let WorldItem::Interface { id, .. } = item else { continue };
        let interface = &resolve.interfaces[id];
        let own = interface.name.clone().unwrap();
        names.extend(interface.functions.keys().chain(interface.types.keys()).map(|name| format!("{own}.{name}")));
    }
    names
}

#[test]
fn the_adapters_of_a_version_use_every_function_and_every_type_of_it() {
    for (version, adapters) in RELEASED {
        let mut released = Resolve::default();
        let (package, _) = released.push_dir(root().join("plugins/compat").join(version).join("wit")).unwrap();
        let worlds: Vec<_> = released.packages[package].worlds.values().copied().collect();
        let mut promised = BTreeSet::new();
        for world in worlds {
            let world = released.worlds[world].clone();
            promised.extend(names(&released, world.imports.into_iter().chain(world.exports)));
        }
        assert!(promised.len() > 50, "{promised:?}");
        let mut used = BTreeSet::new();
        for adapter in adapters {
            let DecodedWasm::Component(resolve, world) = wit_component::decode(&component(adapter)).unwrap() else {
                panic!("{adapter} is no component")
            };
            let world = resolve.worlds[world].clone();
            used.extend(names(&resolve, world.imports.into_iter().chain(world.exports)));
        }
        let unused: Vec<_> = promised.difference(&used).collect();
        assert!(unused.is_empty(), "{version}: nothing uses {unused:?}");
    }
}
