//! Rows: reaching what was not granted, by every spelling of an address, a path and a header, and by names that lead elsewhere.
//!
//! `{port}` is the source's own port, `{canary}` one where nobody may arrive. The base is `http://127.0.0.1:{port}/base`.

use super::case::{Case, Family, Leads};

pub fn cases() -> Vec<Case> {
    let mut cases = grants();
    cases.extend(links());
    cases.extend(spellings());
    cases.extend(paths());
    cases.extend(headers());
    cases.extend(redirects());
    cases.extend(names());
    cases.extend(literals());
    cases
}

fn row(name: &'static str, behaviour: &'static str, target: &str) -> Case {
    Case::adapter(Family::Network, name, behaviour, target)
}

fn grants() -> Vec<Case> {
    let alias = |name, target| row(name, "alias", target).refused("origin", "no grant binds an origin");
    vec![
        alias("foreign-alias", "elsewhere").does("names an origin it was not granted", "denies it by its name"),
        alias("no-alias", "").does("names no origin at all", "denies it; nothing is taken from elsewhere instead"),
        alias("other-adapters-source", "neighbour")
            .does("names another source of the portal", "denies it: aliases are its own"),
        alias("alias-is-a-url", "http://127.0.0.1:{canary}/").does("gives a URL for an alias", "denies it"),
        alias("token-endpoint", "tokens")
            .does("names the origin that only the host may use", "denies it as if it were not there"),
        row("method", "method", "")
            .does("deletes where only reading was granted", "denies it by the method's name")
            .refused("method", "DELETE is not granted"),
        row("get-with-body", "get-with-body", "GET /x HTTP/1.1\r\n\r\n")
            .does("sends a body with GET, to smuggle a second request", "refuses it")
            .refused("body", "must not carry a body"),
    ]
}

fn links() -> Vec<Case> {
    let outside = |name, link| row(name, "link", link).refused("outside-grant", "outside the granted base URL");
    let form = |name, link| row(name, "link", link).refused("link-form", "a link must be an absolute URL");
    vec![
        outside("link-other-port", "http://127.0.0.1:{canary}/base/records")
            .does("follows a link to another port of its source's machine", "denies it"),
        outside("link-default-port", "http://127.0.0.1/base/records").does("follows a link without port", "denies it"),
        outside("link-empty-port", "http://127.0.0.1:/base/records")
            .does("follows a link with an empty port", "denies it"),
        form("link-odd-port", "http://127.0.0.1:abc/base/records")
            .does("follows a link whose port is letters", "refuses it"),
        form("link-huge-port", "http://127.0.0.1:65536/base/records")
            .does("follows a link whose port is too large", "refuses it"),
        outside("link-other-scheme", "https://127.0.0.1:{port}/base/records")
            .does("follows a link with another scheme", "denies it"),
        outside("link-gopher", "gopher://127.0.0.1:{port}/base/records").does("follows a gopher link", "denies it"),
        form("link-file", "file:///etc/passwd").does("follows a link to a file", "refuses it"),
        form("link-data", "data:text/plain,records").does("follows a data link", "refuses it"),
        form("link-no-scheme", "//127.0.0.1:{canary}/base/records").does("follows a link without scheme", "refuses it"),
        form("link-three-slashes", "http:///127.0.0.1:{canary}/base/records")
            .does("follows a link with three slashes", "refuses it: parsers disagree about them"),
        form("link-userinfo", "http://127.0.0.1:{port}@127.0.0.1:{canary}/base/records")
            .does("puts the granted host before an @", "refuses it"),
        form("link-user", "http://user:word@127.0.0.1:{port}/base/records")
            .does("puts a password into a link", "refuses it"),
        form("link-granted-as-port", "http://127.0.0.1:{port}.evil.example/base/records")
            .does("makes the granted host the beginning of another", "refuses it"),
        outside("link-suffix", "http://127.0.0.1.evil.example:{canary}/base/records")
            .does("makes the granted host the beginning of a name", "denies it and looks nothing up"),
        outside("link-inward-name", "http://localtest.example:{canary}/base/records")
            .does("follows a link to a name that leads inward", "denies it and looks nothing up"),
        outside("link-localhost", "http://localhost:{port}/base/records")
            .does("follows a link to localhost", "denies it"),
        outside("link-sibling", "http://127.0.0.1:{port}/based/records")
            .does("follows a link beside the granted path", "denies it"),
        outside("link-root", "http://127.0.0.1:{port}/").does("follows a link above the granted path", "denies it"),
        row("link-dots", "link", "http://127.0.0.1:{port}/base/../admin")
            .does("climbs out of the granted path", "refuses it")
            .refused("path-dots", "`..`"),
        row("link-encoded-dots", "link", "http://127.0.0.1:{port}/base/%252e%252e/admin")
            .does("climbs out, encoded twice", "refuses it")
            .refused("path-dots", "`..`"),
        row("link-backslashes", "link", "http:\\\\127.0.0.1:{canary}\\base\\records")
            .does("writes backslashes", "refuses it")
            .refused("path-backslash", "a backslash"),
        row("link-tab", "link", "http://127.0.0.1:{canary}\t/base/records")
            .does("writes a tab, which some parsers drop", "refuses it")
            .refused("path-control", "control characters"),
        row("link-line", "link", "http://127.0.0.1:{port}/base/records\r\nHost: 127.0.0.1:{canary}")
            .does("writes a second line", "refuses it")
            .refused("path-control", "control characters"),
    ]
}

/// The same addresses, written otherwise.
fn spellings() -> Vec<Case> {
    let outside = |name, link| row(name, "link", link).refused("outside-grant", "outside the granted base URL");
    vec![
        outside("spelled-decimal", "http://2130706433:{canary}/base/records")
            .does("writes 127.0.0.1 as one number", "denies it"),
        outside("spelled-hex", "http://0x7f.1:{canary}/base/records").does("writes it in hexadecimal", "denies it"),
        outside("spelled-octal", "http://0177.0.0.1:{canary}/base/records").does("writes it in octal", "denies it"),
        outside("spelled-short", "http://127.1:{canary}/base/records").does("writes it with two parts", "denies it"),
        outside("spelled-dot", "http://127.0.0.1.:{canary}/base/records")
            .does("writes it with a dot at the end", "denies it"),
        outside("spelled-wide", "http://１２７.0.0.1:{canary}/base/records")
            .does("writes it in wide digits", "denies it"),
        outside("spelled-full-stops", "http://127。0。0。1:{canary}/base/records")
            .does("writes it with ideographic full stops", "denies it"),
        row("spelled-percent", "link", "http://%31%32%37.0.0.1:{canary}/base/records")
            .does("writes it percent-encoded", "refuses it")
            .refused("link-form", "encoded host"),
        outside("spelled-mapped", "http://[::ffff:127.0.0.1]:{port}/base/records")
            .does("writes it as mapped IPv6", "denies it"),
        outside("spelled-compatible", "http://[::7f00:1]:{port}/base/records")
            .does("writes it as compatible IPv6", "denies it"),
        outside("spelled-nat64", "http://[64:ff9b::7f00:1]:{port}/base/records")
            .does("writes it as NAT64", "denies it"),
        outside("spelled-6to4", "http://[2002:7f00:1::]:{port}/base/records").does("writes it as 6to4", "denies it"),
        outside("spelled-loopback6", "http://[::1]:{port}/base/records")
            .does("goes to IPv6's own loopback", "denies it"),
        row("spelled-zone", "link", "http://[fe80::1%25lo]:{canary}/base/records")
            .does("writes an address with a zone", "refuses it")
            .refused("link-form", "a link must be an absolute URL"),
        outside("spelled-other-loopback", "http://127.0.0.2:{port}/base/records")
            .does("goes to another loopback address on the same port", "denies it"),
        outside("spelled-zero", "http://0:{canary}/base/records").does("goes to 0", "denies it"),
        outside("spelled-unspecified6", "http://[::]:{canary}/base/records").does("goes to ::", "denies it"),
        outside("metadata", "http://169.254.169.254/latest/meta-data/")
            .does("goes to the cloud's metadata", "denies it"),
        outside("metadata6", "http://[fd00:ec2::254]/latest/meta-data/")
            .does("goes to the cloud's metadata by IPv6", "denies it"),
        outside("homoglyph", "http://ⅽanary.example:{canary}/base/records")
            .does("writes a letter that looks like another", "denies it"),
        outside("punycode", "http://xn--127-zzz.example:{canary}/base/records")
            .does("writes a name in punycode", "denies it")
            .refused("link-form", "a link must be an absolute URL"),
    ]
}

fn paths() -> Vec<Case> {
    let path = |name, target, code, says| row(name, "get", target).refused(code, says);
    vec![
        path("path-absolute-url", "http://127.0.0.1:{canary}/x", "path-start", "must begin with one `/`")
            .does("writes a whole URL for a path", "refuses it"),
        path("path-two-slashes", "//127.0.0.1:{canary}/x", "path-start", "must begin with one `/`")
            .does("begins a path with two slashes", "refuses it"),
        path("path-userinfo", "@127.0.0.1:{canary}/x", "path-start", "must begin with one `/`")
            .does("begins a path with @, to make the granted host a user", "refuses it"),
        path("path-port", ":{canary}/x", "path-start", "must begin with one `/`")
            .does("begins a path with another port", "refuses it"),
        path("path-host", ".evil.example/x", "path-start", "must begin with one `/`")
            .does("begins a path with the rest of another name", "refuses it"),
        path("path-empty", "", "path-start", "must begin with one `/`").does("writes no path", "refuses it"),
        path("path-dots", "/../admin", "path-dots", "`..`").does("climbs out of the base", "refuses it"),
        path("path-encoded-dots", "/%2e%2e/admin", "path-dots", "`..`").does("climbs out, encoded", "refuses it"),
        path("path-many-layers", "/%25252525252e%25252525252e/x", "path-encoding", "encoded once")
            .does("climbs out, encoded six times", "refuses it"),
        path("path-overlong", "/%c0%ae%c0%ae/admin", "path-encoding", "UTF-8")
            .does("climbs out in overlong UTF-8", "refuses it"),
        path("path-parameter", "/..;x=1/admin", "path-dots", "`..`")
            .does("climbs out before a parameter", "refuses it"),
        path("path-encoded-slash", "/a%2fb", "path-encoded-slash", "an encoded slash")
            .does("hides a slash", "refuses it"),
        path("path-backslash", "/a%5cb", "path-backslash", "a backslash").does("hides a backslash", "refuses it"),
        path("path-inner-slashes", "/a//b", "path-slashes", "`//`").does("writes two slashes", "refuses it"),
        path("path-null", "/records%00.txt", "path-control", "control characters")
            .does("hides a zero byte", "refuses it"),
        path("path-line", "/records HTTP/1.1\r\nHost: evil\r\n\r\nGET /x", "path-space", "%20")
            .does("writes a whole second request into a path", "refuses it"),
        path("path-encoded-line", "/records%0d%0aX-Evil:%201", "path-control", "control characters")
            .does("hides a second line", "refuses it"),
        path("path-fragment", "/records#/../../admin", "path-fragment", "`#`")
            .does("hides the path behind a fragment", "refuses it"),
    ]
}

fn headers() -> Vec<Case> {
    let forbidden =
        |name, line| row(name, "header", line).refused("header-forbidden", "written by the host or not at all");
    let own = "refuses it: the host writes it itself";
    vec![
        forbidden("header-host", "Host: 127.0.0.1:{canary}").does("writes another Host", own),
        forbidden("header-authority", "X-Forwarded-Host: evil.example").does("writes a forwarded host", "refuses it"),
        forbidden("header-forwarded", "Forwarded: for=127.0.0.1")
            .does("says the request comes from this machine", "refuses it"),
        forbidden("header-client-ip", "X-Real-IP: 127.0.0.1").does("says which address it comes from", "refuses it"),
        forbidden("header-length", "Content-Length: 5").does("writes a length, to smuggle a request", own),
        forbidden("header-encoding", "Transfer-Encoding: chunked")
            .does("writes an encoding, to smuggle a request", own),
        forbidden("header-te", "TE: trailers").does("asks for trailers", "refuses it"),
        forbidden("header-upgrade", "Upgrade: h2c").does("asks to speak something else", "refuses it"),
        forbidden("header-connection", "Connection: keep-alive, x-evil").does("names headers to be dropped", own),
        forbidden("header-proxy", "Proxy-Authorization: Basic eA==").does("speaks to a proxy", "refuses it"),
        forbidden("header-authorization", "Authorization: Bearer stolen").does("brings a credential of its own", own),
        forbidden("header-cookie", "Cookie: session=1").does("brings a cookie", "refuses it"),
        forbidden("header-method", "X-HTTP-Method-Override: DELETE")
            .does("asks for another method behind GET", "refuses it"),
        forbidden("header-rewrite", "X-Original-URL: /admin")
            .does("asks for another path behind the path", "refuses it"),
        row("header-range", "header", "Range: bytes=0-")
            .does("writes a header that is not on the list", "denies it, and says where it could be allowed")
            .refused("header-not-granted", "extra_headers"),
        row("header-line", "header", "X-A: 1\r\nHost: evil.example")
            .does("writes a second line into a value", "refuses it")
            .refused("header-value", "on one line"),
        row("header-name", "header", "X-A\r\nHost: evil.example")
            .does("writes a second line into a name", "refuses it")
            .refused("header-name", "a character that is not permitted"),
    ]
}

fn redirects() -> Vec<Case> {
    let redirect = |name, path, titles| {
        row(name, "get", path)
            .does("its source redirects to a forbidden address", "hands over the redirect as it is and follows nothing")
            .returns("reported", "the adapter returned")
            .shows(titles)
    };
    vec![
        redirect("redirect-301", "/redirect/301", &["301 dit"]),
        redirect("redirect-302", "/redirect/302", &["302 dit"]),
        redirect("redirect-303", "/redirect/303", &["303 dit"]),
        redirect("redirect-307", "/redirect/307", &["307 dit"]),
        redirect("redirect-308", "/redirect/308", &["308 dit"]),
    ]
}

/// A granted name that leads elsewhere: the attacker is whoever answers for it.
fn names() -> Vec<Case> {
    const BASE: &str = "https://source.example:{canary}/base";
    let leads = |name, answers| {
        row(name, "well-behaved", "")
            .leads(Leads::Strictly { base: BASE, answers })
            .refused("address", "origin `api` leads to")
    };
    let must = "refuses before it connects";
    vec![
        leads("name-loopback", &[&["127.0.0.1"]]).does("its name leads to this machine", must),
        leads("name-other-loopback", &[&["127.1.2.3"]]).does("its name leads to this machine's other addresses", must),
        leads("name-loopback6", &[&["::1"]]).does("its name leads to this machine by IPv6", must),
        leads("name-mapped", &[&["::ffff:127.0.0.1"]]).does("its name leads to mapped IPv6", must),
        leads("name-nat64", &[&["64:ff9b::7f00:1"]]).does("its name leads to NAT64", must),
        leads("name-6to4", &[&["2002:7f00:1::"]]).does("its name leads to 6to4", must),
        leads("name-teredo", &[&["2001:0:7f00:1::80ff:fffe"]]).does("its name leads to Teredo", must),
        leads("name-unspecified", &[&["0.0.0.0"]]).does("its name leads nowhere in particular", must),
        leads("name-metadata", &[&["169.254.169.254"]]).does("its name leads to the cloud's metadata", must),
        leads("name-metadata6", &[&["fd00:ec2::254"]]).does("its name leads to the cloud's metadata by IPv6", must),
        leads("name-link-local", &[&["fe80::1"]]).does("its name leads to the neighbourhood", must),
        leads("name-private", &[&["10.0.0.1"]]).does("its name leads to a private network nobody granted", must),
        leads("name-multicast", &[&["224.0.0.1"]]).does("its name leads to a group", must),
        leads("name-mixed", &[&["93.184.216.34", "127.0.0.1"]])
            .does("one of its addresses leads inward, the second", must),
        leads("name-mixed-first", &[&["127.0.0.1", "93.184.216.34"]])
            .does("one of its addresses leads inward, the first", must),
        leads("name-alias", &[&["127.0.0.2"]]).does("its name is another name for one that leads inward", must),
        row("name-rebinding", "twice", "")
            .leads(Leads::ByName(&[&["127.0.0.1"], &["169.254.169.254"]]))
            .does(
                "its name leads home for the first request and inward for the second",
                "looks again for every connection",
            )
            .fails("address", "unanswered/adapter-fault", "a link-local or metadata address"),
        row("name-rebinding-later", "well-behaved", "")
            .leads(Leads::ByName(&[&["127.0.0.1"], &["::ffff:169.254.169.254"]]))
            .does(
                "its name leads home for the first patient and inward for the second",
                "looks again for every connection",
            )
            .returns("reported", "the adapter returned")
            .second("unanswered/adapter-fault", "a link-local or metadata address"),
        row("name-second-address", "well-behaved", "")
            .leads(Leads::ByName(&[&["127.0.0.9", "127.0.0.2"]]))
            .does("nobody listens on its first address, and somebody forbidden on the second", "tries the first only")
            .fails("connect", "unanswered/down", "nobody listens there"),
    ]
}

/// An address where a name belongs, as an administrator might be talked into granting it.
fn literals() -> Vec<Case> {
    let literal = |name, base| {
        row(name, "well-behaved", "")
            .leads(Leads::Strictly { base, answers: &[] })
            .does("is granted a base URL that is this machine, spelled oddly", "refuses it like the plain spelling")
            .refused("address", "this machine, which only demo and test configuration may permit")
    };
    vec![
        literal("base-plain", "https://127.0.0.1:{canary}/"),
        literal("base-decimal", "https://2130706433:{canary}/"),
        literal("base-hex", "https://0x7f.1:{canary}/"),
        literal("base-octal", "https://0177.0.0.1:{canary}/"),
        literal("base-mapped", "https://[::ffff:7f00:1]:{canary}/"),
        literal("base-loopback6", "https://[::1]:{canary}/"),
        literal("base-wide", "https://１２７。0。0。1:{canary}/"),
    ]
}
