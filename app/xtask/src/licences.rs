//! Licences and sources of every dependency, against `.deny.toml`, from `cargo metadata`.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::{layers::metadata, step};

/// Refuses a dependency whose licence is not allowed or that does not come from the registry.
///
/// # Errors
/// Names every offender.
pub fn check() -> Result<()> {
    step::say("Licences");
    let deny: toml::Value = toml::from_str(&fs::read_to_string(step::root().join(".deny.toml"))?)?;
    let allowed: Vec<&str> = deny
        .get("licenses")
        .and_then(|section| section.get("allow"))
        .and_then(toml::Value::as_array)
        .context(".deny.toml: licenses.allow is missing")?
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let metadata = metadata(&[])?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata without packages")?;
    let foreign: Vec<&Value> =
        packages.iter().filter(|package| !package.get("source").is_none_or(Value::is_null)).collect();
    ensure!(
        foreign.len() > 100,
        "cargo metadata lists {} dependencies: the check would look at too little",
        foreign.len()
    );
    let offenders: Vec<String> = foreign.into_iter().filter_map(|package| offence(package, &allowed)).collect();
    if offenders.is_empty() { Ok(()) } else { bail!("not allowed by .deny.toml:\n  {}", offenders.join("\n  ")) }
}

fn offence(package: &Value, allowed: &[&str]) -> Option<String> {
    let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
    let licence = text("license");
    if !text("source").starts_with("registry+") {
        Some(format!("{} comes from {}", text("name"), text("source")))
    } else if is_allowed(licence, allowed) {
        None
    } else {
        Some(format!("{} has licence `{licence}`", text("name")))
    }
}

/// An SPDX expression: every part joined by AND needs one allowed alternative. Old manifests write `/` for OR.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    !plain.trim().is_empty()
        && plain.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|licence| allowed.contains(&licence.split_whitespace().collect::<Vec<_>>().join(" ").as_str()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_alternative_is_enough_and_none_is_not() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        assert!(is_allowed("MIT OR GPL-3.0", &allowed));
        assert!(is_allowed("MIT/Apache-2.0", &allowed));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
        assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
        assert!(!is_allowed("", &allowed));
    }
}
