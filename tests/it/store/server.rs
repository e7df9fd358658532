//! A PostgreSQL server for tests: that of `SAMSYN_TEST_POSTGRES`, or one that is started and stopped here.
//!
//! A server of its own needs Debian's package `postgresql`; without it a test says that it was skipped.
//! Invariant: every case has a database of its own; the server is gone when the test is, also when it fails.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio, id as process_id},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use url::Url;

use super::place::Here;

const GIVEN: &str = "SAMSYN_TEST_POSTGRES";
/// What to say when there is none.
pub const NO_SERVER: &str = "set SAMSYN_TEST_POSTGRES to the address of a server, or `apt-get install postgresql`";

/// A PostgreSQL server.
pub struct Server {
    url: Url,
    /// Present when this test started it.
    own: Option<Own>,
}

impl Server {
    /// None where there is no server to be had.
    pub async fn find() -> Option<Self> {
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

    /// Whether this test started it, so that its settings may be changed.
    pub const fn is_own(&self) -> bool {
        self.own.is_some()
    }

    async fn admin(&self) -> DatabaseConnection {
        Database::connect(self.url.as_str()).await.unwrap()
    }

    /// Our databases carry this, so that a given server gets rid of them and of nothing else.
    fn prefix() -> String {
        format!("samsyn_test_{}_", process_id())
    }

    /// A new, empty database.
    pub async fn place(&self, case: &str) -> Here {
        Here::postgres(self.database(case).await.into())
    }

    /// The address of a new, empty database, for whoever owns the server.
    pub async fn database(&self, case: &str) -> Url {
        // PostgreSQL cuts names at 63 bytes.
        let name: String = format!("{}{case}", Self::prefix()).chars().take(60).collect();
        let admin = self.admin().await;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let mut url = self.url.clone();
        url.set_path(&name);
        url
    }

    /// A role that owns a database and may not administer anything, with its name as its password.
    pub async fn role_of(&self, database: &str) -> String {
        let role = format!("{database}_owner");
        let admin = self.admin().await;
        admin.execute_unprepared(&format!("CREATE ROLE {role} LOGIN PASSWORD '{role}'")).await.unwrap();
        admin.execute_unprepared(&format!("ALTER DATABASE {database} OWNER TO {role}")).await.unwrap();
        admin.close().await.unwrap();
        role
    }

    /// Removes a role and what it owns in its database, which is gone afterwards.
    pub async fn forget_role(&self, role: &str) {
        let database = role.trim_end_matches("_owner");
        let admin = self.admin().await;
        admin.execute_unprepared(&format!("DROP DATABASE {database} WITH (FORCE)")).await.unwrap();
        admin.execute_unprepared(&format!("DROP ROLE {role}")).await.unwrap();
        admin.close().await.unwrap();
    }

    /// Removes what was made on a server that is not ours.
    pub async fn clean(self) {
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
