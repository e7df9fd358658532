//! The key's file: one line of hex or base64, for its owner only.
//!
//! Not here: whether it is the key of this database (`first_use`).
//! Invariant: a key that somebody else could read or replace is not used, and no error text carries any part of one.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::{TryRngCore as _, rngs::OsRng};
use zeroize::Zeroizing;

use super::{Derived, KEY_BYTES};

/// Far more than any spelling of a key, so that another file is not read whole.
const FILE_MAX_BYTES: usize = 256;
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such file.
    #[error(
        "{path}: the key that patients in the database are sealed with is missing. A database that has been used needs the \
         very key it was first used with: put the file back from its backup. For a new database make one: \
         `umask 077; mkdir -p {dir} && openssl rand -hex 32 > {path}`"
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// Its directory.
        dir: PathBuf,
    },
    /// It is there, and cannot be read.
    #[error("{path}: the key that patients in the database are sealed with cannot be read: {detail}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// Something else stands in it.
    #[error(
        "{path} does not hold a key: expected one line with 32 bytes, as 64 characters of hex or 44 of base64. \
         If the file was damaged, put it back from its backup"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Others may read it.
    #[error(
        "{path} holds the key that patients in the database are sealed with, and is open to others (mode {mode:03o}). \
         Run `chmod 600` on it, and find out whether somebody has read it"
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Others may put another key in its place.
    #[error("{path} holds a key, and others may write in it. Run `chmod 700` on it")]
    SharedDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// Making it would have replaced another one.
    #[error("{path} exists already and was left as it is")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It could not be made.
    #[error("{path}: no key could be made: {detail}")]
    Unwritable {
        /// The file or its directory.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

/// Reads a key that nobody else can read or replace.
pub(super) fn read(path: &Path) -> Result<Derived, KeyError> {
    let unreadable = |detail: &dyn ToString| KeyError::Unreadable { path: path.to_owned(), detail: detail.to_string() };
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyError::Missing { path: path.to_owned(), dir: dir_of(path).to_owned() },
        kind => unreadable(&kind),
    })?;
    let about = file.metadata().map_err(|error| unreadable(&error.kind()))?;
    if !about.is_file() {
        return Err(unreadable(&"it is no file"));
    }
    let mode = about.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(KeyError::OpenToOthers { path: path.to_owned(), mode });
    }
    // Where the file really is, should a link lead there.
    let real = fs::canonicalize(path).map_err(|error| unreadable(&error.kind()))?;
    let dir = dir_of(&real);
    let around = fs::metadata(dir).map_err(|error| unreadable(&error.kind()))?;
    if around.permissions().mode() & OTHERS_WRITE != 0 {
        return Err(KeyError::SharedDirectory { path: dir.to_owned() });
    }
    let mut text = Zeroizing::new(Vec::with_capacity(FILE_MAX_BYTES));
    file.take(FILE_MAX_BYTES as u64).read_to_end(&mut text).map_err(|error| unreadable(&error.kind()))?;
    decode(text.trim_ascii()).ok_or_else(|| KeyError::Malformed { path: path.to_owned() })
}

fn decode(text: &[u8]) -> Option<Derived> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let whole = if text.len() == 2 * KEY_BYTES {
        hex::decode_to_slice(text, key.as_mut_slice()).is_ok()
    } else {
        STANDARD.decode_slice(text, key.as_mut_slice()) == Ok(KEY_BYTES)
    };
    whole.then_some(key)
}

/// Makes a key, and is done only when it would survive a power failure: what is sealed with it must not outlive it.
pub(super) fn make(path: &Path) -> Result<(), KeyError> {
    let unwritable =
        |path: &Path, detail: &dyn ToString| KeyError::Unwritable { path: path.to_owned(), detail: detail.to_string() };
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    OsRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|error| unwritable(path, &error))?;
    let mut text = Zeroizing::new([b'\n'; 2 * KEY_BYTES + 1]);
    let (line, _end) = text.split_at_mut(2 * KEY_BYTES);
    hex::encode_to_slice(bytes.as_slice(), line).map_err(|error| unwritable(path, &error))?;

    let dir = dir_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|error| unwritable(dir, &error.kind()))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            KeyError::Exists { path: path.to_owned() }
        } else {
            unwritable(path, &error.kind())
        }
    })?;
    let write = |file: &mut File| {
        file.write_all(text.as_slice())?;
        file.sync_all()?;
        File::open(dir)?.sync_all()?;
        File::open(dir_of(dir))?.sync_all()
    };
    write(&mut file).map_err(|error| unwritable(path, &error.kind()))
}

/// The directory a path is in.
fn dir_of(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn a_key_that_was_made_is_random_for_its_owner_only_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two] = ["a/b/store.key", "c/store.key"].map(|path| dir.path().join(path));
        make(&one).unwrap();
        make(&two).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&one), mode(dir_of(&one))), (0o600, 0o700));
        let key = read(&one).unwrap();
        assert_ne!(key, read(&two).unwrap());
        assert_ne!(*key, [0; KEY_BYTES]);
        assert!(matches!(make(&one), Err(KeyError::Exists { .. })));
        assert_eq!(read(&one).unwrap(), key);
    }

    #[test]
    fn hex_and_base64_are_the_same_key_and_anything_else_is_none() {
        let hex = "00ff".repeat(16);
        let base64 = STANDARD.encode(hex::decode(&hex).unwrap());
        for text in [hex.clone(), hex.to_uppercase(), format!("{hex}\n"), base64.clone(), format!("  {base64}\r\n")] {
            let (_dir, path) = written(&text, 0o600);
            assert_eq!(hex::encode(read(&path).unwrap().as_slice()), hex, "{text}");
        }
        let (short, long, two_lines) = (&hex[2..], format!("{hex}00"), format!("{hex}\n{hex}"));
        for text in ["", "\n", short, &long, &two_lines, &hex.replace('f', "g"), &base64[1..], &"x".repeat(100_000)] {
            let (_dir, path) = written(text, 0o600);
            let error = read(&path).unwrap_err();
            assert!(matches!(error, KeyError::Malformed { .. }), "{error}");
            assert!(!error.to_string().contains("00ff"), "{error}");
        }
    }

    #[test]
    fn a_key_that_others_could_read_or_replace_is_refused() {
        for mode in [0o640, 0o604, 0o660] {
            let (_dir, path) = written(&"00".repeat(32), mode);
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains(&format!("mode {mode:o}")) && error.contains("chmod 600"), "{error}");
        }
        let (dir, path) = written(&"00".repeat(32), 0o400);
        read(&path).unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(read(&path), Err(KeyError::SharedDirectory { .. })));
        let (elsewhere, link) = (tempfile::tempdir().unwrap(), "linked.key");
        std::os::unix::fs::symlink(&path, elsewhere.path().join(link)).unwrap();
        assert!(matches!(read(&elsewhere.path().join(link)), Err(KeyError::SharedDirectory { .. })), "through a link");
    }

    #[test]
    fn a_missing_key_and_one_that_is_no_file_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let missing = read(&dir.path().join("store.key")).unwrap_err().to_string();
        for words in ["store.key", "missing", "backup", "openssl rand -hex 32"] {
            assert!(missing.contains(words), "{missing}");
        }
        assert!(matches!(read(dir.path()), Err(KeyError::Unreadable { .. })));
    }
}
