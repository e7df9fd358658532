//! One way to write a JSON value: keys sorted, no spaces.
//!
//! Written here because the order of `serde_json`'s own map depends on a feature that any dependency can switch on.
//! Invariant: equal values give equal bytes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// Writes anything that can be JSON.
pub(super) fn text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Sorted(&serde_json::to_value(value)?))
}

struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => {
                let sorted: BTreeMap<&String, Sorted<'_>> =
                    map.iter().map(|(key, value)| (key, Sorted(value))).collect();
                serializer.collect_map(sorted)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth_and_lists_keep_their_order() {
        let written = text(&json!({ "b": [3, 1, { "z": null, "å": "x\u{0}", "a": true }], "a": 1.5 })).unwrap();
        assert_eq!(written, r#"{"a":1.5,"b":[3,1,{"a":true,"z":null,"å":"x\u0000"}]}"#);
    }
}
