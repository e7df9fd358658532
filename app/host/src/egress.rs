//! The only way out of the sandbox: HTTP to the origins an administrator granted, and nothing else.
//!
//! One request passes these doors in order: alias → grant, method, path below the base URL ([`path`]), header
//! allow-list ([`header`]), credential slot ([`crate::credential`]), literal and resolved addresses ([`address`],
//! [`resolver`]), one connection to exactly one checked address ([`connection`]), counted reply and the search for
//! our own secrets in it ([`exchange`]). Not here: what a manifest may ask for (`admission`), and how the guest's
//! calls reach this room (one file per contract version).
//!
//! Invariant: an adapter can name neither a host nor an address nor a secret, and no error text holds one.
//! To add a rule: put it in the room of its door, give it a `code`, and add a row to that room's table test.

pub mod address;
mod connection;
mod exchange;
mod fault;
#[cfg(test)]
mod fuzz;
pub mod grant;
pub mod header;
pub mod limits;
pub mod path;
pub mod resolver;
pub mod wire;

use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderMap, HeaderName, StatusCode};
use secrecy::SecretString;

pub(crate) use self::{
    connection::Origin,
    exchange::{Prepared, exchange},
    header::may_carry_credential,
};
pub use self::{
    grant::{AddressRule, Grant, GrantError},
    limits::{CallBudget, EgressLimits},
};
use self::{
    resolver::{Lookup, SystemLookup},
    wire::Wire,
};
use crate::credential::{Credentials, Keyring};

/// The granted origins by alias.
pub(crate) type Origins = BTreeMap<String, Arc<Origin>>;

/// One request as an adapter made it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The verb; the grant lists the permitted ones.
    pub method: http::Method,
    /// Where, below the base URL of the grant.
    pub target: Target,
    /// Only names on the allow-list.
    pub headers: Vec<(String, String)>,
    /// Only with a verb that carries one.
    pub body: Option<Vec<u8>>,
    /// The slot the host shall apply.
    pub credential: Option<String>,
}

/// Where a request goes, below the base URL of its grant.
#[derive(Debug, Clone)]
pub enum Target {
    /// Path and query beginning with `/`.
    Path(String),
    /// An absolute URL out of a reply of the same origin.
    Link(String),
}

/// A whole reply, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Any status; a redirect is returned as it is.
    pub status: u16,
    /// Without the connection's own headers and without cookies.
    pub headers: Vec<(String, String)>,
    /// Decompressed.
    pub body: Vec<u8>,
}

/// What went wrong; the same cases as the contract's `error-kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Not granted, or the resolved address is not permitted.
    Denied,
    /// The request itself breaks a rule.
    InvalidRequest,
    /// The slot is empty, its token endpoint refused, or the reply held one of our secrets.
    Credential,
    /// The name could not be resolved.
    Dns,
    /// Nobody listens, or not within the connect limit.
    Connect,
    /// No trusted and encrypted connection.
    Tls,
    /// No whole answer within the origin's own limit.
    Timeout,
    /// The time of the whole lookup ran out.
    Deadline,
    /// A size limit was reached.
    TooLarge,
    /// Not HTTP, cut off, or in an encoding nobody asked for.
    Protocol,
    /// A limit on the number of requests was reached.
    Busy,
    /// None of the above.
    Other,
}

/// A request that brought no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EgressError {
    /// The contract's kind.
    pub kind: ErrorKind,
    /// Stable, `[a-z0-9-]{1,64}`.
    pub code: &'static str,
    /// For the administrator: rules and aliases, never addresses or secrets.
    pub message: String,
}

impl EgressError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into() }
    }

    /// Something an administrator has not granted.
    pub(crate) fn denied(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Denied, code, message)
    }

    /// Something no grant can open.
    pub(crate) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, code, message)
    }
}

/// Everything one source may reach, with its credentials and its warm connections.
///
/// Build a new one when a grant or a credential changes: addresses are checked per connection, so the old
/// connections must go with the old grant.
pub struct SourceEgress {
    origins: Origins,
    deep_link_alias: Option<String>,
    keyring: Keyring,
    limits: EgressLimits,
}

impl std::fmt::Debug for SourceEgress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SourceEgress").field("origins", &self.origins.keys()).finish_non_exhaustive()
    }
}

impl SourceEgress {
    /// Checks the grants and credentials and prepares one client per origin. Nothing is sent.
    pub fn new(grants: Vec<Grant>, credentials: Credentials, limits: EgressLimits) -> Result<Self, GrantError> {
        let system: Arc<dyn Lookup> = Arc::new(SystemLookup);
        Self::with_lookup(grants, credentials, limits, &system)
    }

    /// The same with another way of resolving names.
    pub fn with_lookup(
        grants: Vec<Grant>,
        credentials: Credentials,
        limits: EgressLimits,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Self, GrantError> {
        limits.validate().map_err(GrantError::Limits)?;
        let deep_link_alias = deep_link_alias(&grants);
        let mut origins = Origins::new();
        for grant in grants {
            let certificate = credentials.certificate_for(&grant.alias)?;
            let origin = Origin::new(grant, certificate, &limits, Arc::clone(lookup))?;
            insert(&mut origins, origin)?;
        }
        let keyring = Keyring::new(credentials, &origins)?;
        Ok(Self { origins, deep_link_alias, keyring, limits })
    }

    /// The same doors with a [`Wire`] in place of the network. For the adapter kit; nothing can leave this process.
    pub fn over(
        wire: &Arc<dyn Wire>,
        grants: Vec<Grant>,
        credentials: Credentials,
        limits: EgressLimits,
    ) -> Result<Self, GrantError> {
        limits.validate().map_err(GrantError::Limits)?;
        let deep_link_alias = deep_link_alias(&grants);
        let mut origins = Origins::new();
        for grant in grants {
            insert(&mut origins, Origin::wired(grant, Arc::clone(wire))?)?;
        }
        let keyring = Keyring::new(credentials, &origins)?;
        Ok(Self { origins, deep_link_alias, keyring, limits })
    }

    /// Sends one request through every door and waits for the whole reply.
    pub async fn send(&self, origin: &str, request: Outgoing, budget: &CallBudget) -> Result<Reply, EgressError> {
        budget.count_request()?;
        let origin = self.granted(origin)?;
        let prepared = self.prepare(origin, request)?;
        let (headers, token) = self.authorize(origin, &prepared, budget).await?;
        let reply = exchange(origin, &prepared.with(headers), &self.keyring, &self.limits, budget).await?;
        let (Some(slot), Some(token)) = (&prepared.credential, token) else { return Ok(reply) };
        if reply.status != StatusCode::UNAUTHORIZED.as_u16() {
            return Ok(reply);
        }
        // A token may be revoked before it expires: fetch one new and ask once more, then the 401 stands.
        self.keyring.forget(slot, &token).await;
        if budget.count_request().is_err() {
            return Ok(reply);
        }
        let (headers, _) = self.authorize(origin, &prepared, budget).await?;
        exchange(origin, &prepared.with(headers), &self.keyring, &self.limits, budget).await
    }

    /// HMAC-SHA-256 of `data` under the key of a slot. The error names the slot.
    pub fn hmac_sha256(&self, slot: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        self.keyring.hmac_sha256(slot, data)
    }

    /// A deep link of an entry, made absolute below the first granted origin; none when the path breaks a rule.
    pub fn absolute_link(&self, path: &str) -> Option<String> {
        let origin = self.origins.get(self.deep_link_alias.as_deref()?)?;
        path::join(&origin.grant.base_url, path).ok().map(String::from)
    }

    fn granted(&self, alias: &str) -> Result<&Arc<Origin>, EgressError> {
        let known = self.origins.get(alias).filter(|origin| !origin.grant.host_only);
        known.ok_or_else(|| {
            let shown: String =
                alias.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).take(64).collect();
            EgressError::denied("origin", format!("no grant binds an origin `{shown}`; grant it a base URL"))
        })
    }

    fn prepare(&self, origin: &Origin, request: Outgoing) -> Result<Prepared, EgressError> {
        let grant = &origin.grant;
        grant.permit_method(&request.method)?;
        let url = match &request.target {
            Target::Path(path) => path::join(&grant.base_url, path),
            Target::Link(link) => path::follow(&grant.base_url, link),
        }
        .map_err(|rule| rule.into_error(&grant.alias))?;
        let headers = header::checked(&request.headers, grant)?;
        let body = self.limits.checked_body(&request.method, request.body, &grant.alias)?;
        origin.permit_literal_host()?;
        Ok(Prepared { method: request.method, url, headers, body, credential: request.credential })
    }

    /// The headers with the credential applied, and the token that was used when there was one.
    async fn authorize(
        &self,
        origin: &Origin,
        prepared: &Prepared,
        budget: &CallBudget,
    ) -> Result<(HeaderMap, Option<Arc<SecretString>>), EgressError> {
        let mut headers = prepared.headers.clone();
        if let Some(parent) = budget.traceparent() {
            headers.insert(TRACEPARENT, parent);
        }
        let Some(slot) = &prepared.credential else { return Ok((headers, None)) };
        let token = self.keyring.apply(slot, origin.alias(), &mut headers, &self.limits, budget).await?;
        Ok((headers, token))
    }
}

/// W3C Trace Context.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

fn insert(origins: &mut Origins, origin: Origin) -> Result<(), GrantError> {
    match origins.insert(origin.alias().to_owned(), Arc::new(origin)) {
        Some(twice) => Err(GrantError::AliasTwice { alias: twice.alias().to_owned() }),
        None => Ok(()),
    }
}

/// Deep links lead below the first origin an adapter may use itself.
fn deep_link_alias(grants: &[Grant]) -> Option<String> {
    grants.iter().find(|grant| !grant.host_only).map(|grant| grant.alias.clone())
}
