//! `samsyn serve`: the portal with a configuration file.
//!
//! Not here: what is refused (`server::config`, `server::wiring`). Invariant: whatever is wrong with the file is told in one
//! run, one line each that begins with `FILE:LINE:COLUMN:`.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;
use samsyn_server::{
    clock::Clock,
    config::{ConfigError, ConfigFile},
    run::{bind, serve, stop_signal},
    telemetry::{self, Shape},
    wiring::{StartError, wire},
};

use crate::inspect::apart;

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
    let file = ConfigFile::read(&arguments.config)?;
    let config = file.config().map_err(|error| refusal(error.into(), &file))?;
    let public_url = config.portal.public_url.as_str().trim_end_matches('/').to_owned();
    let apart = apart(&config.database.data_dir)?;
    let portal = wire(config, Clock::System, apart).await.map_err(|error| refusal(error, &file))?;
    for note in file.located(portal.notes.clone()).iter() {
        tracing::warn!("{note}");
    }
    if arguments.check {
        portal.store.check().await?;
        portal.store.close().await?;
        writeln!(std::io::stdout(), "ok")?;
        return Ok(());
    }
    let listener = bind(&portal.listen).await?;
    writeln!(std::io::stdout(), "ready {public_url}")?;
    serve(portal, listener, stop_signal()).await?;
    Ok(())
}

/// What is wrong with the file is printed line by line; what is left to say at the end is how much it is.
fn refusal(error: StartError, file: &ConfigFile) -> anyhow::Error {
    match error.located(file) {
        StartError::Config(ConfigError::Refused(problems)) => {
            eprintln!("{problems}");
            match problems.len() {
                1 => anyhow!("not started: the line above says what to change"),
                many => anyhow!("not started: the {many} lines above say what to change"),
            }
        }
        other => other.into(),
    }
}
