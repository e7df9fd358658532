//! From an error of the HTTP client to the contract's kinds.
//!
//! Invariant: the text is written here. An error of a library may hold an address, a URL or a header and is never
//! passed on. To tell another fault apart: a branch in [`explain`] and a case in `tests/it/egress`.

use std::{error::Error, io};

use super::{EgressError, ErrorKind, address::AddressRefused};

/// What a failed request was.
pub(crate) fn explain(error: &reqwest::Error, alias: &str) -> EgressError {
    if let Some(refused) = find::<AddressRefused>(error) {
        return EgressError::denied("address", refused.to_string());
    }
    let (kind, code, text) = if error.is_dns() {
        (ErrorKind::Dns, "dns", "its name could not be resolved")
    } else if find::<rustls::Error>(error).is_some() {
        (
            ErrorKind::Tls,
            "tls",
            "no trusted encrypted connection; check the certificate, its issuer (ca_pem) and the name",
        )
    } else if error.is_connect() && error.is_timeout() {
        (ErrorKind::Connect, "connect-timeout", "no connection within connect_timeout_ms")
    } else if error.is_connect() && has_io_kind(error, io::ErrorKind::UnexpectedEof) {
        (ErrorKind::Tls, "tls-closed", "it closed the connection during the TLS handshake")
    } else if error.is_connect() {
        (ErrorKind::Connect, "connect", "nobody listens there, or the network is not reachable")
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "timeout", "it did not answer in time")
    } else if error.is_builder() {
        (ErrorKind::InvalidRequest, "request", "the request could not be written")
    } else if error.is_request() || error.is_body() || error.is_decode() {
        (ErrorKind::Protocol, "protocol", "it broke off or did not speak HTTP")
    } else {
        (ErrorKind::Other, "other", "the request failed")
    };
    EgressError::new(kind, code, format!("origin `{alias}`: {text}"))
}

/// An error of this type among the causes, also inside an I/O error, whose own `source` skips what it holds.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    if let Some(found) = error.downcast_ref::<T>() {
        return Some(found);
    }
    let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    if let Some(held) = held {
        return find(held);
    }
    error.source().and_then(find)
}

fn has_io_kind(error: &(dyn Error + 'static), kind: io::ErrorKind) -> bool {
    find::<io::Error>(error).is_some_and(|error| error.kind() == kind)
        || error.source().is_some_and(|cause| has_io_kind(cause, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_found_inside_nested_io_errors() {
        let inner = io::Error::other(AddressRefused("why".to_owned()));
        let outer = io::Error::other(inner);
        assert_eq!(find::<AddressRefused>(&outer).unwrap().to_string(), "why");
        assert!(find::<rustls::Error>(&outer).is_none());
    }
}
