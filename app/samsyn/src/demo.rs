//! `samsyn demo`: the portal with invented people, simulated sources and a demo identity provider, on this machine only.
//!
//! Goes the same way as `serve`: a configuration, then `server::wiring`. Invariant: nothing listens outside loopback.

use std::{io::Write as _, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use jiff::{Timestamp, Zoned};
use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    list::list_json,
    neighbours::{FEWEST, MOST},
    seed::Seed,
    servers::{self, Delays},
};
use samsyn_domain::time::sweden;
use samsyn_server::{
    clock::Clock,
    run::{bind, serve, stop_signal},
    telemetry::{self, Shape},
    wiring::{open_store, wire_with},
};
use url::Url;

use crate::inspect::apart;

/// How the demo starts.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Address of the portal; loopback only.
    #[arg(long, default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// Where its data is kept; a fresh directory that is removed afterwards when left out.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Freezes every date, e.g. 2026-11-21T12:00:00+01:00. Deadlines and sessions run on real time.
    #[arg(long, value_parser = moment)]
    clock: Option<Zoned>,
    /// Faults, KEY=KIND,…: KEY is a source id or adapter name; KIND is one of hang refuse reset 500 429 401 empty truncated html
    /// slow=MS wrong-patient.
    #[arg(long, default_value = "")]
    fault: String,
    /// Adds the sources whose adapters are written in TypeScript and Python: Hemplan and Hemrehabjournalen.
    #[arg(long)]
    all_languages: bool,
    /// Shows the region with so many organisations, itself and its municipalities.
    #[arg(long, value_name = "N", default_value_t = FEWEST, value_parser = organisations)]
    organisations: usize,
    /// Prints who can sign in and which people exist, as JSON, and ends.
    #[arg(long)]
    list: bool,
    /// Log lines as JSON.
    #[arg(long)]
    json_log: bool,
}

fn organisations(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (FEWEST..=MOST).contains(count));
    count.ok_or_else(|| format!("expected {FEWEST} to {MOST}: the region and its municipalities"))
}

fn moment(text: &str) -> Result<Zoned, String> {
    text.parse::<Timestamp>()
        .map(|moment| moment.to_zoned(sweden()))
        .map_err(|error| format!("expected a moment with offset, e.g. 2026-11-21T12:00:00+01:00: {error}"))
}

/// Starts everything and serves until told to stop.
pub async fn run(arguments: DemoArguments) -> Result<()> {
    let clock = arguments.clock.clone().map_or(Clock::System, Clock::Frozen);
    let now = clock.now();
    let seed = Seed::new(&now);
    let seed = if arguments.all_languages { seed.with_all_languages(&now) } else { seed };
    let seed = seed.with_organisations(arguments.organisations);
    if arguments.list {
        writeln!(std::io::stdout(), "{:#}", list_json(&seed))?;
        return Ok(());
    }
    ensure!(arguments.listen.ip().is_loopback(), "--listen {}: the demo listens on loopback only", arguments.listen);
    let faults = Faults::read(&arguments.fault, &seed.sources)?;
    telemetry::start(if arguments.json_log { Shape::Json } else { Shape::Text });

    let listener = bind(&arguments.listen.to_string()).await?;
    let address = listener.local_addr()?;
    let public_url: Url = format!("http://{address}").parse()?;
    let client = demo_portal::identity_client(&public_url);
    let running = servers::start(&seed, &faults, &Delays::new(), client.clone()).await?;

    let temporary = if arguments.data_dir.is_none() { Some(tempfile::tempdir()?) } else { None };
    let data_dir = arguments.data_dir.or_else(|| temporary.as_ref().map(|dir| dir.path().to_owned()));
    let data_dir = data_dir.context("no directory for the data")?;
    let config = demo_portal::config(&seed, &running, &client, address, public_url.clone(), data_dir.clone())?;
    let store = open_store(&config).await?;
    demo_portal::plant(&store, &seed, &clock).await?;
    let portal = wire_with(config, clock, apart(&data_dir)?, store).await?;

    welcome(&seed, &public_url)?;
    serve(portal, listener, stop_signal()).await?;
    running.shutdown().await;
    Ok(())
}

/// Who can sign in and whom to look for, for people; then the one line that programs wait for.
fn welcome(seed: &Seed, public_url: &Url) -> Result<()> {
    let base = public_url.as_str().trim_end_matches('/');
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nSamsyn demo. Everybody in it is invented.\n\nSign in as:")?;
    for staff in &seed.staff {
        writeln!(out, "  {base}/login?login_hint={:<16} {}, {}", staff.id, staff.name(), staff.title)?;
    }
    writeln!(out, "\nSome patients:")?;
    for person in seed.people.iter().take(8) {
        writeln!(out, "  {}  {}", person.personal_number, person.shows.join(", "))?;
    }
    writeln!(out, "\nAll of them: samsyn demo --list\n")?;
    writeln!(out, "ready {base}")?;
    out.flush()?;
    Ok(())
}
