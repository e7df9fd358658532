//! The same contract on PostgreSQL: the server of `SAMSYN_TEST_POSTGRES`, or one this test starts and stops itself.
//!
//! A server of its own needs Debian's package `postgresql`; without it the test says that it was skipped.
//! Invariant: every case has a database of its own; the server is gone when the test is, also when it fails.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio, id as process_id},
    time::{Duration, Instant},
};

use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{Store, StoreError};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use url::Url;

use super::{contract::CASES, faults, kill, place::Here, sample};

const GIVEN: &str = "SAMSYN_TEST_POSTGRES";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_contract_holds_on_postgresql() {
    let Some(server) = Server::find().await else {
        println!("skipped: set {GIVEN} to the address of a server, or `apt-get install postgresql`");
        return;
    };
    for (name, case) in CASES {
        println!("on PostgreSQL: {name}");
        case(server.place(name).await).await;
    }
    println!("on PostgreSQL: kills");
    kill::survives_fifty_kills(&server.place("kills").await).await;
    println!("on PostgreSQL: faults");
    faults::a_lock_held_by_another_refuses_and_its_release_recovers(server.place("lock").await).await;
    faults::a_failing_write_refuses_everybody_who_waits(
        server.place("failing").await,
        "CREATE TRIGGER fault BEFORE INSERT ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()",
        "DROP TRIGGER fault ON audit_record",
    )
    .await;
    a_server_that_drops_its_connections_is_reached_again(&server.place("dropped").await).await;
    every_session_asks_for_synchronous_commits(&server.place("asks").await).await;
    an_address_of_another_kind_is_refused_without_being_printed().await;
    if server.own.is_some() {
        a_server_that_forgets_is_refused(&server.place("forgets").await).await;
    }
    server.clean().await;
}

async fn a_server_that_drops_its_connections_is_reached_again(here: &Here) {
    let store = here.open().await;
    store.append(&sample::intent("before")).await.unwrap();
    let drop_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
    here.run(drop_all).await.unwrap();
    faults::recovers(&store).await;
    assert_eq!(store.audit_records(9).await.unwrap().len(), 2);
}

/// Whatever the database's own setting is.
async fn every_session_asks_for_synchronous_commits(here: &Here) {
    here.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .await
    .unwrap();
    here.open().await.check().await.unwrap();
}

async fn an_address_of_another_kind_is_refused_without_being_printed() {
    let here = Here::postgres("mysql://root:hemligt@127.0.0.1/x".into());
    let config = &here.config;
    let refused = Store::open(config).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::Address));
    assert!(!format!("{refused} {config:?}").contains("hemligt"));
}

/// Changes the whole server, so only one of our own.
async fn a_server_that_forgets_is_refused(here: &Here) {
    here.run("ALTER SYSTEM SET fsync = off").await.unwrap();
    here.run("SELECT pg_reload_conf()").await.unwrap();
    let started = Instant::now();
    loop {
        match Store::open(&here.config).await {
            Err(StoreError::NotDurable { setting: "fsync", .. }) => return,
            Err(other) => panic!("{other}"),
            // The server reads its settings again in its own time.
            Ok(store) => store.close().await.unwrap(),
        }
        assert!(started.elapsed() < Duration::from_secs(10), "a server without fsync is accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A PostgreSQL server.
struct Server {
    url: Url,
    /// Present when this test started it.
    own: Option<Own>,
}

impl Server {
    async fn find() -> Option<Self> {
        if let Ok(given) = env::var(GIVEN) {
            return Some(Self { url: given.parse().expect("an address such as postgres://user@host/db"), own: None });
        }
        let own = Own::start(&newest_installed()?);
        let url: Url = format!("postgres://postgres@127.0.0.1:{}/postgres", own.port).parse().unwrap();
        let started = Instant::now();
        while let Err(error) = Database::connect(url.as_str()).await {
            assert!(started.elapsed() < Duration::from_mins(1), "the server does not answer: {error}\n{}", own.log());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Some(Self { url, own: Some(own) })
    }

    async fn admin(&self) -> DatabaseConnection {
        Database::connect(self.url.as_str()).await.unwrap()
    }

    /// Our databases carry this, so that a given server gets rid of them and of nothing else.
    fn prefix() -> String {
        format!("samsyn_test_{}_", process_id())
    }

    /// A new, empty database.
    async fn place(&self, case: &str) -> Here {
        // PostgreSQL cuts names at 63 bytes.
        let name: String = format!("{}{case}", Self::prefix()).chars().take(60).collect();
        let admin = self.admin().await;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let mut url = self.url.clone();
        url.set_path(&name);
        Here::postgres(url.into())
    }

    /// Removes what was made on a server that is not ours.
    async fn clean(self) {
        if self.own.is_some() {
            return;
        }
        let admin = self.admin().await;
        let ours = format!("SELECT datname::text FROM pg_database WHERE starts_with(datname, '{}')", Self::prefix());
        let ours =
            admin.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, ours)).await.unwrap();
        for row in ours {
            let name: String = row.try_get_by_index(0).unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

/// The directory of the newest version Debian has installed.
fn newest_installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let bin = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    bin.filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists()).max()
}

/// A server in a directory of its own, stopped when dropped.
struct Own {
    bin: PathBuf,
    dir: TempDir,
    port: u16,
}

impl Own {
    fn start(bin: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if is_root() {
            // The server refuses to run as root.
            assert!(Command::new("chown").arg("postgres").arg(dir.path()).status().unwrap().success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = Self { bin: bin.to_owned(), dir, port };
        own.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-instructions"],
        );
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''");
        let log = own.dir.path().join("log");
        own.run("pg_ctl", &["start", "-w", "-t", "60", "-l", log.to_str().unwrap(), "-o", &options]);
        own
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(self.bin.join(program));
            command
        } else {
            Command::new(self.bin.join(program))
        };
        command.arg("-D").arg(self.dir.path().join("data")).args(arguments);
        let done = command.current_dir(self.dir.path()).stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(done.success(), "{program} failed\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if self.dir.path().join("data/postmaster.pid").exists() {
            self.run("pg_ctl", &["stop", "-w", "-m", "immediate"]);
        }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
