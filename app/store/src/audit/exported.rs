//! The log in files, as C2SP tlog-tiles lays them out, so that others' tools can read and verify it without a database.
//!
//! `checkpoint` · `key` (the verifier key) · `tile/<level>/<index>` · `tile/entries/<index>`: up to 256 entries, each behind its length in
//! two bytes, big-endian. An index stands in groups of three digits, all but the last behind an `x`; a tile that is not full carries `.p/`
//! and its width.
//! Not here: the database (`verify`), what an entry says (`entry`).
//! Invariant: what is written has been walked, and the checkpoint is written last; what is read is not believed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    checkpoint::LogCheckpoint,
    tree::Filled,
    verify::{AuditBreak, AuditVerdict},
    walk::Walk,
};

const CHECKPOINT: &str = "checkpoint";
const KEY: &str = "key";
/// Bytes of the length before an entry.
const LENGTH_BYTES: usize = 2;

/// The directory could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct ExportError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

fn at(path: &Path) -> impl Fn(io::Error) -> ExportError + '_ {
    |error| ExportError { path: path.to_owned(), error }
}

/// A directory that a log is being written to.
pub(super) struct Exported {
    dir: PathBuf,
}

impl Exported {
    /// A new directory, or an empty one.
    pub fn create(dir: &Path) -> Result<Self, ExportError> {
        fs::create_dir_all(dir).map_err(at(dir))?;
        if fs::read_dir(dir).map_err(at(dir))?.next().is_some() {
            let full = io::Error::new(io::ErrorKind::DirectoryNotEmpty, "the directory must be new or empty");
            return Err(at(dir)(full));
        }
        Ok(Self { dir: dir.to_owned() })
    }

    /// Writes a tile.
    pub fn tile(&self, tile: Filled, hashes: &[u8]) -> Result<(), ExportError> {
        self.write(&tile.path(), hashes)
    }

    /// Writes the entries of a tile of leaves.
    pub fn entries(&self, tile: Filled, entries: &[Vec<u8>]) -> Result<(), ExportError> {
        let mut bundle = Vec::new();
        for entry in entries {
            let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
            bundle.extend_from_slice(&length.to_be_bytes());
            bundle.extend_from_slice(entry);
        }
        self.write(&tile.entries_path(), &bundle)
    }

    /// Writes what says that the rest is whole.
    pub fn finish(&self, checkpoint: &LogCheckpoint, verifier_key: &str) -> Result<(), ExportError> {
        self.write(KEY, format!("{verifier_key}\n").as_bytes())?;
        self.write(CHECKPOINT, checkpoint.note.as_bytes())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.dir.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        fs::write(&path, bytes).map_err(at(&path))
    }
}

/// The verifier key that came with an exported log. It says only that the files belong together: whose they are is known to
/// whoever has the key from elsewhere.
///
/// # Errors
/// When there is none.
pub fn exported_key(dir: &Path) -> Result<String, ExportError> {
    let path = dir.join(KEY);
    Ok(fs::read_to_string(&path).map_err(at(&path))?.trim_end().to_owned())
}

/// Walks an exported log. `progress` is told how many records of how many.
///
/// # Errors
/// When the directory is not that of a log. That the log is broken is no error but a verdict.
pub fn verify_exported(
    dir: &Path,
    verifier_key: &str,
    kept: &[LogCheckpoint],
    progress: impl FnMut(u64, u64),
) -> Result<AuditVerdict, ExportError> {
    let path = dir.join(CHECKPOINT);
    let note = fs::read_to_string(&path).map_err(at(&path))?;
    let walked = LogCheckpoint::open(&note, verifier_key).map_err(AuditBreak::NotSigned);
    let walked = walked.and_then(|head| walk(dir, &head, kept, progress).map(|()| head));
    Ok(walked.map_or_else(AuditVerdict::Broken, |head| AuditVerdict::Intact(head.into())))
}

fn walk(
    dir: &Path,
    head: &LogCheckpoint,
    kept: &[LogCheckpoint],
    mut progress: impl FnMut(u64, u64),
) -> Result<(), AuditBreak> {
    let mut walk = Walk::new(head.size, kept)?;
    while let Some(next) = walk.next() {
        let index = next.place.index;
        let tile = fs::read(dir.join(next.path())).map_err(|_| AuditBreak::Tile { level: 0, index })?;
        if tile.len() != next.bytes() {
            return Err(AuditBreak::Tile { level: 0, index });
        }
        let bundle =
            fs::read(dir.join(next.entries_path())).map_err(|_| AuditBreak::Missing { index: walk.walked() })?;
        let mut rest = bundle.as_slice();
        for _ in 0..next.width {
            let (entry, after) = first(rest).ok_or(AuditBreak::Missing { index: walk.walked() })?;
            walk.entry(entry, Some(&tile))?;
            rest = after;
        }
        if !rest.is_empty() {
            return Err(AuditBreak::Added { index: i64::try_from(walk.walked()).unwrap_or(i64::MAX) });
        }
        progress(walk.walked(), head.size);
    }
    for (filled, hashes) in walk.tiles_above() {
        if fs::read(dir.join(filled.path())).ok().as_deref() != Some(hashes) {
            return Err(AuditBreak::Tile { level: filled.place.level, index: filled.place.index });
        }
    }
    walk.end(head)
}

/// The first entry of a bundle, and what stands after it.
fn first(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
