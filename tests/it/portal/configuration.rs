//! The configuration file: everything that is refused in it, all at once, at which line and column and in which words.
//!
//! Rooms: what cannot be read (`reading`), what can and must not be (`values`), claims and proofs of identity
//! (`identity`), the files it names (`files`), what adapters and database have to say about it (`agreement`), what `samsyn init`
//! writes (`init`).
//! To add a refusal: a row in one of the tables, with every line that it tells.

mod agreement;
mod files;
mod identity;
mod init;
mod reading;
mod values;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use samsyn_server::config::Config;
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
  [[source.credential]]
  slot = "access"
  kind = "basic"
  user = "samsyn"
  secret_file = "secret"
"#;

/// The good text with some things in it changed.
fn changed(changes: &[(&str, &str)]) -> String {
    let mut text = GOOD.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the good one");
        text = text.replacen(from, to, 1);
    }
    text
}

/// A directory with the text in `samsyn.toml` and the files that it names.
fn directory(text: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("samsyn.toml"), text).unwrap();
    fs::write(dir.path().join("enkel.wasm"), "a component, in another test").unwrap();
    private(&dir.path().join("secret"), "not to be shown\n");
    dir
}

fn private(path: &Path, content: &str) {
    fs::write(path, content).unwrap();
    permit(path, 0o600);
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The lines that are told, without the directory before them.
fn lines(told: &str, dir: &Path) -> Vec<String> {
    let before = format!("{}/", dir.display());
    told.lines().map(|line| line.replace(&before, "")).collect()
}

fn told_in(dir: &TempDir) -> Vec<String> {
    let read = Config::read(&dir.path().join("samsyn.toml"));
    read.err().map_or_else(Vec::new, |error| lines(&error.to_string(), dir.path()))
}

fn told(changes: &[(&str, &str)]) -> Vec<String> {
    told_in(&directory(&changed(changes)))
}

/// Exactly these lines are told, in this order: each begins with its place and key, and has the words.
#[track_caller]
fn tells(told: &[String], expected: &[(&str, &str)]) {
    let fits = |(line, (place, words)): (&String, &(&str, &str))| {
        line.starts_with(&format!("samsyn.toml:{place}: ")) && line.contains(words)
    };
    let all = told.len() == expected.len() && told.iter().zip(expected).all(fits);
    assert!(all, "told:\n{}\nexpected:\n{expected:#?}", told.join("\n"));
}

/// What is changed in the good text, and the lines told of it.
type Row<'t> = (&'t [(&'t str, &'t str)], &'t [(&'t str, &'t str)]);

#[track_caller]
fn refused(rows: &[Row<'_>]) {
    for (changes, expected) in rows {
        tells(&told(changes), expected);
    }
}

#[test]
fn the_good_configuration_is_accepted() {
    assert!(told(&[]).is_empty());
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() {
    let told = told(&[
        ("127.0.0.1:8480", "everywhere"),
        ("https://samsyn.example", "http://samsyn.example"),
        ("[database]", "colour = \"red\"\n[database]"),
        ("provider = \"SE9999200002-HSL\"", "provider = \"SE1\""),
        ("https://omsorg.example/samsyn", "http://omsorg.example/samsyn"),
        ("\"enkel.wasm\"", "\"gone.wasm\""),
    ]);
    tells(
        &told,
        &[
            ("2:10: portal.listen", "write e.g."),
            ("3:14: portal.public_url", "https"),
            ("5:1: portal.colour", "unknown key"),
            ("20:8: adapter[0].file", "no such file"),
            ("27:12: source[0].provider", "SE1"),
            ("30:14: source[0].origin[0].base_url", "https"),
        ],
    );
}

#[test]
fn a_configuration_without_a_file_is_told_its_keys() {
    let dir = directory(GOOD);
    let text = GOOD.replace("enkel.wasm", dir.path().join("enkel.wasm").to_str().unwrap());
    let text = text.replace("secret\"", &format!("{}\"", dir.path().join("secret").display()));
    let mut config: Config = toml::from_str(&text).unwrap();
    config.validate().unwrap();
    config.portal.public_url = "http://samsyn.example".parse().unwrap();
    config.session.idle_minutes = 0;
    assert_eq!(
        config.validate().unwrap_err().to_string(),
        "portal.public_url: must be https in production; write https://…\n\
         session.idle_minutes: 0 is outside 1 … 240"
    );
}

#[test]
fn no_refusal_shows_a_secret_or_an_address() {
    for address in ["http://u:hidden@omsorg.example/", "https://u:hidden@omsorg.example/", "https://u:hidden@a:99999/"]
    {
        let dir = directory(&changed(&[("https://omsorg.example/samsyn", address)]));
        permit(&dir.path().join("secret"), 0o644);
        let told = told_in(&dir).join("\n");
        assert!(told.contains("base_url: "), "{told}");
        assert!(!told.contains("hidden") && !told.contains("not to be shown"), "{told}");
    }
}
