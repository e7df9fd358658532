//! What becomes of a panic: a log line with its place, sent before the instance ends.
//!
//! WebAssembly without WASI has nowhere to print, and a panic ends as a bare trap. The line is what tells the vendor where. Sections
//! that were answered before stay answered. Not here: failures the adapter understands ([`crate::Problem`]).
//! Invariant: the line carries no patient data. A text that was put together at run time may quote a record, so only its beginning
//! is kept, and none of it when it holds an identifier of the lookup. `cargo test` shows the whole text.

use std::{any::Any, panic};

use crate::{Host as _, Sandbox, log::Level, types::Identifier};

/// Longest text of a panic that is kept.
const TEXT_MAX_BYTES: usize = 300;
/// Folders of a path that are kept; the rest is the machine it was built on.
const FOLDERS_MAX: usize = 3;
/// Fewest digits in a row that count as the end of an identifier.
const DIGITS_MIN: usize = 10;

/// From now on a panic leaves an error line in the log of the lookup. [`crate::plugin!`] does this by itself.
pub fn listen(identifiers: &[Identifier]) {
    let hidden: Vec<String> = identifiers.iter().map(|identifier| digits(&identifier.value)).collect();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(|location| (location.file(), location.line()));
        Sandbox.log(Level::Error, &line(info.payload(), place, &hidden));
    }));
}

fn line(payload: &(dyn Any + Send), place: Option<(&str, u32)>, hidden: &[String]) -> String {
    let text = text(payload, hidden);
    match place {
        Some((file, line)) => format!("uncaught panic: {text} at {}:{line}", short(file)),
        None => format!("uncaught panic: {text}"),
    }
}

fn text(payload: &(dyn Any + Send), hidden: &[String]) -> String {
    // A literal was written by the author; anything else was put together at run time.
    let text = match (payload.downcast_ref::<&'static str>(), payload.downcast_ref::<String>()) {
        (Some(literal), _) => literal,
        (None, Some(made)) => made.split(": ").next().unwrap_or_default(),
        (None, None) => "(no text)",
    };
    let found = digits(text);
    let names = |digits: &String| {
        let ten = digits.get(digits.len().saturating_sub(DIGITS_MIN)..).unwrap_or(digits);
        !ten.is_empty() && found.contains(ten)
    };
    if hidden.iter().any(names) {
        return "(text left out, it holds the patient's number)".to_owned();
    }
    let mut end = text.len().min(TEXT_MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `src/map/service.rs`, without the folders of the machine it was built on.
fn short(file: &str) -> String {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    parts.iter().skip(parts.len().saturating_sub(FOLDERS_MAX)).copied().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> String {
        line(&text.to_owned(), Some(("src/visit.rs", 41)), &["191212121212".to_owned()])
    }

    #[test]
    fn a_panic_is_told_with_file_and_line() {
        let told = line(&"no unit", Some(("/home/me/.cargo/registry/src/x-1.0/src/lib.rs", 7)), &[]);
        assert_eq!(told, "uncaught panic: no unit at x-1.0/src/lib.rs:7");
        let told = made("index out of bounds: the len is 3 but the index is 5");
        assert_eq!(told, "uncaught panic: index out of bounds at src/visit.rs:41");
    }

    #[test]
    fn a_text_that_may_quote_a_record_is_cut_before_it() {
        let told = made("called `Result::unwrap()` on an `Err` value: \"Tolvan Tolvansson\"");
        assert_eq!(told, "uncaught panic: called `Result::unwrap()` on an `Err` value at src/visit.rs:41");
    }

    #[test]
    fn the_patients_number_is_never_repeated_however_it_is_written() {
        for number in ["191212121212", "121212-1212", "19121212-1212", "1212121212"] {
            let told = made(&format!("no person {number}"));
            assert_eq!(told, "uncaught panic: (text left out, it holds the patient's number) at src/visit.rs:41");
        }
    }
}
