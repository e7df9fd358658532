//! Requests to a FHIR server: building, sending within the budget, reading replies and errors.
//!
//! Not here: which searches ([`crate::lookup`]), what resources mean. Invariant: every page that was promised and not read is
//! reported; a link that repeats ends the paging.

use std::collections::BTreeSet;

use samsyn_adapter::{Call, Host, Language, Problem, http, request, types::FailureKind};
use serde_json::Value;

use crate::{
    node::Node,
    pool::{Page, Pool},
};

/// The one origin of the manifest.
const ORIGIN: &str = "api";
/// The one credential slot of the manifest.
const SLOT: &str = "token";
/// The host allows 40 requests per lookup, those for a token included.
const REQUESTS_MAX: usize = 36;

/// A FHIR server seen through the host, with the resources it has given so far.
#[derive(Debug)]
pub struct Server {
    /// Everything read.
    pub pool: Pool,
    language: Language,
    credential: bool,
    left: usize,
}

/// What became of one search.
#[derive(Debug, Default)]
pub struct Outcome {
    /// At least the first page was read.
    pub read: bool,
    /// What went wrong, if anything: the first failure.
    pub problem: Option<Problem>,
}

/// A search in progress.
struct Paging {
    at: usize,
    request: http::Request,
}

impl Server {
    /// A server nothing has been asked of yet.
    pub fn new(language: Language, credential: bool) -> Self {
        Self { pool: Pool::default(), language, credential, left: REQUESTS_MAX }
    }

    /// Requests that may still be sent.
    pub const fn left(&self) -> usize {
        self.left
    }

    /// Runs searches side by side, each to its last page or to `max_pages`.
    pub fn search_all(&mut self, host: &mut impl Host, searches: &[http::Request], max_pages: usize) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = searches.iter().map(|_| Outcome::default()).collect();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<Paging> =
            searches.iter().enumerate().map(|(at, request)| Paging { at, request: request.clone() }).collect();
        for _ in 0..max_pages {
            if open.is_empty() {
                return outcomes;
            }
            let beyond = open.split_off(self.left.min(open.len()));
            self.stop(&beyond, &mut outcomes);
            let requests: Vec<http::Request> = open.iter().map(|paging| paging.request.clone()).collect();
            self.left -= requests.len();
            let replies = host.send_all(&requests);
            let mut next = Vec::new();
            for (paging, reply) in open.iter().zip(replies) {
                let Some(outcome) = outcomes.get_mut(paging.at) else { continue };
                let link = self.take(reply, outcome);
                next.extend(link.and_then(|link| self.onward(paging.at, link, &mut seen, outcome)));
            }
            open = next;
        }
        self.stop(&open, &mut outcomes);
        outcomes
    }

    /// Reads single resources side by side; those that do not exist are no problem.
    pub fn read_all(&mut self, host: &mut impl Host, addresses: &[String]) -> Vec<Outcome> {
        let paths = addresses.iter().take(self.left).map(|address| self.get(&format!("/{address}")));
        let requests: Vec<http::Request> = paths.collect();
        self.left -= requests.len();
        let replies = if requests.is_empty() { Vec::new() } else { host.send_all(&requests) };
        let mut outcomes: Vec<Outcome> = Vec::new();
        for reply in replies {
            let mut outcome = Outcome::default();
            match reply {
                Ok(response) if matches!(response.status, 404 | 410) => outcome.read = true,
                other => drop(self.take(other, &mut outcome)),
            }
            outcomes.push(outcome);
        }
        outcomes.resize_with(addresses.len(), || Outcome { read: false, problem: Some(self.unfinished()) });
        outcomes
    }

    /// Puts a reply into the pool; gives the address of the next page.
    fn take(&mut self, reply: Result<http::Response, http::Error>, outcome: &mut Outcome) -> Option<String> {
        match self.parse(reply) {
            Err(problem) => {
                outcome.problem.get_or_insert(problem);
                None
            }
            Ok(page) => {
                outcome.read = true;
                if page.warned || page.unreadable > 0 {
                    let text = self
                        .language
                        .text("en del av svaret gick inte att läsa", "part of the reply could not be read");
                    outcome.problem.get_or_insert(Problem::new(
                        FailureKind::UpstreamMalformed,
                        "reply-incomplete",
                        text,
                    ));
                }
                page.next
            }
        }
    }

    /// Puts one reply into the pool.
    ///
    /// # Errors
    /// What the server or the host says went wrong.
    pub fn parse(&mut self, reply: Result<http::Response, http::Error>) -> Result<Page, Problem> {
        let response = reply.map_err(|error| Problem::of_error(self.language, &error))?;
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        let outcome = body.as_ref().filter(|body| Node::of(body).get("resourceType").is("OperationOutcome"));
        if !(200..300).contains(&response.status) || outcome.is_some() {
            return Err(refusal(self.language, &response, outcome));
        }
        let body = body.filter(|body| Node::of(body).get("resourceType").exists());
        let body =
            body.ok_or_else(|| Problem::malformed(self.language, "not-fhir", "the reply is no FHIR resource"))?;
        Ok(self.pool.add_reply(body))
    }

    /// Sends one request.
    ///
    /// # Errors
    /// See [`Self::parse`].
    pub fn exchange(&mut self, host: &mut impl Host, request: &http::Request) -> Result<Page, Problem> {
        self.left = self.left.saturating_sub(1);
        let reply = host.send(request);
        self.parse(reply)
    }

    fn onward(&self, at: usize, link: String, seen: &mut BTreeSet<String>, outcome: &mut Outcome) -> Option<Paging> {
        if seen.insert(link.clone()) {
            return Some(Paging { at, request: call(Call::follow(ORIGIN, link), self.credential) });
        }
        outcome.problem.get_or_insert(self.unfinished());
        None
    }

    fn stop(&self, open: &[Paging], outcomes: &mut [Outcome]) {
        for paging in open {
            if let Some(outcome) = outcomes.get_mut(paging.at) {
                outcome.problem.get_or_insert(self.unfinished());
            }
        }
    }

    fn unfinished(&self) -> Problem {
        let text =
            self.language.text("svaret är längre än vad som hann läsas", "the answer is longer than could be read");
        Problem::new(FailureKind::Other, "unfinished", text)
    }

    /// `GET` a path.
    pub fn get(&self, path: &str) -> http::Request {
        call(Call::get(ORIGIN, path), self.credential)
    }

    /// A search, as a form body or in the address.
    pub fn search(&self, kind: &str, parameters: &[(&str, &str)], post: bool) -> http::Request {
        if post {
            call(Call::post(ORIGIN, format!("/{kind}/_search")).form(parameters), self.credential)
        } else {
            call(Call::get(ORIGIN, format!("/{kind}?{}", request::form(parameters))), self.credential)
        }
    }
}

fn call(call: Call, credential: bool) -> http::Request {
    let call = call.header("accept", "application/fhir+json");
    if credential { call.credential(SLOT).build() } else { call.build() }
}

/// A refusal, with what an `OperationOutcome` says: its code to the administrator, its words to the clinician.
fn refusal(language: Language, response: &http::Response, outcome: Option<&Value>) -> Problem {
    let mut problem = Problem::of_status(language, response);
    let issue = outcome.map_or(Node::empty(), |outcome| Node::of(outcome).get("issue").first());
    problem.failure.message = format!("HTTP {}", response.status);
    // Only what looks like a code is repeated to the administrator: a server may write anything there.
    let is_code = |code: &&str| code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if let Some(code) = issue.get("code").str().filter(is_code) {
        problem.failure.message = format!("HTTP {}, OperationOutcome {code}", response.status);
        problem.failure.code = format!("outcome-{code}");
    }
    if let Some(words) = issue.get("details").get("text").str() {
        let short: String = words.chars().take(200).collect();
        problem.text = format!("{}: {short}", problem.text);
    }
    problem
}
