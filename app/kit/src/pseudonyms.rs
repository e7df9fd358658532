//! What a recording must not hold, and what stands in its place.
//!
//! Every personal number that is found becomes one of the official test numbers, the fields that are named become invented words, and
//! whatever is listed becomes what is listed. Not here: recording (`record`).
//! Invariant: one original always becomes the same pseudonym, in requests and replies alike, so that what belongs together still does.

use std::collections::{BTreeMap, BTreeSet};

use samsyn_domain::identifier::PersonIdentifier;
use serde::Deserialize;
use serde_json::Value;

use crate::canary;

/// Official test numbers that stand for people beside the patient.
const TEST_NUMBERS: [&str; 24] = [
    "193103189142",
    "193403188398",
    "193501259166",
    "193502168788",
    "193503189049",
    "193601016987",
    "193601037710",
    "193602199188",
    "193603119045",
    "193612196083",
    "193801248471",
    "193903049165",
    "194008259287",
    "194102033877",
    "194402273462",
    "194407148180",
    "194410188876",
    "194506304718",
    "194603173172",
    "194802162174",
    "194902283045",
    "195009072553",
    "195105112584",
    "195705172590",
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
    /// People of the recording, whether they have a pseudonym yet or not: none of them may become another's.
    met: BTreeSet<String>,
    numbers: BTreeMap<String, String>,
    has_too_many: bool,
    words: BTreeMap<(String, String), String>,
}

impl Pseudonyms {
    /// The rules for a recording of this patient.
    pub fn new(rules: Rules, patient: &PersonIdentifier) -> Self {
        let numbers = BTreeMap::from([(patient.digits().to_owned(), rules.patient.clone())]);
        let met = BTreeSet::from([rules.patient.clone()]);
        Self { rules, met, numbers, has_too_many: false, words: BTreeMap::new() }
    }

    /// How many people and words were given pseudonyms.
    pub fn given(&self) -> (usize, usize) {
        (self.numbers.len(), self.words.len())
    }

    /// How many people there are pseudonyms for, when there were more.
    pub fn exhausted(&self) -> Option<usize> {
        self.has_too_many.then_some(TEST_NUMBERS.len())
    }

    /// Takes notice of everybody in a text, before anybody is given a pseudonym.
    pub fn meet(&mut self, text: &str) {
        let runs = text.split(|letter: char| !letter.is_ascii_digit() && letter != '-' && letter != '+');
        self.met.extend(runs.filter_map(|run| read(&digits(run))));
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

    /// What still names somebody who was given a pseudonym, and where, in words that do not repeat it.
    pub fn left_in(&self, text: &str) -> Option<String> {
        let is_real =
            |(real, given): &(&String, &String)| real != given && !self.numbers.values().any(|given| given == *real);
        let numbers = self.numbers.iter().filter(is_real).flat_map(|(real, _)| canary::spellings(real));
        let numbers = numbers.map(|spelling| (spelling, "a personal number".to_owned()));
        let words = self.words.keys().filter(|(_, word)| word.chars().count() > 4);
        let words = words.map(|(field, word)| (word.clone(), format!("what a field `{field}` holds")));
        let (word, what) = numbers.chain(words).find(|(word, _)| text.contains(word.as_str()))?;
        Some(format!("{what} stands in {}", place_of(&word, text)))
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
            result.push_str(&self.number(run).or_else(|| self.at_the_end_of(run)).unwrap_or_else(|| run.to_owned()));
            rest = after;
        }
        result.push_str(rest);
        result
    }

    /// A number that is known by now and stands right after other digits, as `%20` leaves it.
    fn at_the_end_of(&self, run: &str) -> Option<String> {
        let pairs = self.numbers.iter();
        let mut pairs =
            pairs.flat_map(|(real, given)| canary::spellings(real).into_iter().zip(canary::spellings(given)));
        pairs.find_map(|(real, given)| run.strip_suffix(real.as_str()).map(|before| format!("{before}{given}")))
    }

    /// The pseudonym of a run of digits that is a personal number.
    fn number(&mut self, run: &str) -> Option<String> {
        let digits = digits(run);
        let known = self.numbers.keys().find(|known| **known == digits || known.get(2..) == Some(&digits)).cloned();
        let whole = known.or_else(|| read(&digits))?;
        let given = self.given_to(&whole)?;
        let (spelled, replaced) = (canary::spellings(&whole), canary::spellings(&given));
        spelled.iter().position(|spelling| spelling == run).and_then(|index| replaced.get(index).cloned())
    }

    fn given_to(&mut self, whole: &str) -> Option<String> {
        if let Some(given) = self.numbers.get(whole) {
            return Some(given.clone());
        }
        let is_free =
            |number: &&&str| !self.met.contains(**number) && !self.numbers.values().any(|given| given == **number);
        let Some(free) = TEST_NUMBERS.iter().find(is_free) else {
            self.has_too_many = true;
            return None;
        };
        Some(self.numbers.entry(whole.to_owned()).or_insert_with(|| (*free).to_owned()).clone())
    }
}

fn digits(run: &str) -> String {
    run.chars().filter(char::is_ascii_digit).collect()
}

/// Where a word stands: the member of JSON, or the line and the element it follows.
fn place_of(word: &str, text: &str) -> String {
    if let Some(member) = serde_json::from_str::<Value>(text).ok().and_then(|json| member_of(word, &json)) {
        return if member.is_empty() { "its text".to_owned() } else { format!("`{member}`") };
    }
    let before = text.find(word).and_then(|at| text.get(..at)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let element =
        before.rsplit_once('<').and_then(|(_, tag)| tag.split([' ', '>', '/', '\n']).find(|name| !name.is_empty()));
    element.map_or_else(|| format!("line {line}"), |element| format!("line {line}, after `<{element}>`"))
}

fn member_of(word: &str, value: &Value) -> Option<String> {
    let joined = |name: String, rest: String| {
        if rest.is_empty() || rest.starts_with('[') { format!("{name}{rest}") } else { format!("{name}.{rest}") }
    };
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| member_of(word, item).map(|rest| joined(format!("[{index}]"), rest))),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, value)| member_of(word, value).map(|rest| joined(name.clone(), rest)))
        }
        Value::String(text) => text.contains(word).then(String::new),
        other => other.to_string().contains(word).then(String::new),
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
        assert_eq!(pseudonyms.left_in(&text), None);
        assert_eq!(pseudonyms.left_in("x 440122-9085").unwrap(), "a personal number stands in line 1");
        assert_eq!(pseudonyms.given(), (2, 0));
        assert_eq!(pseudonyms.text("value=%20194401229085%22"), "value=%20191212121212%22");
    }

    #[test]
    fn nobody_is_given_the_number_of_somebody_else_who_is_named() {
        let mut pseudonyms = pseudonyms(&[]);
        // A test system holds official test numbers too, and the one that the patient is to become.
        let text = "195303231855 193103189142 191212121212 194401229085";
        pseudonyms.meet(text);
        let told = pseudonyms.text(text);
        assert_eq!(told, "193403188398 193501259166 193502168788 191212121212");
        assert_eq!(pseudonyms.text("%20193103189142"), "%20193501259166");
        assert_eq!(pseudonyms.left_in(&told), None);
    }

    #[test]
    fn more_people_than_there_are_test_numbers_for_are_told() {
        let mut pseudonyms = pseudonyms(&[]);
        let with_check_digit =
            |born: u32| (0..10).map(|digit| format!("{born}001{digit}")).find(|number| read(number).is_some());
        let valid: Vec<String> = (19_500_101..=19_500_130).filter_map(with_check_digit).collect();
        assert_eq!(valid.len(), 30);
        let told = pseudonyms.text(&valid.join(" "));
        let given: BTreeSet<&str> = told.split(' ').take(24).collect();
        assert_eq!((given.len(), pseudonyms.exhausted()), (24, Some(24)), "nobody shares a number");
    }

    #[test]
    fn a_named_field_becomes_the_same_invented_word_in_json_and_xml() {
        let mut pseudonyms = pseudonyms(&["name", "phone"]);
        let json = pseudonyms.text(r#"{"name":"Anna Svensson","in":[{"phone":"063-12 34 56"}],"text":"Dusch"}"#);
        assert_eq!(json, r#"{"in":[{"phone":"0555-00001"}],"name":"name 2","text":"Dusch"}"#);
        let xml = pseudonyms.text("<a:person><a:name>Anna Svensson</a:name><note>Dusch</note></a:person>");
        assert_eq!(xml, "<a:person><a:name>name 2</a:name><note>Dusch</note></a:person>");
        let json = r#"{"in":[{"note":"Ring Anna Svensson"}]}"#;
        assert_eq!(pseudonyms.left_in(json).unwrap(), "what a field `name` holds stands in `in[0].note`");
        let xml = "<a>\n<note>Ring Anna Svensson</note></a>";
        assert_eq!(pseudonyms.left_in(xml).unwrap(), "what a field `name` holds stands in line 2, after `<note>`");
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
