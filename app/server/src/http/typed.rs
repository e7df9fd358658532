//! Fields of a form as the words and texts that the domain knows.

use samsyn_ui::Typed;
use serde::{
    Deserialize,
    de::value::{Error, StrDeserializer},
};

/// A field as one of the words of a type; none when it is missing or no such word.
pub fn word<'t, T: Deserialize<'t>>(typed: &'t Typed, name: &str) -> Option<T> {
    let text = typed.get(name)?;
    T::deserialize(StrDeserializer::<Error>::new(text)).ok()
}

/// A field as text; none when it is missing or blank.
pub fn text(typed: &Typed, name: &str) -> Option<String> {
    typed.get(name).map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}
