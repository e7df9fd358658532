//! The database of a portal as a whole: a backup, restoring it, moving it to another engine.
//!
//! Not here: the copying (`store`), the command line (`admin` of the program).
//! Invariant: nothing is written over; what is said to be a backup was read back and its log verified; the key that patients are sealed with
//! is in no backup.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use samsyn_store::{AuditFile, Copied, Place, StoreConfig, copy_store};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a backup says of itself, beside its database.
const SUMMARY: &str = "backup.json";
/// The database in a backup.
const DATABASE: &str = "samsyn.db";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Version of the program that made it: the same one, or a later one, restores it.
    pub program: String,
    /// When it was begun. What happened after that is not in it.
    pub at: Timestamp,
    /// SHA-256 of `samsyn.db`, hex.
    pub sha256: String,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// The log's name.
    pub log: String,
    /// How many records it has.
    pub records: u64,
    /// Its root, Base64.
    pub root: String,
}

/// Copies a store into a new directory, running or not.
///
/// # Errors
/// Why there is no backup; what was begun is then no directory to keep.
pub async fn back_up(from: &StoreConfig, to: &Path, told: impl FnMut(&'static str, u64) + Send) -> Result<Summary> {
    if to.exists() {
        bail!("{} exists; name a new directory", to.display());
    }
    let at = Timestamp::now();
    let place = StoreConfig { key_file: from.key_file.clone(), ..StoreConfig::in_data_dir(to) };
    let copied = copy_store(from, &place, told).await?;
    let summary = Summary { at, ..summary(&copied, &digest(&to.join(DATABASE))?) };
    let text = serde_json::to_string_pretty(&summary)?;
    let file = to.join(SUMMARY);
    let mut written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
    written.write_all(text.as_bytes()).and_then(|()| written.sync_all()).with_context(|| file.display().to_string())?;
    Ok(summary)
}

/// Copies a backup into an empty store.
///
/// # Errors
/// When the backup is not what it says it is, or the store is not empty. Then nothing was changed.
pub async fn restore(from: &Path, to: &StoreConfig, told: impl FnMut(&'static str, u64) + Send) -> Result<Copied> {
    let file = from.join(SUMMARY);
    let text = fs::read_to_string(&file).with_context(|| {
        format!("{}: it cannot be read; name a directory that `samsyn admin backup` wrote", file.display())
    })?;
    let summary: Summary = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
    let database = from.join(DATABASE);
    if digest(&database)? != summary.sha256 {
        bail!(
            "{} was changed since the backup was made; nothing was restored. Take another backup",
            database.display()
        );
    }
    let place = StoreConfig { key_file: to.key_file.clone(), ..StoreConfig::in_data_dir(from) };
    let copied = copy_store(&place, to, told).await?;
    if (copied.log.records, &copied.log.root) != (summary.records, &summary.root) {
        bail!("what was restored has another log than the backup says; do not use it");
    }
    Ok(copied)
}

/// Copies a store into an empty one that takes its place.
///
/// # Errors
/// Why it was not moved; also when the portal was still running, so that the copy is not all there is.
pub async fn migrate(
    from: &StoreConfig,
    to: &StoreConfig,
    told: impl FnMut(&'static str, u64) + Send,
) -> Result<Copied> {
    let copied = copy_store(from, to, told).await?;
    let newest = AuditFile::open(from).await?.checkpoint().await?;
    if newest.size != copied.log.records {
        bail!(
            "the portal is running: its log went on from {} to {} records while it was copied. Stop every node, empty the new \
             database, and move again",
            copied.log.records,
            newest.size
        );
    }
    Ok(copied)
}

/// A place on the command line: a data directory, or a file that holds the address of a PostgreSQL database.
///
/// # Errors
/// When it is neither, or an address that everybody on the machine would see.
pub fn place(written: &Path) -> Result<Place> {
    let text = written.to_string_lossy();
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        bail!(
            "an address on the command line is seen by everybody on this machine; write it into a file and name the file"
        );
    }
    if written.is_file() {
        let address = fs::read_to_string(written).with_context(|| written.display().to_string())?;
        return Ok(Place::Postgres(address.trim().to_owned()));
    }
    Ok(Place::DataDir(PathBuf::from(written)))
}

fn summary(copied: &Copied, sha256: &str) -> Summary {
    Summary {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        at: Timestamp::UNIX_EPOCH,
        sha256: sha256.to_owned(),
        rows: copied.rows.iter().map(|(table, rows)| ((*table).to_owned(), *rows)).collect(),
        log: copied.log.origin.clone(),
        records: copied.log.records,
        root: copied.log.root.clone(),
    }
}

fn digest(file: &Path) -> Result<String> {
    let (mut hasher, mut opened) = (Sha256::new(), File::open(file).with_context(|| file.display().to_string())?);
    io::copy(&mut opened, &mut hasher)?;
    Ok(hex::encode(hasher.finalize()))
}
