//! Comparing the sections of a manifest with those that have a function, while the adapter is compiled.
//!
//! Room: as much of JSON as it takes to find one list of texts. Not here: whether the manifest is otherwise right (the kit's `check`).
//! Invariant: a difference fails the build with the name of the section.

/// Fails, with the name of the section, when manifest and macro differ on this one.
macro_rules! compare_one {
    ($manifest:expr, $handlers:expr, $($name:literal),+) => {
        $(
            if named($manifest, $name) != handled($handlers, $name) {
                if handled($handlers, $name) {
                    panic!(concat!(
                        "`sections: […]` names `", $name, "`, and the manifest does not: add it to \"sections\" there, or take its function away"
                    ));
                }
                panic!(concat!(
                    "the manifest names the section `", $name, "`, and `sections: […]` does not: add it there and write its function, or \
                     take it out of the manifest"
                ));
            }
        )+
    };
}

/// Compares the sections of a manifest with those that have a function, while the adapter is compiled.
///
/// # Panics
/// When they differ; the compiler shows the text.
pub const fn compare(manifest: &str, handlers: &[&str]) {
    assert!(
        after_sections(manifest.as_bytes()).is_some(),
        "the manifest has no list \"sections\": see manifest.schema.json in wit/"
    );
    compare_one!(
        manifest,
        handlers,
        "person",
        "alerts",
        "care-limits",
        "services",
        "contacts",
        "medications",
        "functional-status",
        "plans",
        "covid-19",
        "consents",
        "documents"
    );
    assert!(
        count(manifest) == handlers.len(),
        "\"sections\" of the manifest names a section twice, or one that this SDK does not know"
    );
}

const fn handled(mut handlers: &[&str], name: &str) -> bool {
    while let [first, rest @ ..] = handlers {
        if same(first.as_bytes(), name.as_bytes()) {
            return true;
        }
        handlers = rest;
    }
    false
}

const fn named(manifest: &str, name: &str) -> bool {
    let mut list = after_sections(manifest.as_bytes());
    while let Some(bytes) = list {
        let Some((text, rest)) = next_in_list(bytes) else { return false };
        if same(text, name.as_bytes()) {
            return true;
        }
        list = Some(rest);
    }
    false
}

const fn count(manifest: &str) -> usize {
    let mut count = 0;
    let mut list = after_sections(manifest.as_bytes());
    while let Some(bytes) = list {
        list = match next_in_list(bytes) {
            Some((_, rest)) => {
                count += 1;
                Some(rest)
            }
            None => None,
        };
    }
    count
}

/// What follows the opening bracket of the manifest's own `"sections"`.
const fn after_sections(mut bytes: &[u8]) -> Option<&[u8]> {
    let mut depth = 0_u32;
    while let [byte, rest @ ..] = bytes {
        bytes = rest;
        match *byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let (text, after) = text(rest);
                bytes = after;
                if depth == 1
                    && same(text, b"sections")
                    && let [b':', after @ ..] = without_space(after)
                    && let [b'[', list @ ..] = without_space(after)
                {
                    return Some(list);
                }
            }
            _ => {}
        }
    }
    None
}

/// The next text of a list of texts, and what follows it.
const fn next_in_list(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    while let [byte, rest @ ..] = bytes {
        match *byte {
            b'"' => return Some(text(rest)),
            b']' => return None,
            _ => bytes = rest,
        }
    }
    None
}

/// A text up to its closing quote, and what follows that.
const fn text(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut length = 0;
    let mut left = bytes;
    loop {
        match left {
            [b'\\', _, rest @ ..] => {
                length += 2;
                left = rest;
            }
            [b'"', after @ ..] => return (bytes.split_at(length).0, after),
            [_, rest @ ..] => {
                length += 1;
                left = rest;
            }
            [] => return (bytes, &[]),
        }
    }
}

const fn without_space(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    loop {
        match (one, other) {
            ([], []) => return true,
            ([a, rest @ ..], [b, others @ ..]) if *a == *b => {
                one = rest;
                other = others;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(manifest: &'static str, handlers: &'static [&'static str]) -> String {
        let panicked = std::panic::catch_unwind(|| compare(manifest, handlers)).unwrap_err();
        panicked.downcast_ref::<&str>().map(|text| (*text).to_owned()).unwrap()
    }

    #[test]
    fn the_sections_of_a_manifest_are_found_wherever_they_stand() {
        let manifest = r#"{ "help": "\"sections\": [\"plans\"]", "origins": [{ "sections": ["alerts"] }],
                            "name": "sections",
                            "sections" : [ "services" ,"care-limits"] }"#;
        compare(manifest, &["care-limits", "services"]);
        assert_eq!(count(manifest), 2);
    }

    #[test]
    fn a_difference_between_manifest_and_functions_is_named() {
        let both = r#"{"sections":["services","contacts"]}"#;
        assert!(refusal(both, &["services"]).contains("the manifest names the section `contacts`"));
        assert!(refusal(both, &["services", "contacts", "plans"]).contains("names `plans`, and the manifest does not"));
        assert!(refusal(r#"{"sections":["services","visits"]}"#, &["services"]).contains("does not know"));
        assert!(refusal("{}", &["services"]).contains("no list \"sections\""));
    }
}
