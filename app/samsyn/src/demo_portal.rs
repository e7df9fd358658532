//! The demo's portal: its configuration in the shapes that a configuration file is read into, and what its store starts with.
//!
//! Shared by `samsyn demo`, the integration tests and the benchmarks. Not here: the data itself (`samsyn_demo`).
//! Invariant: one mapping from a demo source to a configured source, so that tests start what the demo starts.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use samsyn_demo::{
    gate::Issued, identity::IdentityClient, seed::Seed, servers::Running, sources::DemoSource, staff::NEWCOMER,
};
use samsyn_domain::{
    access::Registrar,
    go_live::{Decided, Item},
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::PERSON,
    source::{OrganisationInfo, Provider},
};
use samsyn_host::limits::Limits;
use samsyn_server::{
    clock::Clock,
    confidentiality,
    config::{
        AdapterFile, AssertionAudience, AuditConfig, ClaimsConfig, Config, CredentialConfig, CredentialKind,
        DatabaseConfig, Environment, IdentityConfig, MetricsConfig, OriginConfig, PortalConfig, ServiceLimits,
        SessionConfig, SourceConfig,
    },
};
use samsyn_service::port::{
    blocks::{BlockList, BlockLists as _, ListedBlock},
    go_live::GoLive as _,
};
use samsyn_store::{Acknowledgement, Store, StoreKey};
use secrecy::SecretString;
use url::Url;

/// What `/metrics` of the demo asks for: the demo has no secrets.
pub const METRICS_TOKEN: &str = "demo";

use crate::adapters::embedded;

/// The configuration of the running demo. At the first start on a data directory its key is made there.
///
/// # Errors
/// When the program was built without an adapter that is used, a source has no server, or the key cannot be made.
pub fn config(
    seed: &Seed,
    running: &Running,
    client: &IdentityClient,
    address: SocketAddr,
    public_url: Url,
    data_dir: PathBuf,
) -> Result<Config> {
    let adapters = adapters(seed)?;
    let sources = seed.sources.iter().map(|source| source_config(source, running)).collect::<Result<_>>()?;
    make_key(&data_dir)?;
    Ok(Config {
        audit: AuditConfig::default(),
        metrics: MetricsConfig { token_file: None, token: Some(SecretString::from(METRICS_TOKEN)) },
        traces: samsyn_server::config::TracesConfig::default(),
        portal: PortalConfig {
            listen: address.to_string(),
            public_url,
            trusted_proxies: Vec::new(),
            private_ranges: Vec::new(),
            environment: Environment::Demo,
        },
        database: DatabaseConfig { data_dir, postgres_url_file: None, key_file: None },
        identity: IdentityConfig {
            issuer: running.identity_url.clone(),
            client_id: client.client_id.clone(),
            client_secret_file: None,
            client_secret: Some(SecretString::from(client.client_secret.clone())),
            private_key_file: None,
            private_key_id: None,
            private_key_audience: AssertionAudience::default(),
            private_key: None,
            scopes: Vec::new(),
            userinfo: false,
            id_token_hint: true,
            required_acr: vec!["http://id.sambi.se/loa/loa3".into()],
            administrators: Vec::new(),
            claims: ClaimsConfig::default(),
        },
        session: SessionConfig::default(),
        // Tests of the demo open far more than any person.
        limits: ServiceLimits { openings_per_minute: 10_000, ..ServiceLimits::default() },
        organisations: seed.organisations.clone(),
        adapters,
        sources,
        file_sha256: None,
    })
}

/// The embedded adapters that a source of the seed uses.
///
/// # Errors
/// When the program was built without one of them: which, and the command that builds it.
pub fn adapters(seed: &Seed) -> Result<Vec<AdapterFile>> {
    let used: BTreeSet<&str> = seed.sources.iter().map(|source| source.adapter).collect();
    let built = embedded()?;
    let missing: Vec<&str> =
        used.iter().copied().filter(|name| !built.iter().any(|(built, _)| built == name)).collect();
    ensure!(
        missing.is_empty(),
        "this program was built without the adapters of all languages (missing: {}); `cargo xtask demo -- --all-languages` builds them and \
         starts the demo, `cargo xtask adapters --all-languages` builds them alone, before the program is built again",
        missing.join(", ")
    );
    let files = built.iter().filter(|(name, _)| used.contains(name)).map(|(name, bytes)| AdapterFile {
        name: (*name).to_owned(),
        file: None,
        bytes: Some(Cow::Borrowed(*bytes)),
    });
    Ok(files.collect())
}

/// Nobody in the demo exists, so that a key which is lost costs nothing: a start on an empty directory makes the next one.
fn make_key(data_dir: &Path) -> Result<()> {
    let file = StoreKey::file_in(data_dir);
    if !file.exists() {
        StoreKey::make(&file)?;
    }
    Ok(())
}

fn source_config(source: &DemoSource, running: &Running) -> Result<SourceConfig> {
    let base_url = running.base_urls.get(&source.id).cloned().context("a source was not started")?;
    let issued = running.credentials.get(&source.id).cloned().unwrap_or(Issued::None);
    Ok(SourceConfig {
        id: source.id.clone(),
        system: source.system.to_owned(),
        adapter: source.adapter.to_owned(),
        organisation: source.organisation.clone(),
        provider: source.provider.as_ref().map(|provider| provider.id.clone()),
        sections: source.population_register.then(|| vec![PERSON.to_owned()]),
        link_rule: source.link_rule,
        answer_within_ms: source.answer_within_ms,
        maintenance: source.maintenance.clone(),
        phone: Some(source.phone.to_owned()),
        contact: source.contact.map(str::to_owned),
        settings: source.settings.clone(),
        limits: limits(source),
        origins: vec![OriginConfig {
            alias: source.origin.to_owned(),
            base_url,
            methods: Vec::new(),
            address_ranges: Vec::new(),
            ca_file: None,
            ca_pem: None,
        }],
        credentials: credential(source, issued).into_iter().collect(),
    })
}

fn limits(source: &DemoSource) -> Limits {
    let usual = Limits::default();
    Limits { memory_max_bytes: source.format.memory_max_bytes().unwrap_or(usual.memory_max_bytes), ..usual }
}

fn credential(source: &DemoSource, issued: Issued) -> Option<CredentialConfig> {
    let empty = |kind: CredentialKind, secret: String| CredentialConfig {
        slot: source.credential_slot.to_owned(),
        kind,
        secret_file: None,
        secret: Some(SecretString::from(secret)),
        header: None,
        user: None,
        token_url: None,
        client_id: None,
        scope: None,
        key_id: None,
        certificate_file: None,
        certificate_pem: None,
    };
    match issued {
        Issued::None => None,
        Issued::Header { name, value } => {
            Some(CredentialConfig { header: Some(name), ..empty(CredentialKind::StaticHeader, value) })
        }
        Issued::Basic { user, password } => {
            Some(CredentialConfig { user: Some(user), ..empty(CredentialKind::Basic, password) })
        }
        Issued::ClientCredentials { token_url, client_id, client_secret, scope } => Some(CredentialConfig {
            token_url: Some(token_url),
            client_id: Some(client_id),
            scope: Some(scope),
            ..empty(CredentialKind::ClientCredentials, client_secret)
        }),
    }
}

/// The portal as a client of the demo identity provider; its secret is drawn anew.
pub fn identity_client(public_url: &Url) -> IdentityClient {
    let base = public_url.as_str().trim_end_matches('/').to_owned();
    IdentityClient {
        client_id: "samsyn".into(),
        client_secret: hex::encode(rand::random::<[u8; 24]>()),
        redirect_uris: vec![format!("{base}/login/callback")],
        post_logout_redirect_uris: vec![format!("{base}/signed-out")],
    }
}

/// Fills the block register, the index of known links, the register of consents, relations and exceptions, the acknowledgements of
/// everybody but the newcomer, and that every organisation has gone live.
///
/// # Errors
/// When the store cannot be written.
pub async fn plant(store: &Store, seed: &Seed, clock: &Clock) -> Result<()> {
    for list in block_lists(seed, clock)? {
        store.replace(&list).await?;
    }
    let links = seed
        .links
        .iter()
        .map(|(patient, organisation)| Ok((PersonIdentifier::stated(patient)?, organisation.clone())))
        .collect::<Result<Vec<_>>>()?;
    store.replace_links(&links).await?;
    store.keep_registrations(&seed.registrations).await?;
    store.keep_acknowledgements(&acknowledgements(seed, clock)).await?;
    go_live(store, &seed.organisations, clock).await
}

/// Lets organisations go live that have decided nothing yet.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn go_live(store: &Store, organisations: &[OrganisationInfo], clock: &Clock) -> Result<()> {
    for organisation in organisations {
        if store.decided(&organisation.id).await?.is_empty() {
            for decided in gone_live(organisation, clock) {
                store.decide(&decided).await?;
            }
        }
    }
    Ok(())
}

/// Everything is in place, and staff reach others' information.
fn gone_live(organisation: &OrganisationInfo, clock: &Clock) -> Vec<Decided> {
    let Some(provider) = organisation.providers.first() else { return Vec::new() };
    let by = Registrar {
        user_id: format!("{}-DEMO", provider.id),
        name: "Demo".to_owned(),
        title: String::new(),
        organisation: organisation.id.clone(),
        provider: provider.clone(),
        unit: Organisation::default(),
    };
    let said = Item::REQUIRED.into_iter().chain([Item::Live]);
    let decided = (1..).zip(said).map(|(number, item)| Decided {
        organisation: organisation.id.clone(),
        number,
        item,
        done: true,
        note: "Demodata".to_owned(),
        by: by.clone(),
        at: clock.now().timestamp(),
    });
    decided.collect()
}

/// Every provider's list of blocks, verified at this moment; most are empty, which is also something to know.
///
/// # Errors
/// When the seed has a number that is none.
pub fn block_lists(seed: &Seed, clock: &Clock) -> Result<Vec<BlockList>> {
    let verified_at = clock.now().timestamp();
    let listed = seed
        .blocks
        .iter()
        .enumerate()
        .map(|(index, (patient, block))| {
            let patient = PersonIdentifier::stated(patient)?;
            Ok(ListedBlock { id: format!("demo-{:03}", index + 1), patient, block: block.clone() })
        })
        .collect::<Result<Vec<_>>>()?;
    let providers = seed.organisations.iter().flat_map(|organisation| &organisation.providers);
    let list = |provider: &Provider| {
        let of_provider = listed.iter().filter(|listed| listed.block.provider == provider.id);
        BlockList { provider: provider.id.clone(), verified_at, blocks: of_provider.cloned().collect() }
    };
    Ok(providers.map(list).collect())
}

/// Staff have read the text of every organisation they act for.
pub fn acknowledgements(seed: &Seed, clock: &Clock) -> Vec<Acknowledgement> {
    let given = seed.staff.iter().filter(|staff| staff.id != NEWCOMER).map(|staff| {
        let organisation = seed.organisations.iter().find(|organisation| organisation.id == staff.organisation)?;
        Some(Acknowledgement {
            organisation: organisation.id.clone(),
            user_id: staff.employee_id.to_owned(),
            digest: confidentiality::digest(organisation),
            name: staff.name(),
            assignment: staff.commissions.first()?.id.clone(),
            at: clock.now().timestamp(),
        })
    });
    given.flatten().collect()
}
