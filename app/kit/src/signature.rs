//! Keys that sign packages: minisign's, so that a vendor's existing key and anybody's minisign work.
//!
//! Not here: what is signed (`package`).
//! Invariant: a secret key is written readable by its owner only, and never over another file.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox};

use crate::refusal::{Refusal, read_text};

/// Makes a key pair without a password: `FILE.key` and `FILE.pub`.
///
/// # Errors
/// When one of the files exists, or cannot be written.
pub fn create(file: &Path) -> Result<(PathBuf, PathBuf), Refusal> {
    let failed = |error: minisign::PError| Refusal::new(format!("no key was made: {error}"), "try again");
    let pair = KeyPair::generate_unencrypted_keypair().map_err(failed)?;
    let (secret, public) = (file.with_extension("key"), file.with_extension("pub"));
    if public.exists() {
        return Err(Refusal::new(format!("{} exists", public.display()), "take another name; nothing was written"));
    }
    let secret_text = pair.sk.to_box(Some("secret key of an adapter's vendor")).map_err(failed)?.into_string();
    write(&secret, 0o600, &secret_text)?;
    write(&public, 0o644, &pair.pk.to_box().map_err(failed)?.into_string())?;
    Ok((secret, public))
}

fn write(file: &Path, mode: u32, text: &str) -> Result<(), Refusal> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(file);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| {
        Refusal::file(file, &error, "take a name that does not exist, in a folder that can be written")
    })
}

/// Reads a secret key; asks for its password on the terminal when it has one.
///
/// # Errors
/// When it is none, or the password is wrong.
pub fn secret_key(file: &Path) -> Result<SecretKey, Refusal> {
    let advice = "give a minisign secret key; `samsyn adapter key` makes one";
    let refuse = |error: minisign::PError| Refusal::file(file, &error, advice);
    let text = read_text(file, advice)?;
    let read = || SecretKeyBox::from_string(&text).map_err(refuse);
    match read()?.into_unencrypted_secret_key() {
        Ok(key) => Ok(key),
        Err(_) => read()?.into_secret_key(None).map_err(refuse),
    }
}

/// Reads a public key.
///
/// # Errors
/// When it is none.
pub fn public_key(file: &Path) -> Result<PublicKey, Refusal> {
    let advice = "give the vendor's minisign public key, the file that ends in .pub";
    let refuse = |error: minisign::PError| Refusal::file(file, &error, advice);
    PublicKeyBox::from_string(&read_text(file, advice)?).map_err(refuse)?.into_public_key().map_err(refuse)
}

/// Reads a public key that stands by itself, as on the last line of its file.
///
/// # Errors
/// When it is none.
pub fn key(text: &str) -> Result<PublicKey, Refusal> {
    PublicKey::from_base64(text).map_err(|error| {
        Refusal::new(format!("not a public key: {error}"), "give the last line of the file that ends in .pub")
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_pair_is_made_once_and_its_secret_is_the_owners() {
        let folder = std::env::temp_dir().join(format!("samsyn-key-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (secret, public) = create(&folder.join("vendor")).unwrap();
        assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(secret_key(&secret).is_ok() && public_key(&public).is_ok());
        assert!(create(&folder.join("vendor")).unwrap_err().to_string().contains("exists"));
        assert!(public_key(&secret).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
