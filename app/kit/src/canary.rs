//! What must never be seen where it does not belong: the patient's number and words, and every secret.
//!
//! Log lines, failure messages, codes and reasons go to administrators and metrics. Not here: secrets in replies, which the host itself
//! drops.
//! Invariant: an adapter is never handed a real secret; the kit fills every slot with a canary.

use std::sync::Arc;

use samsyn_domain::identifier::PersonIdentifier;
use serde_json::Value;

use crate::emission::Emission;

/// Shorter words are found by chance.
const SHORTEST: usize = 5;

/// Fields of entries that hold words about the patient or a person.
const PERSONAL: &[&str] = &[
    "given-name",
    "family-name",
    "number",
    "text",
    "title",
    "note",
    "comment",
    "grounds",
    "assessment",
    "dosage",
    "indication",
    "instruction",
    "separate-instruction",
    "patient-attitude",
    "relatives-attitude",
    "communication-need",
];

/// Of an entry itself, whom it is about; deeper in it, the name of a unit or of staff, which a message may say.
const NAME: &str = "name";

/// A stand-in that another patient is asked by, and stated by in replies.
pub const OTHERS: [&str; 2] = ["189001019802", "189001029819"];

/// The secret that the kit puts in a slot.
pub fn secret(slot: &str) -> String {
    format!("canary-7f3a91d2-{slot}")
}

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct Canaries {
    words: Vec<(String, &'static str)>,
    component: Arc<[u8]>,
}

const OF_A_RECORD: &str = "words of a record";

impl Canaries {
    /// The canaries of one lookup. A word of a record that stands in the component too is the adapter's own: somebody may be called as
    /// a message says.
    pub fn of(patient: &PersonIdentifier, emission: &Emission, slots: &[String], component: &[u8]) -> Self {
        let mut words: Vec<(String, &'static str)> =
            spellings(patient.digits()).into_iter().map(|spelling| (spelling, "the patient's number")).collect();
        words.extend(slots.iter().map(|slot| (secret(slot), "the secret of a credential slot")));
        for entry in emission.entries.values().flatten() {
            collect(entry, &mut words);
            if let Some(name) = entry.get(NAME).and_then(Value::as_str).filter(|name| name.len() >= SHORTEST) {
                words.push((name.to_owned(), OF_A_RECORD));
            }
        }
        Self { words, component: component.into() }
    }

    /// What is found in a text, in words that do not repeat it.
    pub fn found_in(&self, text: &str) -> Option<&'static str> {
        let is_found = |(word, what): &&(String, &str)| {
            text.contains(word.as_str()) && (*what != OF_A_RECORD || !self.is_the_adapters_own(word))
        };
        self.words.iter().find(is_found).map(|(_, what)| *what)
    }

    fn is_the_adapters_own(&self, word: &str) -> bool {
        self.component.windows(word.len().max(1)).any(|bytes| bytes == word.as_bytes())
    }
}

fn collect(value: &Value, words: &mut Vec<(String, &'static str)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if PERSONAL.contains(&name.as_str()) && text.len() >= SHORTEST => {
                        words.push((text.clone(), OF_A_RECORD));
                    }
                    other => collect(other, words),
                }
            }
        }
        _ => {}
    }
}

/// A number as sources and people write it, the longest first.
pub fn spellings(digits: &str) -> Vec<String> {
    let (Some(long), Some(short), Some(tail), Some(date)) =
        (digits.get(..8), digits.get(2..8), digits.get(8..), digits.get(2..))
    else {
        return vec![digits.to_owned()];
    };
    vec![
        digits.to_owned(),
        format!("{long}-{tail}"),
        format!("{short}-{tail}"),
        format!("{short}+{tail}"),
        date.to_owned(),
    ]
}

/// Each spelling of a patient's number, with the same spelling of somebody else's.
pub fn as_another(digits: &str) -> Vec<(String, String)> {
    let other = OTHERS.into_iter().find(|other| *other != digits).unwrap_or_default();
    spellings(digits).into_iter().zip(spellings(other)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_number_is_found() {
        let patient = PersonIdentifier::stated("191212121212").unwrap();
        let canaries = Canaries::of(&patient, &Emission::default(), &["key".to_owned()], b"");
        for text in ["no 191212121212", "19121212-1212", "x121212-1212", "121212+1212", "1212121212"] {
            assert_eq!(canaries.found_in(text), Some("the patient's number"), "{text}");
        }
        assert_eq!(canaries.found_in(&format!("Bearer {}", secret("key"))), Some("the secret of a credential slot"));
        assert_eq!(canaries.found_in("status 500"), None);
    }

    #[test]
    fn what_a_record_says_is_found_and_the_name_of_a_unit_is_not() {
        let patient = PersonIdentifier::stated("191212121212").unwrap();
        let entry = serde_json::json!({
            "name": "Karin Fjällström", "text": "Dusch på onsdagar", "provenance": { "care-unit": { "name": "Norra hemtjänsten" } },
        });
        let emission = Emission { entries: [("contacts".to_owned(), vec![entry])].into(), ..Emission::default() };
        let canaries = Canaries::of(&patient, &emission, &[], b"");
        assert_eq!(canaries.found_in("row of Karin Fjällström"), Some(OF_A_RECORD));
        assert_eq!(canaries.found_in("cannot read: Dusch på onsdagar"), Some(OF_A_RECORD));
        assert_eq!(canaries.found_in("no answer from Norra hemtjänsten"), None);
    }

    #[test]
    fn a_name_is_found_unless_the_adapter_says_the_word_by_itself() {
        let patient = PersonIdentifier::stated("191212121212").unwrap();
        let named = |name: &str| {
            let entries = [("person".to_owned(), vec![serde_json::json!({ "family-name": name })])].into();
            Canaries::of(
                &patient,
                &Emission { entries, ..Emission::default() },
                &[],
                b"\0asm no Patient with this number",
            )
        };
        assert_eq!(named("Fjällström").found_in("no answer about Fjällström"), Some(OF_A_RECORD));
        assert_eq!(named("Patient").found_in("several Patients"), None);
    }
}
