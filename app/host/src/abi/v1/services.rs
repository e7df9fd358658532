//! What a guest may call: network, log, settings, keys. Each bounded, none with a secret.

use std::{sync::Arc, time::Instant};

use super::bindings::samsyn::adapter::{http, keys, log, settings, types};
use crate::{
    call::{Call, Network},
    egress::{CallBudget, EgressError, ErrorKind, Outgoing, Reply, Target},
    journal::{Exchange, Journal, LogLevel},
    witness::Witness,
};

type Answered = Result<http::Response, http::Error>;

impl http::Host for Call {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Answered> {
        let started = Instant::now();
        let outcome = send_one(self.network.clone(), self.witness.clone(), request).await;
        self.cpu.waited_since(started);
        Ok(account(&mut self.record.lock().journal, outcome))
    }

    async fn send_all(&mut self, mut requests: Vec<http::Request>) -> wasmtime::Result<Vec<Answered>> {
        let started = Instant::now();
        // What no budget could cover is refused here, rather than prepared by the ten thousand.
        let limits = &self.limits.egress;
        let most = usize::try_from(limits.requests).unwrap_or(usize::MAX);
        let surplus = requests.len().saturating_sub(most);
        requests.truncate(most);
        let refused = std::iter::repeat_with(|| Err(CallBudget::too_many(limits))).take(surplus);
        let all = requests.into_iter().map(|request| send_one(self.network.clone(), self.witness.clone(), request));
        let outcomes = futures::future::join_all(all).await;
        self.cpu.waited_since(started);
        let mut record = self.record.lock();
        Ok(outcomes.into_iter().chain(refused).map(|outcome| account(&mut record.journal, outcome)).collect())
    }
}

async fn send_one(
    network: Option<Network>,
    witness: Option<Arc<dyn Witness>>,
    request: http::Request,
) -> Result<Reply, EgressError> {
    let Some(Network { egress, budget }) = network else {
        return Err(EgressError::new(ErrorKind::Denied, "no-network", "there is no network during admission"));
    };
    let outgoing = Outgoing {
        method: match request.method {
            http::Method::Get => ::http::Method::GET,
            http::Method::Head => ::http::Method::HEAD,
            http::Method::Post => ::http::Method::POST,
            http::Method::Put => ::http::Method::PUT,
            http::Method::Patch => ::http::Method::PATCH,
            http::Method::Delete => ::http::Method::DELETE,
        },
        target: match request.target {
            http::Target::Path(path) => Target::Path(path),
            http::Target::Link(link) => Target::Link(link),
        },
        headers: request.headers.into_iter().map(|header| (header.name, header.value)).collect(),
        body: request.body,
        credential: request.credential,
    };
    let Some(witness) = witness else { return Box::pin(egress.send(&request.origin, outgoing, &budget)).await };
    let outcome = Box::pin(egress.send(&request.origin, outgoing.clone(), &budget)).await;
    witness.exchanged(&request.origin, &outgoing, outcome.as_ref());
    outcome
}

/// Writes a request down and turns its outcome into the contract's types.
fn account(journal: &mut Journal, outcome: Result<Reply, EgressError>) -> Answered {
    match outcome {
        Ok(reply) => {
            journal.exchange(Exchange::Reply(reply.status), reply.body.len());
            Ok(http::Response {
                status: reply.status,
                headers: reply.headers.into_iter().map(|(name, value)| http::Header { name, value }).collect(),
                body: reply.body,
            })
        }
        Err(error) => {
            journal.exchange(Exchange::Error(error.kind), 0);
            journal.reason("request", format!("{}: {}", error.code, error.message));
            Err(http::Error { kind: written(error.kind), code: error.code.to_owned(), message: error.message })
        }
    }
}

const fn written(kind: ErrorKind) -> http::ErrorKind {
    match kind {
        ErrorKind::Denied => http::ErrorKind::Denied,
        ErrorKind::InvalidRequest => http::ErrorKind::InvalidRequest,
        ErrorKind::Credential => http::ErrorKind::Credential,
        ErrorKind::Dns => http::ErrorKind::Dns,
        ErrorKind::Connect => http::ErrorKind::Connect,
        ErrorKind::Tls => http::ErrorKind::Tls,
        ErrorKind::Timeout => http::ErrorKind::Timeout,
        ErrorKind::Deadline => http::ErrorKind::Deadline,
        ErrorKind::TooLarge => http::ErrorKind::TooLarge,
        ErrorKind::Protocol => http::ErrorKind::Protocol,
        ErrorKind::Busy => http::ErrorKind::Busy,
        ErrorKind::Other => http::ErrorKind::Other,
    }
}

impl log::Host for Call {
    fn log(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Trace => LogLevel::Trace,
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        if let Some(witness) = &self.witness {
            witness.logged(level, &message);
        }
        let started = Instant::now();
        self.record.lock().journal.log(level, message);
        self.cpu.worked_since(started);
        Ok(())
    }
}

impl settings::Host for Call {
    fn get(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        Ok(self.settings.get(&key).cloned())
    }
}

impl keys::Host for Call {
    fn hmac_sha256(&mut self, slot: String, data: Vec<u8>) -> wasmtime::Result<Result<Vec<u8>, String>> {
        let started = Instant::now();
        let answer = match &self.network {
            Some(network) => Arc::clone(&network.egress).hmac_sha256(&slot, &data),
            None => Err("there are no keys during admission".to_owned()),
        };
        self.cpu.worked_since(started);
        Ok(answer)
    }
}

impl types::Host for Call {}
