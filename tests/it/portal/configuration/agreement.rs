//! What adapters and database have to say about a configuration: refused at its place too, and together with the rest.

use std::{fs, path::PathBuf, sync::Arc};

use samsyn_host::prepared::{CompileBy, Prepared, prepare};
use samsyn_server::{
    clock::Clock,
    config::ConfigFile,
    wiring::{Portal, StartError, open_store, wire, wire_prepared},
};
use samsyn_store::StoreKey;
use samsyn_tests::apart::apart_here;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{Row, changed, directory, lines, permit, private, tells};

const VIVA: [(&str, &str); 4] = [
    ("name = \"enkel\"", "name = \"viva\""),
    ("adapter = \"enkel\"", "adapter = \"viva\""),
    ("alias = \"api\"", "alias = \"viva\""),
    (BASIC, "slot = \"licens\"\n  kind = \"static-header\"\n  header = \"X-Viva-Licens\""),
];
const BASIC: &str = "slot = \"access\"\n  kind = \"basic\"\n  user = \"samsyn\"";
const CREDENTIAL: &str = "  [[source.credential]]\n  slot = \"access\"\n  kind = \"basic\"\n  user = \"samsyn\"\n  secret_file = \"secret\"\n";
const ORIGIN: &str = "  [[source.origin]]\n  alias = \"api\"\n  base_url = \"https://omsorg.example/samsyn\"\n";

fn component(name: &str) -> PathBuf {
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../target/adapters/{name}.wasm"));
    assert!(built.exists(), "{} is missing; build the adapters first: cargo xtask adapters", built.display());
    built
}

/// Compiled once, by the names of their files.
async fn adapters() -> &'static [(String, Arc<Prepared>)] {
    static ADAPTERS: OnceCell<Vec<(String, Arc<Prepared>)>> = OnceCell::const_new();
    let prepared = ADAPTERS.get_or_init(|| async {
        let mut all = Vec::new();
        for name in ["enkel", "viva", "riv-ta"] {
            let bytes = fs::read(component(name)).unwrap();
            all.push((name.to_owned(), prepare(&bytes, None, CompileBy::Here).await.unwrap()));
        }
        all
    });
    prepared.await
}

/// The text in a directory where everything is that a start needs.
fn ready(text: &str) -> (TempDir, ConfigFile) {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let dir = directory(text);
    StoreKey::make(&StoreKey::file_in(&dir.path().join("data"))).unwrap();
    private(&dir.path().join("no.pem"), "no certificate\n");
    let file = ConfigFile::read(&dir.path().join("samsyn.toml")).unwrap();
    (dir, file)
}

fn told(start: Result<Portal, StartError>, file: &ConfigFile, dir: &TempDir) -> Vec<String> {
    start.err().map_or_else(Vec::new, |error| lines(&error.located(file).to_string(), dir.path()))
}

/// As `samsyn serve --check` tells it, with adapters that are prepared already.
async fn refused(rows: &[Row<'_>]) {
    for (changes, expected) in rows {
        let (dir, file) = ready(&changed(changes));
        let config = file.config().unwrap();
        let store = open_store(&config).await.unwrap();
        tells(
            &told(wire_prepared(config, Clock::System, adapters().await, apart_here(), store), &file, &dir),
            expected,
        );
    }
}

#[tokio::test]
async fn a_source_is_given_nothing_that_its_adapter_does_not_know() {
    let settings = "  [source.settings]\n  colour = \"red\"\n  anonymous = \"maybe\"\n  [[source.origin]]";
    refused(&[
        (&[], &[]),
        (
            &[("  [[source.origin]]", settings)],
            &[
                (
                    "28:3: source[0].settings.colour",
                    "adapter `enkel` has no setting `colour`; it has `format`, `csv-sec",
                ),
                ("29:15: source[0].settings.anonymous", "setting `anonymous` must be `true` or `false`"),
            ],
        ),
        (
            &[("alias = \"api\"", "alias = \"apj\"")],
            &[
                ("21:1: source[0]", "origin `api` is missing (Aktörens tjänst"),
                (
                    "28:11: source[0].origin[0].alias",
                    "adapter `enkel` does not ask for origin `apj`; it asks for `api`",
                ),
            ],
        ),
        (
            &[("  [[source.credential]]", "  methods = [\"POST\", \"PURGE\"]\n  [[source.credential]]")],
            &[(
                "30:22: source[0].origin[0].methods[1]",
                "adapter `enkel` does not ask for method `PURGE`; it asks for `POST`",
            )],
        ),
        (
            &[("slot = \"access\"", "slot = \"token\"")],
            &[(
                "31:10: source[0].credential[0].slot",
                "adapter `enkel` has no credential slot `token`; it has `access`",
            )],
        ),
        (
            &[(BASIC, "slot = \"access\"\n  kind = \"hmac\"")],
            &[(
                "32:10: source[0].credential[0].kind",
                "slot `access` of adapter `enkel` does not take `hmac`; it takes `static-header`, `basic`, `client-cr",
            )],
        ),
        (
            &[("system = \"Omsorg\"", "system = \"Omsorg\"\nsections = [\"alerts\", \"dental\"]")],
            &[(
                "24:23: source[0].sections[1]",
                "adapter `enkel` does not answer section `dental`; it answers `person`, `alerts`",
            )],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_source_is_given_everything_that_its_adapter_cannot_do_without() {
    let [name, adapter, alias, licence] = VIVA;
    let with = |settings| [name, adapter, alias, licence, ("  [[source.origin]]", settings)];
    let riv_ta = [
        ("name = \"enkel\"", "name = \"riv-ta\""),
        ("adapter = \"enkel\"", "adapter = \"riv-ta\""),
        ("alias = \"api\"", "alias = \"vp\""),
        ("provider = \"SE9999200002-HSL\"\n", ""),
        (CREDENTIAL, ""),
    ];
    refused(&[
        (
            &[("provider = \"SE9999200002-HSL\"\n", "")],
            &[(
                "21:1: source[0]",
                "key `provider` is missing, and adapter `enkel` is not for several providers; write",
            )],
        ),
        (
            &[(ORIGIN, "")],
            &[(
                "21:1: source[0]",
                "origin `api` is missing (Aktörens tjänst. Frågan skickas till /samsyn/v1/… under denna adress.); \
                 add [[source.origin]] with alias = \"api\"",
            )],
        ),
        (&VIVA, &[("21:1: source[0].settings", "adapter `viva` cannot be asked without setting `lagrum` (Verksamhet")]),
        (
            &with("  [source.settings]\n  lagrum = \"LSS\"\n  [[source.origin]]"),
            &[("28:12: source[0].settings.lagrum", "setting `lagrum` must be one of HSL, SOL")],
        ),
        (&with("  [source.settings]\n  lagrum = \"HSL\"\n  [[source.origin]]"), &[]),
        (
            &riv_ta,
            &[("21:1: source[0].settings", "cannot be asked without setting `logical-address` (Logisk adress som")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_the_sandbox_cannot_use_is_refused_where_it_is_given() {
    let token = "slot = \"access\"\n  kind = \"client-credentials\"\n  client_id = \"samsyn\"\n  token_url = ";
    refused(&[
        (
            &[("  [[source.credential]]", "  ca_file = \"no.pem\"\n  [[source.credential]]")],
            &[("30:13: source[0].origin[0].ca_file", "ca_pem holds no PEM certificate")],
        ),
        (
            &[("user = \"samsyn\"", "user = \"sam:syn\"")],
            &[("30:3: source[0].credential[0]", "the user name must not hold a colon")],
        ),
        (
            &[(BASIC, &format!("{token}\"https://u@token.example/token\""))],
            &[("34:15: source[0].credential[0].token_url", "must not hold a user or password")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_empty_slot_and_a_shared_secret_of_a_test_are_noted_and_the_portal_starts() {
    let test = ("[database]", "environment = \"test\"\n[database]");
    let (dir, file) = ready(&changed(&[test, (CREDENTIAL, "")]));
    let config = file.config().unwrap();
    let store = open_store(&config).await.unwrap();
    let portal = wire_prepared(config, Clock::System, adapters().await, apart_here(), store).unwrap();
    let notes = lines(&file.located(portal.notes).to_string(), dir.path());
    tells(&notes, &[("22:1: source[0]", "credential slot `access` is empty (Hur portalen visar vem den är.")]);

    let (dir, file) = ready(&changed(&[test]));
    permit(&dir.path().join("secret"), 0o644);
    let config = file.config().unwrap();
    let store = open_store(&config).await.unwrap();
    let portal = wire_prepared(config, Clock::System, adapters().await, apart_here(), store).unwrap();
    let notes = lines(&file.located(portal.notes).to_string(), dir.path());
    tells(&notes, &[("35:17: source[0].credential[0].secret_file", "run chmod 600 secret")]);
}

#[tokio::test]
async fn what_the_adapter_says_is_told_together_with_the_rest_in_the_order_of_the_file() {
    refused(&[(
        &[
            ("https://samsyn.example", "http://samsyn.example"),
            ("alias = \"api\"", "alias = \"apj\""),
            ("user = \"samsyn\"", "header = \"x\""),
        ],
        &[
            ("3:14: portal.public_url", "must be https in production"),
            ("21:1: source[0]", "origin `api` is missing"),
            ("28:11: source[0].origin[0].alias", "does not ask for origin `apj`"),
            ("30:3: source[0].credential[0]", "key `user` is missing"),
            ("33:3: source[0].credential[0].header", "has no use for it"),
        ],
    )])
    .await;
}

/// The whole way of `samsyn serve --check`. No adapter that is admitted: one process has one directory for compiled ones.
async fn checked(text: &str, prepare: impl FnOnce(&TempDir)) -> Vec<String> {
    let (dir, file) = ready(text);
    prepare(&dir);
    let start = match file.config() {
        Ok(config) => wire(config, Clock::System, apart_here()).await,
        Err(error) => Err(error.into()),
    };
    told(start, &file, &dir)
}

#[tokio::test]
async fn an_adapter_that_is_not_admitted_is_told_together_with_the_rest() {
    let told = checked(&changed(&[("https://samsyn.example", "http://samsyn.example")]), |_| {}).await;
    tells(
        &told,
        &[
            ("3:14: portal.public_url", "must be https in production"),
            ("19:8: adapter[0].file", "adapter `enkel` cannot be used: not a WebAssembly component"),
        ],
    );
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_told_where_it_is_named() {
    let without_sources = |changes| {
        let text: String = changed(changes);
        text[..text.find("[[source]]").unwrap()].to_owned()
    };
    assert!(checked(&without_sources(&[]), |_| {}).await.is_empty());
    let no_key = |dir: &TempDir| fs::remove_dir_all(dir.path().join("data")).unwrap();
    let told = checked(&without_sources(&[]), no_key).await;
    tells(&told, &[("5:1: database.key_file", "the database cannot be opened: data/keys/store.key")]);
    let no_url = |dir: &TempDir| private(&dir.path().join("url"), "mysql://u:hidden@db.example/\n");
    let postgres = without_sources(&[("[identity]", "postgres_url_file = \"url\"\n[identity]")]);
    let told = checked(&postgres, no_url).await;
    tells(&told, &[("8:21: database.postgres_url_file", "must begin with postgres://")]);
    assert!(!told.concat().contains("hidden"), "{told:?}");
}
