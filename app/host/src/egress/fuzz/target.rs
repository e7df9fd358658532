//! Paths and links: whatever is accepted leads below the base, in everybody's reading.

use samsyn_fuzz::{fuzz, outcome, size};
use url::Url;

use super::super::path::{follow, join};

const BASES: [&str; 5] = [
    "https://fhir.region.example:8443/r4/open",
    "https://h.example",
    "http://127.0.0.1:8080/b/",
    "https://[2a00:801::1]/a%20b/",
    "https://xn--rksmrgs-5wao1o.example/v%C3%A5rd",
];
const WORDS: [&str; 48] = [
    "/",
    "//",
    "..",
    ".",
    "%2e",
    "%2E%2e",
    "%252e",
    "%2f",
    "%252F",
    "%5c",
    "\\",
    "?",
    "#",
    "@",
    ":",
    ";",
    "%",
    "%25",
    "%00",
    "%c0%ae",
    "\t",
    "\n",
    " ",
    "å",
    "．．",
    "r4",
    "open",
    "b",
    "a%20b",
    "v%C3%A5rd",
    "https://",
    "http:",
    "https:/",
    "fhir.region.example",
    ":8443",
    "h.example",
    "127.0.0.1",
    ":8080",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[2a00:801::1]",
    "evil.example",
    "localhost",
    ":443",
    "&a=b",
    "|",
    "`",
];

#[test]
fn no_path_or_link_leads_out_in_anybodys_reading() {
    fuzz("target", &WORDS, |input| {
        let (first, rest) = input.split_first().unwrap_or((&0, &[]));
        let base = Url::parse(BASES[usize::from(*first) % BASES.len()]).unwrap();
        let text = String::from_utf8_lossy(rest);
        outcome((judge_join(&base, &text), judge_follow(&base, &text), size(text.len())))
    });
}

fn judge_join(base: &Url, target: &str) -> Result<bool, &'static str> {
    match join(base, target) {
        Ok(url) => {
            assert_inside(base, &url);
            // The same text as a browser would read it in a document below the base.
            let mut folder = base.clone();
            folder.set_path(&format!("{}/", base.path().trim_end_matches('/')));
            let whatwg = Url::options().base_url(Some(&folder)).parse(&format!(".{target}"));
            assert_eq!(whatwg.as_ref(), Ok(&url), "read otherwise by the WHATWG parser");
            Ok(assert_written_alike(&url))
        }
        Err(rule) => {
            assert!(!is_plain(target), "refused without reason: {}", rule.code);
            Err(rule.code)
        }
    }
}

fn judge_follow(base: &Url, link: &str) -> Result<bool, &'static str> {
    let whatwg = Url::parse(link);
    match follow(base, link) {
        Ok(url) => {
            assert_inside(base, &url);
            let whatwg = whatwg.expect("no URL at all for the WHATWG parser");
            assert_eq!(whatwg.origin(), base.origin(), "another origin for the WHATWG parser");
            assert_eq!(
                (whatwg.path(), whatwg.query()),
                (url.path(), url.query()),
                "read otherwise by the WHATWG parser"
            );
            Ok(assert_written_alike(&url))
        }
        Err(rule) => {
            let start = base.as_str().trim_end_matches('/');
            assert!(!link.strip_prefix(start).is_some_and(is_plain), "refused without reason: {}", rule.code);
            if rule.code == "outside-grant" {
                assert!(!whatwg.is_ok_and(|url| is_inside(base, &url)), "the WHATWG parser reads it as inside");
            }
            Err(rule.code)
        }
    }
}

fn assert_inside(base: &Url, url: &Url) {
    assert!(is_inside(base, url), "outside: {url}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{url}");
    let floor = walked(base.path());
    assert!(walked(url.path()).starts_with(&floor), "a server that decodes leaves the base: {url}");
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(url), "does not say what it is");
}

fn is_inside(base: &Url, url: &Url) -> bool {
    let below: Vec<&str> = url.path().split('/').collect();
    let floor: Vec<&str> = base.path().trim_end_matches('/').split('/').collect();
    url.origin() == base.origin() && below.starts_with(&floor)
}

/// The parser that writes the request line says the same. False when it cannot write it at all: then nothing is sent.
fn assert_written_alike(url: &Url) -> bool {
    let Ok(uri) = url.as_str().parse::<http::Uri>() else { return false };
    assert_eq!(uri.host(), url.host_str(), "{url}");
    assert_eq!(uri.port_u16(), url.port(), "{url}");
    assert_eq!((uri.path(), uri.query()), (url.path(), url.query()), "{url}");
    true
}

/// Where a server ends that decodes eight times, takes backslashes for slashes and drops parameters.
fn walked(path: &str) -> Vec<String> {
    let mut bytes = path.as_bytes().to_vec();
    for _ in 0..8 {
        bytes = decoded(&bytes);
    }
    let text = String::from_utf8_lossy(&bytes).replace('\\', "/");
    let mut walked = Vec::new();
    for segment in text.split('/').map(|segment| segment.split([';', '\0']).next().unwrap_or_default().trim()) {
        match segment {
            "" | "." => {}
            ".." => drop(walked.pop()),
            name => walked.push(name.to_owned()),
        }
    }
    walked
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = escape.filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

/// Letters, digits, `-`, `_` and single slashes, perhaps a query of the same: nothing that anybody could read in two ways.
fn is_plain(target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    path.starts_with('/')
        && !path.contains("//")
        && path.chars().all(|c| plain(c) || c == '/')
        && query.chars().all(|c| plain(c) || matches!(c, '=' | '&' | '.' | ','))
        && target.len() < 8_000
}
