//! The stage of every case: a loopback server, a hostile source, and a well-behaved neighbour.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};
use samsyn_domain::{
    entry::Entry,
    section::Section,
    source::SourceId,
    state::{State, Unanswered},
};
use samsyn_host::{
    credential::Credentials,
    egress::{Grant, SourceEgress},
    limits::Limits,
    prepared::{CompileBy, Prepared, prepare},
    report::LookupReport,
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer, Question};
use samsyn_tests::build;
use tokio::{net::TcpListener, sync::OnceCell};

/// How long the page waits for a source in these tests.
pub const WITHIN: Duration = Duration::from_secs(10);

/// A patient of the national list of test numbers.
pub const PATIENT: &str = "195009072553";

/// The built component.
///
/// # Panics
/// When it has not been built.
pub fn hostile_component() -> Vec<u8> {
    let mut roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let built = roots.find_map(|root| std::fs::read(root.join("target/adapters/hostile.wasm")).ok());
    built.expect("target/adapters/hostile.wasm is missing; build the adapters first: cargo xtask adapters")
}

/// Every built adapter, by file name.
pub fn built_adapters() -> Vec<(String, Vec<u8>)> {
    let mut roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let files = roots.find_map(|root| std::fs::read_dir(root.join("target/adapters")).ok());
    let files = files.expect("target/adapters is missing; build the adapters first: cargo xtask adapters");
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

/// The component, compiled once for all tests.
pub async fn hostile() -> Arc<Prepared> {
    static PREPARED: OnceCell<Arc<Prepared>> = OnceCell::const_new();
    let prepare = || async { prepare(&hostile_component(), None, CompileBy::Here).await.unwrap() };
    Arc::clone(PREPARED.get_or_init(prepare).await)
}

/// What is asked in every case.
pub fn question() -> Question {
    build::question(PATIENT, vec![Section::Documents, Section::CareLimits])
}

/// A loopback server that counts what reaches it.
pub struct Upstream {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    hits: Arc<AtomicUsize>,
}

impl Upstream {
    /// Starts one.
    pub async fn start() -> Self {
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&hits);
        let router = Router::new()
            .route("/records", get(async || "anteckning"))
            .route("/redirect", get(async || (StatusCode::FOUND, [("location", "/records")], "").into_response()))
            .route("/huge", get(async || "x".repeat(6 * 1024 * 1024)))
            .route("/slow", get(async || tokio::time::sleep(Duration::from_mins(1)).await))
            .route("/refused", get(async || StatusCode::FORBIDDEN))
            .route("/overloaded", get(async || StatusCode::TOO_MANY_REQUESTS))
            .layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
                counted.fetch_add(1, Ordering::SeqCst);
                next.run(request)
            }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, hits }
    }

    /// Requests that reached it.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }

    /// What a source may reach: this server, by reading.
    pub fn egress(&self) -> Arc<SourceEgress> {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let grant =
            Grant { allow_loopback: true, allow_http: true, ..Grant::read_only("api", self.base.parse().unwrap()) };
        Arc::new(SourceEgress::new(vec![grant], Credentials::default(), Limits::default().egress).unwrap())
    }
}

/// A hostile source and its neighbour.
pub struct Scene {
    host: Host,
    /// What the hostile source may reach.
    pub upstream: Upstream,
}

/// What came of a scene.
pub struct Played {
    /// What the hostile source answered.
    pub answer: Answer,
    /// How its lookup went.
    pub report: LookupReport,
    /// How long it took.
    pub took: Duration,
}

impl Scene {
    /// A source that behaves like this, under the default limits.
    pub async fn of(behaviour: &str) -> Self {
        Self::with(behaviour, None, Limits::default()).await
    }

    /// An honest adapter that asks for this path of its source, which misbehaves.
    pub async fn get(path: &str) -> Self {
        Self::with("get", Some(path), Limits::default()).await
    }

    /// The same with a target and limits of its own. `{base}` in the target is the source's own server.
    pub async fn with(behaviour: &str, target: Option<&str>, limits: Limits) -> Self {
        let scene = Self { host: Host::new(), upstream: Upstream::start().await };
        let well_behaved = Upstream::start().await;
        scene.bind("hostile", &scene.upstream, behaviour, target, limits).await;
        scene.bind("neighbour", &well_behaved, "well-behaved", None, Limits::default()).await;
        scene
    }

    async fn bind(&self, source: &str, upstream: &Upstream, behaviour: &str, target: Option<&str>, limits: Limits) {
        let mut settings = BTreeMap::from([("behaviour".to_owned(), behaviour.to_owned())]);
        settings.extend(target.map(|target| ("target".to_owned(), target.replace("{base}", &upstream.base))));
        let binding = Binding { adapter: hostile().await, egress: upstream.egress(), settings, limits };
        self.host.bind(SourceId::new(source), binding).unwrap();
    }

    /// Asks both at the same time. Asserts that the neighbour answered in full, and that the hostile source has one
    /// state for every section asked and for no other.
    pub async fn play(&self) -> Played {
        self.play_within(WITHIN).await
    }

    /// The same with another deadline for the hostile source.
    pub async fn play_within(&self, within: Duration) -> Played {
        let question = question();
        let (hostile, neighbour) = (SourceId::new("hostile"), SourceId::new("neighbour"));
        let started = Instant::now();
        let ask_hostile = async {
            let answer = self.host.ask(&hostile, &question, within).await;
            (answer, started.elapsed())
        };
        let ((answer, took), beside) = tokio::join!(ask_hostile, self.host.ask(&neighbour, &question, WITHIN));
        assert_eq!(titles(&beside.sections[&Section::Documents]), ["200 anteckning"], "the neighbour's entries");
        assert_eq!(beside.sections[&Section::CareLimits], State::NothingHeld, "the neighbour's care limits");
        let asked: Vec<Section> = answer.sections.keys().copied().collect();
        assert_eq!(asked, [Section::CareLimits, Section::Documents], "one state per section asked");
        let report = self.host.last_report(&hostile).unwrap();
        Played { answer, report, took }
    }

    /// The host itself.
    pub const fn host(&self) -> &Host {
        &self.host
    }
}

impl Played {
    /// State of the documents.
    pub fn documents(&self) -> &State {
        &self.answer.sections[&Section::Documents]
    }

    /// State of the care limits.
    pub fn care_limits(&self) -> &State {
        &self.answer.sections[&Section::CareLimits]
    }

    /// Asserts that nothing at all was answered, for this reason.
    pub fn assert_unanswered(&self, why: Unanswered) {
        for (section, state) in &self.answer.sections {
            assert_eq!(*state, State::Unanswered(why), "{}", section.name());
        }
    }
}

/// Titles of the documents in a complete answer.
pub fn titles(state: &State) -> Vec<&str> {
    assert!(matches!(state, State::Reported(_)), "not reported: {state:?}");
    titles_of(state.entries())
}

/// Titles of documents.
pub fn titles_of(entries: &[Entry]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| match entry {
            Entry::Document(document) => document.title.as_str(),
            other => panic!("not a document: {other:?}"),
        })
        .collect()
}
