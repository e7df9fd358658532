//! The portal under test, in a process of its own: the real wiring over a real SQLite file, with eight sources. Beside it, in the same
//! process and over the same file, a portal whose openings are logged to [`NoLog`]: what R10 is measured against.
//!
//! The demo's identity provider runs beside it and is used once, to sign in. Not here: anything that makes the portal faster
//! than it is in use; what differs from a real installation is plain HTTP on loopback and the deadline of the sources.
//! Invariant: the configuration goes through the same checks as one from a file.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    identity::IdentityClient,
    seed::Seed,
    servers::{self, Delays},
};
use samsyn_server::{
    clock::Clock,
    config::Config,
    run,
    wiring::{open_store, wire_logging_to, wire_with},
};
use samsyn_service::port::{
    PortError,
    audit_log::{AuditLog, AuditRecord},
    blocks::{BlockList, BlockLists as _},
};
use samsyn_store::StoreKey;
use samsyn_tests::apart::apart_here;
use secrecy::SecretString;
use tokio::net::TcpListener;
use url::Url;

use crate::producers::until_input_ends;

/// Limit of every source. Black holes are waited for this long, so it bounds the length of R3.
pub const ANSWER_WITHIN_MS: u64 = 2_000;

const CLIENT: &str = "samsyn";

/// A built adapter, beside this workspace.
pub fn adapter_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../target/adapters/{name}.wasm"))
}

/// Serves until standard input ends. The arguments are the addresses of the sources.
///
/// # Errors
/// When the portal does not start.
pub fn serve() -> Result<()> {
    let sources: Vec<Url> = std::env::args().skip(2).map(|address| address.parse()).collect::<Result<_, _>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (listener, public_url) = bind().await?;
        let (unlogged_listener, unlogged_url) = bind().await?;
        let client = identity_client(&[&public_url, &unlogged_url])?;
        let now = samsyn_tests::build::now();
        let mut seed = Seed::new(&now);
        seed.sources.clear();
        let identity = servers::start(&seed, &Faults::default(), &Delays::new(), client.clone()).await?;

        let data_dir = tempfile::tempdir()?;
        StoreKey::make(&StoreKey::file_in(data_dir.path()))?;
        let clock = Clock::Frozen(now.clone());
        let acknowledged = demo_portal::acknowledgements(&seed, &clock);
        let configured = |public_url| {
            let text = config_text(public_url, &identity.identity_url, data_dir.path(), &sources)?;
            let mut config: Config = toml::from_str(&text)?;
            config.identity.client_secret = Some(SecretString::from(client.client_secret.clone()));
            config.organisations.extend(seed.organisations.iter().cloned());
            anyhow::Ok(config)
        };
        let config = configured(&public_url)?;
        let store = open_store(&config).await?;
        for provider in config.organisations.iter().flat_map(|organisation| &organisation.providers) {
            let list = BlockList { provider: provider.id.clone(), verified_at: now.timestamp(), blocks: Vec::new() };
            store.replace(&list).await?;
        }
        store.keep_registrations(&seed.registrations).await?;
        store.keep_acknowledgements(&acknowledged).await?;
        demo_portal::go_live(&store, &config.organisations, &clock).await?;
        // Dates stand still, so that the same entries count as recent whenever this runs; deadlines do not.
        let unlogged =
            wire_logging_to(configured(&unlogged_url)?, clock.clone(), apart_here(), store.clone(), Arc::new(NoLog))
                .await?;
        let portal = wire_with(config, clock, apart_here(), store).await?;
        writeln!(std::io::stdout(), "ready {public_url} {unlogged_url}")?;
        let stop = async { drop(until_input_ends().await) };
        tokio::select! {
            served = run::serve(portal, listener, std::future::pending()) => served?,
            served = run::serve(unlogged, unlogged_listener, std::future::pending()) => served?,
            () = stop => {}
        }
        identity.shutdown().await;
        anyhow::Ok(())
    })
}

/// A log that keeps nothing. Only here: the portal in use has no such thing, and its log is no matter of configuration.
struct NoLog;

#[async_trait]
impl AuditLog for NoLog {
    async fn append(&self, _: &AuditRecord) -> Result<String, PortError> {
        Ok(String::new())
    }

    async fn has_outcome(&self, _: &str) -> Result<bool, PortError> {
        Ok(true)
    }
}

async fn bind() -> Result<(TcpListener, Url)> {
    let listener = run::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?).parse()?;
    Ok((listener, url))
}

fn identity_client(public_urls: &[&Url]) -> Result<IdentityClient> {
    let callback = |url: &&Url| url.join("/login/callback").map(String::from).context("the address of the portal");
    Ok(IdentityClient {
        client_id: CLIENT.into(),
        client_secret: "only-between-two-processes-of-one-benchmark".into(),
        redirect_uris: public_urls.iter().map(callback).collect::<Result<_>>()?,
        post_logout_redirect_uris: Vec::new(),
    })
}

/// As an administrator would write it, so that a key added later needs nothing here.
fn config_text(public_url: &Url, issuer: &Url, data_dir: &Path, sources: &[Url]) -> Result<String> {
    let listen = public_url.authority();
    let mut text = format!(
        "[portal]\nlisten = \"{listen}\"\npublic_url = \"{public_url}\"\nenvironment = \"test\"\n\
         [database]\ndata_dir = {data_dir:?}\n\
         [identity]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\n\
         # A silent source stays in the plan however often it was silent: R3 asks it again and again.\n\
         [limits]\npause_after_failures = 1000\nopenings_per_minute = 100000\n\
         [[adapter]]\nname = \"enkel\"\nfile = {:?}\n",
        adapter_path("enkel")
    );
    for (number, base_url) in sources.iter().enumerate() {
        write!(
            text,
            "[[organisation]]\nid = \"measured-{number}\"\nname = \"Mätkommun {number}\"\nphone = \"063-555 90 00\"\n\
             recent_months = 3\nproviders = [{{ id = \"SE999980000{number}-A001\", kind = \"care\" }}]\n\
             [[source]]\nid = \"source-{number}\"\nsystem = \"Journal\"\nadapter = \"enkel\"\n\
             organisation = \"measured-{number}\"\nprovider = \"SE999980000{number}-A001\"\nlink_rule = \"always\"\n\
             answer_within_ms = {ANSWER_WITHIN_MS}\nsettings = {{ anonymous = \"true\" }}\n\
             [[source.origin]]\nalias = \"api\"\nbase_url = \"{base_url}\"\n"
        )?;
    }
    Ok(text)
}
