//! The demo's portal in a process of its own, with its sources, so that it can be killed and started again on the same data.
//!
//! The test binary starts itself again; [`serves_until_it_is_killed`] is what runs there. Its clock is the system's, as the demo's is.
//! Invariant: it ends with the test that started it.

use std::{
    env,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    seed::Seed,
    servers::{self, Delays},
};
use samsyn_server::{
    clock::Clock,
    run::{bind, serve},
    wiring::{open_store, wire_with},
};
use samsyn_tests::apart::apart_here;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};
use url::Url;

const CHILD: &str = "portal::reliability::process::serves_until_it_is_killed";
const START: &str = "SAMSYN_TEST_PORTAL";
/// The first start compiles the adapters, unoptimised and beside other tests.
const STARTS_WITHIN: Duration = Duration::from_mins(2);

/// How it is started. The same again starts it on the same data at the same address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// On loopback.
    pub port: u16,
    /// Its data, or on PostgreSQL its key and compiled adapters.
    pub data_dir: PathBuf,
    /// The file with the address of its database, where that is PostgreSQL.
    pub postgres_url_file: Option<PathBuf>,
    /// The key, when it is not where the demo makes it.
    pub key_file: Option<PathBuf>,
    /// Whether the database is new and has nobody in it.
    pub plant: bool,
}

impl Start {
    /// On SQLite in a new directory.
    pub fn on(data_dir: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data_dir = data_dir.to_owned();
        Self { port, data_dir, postgres_url_file: None, key_file: None, plant: true }
    }

    /// Where it is to be found.
    pub fn url(&self) -> Url {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }
}

/// A running portal.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts it and waits until it serves.
    ///
    /// # Errors
    /// Why it refused to start.
    pub async fn start(start: &Start) -> Result<Self, String> {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([CHILD, "--exact", "--ignored", "--nocapture"])
            .env(START, serde_json::to_string(start).unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line == "ready" {
                    return Ok(());
                }
                if let Some(why) = line.strip_prefix("refused ") {
                    return Err(why.to_owned());
                }
            }
            panic!("the portal ended without a word");
        };
        tokio::time::timeout(STARTS_WITHIN, said).await.expect("the portal does not start")?;
        // The test runner there says later that it has been running for long, and ends when it cannot.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child })
    }

    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests that kill it"]
async fn serves_until_it_is_killed() {
    let start: Start = serde_json::from_str(&env::var(START).expect("only for the tests that kill it")).unwrap();
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let seed = Seed::new(&Clock::System.now());
    let listener = bind(&format!("127.0.0.1:{}", start.port)).await.unwrap();
    let client = demo_portal::identity_client(&start.url());
    let sources = servers::start(&seed, &Faults::default(), &Delays::new(), client.clone()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = demo_portal::config(&seed, &sources, &client, address, start.url(), start.data_dir).unwrap();
    config.database.postgres_url_file = start.postgres_url_file;
    config.database.key_file = start.key_file;
    let store = match open_store(&config).await {
        Ok(store) => store,
        Err(error) => {
            println!("\nrefused {error}");
            return;
        }
    };
    if start.plant {
        demo_portal::plant(&store, &seed, &Clock::System).await.unwrap();
    }
    let portal = wire_with(config, Clock::System, apart_here(), store).await.unwrap();
    // The test runner has begun a line of its own.
    println!("\nready");
    serve(portal, listener, std::future::pending()).await.unwrap();
}
