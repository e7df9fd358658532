//! What a recording must not hold, and what stands in its place.
//!
//! Every personal number that is found becomes one of the official test numbers, the fields that are named become invented words, and
//! whatever is listed becomes what is listed. Not here: recording (`record`).
//! Invariant: one original always becomes the same pseudonym, in requests and replies alike, so that what belongs together still does.

use std::collections::BTreeMap;

use samsyn_domain::identifier::PersonIdentifier;
use serde::Deserialize;
use serde_json::Value;

use crate::canary;

/// Official test numbers that stand for people beside the patient.
const TEST_NUMBERS: [&str; 8] = [
    "193103189142",
    "193403188398",
    "193501259166",
    "193502168788",
    "193503189049",
    "193601016987",
    "193601037710",
    "193602199188",
];

/// Rules of a recording.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// What the patient's number becomes; an official test number.
    pub patient: String,
    /// JSON members and XML elements whose text becomes an invented one.
    pub fields: Vec<String>,
    /// Words that become others, wherever they stand.
    pub replace: BTreeMap<String, String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { patient: "191212121212".to_owned(), fields: Vec::new(), replace: BTreeMap::new() }
    }
}

/// Applies the rules to one recording.
#[derive(Debug)]
pub struct Pseudonyms {
    rules: Rules,
    numbers: BTreeMap<String, String>,
    words: BTreeMap<(String, String), String>,
}

impl Pseudonyms {
    /// The rules for a recording of this patient.
    pub fn new(rules: Rules, patient: &PersonIdentifier) -> Self {
        let numbers = BTreeMap::from([(patient.digits().to_owned(), rules.patient.clone())]);
        Self { rules, numbers, words: BTreeMap::new() }
    }

    /// How many people and words were given pseudonyms.
    pub fn given(&self) -> (usize, usize) {
        (self.numbers.len(), self.words.len())
    }

    /// A text with everything replaced that the rules find in it.
    pub fn text(&mut self, text: &str) -> String {
        let fields = if let Ok(mut json) = serde_json::from_str::<Value>(text) {
            self.json(&mut json);
            json.to_string()
        } else {
            self.xml(text)
        };
        let mut numbered = self.numbers_in(&fields);
        for (from, to) in &self.rules.replace {
            numbered = numbered.replace(from.as_str(), to);
        }
        numbered
    }

    /// Whether a text still names somebody who was given a pseudonym; what must never be written down.
    pub fn still_names(&self, text: &str) -> bool {
        let real = self.numbers.iter().filter(|(real, given)| real != given).map(|(real, _)| real);
        let number = real.flat_map(|real| canary::spellings(real)).any(|spelling| text.contains(spelling.as_str()));
        number || self.words.keys().any(|(_, word)| word.chars().count() > 4 && text.contains(word.as_str()))
    }

    fn json(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if self.rules.fields.iter().any(|field| field == name) {
                        self.leaves(name, value);
                    } else {
                        self.json(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Every text within a named field, however deep.
    fn leaves(&mut self, field: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.word(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.leaves(field, item)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.leaves(field, value)),
            _ => {}
        }
    }

    /// The text of elements of a named field; a prefix of a namespace does not matter.
    fn xml(&mut self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            let (before, tag) = rest.split_at(open);
            result.push_str(before);
            let Some(end) = tag.find('>') else {
                rest = tag;
                break;
            };
            let (tag, after) = tag.split_at(end + 1);
            result.push_str(tag);
            let name = tag.trim_start_matches('<').split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default();
            let local = name.rsplit(':').next().unwrap_or_default().to_owned();
            rest = after;
            if self.rules.fields.contains(&local)
                && let Some(close) = after.find('<')
            {
                let (words, remaining) = after.split_at(close);
                result.push_str(&self.word(&local, words));
                rest = remaining;
            }
        }
        result.push_str(rest);
        result
    }

    /// An invented word for a field, of the same kind: a day for a day, digits for digits.
    fn word(&mut self, field: &str, original: &str) -> String {
        if original.trim().is_empty() {
            return original.to_owned();
        }
        let next = self.words.len() + 1;
        let digits = original.chars().filter(char::is_ascii_digit).count();
        let shape: String = original.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
        let made = match shape.as_str() {
            "0000-00-00" => "1912-12-12".to_owned(),
            "00000000" => "19121212".to_owned(),
            _ if digits * 2 > original.chars().count() => format!("0555-{next:05}"),
            _ => format!("{field} {next}"),
        };
        self.words.entry((field.to_owned(), original.to_owned())).or_insert(made).clone()
    }

    /// Every personal number in a text, in the spelling it stands in.
    fn numbers_in(&mut self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (before, from) = rest.split_at(start);
            result.push_str(before);
            let end = from
                .find(|letter: char| !letter.is_ascii_digit() && letter != '-' && letter != '+')
                .unwrap_or(from.len());
            let (run, after) = from.split_at(end);
            result.push_str(&self.number(run).unwrap_or_else(|| run.to_owned()));
            rest = after;
        }
        result.push_str(rest);
        self.known_numbers_in(result)
    }

    /// Numbers that are known by now and stand right after other digits, as `%20` leaves them.
    fn known_numbers_in(&self, text: String) -> String {
        let pairs = self.numbers.iter().filter(|(real, given)| real != given);
        let pairs = pairs.flat_map(|(real, given)| canary::spellings(real).into_iter().zip(canary::spellings(given)));
        pairs.fold(text, |text, (real, given)| if text.contains(&real) { text.replace(&real, &given) } else { text })
    }

    /// The pseudonym of a run of digits that is a personal number.
    fn number(&mut self, run: &str) -> Option<String> {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        let known = self.numbers.keys().find(|known| **known == digits || known.get(2..) == Some(&digits)).cloned();
        let whole = known.or_else(|| read(&digits))?;
        let next = self.numbers.len().saturating_sub(1) % TEST_NUMBERS.len();
        let fallback = TEST_NUMBERS.get(next).copied().unwrap_or("193103189142").to_owned();
        let given = self.numbers.entry(whole.clone()).or_insert(fallback).clone();
        let (spelled, replaced) = (canary::spellings(&whole), canary::spellings(&given));
        spelled.iter().position(|spelling| spelling == run).and_then(|index| replaced.get(index).cloned())
    }
}

/// The twelve digits of what is a person's number by its date and check digit.
fn read(digits: &str) -> Option<String> {
    let whole = match digits.len() {
        12 => digits.to_owned(),
        10 => {
            let century = if digits.get(..2).and_then(|year| year.parse::<u8>().ok())? > 30 { "19" } else { "20" };
            format!("{century}{digits}")
        }
        _ => return None,
    };
    let person = PersonIdentifier::stated(&whole).ok()?;
    (person.check_digit_matches() && person.birth_date().is_some()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pseudonyms(fields: &[&str]) -> Pseudonyms {
        let rules = Rules { fields: fields.iter().map(ToString::to_string).collect(), ..Rules::default() };
        Pseudonyms::new(rules, &PersonIdentifier::stated("194401229085").unwrap())
    }

    #[test]
    fn the_patient_and_everybody_else_become_test_people_in_every_spelling() {
        let mut pseudonyms = pseudonyms(&[]);
        let text = pseudonyms
            .text("440122-9085 and 19440122-9085, daughter 195303231855, again 530323-1855; 0555-12345 stays");
        assert_eq!(text, "121212-1212 and 19121212-1212, daughter 193103189142, again 310318-9142; 0555-12345 stays");
        assert!(!pseudonyms.still_names(&text));
        assert!(pseudonyms.still_names("x 440122-9085"));
        assert_eq!(pseudonyms.given(), (2, 0));
        assert_eq!(pseudonyms.text("value=%20194401229085%22"), "value=%20191212121212%22");
    }

    #[test]
    fn a_named_field_becomes_the_same_invented_word_in_json_and_xml() {
        let mut pseudonyms = pseudonyms(&["name", "phone"]);
        let json = pseudonyms.text(r#"{"name":"Anna Svensson","in":[{"phone":"063-12 34 56"}],"text":"Dusch"}"#);
        assert_eq!(json, r#"{"in":[{"phone":"0555-00001"}],"name":"name 2","text":"Dusch"}"#);
        let xml = pseudonyms.text("<a:person><a:name>Anna Svensson</a:name><note>Dusch</note></a:person>");
        assert_eq!(xml, "<a:person><a:name>name 2</a:name><note>Dusch</note></a:person>");
        assert!(pseudonyms.still_names("Anna Svensson"));
    }

    #[test]
    fn a_day_of_birth_becomes_another_day() {
        let mut pseudonyms = pseudonyms(&["born"]);
        assert_eq!(pseudonyms.text(r#"{"born":"1944-01-22"}"#), r#"{"born":"1912-12-12"}"#);
        assert_eq!(pseudonyms.text("<born>19440122</born>"), "<born>19121212</born>");
    }

    #[test]
    fn listed_words_become_what_is_listed() {
        let rules =
            Rules { replace: BTreeMap::from([("Verkliga".to_owned(), "Exempel".to_owned())]), ..Rules::default() };
        let mut pseudonyms = Pseudonyms::new(rules, &PersonIdentifier::stated("191212121212").unwrap());
        assert_eq!(pseudonyms.text("Verkliga vårdcentralen"), "Exempel vårdcentralen");
    }
}
