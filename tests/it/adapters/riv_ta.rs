//! RIV-TA through the real host: the replies of the national test mocks, faults, and the demo's platform both ways.
//!
//! Rooms: `national` (third-party replies, skipped where they are absent), `round_trip` (what the demo holds comes back).

mod national;
mod round_trip;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use http::Method;
use samsyn_domain::{section::Section, source::SourceId};
use samsyn_host::{
    credential::Credentials,
    egress::{Grant, SourceEgress},
    limits::Limits,
    prepared::{CompileBy, Prepared, prepare},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer, Question};
use samsyn_tests::build::question;
use tokio::{net::TcpListener, sync::OnceCell};

/// Every section the adapter answers.
const SECTIONS: [Section; 8] = [
    Section::Alerts,
    Section::CareLimits,
    Section::Services,
    Section::Contacts,
    Section::Medications,
    Section::FunctionalStatus,
    Section::Plans,
    Section::Covid19,
];

async fn adapter() -> Arc<Prepared> {
    static PREPARED: OnceCell<Arc<Prepared>> = OnceCell::const_new();
    let prepare = || async {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/adapters/riv-ta.wasm");
        let component = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}. Build the adapters first: cargo xtask adapters", path.display())
        });
        prepare(&component, None, CompileBy::Here).await.unwrap()
    };
    Arc::clone(PREPARED.get_or_init(prepare).await)
}

/// Asks the adapter, bound to this server, about this patient.
async fn ask(upstream: Router, patient: &str, sections: &[Section]) -> Answer {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/vp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().nest("/vp", upstream)).await });
    let grant = Grant {
        methods: vec![Method::POST],
        allow_loopback: true,
        allow_http: true,
        ..Grant::read_only("vp", base.parse().unwrap())
    };
    let limits = Limits::default();
    let egress = Arc::new(SourceEgress::new(vec![grant], Credentials::default(), limits.egress.clone()).unwrap());
    let settings = BTreeMap::from([("logical-address".to_owned(), "SE2321009990-1000".to_owned())]);
    let host = Host::new();
    let source = SourceId::new("nationella");
    host.bind(source.clone(), Binding { adapter: adapter().await, egress, settings, limits }).unwrap();
    host.ask(&source, &Question { person: false, ..question(patient, sections.to_vec()) }, Duration::from_secs(10))
        .await
}

#[tokio::test]
async fn the_adapter_is_admitted_and_says_that_its_records_may_belong_to_anybody() {
    let adapter = adapter().await;
    let manifest = adapter.manifest();
    assert_eq!((manifest.id.as_str(), manifest.multi_provider), ("riv-ta", true));
    assert!(SECTIONS.iter().all(|section| manifest.answers(*section)) && !manifest.answers_person());
    assert_eq!(manifest.settings.iter().filter(|setting| setting.required).count(), 1);
}
