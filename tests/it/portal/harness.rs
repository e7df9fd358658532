//! The demo's portal in this process: its sources, its identity provider, a fresh store, real sockets on loopback.
//!
//! All portals run on one runtime of their own, so that a test that ends takes nothing of another with it; everything that
//! is logged there is kept, so that a test can read it.
//! Invariant: what is started is what `samsyn demo` starts, with the adapters prepared once for the whole process.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use futures::future::try_join_all;
use jiff::{Timestamp, Zoned};
use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    gate::Issued,
    seed::Seed,
    servers::{self, Delays, Running},
};
use samsyn_domain::{source::SourceId, time::sweden};
use samsyn_host::prepared::{CompileBy, Prepared, prepare};
use samsyn_server::{
    clock::Clock,
    confidentiality::digest,
    config::Config,
    run::serve,
    wiring::{open_store, wire_prepared},
};
use samsyn_service::port::audit_log::{Activity, AuditRecord, Logged};
use samsyn_store::{Acknowledgement, Store};
use samsyn_tests::apart::apart_here;
use samsyn_tests::decision::Reads;
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    sync::OnceCell,
    task::JoinHandle,
};
use tracing::Dispatch;
use url::Url;

/// Noon of the day on which the edges of the seed lie.
pub const NOON: &str = "2026-11-21T12:00:00+01:00";

/// A running portal. Dropping it ends its servers.
pub struct Portal {
    /// What everything started from.
    pub seed: Seed,
    /// Address in the browser.
    pub public_url: Url,
    /// The portal's own store.
    pub store: Store,
    /// Everything it has read since somebody looked. Of use in a portal of one's own.
    pub reads: Reads,
    data_dir: TempDir,
    sources: Running,
    server: JoinHandle<()>,
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The portal of every test that changes nothing in it.
pub async fn shared() -> &'static Portal {
    static SHARED: OnceCell<Portal> = OnceCell::const_new();
    SHARED.get_or_init(|| Portal::start("")).await
}

impl Portal {
    /// With faults, as on the command line.
    pub async fn start(faults: &str) -> Self {
        Self::start_at(NOON, faults, |_| {}).await
    }

    /// At another moment, with faults, and with the configuration adjusted before it is used.
    pub async fn start_at(moment: &str, faults: &str, adjust: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        let moment: Zoned = moment.parse::<Timestamp>().unwrap().to_zoned(sweden());
        let faults = faults.to_owned();
        RUNTIME.spawn(begin(moment, faults, |_| {}, adjust)).await.unwrap()
    }

    /// With faults, and with the people adjusted before anything is started.
    pub async fn start_among(faults: &str, adjust: impl FnOnce(&mut Seed) + Send + 'static) -> Self {
        let moment: Zoned = NOON.parse::<Timestamp>().unwrap().to_zoned(sweden());
        let faults = faults.to_owned();
        RUNTIME.spawn(begin(moment, faults, adjust, |_| {})).await.unwrap()
    }

    /// The demo's identity provider.
    pub const fn identity(&self) -> &samsyn_demo::identity::Provider {
        &self.sources.identity
    }

    /// Where a source of the demo is, and what has to be presented to it.
    pub fn reached(&self, source: &str) -> (&Url, &Issued) {
        let id = SourceId::new(source);
        (&self.sources.base_urls[&id], &self.sources.credentials[&id])
    }

    /// An address of the portal.
    pub fn at(&self, path: &str) -> Url {
        self.public_url.join(path).unwrap()
    }

    /// The number of the first person who shows this.
    pub fn showing(&self, tag: &str) -> String {
        self.seed.person_showing(tag).unwrap_or_else(|| panic!("nobody shows {tag}")).personal_number.clone()
    }

    /// Runs one statement under the store's hands.
    pub async fn run_sql(&self, sql: &str) {
        let file = self.data_dir.path().join("samsyn.db");
        let raw = Database::connect(format!("sqlite:{}", file.display())).await.unwrap();
        raw.execute_unprepared(sql).await.unwrap();
        raw.close().await.unwrap();
    }

    /// The one number that a statement gives, read past the store.
    pub async fn number(&self, sql: &str) -> i64 {
        let file = self.data_dir.path().join("samsyn.db");
        let raw = Database::connect(format!("sqlite:{}", file.display())).await.unwrap();
        let row = raw.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap().unwrap();
        raw.close().await.unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// What the living sessions hold, read past the store.
    pub async fn sessions(&self) -> Vec<serde_json::Value> {
        let file = self.data_dir.path().join("samsyn.db");
        let raw = Database::connect(format!("sqlite:{}", file.display())).await.unwrap();
        let all = Statement::from_string(DbBackend::Sqlite, "SELECT data FROM session WHERE data <> ''");
        let rows = raw.query_all_raw(all).await.unwrap();
        raw.close().await.unwrap();
        let data = |row: &sea_orm::QueryResult| row.try_get_by_index::<String>(0).unwrap();
        rows.iter().map(|row| serde_json::from_str(&data(row)).unwrap()).collect()
    }

    /// The log since the start, oldest first.
    pub async fn log(&self) -> Vec<Logged> {
        self.whole_log().await.into_iter().filter(|entry| entry.record.details["what"] != "configuration").collect()
    }

    /// The log with the record of the start.
    pub async fn whole_log(&self) -> Vec<Logged> {
        self.store.audit_records(10_000).await.unwrap()
    }

    /// What was refused so far, as reason and record.
    pub async fn refused(&self) -> Vec<(String, AuditRecord)> {
        let refused = self.log().await.into_iter().filter(|entry| entry.record.activity == Activity::Refused);
        refused.map(|entry| (entry.record.details["reason"].as_str().unwrap().to_owned(), entry.record)).collect()
    }
}

async fn begin(
    moment: Zoned,
    faults: String,
    adjust_seed: impl FnOnce(&mut Seed),
    adjust: impl FnOnce(&mut Config),
) -> Portal {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let clock = Clock::Frozen(moment);
    let mut seed = Seed::new(&clock.now());
    adjust_seed(&mut seed);
    let faults = Faults::read(&faults, &seed.sources).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let public_url: Url = format!("http://{address}").parse().unwrap();
    let client = demo_portal::identity_client(&public_url);
    let sources = servers::start(&seed, &faults, &Delays::new(), client.clone()).await.unwrap();
    let data_dir = tempfile::tempdir().unwrap();
    let dir = data_dir.path().to_owned();
    let mut config = demo_portal::config(&seed, &sources, &client, address, public_url.clone(), dir).unwrap();
    adjust(&mut config);
    config.validate().unwrap();
    let mut store = open_store(&config).await.unwrap();
    let reads = Reads::of(&mut store);
    demo_portal::plant(&store, &seed, &clock).await.unwrap();
    store.keep_acknowledgements(&read_by_strangers(&seed)).await.unwrap();
    let adapters = adapters(&config).await;
    let portal = wire_prepared(config, clock, &adapters, apart_here(), store.clone()).unwrap();
    let server = tokio::spawn(async move { serve(portal, listener, std::future::pending()).await.unwrap() });
    // Tests that break the log break it after the start.
    while store.audit_records(1).await.unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    Portal { seed, public_url, store, reads, data_dir, sources, server }
}

/// Staff that only a test's own identity provider knows: they have read the region's text, so that those tests are about signing in.
fn read_by_strangers(seed: &Seed) -> Vec<Acknowledgement> {
    let region = seed.organisations.iter().find(|one| one.id.as_str() == "region-fjall").unwrap();
    ["SE9999100001-PTOKEN", "SE9999100001-POTHER"]
        .map(|employee| Acknowledgement {
            organisation: region.id.clone(),
            user_id: employee.into(),
            digest: digest(region),
            name: employee.into(),
            assignment: employee.into(),
            at: Timestamp::UNIX_EPOCH,
        })
        .to_vec()
}

/// Each compiled once, when a portal first has it: the same components serve every portal of the process.
pub async fn adapters(config: &Config) -> Vec<(String, Arc<Prepared>)> {
    static ADAPTERS: Mutex<BTreeMap<String, Arc<OnceCell<Arc<Prepared>>>>> = Mutex::new(BTreeMap::new());
    let prepared = config.adapters.iter().map(|adapter| async {
        let known = || ADAPTERS.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(known().entry(adapter.name.clone()).or_default());
        let bytes = adapter.bytes.clone().unwrap();
        let prepared = cell.get_or_try_init(|| prepare(&bytes, None, CompileBy::Here)).await;
        prepared.map(|prepared| (adapter.name.clone(), Arc::clone(prepared)))
    });
    try_join_all(prepared).await.unwrap()
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(|| std::mem::forget(tracing::dispatcher::set_default(&LOGGING)))
        .build()
        .unwrap()
});

static LINES: Lines = Lines(Mutex::new(Vec::new()));

static LOGGING: LazyLock<Dispatch> = LazyLock::new(|| {
    let lines =
        tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_ansi(false).with_writer(|| &LINES).finish();
    Dispatch::new(lines)
});

struct Lines(Mutex<Vec<u8>>);

impl Write for &Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every line that every portal of this process has logged so far, at `info` and above, of every library.
pub fn logged() -> String {
    String::from_utf8_lossy(&LINES.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
