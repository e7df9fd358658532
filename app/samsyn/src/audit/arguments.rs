//! What `samsyn audit` takes on the command line.
//!
//! Not here: doing it (`audit`). To add a command: a case of [`AuditCommand`] with its arguments, its line in `audit::run`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use samsyn::audit_files::Selection;

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walks the whole log and says where it is not what was written. Of an exported log it needs no database.
    Verify(VerifyArguments),
    /// Writes the newest checkpoint to a file: kept elsewhere, it shows later whether anything was changed or cut off.
    Checkpoint(CheckpointArguments),
    /// Proves that a record is in the log, or that the log begins with that of an earlier checkpoint.
    Prove(ProveArguments),
    /// Writes the log to a new directory: as others verify it, with patients sealed, or as others read it, with patients in clear.
    /// Whichever it is leaves a record in the log before anything is written.
    Export(ExportArguments),
}

/// Which database.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Database {
    /// The data directory of a portal, running or not.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// The configuration file of a portal.
    #[arg(long)]
    pub config: Option<PathBuf>,
}

/// Which log, and against what.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["data_dir", "config", "log"])))]
pub struct VerifyArguments {
    /// The data directory of a portal, running or not.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// The configuration file of a portal.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// A directory that `samsyn audit export` wrote.
    #[arg(long)]
    pub log: Option<PathBuf>,
    /// The log's verifier key, from where it was kept; else the one beside the log is believed.
    #[arg(long, requires = "log")]
    pub key: Option<String>,
    /// A checkpoint that was kept elsewhere. Several may be given.
    #[arg(long)]
    pub checkpoint: Vec<PathBuf>,
}

/// Of which log and where to.
#[derive(Debug, Args)]
pub struct CheckpointArguments {
    #[command(flatten)]
    pub database: Database,
    /// The file to write; there must be none.
    #[arg(long)]
    pub file: PathBuf,
}

/// Of what.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["index", "id", "since"])))]
pub struct ProveArguments {
    #[command(flatten)]
    pub database: Database,
    /// The record's place in the log; the first has 0.
    #[arg(long)]
    pub index: Option<u64>,
    /// The record's id.
    #[arg(long)]
    pub id: Option<String>,
    /// A checkpoint from earlier.
    #[arg(long)]
    pub since: Option<PathBuf>,
    /// The directory to write `N.tlog-proof` and the entry `N.json` to, or `since-N.txt`.
    #[arg(long)]
    pub dir: PathBuf,
}

/// Of which log, what of it, and where to.
#[derive(Debug, Args)]
pub struct ExportArguments {
    #[command(flatten)]
    pub database: Database,
    /// The directory to write, new or empty.
    #[arg(long)]
    pub dir: PathBuf,
    /// In which form.
    #[arg(long, value_enum, default_value_t = Format::Tiles)]
    pub format: Format,
    #[command(flatten)]
    pub what: Selection,
    /// HSA-id of the system that posts, for the national log.
    #[arg(long, required_if_eq("format", "national"))]
    pub system_id: Option<String>,
    /// The portal's address, by which it names itself in FHIR.
    #[arg(long, default_value = "urn:samsyn")]
    pub portal: String,
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// C2SP tlog-tiles: verifiable, patients sealed. Always the whole log.
    Tiles,
    /// One table.
    Csv,
    /// FHIR R4 audit events after IHE BALP, one a line.
    Balp,
    /// Requests that store posts in the national log service, at most 500 posts in each.
    National,
}
