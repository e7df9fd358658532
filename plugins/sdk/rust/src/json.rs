//! A JSON document as the source wrote it: texts borrowed from the reply where nothing is escaped, fields in their order.
//!
//! Read once, field by field, through [`crate::Fields`]. A general tree would copy every name and text before anybody asks for
//! them, which costs more than reading them. Not here: what a field means.
//! Invariant: nothing is lost. A field given twice is there twice, and the one nobody reads leaves a note.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'t> {
    /// Nothing.
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number that is not negative.
    Count(u64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Json<'t>>),
    /// An object.
    Object(Object<'t>),
}

/// An object's fields in the order they were written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object<'t>(Vec<Field<'t>>);

#[derive(Debug, Clone, PartialEq)]
struct Field<'t> {
    name: Cow<'t, str>,
    value: Json<'t>,
    /// Somebody has asked for it.
    asked: Cell<bool>,
}

impl<'t> Object<'t> {
    /// The field of this name, which then counts as asked for. Of two, the last.
    pub fn get(&self, name: &str) -> Option<&Json<'t>> {
        let field = self.0.iter().rev().find(|field| field.name == name)?;
        field.asked.set(true);
        Some(&field.value)
    }

    /// Names nobody has asked for.
    pub fn unasked(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|field| !field.asked.get()).map(|field| &*field.name)
    }
}

impl<'t> Json<'t> {
    /// Reads a document.
    ///
    /// # Errors
    /// When it is not JSON; the error knows line and column.
    pub fn parse(text: &'t [u8]) -> Result<Self, serde_json::Error> {
        // Characters checked once for the whole document, not again for every text in it.
        match std::str::from_utf8(text) {
            Ok(text) => serde_json::from_str(text),
            // Fails as well, and knows where.
            Err(_) => serde_json::from_slice(text),
        }
    }

    /// A field of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(name),
            _ => None,
        }
    }

    /// Takes the value of a field out of an object.
    pub fn take(&mut self, name: &str) -> Option<Self> {
        let Self::Object(Object(fields)) = self else { return None };
        let field = fields.iter_mut().rev().find(|field| field.name == name)?;
        Some(std::mem::replace(&mut field.value, Self::Null))
    }

    /// The text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// True or false.
    pub const fn as_flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// The count.
    pub const fn as_count(&self) -> Option<u64> {
        if let Self::Count(count) = self { Some(*count) } else { None }
    }

    /// The list.
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The object.
    pub const fn as_object(&self) -> Option<&Object<'t>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The same, independent of the reply.
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Flag(flag) => Json::Flag(flag),
            Self::Count(count) => Json::Count(count),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::Text(text.into_owned().into()),
            Self::List(items) => Json::List(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(Object(fields)) => Json::Object(Object(
                fields
                    .into_iter()
                    .map(|field| Field {
                        name: field.name.into_owned().into(),
                        value: field.value.into_owned(),
                        asked: field.asked,
                    })
                    .collect(),
            )),
        }
    }
}

impl From<serde_json::Value> for Json<'static> {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => {
                number.as_u64().map_or_else(|| Self::Number(number.as_f64().unwrap_or(f64::NAN)), Self::Count)
            }
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => Self::Object(Object(
                fields
                    .into_iter()
                    .map(|(name, value)| Field { name: name.into(), value: value.into(), asked: Cell::new(false) })
                    .collect(),
            )),
        }
    }
}

/// A text or a name, borrowed where the reply has it as it is.
struct Borrowed;

impl<'t> DeserializeSeed<'t> for Borrowed {
    type Value = Cow<'t, str>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Borrowed {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'t> Deserialize<'t> for Json<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'t> Visitor<'t> for AnyValue {
    type Value = Json<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, count: u64) -> Result<Self::Value, E> {
        Ok(Json::Count(count))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no field of the contract is a negative number; it is only told apart"
    )]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).map_or(Json::Number(number as f64), Json::Count))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        // Most records of most sources have about this many fields.
        let mut fields = Vec::with_capacity(8);
        while let Some(name) = object.next_key_seed(Borrowed)? {
            fields.push(Field { name, value: object.next_value()?, asked: Cell::new(false) });
        }
        Ok(Json::Object(Object(fields)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_borrowed_and_escaped_ones_are_read() {
        let document = Json::parse(r#"{"plain":"Åsa","escaped":"a\nb\u00e5"}"#.as_bytes()).unwrap();
        assert!(matches!(document.get("plain"), Some(Json::Text(Cow::Borrowed("Åsa")))));
        assert_eq!(document.get("escaped").and_then(Json::as_text), Some("a\nbå"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        let error = Json::parse(b"{\n\"a\":\"\xff\"}").unwrap_err();
        assert_eq!(error.line(), 2);
    }

    #[test]
    fn a_field_given_twice_leaves_the_first_unasked() {
        let document = Json::parse(br#"{"to":"2026-01-01","to":"2027-01-01"}"#).unwrap();
        assert_eq!(document.get("to").and_then(Json::as_text), Some("2027-01-01"));
        assert_eq!(document.as_object().unwrap().unasked().collect::<Vec<_>>(), ["to"]);
    }

    #[test]
    fn both_ways_of_making_one_agree() {
        let text = r#"{"a":[1,-1,1.5,null,true,"x\"y"],"b":{}}"#;
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(Json::from(value), Json::parse(text.as_bytes()).unwrap().into_owned());
    }
}
