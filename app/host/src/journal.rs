//! What happened during one lookup: log lines, requests, broken rules. For the administrator, without patient data.
//!
//! Texts that come from the guest are bounded and redacted on the way in. Not here: entries and statuses (`collected`).
//! Invariant: nothing grows beyond its limit, however much the guest writes.

use samsyn_domain::{section::Section, state::Unanswered};
use serde::Serialize;

use crate::{
    egress::ErrorKind,
    limits::Limits,
    text::{cut, redact},
};

/// Broken rules kept by name; further ones are only counted.
const NOTES_MAX: usize = 50;
/// Length of a text the guest gives as reason.
const REASON_MAX_BYTES: usize = 1024;

/// Severity of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the usual five")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// A line the adapter logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// How bad.
    pub level: LogLevel,
    /// Cut and redacted.
    pub text: String,
}

/// How one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// A reply with this status.
    Reply(u16),
    /// No reply.
    Error(ErrorKind),
}

impl Exchange {
    /// Whether the source itself said something of the patient: a reply that is no refusal and no failure of a server. 404 does:
    /// many sources say with it that they do not know somebody.
    const fn says_something(self) -> bool {
        matches!(self, Self::Reply(0..=400 | 402 | 404..=406 | 409..=428 | 430..=499))
    }

    /// What the portal says of a source whose request ended like this; none when it ended well.
    const fn problem(self) -> Option<Unanswered> {
        match self {
            Self::Reply(429) => Some(Unanswered::Overloaded),
            Self::Reply(400..=599) => Some(Unanswered::Refused),
            Self::Reply(_) => None,
            Self::Error(kind) => Some(match kind {
                ErrorKind::Timeout | ErrorKind::Deadline => Unanswered::Timeout,
                ErrorKind::Credential => Unanswered::Credential,
                // Cut off mid-reply is a broken connection; what came is not judged.
                ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Protocol | ErrorKind::Other => {
                    Unanswered::Down
                }
                ErrorKind::TooLarge => Unanswered::Malformed,
                ErrorKind::Busy => Unanswered::Overloaded,
                ErrorKind::Denied | ErrorKind::InvalidRequest => Unanswered::AdapterFault,
            }),
        }
    }
}

/// The running account of one lookup.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    pub log: Vec<LogLine>,
    pub log_dropped: usize,
    pub requests: usize,
    pub requests_failed: usize,
    pub reply_bytes: usize,
    pub notes: Vec<String>,
    pub notes_dropped: usize,
    last: Option<Exchange>,
    last_failed: Option<Exchange>,
    heard: bool,
    lines_max: usize,
    line_max_bytes: usize,
}

impl Journal {
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self {
            log: Vec::new(),
            log_dropped: 0,
            requests: 0,
            requests_failed: 0,
            reply_bytes: 0,
            notes: Vec::new(),
            notes_dropped: 0,
            last: None,
            last_failed: None,
            heard: false,
            lines_max: limits.log_lines_max,
            line_max_bytes: limits.log_line_max_bytes,
        }
    }

    /// A line of the guest's log.
    pub(crate) fn log(&mut self, level: LogLevel, text: String) {
        if self.log.len() < self.lines_max {
            self.log.push(LogLine { level, text: redact(&cut(text, self.line_max_bytes)) });
        } else {
            self.log_dropped += 1;
        }
    }

    /// One request and how it ended.
    pub(crate) const fn exchange(&mut self, exchange: Exchange, reply_bytes: usize) {
        self.requests += 1;
        self.reply_bytes += reply_bytes;
        self.last = Some(exchange);
        self.heard |= exchange.says_something();
        if exchange.problem().is_some() {
            self.requests_failed += 1;
            self.last_failed = Some(exchange);
        }
    }

    /// A rule of the contract that was broken, or a reason the adapter gave.
    pub(crate) fn note(&mut self, text: String) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(text);
        } else {
            self.notes_dropped += 1;
        }
    }

    /// A reason in the adapter's own words, beside what it is about.
    pub(crate) fn reason(&mut self, about: &str, text: String) {
        if self.notes.len() >= NOTES_MAX {
            self.notes_dropped += 1;
            return;
        }
        let text = redact(&cut(text, REASON_MAX_BYTES));
        self.note(format!("{about}: {text}"));
    }

    /// An entry that broke a rule. Names the field, never its content.
    pub(crate) fn invalid(&mut self, section: Option<Section>, field: &str, why: &str) {
        let section = section.map_or("person", Section::name);
        self.note(format!("{section}: an entry is not shown, `{field}` {why}"));
    }

    /// What is behind the last request that failed; none while every request ended well.
    pub(crate) fn last_problem(&self) -> Option<Unanswered> {
        self.last_failed.and_then(Exchange::problem)
    }

    /// What is behind a section that the adapter calls unavailable: the request that failed; where every one ended well, a reply that could
    /// not be read.
    pub(crate) fn unread(&self) -> Unanswered {
        self.last_problem().unwrap_or(if self.heard { Unanswered::Malformed } else { Unanswered::Down })
    }

    /// What is behind the failure when the source was asked and nothing came back that could say that there is nothing.
    pub(crate) fn silence(&self) -> Option<Unanswered> {
        if self.heard { None } else { self.last_problem() }
    }

    /// What is behind the very last request, when it failed.
    pub(crate) fn current_problem(&self) -> Option<Unanswered> {
        self.last.and_then(Exchange::problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_flood_is_counted_and_not_kept() {
        let limits = Limits { log_lines_max: 2, log_line_max_bytes: 64, ..Limits::default() };
        let mut journal = Journal::new(&limits);
        for _ in 0..5 {
            journal.log(LogLevel::Info, "x".repeat(1_000));
        }
        assert_eq!((journal.log.len(), journal.log_dropped), (2, 3));
        assert_eq!(journal.log[0].text.len(), 64);
    }

    #[test]
    fn only_a_reply_about_the_patient_breaks_the_silence() {
        let after = |exchanges: &[Exchange]| {
            let mut journal = Journal::new(&Limits::default());
            for exchange in exchanges {
                journal.exchange(*exchange, 0);
            }
            journal.silence()
        };
        assert_eq!(after(&[]), None, "nobody was asked");
        assert_eq!(after(&[Exchange::Error(ErrorKind::Timeout)]), Some(Unanswered::Timeout));
        for status in [401, 403, 407, 408, 429, 500, 503, 599] {
            assert!(after(&[Exchange::Reply(status)]).is_some(), "{status}");
        }
        for status in [200, 204, 302, 400, 404, 410, 422] {
            assert_eq!(after(&[Exchange::Error(ErrorKind::Dns), Exchange::Reply(status)]), None, "{status}");
        }
    }

    #[test]
    fn the_last_failure_is_remembered_past_later_successes() {
        let mut journal = Journal::new(&Limits::default());
        assert_eq!(journal.last_problem(), None);
        journal.exchange(Exchange::Error(ErrorKind::Timeout), 0);
        journal.exchange(Exchange::Reply(200), 10);
        assert_eq!(journal.last_problem(), Some(Unanswered::Timeout));
        assert_eq!(journal.current_problem(), None);
        journal.exchange(Exchange::Reply(429), 0);
        assert_eq!(journal.current_problem(), Some(Unanswered::Overloaded));
        assert_eq!((journal.requests, journal.requests_failed, journal.reply_bytes), (3, 2, 10));
    }
}
