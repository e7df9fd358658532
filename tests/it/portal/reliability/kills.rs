//! `kill -9` at random instants while overviews are opened: every page that began to show a patient has exactly one record.
//!
//! Load comes from several visitors, each with a patient of its own; nodes share a database where there are several. The same address
//! and data serve again after each kill, and nobody has to sign in anew.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use samsyn_demo::seed::Seed;
use samsyn_server::clock::Clock;
use samsyn_store::{StoreConfig, StoreKey};
use samsyn_tests::reliability::{KILLS, Row, times};
use tokio::task::JoinHandle;

use super::{
    ledger::compare,
    process::{Process, Start},
    visitor::{Attempt, Patient, Visitor},
};
use crate::store::server::{NO_SERVER, Server};

/// In CI on SQLite, as many as the quality goals ask for: about a minute on two cores, half of it for the starts.
const ON_SQLITE: usize = 50;
/// In CI on PostgreSQL; the nightly run kills as often there as on SQLite.
const ON_POSTGRES: usize = 8;
const NODES_ON_POSTGRES: usize = 4;
const VISITORS: usize = 8;
/// After the first page since a start, at the latest.
const KILLED_WITHIN_US: u32 = 400_000;
/// Until somebody sees a page again.
const SERVES_WITHIN: Duration = Duration::from_secs(30);
/// Between two attempts while nobody answers.
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_without_its_record_when_the_portal_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let row = Row::begin("G1", "kill -9 of the portal under load, SQLite", "kills");
    let config = StoreConfig::in_data_dir(dir.path());
    survives(row, &[Start::on(dir.path())], &config, times(KILLS, ON_SQLITE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_without_its_record_when_one_of_several_nodes_is_killed() {
    const WHAT: &str = "kill -9 of one of four nodes under load, PostgreSQL";
    let Some(server) = Server::find().await else { return Row::skip("G1", WHAT, NO_SERVER) };
    let dir = tempfile::tempdir().unwrap();
    let url = server.database("portal_kills").await;
    let file = dir.path().join("url");
    std::fs::write(&file, url.as_str()).unwrap();
    let nodes: Vec<Start> = (0..NODES_ON_POSTGRES)
        .map(|_| Start { postgres_url_file: Some(file.clone()), ..Start::on(dir.path()) })
        .collect();
    let config = StoreConfig { key_file: StoreKey::file_in(dir.path()), ..StoreConfig::at_url(url, dir.path()) };
    let row = Row::begin("G1", WHAT, "kills");
    survives(row, &nodes, &config, times(KILLS, ON_POSTGRES)).await;
    server.clean().await;
}

async fn survives(mut row: Row, starts: &[Start], config: &StoreConfig, kills: usize) {
    let mut nodes = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        nodes.push(Process::start(&Start { plant: number == 0, ..start.clone() }).await.unwrap());
    }
    let load = Load::begin(starts).await;
    for kill in 1..=kills {
        let node = random_below(nodes.len() as u32) as usize;
        load.next_page().await;
        tokio::time::sleep(Duration::from_micros(random_below(KILLED_WITHIN_US).into())).await;
        nodes.remove(node).kill().await;
        load.now(format!("after kill {kill}"));
        let killed = Instant::now();
        nodes.insert(node, Process::start(&Start { plant: false, ..starts[node].clone() }).await.unwrap());
        load.next_page().await;
        row.recovered(killed.elapsed());
        row.done(1);
    }
    let attempts = load.end().await;
    for node in nodes {
        node.kill().await;
    }
    let shown = compare(config, &attempts).await;
    println!("{kills} kills, {} attempts, {shown} pages shown", attempts.len());
    assert!(shown > kills, "only {shown} pages were shown");
    assert!(attempts.len() > shown, "no kill has met anybody");
}

fn random_below(end: u32) -> u32 {
    uuid::Uuid::new_v4().as_fields().0 % end
}

/// The visitors at work, and the ledger of what they saw.
struct Load {
    visitors: Vec<JoinHandle<Vec<Attempt>>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    pages: AtomicUsize,
    over: AtomicBool,
    when: Mutex<String>,
}

impl Load {
    async fn begin(starts: &[Start]) -> Self {
        let seed = Seed::new(&Clock::System.now());
        let shared = Arc::new(Shared::default());
        let mut visitors = Vec::new();
        for (number, person) in seed.people.iter().take(VISITORS).enumerate() {
            let home = starts[number % starts.len()].url();
            let patient = Patient::new(&person.personal_number, &person.name, &[]);
            let visitor = Visitor::signed_in(&home, "doctor", patient).await;
            visitors.push(tokio::spawn(opens_until_it_is_over(visitor, Arc::clone(&shared))));
        }
        Self { visitors, shared }
    }

    fn now(&self, when: String) {
        *self.shared.when.lock().unwrap_or_else(PoisonError::into_inner) = when;
    }

    /// Waits until one more page has begun to be shown.
    async fn next_page(&self) {
        let (before, started) = (self.shared.pages.load(Ordering::SeqCst), Instant::now());
        while self.shared.pages.load(Ordering::SeqCst) == before {
            assert!(started.elapsed() < SERVES_WITHIN, "nobody sees a page");
            assert!(!self.visitors.iter().any(JoinHandle::is_finished), "a visitor has failed; see above");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn end(self) -> Vec<Attempt> {
        self.shared.over.store(true, Ordering::SeqCst);
        let mut all = Vec::new();
        for visitor in self.visitors {
            all.extend(visitor.await.unwrap());
        }
        all
    }
}

async fn opens_until_it_is_over(visitor: Visitor, shared: Arc<Shared>) -> Vec<Attempt> {
    let mut ledger = Vec::new();
    while !shared.over.load(Ordering::SeqCst) {
        let when = shared.when.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(address) = visitor.choose(true).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let begun = || {
            shared.pages.fetch_add(1, Ordering::SeqCst);
        };
        ledger.push(visitor.open(&address, &when, begun).await);
    }
    ledger
}
