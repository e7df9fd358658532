//! `kill -9` at random instants: what was acknowledged is there, exactly once, and the chain holds (I2).
//!
//! The test binary starts itself again as the process that is killed; [`appends_until_it_is_killed`] is what runs there.

use std::{
    collections::BTreeMap,
    env,
    io::Write,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{AuditVerdict, Place, Store, StoreConfig};
use samsyn_tests::reliability::{KILLS, Row, times};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use super::{place::Here, sample};

const CHILD: &str = "store::kill::appends_until_it_is_killed";
const PLACE: &str = "SAMSYN_TEST_STORE_PLACE";
const KEY: &str = "SAMSYN_TEST_STORE_KEY";
const APPENDERS: usize = 8;
/// As many as the quality goals ask for in CI. On two cores they take about 11 seconds on SQLite and 15 on PostgreSQL.
const SMALL: usize = 50;
/// On one database, because the log is read again and again; more begin on a new one.
const KILLS_ON_ONE: usize = 50;
/// After so many kills the log is read through the store and its chain verified, which takes longer the longer it is; after each,
/// the ids in the database are compared with the ledger.
const KILLS_BETWEEN_READINGS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_record_is_lost_when_the_process_is_killed() {
    let row = Row::begin("G1", "kill -9 of a writer, SQLite", "kills");
    survives_kills(row, async |_| Here::sqlite()).await;
}

/// Kills writers as often as is asked for.
pub async fn survives_kills(mut row: Row, new: impl AsyncFn(usize) -> Here) {
    let kills = times(KILLS, SMALL);
    for begun in (0..kills).step_by(KILLS_ON_ONE) {
        kills_on_one(&new(begun).await, KILLS_ON_ONE.min(kills - begun), &mut row).await;
    }
}

/// Kills a writer again and again on one database, comparing its ledger with the log after each.
async fn kills_on_one(here: &Here, kills: usize, row: &mut Row) {
    here.open().await.close().await.unwrap();
    let mut ledger = Vec::new();
    for round in 1..=kills {
        let mut writer = Writer::start(&here.config, None);
        // The first answer shows that it runs; the instant after it is random.
        writer.next_acknowledged().await;
        let pause = Duration::from_micros(u64::from(uuid::Uuid::new_v4().as_fields().0 % 150_000));
        tokio::time::sleep(pause).await;
        ledger.extend(writer.kill().await);
        let when = format!("round {round}, killed after {pause:?}");
        let store = here.open().await;
        if round % KILLS_BETWEEN_READINGS == 0 {
            compare(&store, &ledger, &when).await;
        }
        store.close().await.unwrap();
        let there = here.texts("SELECT CAST(id AS text) FROM audit_record").await;
        assert_once(&there, &ledger, &when);
        // Whoever was killed with an append under way was told nothing of that one record: it may be there or not.
        let most = ledger.len() + round * APPENDERS;
        assert!(there.len() <= most, "{when}: {} records, {} of them acknowledged", there.len(), ledger.len());
        row.done(1);
    }
    compare(&here.open().await, &ledger, "after the last").await;
    assert!(ledger.len() > kills, "the writers got something done");
}

/// Every acknowledged id is in the log exactly once, and the log is whole.
pub async fn compare(store: &Store, ledger: &[String], when: &str) {
    let there: Vec<String> = store.audit_records(1_000_000).await.unwrap().into_iter().map(|entry| entry.id).collect();
    assert_once(&there, ledger, when);
    let verdict = store.verify_audit(&[]).await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{when}: {verdict:?}");
}

fn assert_once(there: &[String], ledger: &[String], when: &str) {
    let mut present: BTreeMap<&str, usize> = BTreeMap::new();
    for id in there {
        *present.entry(id).or_default() += 1;
    }
    let lost: Vec<_> = ledger.iter().filter(|id| present.get(id.as_str()) != Some(&1)).collect();
    assert!(lost.is_empty(), "{when}: {} of {} acknowledged are not there once: {lost:?}", lost.len(), ledger.len());
}

/// A process that appends until it is killed, and the ledger of what it was told.
pub struct Writer {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    ledger: Vec<String>,
}

impl Writer {
    /// Starts it, with a limit on how large a file it may write if one is given. The limit can be lifted while it runs.
    pub fn start(config: &StoreConfig, file_max_bytes: Option<u64>) -> Self {
        let me = env::current_exe().unwrap();
        let mut command = match file_max_bytes {
            None => Command::new(&me),
            // A write beyond the limit must fail with an error instead of a signal, which the shell can arrange.
            Some(limit) => {
                let mut command = Command::new("prlimit");
                command.arg(format!("--fsize={limit}:unlimited"));
                command.args(["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(&me);
                command
            }
        };
        let place = match &config.place {
            Place::DataDir(dir) => dir.to_str().unwrap(),
            Place::Postgres(url) => url,
        };
        let mut process = command
            .args([CHILD, "--exact", "--ignored", "--nocapture"])
            .env(PLACE, place)
            .env(KEY, &config.key_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines, ledger: Vec::new() }
    }

    pub fn id(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// The next thing it was told: whether a record is durable.
    pub async fn next(&mut self) -> bool {
        let read = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the writer stopped by itself");
                match read_line(&line) {
                    Some(Ok(id)) => {
                        self.ledger.push(id);
                        return true;
                    }
                    Some(Err(())) => return false,
                    None => {}
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), read).await.expect("the writer says nothing")
    }

    pub async fn next_acknowledged(&mut self) {
        let started = Instant::now();
        while !self.next().await {
            assert!(started.elapsed() < Duration::from_secs(30), "nothing is acknowledged");
        }
    }

    /// Kills it with SIGKILL and returns everything it was told is durable.
    pub async fn kill(mut self) -> Vec<String> {
        self.process.kill().await.unwrap();
        // What it said before it died still stands in the pipe; a line it could not finish is no acknowledgement.
        while let Ok(Some(line)) = self.lines.next_line().await {
            if let Some(Ok(id)) = read_line(&line) {
                self.ledger.push(id);
            }
        }
        self.ledger
    }
}

/// A whole acknowledgement, a refusal, or something else.
fn read_line(line: &str) -> Option<Result<String, ()>> {
    match line.strip_prefix("durable ").and_then(|rest| rest.strip_suffix(" .")) {
        Some(id) => Some(Ok(id.to_owned())),
        None => (line == "refused").then_some(Err(())),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests that kill it"]
async fn appends_until_it_is_killed() {
    let place = env::var(PLACE).expect("only for the tests that kill it");
    let mut config = if place.starts_with("postgres") {
        StoreConfig::at_url(place, Path::new(""))
    } else {
        StoreConfig::in_data_dir(place)
    };
    config.key_file = env::var_os(KEY).unwrap().into();
    config.append_within = Duration::from_secs(2);
    let store = Store::open(&config).await.unwrap();
    // The test runner has begun a line of its own.
    say("");
    let appenders = (0..APPENDERS).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            loop {
                if let Ok(id) = store.append(&sample::intent(&number.to_string())).await {
                    say(&format!("durable {id} ."));
                } else {
                    say("refused");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        })
    });
    futures::future::join_all(appenders).await;
}
