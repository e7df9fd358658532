//! Where a page of ours may send a browser on: only to a page of ours.
//!
//! Invariant: never another host, however it is spelled.

/// A path on this very portal, as our own links write them: no query, nothing encoded.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_local() {
        for ours in ["/", "/overview/q-_9Az", "/login/test"] {
            assert!(is_local(ours), "{ours}");
        }
        for foreign in [
            "",
            "overview",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/%2f/evil.example",
            "/a?next=//evil.example",
            "/a#b",
            "/a\r\nSet-Cookie:x",
            "/\tevil",
            "javascript:alert(1)",
            "/ö",
        ] {
            assert!(!is_local(foreign), "{foreign:?}");
        }
    }
}
