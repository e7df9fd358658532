//! Starts everything: each source on its own port, the token endpoint, the identity provider. All on loopback.
//!
//! Not here: what is answered (`source`, `identity`), HTTP-level faults (`fault`).
//! Invariant: listeners are bound before anything is served, so that every address is known and taken; dropping
//! [`Running`] ends every server.

pub mod broken;

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use samsyn_domain::source::{ProviderKind, SourceId};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

use crate::{
    fault::{self, FaultKind, Faults, Front},
    gate::{self, Issued, TokenDesk},
    holdings::Holdings,
    identity::{self, IdentityClient},
    seed::Seed,
    source::{
        enkel, fhir, filfall, hemplan, riv_ta,
        viva::{self, Law},
    },
    sources::{DemoSource, Format},
};

/// A delay before every reply, by source; used by benchmarks.
pub type Delays = BTreeMap<SourceId, Duration>;

/// The running demo.
pub struct Running {
    /// Base address of each source, without trailing slash in its path.
    pub base_urls: BTreeMap<SourceId, Url>,
    /// What the portal must present to each source.
    pub credentials: BTreeMap<SourceId, Issued>,
    /// The identity provider: its issuer, `http://localhost:PORT`.
    pub identity_url: Url,
    /// The identity provider itself, for those who turn something at it.
    pub identity: identity::Provider,
    tasks: JoinSet<()>,
}

impl Running {
    /// Ends every server and waits until they have ended.
    pub async fn shutdown(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Starts the sources and the identity provider.
///
/// # Errors
/// When a loopback port cannot be bound.
pub async fn start(seed: &Seed, faults: &Faults, delays: &Delays, client: IdentityClient) -> anyhow::Result<Running> {
    let mut tasks = JoinSet::new();
    let (token_listener, token_base) = listener("127.0.0.1").await?;
    let token_url = token_base.join("/oauth2/token").context("address of the token endpoint")?;
    let (identity_listener, identity_url) = listener("localhost").await?;
    let mut bound = Vec::new();
    for source in &seed.sources {
        bound.push((source, listener("127.0.0.1").await?));
    }

    let desk = TokenDesk::default();
    let mut base_urls = BTreeMap::new();
    let mut credentials = BTreeMap::new();
    for (source, (listener, base)) in bound {
        let issued = Issued::draw(source.credential, source.id.as_str(), &token_url);
        desk.register(&issued);
        let fault = faults.of(&source.id);
        let router = router(seed, source, fault);
        let behaviours = seed.behaviours.iter().filter(|behaviour| behaviour.source == source.id).cloned().collect();
        let delay = delays.get(&source.id).copied().unwrap_or_default();
        let guarded = gate::around(router, issued.clone(), desk.clone());
        serve(&mut tasks, listener, fault::around(guarded, Front { delay, fault, behaviours }), fault);
        base_urls.insert(source.id.clone(), base);
        credentials.insert(source.id.clone(), issued);
    }
    serve(&mut tasks, token_listener, desk.router(), None);
    let provider = identity::Provider::new(&identity_url, client, seed.staff.clone())?;
    serve(&mut tasks, identity_listener, provider.router(), None);
    Ok(Running { base_urls, credentials, identity_url, identity: provider, tasks })
}

/// The renderer of a source's format over what it holds.
fn router(seed: &Seed, source: &DemoSource, fault: Option<FaultKind>) -> Router {
    let mixed_up = fault == Some(FaultKind::WrongPatient);
    let holdings = || -> Arc<Holdings> {
        let right = || seed.holdings.get(&source.id).cloned().unwrap_or_default();
        Arc::new(if mixed_up { seed.mixed_up(&source.id) } else { right() })
    };
    let is_social_care = source.provider.as_ref().is_some_and(|provider| provider.kind == ProviderKind::SocialCare);
    let law = if is_social_care { Law::Sol } else { Law::Hsl };
    match source.format {
        Format::Fhir => fhir::router(holdings()),
        Format::RivTa => riv_ta::router(holdings()),
        Format::Viva => viva::router(holdings(), law),
        Format::Enkel => enkel::router(holdings()),
        Format::Hemplan => {
            let customers = if mixed_up { seed.home_help.mixed_up() } else { seed.home_help.clone() };
            hemplan::router(Arc::new(customers))
        }
        Format::Filfall => filfall::router(Arc::new(seed.web_folder.clone())),
    }
}

async fn listener(host: &str) -> anyhow::Result<(TcpListener, Url)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("binding a loopback port")?;
    let port = listener.local_addr().context("reading the bound port")?.port();
    let base = Url::parse(&format!("http://{host}:{port}")).context("address of a demo server")?;
    Ok((listener, base))
}

fn serve(tasks: &mut JoinSet<()>, listener: TcpListener, router: Router, fault: Option<FaultKind>) {
    match fault {
        Some(FaultKind::Refuse) => drop(listener),
        Some(FaultKind::Hang) => {
            tasks.spawn(broken::hang(listener));
        }
        Some(FaultKind::Reset) => {
            tasks.spawn(broken::reset(listener));
        }
        _ => {
            tasks.spawn(async move {
                if let Err(error) = axum::serve(listener, router).await {
                    tracing::error!(%error, "a demo server ended");
                }
            });
        }
    }
}
