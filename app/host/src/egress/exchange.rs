//! One request to one origin and its whole reply, counted and searched before anybody sees it.
//!
//! Not here: whether the request may be made (`path`, `header`, `address`) and with which credential. Invariant:
//! no more than the reply limit is ever kept of one reply, compressed or not, and a reply that holds one of the
//! source's secrets is dropped whole.

use std::{io::Read, net::SocketAddr};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::{HeaderMap, Method, header};
use reqwest::Response;
use url::Url;

use super::{
    CallBudget, EgressError, EgressLimits, ErrorKind, Reply,
    connection::{Line, Origin},
    fault::explain,
    wire::{Sent, Wire},
};
use crate::credential::Leaks;

/// A checked request.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    pub credential: Option<String>,
}

impl Prepared {
    /// The same request with the credential in its headers.
    pub fn with(&self, headers: HeaderMap) -> Self {
        Self { headers, ..self.clone() }
    }
}

/// Sends it when it is its turn, within the smaller of the origin's limit and the rest of the lookup's time.
pub(crate) async fn exchange(
    origin: &Origin,
    request: &Prepared,
    leaks: &impl Leaks,
    limits: &EgressLimits,
    budget: &CallBudget,
) -> Result<Reply, EgressError> {
    let alias = origin.alias();
    let _turn = budget.turn(alias).await?;
    let left = budget.time_left().ok_or_else(|| CallBudget::too_late(alias))?;
    let own = limits.answer_timeout();
    let work = Box::pin(receive(origin, request, limits, budget));
    let reply = tokio::time::timeout(own.min(left), work).await.unwrap_or_else(|_| {
        if left < own {
            return Err(CallBudget::too_late(alias));
        }
        let text = format!("origin `{alias}` did not answer within answer_timeout_ms = {}", limits.answer_timeout_ms);
        Err(EgressError::new(ErrorKind::Timeout, "timeout", text))
    })?;
    leaks.refuse_secrets(alias, &reply)?;
    Ok(visible(reply))
}

async fn receive(
    origin: &Origin,
    request: &Prepared,
    limits: &EgressLimits,
    budget: &CallBudget,
) -> Result<Reply, EgressError> {
    let alias = origin.alias();
    let client = match &origin.line {
        Line::Network(client) => client,
        Line::Wire(wire) => return carry(&**wire, alias, request, limits, budget).await,
    };
    let mut outgoing = client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
    if let Some(body) = &request.body {
        outgoing = outgoing.body(body.clone());
    }
    let response = outgoing.send().await.map_err(|error| explain(&error, alias))?;
    check_peer(origin, response.remote_addr())?;
    decode(alias, &request.method, response, limits, budget).await
}

/// The whole reply, counted and unpacked.
pub(super) async fn decode(
    alias: &str,
    method: &Method,
    response: Response,
    limits: &EgressLimits,
    budget: &CallBudget,
) -> Result<Reply, EgressError> {
    let encoding = Encoding::of(response.headers(), alias)?;
    let status = response.status().as_u16();
    let headers = texts(response.headers());
    let mut counter = Counter { alias, limits, budget, kept: 0 };
    counter.count(headers.iter().map(|(name, value)| name.len() + value.len()).sum())?;
    let has_body = *method != Method::HEAD;
    let body = if has_body { collect(response, &mut counter).await? } else { Vec::new() };
    let body = match encoding {
        Encoding::Gzip if !body.is_empty() => unpack(&body, &mut counter)?,
        Encoding::Gzip | Encoding::Identity => body,
    };
    Ok(Reply { status, headers, body })
}

/// What a wire brings is counted like what the network brings.
async fn carry(
    wire: &dyn Wire,
    alias: &str,
    request: &Prepared,
    limits: &EgressLimits,
    budget: &CallBudget,
) -> Result<Reply, EgressError> {
    let reply = wire.carry(Sent::of(alias, request)).await?;
    let mut counter = Counter { alias, limits, budget, kept: 0 };
    counter.count(reply.headers.iter().map(|(name, value)| name.len() + value.len()).sum())?;
    counter.count(reply.body.len())?;
    Ok(reply)
}

/// The address we are talking to must be one we would have permitted, however the connection came about.
fn check_peer(origin: &Origin, peer: Option<SocketAddr>) -> Result<(), EgressError> {
    let denied = |text: String| EgressError::denied("peer-address", text);
    let peer = peer.ok_or_else(|| denied(format!("origin `{}`: the peer's address is not known", origin.alias())))?;
    origin.policy.permit(peer.ip()).map_err(|refused| denied(refused.to_string()))
}

struct Counter<'a> {
    alias: &'a str,
    limits: &'a EgressLimits,
    budget: &'a CallBudget,
    kept: u64,
}

impl Counter<'_> {
    /// Counts before the bytes are kept.
    fn count(&mut self, amount: usize) -> Result<(), EgressError> {
        let amount = u64::try_from(amount).unwrap_or(u64::MAX);
        self.kept = self.kept.saturating_add(amount);
        if self.kept > self.limits.reply_max_bytes {
            return Err(self.too_large());
        }
        self.budget.count_bytes(amount)
    }

    fn left(&self) -> u64 {
        self.limits.reply_max_bytes.saturating_sub(self.kept)
    }

    fn too_large(&self) -> EgressError {
        let limit = self.limits.reply_max_bytes;
        let text = format!("the reply of origin `{}` is larger than reply_max_bytes = {limit}", self.alias);
        EgressError::new(ErrorKind::TooLarge, "reply-too-large", text)
    }
}

async fn collect(mut response: Response, counter: &mut Counter<'_>) -> Result<Vec<u8>, EgressError> {
    if response.content_length().is_some_and(|announced| announced > counter.left()) {
        return Err(counter.too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| cut_off(&error, counter.alias))? {
        counter.count(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn cut_off(error: &reqwest::Error, alias: &str) -> EgressError {
    if error.is_timeout() {
        return explain(error, alias);
    }
    let text = format!("origin `{alias}`: the reply was cut off");
    EgressError::new(ErrorKind::Protocol, "cut-off", text)
}

#[derive(Clone, Copy)]
enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    /// We ask for gzip, so anything else is an error of the source and never guessed at.
    fn of(headers: &HeaderMap, alias: &str) -> Result<Self, EgressError> {
        let mut named = headers.get_all(header::CONTENT_ENCODING).iter();
        let first = named.next().map(|value| value.as_bytes().to_ascii_lowercase());
        match (first.as_deref(), named.next()) {
            (None | Some(b"" | b"identity"), None) => Ok(Self::Identity),
            (Some(b"gzip" | b"x-gzip"), None) => Ok(Self::Gzip),
            _ => {
                let text = format!("origin `{alias}` answered in a content-encoding other than gzip");
                Err(EgressError::new(ErrorKind::Protocol, "content-encoding", text))
            }
        }
    }
}

/// Reads at most one byte more than is left, so that a small reply cannot become a large one.
fn unpack(body: &[u8], counter: &mut Counter<'_>) -> Result<Vec<u8>, EgressError> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(counter.left().saturating_add(1));
    reader.read_to_end(&mut unpacked).map_err(|_| {
        let text = format!("origin `{}`: the compressed reply is damaged or cut off", counter.alias);
        EgressError::new(ErrorKind::Protocol, "cut-off", text)
    })?;
    counter.count(unpacked.len())?;
    Ok(unpacked)
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}

/// What describes the connection or a session with the host is not the adapter's business.
pub(super) fn visible(mut reply: Reply) -> Reply {
    const HIDDEN: [&str; 12] = [
        "set-cookie",
        "set-cookie2",
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "trailer",
        "upgrade",
        "alt-svc",
    ];
    reply.headers.retain(|(name, _)| !HIDDEN.contains(&name.as_str()));
    reply
}
