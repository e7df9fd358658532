//! The portal under test, in a process of its own: the real wiring over a real SQLite file, with eight sources.
//!
//! The demo's identity provider runs beside it and is used once, to sign in. Not here: anything that makes the portal faster
//! than it is in use; what differs from a real installation is plain HTTP on loopback and the deadline of the sources.
//! Invariant: the configuration goes through the same checks as one from a file.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, Result};
use samsyn_demo::{
    fault::Faults,
    identity::IdentityClient,
    seed::Seed,
    servers::{self, Delays},
};
use samsyn_domain::source::{
    LinkRule, OrganisationId, OrganisationInfo, Provider, ProviderId, ProviderKind, SourceId,
};
use samsyn_host::prepared::CompileBy;
use samsyn_server::{
    clock::Clock,
    config::{
        AdapterFile, ClaimNames, Config, DatabaseConfig, Environment, IdentityConfig, OriginConfig, PortalConfig,
        ServiceLimits, SessionConfig, SourceConfig,
    },
    run,
    wiring::{open_store, wire_with},
};
use secrecy::SecretString;
use url::Url;

use crate::producers::until_input_ends;

/// Limit of every source. Black holes are waited for this long, so it bounds the length of R3.
pub const ANSWER_WITHIN_MS: u64 = 1_000;

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
        let listener = run::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let public_url: Url = format!("http://{address}").parse()?;
        let client = identity_client(&public_url)?;
        let now = samsyn_tests::build::now();
        let mut seed = Seed::new(&now);
        seed.sources.clear();
        let identity = servers::start(&seed, &Faults::default(), &Delays::new(), client.clone()).await?;

        let data_dir = tempfile::tempdir()?;
        let mut config = Config {
            portal: PortalConfig {
                listen: address.to_string(),
                public_url: public_url.clone(),
                trusted_proxies: Vec::new(),
                environment: Environment::Test,
            },
            database: DatabaseConfig { data_dir: data_dir.path().to_owned(), postgres_url_file: None },
            identity: identity_config(identity.identity_url.clone(), &client),
            session: SessionConfig::default(),
            // A silent source stays in the plan however often it was silent: R3 asks it again and again.
            limits: ServiceLimits { pause_after_failures: 1_000, ..ServiceLimits::default() },
            organisations: seed.organisations,
            adapters: vec![AdapterFile { name: "enkel".into(), file: Some(adapter_path("enkel")), bytes: None }],
            sources: Vec::new(),
        };
        for (number, base_url) in sources.into_iter().enumerate() {
            config.organisations.push(organisation(number));
            config.sources.push(source(number, base_url));
        }
        let store = open_store(&config).await?;
        store.replace_blocks(&[], now.timestamp()).await?;
        // Dates stand still, so that the same entries count as recent whenever this runs; deadlines do not.
        let portal = wire_with(config, Clock::Frozen(now), CompileBy::Here, store).await?;
        writeln!(std::io::stdout(), "ready {public_url}")?;
        let stop = async { drop(until_input_ends().await) };
        tokio::select! {
            served = run::serve(portal, listener, std::future::pending()) => served?,
            () = stop => {}
        }
        identity.shutdown().await;
        anyhow::Ok(())
    })
}

fn identity_client(public_url: &Url) -> Result<IdentityClient> {
    let callback = public_url.join("/login/callback").context("the address of the portal")?;
    Ok(IdentityClient {
        client_id: "samsyn".into(),
        client_secret: "only-between-two-processes-of-one-benchmark".into(),
        redirect_uris: vec![callback.to_string()],
        post_logout_redirect_uris: Vec::new(),
    })
}

fn identity_config(issuer: Url, client: &IdentityClient) -> IdentityConfig {
    IdentityConfig {
        issuer,
        client_id: client.client_id.clone(),
        client_secret_file: None,
        client_secret: Some(SecretString::from(client.client_secret.clone())),
        scopes: Vec::new(),
        required_acr: vec!["http://id.sambi.se/loa/loa3".into()],
        administrators: Vec::new(),
        claims: ClaimNames::default(),
    }
}

fn provider(number: usize) -> Provider {
    Provider { id: ProviderId::new(format!("SE999980000{number}-A001")), kind: ProviderKind::Care }
}

fn organisation(number: usize) -> OrganisationInfo {
    OrganisationInfo {
        id: OrganisationId::new(format!("measured-{number}")),
        name: format!("Mätkommun {number}"),
        providers: vec![provider(number)],
        phone: Some("063-555 90 00".into()),
        recent_months: 3,
        care_limit_text: None,
    }
}

fn source(number: usize, base_url: Url) -> SourceConfig {
    SourceConfig {
        id: SourceId::new(format!("source-{number}")),
        system: "Journal".into(),
        adapter: "enkel".into(),
        organisation: OrganisationId::new(format!("measured-{number}")),
        provider: Some(provider(number).id),
        sections: None,
        link_rule: LinkRule::Always,
        answer_within_ms: ANSWER_WITHIN_MS,
        phone: None,
        settings: [("anonymous".to_owned(), "true".to_owned())].into(),
        origins: vec![OriginConfig {
            alias: "api".into(),
            base_url,
            methods: Vec::new(),
            address_ranges: Vec::new(),
            ca_file: None,
        }],
        credentials: Vec::new(),
    }
}
