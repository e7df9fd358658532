//! From text to shapes: everything unknown, unreadable or missing at once, each where it stands.
//!
//! The deserializer stops at the first thing it cannot read. So what it stopped at is noted and taken out of a copy, and the
//! copy is read again, until nothing is left to stop at. Not here: what the values mean together (`checks`).
//! Invariant: a configuration comes out only if nothing but unknown keys was taken out.

use std::ops::Range;

use serde::Deserialize as _;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Error, ValueDeserializer},
};

use super::{
    Config,
    problem::{KeyPath, Part, Step},
    wording,
};

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Where it begins, in bytes.
    pub offset: usize,
    /// The key; empty where the text is no TOML.
    pub key: KeyPath,
    /// What is wrong and what to write instead.
    pub detail: String,
}

/// The configuration, unless it could not be read, and what is wrong with the text.
pub fn read(text: &str) -> (Option<Config>, Vec<Misread>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, syntax(text, &errors));
    }
    let span = document.span();
    let whole = Spanned::new(span, DeValue::Table(document.into_inner()));
    let mut reading = Reading { left: whole.clone(), whole, taken: Vec::new(), misread: Vec::new(), is_readable: true };
    loop {
        match Config::deserialize(ValueDeserializer::from(reading.left.clone())) {
            Ok(config) => return (reading.is_readable.then_some(config), reading.misread),
            Err(error) if reading.goes_on_after(&error) => {}
            Err(_) => return (None, reading.misread),
        }
    }
}

/// One per line: what the parser says after its first word about a line is mostly a consequence.
fn syntax(text: &str, errors: &[Error]) -> Vec<Misread> {
    let line = |offset: usize| text.get(..offset).unwrap_or(text).matches('\n').count();
    let mut misread: Vec<Misread> = Vec::new();
    for error in errors {
        let offset = error.span().map_or(0, |span| span.start);
        if !misread.iter().any(|known| line(known.offset) == line(offset)) {
            misread.push(Misread { offset, key: KeyPath::default(), detail: error.message().to_owned() });
        }
    }
    misread
}

/// What has been read so far, and what stood in the way.
struct Reading<'t> {
    whole: Spanned<DeValue<'t>>,
    left: Spanned<DeValue<'t>>,
    taken: Vec<KeyPath>,
    misread: Vec<Misread>,
    is_readable: bool,
}

impl Reading<'_> {
    /// Notes the error and takes out what caused it. False when nothing can be taken out any more.
    fn goes_on_after(&mut self, error: &Error) -> bool {
        let Some(span) = error.span() else { return self.ends_with(error, 0) };
        let offset = span.start;
        let missing = error.message().strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let is_unknown = error.message().starts_with("unknown field");
        let part = if is_unknown { Part::Name } else { Part::Value };
        // A key is missing in the innermost table that begins here; a value is wrong as a whole.
        let wanted = Wanted { span, part, innermost: missing.is_some() };
        let start = KeyPath::default();
        let (Some(key), Some(left)) = (find(&start, &self.whole, &wanted), find(&start, &self.left, &wanted)) else {
            return self.ends_with(error, offset);
        };
        // What was taken out because it could not be read is not missing.
        if !missing.is_some_and(|name| self.taken.contains(&key.key(name))) {
            let detail = if missing.is_none() && !is_unknown && self.is_list_of_tables(&key) {
                wording::one_table(&key)
            } else {
                wording::of(error.message(), &key)
            };
            self.note(Misread { offset, key: key.clone(), detail });
        }
        if key == start {
            self.note_missing_tables();
        }
        self.is_readable &= is_unknown;
        self.taken.push(key);
        take_out(self.left.get_mut(), left.steps())
    }

    /// At the root the reading ends, so what else is missing there is told now.
    fn note_missing_tables(&mut self) {
        for name in Config::NEEDED {
            if self.whole.get_ref().get(name).is_none() {
                let detail = wording::of(&format!("missing field `{name}`"), &KeyPath::default());
                self.note(Misread { offset: 0, key: KeyPath::default(), detail });
            }
        }
    }

    /// Written with two brackets. A structure takes a list for its fields in a row, so the error is about the first of them.
    fn is_list_of_tables(&self, key: &KeyPath) -> bool {
        let value = key.steps().iter().try_fold(self.whole.get_ref(), |value, step| match step {
            Step::Key(name) => value.get(name.as_str()).map(Spanned::get_ref),
            Step::Item(index) => value.get(*index).map(Spanned::get_ref),
        });
        value.and_then(DeValue::as_array).and_then(|items| items.first()).is_some_and(|item| item.get_ref().is_table())
    }

    fn ends_with(&mut self, error: &Error, offset: usize) -> bool {
        self.note(Misread { offset, key: KeyPath::default(), detail: error.message().to_owned() });
        false
    }

    fn note(&mut self, misread: Misread) {
        if !self.misread.contains(&misread) {
            self.misread.push(misread);
        }
    }
}

/// What an error points at.
struct Wanted {
    span: Range<usize>,
    part: Part,
    innermost: bool,
}

/// The way to it.
fn find(here: &KeyPath, value: &Spanned<DeValue<'_>>, wanted: &Wanted) -> Option<KeyPath> {
    let this = (wanted.part == Part::Value && value.span() == wanted.span).then(|| here.clone());
    if this.is_some() && !wanted.innermost {
        return this;
    }
    let inner = match value.get_ref() {
        DeValue::Table(table) => table.iter().find_map(|(name, value)| {
            let there = here.key(name.get_ref());
            let is_name = wanted.part == Part::Name && name.span() == wanted.span;
            if is_name { Some(there) } else { find(&there, value, wanted) }
        }),
        DeValue::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| find(&here.item(index), item, wanted))
        }
        _ => None,
    };
    inner.or(this)
}

fn take_out(value: &mut DeValue<'_>, steps: &[Step]) -> bool {
    match (steps, value) {
        ([Step::Key(name)], DeValue::Table(table)) => table.remove(name.as_str()).is_some(),
        ([Step::Item(index)], DeValue::Array(items)) if *index < items.len() => {
            let others = std::mem::replace(items, DeArray::new()).into_iter().enumerate();
            *items = others.filter(|(number, _)| number != index).map(|(_, item)| item).collect();
            true
        }
        ([Step::Key(name), inner @ ..], DeValue::Table(table)) => {
            table.get_mut(name.as_str()).is_some_and(|value| take_out(value.get_mut(), inner))
        }
        ([Step::Item(index), inner @ ..], DeValue::Array(items)) => {
            items.get_mut(*index).is_some_and(|item| take_out(item.get_mut(), inner))
        }
        _ => false,
    }
}
