//! `samsyn audit`: whether the log is whole, the log in files for others to verify, and proofs of what stands in it.
//!
//! Room: [`arguments`] the command line. Not here: the log itself (`store`), its forms (`service::audit_export`), their files
//! (`samsyn::audit_files`). Invariant: nothing is written but what is asked for, and no patient is printed; a log that is not
//! whole ends the program with an error that says where.

mod arguments;

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use samsyn::audit_files::{self, Form};
use samsyn_server::{config::ConfigFile, wiring::store_config};
use samsyn_service::audit_export::national::System;
use samsyn_store::{
    AuditFile, AuditHead, AuditStep, AuditVerdict, LogCheckpoint, StoreConfig, exported_key, verify_exported,
};

pub use self::arguments::AuditCommand;
use self::arguments::{CheckpointArguments, Database, ExportArguments, Format, ProveArguments, VerifyArguments};

/// Does it.
pub async fn run(command: AuditCommand) -> Result<()> {
    match command {
        AuditCommand::Verify(arguments) => verify(arguments).await,
        AuditCommand::Checkpoint(CheckpointArguments { database, file }) => checkpoint(database, &file).await,
        AuditCommand::Prove(arguments) => prove(arguments).await,
        AuditCommand::Export(arguments) => match arguments.format {
            Format::Tiles => tiles(arguments).await,
            _ => export(arguments).await,
        },
    }
}

async fn verify(arguments: VerifyArguments) -> Result<()> {
    let VerifyArguments { data_dir, config, log, key, checkpoint } = arguments;
    let bar = progress("records");
    let told = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let mut at = AuditStep::Records;
    let in_steps = |step: AuditStep, done: u64, of: u64| {
        if step != at {
            at = step;
            bar.reset();
            bar.set_message("records in the index by patient");
        }
        told(done, of);
    };
    let (verdict, key) = if let Some(log) = log {
        let believed = key.is_none();
        let key = key.map_or_else(|| exported_key(&log), Ok)?;
        if believed {
            eprintln!(
                "The key is the one beside the log: it says that the files belong together, not whose log it is."
            );
        }
        let kept = kept(&checkpoint, &key)?;
        (verify_exported(&log, &key, &kept, told)?, key)
    } else {
        let file = AuditFile::open(&place(&Database { data_dir, config })?).await?;
        let key = file.key().await?;
        let kept = kept(&checkpoint, &key)?;
        (file.verify(&kept, in_steps).await?, key)
    };
    bar.finish_and_clear();
    match verdict {
        AuditVerdict::Broken(broken) => bail!("the log is not whole: {broken}"),
        AuditVerdict::Intact(AuditHead { origin, records, root, checkpoint: _ }) => {
            writeln!(std::io::stdout(), "whole: {records} records\nlog:   {origin}\nroot:  {root}\nkey:   {key}")?;
            for path in checkpoint {
                writeln!(std::io::stdout(), "goes on from {}", path.display())?;
            }
            Ok(())
        }
    }
}

async fn checkpoint(database: Database, file: &Path) -> Result<()> {
    let log = AuditFile::open(&place(&database)?).await?;
    let newest = log.checkpoint().await?;
    write_new(file, newest.note.as_bytes())?;
    writeln!(
        std::io::stdout(),
        "written: {} with {} records\nkey:     {}",
        file.display(),
        newest.size,
        log.key().await?
    )?;
    Ok(())
}

async fn prove(arguments: ProveArguments) -> Result<()> {
    let ProveArguments { database, index, id, since, dir } = arguments;
    let log = AuditFile::open(&place(&database)?).await?;
    fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
    if let Some(since) = since {
        let earlier = read_checkpoint(&since, &log.key().await?)?;
        let file = dir.join(format!("since-{}.txt", earlier.size));
        write_new(&file, log.prove_since(&earlier).await?.as_bytes())?;
        writeln!(std::io::stdout(), "written: {}", file.display())?;
        return Ok(());
    }
    let index = match (index, id) {
        (Some(index), _) => index,
        (None, Some(id)) => log.index_of(&id).await?.context("no record has this id")?,
        (None, None) => bail!("say which record: --index or --id"),
    };
    let proven = log.prove(index).await?;
    let (proof, entry) = (dir.join(format!("{index}.tlog-proof")), dir.join(format!("{index}.json")));
    write_new(&proof, proven.proof.as_bytes())?;
    write_new(&entry, &proven.entry)?;
    writeln!(std::io::stdout(), "written: {}\nwritten: {}", proof.display(), entry.display())?;
    Ok(())
}

async fn tiles(arguments: ExportArguments) -> Result<()> {
    let ExportArguments { database, dir, what, .. } = arguments;
    if !what.is_everything() {
        bail!(
            "a part of the log cannot be verified: leave out --provider, --from and --before, or choose another --format"
        );
    }
    let (bar, place) = (progress("records"), place(&database)?);
    let written = audit_files::write_tiles(&place, &dir, |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    });
    let written = written.await?;
    bar.finish_and_clear();
    let log = AuditFile::open(&place).await?;
    writeln!(
        std::io::stdout(),
        "written: {} with {} records\nkey:     {}",
        dir.display(),
        written.size,
        log.key().await?
    )?;
    Ok(())
}

async fn export(arguments: ExportArguments) -> Result<()> {
    let ExportArguments { database, dir, format, what, system_id, portal } = arguments;
    let form = match (format, system_id) {
        (Format::National, Some(id)) => Form::National(System { id, name: "Samsyn".into() }),
        (Format::Balp, _) => Form::Balp { portal },
        _ => Form::Csv,
    };
    let (bar, place) = (progress("records"), place(&database)?);
    let written = audit_files::write(&place, &dir, form, &what, |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    });
    let written = written.await?;
    bar.finish_and_clear();
    let mut out = std::io::stdout();
    writeln!(out, "written: {} with {} events of {} records", dir.display(), written.events, written.records)?;
    if written.left_out > 0 {
        writeln!(
            out,
            "left out: {} events that are no posts of the national log: of no patient, or signing in and out",
            written.left_out
        )?;
    }
    if written.unnamed > 0 {
        writeln!(
            out,
            "not posted: what was shown of {} providers' information, because there were more than the log could name",
            written.unnamed
        )?;
    }
    Ok(())
}

fn place(database: &Database) -> Result<StoreConfig> {
    match (&database.data_dir, &database.config) {
        (Some(dir), _) => Ok(StoreConfig::in_data_dir(dir)),
        (None, Some(file)) => Ok(store_config(&ConfigFile::read(file)?.config()?)?),
        (None, None) => bail!("say which database: --data-dir or --config"),
    }
}

fn kept(files: &[PathBuf], key: &str) -> Result<Vec<LogCheckpoint>> {
    files.iter().map(|file| read_checkpoint(file, key)).collect()
}

fn read_checkpoint(file: &Path, key: &str) -> Result<LogCheckpoint> {
    let note = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    LogCheckpoint::open(&note, key).with_context(|| file.display().to_string())
}

/// A file that is its owner's alone and replaces no other.
fn write_new(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| file.display().to_string())?;
    new.write_all(bytes).and_then(|()| new.sync_all()).with_context(|| file.display().to_string())
}

/// A bar on standard error, drawn only where somebody sees it.
fn progress(what: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    // Short enough for a window of eighty characters, where a longer line would be drawn over several.
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {human_pos} of {human_len} {msg}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
