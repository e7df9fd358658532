//! A server on loopback behind the real host and one adapter, for the adapters that speak JSON and CSV.
//!
//! Not here: what a server answers, what is expected. Invariant: every source of a test is bound to its own server.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use http::Method;
use samsyn_domain::{
    entry::Entry,
    section::Section,
    source::SourceId,
    state::{Partial, State, Unanswered},
};
use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{Grant, SourceEgress},
    limits::Limits,
    prepared::{CompileBy, Prepared, prepare},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer, PersonAnswer};
use samsyn_tests::build::question;
use tokio::net::TcpListener;

/// A patient of the national list of test numbers.
pub(super) const PATIENT: &str = "195009072553";
/// Another one.
pub(super) const OTHER: &str = "196101182803";

/// Compiles a built adapter.
pub(super) async fn load(name: &str) -> Arc<Prepared> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../target/adapters/{name}.wasm"));
    let component = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}. Build the adapters first: cargo xtask adapters", path.display()));
    prepare(&component, None, CompileBy::Here).await.unwrap()
}

/// A bound source.
pub(super) struct Source {
    host: Host,
    /// Address of the server.
    pub base: String,
}

/// How a source is bound.
pub(super) struct How<'a> {
    pub adapter: Arc<Prepared>,
    pub alias: &'a str,
    pub settings: &'a [(&'a str, &'a str)],
    pub credential: Option<(&'a str, CredentialKind)>,
}

impl Source {
    /// Starts the server and binds it.
    pub async fn open(router: Router, how: How<'_>) -> Self {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let grant = Grant {
            methods: vec![Method::GET, Method::POST],
            allow_loopback: true,
            allow_http: true,
            ..Grant::read_only(how.alias, base.parse().unwrap())
        };
        let mut credentials = Credentials::new();
        if let Some((slot, kind)) = how.credential {
            credentials = credentials.with(slot, Slot { origins: vec![how.alias.into()], kind });
        }
        let limits = Limits::default();
        let egress = Arc::new(SourceEgress::new(vec![grant], credentials, limits.egress.clone()).unwrap());
        let settings: BTreeMap<_, _> =
            how.settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let host = Host::new();
        host.bind(id(), Binding { adapter: how.adapter, egress, settings, limits }).unwrap();
        Self { host, base }
    }

    /// Asks for the banner and every section.
    pub async fn ask(&self, patient: &str) -> Answer {
        self.host.ask(&id(), &question(patient, Section::ALL.to_vec()), Duration::from_secs(10)).await
    }

    /// The host makes a source's relative link absolute.
    pub fn with_absolute_link(&self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        let link = entry.provenance().link.as_ref().map(|link| format!("{}{link}", self.base));
        entry.provenance_mut().link = link;
        entry
    }
}

fn id() -> SourceId {
    SourceId::new("under-test")
}

/// Every section and the banner are unanswered for this reason.
pub(super) fn assert_unanswered(answer: &Answer, why: Unanswered, case: &str) {
    for (section, state) in &answer.sections {
        let unsupported = *section == Section::Covid19 && *state == State::Unsupported;
        assert!(unsupported || *state == State::Unanswered(why), "{case}: {section:?} {state:?}");
    }
    assert_eq!(answer.person, PersonAnswer::Unanswered(why), "{case}");
}

/// What a partial section says.
pub(super) fn said(state: &State) -> &str {
    match state {
        State::Partial { reason: Partial::Stated { text }, .. } => text,
        other => panic!("{other:?}"),
    }
}
