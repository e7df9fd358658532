//! PostgreSQL: shared by several nodes; the server keeps what it has acknowledged.
//!
//! Not here: which connections are given up (`trust`).
//! Invariant: every session asks for synchronous commits and has a time limit for its statements.

use std::time::Duration;

use sea_orm::{
    Database, DatabaseConnection,
    sqlx::{self, ConnectOptions as _, Connection as _, postgres::PgConnectOptions},
};

use super::{Connections, LogConnection, Trust, pool_options};
use crate::{StoreConfig, StoreError, error::failed};

/// How long a connection that nobody used may take to show that it still is one.
const ALIVE_WITHIN: Duration = Duration::from_secs(1);

/// Opens the pools of a server.
pub(super) async fn connect(url: &str, config: &StoreConfig) -> Result<Connections, StoreError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(StoreError::Address);
    }
    let driver: PgConnectOptions = url.parse().map_err(|_| StoreError::Address)?;
    let driver = driver.application_name("samsyn").disable_statement_logging();
    let trust = Trust::default();
    let shared = pool(&limited(&driver, config.answer_within), config, config.connections, &trust).await?;
    let database = pool(&limited(&driver, config.append_within), config, 1, &trust).await?;
    let log = LogConnection { database, trust: trust.clone() };
    Ok(Connections { reads: shared.clone(), writes: shared, log, trust })
}

fn limited(driver: &PgConnectOptions, within: Duration) -> PgConnectOptions {
    let milliseconds = within.as_millis().to_string();
    driver.clone().options([("statement_timeout", milliseconds.as_str()), ("synchronous_commit", "on")])
}

async fn pool(
    driver: &PgConnectOptions,
    config: &StoreConfig,
    connections: u32,
    trust: &Trust,
) -> Result<DatabaseConnection, StoreError> {
    let driver = driver.clone();
    let mut options = pool_options("postgres://placeholder", config, connections);
    options.map_sqlx_postgres_opts(move |_| driver.clone());
    let (taken, released) = (trust.clone(), trust.clone());
    // Instead of the pool's own question, which waits for a silent connection as long as for a free one.
    options.test_before_acquire(false).map_sqlx_postgres_before_acquire(move |connection, about| {
        let trusted = taken.holds(about.age);
        Box::pin(async move {
            if !trusted {
                return Ok(false);
            }
            let alive = tokio::time::timeout(ALIVE_WITHIN, connection.ping()).await;
            alive.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut)).map(|()| true)
        })
    });
    // Whoever gave up waiting gives the connection back with its answer outstanding: the pool would wait for that.
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let released = released.clone();
        pool.after_release(move |_, about| {
            let trusted = released.holds(about.age);
            Box::pin(async move { Ok(trusted) })
        })
    });
    Ok(Database::connect(options).await.map_err(failed("reach the database"))?)
}
