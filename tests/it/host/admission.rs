//! What is admitted, and what a refusal says.

use std::collections::BTreeMap;

use samsyn_domain::source::SourceId;
use samsyn_host::{
    admission::Refusal,
    credential::Credentials,
    egress::SourceEgress,
    limits::Limits,
    prepared::{CompileBy, PrepareError, prepare, prepare_within},
    runtime::{BindError, Binding, Host},
};

use super::scene::{built_adapters, hostile, hostile_component};

async fn refusal(component: &[u8]) -> Refusal {
    match prepare(component, None, CompileBy::Here).await {
        Err(PrepareError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The component with one of its imports renamed to another of the same length.
fn renamed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = hostile_component();
    let mut found = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            found += 1;
        }
    }
    assert!(found > 0, "{from} is not in the component");
    bytes
}

#[tokio::test]
async fn an_import_of_wasi_is_refused_with_the_flag_that_removes_it() {
    let refusal = refusal(&renamed("samsyn:adapter/types@1.0.0", "wasi:cli/environment@0.2.6")).await.to_string();
    assert!(refusal.contains("`wasi:cli/environment@0.2.6`"), "{refusal}");
    assert!(refusal.contains("--stub-wasi") && refusal.contains("wasm32-unknown-unknown"), "{refusal}");
}

#[tokio::test]
async fn an_import_of_another_major_version_is_refused() {
    let refusal = refusal(&renamed("samsyn:adapter/sink@1.0.0", "samsyn:adapter/sink@2.0.0")).await.to_string();
    assert!(refusal.contains("`samsyn:adapter/sink@2.0.0`") && refusal.contains("1.x"), "{refusal}");
}

#[tokio::test]
async fn a_type_that_differs_from_the_contract_is_refused_when_linking() {
    let refusal = refusal(&renamed("media-type", "media-kind")).await;
    assert!(matches!(refusal, Refusal::Link(_)), "{refusal}");
}

#[tokio::test]
async fn a_component_over_the_size_limit_is_refused_before_it_is_read() {
    let limits = Limits { component_max_bytes: 2_048, ..Limits::default() };
    let refused = prepare_within(&hostile_component(), None, CompileBy::Here, &limits).await;
    assert!(matches!(refused, Err(PrepareError::Refused(Refusal::TooLarge { most: 2_048, .. }))), "{refused:?}");
}

#[tokio::test]
async fn the_manifest_is_read_at_admission() {
    let prepared = hostile().await;
    assert_eq!(prepared.manifest().id, "hostile");
    assert!(prepared.has_selftest());
    assert_eq!(prepared.digest().len(), 64);
}

#[tokio::test]
async fn a_source_with_a_wrong_setting_is_not_bound() {
    let binding = |settings: &[(&str, &str)]| Binding {
        settings: settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        adapter: futures::executor::block_on(hostile()),
        egress: SourceEgress::new(vec![], Credentials::default(), Limits::default().egress).unwrap().into(),
        limits: Limits::default(),
    };
    let bind = |settings: &[(&str, &str)]| Host::new().bind(SourceId::new("s"), binding(settings));
    hostile().await;
    assert!(bind(&[("behaviour", "well-behaved")]).is_ok());
    for settings in [&[][..], &[("behaviour", "unheard-of")], &[("behaviour", "link"), ("colour", "red")]] {
        assert!(matches!(bind(settings), Err(BindError::Settings { .. })), "{settings:?}");
    }
}

#[tokio::test]
async fn every_adapter_of_the_tree_is_admitted_and_named_like_its_file() {
    let components = built_adapters();
    assert!(components.len() > 1, "only {} adapters in target/adapters; run cargo xtask adapters", components.len());
    for (name, bytes) in components {
        let prepared = prepare(&bytes, None, CompileBy::Here).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(prepared.manifest().id, name);
    }
}
