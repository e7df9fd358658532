//! The files that a configuration names, and who may read those that hold a secret.

use samsyn_server::config::ConfigFile;

use super::{GOOD, changed, directory, lines, permit, private, refused, tells, told_in};

#[test]
fn a_file_that_is_named_is_there_and_can_be_read() {
    let missing = "there is no such file; create it, or correct the path";
    refused(&[
        (&[("\"enkel.wasm\"", "\"gone.wasm\"")], &[("19:8: adapter[0].file", &format!("gone.wasm: {missing}"))]),
        (&[("file = \"enkel.wasm\"\n", "")], &[("17:1: adapter[0]", "key `file` is missing")]),
        (&[("\"secret\"", "\"gone\"")], &[("34:17: source[0].credential[0].secret_file", missing)]),
        (&[("\"secret\"", "\".\"")], &[("34:17: source[0].credential[0].secret_file", "is not a file")]),
        (
            &[("  [[source.credential]]", "  ca_file = \"gone\"\n  [[source.credential]]")],
            &[("30:13: source[0].origin[0].ca_file", missing)],
        ),
        (
            &[(
                "kind = \"basic\"\n  user = \"samsyn\"",
                "kind = \"client-certificate\"\n  certificate_file = \"gone\"",
            )],
            &[("33:22: source[0].credential[0].certificate_file", missing)],
        ),
        (
            &[("client_id", "client_secret_file = \"gone\"\nclient_id")],
            &[("10:22: identity.client_secret_file", missing)],
        ),
        (
            &[("[identity]", "postgres_url_file = \"gone\"\n[identity]")],
            &[("8:21: database.postgres_url_file", missing)],
        ),
        (&[("data_dir = \"data\"", "data_dir = \"enkel.wasm\"")], &[("6:12: database.data_dir", "not a directory")]),
    ]);
    let dir = directory(GOOD);
    private(&dir.path().join("secret"), " \n");
    tells(&told_in(&dir), &[("34:17: source[0].credential[0].secret_file", "is empty; write the secret into it")]);
}

#[test]
fn a_secret_that_others_may_read_is_refused_in_production_and_noted_in_a_test() {
    for mode in [0o640, 0o604, 0o620] {
        let dir = directory(GOOD);
        permit(&dir.path().join("secret"), mode);
        let words = format!("others than its owner may use this secret (mode {mode:o}); run chmod 600 secret");
        tells(&told_in(&dir), &[("34:17: source[0].credential[0].secret_file", &words)]);
    }
    let dir = directory(&changed(&[("[database]", "environment = \"test\"\n[database]")]));
    permit(&dir.path().join("secret"), 0o644);
    assert!(told_in(&dir).is_empty());
    let file = ConfigFile::read(&dir.path().join("samsyn.toml")).unwrap();
    let noted = file.located(file.config().unwrap().findings().noted).to_string();
    tells(&lines(&noted, dir.path()), &[("35:17: source[0].credential[0].secret_file", "run chmod 600 secret")]);
}
