//! From configuration to a running portal: store, adapters, sources, identity provider, routes.
//!
//! Not here: any rule of the trade. Invariant: whatever can be refused is refused before the first request is accepted.

mod sources;

use std::{path::PathBuf, sync::Arc};

use axum::Router;
use samsyn_host::{
    prepared::{CompileBy, PrepareError, Prepared, prepare},
    runtime::{BindError, Host},
};
use samsyn_service::overview::{Catalogue, OverviewService};
use samsyn_store::{Store, StoreConfig, StoreError};
use tokio_util::task::TaskTracker;

use crate::{
    clock::Clock,
    config::{AdapterFile, Config, ConfigError},
    http::{self, AppState, Parts},
    login::provider::IdentityProvider,
    session::SessionRoom,
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
    /// An adapter.
    #[error("adapter `{name}`: {error}")]
    Adapter {
        /// Which.
        name: String,
        /// Why.
        error: PrepareError,
    },
    /// A source.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// A port of the store.
    #[error(transparent)]
    Port(#[from] samsyn_service::port::PortError),
    /// The socket.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        error: std::io::Error,
    },
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
}

/// Opens the store of a configuration.
///
/// # Errors
/// When the address file cannot be read or the database cannot be opened.
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    let place = match &config.database.postgres_url_file {
        Some(path) => {
            let url = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
            StoreConfig::at_url(url.trim())
        }
        None => StoreConfig::in_data_dir(&config.database.data_dir),
    };
    Ok(Store::open(&place).await?)
}

/// Puts everything together.
///
/// # Errors
/// The first thing that does not fit, by name.
pub async fn wire(config: Config, clock: Clock, compile: CompileBy) -> Result<Portal, StartError> {
    config.validate()?;
    let store = open_store(&config).await?;
    wire_with(config, clock, compile, store).await
}

/// The same over a store that is already open.
///
/// # Errors
/// As [`wire`].
pub async fn wire_with(config: Config, clock: Clock, compile: CompileBy, store: Store) -> Result<Portal, StartError> {
    let adapters = prepare_all(&config, &compile).await?;
    wire_prepared(config, clock, &adapters, store)
}

/// The same with adapters that are prepared already, by the names the sources use.
///
/// # Errors
/// The first thing that does not fit, by name.
pub fn wire_prepared(
    config: Config,
    clock: Clock,
    adapters: &[(String, Arc<Prepared>)],
    store: Store,
) -> Result<Portal, StartError> {
    let host = Arc::new(Host::new());
    let mut catalogue = Catalogue { sources: Vec::new(), organisations: config.organisations.clone() };
    for source in &config.sources {
        let Some((_, adapter)) = adapters.iter().find(|(name, _)| *name == source.adapter) else {
            return Err(ConfigError::refused(format!("source {}", source.id), "its adapter is missing").into());
        };
        catalogue.sources.push(sources::describe(source, &config, adapter)?);
        host.bind(source.id.clone(), sources::binding(source, &config, adapter)?)?;
    }
    let database = Arc::new(store.clone());
    let overviews = Arc::new(OverviewService::new(
        host.clone(),
        database.clone(),
        database.clone(),
        database.clone(),
        catalogue,
        config.limits.clone(),
    ));
    let unfinished = overviews.unfinished().clone();
    let listen = config.portal.listen.clone();
    let parts = Parts {
        identity: IdentityProvider::new(&config.identity)?,
        sessions: SessionRoom::new(database.clone()),
        handles: database.clone(),
        audit: database,
        config,
        clock,
        overviews,
    };
    Ok(Portal { router: http::router(AppState::new(parts)), store, host, listen, unfinished })
}

/// Admits and compiles every adapter that a source uses, two at a time: compiling takes the processor.
async fn prepare_all(config: &Config, compile: &CompileBy) -> Result<Vec<(String, Arc<Prepared>)>, StartError> {
    use futures::{StreamExt as _, TryStreamExt as _};
    let cache: PathBuf = config.database.data_dir.join("compiled-adapters");
    let used = config.adapters.iter().filter(|adapter| config.sources.iter().any(|s| s.adapter == adapter.name));
    futures::stream::iter(used.map(|adapter| {
        let cache = cache.clone();
        async move {
            let bytes = read_adapter(adapter)?;
            let prepared = prepare(&bytes, Some(&cache), compile.clone())
                .await
                .map_err(|error| StartError::Adapter { name: adapter.name.clone(), error })?;
            Ok((adapter.name.clone(), prepared))
        }
    }))
    .buffer_unordered(2)
    .try_collect()
    .await
}

fn read_adapter(adapter: &AdapterFile) -> Result<std::borrow::Cow<'static, [u8]>, ConfigError> {
    match (&adapter.bytes, &adapter.file) {
        (Some(bytes), _) => Ok(bytes.clone()),
        (None, Some(path)) => std::fs::read(path)
            .map(std::borrow::Cow::Owned)
            .map_err(|source| ConfigError::Unreadable { path: path.clone(), source }),
        (None, None) => Err(ConfigError::refused(format!("adapter {}", adapter.name), "file is missing")),
    }
}
