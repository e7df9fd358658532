//! Values of the contract as JSON in the contract's own words, for a witness.
//!
//! The generated types have Rust's names; these are turned back into those of the WIT. Not here: what the portal keeps (`convert`).
//! Invariant: `care_provider: None` is left out, `NotStated` is `"not-stated"`, `Partial("…")` is `{"partial": "…"}`, so that what
//! is written is what a vendor reads in `wit/`.

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeSeq, SerializeStruct},
};
use serde_json::{Map, Value};

/// The value in the contract's words. Null for what the contract cannot hold.
pub(super) fn of(value: &impl Serialize) -> Value {
    value.serialize(Words).unwrap_or(Value::Null)
}

/// `NotStated` and `not_stated` are both `not-stated`.
fn kebab(name: &str) -> String {
    let mut word = String::with_capacity(name.len() + 4);
    for (index, letter) in name.chars().enumerate() {
        if letter == '_' {
            word.push('-');
        } else if letter.is_ascii_uppercase() {
            if index > 0 {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        } else {
            word.push(letter);
        }
    }
    word
}

/// A type the contract does not use.
type Never = Impossible<Value, serde_json::Error>;

fn never() -> serde_json::Error {
    serde::ser::Error::custom("not a type of the contract")
}

struct Words;

struct Fields(Map<String, Value>);

struct Items(Vec<Value>);

impl SerializeStruct for Fields {
    type Ok = Value;
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Self::Error> {
        let value = value.serialize(Words)?;
        if !value.is_null() {
            self.0.insert(kebab(key), value);
        }
        Ok(())
    }

    fn end(self) -> Result<Value, Self::Error> {
        Ok(Value::Object(self.0))
    }
}

impl SerializeSeq for Items {
    type Ok = Value;
    type Error = serde_json::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        self.0.push(value.serialize(Words)?);
        Ok(())
    }

    fn end(self) -> Result<Value, Self::Error> {
        Ok(Value::Array(self.0))
    }
}

macro_rules! plain {
    ($($method:ident: $kind:ty),+ $(,)?) => {
        $(fn $method(self, value: $kind) -> Result<Value, Self::Error> {
            Ok(Value::from(value))
        })+
    };
}

impl Serializer for Words {
    type Ok = Value;
    type Error = serde_json::Error;
    type SerializeSeq = Items;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Never;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_str: &str,
    }

    fn serialize_char(self, value: char) -> Result<Value, Self::Error> {
        Ok(Value::from(value.to_string()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Self::Error> {
        Err(never())
    }

    fn serialize_none(self) -> Result<Value, Self::Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Self::Error> {
        value.serialize(Self)
    }

    fn serialize_unit(self) -> Result<Value, Self::Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Self::Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, case: &'static str) -> Result<Value, Self::Error> {
        Ok(Value::from(kebab(case)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Self::Error> {
        value.serialize(Self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        value: &T,
    ) -> Result<Value, Self::Error> {
        let payload = value.serialize(Self)?;
        let case = kebab(case);
        Ok(if payload.is_null() { Value::from(case) } else { Value::Object(Map::from_iter([(case, payload)])) })
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, Self::Error> {
        Ok(Items(Vec::with_capacity(length.unwrap_or_default())))
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, Self::Error> {
        Err(never())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, Self::Error> {
        Err(never())
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never, Self::Error> {
        Err(never())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, Self::Error> {
        Err(never())
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields, Self::Error> {
        Ok(Fields(Map::with_capacity(length)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Self::Error> {
        Err(never())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::bindings::samsyn::adapter::types::{Organisation, SectionStatus, Signing},
        *,
    };

    #[test]
    fn values_are_written_in_the_words_of_the_contract() {
        assert_eq!(of(&SectionStatus::NothingHeld), json!("nothing-held"));
        assert_eq!(of(&SectionStatus::StatedNone(None)), json!("stated-none"));
        assert_eq!(of(&SectionStatus::Partial("sida 3".into())), json!({ "partial": "sida 3" }));
        assert_eq!(of(&Signing::NotStated), json!("not-stated"));
        assert_eq!(of(&Organisation { id: Some("1".into()), name: None }), json!({ "id": "1" }));
    }
}
