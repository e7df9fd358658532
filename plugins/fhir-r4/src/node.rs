//! Reading FHIR JSON without a model: a borrowed place in the tree that may be empty.
//!
//! Not here: references ([`crate::pool`]), what a resource means ([`crate::map`]).
//! Invariant: a missing or blank value is none; nothing is guessed and nothing fails.

use samsyn_adapter::types::{Coding, Concept};
use serde_json::Value;

/// Extensions of our own begin with this; README lists them.
pub const BASE: &str = "https://samsyn.example/fhir/";

/// A place in a resource; empty when the path leads nowhere.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    /// The root of a resource.
    pub const fn of(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// A place that holds nothing.
    pub const fn empty() -> Self {
        Self(None)
    }

    /// Whether there is anything here.
    pub const fn exists(self) -> bool {
        self.0.is_some()
    }

    /// The member of this name.
    pub fn get(self, key: &str) -> Self {
        Self(self.0.and_then(|value| value.get(key)))
    }

    /// The items of a list; a single object counts as a list of one.
    pub fn items(self) -> impl Iterator<Item = Self> + 'a {
        let list: &'a [Value] = match self.0 {
            Some(Value::Array(items)) => items,
            Some(Value::Null) | None => &[],
            Some(single) => std::slice::from_ref(single),
        };
        list.iter().map(Self::of)
    }

    /// The first item of a list.
    pub fn first(self) -> Self {
        self.items().next().unwrap_or(Self::empty())
    }

    /// A string that is not blank, as it stands.
    pub fn str(self) -> Option<&'a str> {
        self.0.and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// A string that is not blank.
    pub fn text(self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    /// Whether the string here is this one.
    pub fn is(self, text: &str) -> bool {
        self.str() == Some(text)
    }

    /// A boolean.
    pub fn flag(self) -> Option<bool> {
        self.0.and_then(Value::as_bool)
    }

    /// A whole number, also when written as text.
    pub fn count(self) -> Option<u32> {
        let value = self.0?;
        let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))?;
        u32::try_from(number).ok()
    }

    /// The value of our own extension of this name.
    pub fn ext(self, name: &str) -> Self {
        self.exts(name).next().unwrap_or(Self::empty())
    }

    /// The values of our own repeated extension of this name; an extension of extensions is itself the value.
    pub fn exts(self, name: &str) -> impl Iterator<Item = Self> + 'a {
        let url = format!("{BASE}StructureDefinition/{name}");
        self.get("extension").items().filter(move |item| item.get("url").is(&url)).map(Self::value_of_extension)
    }

    /// The value of any extension whose canonical address ends with `/name`: published ones we know by their last part.
    pub fn known_ext(self, name: &str) -> Self {
        let tail = |item: &Self| item.get("url").str().is_some_and(|url| url.rsplit('/').next() == Some(name));
        self.get("extension").items().find(tail).map_or(Self::empty(), Self::value_of_extension)
    }

    /// The value of a part of an extension of extensions.
    pub fn part(self, name: &str) -> Self {
        self.parts(name).next().unwrap_or(Self::empty())
    }

    /// The values of a repeated part of an extension of extensions.
    pub fn parts(self, name: &str) -> impl Iterator<Item = Self> + 'a {
        let name = name.to_owned();
        let items = self.get("extension").items().filter(move |item| item.get("url").is(&name));
        items.map(Self::value_of_extension)
    }

    fn value_of_extension(self) -> Self {
        let value = match self.0 {
            Some(Value::Object(members)) => members.iter().find(|(key, _)| key.starts_with("value")).map(|(_, v)| v),
            _ => None,
        };
        if value.is_some() { Self(value) } else { self }
    }

    /// A time at the precision of the source: parts of a second are dropped, `Z` becomes an offset.
    pub fn when(self) -> Option<String> {
        let text = self.str()?.trim();
        let Some((day, time)) = text.split_once('T') else { return Some(text.to_owned()) };
        let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at_checked(zone_at)?;
        let clock = clock.split('.').next().unwrap_or(clock);
        let zone = if zone.eq_ignore_ascii_case("z") { "+00:00" } else { zone };
        Some(format!("{day}T{clock}{zone}"))
    }

    /// A `CodeableConcept` or `Coding` as a term; none when it has neither words nor code.
    pub fn concept(self) -> Option<Concept> {
        let list = self.get("coding");
        let list = if list.exists() { list } else { self };
        let said = |key: &str| list.items().find_map(|coding| coding.get(key).text());
        let text = self.get("text").text().or_else(|| said("display")).or_else(|| said("code"))?;
        Some(Concept { text, codings: list.items().filter_map(Self::coding).collect() })
    }

    /// A `Coding` with system and code; a code without a system says nothing to a machine.
    fn coding(self) -> Option<Coding> {
        Some(Coding {
            system: self.get("system").text()?,
            code: self.get("code").text()?,
            display: self.get("display").text(),
        })
    }

    /// Words of a `CodeableConcept`.
    pub fn words(self) -> Option<String> {
        self.concept().map(|concept| concept.text)
    }

    /// Whether the `CodeableConcept` here has one of these codes, in any system.
    pub fn has_code(self, codes: &[&str]) -> bool {
        self.codes().any(|code| codes.contains(&code))
    }

    /// The codes of a `CodeableConcept` or of a list of them.
    pub fn codes(self) -> impl Iterator<Item = &'a str> {
        self.items().flat_map(|concept| concept.get("coding").items()).filter_map(|coding| coding.get("code").str())
    }

    /// The code from our own code system of this name, in a `CodeableConcept` or a list of them.
    pub fn own_code(self, system: &str) -> Option<&'a str> {
        let url = format!("{BASE}CodeSystem/{system}");
        let mut codings = self.items().flat_map(|concept| concept.get("coding").items());
        codings.find(|coding| coding.get("system").is(&url)).and_then(|coding| coding.get("code").str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_keeps_its_precision_and_loses_only_parts_of_seconds() {
        for (stated, read) in [
            ("2015", "2015"),
            ("2015-03", "2015-03"),
            ("2025-08-01T10:00:00Z", "2025-08-01T10:00:00+00:00"),
            ("2025-08-01T10:00:00.123+02:00", "2025-08-01T10:00:00+02:00"),
            ("2025-08-01T10:00:00.5-05:00", "2025-08-01T10:00:00-05:00"),
        ] {
            assert_eq!(Node::of(&json!(stated)).when().as_deref(), Some(read));
        }
    }

    #[test]
    fn a_term_without_words_shows_its_display_and_then_its_code() {
        let display = json!({"coding": [{"system": "s", "code": "1"}, {"system": "t", "code": "2", "display": "ord"}]});
        assert_eq!(Node::of(&display).words().as_deref(), Some("ord"));
        assert_eq!(Node::of(&json!({"coding": [{"code": "1"}]})).words().as_deref(), Some("1"));
        assert_eq!(Node::of(&json!({"text": "  "})).concept(), None);
    }
}
