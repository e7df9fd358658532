//! Where in the file something is wrong, and in which words it is told.
//!
//! Not here: what is wrong (`block_file`). Invariant: the words of the JSON library are passed on only where they can hold no value.

use std::fmt;

use serde_json::{Error, error::Category, value::RawValue};

/// Problems that are told at once; the rest is counted.
const TOLD: usize = 20;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Counted from 1.
    pub line: usize,
    /// In bytes, counted from 1.
    pub column: usize,
    /// What is wrong and what to write instead; never a value of the file.
    pub what: String,
}

/// Everything that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblems {
    /// The first ones, in the order of the file.
    pub told: Vec<FileProblem>,
    /// How many there are in all.
    pub count: usize,
}

impl FileProblems {
    /// One that is not at any place.
    pub fn of_the_whole(what: &str) -> Self {
        Self { told: vec![FileProblem { line: 1, column: 1, what: what.to_owned() }], count: 1 }
    }

    /// One line for each problem, `FILE:LINE:COLUMN: what`.
    pub fn lines<'a>(&'a self, file: &'a dyn fmt::Display) -> impl Iterator<Item = String> + 'a {
        self.told.iter().map(move |one| format!("{file}:{}:{}: {}", one.line, one.column, one.what))
    }
}

/// The text, and what has been found wrong with it so far.
pub(super) struct Text<'a> {
    text: &'a str,
    found: FileProblems,
}

impl<'a> Text<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self { text, found: FileProblems { told: Vec::new(), count: 0 } }
    }

    pub const fn all(&self) -> &'a str {
        self.text
    }

    pub const fn is_fine(&self) -> bool {
        self.found.count == 0
    }

    pub fn into_problems(mut self) -> FileProblems {
        self.found.told.sort_by_key(|one| (one.line, one.column));
        self.found
    }

    /// The document is no such document.
    pub fn refuse_document(&mut self, error: &Error) {
        self.push(error.line(), error.column(), words(error));
    }

    /// A part of the document is wrong as a whole.
    pub fn refuse(&mut self, part: &RawValue, what: &str) {
        let (line, column) = self.place_of(part);
        self.push(line, column, what.to_owned());
    }

    /// A part of the document cannot be read.
    pub fn refuse_part(&mut self, part: &RawValue, error: &Error) {
        let (line, column) = self.place_of(part);
        match error.line() {
            0 | 1 => self.push(line, column + error.column().saturating_sub(1), words(error)),
            further => self.push(line + further - 1, error.column(), words(error)),
        }
    }

    fn push(&mut self, line: usize, column: usize, what: String) {
        self.found.count += 1;
        if self.found.told.len() < TOLD {
            self.found.told.push(FileProblem { line: line.max(1), column: column.max(1), what });
        }
    }

    /// A part is a piece of the text, so that its address tells where it stands.
    fn place_of(&self, part: &RawValue) -> (usize, usize) {
        let offset = part.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, offset - line_start + 1)
    }
}

/// The library's own words where they tell of the form only; where they would quote the file, what is expected instead.
fn words(error: &Error) -> String {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let is_name = |name: &str| name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match error.classify() {
        Category::Data => {
            if said.starts_with("missing field") || said.starts_with("duplicate field") {
                return said.to_owned();
            }
            let named = said.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
            if let Some((name, _)) = named {
                let name = if is_name(name) { format!("unknown key `{name}`") } else { "unknown key".to_owned() };
                return format!("{name}; nothing but the documented keys is read");
            }
            match said.rsplit_once("expected ") {
                Some((_, expected)) => format!("expected {expected}"),
                None => "this value cannot be read".to_owned(),
            }
        }
        Category::Syntax | Category::Eof | Category::Io => said.to_owned(),
    }
}
