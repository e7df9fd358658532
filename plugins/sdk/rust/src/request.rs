//! Building requests and reading replies without ceremony.
//!
//! Not here: sending (that is [`crate::host::Host`]); what a reply means.
//! Invariant: a value put into a form or a path is always encoded; a reply that is not 2xx is a [`Problem`].

use crate::{
    http::{self, Header, Method, Target},
    language::Language,
    types::{Failure, FailureKind},
};

/// Builds one [`http::Request`].
#[derive(Debug, Clone)]
pub struct Call(http::Request);

impl Call {
    fn new(origin: &str, method: Method, target: Target) -> Self {
        Self(http::Request { origin: origin.into(), method, target, headers: Vec::new(), body: None, credential: None })
    }

    /// GET a path below the origin's base URL. Encode variable parts with [`encode`].
    pub fn get(origin: &str, path: impl Into<String>) -> Self {
        Self::new(origin, Method::Get, Target::Path(path.into()))
    }

    /// POST to a path below the origin's base URL.
    pub fn post(origin: &str, path: impl Into<String>) -> Self {
        Self::new(origin, Method::Post, Target::Path(path.into()))
    }

    /// GET an absolute URL taken from a reply of the same origin.
    pub fn follow(origin: &str, link: impl Into<String>) -> Self {
        Self::new(origin, Method::Get, Target::Link(link.into()))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// Sets the body and its type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.0.body = Some(body.into());
        self.header("content-type", content_type)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sets an `application/x-www-form-urlencoded` body.
    #[must_use]
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let body = form(pairs);
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Lets the host apply a credential slot.
    #[must_use]
    pub fn credential(mut self, slot: &str) -> Self {
        self.0.credential = Some(slot.into());
        self
    }

    /// The request.
    pub fn build(self) -> http::Request {
        self.0
    }
}

/// `a=1&b=2`, encoded.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    encoded.collect::<Vec<_>>().join("&")
}

/// Percent-encodes everything but unreserved characters. Do not use for a path segment that may hold `/`: the host refuses it.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                encoded.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    encoded
}

/// The host's code of a whole reply in an encoding that nobody asked for.
const CONTENT_ENCODING: &str = "content-encoding";

/// Why an exchange gave nothing usable: words for the clinician and a failure for the administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// For the clinician, in the language of the lookup, e.g. `källan svarade inte i tid`.
    pub text: String,
    /// For the administrator and the metrics.
    pub failure: Failure,
    /// The reply's status, when there was a reply and its status is what was wrong.
    pub status: Option<u16>,
}

/// `?` on a problem where the whole lookup fails.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        problem.failure
    }
}

impl Problem {
    /// A problem with a stable code and a text for the clinician; the administrator gets the same text.
    pub fn new(kind: FailureKind, code: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { failure: Failure::new(kind, code, text.clone()), text, status: None }
    }

    /// The reply could not be understood. `what` names the place, never the content.
    pub fn malformed(language: Language, code: &str, what: impl Into<String>) -> Self {
        let text = language.text("källans svar gick inte att läsa", "the reply could not be read");
        let mut problem = Self::new(FailureKind::UpstreamMalformed, code, text);
        problem.failure.message = what.into();
        problem
    }

    /// The host could not make the exchange.
    pub fn of_error(language: Language, error: &http::Error) -> Self {
        use http::ErrorKind as Kind;
        let (kind, text) = match error.kind {
            Kind::Timeout | Kind::Deadline => (
                FailureKind::UpstreamUnavailable,
                language.text("källan svarade inte i tid", "the source did not answer in time"),
            ),
            Kind::Dns | Kind::Connect | Kind::Tls | Kind::Busy => (
                FailureKind::UpstreamUnavailable,
                language.text("källan kunde inte nås", "the source could not be reached"),
            ),
            Kind::Denied | Kind::InvalidRequest | Kind::Credential => (
                FailureKind::NotConfigured,
                language.text(
                    "anslutningen till källan är inte rätt inställd",
                    "the connection to the source is not set up",
                ),
            ),
            // Cut off mid-reply, or nobody there who speaks HTTP: nothing came that could be called malformed.
            Kind::Protocol if error.code != CONTENT_ENCODING => (
                FailureKind::UpstreamUnavailable,
                language.text("förbindelsen med källan bröts", "the connection to the source broke"),
            ),
            Kind::TooLarge | Kind::Protocol => (
                FailureKind::UpstreamMalformed,
                language.text("källans svar gick inte att läsa", "the reply could not be read"),
            ),
            Kind::Other => {
                (FailureKind::Other, language.text("källan kunde inte läsas", "the source could not be read"))
            }
        };
        let mut problem = Self::new(kind, &error.code, text);
        problem.failure.message.clone_from(&error.message);
        problem
    }

    /// The source replied with a status that is no success.
    pub fn of_status(language: Language, response: &http::Response) -> Self {
        let status = response.status;
        let (kind, text) = match status {
            429 => {
                (FailureKind::UpstreamUnavailable, language.text("källan är överbelastad", "the source is overloaded"))
            }
            400..=499 => (
                FailureKind::UpstreamRejected,
                language.text("källan nekade frågan", "the source refused the question"),
            ),
            500..=599 => (
                FailureKind::UpstreamUnavailable,
                language.text("fel i källan", "the source reported an error of its own"),
            ),
            _ => (
                FailureKind::UpstreamMalformed,
                language.text("källan gav ett oväntat svar", "the source replied unexpectedly"),
            ),
        };
        let mut problem = Self::new(kind, &format!("http-{status}"), text);
        problem.status = Some(status);
        problem.failure.retry_after_ms = header(response, "retry-after")
            .and_then(|value| value.trim().parse::<u32>().ok())
            .map(|seconds| seconds.saturating_mul(1000));
        problem
    }
}

/// A header of a reply, by name in any case.
pub fn header<'r>(response: &'r http::Response, name: &str) -> Option<&'r str> {
    response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
}

/// The reply when it is a success, otherwise what went wrong.
pub fn success(language: Language, result: Result<http::Response, http::Error>) -> Result<http::Response, Problem> {
    match result {
        Err(error) => Err(Problem::of_error(language, &error)),
        Ok(response) if (200..300).contains(&response.status) => Ok(response),
        Ok(response) => Err(Problem::of_status(language, &response)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_a_form_cannot_break_out_of_it() {
        assert_eq!(form(&[("identifier", "urn:oid:1.2|å&b=c")]), "identifier=urn%3Aoid%3A1.2%7C%C3%A5%26b%3Dc");
    }

    #[test]
    fn a_broken_connection_is_an_unavailable_source_and_an_unreadable_reply_is_malformed() {
        use http::ErrorKind as Kind;
        for (kind, code, expected) in [
            (Kind::Protocol, "cut-off", FailureKind::UpstreamUnavailable),
            (Kind::Protocol, "protocol", FailureKind::UpstreamUnavailable),
            (Kind::Connect, "connect", FailureKind::UpstreamUnavailable),
            (Kind::Protocol, "content-encoding", FailureKind::UpstreamMalformed),
            (Kind::TooLarge, "reply-too-large", FailureKind::UpstreamMalformed),
        ] {
            let error = http::Error { kind, code: code.into(), message: String::new() };
            let problem = success(Language::Swedish, Err(error)).unwrap_err();
            assert_eq!((problem.failure.kind, problem.failure.code.as_str()), (expected, code));
        }
    }

    #[test]
    fn a_source_that_asks_to_be_left_alone_is_heard() {
        let headers = vec![Header { name: "Retry-After".into(), value: "7".into() }];
        let response = http::Response { status: 429, headers, body: Vec::new() };
        let problem = success(Language::Swedish, Ok(response)).unwrap_err();
        assert_eq!(problem.failure.retry_after_ms, Some(7000));
        assert_eq!(problem.failure.kind, FailureKind::UpstreamUnavailable);
    }
}
