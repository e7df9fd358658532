//! The adapter `fhir-r4` through the real host, against real FHIR.
//!
//! `ips` published summaries · `round_trip` the demo's server and seed · `failures` servers that misbehave.
//! Asserted at the host's sink, before any access decision. To add a case: a test named as a sentence in its room.

mod failures;
mod ips;
mod round_trip;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use http::Method;
use samsyn_domain::{section::Section, source::SourceId};
use samsyn_host::{
    credential::{ClientAuth, CredentialKind, Credentials, OAuth2, Slot},
    egress::{Grant, SourceEgress},
    limits::Limits,
    prepared::{CompileBy, Prepared, prepare},
    report::LookupReport,
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer};
use samsyn_tests::build::question;
use tokio::{net::TcpListener, sync::OnceCell};

/// A patient of the national list of test numbers.
const PATIENT: &str = "195009072553";
const WITHIN: Duration = Duration::from_secs(10);

/// The adapter, compiled once for all tests.
async fn adapter() -> Arc<Prepared> {
    static PREPARED: OnceCell<Arc<Prepared>> = OnceCell::const_new();
    let prepare = || async {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/adapters/fhir-r4.wasm");
        let component = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}. Build the adapters first: cargo xtask adapters", path.display())
        });
        prepare(&component, None, CompileBy::Here).await.unwrap()
    };
    Arc::clone(PREPARED.get_or_init(prepare).await)
}

/// A FHIR server on loopback, bound as a source.
struct Source {
    host: Host,
    base: String,
}

/// A client of a token endpoint below the same address.
struct Client {
    id: String,
    secret: String,
}

impl Source {
    /// A server that wants no credential.
    async fn open(router: Router, settings: &[(&str, &str)]) -> Self {
        let settings: Vec<(&str, &str)> = settings.iter().copied().chain([("authentication", "none")]).collect();
        Self::start(router, &settings, None).await
    }

    async fn start(router: Router, settings: &[(&str, &str)], client: Option<Client>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let host = Host::new();
        let binding = Binding {
            adapter: adapter().await,
            egress: egress(&base, client),
            settings: settings
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            limits: Limits::default(),
        };
        host.bind(id(), binding).unwrap();
        Self { host, base }
    }

    /// Asks for everything.
    async fn ask(&self, patient: &str) -> Answer {
        self.host.ask(&id(), &question(patient, Section::ALL.to_vec()), WITHIN).await
    }

    fn report(&self) -> LookupReport {
        self.host.last_report(&id()).unwrap()
    }
}

fn id() -> SourceId {
    SourceId::new("fhir-under-test")
}

fn egress(base: &str, client: Option<Client>) -> Arc<SourceEgress> {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let grant = |alias: &str, base: &str| Grant {
        allow_loopback: true,
        allow_http: true,
        methods: vec![Method::GET, Method::POST],
        ..Grant::read_only(alias, base.parse().unwrap())
    };
    let mut grants = vec![grant("api", base)];
    let mut credentials = Credentials::new();
    if let Some(client) = client {
        grants.push(Grant { host_only: true, ..grant("tokens", &format!("{base}/oauth2")) });
        let token = OAuth2 {
            token_url: format!("{base}/oauth2/token").parse().unwrap(),
            client_id: client.id,
            scope: Some("system/*.rs".into()),
            auth: ClientAuth::SecretBasic(client.secret.into()),
        };
        credentials =
            credentials.with("token", Slot { origins: vec!["api".into()], kind: CredentialKind::OAuth2(token) });
    }
    Arc::new(SourceEgress::new(grants, credentials, Limits::default().egress).unwrap())
}
