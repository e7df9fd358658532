//! The two halves of signing in, and signing out.
//!
//! Start: an attempt (state, nonce, PKCE verifier) is kept in the session and the browser is sent to the provider.
//! Callback: the attempt is taken out of the session, once, whatever happens; the code is exchanged; the ID token is verified.
//! Invariant: nothing the provider or the browser says is believed before state, signature, issuer, audience, expiry, nonce
//! and assurance level have been checked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, LoginHint,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken},
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::provider::{ExchangeError, IdentityProvider, Metadata, ProviderError, describe};
use crate::config::IdentityConfig;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// One attempt to sign in, kept in the session between the two halves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
}

/// Why nobody was signed in. For the log; a page says it in its own words.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Not this session's attempt, or used already.
    #[error("no matching attempt in this session")]
    NoAttempt,
    /// The provider said no; its error code.
    #[error("provider refused: {0}")]
    Refused(String),
    /// The provider could not be reached or understood.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The code was not accepted.
    #[error("code exchange failed: {0}")]
    Exchange(String),
    /// The ID token is missing or not valid.
    #[error("id token refused: {0}")]
    Token(String),
    /// The assurance level is too low.
    #[error("assurance level not accepted")]
    Assurance,
}

/// What a verified sign-in gives.
#[derive(Debug)]
pub struct Verified {
    /// All claims of the ID token.
    pub claims: Map<String, Value>,
    /// The token itself, for signing out.
    pub id_token: String,
}

/// Everything needed for both halves.
pub struct Flow<'a> {
    /// The provider.
    pub provider: &'a IdentityProvider,
    /// Its configuration.
    pub config: &'a IdentityConfig,
    /// Our callback.
    pub callback: Url,
}

impl Flow<'_> {
    fn client(&self, metadata: &Metadata) -> Client {
        let secret = self.config.client_secret.as_ref().map(|s| ClientSecret::new(s.expose_secret().to_owned()));
        CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(self.config.client_id.clone()), secret)
            .set_redirect_uri(RedirectUrl::from_url(self.callback.clone()))
    }

    /// Where to send the browser, and the attempt to keep.
    ///
    /// # Errors
    /// When the provider cannot be reached.
    pub async fn start(&self, login_hint: Option<String>) -> Result<(Url, Attempt), LoginError> {
        let metadata = self.provider.metadata().await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if let Some(hint) = login_hint {
            request = request.set_login_hint(LoginHint::new(hint));
        }
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        };
        Ok((url, attempt))
    }

    /// Verifies what came back. `attempt` has already been taken out of the session.
    ///
    /// # Errors
    /// Why nobody is signed in.
    pub async fn finish(&self, attempt: Option<Attempt>, callback: CallbackQuery) -> Result<Verified, LoginError> {
        let attempt = attempt.ok_or(LoginError::NoAttempt)?;
        if !same(callback.state.as_deref().unwrap_or_default(), &attempt.state) {
            return Err(LoginError::NoAttempt);
        }
        if let Some(error) = callback.error {
            return Err(LoginError::Refused(error_code(&error)));
        }
        let code = callback.code.ok_or(LoginError::NoAttempt)?;
        let metadata = self.provider.metadata().await?;
        let client = self.client(&metadata);
        let http = self.provider.http();
        let reply = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| LoginError::Exchange(describe(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier))
            .request_async(&http)
            .await
            .map_err(|error| LoginError::Exchange(without_content(&error)))?;
        let _access_token_is_not_kept = reply.access_token();
        let token = reply.id_token().ok_or_else(|| LoginError::Token("missing".into()))?;
        self.verify(token, &Nonce::new(attempt.nonce)).await
    }

    /// Verifies signature, issuer, audience, expiry, nonce and level. An unknown key is looked up once more: keys rotate.
    async fn verify(&self, token: &CoreIdToken, nonce: &Nonce) -> Result<Verified, LoginError> {
        let mut outcome = self.claims(token, nonce).await;
        if matches!(outcome, Err(LoginError::Token(_))) {
            self.provider.forget().await;
            outcome = self.claims(token, nonce).await;
        }
        outcome
    }

    async fn claims(&self, token: &CoreIdToken, nonce: &Nonce) -> Result<Verified, LoginError> {
        let metadata = self.provider.metadata().await?;
        let client = self.client(&metadata);
        let claims =
            token.claims(&client.id_token_verifier(), nonce).map_err(|error| LoginError::Token(describe(&error)))?;
        let level = claims.auth_context_ref().map(|acr| acr.as_str());
        let accepted = self.config.required_acr.is_empty()
            || level.is_some_and(|level| self.config.required_acr.iter().any(|wanted| wanted == level));
        if !accepted {
            return Err(LoginError::Assurance);
        }
        let id_token = token.to_string();
        Ok(Verified { claims: payload(&id_token)?, id_token })
    }

    /// Where to end the session at the provider, when it offers that.
    pub async fn end_session(&self, id_token: &str, afterwards: &Url) -> Option<Url> {
        let metadata = self.provider.metadata().await.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.clone()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.config.client_id)
            .append_pair("post_logout_redirect_uri", afterwards.as_str());
        Some(url)
    }
}

/// What the provider sends back through the browser.
#[derive(Debug, Default, Deserialize)]
pub struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// The provider's error code (RFC 6749 §4.1.2.1). It comes through the browser, so anything else than a code is not repeated.
fn error_code(stated: &str) -> String {
    let is_code =
        (1..=64).contains(&stated.len()) && stated.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_code { stated.to_owned() } else { "not an error code".to_owned() }
}

/// Why an exchange failed, for the log. What a reader of JSON says of a token it cannot read quotes the token.
fn without_content(error: &RequestTokenError<ExchangeError, StandardErrorResponse<CoreErrorResponseType>>) -> String {
    match error {
        RequestTokenError::Parse(why, _) => format!("the reply could not be read, at `{}`", why.path()),
        RequestTokenError::ServerResponse(refusal) => error_code(refusal.error().as_ref()),
        RequestTokenError::Request(error) => describe(error),
        RequestTokenError::Other(_) => "the reply is not one of a token endpoint".to_owned(),
    }
}

/// Compared without telling by timing how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// All claims of a token that has been verified; the library's own type keeps only the standard ones.
fn payload(verified: &str) -> Result<Map<String, Value>, LoginError> {
    let unreadable = || LoginError::Token("payload unreadable".into());
    let part = verified.split('.').nth(1).ok_or_else(unreadable)?;
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| unreadable())?;
    serde_json::from_slice(&bytes).map_err(|_| unreadable())
}
