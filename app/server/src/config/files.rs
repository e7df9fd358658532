//! Files that a configuration names: there, readable, and secrets readable by their owner only.
//!
//! Not here: what is in them (`wiring`). Invariant: nothing of a secret file's content is kept or shown.

use std::{fs, io::ErrorKind, os::unix::fs::PermissionsExt as _, path::Path};

use secrecy::{ExposeSecret as _, SecretString};

use super::problem::{Findings, KeyPath};

/// Everybody but the owner.
const OTHERS: u32 = 0o077;

/// A file that must be there and readable.
pub fn readable(found: &mut Findings, key: KeyPath, file: &Path) {
    if let Err(why) = regular(file).and_then(|_| fs::File::open(file).map(drop).map_err(|error| unreadable(&error))) {
        found.refuse(key, format!("{}: {why}", file.display()));
    }
}

/// A file that holds a secret as text. Production refuses one that others than its owner may use; demo and test say so.
pub fn secret(found: &mut Findings, key: KeyPath, file: &Path, in_production: bool) {
    let mode = match regular(file).and_then(|mode| filled(file).map(|()| mode)) {
        Ok(mode) => mode,
        Err(why) => return found.refuse(key, format!("{}: {why}", file.display())),
    };
    if mode & OTHERS != 0 {
        let file = file.display();
        let detail =
            format!("{file}: others than its owner may use this secret (mode {mode:03o}); run chmod 600 {file}");
        if in_production { found.refuse(key, detail) } else { found.noted.add(key, detail) }
    }
}

/// A directory: if something stands there, it must be one.
pub fn directory(found: &mut Findings, key: KeyPath, dir: &Path) {
    if fs::metadata(dir).is_ok_and(|is| !is.is_dir()) {
        found.refuse(key, format!("{}: is not a directory; name one, it is made if it is missing", dir.display()));
    }
}

/// Permissions of what must be an ordinary file: another kind may give its content only once, or never.
fn regular(file: &Path) -> Result<u32, String> {
    let is = fs::metadata(file).map_err(|error| unreadable(&error))?;
    if is.is_file() { Ok(is.permissions().mode() & 0o777) } else { Err("is not a file; name a file".into()) }
}

fn filled(file: &Path) -> Result<(), String> {
    let secret = fs::read_to_string(file).map(SecretString::from).map_err(|error| unreadable(&error))?;
    if secret.expose_secret().trim().is_empty() { Err("is empty; write the secret into it".into()) } else { Ok(()) }
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file; create it, or correct the path".into(),
        ErrorKind::PermissionDenied => {
            "may not be read by the user that samsyn runs as; make that user its owner".into()
        }
        ErrorKind::InvalidData => "holds bytes that are no text; write the secret as text".into(),
        _ => format!("cannot be read: {error}"),
    }
}
