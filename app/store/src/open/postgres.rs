//! PostgreSQL: shared by several nodes; the server keeps what it has acknowledged.
//!
//! Invariant: every session asks for synchronous commits and has a time limit for its statements.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    Database, DatabaseConnection,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};

use super::{Connections, LogConnection, pool_options};
use crate::{StoreConfig, StoreError, error::failed};

/// Opens the pools of a server.
pub(super) async fn connect(url: &str, config: &StoreConfig) -> Result<Connections, StoreError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(StoreError::Address);
    }
    let driver: PgConnectOptions = url.parse().map_err(|_| StoreError::Address)?;
    let driver = driver.application_name("samsyn").disable_statement_logging();
    let renew = Arc::new(AtomicBool::new(false));
    let shared = pool(&limited(&driver, config.answer_within), config, config.connections, None).await?;
    let database = pool(&limited(&driver, config.append_within), config, 1, Some(Arc::clone(&renew))).await?;
    Ok(Connections { reads: shared.clone(), writes: shared, log: LogConnection { database, renew } })
}

fn limited(driver: &PgConnectOptions, within: Duration) -> PgConnectOptions {
    let milliseconds = within.as_millis().to_string();
    driver.clone().options([("statement_timeout", milliseconds.as_str()), ("synchronous_commit", "on")])
}

async fn pool(
    driver: &PgConnectOptions,
    config: &StoreConfig,
    connections: u32,
    renew: Option<Arc<AtomicBool>>,
) -> Result<DatabaseConnection, StoreError> {
    let driver = driver.clone();
    let mut options = pool_options("postgres://placeholder", config, connections);
    options.map_sqlx_postgres_opts(move |_| driver.clone());
    if let Some(renew) = renew {
        options.map_sqlx_postgres_before_acquire(move |_, _| {
            let keep = !renew.swap(false, Ordering::SeqCst);
            Box::pin(async move { Ok(keep) })
        });
    }
    Ok(Database::connect(options).await.map_err(failed("reach the database"))?)
}
