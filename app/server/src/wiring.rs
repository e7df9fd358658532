//! From configuration to a running portal: store, adapters, sources, identity provider, routes.
//!
//! Not here: any rule of the trade. Invariant: whatever can be refused is refused before the first request is accepted, all
//! of it at once, and before the database is touched.

mod agreement;
pub mod fleet;
mod sources;

use std::{borrow::Cow, path::PathBuf, sync::Arc};

use axum::Router;
use samsyn_domain::source::{OrganisationId, Source};
use samsyn_host::{
    prepared::{CompileBy, PrepareError, Prepared, prepare},
    runtime::{BindError, Host},
};
use samsyn_service::{
    access::AccessService,
    catalogue::CatalogueService,
    enablement::EnablementService,
    extract::ExtractService,
    go_live::GoLiveService,
    notices::{NoticeBoard, NoticeService},
    overview::{Catalogue, OverviewService},
    port::{audit_log::AuditLog, inspector::Inspector, spans::Spans},
    record::start::Configuration,
    reports::ReportService,
    review::ReviewService,
    roles::RoleService,
    snapshots::SnapshotService,
    sources::{SourceBook, SourceService, drift::Drift, watch::Watch},
    statistics::StatisticsService,
    units::UnitService,
    users::UserService,
};
use samsyn_store::{AuditBreak, Store, StoreConfig, StoreError};
use samsyn_ui::Support;
use tokio_util::task::TaskTracker;

use self::{fleet::Fleet, sources::Fitted};
use crate::{
    clock::Clock,
    config::{AdapterFile, AuditConfig, Config, ConfigError, ConfigFile, Findings, KeyPath, Problems, SessionConfig},
    denials::Denials,
    http::{self, AppState, Parts, rate::Openings},
    login::provider::IdentityProvider,
    metrics::Metrics,
    session::SessionRoom,
    traces::Traces,
};

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A source.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// A port of the store.
    #[error(transparent)]
    Port(#[from] samsyn_service::port::PortError),
    /// The log is not the one that a checkpoint kept elsewhere speaks of.
    #[error("{}: {broken}. Nothing was changed and nobody can sign in. Find out what happened to the database; `samsyn audit verify` helps", file.display())]
    Log {
        /// Where the checkpoint is kept.
        file: PathBuf,
        /// What is wrong.
        broken: AuditBreak,
    },
    /// The socket.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        error: std::io::Error,
    },
}

impl StartError {
    /// The same with the places in the file that the configuration came from.
    #[must_use]
    pub fn located(self, file: &ConfigFile) -> Self {
        match self {
            Self::Config(error) => Self::Config(error.located(file)),
            other => other,
        }
    }
}

/// A portal ready to serve.
pub struct Portal {
    /// Every route.
    pub router: Router,
    /// The database, for the purge job and for closing.
    pub store: Store,
    /// The sandbox, for reports.
    pub host: Arc<Host>,
    /// Where to listen.
    pub listen: String,
    /// What must end before the store is closed.
    pub unfinished: TaskTracker,
    /// Where the log's checkpoints are kept.
    pub audit: AuditConfig,
    /// What the administrator should know although it starts.
    pub notes: Problems,
    /// What is started, for the log.
    pub configuration: Configuration,
    /// Where dates come from.
    pub clock: Clock,
    /// How long sessions last.
    pub session: SessionConfig,
    /// Denied attempts on their way to the log.
    pub denials: Arc<Denials>,
    /// The sources there are.
    pub book: SourceBook,
    /// What runs.
    pub fleet: Fleet,
    /// Tries what runs again.
    pub drift: Drift,
}

/// Opens the store of a configuration.
///
/// # Errors
/// When the address file or the key cannot be read or the database cannot be opened.
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    Ok(Store::open(&store_config(config)?).await?)
}

/// Where the store of a configuration is.
///
/// # Errors
/// When the address file cannot be read.
pub fn store_config(config: &Config) -> Result<StoreConfig, StartError> {
    let mut place = match &config.database.postgres_url_file {
        Some(path) => {
            let url = std::fs::read_to_string(path).map_err(|error| {
                ConfigError::refused("database.postgres_url_file", format!("{}: {error}", path.display()))
            })?;
            StoreConfig::at_url(url.trim(), &config.database.data_dir)
        }
        None => StoreConfig::in_data_dir(&config.database.data_dir),
    };
    if let Some(key_file) = &config.database.key_file {
        place.key_file.clone_from(key_file);
    }
    Ok(place)
}

/// An adapter by the name that sources use.
type Named = (String, Arc<Prepared>);

/// Who works apart from the portal's own process, on what can be hostile.
#[derive(Clone)]
pub struct Apart {
    /// Compiles adapters.
    pub compile: CompileBy,
    /// Tries packages.
    pub inspector: Arc<dyn Inspector>,
}

/// Puts everything together.
///
/// # Errors
/// Everything in the configuration that is refused, on its own or by an adapter; or that the database cannot be opened.
pub async fn wire(config: Config, clock: Clock, apart: Apart) -> Result<Portal, StartError> {
    let (fitted, notes) = fit(&config, &apart.compile).await?;
    let store = open_store(&config).await.map_err(|error| at_its_key(error, &config))?;
    let log = Arc::new(store.clone());
    assemble(config, clock, fitted, notes, store, (log, apart))
}

/// The same over a store that is already open.
///
/// # Errors
/// As [`wire`].
pub async fn wire_with(config: Config, clock: Clock, apart: Apart, store: Store) -> Result<Portal, StartError> {
    let log = Arc::new(store.clone());
    wire_logging_to(config, clock, apart, store, log).await
}

/// The same with another log for the openings than the store's own: for the benchmark, which measures what the log costs.
///
/// # Errors
/// As [`wire`].
pub async fn wire_logging_to(
    config: Config,
    clock: Clock,
    apart: Apart,
    store: Store,
    log: Arc<dyn AuditLog>,
) -> Result<Portal, StartError> {
    let (fitted, notes) = fit(&config, &apart.compile).await?;
    assemble(config, clock, fitted, notes, store, (log, apart))
}

/// The same with adapters that are prepared already, by the names the sources use.
///
/// # Errors
/// As [`wire`].
pub fn wire_prepared(
    config: Config,
    clock: Clock,
    adapters: &[(String, Arc<Prepared>)],
    apart: Apart,
    store: Store,
) -> Result<Portal, StartError> {
    let (fitted, notes) = fit_prepared(&config, adapters, config.findings())?;
    let log = Arc::new(store.clone());
    assemble(config, clock, fitted, notes, store, (log, apart))
}

/// Prepares the adapters and fits the sources to them; also of a configuration that is refused, so that all is told at once.
async fn fit(config: &Config, compile: &CompileBy) -> Result<(Vec<Fitted>, Problems), ConfigError> {
    let mut found = config.findings();
    let mut adapters = Vec::new();
    for prepared in prepare_all(config, compile).await {
        match prepared {
            Ok(adapter) => adapters.push(adapter),
            Err((key, why)) => found.refuse(key, why),
        }
    }
    fit_prepared(config, &adapters, found)
}

fn fit_prepared(
    config: &Config,
    adapters: &[Named],
    mut found: Findings,
) -> Result<(Vec<Fitted>, Problems), ConfigError> {
    let fitted = sources::fit(config, adapters, &mut found);
    let notes = found.verdict()?;
    Ok((fitted, notes))
}

/// A database that cannot be opened is told where it is named.
fn at_its_key(error: StartError, config: &Config) -> StartError {
    let StartError::Store(error) = error else { return error };
    let key = match &error {
        StoreError::Key(_) | StoreError::OtherKey { .. } => "key_file",
        _ if config.database.postgres_url_file.is_some() => "postgres_url_file",
        _ => "data_dir",
    };
    ConfigError::refused(KeyPath::from("database").key(key), format!("the database cannot be opened: {error}")).into()
}

fn assemble(
    config: Config,
    clock: Clock,
    fitted: Vec<Fitted>,
    notes: Problems,
    store: Store,
    (log, Apart { compile, inspector }): (Arc<dyn AuditLog>, Apart),
) -> Result<Portal, StartError> {
    let host = Arc::new(Host::new());
    let configuration = started(&config, &fitted);
    let described = fitted.iter().map(Fitted::says).collect();
    let sources = fitted.into_iter().map(|source| source.bind(&host)).collect::<Result<_, _>>()?;
    let catalogue = Catalogue { sources, organisations: config.organisations.clone() };
    let database = Arc::new(store.clone());
    let fleet = Fleet::new(host.clone(), config.clone(), database.clone(), database.clone(), compile);
    let overviews = OverviewService::new(
        Arc::new(fleet.clone()),
        log,
        database.clone(),
        database.clone(),
        database.clone(),
        catalogue,
        config.limits.clone(),
    );
    let board = Arc::new(NoticeBoard::new(database.clone()));
    let metrics = Arc::new(Metrics::new());
    let spans = config.traces.collector.as_ref().map(Traces::to).transpose();
    let spans = spans.map_err(|why| ConfigError::refused(KeyPath::from("traces").key("collector"), why))?;
    let spans = spans.map(|traces| Arc::new(traces) as Arc<dyn Spans>);
    let overviews = overviews.traced_by(spans).keeping(database.clone());
    let overviews = overviews.enabled_by(database.clone()).gated_by(database.clone());
    let sources: Arc<[Source]> = overviews.catalogue().sources.clone().into();
    let book = SourceBook::new(sources.clone(), described, &config.organisations, database.clone(), database.clone());
    let watch = Arc::new(Watch::new(database.clone(), database.clone(), &config.limits));
    let drift = Drift::new(book.clone(), database.clone(), inspector.clone(), watch.clone());
    let overviews = overviews.minding(board.clone()).measured_by(metrics.clone()).staged_by(book.clone(), watch);
    let overviews = Arc::new(overviews);
    let snapshots = SnapshotService::new(database.clone(), database.clone(), database.clone(), overviews.clone());
    let unfinished = overviews.unfinished().clone();
    let (listen, session, audit) = (config.portal.listen.clone(), config.session.clone(), config.audit.clone());
    let denials = Arc::new(Denials::new(database.clone(), clock.clone()));
    let portal_clock = clock.clone();
    let parts = Parts {
        identity: IdentityProvider::new(&config.identity)?,
        openings: Openings::per_minute(config.limits.openings_per_minute),
        denials: denials.clone(),
        sessions: SessionRoom::new(database.clone()),
        sign_ins: database.clone(),
        access: AccessService::new(database.clone(), database.clone(), database.clone(), database.clone()),
        go_live: GoLiveService::new(
            database.clone(),
            database.clone(),
            database.clone(),
            book.clone(),
            config.limits.clone(),
        ),
        enablements: EnablementService::new(database.clone(), database.clone(), sources),
        sources: SourceService::new(
            book.clone(),
            database.clone(),
            Arc::new(fleet.clone()),
            database.clone(),
            overviews.comparisons().clone(),
        ),
        catalogue: CatalogueService::new(database.clone(), database.clone(), inspector, unfinished.clone()),
        notices: NoticeService::new(database.clone(), database.clone(), board, book.clone(), for_all(&config)),
        reports: ReportService::new(database.clone(), database.clone(), book.clone()),
        roles: RoleService::new(database.clone(), database.clone()),
        extracts: ExtractService::new(database.clone(), database.clone()),
        snapshots,
        statistics: StatisticsService::new(database.clone(), database.clone()),
        reviews: ReviewService::new(database.clone(), database.clone(), database.clone(), database.clone()),
        units: UnitService::new(database.clone(), database.clone()),
        users: UserService::new(database.clone()),
        acknowledgements: database.clone(),
        drafts: database.clone(),
        handles: database.clone(),
        audit: database,
        metrics,
        metrics_token: config.metrics.token.clone(),
        support: Support::of(&config.organisations),
        config,
        since: clock.now().timestamp(),
        clock,
        overviews,
    };
    Ok(Portal {
        router: http::router(AppState::new(parts)),
        store,
        host,
        listen,
        unfinished,
        audit,
        notes,
        configuration,
        clock: portal_clock,
        session,
        denials,
        book,
        fleet,
        drift,
    })
}

/// What the log is told of this start.
fn started(config: &Config, fitted: &[Fitted]) -> Configuration {
    let mut configuration =
        Configuration { configuration_sha256: config.file_sha256.clone(), ..Configuration::default() };
    for (source, adapter, digest) in fitted.iter().map(Fitted::runs) {
        configuration.adapters.insert(adapter.to_owned(), digest.to_owned());
        configuration.sources.insert(source.clone(), adapter.to_owned());
    }
    configuration
}

/// Admits and compiles every adapter that a source uses, two at a time: compiling takes the processor. One without a file
/// that can be read has been told already.
async fn prepare_all(config: &Config, compile: &CompileBy) -> Vec<Result<Named, (KeyPath, String)>> {
    use futures::StreamExt as _;
    let cache = compiled_adapters(config);
    let is_used = |adapter: &AdapterFile| config.sources.iter().any(|source| source.adapter == adapter.name);
    let used = config.adapters.iter().enumerate().filter(|(_, adapter)| is_used(adapter));
    let readable = used.filter_map(|(index, adapter)| Some((index, adapter, read_adapter(adapter)?)));
    futures::stream::iter(readable.map(|(index, adapter, bytes)| {
        let cache = cache.clone();
        async move {
            let prepared = prepare(&bytes, Some(&cache), compile.clone()).await;
            let named = prepared.map(|prepared| (adapter.name.clone(), prepared));
            named.map_err(|error| unprepared(index, adapter, &error))
        }
    }))
    .buffer_unordered(2)
    .collect()
    .await
}

/// Where compiled adapters are kept.
fn compiled_adapters(config: &Config) -> PathBuf {
    config.database.data_dir.join("compiled-adapters")
}

/// Which key is to blame: the sandbox itself needs nothing but its directory.
fn unprepared(index: usize, adapter: &AdapterFile, error: &PrepareError) -> (KeyPath, String) {
    match error {
        PrepareError::Engine(error) => (KeyPath::from("database.data_dir"), error.to_string()),
        PrepareError::Refused(_) | PrepareError::Child(_) => {
            let key = KeyPath::from("adapter").item(index).key("file");
            (key, format!("adapter `{}` cannot be used: {error}", adapter.name))
        }
    }
}

/// Organisations that may write to the staff of all.
fn for_all(config: &Config) -> Arc<[OrganisationId]> {
    config.organisations.iter().filter(|one| one.publishes_for_all).map(|one| one.id.clone()).collect()
}

fn read_adapter(adapter: &AdapterFile) -> Option<Cow<'static, [u8]>> {
    let from_file = || adapter.file.as_ref().and_then(|path| std::fs::read(path).ok()).map(Cow::Owned);
    adapter.bytes.clone().or_else(from_file)
}
