//! The audit log in files: as others read it, with patients in clear, and as others verify it.
//!
//! Not here: the command line (`audit` of the program), the forms (`service::audit_export`).
//! Invariant: that somebody takes the log out is a record of it before the first file is written (L-40); files are their
//! owner's alone and replace no others.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{BufWriter, Write},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use jiff::Timestamp;
use samsyn_service::{
    audit_export::{
        balp,
        national::{self, BATCH_MAX, System},
        table::Table,
    },
    log_reading::{Event, Join},
    port::audit_log::{Activity, AuditLog as _, AuditRecord, Stage},
    record::Deed,
};
use samsyn_store::{AuditFile, LogCheckpoint, Store, StoreConfig};

/// Records read at a time.
const PAGE: u64 = 500;

/// What of the log.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// HSA-id of the readers' provider; all of them when left out.
    #[arg(long)]
    pub provider: Option<String>,
    /// The first moment, e.g. 2026-11-01T00:00:00+01:00.
    #[arg(long)]
    pub from: Option<Timestamp>,
    /// The first moment after the last.
    #[arg(long)]
    pub before: Option<Timestamp>,
}

impl Selection {
    /// Whether nothing is left out.
    pub const fn is_everything(&self) -> bool {
        self.provider.is_none() && self.from.is_none() && self.before.is_none()
    }

    fn holds(&self, event: &Event) -> bool {
        let record = &event.first.record;
        let provider = record.viewer.as_ref().map(|viewer| &viewer.provider.id);
        let of = self.provider.as_ref().is_none_or(|wanted| provider.is_some_and(|provider| provider.is(wanted)));
        of && self.from.is_none_or(|from| record.at >= from) && self.before.is_none_or(|before| record.at < before)
    }
}

/// In which form.
#[derive(Debug, Clone)]
pub enum Form {
    /// `log.csv`.
    Csv,
    /// `log.ndjson`.
    Balp {
        /// The portal's address.
        portal: String,
    },
    /// `storelog-000001.xml` and so on.
    National(System),
}

impl Form {
    const fn name(&self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Balp { .. } => "balp",
            Self::National(_) => "national",
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Records that were read.
    pub records: u64,
    /// Events that were written.
    pub events: u64,
    /// Events that the form has no place for.
    pub left_out: u64,
    /// Providers whose information was shown and who stand in no post, because the log could not name them.
    pub unnamed: u64,
}

/// Writes the log into a new or empty directory. `progress` is told how many records of how many.
///
/// # Errors
/// When the database or the directory cannot be used, a record cannot be read, or it cannot be logged that this is done.
pub async fn write(
    place: &StoreConfig,
    dir: &Path,
    form: Form,
    what: &Selection,
    mut progress: impl FnMut(u64, u64),
) -> Result<Written> {
    if let (Some(from), Some(before)) = (what.from, what.before)
        && from >= before
    {
        bail!("--from must be earlier than --before");
    }
    let log = AuditFile::open(place).await?;
    let mut files = Files::create(dir, form)?;
    note(place, files.form.name(), what).await?;
    let records = log.checkpoint().await?.size;
    let (mut joiner, mut read) = (Join::default(), 0);
    while read < records {
        let page = log.records(read, PAGE.min(records - read)).await?;
        if page.is_empty() {
            bail!("record {read} is missing; run `samsyn audit verify`");
        }
        for logged in page {
            read = logged.index + 1;
            files.events(joiner.take(logged), what)?;
        }
        progress(read, records);
    }
    files.events(joiner.finish(), what)?;
    let unnamed = files.unnamed;
    let (events, left_out) = files.finish()?;
    Ok(Written { records, events, left_out, unnamed })
}

/// Writes the whole log as others verify it, with patients sealed. `progress` is told how many records of how many.
///
/// # Errors
/// When the log is broken, which leaves a directory without a checkpoint, the directory cannot be written, or it cannot be logged that this is
/// done.
pub async fn write_tiles(place: &StoreConfig, dir: &Path, progress: impl FnMut(u64, u64)) -> Result<LogCheckpoint> {
    let log = AuditFile::open(place).await?;
    empty(dir)?;
    note(place, "tiles", &Selection::default()).await?;
    Ok(log.export(dir, progress).await?)
}

/// A directory of its owner's, new or empty.
pub(crate) fn empty(dir: &Path) -> Result<()> {
    let named = || dir.display().to_string();
    DirBuilder::new().recursive(true).mode(0o700).create(dir).with_context(named)?;
    if fs::read_dir(dir).with_context(named)?.next().is_some() {
        bail!("{}: the directory must be new or empty", named());
    }
    Ok(())
}

/// Leaves a record of the export.
async fn note(place: &StoreConfig, format: &str, what: &Selection) -> Result<()> {
    let (provider, from, before) = (what.provider.as_deref(), what.from, what.before);
    let details = Deed::AuditExport { format, provider, from, before }.details();
    let record = AuditRecord {
        stage: Stage::Intent,
        intent: None,
        activity: Activity::Read,
        at: Timestamp::now(),
        viewer: None,
        patient: None,
        details,
    };
    let store = Store::open(place).await?;
    let noted = store.append(&record).await;
    store.close().await?;
    noted.map(drop).context("nothing was exported, because it could not be logged")
}

struct Files {
    dir: PathBuf,
    form: Form,
    table: Option<Table<BufWriter<File>>>,
    lines: Option<BufWriter<File>>,
    batch: Vec<Event>,
    batches: u64,
    written: u64,
    left_out: u64,
    unnamed: u64,
}

impl Files {
    fn create(dir: &Path, form: Form) -> Result<Self> {
        empty(dir)?;
        let mut files = Self {
            dir: dir.to_owned(),
            form,
            table: None,
            lines: None,
            batch: Vec::new(),
            batches: 0,
            written: 0,
            left_out: 0,
            unnamed: 0,
        };
        match files.form {
            Form::Csv => files.table = Some(Table::new(files.file("log.csv")?)?),
            Form::Balp { .. } => files.lines = Some(files.file("log.ndjson")?),
            Form::National(_) => {}
        }
        Ok(files)
    }

    fn file(&self, name: &str) -> Result<BufWriter<File>> {
        let path = self.dir.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        Ok(BufWriter::new(file.with_context(|| path.display().to_string())?))
    }

    fn events(&mut self, events: Vec<Event>, what: &Selection) -> Result<()> {
        for event in events.into_iter().filter(|event| what.holds(event)) {
            self.event(event)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<()> {
        match &self.form {
            Form::Csv => {
                if let Some(table) = &mut self.table {
                    table.event(&event)?;
                }
            }
            Form::Balp { portal } => {
                if let Some(lines) = &mut self.lines {
                    writeln!(lines, "{}", balp::audit_event(&event, portal))?;
                }
            }
            Form::National(_) if !national::is_posted(&event) => {
                self.left_out += 1;
                return Ok(());
            }
            Form::National(_) => {
                self.unnamed += national::unnamed_providers(&event);
                self.batch.push(event);
                if self.batch.len() == BATCH_MAX {
                    self.post()?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    fn post(&mut self) -> Result<()> {
        let Form::National(system) = &self.form else { return Ok(()) };
        if self.batch.is_empty() {
            return Ok(());
        }
        self.batches += 1;
        let mut file = self.file(&format!("storelog-{:06}.xml", self.batches))?;
        national::store_log(&mut file, &self.batch, system)?;
        file.flush()?;
        self.batch.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(u64, u64)> {
        self.post()?;
        if let Some(table) = self.table {
            table.finish()?;
        }
        if let Some(mut lines) = self.lines {
            lines.flush()?;
        }
        Ok((self.written, self.left_out))
    }
}
