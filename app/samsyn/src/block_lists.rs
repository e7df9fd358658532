//! A provider's list of blocks from a file into the database of a configuration, and out again.
//!
//! Not here: the command line (`blocks` of the program), the file (`service::block_file`), the log of it (`service::blocks`).
//! Invariant: a file that is written is its owner's alone and never replaces another.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use samsyn_domain::source::ProviderId;
use samsyn_server::{
    config::{Config, ConfigFile},
    wiring::open_store,
};
use samsyn_service::{
    block_file::{self, FILE_MAX_BYTES},
    blocks::BlockListService,
    port::blocks::BlockList,
};
use samsyn_store::Store;
use sha2::{Digest as _, Sha256};

/// A file that is no list. Its `Display` is one line; [`lines`](Self::lines) tell what to change.
#[derive(Debug)]
pub struct RefusedFile {
    /// `FILE:LINE:COLUMN: what`, the first ones.
    pub lines: Vec<String>,
    /// How many there are in all.
    pub count: usize,
}

impl fmt::Display for RefusedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => f.write_str("nothing was imported: the line above says what to change"),
            many if many == self.lines.len() => {
                write!(f, "nothing was imported: the {many} lines above say what to change")
            }
            many => write!(f, "nothing was imported: above are the first {} of {many} problems", self.lines.len()),
        }
    }
}

impl std::error::Error for RefusedFile {}

/// Replaces a provider's whole list; gives the one that counts now.
///
/// # Errors
/// When the configuration, the file or the database cannot be used, or the list that is held is newer. Then nothing has changed.
pub async fn import(config: &Path, file: &Path) -> Result<BlockList> {
    let config = configuration(config)?;
    let bytes = bounded(file)?;
    let now = Timestamp::now();
    let list = block_file::read(&bytes, &providers(&config), now)
        .map_err(|problems| RefusedFile { lines: problems.lines(&file.display()).collect(), count: problems.count })?;
    let store = open_store(&config).await?;
    let imported = service(&store).import(&list, &hex::encode(Sha256::digest(&bytes)), now).await;
    store.close().await?;
    imported?;
    Ok(list)
}

/// Writes a provider's whole list to a new file; gives what it holds.
///
/// # Errors
/// When there is no such provider or list, or the file cannot be made.
pub async fn export(config: &Path, provider: &str, file: &Path) -> Result<BlockList> {
    let config = configuration(config)?;
    let known = providers(&config).into_iter().find(|known| known.is(provider));
    let provider = known.context("--provider: no organisation in the configuration is this provider")?;
    let store = open_store(&config).await?;
    let exported = service(&store).export(&provider, Timestamp::now()).await;
    store.close().await?;
    let list = exported?;
    let text = block_file::write(&list)?;
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut created = created.with_context(|| format!("{}: cannot be created", file.display()))?;
    let written = created.write_all(text.as_bytes()).and_then(|()| created.sync_all());
    written.with_context(|| format!("{}: cannot be written", file.display()))?;
    Ok(list)
}

fn configuration(path: &Path) -> Result<Config> {
    let file = ConfigFile::read(path)?;
    Ok(file.config()?)
}

fn providers(config: &Config) -> Vec<ProviderId> {
    config.organisations.iter().flat_map(|one| &one.providers).map(|provider| provider.id.clone()).collect()
}

fn service(store: &Store) -> BlockListService {
    let store = Arc::new(store.clone());
    BlockListService::new(store.clone(), store)
}

/// As much of the file as shows that it is too large.
fn bounded(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let mut bytes = Vec::new();
    file.take(u64::try_from(FILE_MAX_BYTES)? + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{}: cannot be read", path.display()))?;
    Ok(bytes)
}
