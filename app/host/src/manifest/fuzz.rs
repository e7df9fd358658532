//! Fuzz target of the manifest: the reader against the schema that vendors are given.
//!
//! What is read follows the schema, and what follows the schema and the four rules that a schema cannot say is read.
//! Not here: how inputs are made (`samsyn_fuzz`). Invariant: the model reads `wit/manifest.schema.json` itself, not a copy.

use std::collections::BTreeSet;

use samsyn_fuzz::{fuzz, outcome};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{MANIFEST_MAX_BYTES, Manifest};

const WORDS: [&str; 60] = [
    "\"type\"",
    "\"help\"",
    "\"string\"",
    "\"integer\"",
    "\"boolean\"",
    "\"true\"",
    "\"50\"",
    "\"maybe\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "null",
    "true",
    "false",
    "0",
    "1.5",
    "-1",
    "\"\"",
    "\" \"",
    "\"\\n\"",
    "\"\\u0000\"",
    "\"å\"",
    "\"A\"",
    "\"a\"",
    "\"1.0\"",
    "\"1.0.0\"",
    "\"2.0\"",
    "\"1.\"",
    "\"id\"",
    "\"name\"",
    "\"vendor\"",
    "\"version\"",
    "\"contract\"",
    "\"sections\"",
    "\"alerts\"",
    "\"service_kinds\"",
    "\"identifier_kinds\"",
    "\"personal-number\"",
    "\"reserve-number\"",
    "\"origins\"",
    "\"alias\"",
    "\"description\"",
    "\"methods\"",
    "\"GET\"",
    "\"TRACE\"",
    "\"credential_slots\"",
    "\"kinds\"",
    "\"hmac\"",
    "\"settings\"",
    "\"key\"",
    "\"choice\"",
    "\"default\"",
    "\"choices\"",
    "\"languages\"",
    "\"multi_provider\"",
    "\"required\"",
];

#[test]
fn the_reader_and_the_published_schema_agree() {
    let schema: Value = serde_json::from_str(include_str!("../../../../wit/manifest.schema.json")).unwrap();
    fuzz("manifest", &WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let read = Manifest::read(&text);
        let parsed = serde_json::from_str::<Value>(&text);
        let broken = parsed.as_ref().map_or(Some("no JSON".to_owned()), |value| broken(&schema, &schema, value));
        match read {
            Ok(manifest) => {
                assert_eq!(broken, None, "read, although it does not follow the schema");
                assert_eq!(parsed.as_ref().ok().and_then(rule_beyond), None, "read, although it breaks a rule");
                let again = Manifest::read(&serde_json::to_string(&manifest).unwrap());
                assert_eq!(again.as_ref(), Ok(&manifest), "does not survive being written");
                outcome((
                    manifest.origins.len(),
                    manifest.settings.len(),
                    manifest.credential_slots.len(),
                    manifest.sections.len(),
                ))
            }
            Err(error) => {
                let told = error.to_string();
                // Of a key that stands twice, the model sees only the second.
                let beyond = text.len() > MANIFEST_MAX_BYTES
                    || serde_json::from_str::<Once>(&text).is_err()
                    || parsed.as_ref().is_ok_and(|value| rule_beyond(value).is_some());
                assert!(broken.is_some() || beyond, "refused, although it follows the schema: {told}");
                outcome(told.split(" at line").next().map(|told| told.split(['`', '"']).next().map(str::to_owned)))
            }
        }
    });
}

/// JSON whose objects have each key once.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("each key once")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = fields.next_key::<String>()? {
            if !seen.insert(key) {
                return Err(A::Error::custom("twice"));
            }
            fields.next_value::<Self>()?;
        }
        Ok(self)
    }
}

/// What the schema cannot say: names once only, texts that are one line and say something, choices and defaults that fit.
fn rule_beyond(manifest: &Value) -> Option<&'static str> {
    let all = |list: &str| manifest.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let twice = |list: &str, key: &str| {
        let names: Vec<String> = all(list).iter().map(|item| item[key].to_string()).collect();
        names.iter().collect::<BTreeSet<_>>().len() < names.len()
    };
    let line =
        |text: &Value| text.as_str().is_none_or(|text| text.trim().is_empty() || text.chars().any(char::is_control));
    let lines = |list: &str, key: &str| all(list).iter().any(|item| line(&item[key]));
    let setting = |setting: &Value| {
        let choices = setting["choices"].as_array().map_or(0, Vec::len);
        let default = setting["default"].as_str();
        let fits = |value: &str| match setting["type"].as_str() {
            Some("integer") => value.parse::<i64>().is_ok(),
            Some("boolean") => matches!(value, "true" | "false"),
            Some("choice") => setting["choices"].as_array().is_some_and(|all| all.iter().any(|choice| choice == value)),
            _ => true,
        };
        (setting["type"] == "choice") == (choices == 0) || default.is_some_and(|value| !fits(value))
    };
    if twice("origins", "alias") || twice("credential_slots", "name") || twice("settings", "key") {
        return Some("a name stands twice");
    }
    let top = ["name", "vendor", "version"].iter().any(|key| line(&manifest[*key]));
    if top || lines("origins", "description") || lines("credential_slots", "description") || lines("settings", "help") {
        return Some("a text is not one line");
    }
    all("settings").iter().any(setting).then_some("choices or default do not fit")
}

/// The rule of the schema that a value breaks, for as much of JSON Schema as the manifest's uses.
fn broken(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let found = root.pointer(name.strip_prefix('#')?).expect("a reference to nothing");
        return broken(root, found, value);
    }
    let type_of = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![type_of],
    };
    if !types.contains(&type_of) {
        return Some(format!("{type_of} for {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        return Some("none of the words".to_owned());
    }
    match value {
        Value::String(text) => broken_text(schema, text),
        Value::Array(items) => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            let unique = schema["uniqueItems"] == true && (1..items.len()).any(|at| items[..at].contains(&items[at]));
            if u64::try_from(items.len()).unwrap() < least || unique {
                return Some("too few, or twice".to_owned());
            }
            items.iter().find_map(|item| broken(root, &schema["items"], item))
        }
        Value::Object(fields) => {
            let missing = |key: &Value| !fields.contains_key(key.as_str().unwrap());
            if schema["required"].as_array().is_some_and(|all| all.iter().any(missing)) {
                return Some("a key is missing".to_owned());
            }
            fields.iter().find_map(|(key, field)| match schema["properties"].get(key) {
                Some(known) => broken(root, known, field),
                None => (schema["additionalProperties"] == false).then(|| format!("{key} is unknown")),
            })
        }
        _ => None,
    }
}

fn broken_text(schema: &Value, text: &str) -> Option<String> {
    let characters = u64::try_from(text.chars().count()).unwrap();
    let (least, most) = (schema["minLength"].as_u64().unwrap_or(0), schema["maxLength"].as_u64().unwrap_or(u64::MAX));
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = match schema["pattern"].as_str() {
        None => true,
        Some("^[a-z0-9][a-z0-9._-]{0,63}$") => {
            text.starts_with(lower) && text.chars().all(|c| lower(c) || "._-".contains(c)) && text.len() <= 64
        }
        Some("^1\\.[0-9]+(\\.[0-9]+)?$") => {
            let parts: Vec<&str> = text.split('.').collect();
            let digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
            matches!(parts.len(), 2 | 3) && parts[0] == "1" && parts.iter().all(digits)
        }
        Some(other) => panic!("the model does not know the pattern {other}"),
    };
    (!(least..=most).contains(&characters) || !fits).then(|| format!("{characters} characters, or not of the form"))
}
