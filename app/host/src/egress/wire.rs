//! What may stand in for the network: the adapter kit's recorded exchanges.
//!
//! Behind every door of `egress` but the last: alias, method, path, headers, credential and limits are those of the real
//! network, and only the connection is not made. Not here: any answer; whoever implements [`Wire`] gives them.
//! Invariant: a running portal never has one; [`super::SourceEgress::over`] is the only way to it.

use async_trait::async_trait;
use http::{HeaderMap, Method};
use url::Url;

use super::{EgressError, Prepared, Reply};

/// A request that has passed every door.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The manifest's name for where it goes.
    pub origin: &'a str,
    /// The verb.
    pub method: &'a Method,
    /// Where, below the base URL of the grant.
    pub url: &'a Url,
    /// With what the credential slot wrote.
    pub headers: &'a HeaderMap,
    /// Only with a verb that carries one.
    pub body: Option<&'a [u8]>,
    /// The slot that was applied.
    pub credential: Option<&'a str>,
}

impl<'a> Sent<'a> {
    pub(crate) fn of(origin: &'a str, request: &'a Prepared) -> Self {
        Self {
            origin,
            method: &request.method,
            url: &request.url,
            headers: &request.headers,
            body: request.body.as_deref(),
            credential: request.credential.as_deref(),
        }
    }
}

/// Answers in place of the network. Time it takes is taken from the lookup's.
#[async_trait]
pub trait Wire: Send + Sync {
    /// The whole reply to one request.
    ///
    /// # Errors
    /// What a network would have failed with.
    async fn carry(&self, sent: Sent<'_>) -> Result<Reply, EgressError>;
}
