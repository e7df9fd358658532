//! The identity provider: its metadata and keys, kept for a while, and the HTTP client that reaches it.
//!
//! Not here: what is asked of it (`flow`), how we prove who we are (`client`).
//! Invariant: redirects are not followed; where the issuer speaks https, so do all its addresses; a key that nobody knows makes us ask
//! once, and not again for a while.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl, JsonWebKey as _,
    ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::client::ClientKey;
use crate::{
    clock::real_now,
    config::{ConfigError, IdentityConfig},
};

/// What discovery says besides the core.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoreMetadata {
    /// RP-initiated logout endpoint.
    #[serde(default)]
    pub end_session_endpoint: Option<Url>,
    /// Ways of PKCE (RFC 8414); none says nothing about them.
    #[serde(default)]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// Whether every answer through the browser names its issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// The provider's metadata with its keys.
pub type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// How long metadata and keys are believed before they are fetched again.
const METADATA_AGE: Duration = Duration::from_mins(10);
/// A key that is not known makes us ask for the keys again, at most this often: anybody can make up a name of a key.
const REFETCH_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// How long the provider may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a patient in danger may wait to learn whether the provider answers at all.
const REACHABLE_WITHIN: Duration = Duration::from_secs(2);
/// Largest reply that is read.
const REPLY_MAX_BYTES: usize = 1 << 20;

/// The identity provider.
#[derive(Clone)]
pub struct IdentityProvider {
    issuer: IssuerUrl,
    client: reqwest::Client,
    key: Option<ClientKey>,
    cache: moka::future::Cache<(), Arc<Metadata>>,
    refetched: Arc<Mutex<Option<Timestamp>>>,
    sign_out_origin: Arc<Mutex<Option<String>>>,
}

/// The provider could not be reached or understood. For the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("identity provider: {0}")]
pub struct ProviderError(pub String);

/// An exchange with the provider failed. For the log.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// Not reachable.
    #[error("request failed: {0}")]
    Request(#[from] reqwest::Error),
    /// A reply that no provider sends.
    #[error("reply too large")]
    TooLarge,
    /// A reply that cannot be taken over.
    #[error("reply not understood: {0}")]
    Http(#[from] http::Error),
}

impl IdentityProvider {
    /// Prepares to reach the issuer.
    ///
    /// # Errors
    /// When the issuer is no usable URL or the client cannot be built.
    pub fn new(config: &IdentityConfig) -> Result<Self, ConfigError> {
        let issuer = config.issuer.as_str().trim_end_matches('/').to_owned();
        let refused = |detail: String| ConfigError::refused("identity.issuer", detail);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .https_only(config.issuer.scheme() == "https")
            .connect_timeout(Duration::from_secs(2))
            .timeout(ANSWER_WITHIN)
            .build()
            .map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            issuer: IssuerUrl::new(issuer).map_err(|error| refused(error.to_string()))?,
            client,
            key: ClientKey::of(config),
            cache: moka::future::Cache::builder().max_capacity(1).time_to_live(METADATA_AGE).build(),
            refetched: Arc::default(),
            sign_out_origin: Arc::default(),
        })
    }

    /// Metadata and keys, fetched when they are not known or too old.
    ///
    /// # Errors
    /// When discovery fails.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        self.cache.try_get_with((), self.fetch()).await.map_err(|error| (*error).clone())
    }

    /// The same, in which a key of this name is known if the provider has published one: an unknown name means that keys have been
    /// rotated, so they are fetched once more. No name is a known one.
    ///
    /// # Errors
    /// When discovery fails.
    pub async fn metadata_with(&self, key_id: Option<&str>) -> Result<Arc<Metadata>, ProviderError> {
        let metadata = self.metadata().await?;
        let is_known = key_id
            .is_none_or(|id| metadata.jwks().keys().iter().any(|key| key.key_id().is_some_and(|known| **known == id)));
        if is_known || !self.may_refetch() {
            return Ok(metadata);
        }
        tracing::info!("a key that is not known: the provider's keys are fetched again");
        let newer = self.fetch().await?;
        self.cache.insert((), newer.clone()).await;
        Ok(newer)
    }

    fn may_refetch(&self) -> bool {
        let now = real_now();
        let mut last = self.refetched.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now.duration_since(last) >= REFETCH_EVERY);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    async fn fetch(&self) -> Result<Arc<Metadata>, ProviderError> {
        let metadata = self.discover().await?;
        self.check(&metadata)?;
        let sign_out = metadata.additional_metadata().end_session_endpoint.as_ref();
        *self.sign_out_origin.lock().unwrap_or_else(PoisonError::into_inner) =
            sign_out.map(|url| url.origin().ascii_serialization());
        Ok(Arc::new(metadata))
    }

    /// An issuer is compared letter by letter, and some end with a slash that a configured address does not show.
    async fn discover(&self) -> Result<Metadata, ProviderError> {
        let http = self.http();
        let with_slash = IssuerUrl::new(format!("{}/", self.issuer.as_str()));
        match (Metadata::discover_async(self.issuer.clone(), &http).await, with_slash) {
            (Err(DiscoveryError::Validation(_)), Ok(issuer)) => Metadata::discover_async(issuer, &http).await,
            (found, _) => found,
        }
        .map_err(|error| ProviderError(describe(&error)))
    }

    /// What a browser is sent to is not reached by our own client, which would refuse plain HTTP.
    fn check(&self, metadata: &Metadata) -> Result<(), ProviderError> {
        let more = metadata.additional_metadata();
        let ends = [Some(metadata.authorization_endpoint().url()), more.end_session_endpoint.as_ref()];
        if self.issuer.url().scheme() == "https" && ends.into_iter().flatten().any(|end| end.scheme() != "https") {
            return Err(ProviderError("an endpoint for browsers is not https".into()));
        }
        if more.code_challenge_methods_supported.as_ref().is_some_and(|all| !all.iter().any(|one| one == "S256")) {
            return Err(ProviderError("PKCE with S256 is not supported".into()));
        }
        Ok(())
    }

    /// Where browsers are sent to sign out, as far as it is known; not every provider has it under its issuer.
    pub fn sign_out_origin(&self) -> Option<String> {
        self.sign_out_origin.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key we prove ourselves with, when it is not a secret.
    pub const fn client_key(&self) -> Option<&ClientKey> {
        self.key.as_ref()
    }

    /// Whether the provider answers right now, whatever is remembered of it.
    pub async fn is_reachable(&self) -> bool {
        let answered = tokio::time::timeout(REACHABLE_WITHIN, self.discover()).await;
        answered.is_ok_and(|found| found.inspect_err(|error| tracing::warn!(%error, "not reachable")).is_ok())
    }

    /// The client in the form the library wants.
    pub fn http(&self) -> HttpClient {
        HttpClient(self.client.clone())
    }
}

/// Our HTTP client as `openidconnect` calls it.
pub struct HttpClient(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = ExchangeError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ExchangeError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(self.0.clone(), request))
    }
}

async fn exchange(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ExchangeError> {
    let mut reply = client.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(reply.status());
    for (name, value) in reply.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = reply.chunk().await? {
        if body.len() + chunk.len() > REPLY_MAX_BYTES {
            return Err(ExchangeError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}

/// An error with its causes, for the log: the library's own text alone says only "request failed".
pub fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
