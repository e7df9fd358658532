//! The key file on its way from `samsyn init` to a start: what `samsyn serve --check` does, and what it says when it refuses.
//!
//! Not here: what the key does in the database (`contract::sealing`). Invariant: an administrator reads what is wrong with which
//! file and what to do, and never a part of a key.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

use samsyn::first_configuration::{InitArguments, key_file, write};
use samsyn_server::{clock::Clock, config::Config, wiring::wire};
use samsyn_store::StoreKey;
use samsyn_tests::apart::apart_here;
use tempfile::TempDir;

/// What `samsyn init` has written: the directory and its configuration file.
struct Written {
    dir: TempDir,
    file: PathBuf,
}

impl Written {
    fn by_init() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let arguments = InitArguments {
            dir: dir.path().to_owned(),
            organisation: "Storsjö kommun".into(),
            organisation_id: "storsjo".into(),
            care_provider: "SE9999200002-HSL".into(),
            social_care_provider: None,
            administrator: "SE9999200002-P290".into(),
            public_url: "https://samsyn.example".parse().unwrap(),
            issuer: "https://identity.example".parse().unwrap(),
            client_id: "samsyn".into(),
        };
        let file = write(&arguments, "a secret").unwrap();
        Self { dir, file }
    }

    fn key(&self) -> PathBuf {
        key_file(self.dir.path())
    }

    /// What `samsyn serve --check` does.
    async fn check(&self) -> Result<(), String> {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let config = Config::read(&self.file).map_err(|error| error.to_string())?;
        let portal = wire(config, Clock::System, apart_here()).await.map_err(|error| error.to_string())?;
        let checked = portal.store.check().await.map_err(|error| error.to_string());
        portal.store.close().await.unwrap();
        checked
    }

    async fn refused(&self, words: &[&str]) {
        let said = self.check().await.unwrap_err();
        for word in words {
            assert!(said.contains(word), "`{word}` is not in: {said}");
        }
    }
}

#[tokio::test]
async fn what_init_makes_passes_the_check_again_and_again() {
    let written = Written::by_init();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let keys = written.key().parent().unwrap().to_owned();
    assert_eq!((mode(written.key()), mode(keys)), (0o600, 0o700));
    assert_eq!(fs::read_to_string(written.key()).unwrap().trim().len(), 64);
    for _ in 0..2 {
        assert_eq!(written.check().await, Ok(()));
    }
    assert_ne!(fs::read(written.key()).unwrap(), fs::read(Written::by_init().key()).unwrap());
}

#[tokio::test]
async fn a_start_refuses_a_key_that_is_not_as_it_should_be_and_says_what_to_do() {
    let written = Written::by_init();
    assert_eq!(written.check().await, Ok(()));
    let key = fs::read_to_string(written.key()).unwrap();

    fs::set_permissions(written.key(), Permissions::from_mode(0o644)).unwrap();
    written.refused(&["store.key", "open to others", "644", "chmod 600"]).await;
    fs::set_permissions(written.key(), Permissions::from_mode(0o600)).unwrap();
    fs::write(written.key(), "changeme").unwrap();
    written.refused(&["store.key", "does not hold a key", "32 bytes"]).await;
    fs::remove_file(written.key()).unwrap();
    written.refused(&["store.key", "missing", "backup"]).await;
    StoreKey::make(&written.key()).unwrap();
    written.refused(&["store.key", "another key", "first used with"]).await;

    fs::write(written.key(), key).unwrap();
    assert_eq!(written.check().await, Ok(()));
}

#[tokio::test]
async fn a_key_may_be_kept_elsewhere_at_a_path_relative_to_the_configuration() {
    let written = Written::by_init();
    let elsewhere = written.dir.path().join("secrets/store.key");
    fs::rename(written.key(), &elsewhere).unwrap();
    let text = fs::read_to_string(&written.file).unwrap();
    let line = "# key_file = \"data/keys/store.key\"";
    assert!(text.contains(line), "{text}");
    fs::write(&written.file, text.replace(line, "key_file = \"secrets/store.key\"")).unwrap();
    assert_eq!(written.check().await, Ok(()));
    fs::remove_file(elsewhere).unwrap();
    written.refused(&["secrets/store.key", "key_file"]).await;
}
