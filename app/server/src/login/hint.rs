//! What of a sign-in may stand in the address that ends it at the provider: addresses stay in histories and in logs.
//!
//! Not here: the address itself (`flow`). Invariant: no address carries a personal number, wherever in a token it stands; what cannot be
//! read is taken to have one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::civil::Date;
use samsyn_domain::identifier::PersonIdentifier;
use serde_json::Value;

/// Whether a token has a personal or coordination number among its claims, under whatever name.
pub fn has_personal_number(token: &str, today: Date) -> bool {
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    claims.is_none_or(|claims| states_one(&claims, today))
}

fn states_one(claim: &Value, today: Date) -> bool {
    match claim {
        Value::String(text) => is_in(text, today),
        // Ten digits are a time.
        Value::Number(number) => Some(number.to_string()).is_some_and(|text| text.len() == 12 && is_in(&text, today)),
        Value::Array(claims) => claims.iter().any(|claim| states_one(claim, today)),
        Value::Object(claims) => claims.iter().any(|(name, claim)| is_in(name, today) || states_one(claim, today)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether a text has one in it: ten or twelve digits, with or without a separator, that a person could have.
pub fn is_in(text: &str, today: Date) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+'));
    runs.map(|run| run.trim_matches(['-', '+'])).any(|run| PersonIdentifier::typed(run, today).is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_personal_number_is_found_wherever_it_stands_and_nothing_else_is_taken_for_one() {
        let today = jiff::civil::date(2026, 11, 22);
        let token = |claims: &Value| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        for claims in [
            json!({ "personalIdentityNumber": "193501259166" }),
            json!({ "sub": "19350125-9166" }),
            json!({ "sub": "urn:person:350125+9166" }),
            json!({ "pnr": 193_501_259_166_u64 }),
            json!({ "all": [{ "of": { "ssn": "3501259166" } }] }),
            json!({ "193501259166": true }),
        ] {
            assert!(has_personal_number(&token(&claims), today), "{claims}");
        }
        for claims in [
            json!({ "sub": "SE9999100001-P101", "exp": 1_795_348_800, "unit": "SE2321000016-1003" }),
            json!({ "sid": "6d1f0a52-3c1e-4b36-9d5e-0a7de2f1c3b4", "phone": "063-555 10 00", "digits": "193501259167" }),
        ] {
            assert!(!has_personal_number(&token(&claims), today), "{claims}");
        }
        for unreadable in ["", "a.b", "e30.bm8.c2ln"] {
            assert!(has_personal_number(unreadable, today), "{unreadable}");
        }
    }
}
