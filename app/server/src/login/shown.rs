//! Claims as the person they are about may read them: every name, and every value that is neither a secret nor a personal number.
//!
//! Not here: the page (`ui`). Invariant: what cannot be judged is not shown; a personal number is masked wherever it stands, in a
//! value of its own or in the middle of another.
//! To add a claim that must not be shown: its name in [`HIDDEN`] or a part of it in [`HIDDEN_PARTS`].

use serde_json::{Map, Value};

/// Claims of the protocol that are of use to an attacker and to nobody else.
const HIDDEN: [&str; 8] = ["nonce", "sid", "jti", "at_hash", "c_hash", "s_hash", "id_token", "access_token"];
/// What stands in the names of claims that carry secrets or keys, in lower case.
const HIDDEN_PARTS: [&str; 6] =
    ["token", "secret", "password", "x509certificate", "usercertificate", "credentialcertificate"];
/// Longest value that is shown; a longer one is cut off.
const VALUE_MAX_CHARS: usize = 4_000;

/// Each claim with its value; none where it is not shown.
pub fn claims(received: &Map<String, Value>) -> Vec<(String, Option<String>)> {
    received.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect()
}

fn shown(name: &str, value: &Value) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if HIDDEN.contains(&name) || HIDDEN_PARTS.iter().any(|part| lower.contains(part)) {
        return None;
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(&without_hidden(other)).ok()?,
    };
    if is_token(&text) {
        return None;
    }
    Some(masked(&text.chars().take(VALUE_MAX_CHARS).collect::<String>()))
}

/// What is hidden is hidden at every depth.
fn without_hidden(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let inner = |(name, value): (&String, &Value)| {
                let hidden = shown(name, value).is_none();
                (name.clone(), if hidden { Value::String("…".into()) } else { without_hidden(value) })
            };
            Value::Object(map.iter().map(inner).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_hidden).collect()),
        other => other.clone(),
    }
}

/// A signed or sealed token, as they all begin: an object in base64url.
fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.contains('.')
}

/// The last four digits of everything that could be a personal or coordination number are replaced. An organisation number, as it
/// begins an HSA-id, is none: its month would be beyond 12.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() || (matches!(c, '-' | '+') && run.ends_with(|last: char| last.is_ascii_digit())) {
            run.push(c);
        } else {
            out.push_str(&masked_run(&run));
            run.clear();
            out.push(c);
        }
    }
    out.push_str(&masked_run(&run));
    out
}

/// Digits with hyphens between.
fn masked_run(run: &str) -> String {
    let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
    let two = |at: usize| digits.get(at..at + 2).map_or(99, |pair| pair.iter().fold(0, |sum, digit| sum * 10 + digit));
    let date = match digits.len() {
        12 => 4,
        10 => 2,
        _ => return run.to_owned(),
    };
    let (month, day) = (two(date), two(date + 2));
    if !(1..=12).contains(&month) || !((1..=31).contains(&day) || (61..=91).contains(&day)) {
        return run.to_owned();
    }
    let mut left = digits.len() - 4;
    let mask = |c: char| match c {
        c if !c.is_ascii_digit() => c,
        c if left > 0 => {
            left -= 1;
            c
        }
        _ => '•',
    };
    run.chars().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(name: &str, value: Value) -> Option<String> {
        let map = Map::from_iter([(name.to_owned(), value)]);
        claims(&map).remove(0).1
    }

    #[test]
    fn a_personal_number_is_masked_wherever_it_stands() {
        for (written, read) in [
            ("193802278485", "19380227••••"),
            ("19380227-8485", "19380227-••••"),
            ("380227-8485", "380227-••••"),
            ("3802278485", "380227••••"),
            ("380227+8485", "380227+••••"),
            ("196109732393", "19610973••••"),
            ("SERIALNUMBER=193802278485, CN=Karin", "SERIALNUMBER=19380227••••, CN=Karin"),
        ] {
            assert_eq!(one("credentialPersonalIdentityNumber", json!(written)).as_deref(), Some(read));
        }
        assert_eq!(one("ids", json!(["193802278485"])).as_deref(), Some("[\n  \"19380227••••\"\n]"));
    }

    #[test]
    fn ids_of_organisations_units_and_moments_are_left_alone() {
        for kept in ["SE9999200002-P201", "SE2321000016-39KJ", "5565594230", "1795320000", "2026-11-21"] {
            assert_eq!(one("employeeHsaId", json!(kept)).as_deref(), Some(kept));
        }
        assert_eq!(one("exp", json!(1_795_320_000)).as_deref(), Some("1795320000"));
    }

    #[test]
    fn secrets_and_tokens_are_named_and_not_shown_at_any_depth() {
        for name in ["nonce", "sid", "at_hash", "refreshToken", "clientSecret", "userCertificate"] {
            assert_eq!(one(name, json!("abc")), None, "{name}");
        }
        assert_eq!(one("proof", json!("eyJhbGciOiJFUzI1NiJ9.e30.c2ln")), None);
        let deep = one("more", json!({ "inner": [{ "accessToken": "abc", "unit": "E1" }] })).unwrap();
        assert!(!deep.contains("abc") && deep.contains("E1"), "{deep}");
    }
}
