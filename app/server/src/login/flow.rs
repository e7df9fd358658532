//! The two halves of signing in, stepping up, and signing out.
//!
//! Start: an attempt (state, nonce, PKCE verifier, what for) is kept in the session and the browser is sent to the provider.
//! Callback: the attempt is taken out of the session, once, whatever happens; the code is exchanged; the ID token is verified.
//! Not here: the checks of a token (`token`), logout that the provider begins (`backchannel`).
//! Invariant: nothing the provider or the browser says is believed before state, issuer, signature, audience, times, nonce and
//! assurance level have been checked.

use jiff::Timestamp;
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, LoginHint, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    SubjectIdentifier, TokenResponse as _, UserInfoClaims,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreGenderClaim},
};
use samsyn_domain::time::{sweden, today};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    client::ASSERTION_TYPE,
    hint,
    provider::{ExchangeError, IdentityProvider, Metadata, ProviderError, describe},
    token::{self, Expected, TokenError},
};
use crate::{clock::real_now, config::IdentityConfig};

/// The library's client with what discovery gives.
pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A longer hint makes an address that servers refuse; somebody with many assignments then goes without it.
const HINT_MAX_BYTES: usize = 4 << 10;

/// One attempt to sign in, kept in the session between the two halves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    /// When it began, in seconds since 1970.
    begun_s: i64,
    step_up: Option<StepUp>,
}

/// Signing in once more, so that what needs it can be sure who is there right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUp {
    /// The person's subject at the provider; for anybody else it is an ordinary sign-in.
    pub subject: String,
    /// The page to return to: a path of our own that has been checked.
    pub to: String,
}

impl Attempt {
    /// What it was for, when it was not an ordinary sign-in.
    pub const fn step_up(&self) -> Option<&StepUp> {
        self.step_up.as_ref()
    }
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
    /// The provider does not know the code, or not any more.
    #[error("code exchange failed: invalid_grant")]
    CodeRefused,
    /// The code could not be exchanged.
    #[error("code exchange failed: {0}")]
    Exchange(String),
    /// The ID token is missing or not valid.
    #[error("id token refused: {0}")]
    Token(String),
    /// The answer names another issuer, or none although it should (RFC 9207).
    #[error("the answer is not of the configured issuer")]
    Issuer,
    /// The userinfo endpoint gave nothing usable.
    #[error("userinfo refused: {0}")]
    UserInfo(String),
    /// The assurance level is too low. What was verified all the same.
    #[error("assurance level not accepted")]
    Assurance(Box<Verified>),
    /// The provider did not ask for a sign-in of this moment.
    #[error("the sign-in is not of this moment")]
    NotFresh,
}

impl LoginError {
    /// The word of the log.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NoAttempt => "no-attempt",
            Self::Refused(_) => "provider-refused",
            Self::Provider(_) => "provider-unusable",
            Self::CodeRefused => "code-refused",
            Self::Exchange(_) => "exchange-failed",
            Self::Token(_) => "token-refused",
            Self::Issuer => "other-issuer",
            Self::UserInfo(_) => "userinfo-refused",
            Self::Assurance(_) => "assurance-too-low",
            Self::NotFresh => "not-fresh",
        }
    }

    /// The provider's own code, when it said no.
    pub fn provider_error(&self) -> Option<&str> {
        match self {
            Self::Refused(code) => Some(code),
            _ => None,
        }
    }

    /// Whether whoever was signing in, or the provider for it, said no, or more was to be asked of the person than could be (RFC 6749
    /// §4.1.2.1, OpenID Connect Core §3.1.2.6). Every other code is a fault on the way.
    pub fn is_of_the_person(&self) -> bool {
        const CODES: [&str; 5] = [
            "access_denied",
            "login_required",
            "interaction_required",
            "account_selection_required",
            "consent_required",
        ];
        self.provider_error().is_some_and(|code| CODES.contains(&code))
    }
}

impl From<TokenError> for LoginError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NotFresh => Self::NotFresh,
            TokenError::Refused(why) => Self::Token(why),
        }
    }
}

/// What a verified sign-in gives.
#[derive(Debug)]
pub struct Verified {
    /// All claims of the ID token, and those that only the userinfo endpoint states.
    pub claims: Map<String, Value>,
    /// The token itself, for signing out.
    pub id_token: String,
    /// Who it is about, in the provider's words.
    pub subject: String,
    /// The provider's session, when it names one.
    pub sid: Option<String>,
    /// When the person was last asked to prove who it is, when the provider says so.
    pub auth_time: Option<Timestamp>,
}

/// Whatever the userinfo endpoint states.
#[derive(Debug, Serialize, Deserialize)]
struct AllClaims(Map<String, Value>);

impl AdditionalClaims for AllClaims {}

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
            .set_auth_type(AuthType::BasicAuth)
            .set_redirect_uri(RedirectUrl::from_url(self.callback.clone()))
    }

    /// Where to send the browser, and the attempt to keep. Stepping up asks the provider to let the person sign in anew.
    ///
    /// # Errors
    /// When the provider cannot be reached.
    pub async fn start(
        &self,
        login_hint: Option<String>,
        step_up: Option<StepUp>,
    ) -> Result<(Url, Attempt), LoginError> {
        let metadata = self.provider.metadata().await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for level in &self.config.required_acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.clone()));
        }
        if let Some(hint) = login_hint {
            request = request.set_login_hint(LoginHint::new(hint));
        }
        if step_up.is_some() {
            // With `max_age` the provider must state `auth_time` (Core §3.1.2.1).
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            begun_s: real_now().as_second(),
            step_up,
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
        let metadata = self.provider.metadata().await?;
        is_of_issuer(&metadata, callback.iss.as_deref())?;
        if let Some(error) = callback.error {
            return Err(LoginError::Refused(error_code(&error)));
        }
        let code = callback.code.ok_or(LoginError::NoAttempt)?;
        let (raw, access_token) = self.exchange(&metadata, code, attempt.verifier).await?;
        let expected = Expected {
            client_id: &self.config.client_id,
            nonce: &Nonce::new(attempt.nonce),
            signed_in_after_s: attempt.step_up.is_some().then_some(attempt.begun_s),
        };
        // Keys rotate: a token signed with one that is not known yet is looked at with newer metadata.
        let metadata = self.provider.metadata_with(token::key_id(&raw).as_deref()).await?;
        let mut verified = token::verify(&self.client(&metadata), &raw, &expected, real_now())?;
        if self.config.userinfo {
            self.add_userinfo(&metadata, access_token, &mut verified).await?;
        }
        let level = verified.claims.get("acr").and_then(Value::as_str);
        let accepted = self.config.required_acr.is_empty()
            || level.is_some_and(|level| self.config.required_acr.iter().any(|wanted| wanted == level));
        if accepted { Ok(verified) } else { Err(LoginError::Assurance(Box::new(verified))) }
    }

    /// The code for an ID token and an access token, with the proof that we are the client it was made for.
    async fn exchange(
        &self,
        metadata: &Metadata,
        code: String,
        verifier: String,
    ) -> Result<(String, AccessToken), LoginError> {
        let client = self.client(metadata);
        let http = self.provider.http();
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| LoginError::Exchange(describe(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        if let Some(key) = self.provider.client_key() {
            let endpoint = metadata.token_endpoint().map_or_else(String::new, |url| url.as_str().to_owned());
            let issuer = metadata.issuer().as_str();
            let assertion = key.assertion(&self.config.client_id, issuer, &endpoint, real_now().as_second())?;
            request = request
                .add_extra_param("client_assertion_type", ASSERTION_TYPE)
                .add_extra_param("client_assertion", assertion);
        }
        let reply = request.request_async(&http).await.map_err(|error| exchange_error(&error))?;
        let token = reply.id_token().ok_or_else(|| LoginError::Token("missing".into()))?;
        Ok((token.to_string(), reply.access_token().clone()))
    }

    /// Claims that only the userinfo endpoint states. What the ID token says is signed for this sign-in and stays; the words of the
    /// protocol count only there. The access token is used for this and forgotten.
    async fn add_userinfo(
        &self,
        metadata: &Metadata,
        access_token: AccessToken,
        verified: &mut Verified,
    ) -> Result<(), LoginError> {
        let http = self.provider.http();
        let stated: UserInfoClaims<AllClaims, CoreGenderClaim> = self
            .client(metadata)
            .user_info(access_token, Some(SubjectIdentifier::new(verified.subject.clone())))
            .map_err(|error| LoginError::UserInfo(describe(&error)))?
            .request_async(&http)
            .await
            .map_err(|error| LoginError::UserInfo(kind_of(&error)))?;
        let all = serde_json::to_value(stated).map_err(|_| LoginError::UserInfo("unreadable".into()))?;
        let Value::Object(all) = all else { return Err(LoginError::UserInfo("no object".into())) };
        for (name, value) in all {
            if !value.is_null() && !token::PROTOCOL.contains(&name.as_str()) {
                verified.claims.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    /// Where to end the session at the provider, when it offers that (RP-Initiated Logout 1.0 §2).
    ///
    /// The address stays in the browser's history and in the provider's log. A token with a personal number in it is therefore not sent,
    /// and the provider gets the subject instead, unless that is one.
    pub async fn end_session(&self, id_token: &str, subject: &str, afterwards: &Url) -> Option<Url> {
        let metadata = self.provider.metadata().await.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.clone()?;
        let today = today(&real_now().to_zoned(sweden()));
        if !self.config.id_token_hint {
            // The configuration sends nothing about the person.
        } else if id_token.len() <= HINT_MAX_BYTES && !hint::has_personal_number(id_token, today) {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        } else if !subject.is_empty() && !hint::is_in(subject, today) {
            url.query_pairs_mut().append_pair("logout_hint", subject);
        }
        url.query_pairs_mut()
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
    iss: Option<String>,
}

/// Mix-up defence (RFC 9207): an answer that names an issuer names ours; it must, where the provider says that it always does.
fn is_of_issuer(metadata: &Metadata, stated: Option<&str>) -> Result<(), LoginError> {
    match stated {
        Some(stated) if stated == metadata.issuer().as_str() => Ok(()),
        None if !metadata.additional_metadata().authorization_response_iss_parameter_supported => Ok(()),
        _ => Err(LoginError::Issuer),
    }
}

/// The provider's error code (RFC 6749 §4.1.2.1). It comes through the browser, so anything else than a code is not repeated.
fn error_code(stated: &str) -> String {
    let is_code =
        (1..=64).contains(&stated.len()) && stated.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_code { stated.to_owned() } else { "not an error code".to_owned() }
}

type TokenRequestError = RequestTokenError<ExchangeError, StandardErrorResponse<CoreErrorResponseType>>;

/// A code that the provider refuses (RFC 6749 §5.2) was used, forged or too old: that is no fault of the provider's.
fn exchange_error(error: &TokenRequestError) -> LoginError {
    match error {
        RequestTokenError::ServerResponse(refusal) if *refusal.error() == CoreErrorResponseType::InvalidGrant => {
            LoginError::CodeRefused
        }
        error => LoginError::Exchange(without_content(error)),
    }
}

/// Why an exchange failed, for the log. What a reader of JSON says of a token it cannot read quotes the token.
fn without_content(error: &TokenRequestError) -> String {
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

/// Why userinfo failed, for the log, without anything of what was stated.
fn kind_of(error: &openidconnect::UserInfoError<ExchangeError>) -> String {
    match error {
        openidconnect::UserInfoError::ClaimsVerification(_) => {
            "it is about somebody else, or its signature is wrong".into()
        }
        openidconnect::UserInfoError::Parse(why) => format!("the reply could not be read, at `{}`", why.path()),
        openidconnect::UserInfoError::Request(error) => describe(error),
        openidconnect::UserInfoError::Response(status, ..) => format!("status {status}"),
        _ => "the reply is not one of a userinfo endpoint".to_owned(),
    }
}
