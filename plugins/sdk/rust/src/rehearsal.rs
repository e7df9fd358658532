//! A host for tests and benchmarks on the developer's own machine: replies come from a closure, pushes are kept.
//!
//! Not here: any enforcement; the real host refuses what this one lets through.
//! Invariant: what is kept is exactly what was pushed, in order.

use std::collections::BTreeMap;

use crate::{
    Query,
    host::{Entries, Host},
    http, log,
    types::SectionStatus,
};

/// A host whose upstream is a closure.
pub struct Rehearsal<F> {
    answer: F,
    /// Settings of the source.
    pub settings: BTreeMap<String, String>,
    /// Every request sent, in order.
    pub requests: Vec<http::Request>,
    /// Everything pushed, in order.
    pub pushed: Vec<Entries>,
    /// Every status, in order.
    pub statuses: Vec<(String, SectionStatus)>,
    /// Every log line.
    pub lines: Vec<String>,
}

impl<F: FnMut(&http::Request) -> Result<http::Response, http::Error>> Rehearsal<F> {
    /// A host whose upstream answers with this closure.
    pub fn new(answer: F) -> Self {
        Self {
            answer,
            settings: BTreeMap::new(),
            requests: Vec::new(),
            pushed: Vec::new(),
            statuses: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Sets a setting.
    #[must_use]
    pub fn with_setting(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.into(), value.into());
        self
    }

    /// The status of a section; none when it got none or several.
    pub fn status_of(&self, section: &str) -> Option<&SectionStatus> {
        let mut of_section = self.statuses.iter().filter(|(name, _)| name == section).map(|(_, status)| status);
        match (of_section.next(), of_section.next()) {
            (Some(status), None) => Some(status),
            _ => None,
        }
    }
}

impl<F: FnMut(&http::Request) -> Result<http::Response, http::Error>> Host for Rehearsal<F> {
    fn send(&mut self, request: &http::Request) -> Result<http::Response, http::Error> {
        self.requests.push(request.clone());
        (self.answer)(request)
    }

    fn send_all(&mut self, requests: &[http::Request]) -> Vec<Result<http::Response, http::Error>> {
        requests.iter().map(|request| self.send(request)).collect()
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).filter(|value| !value.trim().is_empty()).cloned()
    }

    fn hmac_sha256(&mut self, slot: &str, _data: &[u8]) -> Result<Vec<u8>, String> {
        Err(format!("slot {slot} holds no secret in a rehearsal"))
    }

    fn log(&mut self, _level: log::Level, message: &str) {
        self.lines.push(message.to_owned());
    }

    fn push(&mut self, entries: Entries) {
        self.pushed.push(entries);
    }

    fn status(&mut self, section: &str, status: &SectionStatus) {
        self.statuses.push((section.to_owned(), status.clone()));
    }
}

/// A query for one identifier and these sections, at a fixed moment.
pub fn query(system: &str, value: &str, sections: &[&str]) -> Query {
    Query {
        identifiers: vec![crate::types::Identifier { system: system.into(), value: value.into() }],
        sections: sections.iter().map(|&section| section.to_owned()).collect(),
        since: None,
        now: "2026-11-21T12:00:00+01:00".into(),
        language: "sv".into(),
        budget_ms: 5000,
        viewer: None,
        extensions: Vec::new(),
    }
}

/// A reply with this status and body.
pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Result<http::Response, http::Error> {
    Ok(http::Response { status, headers: Vec::new(), body: body.into() })
}
