//! Reading a JSON record field by field, so that a wrong field is named instead of dropped or guessed.
//!
//! Not here: what a field means. Typed deserialisation gives up on a whole reply at the first wrong field, and its messages
//! repeat the content; this reader keeps the rest and repeats only names of fields.
//! Invariant: a field that is there but cannot be read leaves a note, and a section with notes is never complete.

use std::{cell::RefCell, collections::BTreeMap};

use crate::{
    Answers, Host, Language,
    json::{Json, Object},
    when,
};

/// Longest text that is kept where a time was expected.
const UNREADABLE_TIME_MAX_BYTES: usize = 100;

/// How names of a source's own fields begin.
const OWN: &str = "x-";

/// What was wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Flaw {
    Missing,
    Unreadable,
    Unknown,
}

/// What could not be read, by field.
#[derive(Debug)]
pub struct Notes {
    language: Language,
    flaws: RefCell<BTreeMap<(Flaw, String), usize>>,
}

impl Notes {
    /// No notes yet.
    pub const fn new(language: Language) -> Self {
        Self { language, flaws: RefCell::new(BTreeMap::new()) }
    }

    /// Whether everything could be read.
    pub fn is_empty(&self) -> bool {
        self.flaws.borrow().is_empty()
    }

    /// Something that is there could not be read; the rest is kept.
    pub fn unreadable(&self, field: &str) {
        self.add(Flaw::Unreadable, field);
    }

    /// Something required is not there, so that what holds it cannot be shown.
    pub fn missing(&self, field: &str) {
        self.add(Flaw::Missing, field);
    }

    /// A field that nobody knows: perhaps misspelt, and then its information would be lost. Names that begin with `x-` are
    /// the source's own and leave no note.
    pub fn unknown(&self, field: &str) {
        if !field.rsplit('.').next().unwrap_or_default().starts_with(OWN) {
            self.add(Flaw::Unknown, field);
        }
    }

    fn add(&self, flaw: Flaw, field: &str) {
        let safe = |c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '-' | '_' | 'å' | 'ä' | 'ö');
        // A name of a field may be anything the source writes; only what looks like one is repeated.
        let field = if field.len() <= 60 && field.chars().all(safe) { field } else { "?" };
        *self.flaws.borrow_mut().entry((flaw, field.to_owned())).or_default() += 1;
    }

    /// One text per kind of flaw and field, for the clinician.
    pub fn texts(&self) -> Vec<String> {
        let text = |((flaw, field), count): (&(Flaw, String), &usize)| match (self.language, flaw) {
            (Language::Swedish, Flaw::Missing) => format!("fältet {field} saknas, uppgiften visas inte ({count} st)"),
            (Language::Swedish, Flaw::Unreadable) => format!("fältet {field} gick inte att läsa ({count} st)"),
            (Language::Swedish, Flaw::Unknown) => format!("okänt fält {field} ({count} st)"),
            (Language::English, Flaw::Missing) => format!("field {field} is missing, not shown ({count})"),
            (Language::English, Flaw::Unreadable) => format!("field {field} could not be read ({count})"),
            (Language::English, Flaw::Unknown) => format!("unknown field {field} ({count})"),
        };
        self.flaws.borrow().iter().map(text).collect()
    }

    /// Gives the notes to a section, which thereby is not complete.
    pub fn tell<H: Host>(&self, answers: &mut Answers<'_, H>, section: &str) {
        for text in self.texts() {
            answers.missing(section, text);
        }
    }
}

/// Deepest place a note can name; deeper ones are named by their end.
const STEPS_MAX: usize = 6;

/// Where an object stands in its record. Names of fields are known when adapters are built, so that going down costs nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Path {
    steps: [&'static str; STEPS_MAX],
    length: usize,
}

impl Path {
    fn within(mut self, step: &'static str) -> Self {
        if let Some(place) = self.steps.get_mut(self.length) {
            *place = step;
            self.length += 1;
        }
        self
    }

    fn name(&self, key: &str) -> String {
        let steps = self.steps.iter().take(self.length).copied();
        steps.chain(std::iter::once(key)).collect::<Vec<_>>().join(".")
    }
}

/// One JSON object being read.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Object<'a>,
    path: Path,
    notes: &'a Notes,
}

impl<'a> Fields<'a> {
    /// Begins with a value that should be an object; `name` stands for it in notes.
    pub fn of(value: &'a Json<'a>, name: &str, notes: &'a Notes) -> Option<Self> {
        let Json::Object(object) = value else {
            notes.unreadable(name);
            return None;
        };
        Some(Self { object, path: Path::default(), notes })
    }

    fn value(&self, key: &'static str) -> Option<&'a Json<'a>> {
        self.object.get(key).filter(|value| **value != Json::Null)
    }

    /// A field that is there but of another shape.
    fn read<T>(&self, key: &'static str, read: impl FnOnce(&'a Json<'a>) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let result = read(value);
        if result.is_none() {
            self.notes.unreadable(&self.path.name(key));
        }
        result
    }

    /// Whether the field is there at all.
    pub fn has(&self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// Whether the field is there and says something; blank text does not.
    pub fn says(&self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.as_text().is_none_or(|text| !text.trim().is_empty()))
    }

    /// The value itself, for fields of several shapes.
    pub fn raw(&self, key: &'static str) -> Option<&'a Json<'a>> {
        self.value(key)
    }

    /// Notes that the field could not be read, where only its reader can tell.
    pub fn unreadable(&self, key: &'static str) {
        self.notes.unreadable(&self.path.name(key));
    }

    /// A reader for an object found through [`Self::raw`]; anything else leaves a note.
    pub fn within(&self, key: &'static str, value: &'a Json<'a>) -> Option<Fields<'a>> {
        let Json::Object(object) = value else {
            self.notes.unreadable(&self.path.name(key));
            return None;
        };
        Some(Fields { object, path: self.path.within(key), notes: self.notes })
    }

    /// Text; blank is none.
    pub fn text(&self, key: &'static str) -> Option<String> {
        self.written(key).map(str::to_owned)
    }

    /// The text as it stands in the reply; blank is none.
    fn written(&self, key: &'static str) -> Option<&'a str> {
        self.read(key, Json::as_text).filter(|text| text.starts_with(char::is_alphanumeric) || !text.trim().is_empty())
    }

    /// Text without which the record cannot be shown.
    pub fn required(&self, key: &'static str) -> Option<String> {
        let text = self.text(key);
        // An unreadable one has its note already.
        if text.is_none() && self.value(key).is_none_or(|value| matches!(value, Json::Text(_))) {
            self.notes.missing(&self.path.name(key));
        }
        text
    }

    /// True or false.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        self.read(key, Json::as_flag)
    }

    /// A count or an order.
    pub fn count(&self, key: &'static str) -> Option<u32> {
        self.read(key, |value| value.as_count().and_then(|number| u32::try_from(number).ok()))
    }

    /// A time in a form of the contract. One that cannot be read leaves a note and is kept as it is written: the host shows
    /// such a text and never reckons with it, while a lost end date would make a record look valid for ever.
    pub fn time(&self, key: &'static str) -> Option<String> {
        let written = self.written(key)?;
        when::when(written).or_else(|| {
            self.notes.unreadable(&self.path.name(key));
            (written.len() <= UNREADABLE_TIME_MAX_BYTES).then(|| written.to_owned())
        })
    }

    /// A local clock time, `HH:MM`.
    pub fn clock(&self, key: &'static str) -> Option<String> {
        let written = self.written(key)?;
        let clock = when::clock(written);
        if clock.is_none() {
            self.notes.unreadable(&self.path.name(key));
        }
        clock
    }

    /// A word read by a table; a word outside it is unreadable.
    pub fn one_of<T>(&self, key: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.read(key, |value| value.as_text().and_then(read))
    }

    /// An object inside.
    pub fn inner(&self, key: &'static str) -> Option<Fields<'a>> {
        self.within(key, self.value(key)?)
    }

    /// Objects in a list; those of another shape leave a note.
    pub fn list(&self, key: &'static str) -> Vec<Fields<'a>> {
        let items = self.read(key, Json::as_list).unwrap_or_default();
        items.iter().filter_map(|value| self.within(key, value)).collect()
    }

    /// Words in a list, each read by a table.
    pub fn words<T>(&self, key: &'static str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let items = self.read(key, Json::as_list).unwrap_or_default();
        let word = |value: &Json<'_>| {
            let word = value.as_text().and_then(&read);
            if word.is_none() {
                self.notes.unreadable(&self.path.name(key));
            }
            word
        };
        items.iter().filter_map(word).collect()
    }

    /// Reads the object, then notes every field that nobody asked for: a misspelt name is information that would be lost.
    /// Names that begin with `x-` are the source's own.
    pub fn whole<T>(self, read: impl FnOnce(&Self) -> T) -> T {
        let result = read(&self);
        // The source's own fields may be most of a record.
        for key in self.object.unasked().filter(|key| !key.starts_with(OWN)) {
            self.notes.unknown(&self.path.name(key));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes_of(json: &str, read: impl FnOnce(&Fields<'_>)) -> Vec<String> {
        let value = Json::parse(json.as_bytes()).unwrap();
        let notes = Notes::new(Language::English);
        Fields::of(&value, "record", &notes).unwrap().whole(read);
        notes.texts()
    }

    #[test]
    fn a_wrong_field_is_named_and_its_content_is_not_repeated() {
        let texts = notes_of(r#"{"ended":"Tolvan Tolvansson","order":"first","inner":{"at":7}}"#, |fields| {
            assert_eq!(fields.time("ended").as_deref(), Some("Tolvan Tolvansson"));
            assert_eq!(fields.count("order"), None);
            assert_eq!(fields.inner("inner").unwrap().time("at"), None);
        });
        let expected = ["ended", "inner.at", "order"].map(|field| format!("field {field} could not be read (1)"));
        assert_eq!(texts, expected);
    }

    #[test]
    fn an_absent_field_is_no_fault_unless_it_is_required() {
        let texts = notes_of(r#"{"blank":" ","none":null}"#, |fields| {
            assert_eq!((fields.text("blank"), fields.flag("none"), fields.time("absent")), (None, None, None));
            assert_eq!(fields.required("title"), None);
        });
        assert_eq!(texts, ["field title is missing, not shown (1)"]);
    }

    #[test]
    fn a_misspelt_field_is_noted_and_the_sources_own_are_not() {
        let texts = notes_of(r#"{"vaildTo":"2026-01-01","x-own":1,"195009072553":1}"#, |fields| {
            assert_eq!(fields.time("validTo"), None);
        });
        assert_eq!(texts, ["unknown field ? (1)", "unknown field vaildTo (1)"]);
    }
}
