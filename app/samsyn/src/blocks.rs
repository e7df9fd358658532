//! `samsyn blocks`: a provider's list of blocks from a file into the database, and out again.
//!
//! Not here: what is done (`samsyn::block_lists`). Invariant: nothing of a patient is printed; what is wrong with a file is told in one
//! run, one line each that begins with `FILE:LINE:COLUMN:`.

use std::{io::Write as _, path::PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use samsyn::block_lists::{self, RefusedFile};

/// What to do with lists of blocks.
#[derive(Debug, Subcommand)]
pub enum BlocksCommand {
    /// Replaces a provider's whole list by that of a file. A file older than the list that is held is refused.
    Import(ImportArguments),
    /// Writes a provider's whole list to a new file. It holds patients in clear: keep it like the database's key.
    Export(ExportArguments),
}

/// From where.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The list, as `samsyn blocks export` writes it.
    #[arg(long)]
    file: PathBuf,
}

/// Of whom and where to.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// HSA-id of the provider.
    #[arg(long)]
    provider: String,
    /// The file to write; there must be none.
    #[arg(long)]
    file: PathBuf,
}

/// Does it.
pub async fn run(command: BlocksCommand) -> Result<()> {
    let mut out = std::io::stdout();
    match command {
        BlocksCommand::Import(ImportArguments { config, file }) => {
            let list = block_lists::import(&config, &file).await.inspect_err(|error| {
                for line in error.downcast_ref::<RefusedFile>().into_iter().flat_map(|refused| &refused.lines) {
                    eprintln!("{line}");
                }
            })?;
            let (count, provider, at) = (list.blocks.len(), list.provider, list.verified_at);
            writeln!(out, "imported: {count} blocks of {provider}, verified {at}")?;
        }
        BlocksCommand::Export(ExportArguments { config, provider, file }) => {
            let list = block_lists::export(&config, &provider, &file).await?;
            writeln!(out, "exported: {} blocks of {}", list.blocks.len(), list.provider)?;
        }
    }
    Ok(())
}
