//! What an administrator granted one adapter: an alias bound to a base URL, with everything that may differ per origin.
//!
//! Not here: the matching of a request against it (`path`, `header`, `address`). Invariant: a [`Grant`] that passed
//! [`Grant::validate`] names exactly one scheme, host, port and base path, and can open nothing the rooms forbid.
//! To add a field: make its absence mean the stricter choice.

use http::Method;
use ipnet::IpNet;
use url::Url;

use super::{EgressError, header};

/// One origin a source's adapter may reach.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The manifest's name for it, e.g. `api`.
    pub alias: String,
    /// Scheme, host, port and base path; no user, query or fragment.
    pub base_url: Url,
    /// Permitted verbs.
    pub methods: Vec<Method>,
    /// Where the name may lead.
    pub address_ranges: AddressRule,
    /// Demo and test configuration only: this machine may be reached.
    pub allow_loopback: bool,
    /// Unencrypted, only together with `allow_loopback` and then only to this machine.
    pub allow_http: bool,
    /// The only issuers trusted for this origin, instead of the machine's.
    pub ca_pem: Option<String>,
    /// Header names beyond the general allow-list.
    pub extra_headers: Vec<String>,
    /// Only the host itself uses it, for tokens; an adapter that names it is denied.
    pub host_only: bool,
}

/// Which addresses a granted name may lead to. Some are never permitted, see [`super::address`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressRule {
    /// Globally reachable addresses, no private ones.
    Public,
    /// Only these ranges, private ones included.
    Ranges(Vec<IpNet>),
}

/// A grant, credential or limit that cannot be used. Shown to the administrator at start and by the check command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Two grants have one alias.
    #[error("origin `{alias}` is granted twice")]
    AliasTwice {
        /// The alias.
        alias: String,
    },
    /// The grant contradicts a rule.
    #[error("origin `{alias}`: {rule}")]
    Grant {
        /// The alias.
        alias: String,
        /// What to change.
        rule: String,
    },
    /// The slot contradicts a rule or cannot be read.
    #[error("credential slot `{slot}`: {rule}")]
    Slot {
        /// The slot's name.
        slot: String,
        /// What to change.
        rule: String,
    },
    /// A limit is out of bounds.
    #[error("limits: {0}")]
    Limits(String),
}

impl Grant {
    /// A grant of GET and HEAD to public addresses, with everything else at its strictest.
    pub fn read_only(alias: impl Into<String>, base_url: Url) -> Self {
        Self {
            alias: alias.into(),
            base_url,
            methods: vec![Method::GET, Method::HEAD],
            address_ranges: AddressRule::Public,
            allow_loopback: false,
            allow_http: false,
            ca_pem: None,
            extra_headers: Vec::new(),
            host_only: false,
        }
    }

    /// Refuses contradictions before anything is sent.
    pub fn validate(&self) -> Result<(), GrantError> {
        self.broken_rule().map_or(Ok(()), |rule| Err(self.error(rule)))
    }

    pub(crate) fn error(&self, rule: impl Into<String>) -> GrantError {
        GrantError::Grant { alias: self.alias.clone(), rule: rule.into() }
    }

    fn broken_rule(&self) -> Option<String> {
        let plain = |text: &str| Some(text.to_owned());
        if self.alias.is_empty() || !self.alias.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return plain("the alias must be letters, digits, `-` and `_`");
        }
        if self.allow_http && !self.allow_loopback {
            return plain("allow_http is only possible together with allow_loopback");
        }
        if let AddressRule::Ranges(ranges) = &self.address_ranges
            && ranges.is_empty()
            && !self.allow_loopback
        {
            return plain("address_ranges is empty, so nothing could be reached");
        }
        if let Some(method) = self.methods.iter().find(|method| !KNOWN_METHODS.contains(method)) {
            return Some(format!("the method {method} cannot be granted"));
        }
        if let Some(name) = self.extra_headers.iter().find(|name| !header::may_be_granted(name)) {
            return Some(format!("the header `{name}` cannot be granted; the host writes it or forbids it"));
        }
        self.broken_url_rule()
    }

    fn broken_url_rule(&self) -> Option<String> {
        let url = &self.base_url;
        let rule = match url.scheme() {
            "https" => None,
            "http" if self.allow_http => None,
            "http" => Some("base_url must be https"),
            _ => Some("base_url must begin with https://"),
        };
        let rule = rule.or_else(|| (url.host().is_none()).then_some("base_url has no host"));
        let rule = rule.or_else(|| {
            (!url.username().is_empty() || url.password().is_some())
                .then_some("base_url must not hold a user or password; use a credential slot")
        });
        let rule = rule.or_else(|| {
            (url.query().is_some() || url.fragment().is_some()).then_some("base_url must not hold a query or fragment")
        });
        let rule = rule.or_else(|| {
            url.host_str().is_some_and(|host| host.ends_with('.')).then_some("the host must not end with a dot")
        });
        let rule = rule.or_else(|| (url.port() == Some(0)).then_some("port 0 cannot be reached"));
        let rule = rule.or_else(|| super::path::broken_rule(url.path()).map(|rule| rule.text));
        rule.map(str::to_owned)
    }

    pub(crate) fn permit_method(&self, method: &Method) -> Result<(), EgressError> {
        if self.methods.contains(method) {
            return Ok(());
        }
        let shown = if KNOWN_METHODS.contains(method) { method.as_str() } else { "this method" };
        Err(EgressError::denied(
            "method",
            format!("{shown} is not granted for origin `{}`; add it to the grant's methods", self.alias),
        ))
    }
}

/// The contract's verbs. CONNECT, TRACE, OPTIONS and invented ones cannot be granted.
const KNOWN_METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(base: &str) -> Grant {
        Grant::read_only("api", Url::parse(base).unwrap())
    }

    #[test]
    fn a_grant_must_be_https_unless_it_is_for_this_machine() {
        assert!(grant("https://h.example/fhir").validate().is_ok());
        assert!(grant("http://h.example/fhir").validate().is_err());
        let http_only = Grant { allow_http: true, ..grant("http://127.0.0.1:1/") };
        assert!(http_only.validate().is_err(), "allow_http without allow_loopback");
        assert!(Grant { allow_loopback: true, ..http_only }.validate().is_ok());
    }

    #[test]
    fn contradictions_in_the_base_url_are_refused() {
        for base in [
            "https://user@h.example/",
            "https://user:word@h.example/",
            "https://h.example/?a=1",
            "https://h.example/#a",
            "https://h.example./",
            "https://h.example:0/",
            "https://h.example/a%2fb",
            "https://h.example//a",
            "ftp://h.example/",
            "file:///etc/passwd",
            "unix:/run/docker.sock",
        ] {
            assert!(grant(base).validate().is_err(), "{base}");
        }
    }

    #[test]
    fn no_grant_can_open_a_verb_or_header_the_host_keeps_for_itself() {
        for method in [Method::CONNECT, Method::TRACE, Method::OPTIONS, Method::from_bytes(b"PURGE").unwrap()] {
            let odd = Grant { methods: vec![method.clone()], ..grant("https://h.example/") };
            assert!(odd.validate().is_err(), "{method}");
        }
        for name in ["Authorization", "host", "Content-Length", "cookie", "proxy-anything", "te", "a b"] {
            let odd = Grant { extra_headers: vec![name.to_owned()], ..grant("https://h.example/") };
            assert!(odd.validate().is_err(), "{name}");
        }
        let fine = Grant { extra_headers: vec!["Ocp-Apim-Trace".to_owned()], ..grant("https://h.example/") };
        assert!(fine.validate().is_ok());
    }

    #[test]
    fn an_empty_list_of_ranges_is_refused_because_it_could_reach_nothing() {
        let odd = Grant { address_ranges: AddressRule::Ranges(vec![]), ..grant("https://h.example/") };
        assert!(odd.validate().unwrap_err().to_string().contains("address_ranges"));
    }
}
