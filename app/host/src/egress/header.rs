//! Which headers an adapter may write.
//!
//! Not here: the headers the host writes itself (`host`, `authorization`, `content-length`, `accept-encoding`,
//! `user-agent`). Invariant: nothing that frames a message, names a party or holds a secret passes, whatever a grant
//! says. To allow a name for everyone: [`is_allowed`]; for one origin: the grant's `extra_headers`.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{EgressError, grant::Grant};

const MOST_HEADERS: usize = 64;
const LONGEST_VALUE: usize = 8 * 1024;

/// Never, not even by a grant's `extra_headers`.
const FORBIDDEN: [&str; 22] = [
    "authorization",
    "accept-encoding",
    "baggage",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "www-authenticate",
];

/// `x-*` names that servers in front of a source take for who asks, where to, or what for.
const FORBIDDEN_X: [&str; 14] = [
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-true-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-remote-user",
    "x-host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-original-host",
    "x-rewrite-url",
];

/// Whether a grant may add the name to the allow-list.
pub(crate) fn may_be_granted(name: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok_and(|name| !is_forbidden(name.as_str()))
}

/// Whether a credential slot may write the name: anything but what frames the message.
pub(crate) fn may_carry_credential(name: &HeaderName) -> bool {
    matches!(name.as_str(), "authorization" | "cookie") || !is_forbidden(name.as_str())
}

/// `name` is lower case.
fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name)
        || FORBIDDEN_X.contains(&name)
        || ["proxy-", "sec-", "x-forwarded"].iter().any(|prefix| name.starts_with(prefix))
}

/// The general allow-list.
fn is_allowed(name: &str) -> bool {
    matches!(name, "content-type" | "prefer" | "soapaction")
        || ["accept", "if-", "x-"].iter().any(|prefix| name.starts_with(prefix))
}

/// The adapter's headers, or the first rule they break.
pub(crate) fn checked(headers: &[(String, String)], grant: &Grant) -> Result<HeaderMap, EgressError> {
    let invalid = |code, rule: &str| EgressError::invalid(code, format!("request to origin `{}`: {rule}", grant.alias));
    if headers.len() > MOST_HEADERS {
        return Err(invalid("headers-many", "at most 64 headers are permitted"));
    }
    let mut checked = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err(invalid("header-name", "a header name holds a character that is not permitted"));
        };
        let extra = grant.extra_headers.iter().any(|extra| extra.eq_ignore_ascii_case(parsed.as_str()));
        if is_forbidden(parsed.as_str()) {
            return Err(invalid(
                "header-forbidden",
                &format!("the header `{parsed}` is written by the host or not at all"),
            ));
        }
        if !extra && !is_allowed(parsed.as_str()) {
            let rule = format!("the header `{parsed}` is not permitted; the grant's extra_headers may add it");
            return Err(EgressError::denied(
                "header-not-granted",
                format!("request to origin `{}`: {rule}", grant.alias),
            ));
        }
        let Some(value) = checked_value(value) else {
            let rule = format!("the value of `{parsed}` must be visible text of at most 8 KiB on one line");
            return Err(invalid("header-value", &rule));
        };
        checked.append(parsed, value);
    }
    Ok(checked)
}

/// Visible text, spaces and letters beyond ASCII; no tab, CR, LF or other control byte.
fn checked_value(value: &str) -> Option<HeaderValue> {
    if value.len() > LONGEST_VALUE || value.chars().any(char::is_control) {
        return None;
    }
    HeaderValue::from_bytes(value.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::egress::ErrorKind;

    fn check(name: &str, value: &str) -> Result<HeaderMap, EgressError> {
        let grant = Grant {
            extra_headers: vec!["Ocp-Trace".to_owned()],
            ..Grant::read_only("api", Url::parse("https://h.example/").unwrap())
        };
        checked(&[(name.to_owned(), value.to_owned())], &grant)
    }

    #[test]
    fn what_the_contract_names_and_what_the_grant_adds_passes() {
        for name in [
            "accept",
            "Accept",
            "accept-language",
            "Content-Type",
            "if-none-match",
            "If-Modified-Since",
            "Prefer",
            "SOAPAction",
            "x-request-id",
            "X-Skltp-CorrelationId",
            "x-rivta-original-serviceconsumer-hsaid",
            "ocp-trace",
        ] {
            assert!(check(name, "value").is_ok(), "{name}");
        }
    }

    #[test]
    fn what_frames_the_message_or_names_a_party_never_passes() {
        for name in [
            "Authorization",
            "cookie",
            "Host",
            "HOST",
            "content-length",
            "transfer-encoding",
            "TE",
            "connection",
            "keep-alive",
            "upgrade",
            "forwarded",
            "proxy-authorization",
            "Proxy-Connection",
            "x-forwarded-for",
            "X-Forwarded-Host",
            "x-real-ip",
            "X-HTTP-Method-Override",
            "x-original-url",
            "expect",
            "trailer",
            "via",
            "accept-encoding",
            "content-encoding",
            "user-agent",
            "sec-fetch-site",
            "http2-settings",
        ] {
            let error = check(name, "value").unwrap_err();
            assert_eq!((error.kind, error.code), (ErrorKind::InvalidRequest, "header-forbidden"), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_denied_with_the_remedy() {
        let error = check("range", "bytes=0-1").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(error.message.contains("extra_headers") && error.message.contains("`api`"));
    }

    #[test]
    fn a_line_break_or_control_byte_in_name_or_value_is_refused() {
        for (name, value) in [
            ("x-a", "b\r\nhost: evil"),
            ("x-a", "b\nc"),
            ("x-a", "b\rc"),
            ("x-a", "b\0c"),
            ("x-a", "b\tc"),
            ("x-a", "\u{7f}"),
            ("x-a", "\u{85}"),
            ("x-a\r\n", "b"),
            ("x a", "b"),
            ("x-a:", "b"),
            ("", "b"),
            (":authority", "b"),
            ("x-å", "b"),
        ] {
            assert_eq!(check(name, value).unwrap_err().kind, ErrorKind::InvalidRequest, "{name:?} {value:?}");
        }
        assert!(check("x-a", &"b".repeat(LONGEST_VALUE + 1)).is_err());
    }

    #[test]
    fn a_flood_of_headers_is_refused() {
        let grant = Grant::read_only("api", Url::parse("https://h.example/").unwrap());
        let many = vec![("x-a".to_owned(), "b".to_owned()); MOST_HEADERS + 1];
        assert_eq!(checked(&many, &grant).unwrap_err().code, "headers-many");
    }
}
