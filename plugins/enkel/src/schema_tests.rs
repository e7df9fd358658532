//! The published schema beside the adapter: a document with every field the schema has is read without a note.

use samsyn_adapter::{
    Plugin as _, http,
    rehearsal::{self, Rehearsal},
    types::SectionStatus,
};
use serde_json::{Map, Value, json};

use crate::{Enkel, manifest::SECTIONS};

fn schema() -> Value {
    serde_json::from_str(include_str!("../enkel.schema.json")).unwrap()
}

/// A value with every property of a part of the schema.
fn filled(schema: &Value, part: &Value) -> Value {
    if let Some(name) = part["$ref"].as_str() {
        return filled(schema, &schema["$defs"][name.strip_prefix("#/$defs/").unwrap()]);
    }
    if let Some(fixed) = part.get("const") {
        return fixed.clone();
    }
    if let Some(first) = part.get("enum").and_then(|words| words.get(0)) {
        return first.clone();
    }
    // The richest alternative stands last.
    if let Some(alternatives) = part.get("anyOf").or(part.get("oneOf")).and_then(Value::as_array) {
        return filled(schema, alternatives.last().unwrap());
    }
    match part["type"].as_str() {
        Some("string") => part["examples"].get(0).cloned().unwrap_or_else(|| "text".into()),
        Some("boolean") => true.into(),
        Some("integer") => 1.into(),
        Some("array") => json!([filled(schema, &part["items"])]),
        Some("object") => {
            let properties = part["properties"].as_object().unwrap();
            properties.iter().map(|(name, part)| (name.clone(), filled(schema, part))).collect::<Map<_, _>>().into()
        }
        other => panic!("{other:?} {part}"),
    }
}

fn lookup(document: &Value) -> Vec<(String, SectionStatus)> {
    let body = document.to_string();
    let mut host = Rehearsal::new(move |_: &http::Request| rehearsal::reply(200, body.clone()));
    let query = rehearsal::query("urn:oid:1.2.752.129.2.1.3.1", "195009072553", &SECTIONS);
    Enkel::lookup(&mut host, &query).unwrap();
    host.statuses
}

/// A document with one entry in every section, each with every field.
fn document() -> Value {
    let schema = schema();
    let section = |name: &str| {
        let entries = &schema["properties"]["sections"]["properties"][name]["properties"]["entries"];
        json!({ "status": "complete", "entries": filled(&schema, entries) })
    };
    let mut sections: Map<_, _> = SECTIONS.iter().map(|name| ((*name).to_owned(), section(name))).collect();
    let dose = filled(&schema, &schema["$defs"]["vaccination"]);
    sections["covid-19"]["entries"].as_array_mut().unwrap().push(dose);
    json!({ "contract": "samsyn-enkel/1", "patient": { "value": "195009072553" }, "sections": sections })
}

#[test]
fn every_field_of_the_schema_is_read() {
    let statuses = lookup(&document());
    assert_eq!(statuses.len(), SECTIONS.len());
    for (section, status) in statuses {
        assert_eq!(status, SectionStatus::Complete, "{section}");
    }
}

#[test]
fn what_the_schema_requires_is_what_the_adapter_cannot_do_without() {
    let schema = schema();
    let whole = document();
    for section in SECTIONS {
        let entries = &whole["sections"][section]["entries"];
        let definition =
            match &schema["properties"]["sections"]["properties"][section]["properties"]["entries"]["items"]["$ref"] {
                // Told apart by `type`; the first entry is an infection.
                Value::String(name) if name.ends_with("vaccinationOrInfection") => "infection".to_owned(),
                name => name.as_str().unwrap().strip_prefix("#/$defs/").unwrap().to_owned(),
            };
        let required: Vec<_> = schema["$defs"][&definition]["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        for field in entries[0].as_object().unwrap().keys() {
            let mut changed = whole.clone();
            changed["sections"][section]["entries"] = json!([entries[0]]);
            changed["sections"][section]["entries"][0].as_object_mut().unwrap().remove(field);
            let statuses = lookup(&changed);
            let status = &statuses.iter().find(|(name, _)| name == section).unwrap().1;
            let complete = *status == SectionStatus::Complete;
            assert_eq!(complete, !required.contains(&field.as_str()), "{section}.{field}: {status:?}");
        }
    }
}
