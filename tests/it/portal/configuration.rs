//! The configuration file: what is refused, in which words, and that `samsyn init` writes one that is accepted.

use std::path::{Path, PathBuf};

use samsyn::first_configuration::{InitArguments, write};
use samsyn_host::prepared::CompileBy;
use samsyn_server::{clock::Clock, config::Config, wiring::wire};
use tempfile::TempDir;

const GOOD: &str = r#"[portal]
listen = "127.0.0.1:8480"
public_url = "https://samsyn.example"

[database]
data_dir = "data"

[identity]
issuer = "https://identity.example"
client_id = "samsyn"

[[organisation]]
id = "storsjo"
name = "Storsjö kommun"
providers = [{ id = "SE9999200002-HSL", kind = "care" }]

[[adapter]]
name = "enkel"
file = "enkel.wasm"

[[source]]
id = "omsorg"
system = "Omsorg"
adapter = "enkel"
organisation = "storsjo"
provider = "SE9999200002-HSL"
  [[source.origin]]
  alias = "api"
  base_url = "https://omsorg.example/samsyn"
"#;

/// What the configuration is told when one thing in it is changed; none when it is accepted.
fn told(change: &[(&str, &str)]) -> Option<String> {
    let mut text = GOOD.to_owned();
    for (from, to) in change {
        assert!(text.contains(from), "{from} is not in the good one");
        text = text.replacen(from, to, 1);
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("samsyn.toml");
    std::fs::write(&file, text).unwrap();
    Config::read(&file).err().map(|error| error.to_string())
}

#[track_caller]
fn refused(change: &[(&str, &str)], words: &[&str]) {
    let told = told(change).unwrap_or_else(|| panic!("{change:?} is accepted"));
    for word in words {
        assert!(told.contains(word), "{change:?}: `{word}` is not in: {told}");
    }
}

#[test]
fn the_good_configuration_is_accepted() {
    assert_eq!(told(&[]), None);
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_what_would_be_known() {
    refused(&[("data_dir", "data_dirr")], &["samsyn.toml", "line 6", "column 1", "data_dirr", "data_dir"]);
    refused(
        &[("client_id = \"samsyn\"", "client_id = \"samsyn\"\nclient_secret = \"x\"")],
        &["line 11", "client_secret"],
    );
    refused(&[("system = \"Omsorg\"", "system = \"Omsorg\"\ndedline = 3")], &["dedline", "line 24"]);
    refused(&[("[database]", "[databas]")], &["databas", "line 5"]);
}

#[test]
fn an_unreadable_value_is_refused_with_line_and_column() {
    refused(&[("public_url = \"https://samsyn.example\"", "public_url = \"samsyn\"")], &["line 3", "column 14"]);
    refused(&[("[database]", "[session]\nidle_minutes = \"long\"\n[database]")], &["line 6", "column 16"]);
    refused(&[("kind = \"care\"", "kind = \"hospital\"")], &["line 15", "hospital", "care"]);
    refused(&[("data_dir = \"data\"", "data_dir = ")], &["line 6"]);
}

#[test]
fn unsafe_combinations_are_refused_by_name() {
    let plain = [("https://samsyn.example", "http://samsyn.example")];
    refused(&plain, &["portal.public_url", "https"]);
    refused(&[("https://identity.example", "http://identity.example")], &["identity.issuer", "https"]);
    refused(&[("client_id = \"samsyn\"", "client_id = \"samsyn\"\nrequired_acr = []")], &["required_acr"]);
    refused(&[("https://omsorg.example/samsyn", "http://omsorg.example/samsyn")], &["omsorg", "https"]);
    refused(&[("https://omsorg.example/samsyn", "http://127.0.0.1:9000/")], &["omsorg", "https"]);
    refused(&[("[database]", "[session]\nidle_minutes = 0\n[database]")], &["session.idle_minutes", "1 … 240"]);
    refused(
        &[("[database]", "[session]\nidle_minutes = 60\nabsolute_minutes = 30\n[database]")],
        &["absolute_minutes"],
    );
    refused(
        &[("[database]", "[limits]\nanswer_within_max_ms = 60000\n[database]")],
        &["answer_within_max_ms", "28000"],
    );
    refused(&[("adapter = \"enkel\"", "adapter = \"annan\"")], &["omsorg", "annan"]);
    refused(&[("organisation = \"storsjo\"", "organisation = \"annan\"")], &["omsorg", "annan"]);
    refused(&[("provider = \"SE9999200002-HSL\"", "provider = \"SE1\"")], &["omsorg", "SE1"]);
    refused(&[("listen = \"127.0.0.1:8480\"", "listen = \"everywhere\"")], &["portal.listen"]);
    refused(
        &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nrecent_months = 13")],
        &["recent_months", "1 … 12"],
    );
}

#[test]
fn plain_http_is_for_the_demo_and_for_tests_only() {
    let plain = ("https://samsyn.example", "http://samsyn.example");
    let demo = ("[database]", "environment = \"demo\"\n[database]");
    assert_eq!(told(&[plain, demo]), None);
    refused(&[plain, ("[database]", "environment = \"production\"\n[database]")], &["portal.public_url"]);
}

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
    let portal = wire(Config::read(&file).unwrap(), Clock::System, CompileBy::Here).await.unwrap();
    portal.store.check().await.unwrap();
    portal.store.close().await.unwrap();
}

#[tokio::test]
async fn the_check_names_an_adapter_that_is_missing() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let (_dir, file) = initialised();
    let more = GOOD[GOOD.find("[[adapter]]").unwrap()..].to_owned();
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &more).unwrap();
    let error = wire(Config::read(&file).unwrap(), Clock::System, CompileBy::Here).await.err().unwrap().to_string();
    assert!(error.contains("enkel.wasm"), "{error}");
}
