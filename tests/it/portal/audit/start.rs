//! The record of the program's start: what runs, with which configuration, and no secret.

use samsyn_server::config::ConfigFile;
use samsyn_service::port::audit_log::{Activity, Stage};
use sha2::{Digest as _, Sha256};

use crate::portal::{harness::Portal, reading::text};

#[tokio::test]
async fn a_start_is_the_first_record_and_names_program_adapters_and_sources() {
    let portal = Portal::start("").await;
    let log = portal.whole_log().await;
    let record = &log[0].record;
    assert_eq!((record.activity, record.stage), (Activity::Write, Stage::Outcome));
    assert!(record.viewer.is_none() && record.patient.is_none() && log.len() == 1);
    let details = &record.details;
    assert_eq!((text(&details["what"]), text(&details["program"])), ("configuration", env!("CARGO_PKG_VERSION")));
    assert!(details["configuration_sha256"].is_null(), "the demo has no file");
    let sources = details["sources"].as_object().unwrap();
    assert_eq!(sources.len(), portal.seed.sources.len());
    for source in &portal.seed.sources {
        assert_eq!(sources[source.id.as_str()], source.adapter);
        assert_eq!(text(&details["adapters"][source.adapter]).len(), 64);
    }
}

#[test]
fn the_hash_of_a_configuration_is_that_of_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!(
        "[portal]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://samsyn.example\"\n[database]\ndata_dir = \"{}\"\n\
         [identity]\nissuer = \"https://id.example\"\nclient_id = \"samsyn\"\n",
        dir.path().display()
    );
    let path = dir.path().join("samsyn.toml");
    std::fs::write(&path, &text).unwrap();
    let config = ConfigFile::read(&path).unwrap().config().unwrap();
    assert_eq!(config.file_sha256, Some(hex::encode(Sha256::digest(text))));
}
