//! R10b: records that share one commit when many wait. And what it takes to verify an exported log beside hashing its bytes.
//!
//! Records are as large as those of openings in the demo. Verifying reads every entry and tile of the export, hashes entries and builds
//! the tree; hashing reads the same files and hashes each. Both in computing and reading time of one thread, files in memory.
//! Not here: openings with and without the log (`waiting`).
//! Invariant: what is verified is intact, and as long as what was written. `--log-records=200000` for a long one.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, future::try_join_all, stream};
use samsyn_service::port::audit_log::{Activity, AuditLog as _, AuditRecord};
use samsyn_store::{AuditFile, AuditVerdict, Store, StoreConfig, StoreKey, exported_key, verify_exported};
use samsyn_tests::build;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::figures::{Goal, Pairs, Ratio, to_f64};

/// Who write at once.
const WRITERS: usize = 64;
/// Records of each.
const EACH: usize = 40;
/// At most this much of a commit for a record.
const RECORDS_PER_COMMIT_MIN: f64 = 8.0;
/// In the export, unless asked for more.
const RECORDS: usize = 20_000;
/// Appended at once while the log is made.
const AT_ONCE: usize = 1_024;

/// Records and the commits they took.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Commits {
    /// Simultaneous writers.
    pub writers: usize,
    /// Records.
    pub records: usize,
    /// Commits, each of which waits once for the disk.
    pub commits: u64,
}

impl Commits {
    /// Records in one commit.
    pub fn together(self) -> f64 {
        let commits = usize::try_from(self.commits).unwrap_or(usize::MAX);
        to_f64(self.records) / to_f64(commits.max(1))
    }

    /// Whether the goal is met.
    pub fn met(self) -> bool {
        self.together() >= RECORDS_PER_COMMIT_MIN
    }

    /// In words.
    pub fn line(self) -> String {
        let Self { writers, .. } = self;
        let result = if self.met() { "met" } else { "MISSED" };
        format!(
            "R10b: with {writers} who write at once, {:.1} records share a commit (at least {RECORDS_PER_COMMIT_MIN:.0}: {result}).",
            self.together()
        )
    }
}

/// Measures both.
///
/// # Errors
/// When the store cannot be made, or the log is not what was written.
pub async fn measure(share: usize) -> Result<(Ratio, Commits)> {
    let dir = tempfile::tempdir()?;
    let config = StoreConfig::in_data_dir(dir.path());
    StoreKey::make(&config.key_file)?;
    let store = Store::open(&config).await?;
    let commits = commits(&store).await?;
    let asked = std::env::args().find_map(|argument| argument.strip_prefix("--log-records=")?.parse().ok());
    let records = asked.unwrap_or(RECORDS);
    let record = record();
    let rest = records.saturating_sub(commits.records);
    let mut appended = stream::iter(0..rest).map(|_| store.append(&record)).buffer_unordered(AT_ONCE);
    while let Some(told) = appended.next().await {
        told?;
    }
    drop(appended);
    store.close().await?;
    let out = dir.path().join("export");
    AuditFile::open(&config).await?.export(&out, |_, _| {}).await?;
    let files = files(&out)?;
    let rounds = (10 * share / 100).max(3);
    let pairs = Pairs::abba(rounds, async || verified(&out, records), async || hashed(&files)).await?;
    let what = format!("verification of an exported log of {records} records / SHA-256 of its files");
    Ok((Ratio::of("R10", what, &pairs, Goal::gate(2.0)), commits))
}

async fn commits(store: &Store) -> Result<Commits> {
    let (before, record) = (store.audit_groups(), record());
    let writer = || async {
        for _ in 0..EACH {
            store.append(&record).await?;
        }
        anyhow::Ok(())
    };
    try_join_all((0..WRITERS).map(|_| writer())).await?;
    Ok(Commits { writers: WRITERS, records: WRITERS * EACH, commits: store.audit_groups() - before })
}

/// One of about two kilobytes.
fn record() -> AuditRecord {
    let source = |number: usize| {
        json!({
            "source": format!("source-{number}"),
            "adapter_sha256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
            "states": { "reported": ["care-limits", "services"], "nothing-held": ["alerts", "covid"] },
        })
    };
    let details = json!({
        "active_choice": "shared",
        "purpose": "Vård och behandling",
        "sources": (0..8).map(source).collect::<Vec<_>>(),
    });
    let viewer = build::viewer(samsyn_domain::viewer::Role::Physician, samsyn_domain::source::ProviderKind::Care);
    AuditRecord::intent(Activity::Read, &viewer, Some(&build::patient()), build::now().timestamp(), details)
}

/// Milliseconds of one verification.
fn verified(out: &Path, records: usize) -> Result<f64> {
    let key = exported_key(out)?;
    let started = Instant::now();
    let verdict = verify_exported(out, &key, &[], |_, _| {})?;
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    let AuditVerdict::Intact(head) = verdict else { anyhow::bail!("the log is broken: {verdict:?}") };
    ensure!(usize::try_from(head.records)? == records, "{} of {records} records", head.records);
    Ok(took)
}

/// Milliseconds until every file is read and hashed.
fn hashed(files: &[PathBuf]) -> Result<f64> {
    let started = Instant::now();
    for file in files {
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        std::hint::black_box(Sha256::digest(&bytes));
    }
    Ok(started.elapsed().as_secs_f64() * 1_000.0)
}

/// Every file of a directory and those in it.
fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path)?);
        } else {
            all.push(path);
        }
    }
    Ok(all)
}
