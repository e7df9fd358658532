//! What the deserializer says, in words for an administrator: no types of the program, and what to write instead.
//!
//! Invariant: a text that is not known here is passed on as it is; nothing is swallowed.

use super::problem::{KeyPath, Step};

/// The message about this key.
pub fn of(message: &str, key: &KeyPath) -> String {
    if message.starts_with("invalid type: map, expected a sequence") {
        return format!("this is a table that may be given several times; write [[{}]]", header(key));
    }
    if let Some((start, _)) = message.split_once(", expected struct") {
        return format!("{}, expected a table; write [{}]", types(start), header(key));
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return match header(key).as_str() {
            "" => format!("table {name} is missing; add it, see `samsyn init --help` for one to begin with"),
            _ => format!("key {name} is missing; add it to this table"),
        };
    }
    for (beginning, instead) in BEGINNINGS {
        if let Some(rest) = message.strip_prefix(beginning) {
            return format!("{instead}{rest}");
        }
    }
    for (ending, instead) in ENDINGS {
        if let Some(start) = message.strip_suffix(ending) {
            return format!("{}{instead}", types(start));
        }
    }
    // An address is quoted at the end, and may hold a password.
    let message = message.split_once(": \"").map_or(message, |(start, _)| start);
    let hint = HINTS.iter().find(|(words, _)| message.contains(words)).map_or("", |(_, hint)| hint);
    format!("{}{hint}", types(message))
}

/// For a key that is one table and was written as a list of them.
pub fn one_table(key: &KeyPath) -> String {
    format!("this is no list of tables; write [{}], once", header(key))
}

/// The key as it stands in a header: without the numbers of items.
fn header(key: &KeyPath) -> String {
    let keys = key.steps().iter().filter_map(|step| match step {
        Step::Key(name) => Some(name.as_str()),
        Step::Item(_) => None,
    });
    keys.collect::<Vec<_>>().join(".")
}

fn types(text: &str) -> String {
    text.replace("invalid type: map", "invalid type: table").replace("invalid type: sequence", "invalid type: array")
}

const BEGINNINGS: [(&str, &str); 2] = [("unknown field ", "unknown key "), ("unknown variant ", "unknown value ")];

const WHOLE_NUMBER: &str = ", expected a whole number, 0 or more";

const ENDINGS: [(&str, &str); 8] = [
    (", expected u8", ", expected a whole number from 0 to 255"),
    (", expected u16", WHOLE_NUMBER),
    (", expected u32", WHOLE_NUMBER),
    (", expected u64", WHOLE_NUMBER),
    (", expected usize", WHOLE_NUMBER),
    (", expected a map", ", expected a table"),
    (", expected a sequence", ", expected an array, e.g. [\"…\"]"),
    ("wanted string or table", "invalid type, expected a string"),
];

const HINTS: [(&str, &str); 2] = [
    ("relative URL without a base", "; write the whole address, e.g. https://samsyn.example"),
    ("invalid IP address syntax", "; write an address with the length of its prefix, e.g. 10.20.0.0/16"),
];
