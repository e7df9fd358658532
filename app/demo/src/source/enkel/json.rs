//! Entries as the published schema has them.
//!
//! The schema's names are the domain's own in camel case, so that the domain's JSON is renamed instead of written again;
//! identifiers, which the domain never writes, are added. A test in `tests/` reads the result back through the adapter.
//! Invariant: identifiers are those of the record, never those of the question.

use samsyn_domain::{
    entry::{Entry, PersonDetails},
    identifier::{Identifier, IdentifierKind},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Version word of the contract.
pub(super) const CONTRACT: &str = "samsyn-enkel/1";

/// The banner.
pub(super) fn person(person: &PersonDetails) -> Value {
    let mut record = renamed(person);
    put(&mut record, "identifier", identifier(&person.identifier));
    if let (Some(patient), Some(provenance)) = (&person.provenance.patient, record.get_mut("provenance")) {
        put(provenance, "patient", identifier(patient));
    }
    record
}

/// One entry. `type` stays only where two kinds share a section.
pub(super) fn entry(entry: &Entry) -> Value {
    let mut record = renamed(entry);
    if !matches!(entry, Entry::Vaccination(_) | Entry::Infection(_))
        && let Some(fields) = record.as_object_mut()
    {
        fields.remove("type");
    }
    if let (Some(patient), Some(provenance)) = (&entry.provenance().patient, record.get_mut("provenance")) {
        put(provenance, "patient", identifier(patient));
    }
    record
}

fn identifier(identifier: &Identifier) -> Value {
    let system = match IdentifierKind::of_system(&identifier.system) {
        Some(IdentifierKind::PersonalNumber) => "personnummer",
        Some(IdentifierKind::CoordinationNumber) => "samordningsnummer",
        Some(IdentifierKind::ReserveNumber) => "reservnummer",
        None => &identifier.system,
    };
    json!({ "system": system, "value": identifier.value })
}

fn put(record: &mut Value, key: &str, value: Value) {
    if let Some(fields) = record.as_object_mut() {
        fields.insert(key.into(), value);
    }
}

fn renamed(record: &impl Serialize) -> Value {
    serde_json::to_value(record).map_or(Value::Null, camel)
}

fn camel(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(camel).collect(),
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (camel_key(&key), camel(value))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn camel_key(key: &str) -> String {
    let mut words = key.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}
