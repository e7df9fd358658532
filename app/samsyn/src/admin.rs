//! `samsyn admin`: what an operator does to a portal's database as a whole.
//!
//! Not here: what is done (`samsyn::stores`). Invariant: nothing of a patient is printed; where a key is needed it is said which.

use std::{io::Write as _, path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use samsyn::{leaving, stores};
use samsyn_server::{config::ConfigFile, wiring::store_config};
use samsyn_store::{Copied, StoreConfig, StoreKey};

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Copies the whole database, of a running portal too, into a new directory, and verifies the copy and its log. The key that patients
    /// are sealed with is not in it: keep it somewhere else, for without it a backup is worth nothing.
    Backup(BackupArguments),
    /// Copies a backup into the configured database, which must be empty, and verifies it. Everybody signs in anew.
    Restore(RestoreArguments),
    /// Writes everything of one organisation into a new directory, for when it leaves: what it has decided, its sources without secrets, its
    /// consents and blocks, and its log. What is written holds patients' numbers.
    Export(ExportArguments),
    /// Copies a stopped portal's database into an empty one of another kind, and verifies it: from SQLite to PostgreSQL, or back.
    MigrateStore(MigrateArguments),
}

/// Of what and where to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The portal's configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The directory to write; there must be none.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Of what and where to.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The portal's configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The directory that a backup was written to.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
}

/// Of what and where to.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The portal's configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The organisation's id in it.
    #[arg(long, value_name = "ID")]
    organisation: String,
    /// The directory to write; there must be none, or nothing in it.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// From where to where.
#[derive(Debug, Args)]
pub struct MigrateArguments {
    /// A data directory, or a file that holds the address of a PostgreSQL database (postgres://user:password@host:port/database).
    #[arg(long, value_name = "PLACE")]
    from: PathBuf,
    /// The same, of an empty database.
    #[arg(long, value_name = "PLACE")]
    to: PathBuf,
    /// The key that patients are sealed with; that of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Does it.
pub async fn run(command: AdminCommand) -> Result<()> {
    let bar = progress();
    let told = |table: &'static str, rows: u64| {
        bar.set_message(table);
        bar.set_position(rows);
    };
    let mut out = std::io::stdout();
    match command {
        AdminCommand::Backup(BackupArguments { config, to }) => {
            let from = configured(&config)?;
            let made = stores::back_up(&from, &to, told).await?;
            bar.finish_and_clear();
            writeln!(
                out,
                "written: {}\nlog:     {} with {} records\nroot:    {}",
                to.display(),
                made.log,
                made.records,
                made.root
            )?;
            writeln!(out, "needs:   {} to be restored, which is not in it", from.key_file.display())?;
        }
        AdminCommand::Restore(RestoreArguments { config, from }) => {
            let copied = stores::restore(&from, &configured(&config)?, told).await?;
            bar.finish_and_clear();
            tell(&mut out, "restored", &copied)?;
        }
        AdminCommand::Export(ExportArguments { config, organisation, to }) => {
            let handed = leaving::export(&config, &organisation, &to, |read, _| bar.set_position(read)).await?;
            bar.finish_and_clear();
            for file in &handed.files {
                writeln!(out, "written: {}", file.display())?;
            }
            writeln!(out, "holds:   {} registrations, {} events of the log", handed.registrations, handed.events)?;
            writeln!(out, "next:    hand it to the organisation alone: it holds patients' numbers")?;
        }
        AdminCommand::MigrateStore(MigrateArguments { from, to, key_file }) => {
            let (from, to) = (opened(&from, key_file.as_ref(), None)?, &to);
            let to = opened(to, key_file.as_ref(), Some(&from))?;
            let copied = stores::migrate(&from, &to, told).await?;
            bar.finish_and_clear();
            tell(&mut out, "moved", &copied)?;
            writeln!(
                out,
                "next:    name the new place under [database] in the configuration of every node, with this key:"
            )?;
            writeln!(out, "         {}", to.key_file.display())?;
        }
    }
    Ok(())
}

fn configured(file: &std::path::Path) -> Result<StoreConfig> {
    Ok(store_config(&ConfigFile::read(file)?.config()?)?)
}

/// A place with the key: the named one, else that of the data directory, else that of the other place.
fn opened(place: &std::path::Path, key: Option<&PathBuf>, other: Option<&StoreConfig>) -> Result<StoreConfig> {
    let found = stores::place(place)?;
    let own = StoreConfig::in_data_dir(place);
    let key_file = match (key, &found, other) {
        (Some(key), ..) => key.clone(),
        (None, _, Some(other)) => other.key_file.clone(),
        (None, samsyn_store::Place::DataDir(dir), None) => StoreKey::file_in(dir),
        (None, samsyn_store::Place::Postgres(_), None) => {
            anyhow::bail!("name the key that patients are sealed with: --key-file")
        }
    };
    Ok(StoreConfig { place: found, key_file, ..own })
}

fn tell(out: &mut impl std::io::Write, done: &str, copied: &Copied) -> Result<()> {
    let rows: u64 = copied.rows.iter().map(|(_, rows)| rows).sum();
    writeln!(out, "{done}: {rows} rows in {} tables, compared with the original", copied.rows.len())?;
    writeln!(
        out,
        "log:     {} with {} records, verified\nroot:    {}",
        copied.log.origin, copied.log.records, copied.log.root
    )?;
    Ok(())
}

fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::default_spinner()
            .template("{spinner} {msg}: {pos} rows")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
