//! `samsyn serve`: the portal with a configuration file.

use std::{io::Write as _, path::PathBuf};

use anyhow::Result;
use clap::Args;
use samsyn_server::{
    clock::Clock,
    config::Config,
    run::{bind, serve, stop_signal},
    telemetry::{self, Shape},
    wiring::wire,
};

use crate::compile::by_child;

/// What to serve.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Only checks the configuration, the database and every adapter, and says what is wrong.
    #[arg(long)]
    check: bool,
    /// Log lines as JSON.
    #[arg(long)]
    json_log: bool,
}

/// Serves until told to stop.
pub async fn run(arguments: ServeArguments) -> Result<()> {
    telemetry::start(if arguments.json_log { Shape::Json } else { Shape::Text });
    let config = Config::read(&arguments.config)?;
    let public_url = config.portal.public_url.clone();
    let portal = wire(config, Clock::System, by_child()?).await?;
    if arguments.check {
        portal.store.check().await?;
        portal.store.close().await?;
        writeln!(std::io::stdout(), "ok")?;
        return Ok(());
    }
    let listener = bind(&portal.listen).await?;
    writeln!(std::io::stdout(), "ready {}", public_url.as_str().trim_end_matches('/'))?;
    serve(portal, listener, stop_signal()).await?;
    Ok(())
}
