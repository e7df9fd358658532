//! Recorded exchanges in place of the network.
//!
//! Each request takes the first exchange that answers it and has not been used; an exchange may be asked for again. Time passes only as
//! recorded. Not here: what an exchange is (`exchange`), which of them is made worse and how (`variation`).
//! Invariant: what no exchange answers is refused and remembered, never guessed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use samsyn_host::egress::{
    EgressError, ErrorKind, Reply,
    wire::{Sent, Wire},
};
use url::Url;

use crate::{
    exchange::{Asked, Exchange, Outcome},
    variation::Variation,
};

/// One lookup's network.
pub struct Script {
    exchanges: Arc<Vec<Exchange>>,
    bases: BTreeMap<String, Url>,
    variation: Option<Variation>,
    played: Mutex<Played>,
}

/// What was asked of a script.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// How often each exchange was asked for.
    pub used: Vec<usize>,
    /// The last request, whatever became of it.
    pub last: Option<String>,
    /// Requests that no exchange answers, each with the nearest one's difference.
    pub unanswered: Vec<String>,
}

impl Script {
    /// A network that answers with these exchanges, one of them perhaps made worse.
    pub fn new(exchanges: Arc<Vec<Exchange>>, bases: BTreeMap<String, Url>, variation: Option<Variation>) -> Self {
        let played = Mutex::new(Played { used: vec![0; exchanges.len()], ..Played::default() });
        Self { exchanges, bases, variation, played }
    }

    /// What was asked so far.
    pub fn played(&self) -> Played {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Played> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self, sent: Sent<'_>) -> Asked {
        let base = self.bases.get(sent.origin).map_or("", Url::path).trim_end_matches('/');
        let path = sent.url.path().strip_prefix(base).unwrap_or(sent.url.path());
        let query = sent.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Asked {
            origin: sent.origin.to_owned(),
            method: sent.method.to_string(),
            path: format!("{path}{query}"),
            credential: sent.credential.map(str::to_owned),
            headers: sent.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
            body: sent.body.map(<[u8]>::to_vec),
        }
    }

    /// The exchange that answers a request: an unused one before one that was asked for already.
    fn find(&self, asked: &Asked) -> Option<usize> {
        let mut played = self.lock();
        let fits: Vec<usize> = self
            .exchanges
            .iter()
            .enumerate()
            .filter(|(_, exchange)| exchange.request.difference(asked).is_none())
            .map(|(index, _)| index)
            .collect();
        let unused = fits.iter().copied().find(|index| played.used.get(*index) == Some(&0));
        let Some(index) = unused.or(fits.last().copied()) else {
            let text = self.told(asked);
            played.unanswered.push(text);
            return None;
        };
        if let Some(count) = played.used.get_mut(index) {
            *count += 1;
        }
        Some(index)
    }

    /// The request, with what sets it apart from the exchange that is most like it.
    fn told(&self, asked: &Asked) -> String {
        let same_place =
            |exchange: &&Exchange| exchange.request.path == asked.path || exchange.request.method == asked.method;
        let nearest = self.exchanges.iter().find(same_place).or(self.exchanges.first());
        let difference = nearest.and_then(|exchange| Some((exchange.line, exchange.request.difference(asked)?)));
        match difference {
            Some((line, difference)) => format!("{}; against line {line}: {difference}", asked.named()),
            None => asked.named(),
        }
    }

    /// The exchange that a loop of pages never leaves, once it has been reached.
    fn loops(&self) -> Option<usize> {
        let index = self.variation.as_ref()?.looping()?;
        self.lock().used.get(index).is_some_and(|count| *count > 0).then_some(index)
    }
}

#[async_trait]
impl Wire for Script {
    async fn carry(&self, sent: Sent<'_>) -> Result<Reply, EgressError> {
        let asked = self.asked(sent);
        self.lock().last = Some(asked.named());
        let looping = self.loops();
        let found = looping.or_else(|| self.find(&asked));
        let Some((index, exchange)) = found.and_then(|index| Some((index, self.exchanges.get(index)?))) else {
            return Err(failed(ErrorKind::Connect, "no exchange of the case answers this request"));
        };
        let outcome = match &self.variation {
            Some(variation) if variation.concerns(index) => variation.of(&exchange.outcome),
            _ => exchange.outcome.clone(),
        };
        match outcome {
            Outcome::Error(kind) => Err(failed(kind, "as the exchange says")),
            Outcome::Reply { reply, delay } => {
                tokio::time::sleep(delay).await;
                Ok(reply)
            }
        }
    }
}

fn failed(kind: ErrorKind, message: &str) -> EgressError {
    let code = crate::exchange::ERROR_KINDS.iter().find(|(_, known)| *known == kind).map_or("other", |(name, _)| name);
    EgressError::new(kind, code, message)
}
