//! The identity provider: its metadata, kept for a while, and the HTTP client that reaches it.
//!
//! Invariant: redirects are not followed; in production only https is spoken.

use std::{pin::Pin, sync::Arc, time::Duration};

use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, HttpRequest, HttpResponse, IssuerUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::{ConfigError, IdentityConfig};

/// What discovery says besides the core: where to sign out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogoutMetadata {
    /// RP-initiated logout endpoint.
    #[serde(default)]
    pub end_session_endpoint: Option<Url>,
}

impl AdditionalProviderMetadata for LogoutMetadata {}

/// The provider's metadata with its keys.
pub type Metadata = ProviderMetadata<
    LogoutMetadata,
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
/// How long the provider may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Largest reply that is read.
const REPLY_MAX_BYTES: usize = 1 << 20;

/// The identity provider.
#[derive(Clone)]
pub struct IdentityProvider {
    issuer: IssuerUrl,
    client: reqwest::Client,
    cache: moka::future::Cache<(), Arc<Metadata>>,
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
            cache: moka::future::Cache::builder().max_capacity(1).time_to_live(METADATA_AGE).build(),
        })
    }

    /// Metadata and keys, fetched when they are not known or too old.
    ///
    /// # Errors
    /// When discovery fails.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let fetch = async {
            let http = self.http();
            let found = Metadata::discover_async(self.issuer.clone(), &http).await;
            found.map(Arc::new).map_err(|error| ProviderError(describe(&error)))
        };
        self.cache.try_get_with((), fetch).await.map_err(|error| (*error).clone())
    }

    /// Forgets what is known: a key may have been rotated.
    pub async fn forget(&self) {
        self.cache.invalidate(&()).await;
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
