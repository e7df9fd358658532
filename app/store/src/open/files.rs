//! The data directory and the database file: owner-only.
//!
//! Not here: SQLite's own side files, which take over the permissions of the main file.
//! Invariant: nobody else can read the file, or put one beside it that SQLite would take for its own.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::{StoreError, StoreKey};

/// Name of the database in the data directory.
pub(crate) const FILE_NAME: &str = "samsyn.db";
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Makes directory and file ready and returns the file's path.
pub(super) fn prepare(dir: &Path) -> Result<PathBuf, StoreError> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| StoreError::Directory { path, detail: error.kind().to_string() }
    };
    let file = dir.join(FILE_NAME);
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(wrong(dir))?;
    if is_ours(dir, &file).map_err(wrong(dir))? {
        close_to_others(dir, 0o700).map_err(wrong(dir))?;
    } else if mode(dir).map_err(wrong(dir))? & OTHERS_WRITE != 0 {
        return Err(StoreError::SharedDirectory { path: dir.to_owned() });
    }
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
    match created {
        // A file whose directory entry is not on disk would vanish in a power failure, with all its synchronised content.
        Ok(new) => new.sync_all().and_then(|()| File::open(dir)?.sync_all()).map_err(wrong(&file))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            close_to_others(&file, 0o600).map_err(wrong(&file))?;
        }
        Err(error) => return Err(wrong(&file)(error)),
    }
    Ok(file)
}

/// A directory that holds our database, or nothing but its key, may be closed to others; any other one is not ours to change.
fn is_ours(dir: &Path, file: &Path) -> io::Result<bool> {
    if file.try_exists()? {
        return Ok(true);
    }
    let key = StoreKey::file_in(dir);
    for entry in fs::read_dir(dir)? {
        if Some(entry?.path().as_path()) != key.parent() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn close_to_others(path: &Path, wanted: u32) -> io::Result<()> {
    if mode(path)? & OTHERS == 0 { Ok(()) } else { fs::set_permissions(path, Permissions::from_mode(wanted)) }
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_bits(path: &Path) -> u32 {
        mode(path).unwrap() & 0o777
    }

    #[test]
    fn a_new_directory_and_its_file_are_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let file = prepare(&parent.path().join("a/b")).unwrap();
        assert_eq!((mode_bits(file.parent().unwrap()), mode_bits(&file)), (0o700, 0o600));
    }

    #[test]
    fn a_database_that_others_can_read_is_closed_to_them() {
        let dir = tempfile::tempdir().unwrap();
        let file = prepare(dir.path()).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        prepare(dir.path()).unwrap();
        assert_eq!((mode_bits(dir.path()), mode_bits(&file)), (0o700, 0o600));
    }

    #[test]
    fn a_directory_that_holds_only_the_key_is_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        StoreKey::make(&StoreKey::file_in(dir.path())).unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        prepare(dir.path()).unwrap();
        assert_eq!(mode_bits(dir.path()), 0o700);
    }

    #[test]
    fn a_directory_where_others_may_write_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("somebody-elses"), "").unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(prepare(dir.path()), Err(StoreError::SharedDirectory { .. })));
        assert_eq!(mode_bits(dir.path()), 0o777);
    }
}
