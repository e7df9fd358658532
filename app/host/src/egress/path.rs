//! From what an adapter wrote to a URL that is certain to lie below the base URL of its grant.
//!
//! Not here: whether the host of that URL may be reached (`address`). Invariant: an `Ok` of [`join`] or [`follow`]
//! has the scheme, host and port of the base, and a path that stays below the base path however often a server
//! decodes it. To add a rule: a constant, a line in [`broken_rule`] or [`broken_text`], rows in the table tests.

use url::Url;

use super::{EgressError, ErrorKind};

/// Longest accepted path and query.
const LONGEST: usize = 16 * 1024;
/// How many times an accepted path may still change when it is decoded once more.
const DECODING_LAYERS: usize = 4;

/// The rule a target broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathRule {
    /// Stable code.
    pub code: &'static str,
    /// What the rule says.
    pub text: &'static str,
    kind: ErrorKind,
}

impl PathRule {
    const fn invalid(code: &'static str, text: &'static str) -> Self {
        Self { code, text, kind: ErrorKind::InvalidRequest }
    }

    pub(crate) fn into_error(self, alias: &str) -> EgressError {
        EgressError::new(self.kind, self.code, format!("target for origin `{alias}`: {}", self.text))
    }
}

const ABSOLUTE: PathRule = PathRule::invalid("path-start", "the path must begin with one `/`");
const LONG: PathRule = PathRule::invalid("target-too-long", "the path and query must be at most 16 KiB");
const CONTROL: PathRule =
    PathRule::invalid("path-control", "the path must not hold control characters, encoded or not");
const SPACE: PathRule = PathRule::invalid("path-space", "a space must be written `%20`");
const BACKSLASH: PathRule = PathRule::invalid("path-backslash", "a backslash is not permitted, encoded or not");
const FRAGMENT: PathRule = PathRule::invalid("path-fragment", "`#` is not permitted; in data write `%23`");
const SLASHES: PathRule = PathRule::invalid("path-slashes", "`//` is not permitted in the path");
const ENCODED_SLASH: PathRule =
    PathRule::invalid("path-encoded-slash", "an encoded slash is not permitted in the path");
const DOTS: PathRule = PathRule::invalid("path-dots", "`..` and `.` segments are not permitted, encoded or not");
const ENCODING: PathRule = PathRule::invalid("path-encoding", "the path must be percent-encoded UTF-8, encoded once");
const NOT_A_URL: PathRule = PathRule::invalid("path-url", "the path does not make a URL");
const LINK_FORM: PathRule =
    PathRule::invalid("link-form", "a link must be an absolute URL without user or encoded host");
const OUTSIDE: PathRule = PathRule {
    code: "outside-grant",
    text: "it leads outside the granted base URL; another host, port or base path needs its own grant",
    kind: ErrorKind::Denied,
};

/// The URL of a path and query below the base.
pub fn join(base: &Url, target: &str) -> Result<Url, PathRule> {
    if !target.starts_with('/') || target.starts_with("//") {
        return Err(ABSOLUTE);
    }
    if let Some(rule) = broken_text(target).or_else(|| broken_rule(path_of(target))) {
        return Err(rule);
    }
    let joined = Url::parse(&format!("{}{target}", base.as_str().trim_end_matches('/'))).map_err(|_| NOT_A_URL)?;
    if is_within(base, &joined) { Ok(joined) } else { Err(OUTSIDE) }
}

/// The URL on the granted base that an absolute link means.
///
/// Only the link's path and query are used, so that nothing a parser may read differently reaches the connection.
pub fn follow(base: &Url, link: &str) -> Result<Url, PathRule> {
    if let Some(rule) = broken_text(link) {
        return Err(rule);
    }
    let (_, rest) = link.split_once("://").ok_or(LINK_FORM)?;
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if authority.is_empty() || authority.contains(['@', '%']) {
        return Err(LINK_FORM);
    }
    if let Some(rule) = broken_rule(path_of(target)) {
        return Err(rule);
    }
    let parsed = Url::parse(link).map_err(|_| LINK_FORM)?;
    if !is_within(base, &parsed) {
        return Err(OUTSIDE);
    }
    let mut url = base.clone();
    url.set_path(parsed.path());
    url.set_query(parsed.query());
    if is_within(base, &url) { Ok(url) } else { Err(OUTSIDE) }
}

/// Same scheme, host and port, nobody's name in it, and a path on or below the base path.
fn is_within(base: &Url, url: &Url) -> bool {
    let prefix = base.path().trim_end_matches('/');
    let below = url.path().strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below
        && url.scheme() == base.scheme()
        && url.host() == base.host()
        && url.port_or_known_default() == base.port_or_known_default()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

fn path_of(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// Rules for the whole target, the query included.
fn broken_text(target: &str) -> Option<PathRule> {
    if target.len() > LONGEST {
        return Some(LONG);
    }
    target.chars().find_map(|c| match c {
        ' ' => Some(SPACE),
        '\\' => Some(BACKSLASH),
        '#' => Some(FRAGMENT),
        c if c.is_control() => Some(CONTROL),
        _ => None,
    })
}

/// Rules for the path alone, on every layer a server behind another server might decode.
pub(crate) fn broken_rule(path: &str) -> Option<PathRule> {
    if !percent_signs_are_encodings(path.as_bytes()) {
        return Some(ENCODING);
    }
    let slashes = count_slashes(path.as_bytes());
    let mut layer = path.as_bytes().to_vec();
    for _ in 0..DECODING_LAYERS {
        if let Some(rule) = broken_layer(&layer, slashes) {
            return Some(rule);
        }
        let decoded = decode(&layer);
        if decoded == layer {
            return None;
        }
        layer = decoded;
    }
    Some(ENCODING)
}

fn broken_layer(layer: &[u8], slashes: usize) -> Option<PathRule> {
    let Ok(text) = std::str::from_utf8(layer) else { return Some(ENCODING) };
    if count_slashes(layer) != slashes {
        return Some(ENCODED_SLASH);
    }
    if text.contains('\\') {
        return Some(BACKSLASH);
    }
    if text.chars().any(char::is_control) {
        return Some(CONTROL);
    }
    if text.contains("//") {
        return Some(SLASHES);
    }
    // `..` anywhere, because some servers cut `..;name` and `..%20` down to it.
    (text.contains("..") || text.split('/').any(|segment| segment == ".")).then_some(DOTS)
}

fn count_slashes(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'/', bytes).count()
}

fn percent_signs_are_encodings(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'%').skip(1).all(|after| hex_byte(after).is_some())
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut pieces = bytes.split(|byte| *byte == b'%');
    let mut decoded = pieces.next().unwrap_or_default().to_vec();
    for after in pieces {
        if let (Some(byte), Some(rest)) = (hex_byte(after), after.get(2..)) {
            decoded.push(byte);
            decoded.extend_from_slice(rest);
        } else {
            decoded.push(b'%');
            decoded.extend_from_slice(after);
        }
    }
    decoded
}

fn hex_byte(after: &[u8]) -> Option<u8> {
    let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        Url::parse("https://fhir.region.example:8443/r4/open").unwrap()
    }

    #[test]
    fn ordinary_paths_are_joined_below_the_base() {
        for (path, expected) in [
            ("/Patient", "https://fhir.region.example:8443/r4/open/Patient"),
            ("/", "https://fhir.region.example:8443/r4/open/"),
            ("/Patient/a.b-1", "https://fhir.region.example:8443/r4/open/Patient/a.b-1"),
            (
                "/Patient?identifier=http%3A%2F%2Felectronichealth.se%2Fidentifier%2Fpersonnummer|1",
                "https://fhir.region.example:8443/r4/open/Patient?identifier=http%3A%2F%2Felectronichealth.se%2Fidentifier%2Fpersonnummer|1",
            ),
            ("/a?u=https://x.example/y", "https://fhir.region.example:8443/r4/open/a?u=https://x.example/y"),
            ("/v%C3%A5rd", "https://fhir.region.example:8443/r4/open/v%C3%A5rd"),
            ("/100%25", "https://fhir.region.example:8443/r4/open/100%25"),
            ("/@evil.example", "https://fhir.region.example:8443/r4/open/@evil.example"),
            ("/:80/x", "https://fhir.region.example:8443/r4/open/:80/x"),
        ] {
            assert_eq!(join(&base(), path).map(String::from).as_deref(), Ok(expected), "{path}");
        }
    }

    #[test]
    fn a_base_without_a_path_and_one_with_a_trailing_slash_join_alike() {
        for (base, expected) in [
            ("https://h.example", "https://h.example/a"),
            ("https://h.example/", "https://h.example/a"),
            ("https://h.example/b/", "https://h.example/b/a"),
        ] {
            assert_eq!(join(&Url::parse(base).unwrap(), "/a").unwrap().as_str(), expected);
        }
    }

    #[test]
    fn every_way_out_of_the_base_path_is_refused_by_name() {
        for (path, rule) in [
            ("", ABSOLUTE),
            ("Patient", ABSOLUTE),
            ("?a", ABSOLUTE),
            ("//evil.example/", ABSOLUTE),
            ("https://evil.example/", ABSOLUTE),
            ("@evil.example/", ABSOLUTE),
            (".evil.example/", ABSOLUTE),
            (":80/", ABSOLUTE),
            ("/a//b", SLASHES),
            ("/../x", DOTS),
            ("/..", DOTS),
            ("/a/../../x", DOTS),
            ("/./x", DOTS),
            ("/%2e%2e/x", DOTS),
            ("/.%2E/x", DOTS),
            ("/%2e/x", DOTS),
            ("/..;a=1/x", DOTS),
            ("/%252e%252e/x", DOTS),
            ("/%25252e%25252e/x", DOTS),
            ("/%2525252525252e", ENCODING),
            ("/a%2fb", ENCODED_SLASH),
            ("/a%2Fb", ENCODED_SLASH),
            ("/a%252fb", ENCODED_SLASH),
            ("/a%5cb", BACKSLASH),
            ("/a%255Cb", BACKSLASH),
            ("/a\\b", BACKSLASH),
            ("/\\evil.example", BACKSLASH),
            ("/a?b=\\", BACKSLASH),
            ("/a\tb", CONTROL),
            ("/a\r\nHost: evil", CONTROL),
            ("/.\n./x", CONTROL),
            ("/a\0", CONTROL),
            ("/a\u{7f}", CONTROL),
            ("/a\u{85}", CONTROL),
            ("/a%00", CONTROL),
            ("/a%0d%0aHost:evil", CONTROL),
            ("/a%250a", CONTROL),
            ("/a b", SPACE),
            ("/a ", SPACE),
            ("/a?b c", SPACE),
            ("/a#b", FRAGMENT),
            ("/%c0%ae%c0%ae/x", ENCODING),
            ("/%c0%af", ENCODING),
            ("/%u002e", ENCODING),
            ("/%", ENCODING),
            ("/%4", ENCODING),
            ("/%zz", ENCODING),
        ] {
            assert_eq!(join(&base(), path), Err(rule), "{path:?}");
        }
        assert_eq!(join(&base(), &format!("/{}", "a".repeat(LONGEST))), Err(LONG));
    }

    #[test]
    fn links_inside_the_base_are_followed_with_path_and_query_only() {
        for (link, expected) in [
            ("https://fhir.region.example:8443/r4/open/Patient?page=2", "/r4/open/Patient?page=2"),
            ("HTTPS://FHIR.Region.EXAMPLE:8443/r4/open/Patient", "/r4/open/Patient"),
            ("https://fhir.region.example:8443/r4/open?_getpages=1", "/r4/open?_getpages=1"),
            ("https://fhir.region.example:8443/r4/open", "/r4/open"),
        ] {
            let url = follow(&base(), link).unwrap();
            assert_eq!(url.as_str(), format!("https://fhir.region.example:8443{expected}"));
        }
        let default_port = Url::parse("https://h.example/a").unwrap();
        assert_eq!(follow(&default_port, "https://h.example:443/a/b").unwrap().as_str(), "https://h.example/a/b");
    }

    #[test]
    fn links_to_anywhere_else_are_refused_by_name() {
        for (link, rule) in [
            ("https://evil.example/r4/open/x", OUTSIDE),
            ("https://fhir.region.example/r4/open/x", OUTSIDE),
            ("https://fhir.region.example:80/r4/open/x", OUTSIDE),
            ("http://fhir.region.example:8443/r4/open/x", OUTSIDE),
            ("https://fhir.region.example:8443/r4/openx", OUTSIDE),
            ("https://fhir.region.example:8443/r4/ope", OUTSIDE),
            ("https://fhir.region.example:8443/", OUTSIDE),
            ("https://fhir.region.example.:8443/r4/open/x", OUTSIDE),
            ("https://fhir.region.example.evil.example:8443/r4/open/x", OUTSIDE),
            ("https://fhir.region.example:8443.evil.example/r4/open/x", LINK_FORM),
            ("https://127.0.0.1:8443/r4/open/x", OUTSIDE),
            ("https://2130706433:8443/r4/open/x", OUTSIDE),
            ("https://[::ffff:127.0.0.1]:8443/r4/open/x", OUTSIDE),
            ("https://fh\u{456}r.region.example:8443/r4/open/x", OUTSIDE),
            ("https://fhir.region.example@evil.example:8443/r4/open/x", LINK_FORM),
            ("https://a:b@fhir.region.example:8443/r4/open/x", LINK_FORM),
            ("https://fhir%2eregion.example:8443/r4/open/x", LINK_FORM),
            ("https:///r4/open/x", LINK_FORM),
            ("https:/fhir.region.example:8443/r4/open/x", LINK_FORM),
            ("//fhir.region.example:8443/r4/open/x", LINK_FORM),
            ("/r4/open/x", LINK_FORM),
            ("", LINK_FORM),
            ("file:///etc/passwd", LINK_FORM),
            ("https://fhir.region.example:8443/r4/open/../closed", DOTS),
            ("https://fhir.region.example:8443/r4/open/%2e%2e/closed", DOTS),
            ("https://fhir.region.example:8443/r4/open/a%2f..", DOTS),
            ("https://fhir.region.example:8443/r4/open/a%2fb", ENCODED_SLASH),
            ("https://fhir.region.example:8443\\@evil.example/r4/open", BACKSLASH),
            ("https://fhir.region.example:8443/r4/open/x#y", FRAGMENT),
            ("https://fhir.region.\texample:8443/r4/open/x", CONTROL),
            (" https://fhir.region.example:8443/r4/open/x", SPACE),
        ] {
            assert_eq!(follow(&base(), link), Err(rule), "{link:?}");
        }
    }

    /// Where a server ends up that decodes the path until nothing changes and then walks it.
    fn walked(url: &Url) -> Vec<String> {
        let mut path = url.path().as_bytes().to_vec();
        while decode(&path) != path {
            path = decode(&path);
        }
        let text = String::from_utf8_lossy(&path).replace('\\', "/");
        let mut walked: Vec<String> = Vec::new();
        for segment in text.split('/').filter(|segment| !segment.is_empty()) {
            match segment.split(';').next() {
                Some("..") => drop(walked.pop()),
                Some(".") => {}
                _ => walked.push(segment.to_owned()),
            }
        }
        walked
    }

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            proptest::sample::select(vec![
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
                "a",
                "r4",
                "open",
                "closed",
                "evil.example",
                "https://",
                "\t",
                "\n",
                " ",
                "%00",
                "%c0%ae",
                "å",
                "．．",
                "fhir.region.example:8443",
                "https://fhir.region.example:8443/r4/open",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_path_escapes_the_base(pieces in proptest::collection::vec(piece(), 0..8)) {
            let target = format!("/{}", pieces.concat());
            if let Ok(url) = join(&base(), &target) {
                prop_assert_eq!(url.host_str(), Some("fhir.region.example"));
                prop_assert_eq!(url.port(), Some(8443));
                prop_assert_eq!(url.scheme(), "https");
                prop_assert!(url.username().is_empty() && url.fragment().is_none());
                prop_assert!(walked(&url).starts_with(&["r4".to_owned(), "open".to_owned()]), "{}", url);
            }
        }

        #[test]
        fn no_link_escapes_the_base(pieces in proptest::collection::vec(piece(), 0..8), inside in any::<bool>()) {
            let start = if inside { "https://fhir.region.example:8443/r4/open" } else { "https://" };
            let link = format!("{start}{}", pieces.concat());
            if let Ok(url) = follow(&base(), &link) {
                prop_assert_eq!(url.host_str(), Some("fhir.region.example"));
                prop_assert_eq!(url.port(), Some(8443));
                prop_assert!(walked(&url).starts_with(&["r4".to_owned(), "open".to_owned()]), "{}", url);
            }
        }
    }
}
