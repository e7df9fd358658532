//! Ten ways in which the storage of the log fails under a running portal, and is repaired without a restart.
//!
//! Each time: nothing of the patient is shown in any form, the page says why and what to do, an opening works within five seconds of the
//! repair, and afterwards the log has a record of every page that was shown, and verifies.
//! System calls fail through `strace`, on the real SQLite; the wire and the server fail under the real PostgreSQL. What is not there is
//! said, and its kinds are left out. The key is read at the start and kept in memory: a running portal does not miss it, and one without it
//! does not start. Not here: sources that fail (`portal::faults`).
//! To add a kind: a row in [`TEN`] and how it is made in `Scene::break_it`.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use futures::future::join_all;
use http::Method;
use samsyn_demo::seed::Seed;
use samsyn_server::clock::Clock;
use samsyn_store::{StoreConfig, StoreKey};
use samsyn_tests::reliability::{FAILURES, Row, times};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, TransactionTrait as _};
use tempfile::TempDir;
use url::Url;

use super::{
    super::browser::Reply,
    faults::{FailingCalls, Mode, Wire},
    ledger::compare,
    process::{Process, Start},
    visitor::{Attempt, Patient, Visitor},
};
use crate::store::server::{NO_SERVER, Server};

/// How a failure is made.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// These system calls on the database's files end in this error.
    Calls(&'static str, &'static str),
    /// The wire to the server.
    Wire(Mode),
    /// New sessions of the server are read only, as after a fail-over to a replica. Those that began so stay so.
    ReadOnlyServer,
    /// The server gives the portal no connection.
    NoConnection,
    /// Somebody else holds the lock of whoever appends.
    LockHeld,
    /// The key is not where it was.
    NoKey,
}

const WRITING: &str = "pwrite64,pwritev,write,ftruncate,fallocate";
const SYNCING: &str = "fsync,fdatasync";

/// All of them, as the quality goals count them.
const TEN: [(&str, Kind); 10] = [
    ("fsync fails", Kind::Calls(SYNCING, "EIO")),
    ("write fails", Kind::Calls(WRITING, "EIO")),
    ("no space left", Kind::Calls(WRITING, "ENOSPC")),
    ("file system read only", Kind::Calls("pwrite64,pwritev,write,ftruncate,fallocate,fsync,fdatasync", "EROFS")),
    ("database hung", Kind::Wire(Mode::Silent)),
    ("database gone", Kind::Wire(Mode::Cut)),
    ("database read only", Kind::ReadOnlyServer),
    ("no free connection", Kind::NoConnection),
    ("signing key missing", Kind::NoKey),
    ("lock held", Kind::LockHeld),
];

/// The same as the limit of the quality goals.
const RECOVERS_WITHIN: Duration = Duration::from_secs(5);
/// Until the page says that nothing is shown. The database is given five seconds for each question, and an opening puts two.
const REFUSED_WITHIN: Duration = Duration::from_secs(13);
/// Until a failure bites: what is in memory is written later.
const BITES_WITHIN: Duration = Duration::from_secs(20);

/// More than the portal has connections to its database.
const CROWD: usize = 12;

/// A portal, who opens in it, and what was seen.
struct Scene {
    dir: TempDir,
    start: Start,
    process: Process,
    visitor: Visitor,
    /// Others, at work when it breaks.
    crowd: Vec<(Visitor, String)>,
    /// Chosen while everything worked: the page in pieces, and the page as a whole.
    live: String,
    whole: String,
    ledger: Vec<Attempt>,
    database: Option<PostgreSql>,
}

/// The server behind a portal, and the wire between them.
struct PostgreSql {
    /// As its owner.
    owner: DatabaseConnection,
    url: Url,
    name: String,
    role: String,
    wire: Wire,
}

/// A failure while it lasts.
enum Broken {
    Calls(FailingCalls),
    Server,
    Lock(DatabaseTransaction),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_shown_while_the_disk_of_the_log_fails() {
    const WHAT: &str = "the disk of the log fails";
    if !FailingCalls::possible().await {
        return Row::skip("G2", WHAT, "needs strace, and leave to attach it to our own processes");
    }
    let mut scene = Scene::on_sqlite().await;
    let row = Row::begin("G2", WHAT, "failures");
    let key_file = scene.start.key_file.clone().unwrap();
    let config = StoreConfig { key_file, ..StoreConfig::in_data_dir(scene.dir.path()) };
    scene.all(row, |kind| matches!(kind, Kind::Calls(..))).await;
    scene.end(&config).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_shown_while_the_database_of_the_log_fails() {
    const WHAT: &str = "the database of the log fails";
    let Some(server) = Server::find().await else { return Row::skip("G2", WHAT, NO_SERVER) };
    let mut scene = Scene::on_postgres(&server).await;
    let row = Row::begin("G2", WHAT, "failures");
    scene
        .all(row, |kind| matches!(kind, Kind::Wire(_) | Kind::ReadOnlyServer | Kind::NoConnection | Kind::LockHeld))
        .await;
    let database = scene.database.as_ref().unwrap();
    let config = StoreConfig {
        key_file: StoreKey::file_in(scene.dir.path()),
        ..StoreConfig::at_url(database.url.as_str(), scene.dir.path())
    };
    let role = database.role.clone();
    database.owner.clone().close().await.unwrap();
    scene.end(&config).await;
    server.forget_role(&role).await;
    server.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_shown_without_the_signing_key() {
    let mut row = Row::begin("G2", "the signing key is missing", "failures");
    let kind = TEN.iter().find(|(_, kind)| matches!(kind, Kind::NoKey)).unwrap();
    let mut scene = Scene::on_sqlite().await;
    let config =
        StoreConfig { key_file: scene.start.key_file.clone().unwrap(), ..StoreConfig::in_data_dir(scene.dir.path()) };
    let elsewhere = scene.dir.path().join("elsewhere.key");
    for _ in 0..times(FAILURES, 1) {
        std::fs::rename(&config.key_file, &elsewhere).unwrap();
        // The running portal has read it, and goes on writing records that verify.
        scene.open("while the key is gone").await.expect("a running portal needs no file");
        scene.process.kill().await;
        let refused = Process::start(&scene.start).await.err().expect("a portal without its key starts");
        assert!(refused.contains(config.key_file.to_str().unwrap()), "{}: {refused}", kind.0);
        assert!(scene.visitor.ask(Method::GET, &scene.live, "text/html", &[]).await.is_err(), "nobody serves");
        std::fs::rename(&elsewhere, &config.key_file).unwrap();
        let repaired = Instant::now();
        scene.process = Process::start(&scene.start).await.unwrap();
        row.recovered(scene.recovers(repaired, kind.0).await);
        row.done(1);
    }
    scene.end(&config).await;
}

#[test]
fn there_are_ten_kinds_and_each_belongs_to_a_test() {
    let of = |belongs: fn(&Kind) -> bool| TEN.iter().filter(|(_, kind)| belongs(kind)).count();
    let disk = of(|kind| matches!(kind, Kind::Calls(..)));
    let key = of(|kind| matches!(kind, Kind::NoKey));
    let server = of(|kind| matches!(kind, Kind::Wire(_) | Kind::ReadOnlyServer | Kind::NoConnection | Kind::LockHeld));
    assert_eq!((disk, server, key), (4, 5, 1));
}

impl Scene {
    async fn on_sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key_file = key_of_its_own(dir.path());
        let start = Start { key_file: Some(key_file), ..Start::on(dir.path()) };
        Self::begin(dir, start, None).await
    }

    async fn on_postgres(server: &Server) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = server.database("portal_failures").await;
        let name = url.path().trim_start_matches('/').to_owned();
        let role = server.role_of(&name).await;
        let address: SocketAddr = url.socket_addrs(|| Some(5432)).unwrap().swap_remove(0);
        let wire = Wire::to(address).await;
        let mut portal = url.clone();
        portal.set_host(Some("127.0.0.1")).unwrap();
        portal.set_port(Some(wire.address.port())).unwrap();
        portal.set_username(&role).unwrap();
        portal.set_password(Some(&role)).unwrap();
        let file = dir.path().join("url");
        std::fs::write(&file, portal.as_str()).unwrap();
        let owner = Database::connect(url.as_str()).await.unwrap();
        let start = Start { postgres_url_file: Some(file), ..Start::on(dir.path()) };
        Self::begin(dir, start, Some(PostgreSql { owner, url, name, role, wire })).await
    }

    async fn begin(dir: TempDir, mut start: Start, database: Option<PostgreSql>) -> Self {
        let process = Process::start(&start).await.unwrap();
        start.plant = false;
        let seed = Seed::new(&Clock::System.now());
        let person = seed.person_showing("everything").unwrap();
        let further = ["Astrid", "Fjällström", "HLR", "Penicillin", "063-555", "Hemsjukvården"];
        let patient = Patient::new(&person.personal_number, &person.name, &further);
        let visitor = Visitor::signed_in(&start.url(), "doctor", patient).await;
        let live = visitor.choose(true).await.unwrap();
        let whole = visitor.choose(false).await.unwrap();
        let mut crowd = Vec::new();
        for other in seed.people.iter().filter(|other| other.personal_number != person.personal_number).take(CROWD) {
            let patient = Patient::new(&other.personal_number, &other.name, &[]);
            let visitor = Visitor::signed_in(&start.url(), "doctor", patient).await;
            let address = visitor.choose(true).await.unwrap();
            crowd.push((visitor, address));
        }
        Self { dir, start, process, visitor, crowd, live, whole, ledger: Vec::new(), database }
    }

    /// Goes through the kinds of one test.
    async fn all(&mut self, mut row: Row, belongs: impl Fn(&Kind) -> bool) {
        for (name, kind) in TEN.iter().filter(|(_, kind)| belongs(kind)) {
            for _ in 0..times(FAILURES, 1) {
                let recovered = self.fails_and_recovers(name, *kind).await;
                println!("{name}: an opening {recovered:?} after the repair");
                row.recovered(recovered);
                row.done(1);
            }
        }
    }

    async fn fails_and_recovers(&mut self, name: &str, kind: Kind) -> Duration {
        self.open(&format!("before: {name}")).await.unwrap_or_else(|| panic!("{name}: it does not work before"));
        let crowd: Vec<_> = self
            .crowd
            .iter()
            .map(|(visitor, address)| {
                let (visitor, address, when) = (visitor.clone(), address.clone(), format!("at work: {name}"));
                tokio::spawn(async move { open_until_refused(&visitor, &address, &when).await })
            })
            .collect();
        let broken = self.break_it(kind).await;
        for others in crowd {
            self.ledger.extend(others.await.unwrap());
        }
        let started = Instant::now();
        while self.open(&format!("as it breaks: {name}")).await.is_some() {
            assert!(started.elapsed() < BITES_WITHIN, "{name}: pages are shown all the same");
        }
        self.shows_nothing_in_any_form(name).await;
        self.mend(broken).await;
        self.recovers(Instant::now(), name).await
    }

    /// One attempt; how long it took until the page began, if it did.
    async fn open(&mut self, when: &str) -> Option<Duration> {
        let asked = Instant::now();
        let attempt = self.visitor.open(&self.live, when, || {}).await;
        let shown = attempt.shown;
        self.ledger.push(attempt);
        shown.then(|| asked.elapsed())
    }

    /// Until a page is shown again, asking as somebody would who tries again and again.
    async fn recovers(&mut self, repaired: Instant, name: &str) -> Duration {
        loop {
            if let Some(took) = self.open(&format!("after: {name}")).await {
                // The page is read to its end before the next is opened; what counts is its beginning.
                let begun = repaired.elapsed().saturating_sub(took) + self.first_piece();
                assert!(begun < RECOVERS_WITHIN, "{name}: a page is shown {begun:?} after the repair");
                return begun;
            }
            assert!(repaired.elapsed() < RECOVERS_WITHIN, "{name}: no page {:?} after the repair", repaired.elapsed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How long the last page took to begin.
    fn first_piece(&self) -> Duration {
        let last = self.ledger.last().unwrap();
        last.to.duration_since(last.from).unsigned_abs()
    }

    /// Every way to somebody's information at once: what comes names nobody and says what is wrong.
    async fn shows_nothing_in_any_form(&self, name: &str) {
        let print = format!("{}/print/akutblad", self.whole);
        let number = self.visitor.patient.number.clone();
        let search = [("patient", number.as_str()), ("scope", "shared")];
        let asked = Instant::now();
        let (pages, json, chosen) = tokio::join!(
            join_all([
                self.visitor.ask(Method::GET, &self.live, "text/html", &[]),
                self.visitor.ask(Method::GET, &self.whole, "text/html", &[]),
                self.visitor.ask(Method::POST, &print, "text/html", &[]),
            ]),
            self.visitor.ask(Method::GET, &self.whole, "application/json", &[]),
            self.visitor.ask(Method::POST, "/overview", "text/html", &search),
        );
        let waited = asked.elapsed();
        assert!(waited < REFUSED_WITHIN, "{name}: somebody waited {waited:?} to be told");
        let answered = |reply: Result<Reply, reqwest::Error>| {
            reply.unwrap_or_else(|error| panic!("{name}: no answer after {waited:?}: {error:?}"))
        };
        for page in pages {
            self.says_why(name, &answered(page));
        }
        let json = answered(json);
        assert_eq!(json.status, 503, "{name}: {}", json.body);
        assert!(
            ["log-unavailable", "database-unavailable"].iter().any(|code| json.json()["error"] == *code),
            "{name}: {}",
            json.body
        );
        // A choice is not an opening: it may work, and leads to a page that does not.
        let chosen = answered(chosen);
        if chosen.status == 303 {
            assert_eq!(self.visitor.patient.in_text(&chosen.body), None, "{name}: {}", chosen.body);
        } else {
            self.says_why(name, &chosen);
        }
    }

    fn says_why(&self, name: &str, reply: &Reply) {
        assert_eq!(reply.status, 503, "{name}: {}", reply.body);
        assert_eq!(self.visitor.patient.in_text(&reply.body), None, "{name}: {}", reply.body);
        let why = ["Loggen kan inte skrivas", "Portalens databas kan inte användas"];
        assert!(why.iter().any(|why| reply.body.contains(why)), "{name} is not told: {}", reply.body);
        for words in ["Uppgifter kan finnas", "ring källorna direkt"] {
            assert!(reply.body.contains(words), "{name}: the page lacks `{words}`: {}", reply.body);
        }
    }

    async fn break_it(&self, kind: Kind) -> Broken {
        let server = || self.database.as_ref().expect("a kind of a server's");
        match kind {
            Kind::Calls(calls, error) => {
                let dir: PathBuf = self.dir.path().to_owned();
                Broken::Calls(FailingCalls::on_database(self.process.id(), &dir, calls, error).await)
            }
            Kind::Wire(mode) => {
                server().wire.set(mode);
                Broken::Server
            }
            Kind::ReadOnlyServer => {
                let name = &server().name;
                server().run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
                server().drop_connections().await;
                Broken::Server
            }
            Kind::NoConnection => {
                server().run(&format!("ALTER ROLE {} CONNECTION LIMIT 0", server().role)).await;
                server().drop_connections().await;
                Broken::Server
            }
            Kind::LockHeld => {
                let lock = server().owner.begin().await.unwrap();
                // The queue's own, in `samsyn_store`.
                lock.execute_unprepared("SELECT pg_advisory_xact_lock(1515847682)").await.unwrap();
                Broken::Lock(lock)
            }
            Kind::NoKey => unreachable!("has a test of its own"),
        }
    }

    async fn mend(&self, broken: Broken) {
        match broken {
            Broken::Calls(calls) => calls.end().await,
            Broken::Lock(lock) => lock.rollback().await.unwrap(),
            Broken::Server => {
                let server = self.database.as_ref().unwrap();
                server.wire.set(Mode::Through);
                server.run(&format!("ALTER DATABASE {} RESET default_transaction_read_only", server.name)).await;
                server.run(&format!("ALTER ROLE {} CONNECTION LIMIT -1", server.role)).await;
            }
        }
    }

    async fn end(self, config: &StoreConfig) {
        let Self { process, ledger, dir, .. } = self;
        process.kill().await;
        let shown = compare(config, &ledger).await;
        assert!(shown > 1, "{ledger:?}");
        drop(dir);
    }
}

/// Opens until it is told that nothing is shown, which it is in time.
async fn open_until_refused(visitor: &Visitor, address: &str, when: &str) -> Vec<Attempt> {
    let (mut ledger, started) = (Vec::new(), Instant::now());
    loop {
        let asked = Instant::now();
        let attempt = visitor.open(address, when, || {}).await;
        let shown = attempt.shown;
        ledger.push(attempt);
        if !shown {
            assert!(asked.elapsed() < REFUSED_WITHIN, "{when}: somebody waited {:?} to be told", asked.elapsed());
            return ledger;
        }
        assert!(started.elapsed() < BITES_WITHIN, "{when}: pages are shown all the same");
    }
}

impl PostgreSql {
    async fn run(&self, sql: &str) {
        self.owner.execute_unprepared(sql).await.unwrap();
    }

    async fn drop_connections(&self) {
        self.run(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}'", self.role))
            .await;
    }
}

/// A key beside the data, where the demo makes none.
fn key_of_its_own(dir: &Path) -> PathBuf {
    let file = dir.join("kept").join("store.key");
    StoreKey::make(&file).unwrap();
    file
}
