//! Headers an adapter writes: what frames a message, names a party or ends a line never passes.

use samsyn_fuzz::{fuzz, outcome};
use url::Url;

use super::super::{grant::Grant, header::checked};

/// From RFC 9110 and 9112, what proxies add, and what credentials travel in. Not copied from the list in the code.
const NEVER: [&str; 26] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "http2-settings",
    "expect",
    "authorization",
    "cookie",
    "cookie2",
    "proxy-authorization",
    "proxy-connection",
    "proxy-authenticate",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-http-method-override",
    "x-original-url",
    "x-rewrite-url",
    "sec-websocket-key",
];
const WORDS: [&str; 20] = [
    "x-",
    "Accept",
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "cookie",
    "Proxy-",
    "x-forwarded-",
    "if-match",
    "SOAPAction",
    ": ",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "å",
    "gzip",
    "chunked",
    "\u{7f}",
];

#[test]
fn no_header_frames_a_message_or_names_a_party() {
    let grant = Grant::read_only("api", Url::parse("https://h.example/").unwrap());
    let words: Vec<&str> = WORDS.into_iter().chain(NEVER).collect();
    fuzz("header", &words, |input| {
        let text = String::from_utf8_lossy(input);
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            (name.to_owned(), value.to_owned())
        };
        // The unit separator is nobody's character, so that a line may hold any other.
        let lines: Vec<(String, String)> = text.split('\u{1f}').map(pair).collect();
        match checked(&lines, &grant) {
            Ok(found) => {
                assert_eq!(found.len(), lines.len());
                for (name, value) in &found {
                    assert!(!NEVER.contains(&name.as_str()), "{name}");
                    assert!(value.as_bytes().iter().all(|byte| *byte >= 0x20 && *byte != 0x7f), "{name}: {value:?}");
                }
                outcome((found.len().min(9), found.keys().map(|name| name.as_str().len()).max()))
            }
            Err(error) => {
                let fine = |(name, value): &(String, String)| {
                    let rest = name.strip_prefix("x-skltp-").unwrap_or_default();
                    let token = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    token && value.len() < 1_000 && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
                };
                assert!(lines.len() > 64 || !lines.iter().all(fine), "refused without reason: {error}");
                assert!(!error.message.contains(['\r', '\n']), "{error:?}");
                outcome(error.code)
            }
        }
    });
}
