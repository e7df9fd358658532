//! `samsyn init` writes a configuration that `samsyn serve` accepts, and keeps its secrets to their owner.

use std::path::{Path, PathBuf};

use samsyn::first_configuration::{InitArguments, write};
use samsyn_server::{clock::Clock, config::Config, wiring::wire};
use samsyn_tests::apart::apart_here;
use tempfile::TempDir;

fn arguments(dir: &Path) -> InitArguments {
    InitArguments {
        dir: dir.to_owned(),
        organisation: "Storsjö \"stora\" kommun".into(),
        organisation_id: "storsjo".into(),
        care_provider: "SE9999200002-HSL".into(),
        social_care_provider: Some("SE9999200002-SOL".into()),
        administrator: "SE9999200002-P290".into(),
        public_url: "https://samsyn.example".parse().unwrap(),
        issuer: "https://identity.example".parse().unwrap(),
        client_id: "samsyn".into(),
    }
}

fn initialised() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = write(&arguments(&dir.path().join("samsyn")), "a secret\n").unwrap();
    (dir, file)
}

#[test]
fn what_init_writes_is_accepted_and_holds_no_secret() {
    let (_dir, file) = initialised();
    let config = Config::read(&file).unwrap();
    assert_eq!(config.organisations[0].name, "Storsjö \"stora\" kommun");
    assert_eq!(config.organisations[0].providers.len(), 2);
    assert_eq!(config.identity.administrators, ["SE9999200002-P290"]);
    assert!(config.identity.client_secret.is_some());
    assert!(!std::fs::read_to_string(&file).unwrap().contains("a secret"));
}

#[test]
fn what_init_writes_is_readable_by_its_owner_only_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, file) = initialised();
    let home = file.parent().unwrap();
    for (path, mode) in
        [(file.clone(), 0o600), (home.join("secrets/identity-client"), 0o600), (home.join("secrets"), 0o700)]
    {
        let is = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(is, mode, "{}", path.display());
    }
    let error = write(&arguments(home), "another").unwrap_err().to_string();
    assert!(error.contains("exists already"), "{error}");
    assert_eq!(std::fs::read_to_string(home.join("secrets/identity-client")).unwrap(), "a secret");
    let mut shouted = arguments(&home.join("other"));
    shouted.organisation_id = "Storsjö".into();
    assert!(write(&shouted, "x").unwrap_err().to_string().contains("--organisation-id"));
    assert!(write(&arguments(&home.join("other")), " \n").is_err());
}

#[tokio::test]
async fn the_check_of_a_written_configuration_opens_the_database_and_finds_it_sound() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let (_dir, file) = initialised();
    let portal = wire(Config::read(&file).unwrap(), Clock::System, apart_here()).await.unwrap();
    portal.store.check().await.unwrap();
    portal.store.close().await.unwrap();
}
