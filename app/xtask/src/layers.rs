//! Which crate may depend on which. The direction is the architecture; any other edge fails.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::step;

/// Every crate of ours and what it may depend on. A crate that is not listed is refused too.
const ALLOWED: &[(&str, &[&str])] = &[
    ("samsyn-domain", &[]),
    ("samsyn-service", &["samsyn-domain"]),
    ("samsyn-host", &["samsyn-domain", "samsyn-service"]),
    ("samsyn-kit", &["samsyn-domain", "samsyn-service", "samsyn-host"]),
    ("samsyn-store", &["samsyn-domain", "samsyn-service"]),
    ("samsyn-ui", &["samsyn-domain"]),
    ("samsyn-demo", &["samsyn-domain"]),
    ("samsyn-server", &["samsyn-domain", "samsyn-service", "samsyn-host", "samsyn-store", "samsyn-ui"]),
    (
        "samsyn",
        &[
            "samsyn-domain",
            "samsyn-service",
            "samsyn-host",
            "samsyn-kit",
            "samsyn-server",
            "samsyn-store",
            "samsyn-demo",
        ],
    ),
    ("samsyn-fuzz", &[]),
    ("xtask", &[]),
];

/// Outside names that only one room may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("wasmtime", &["samsyn-host"]),
    ("wasmparser", &["samsyn-host"]),
    ("sea-orm", &["samsyn-store"]),
    ("sea-orm-migration", &["samsyn-store"]),
    ("leptos", &["samsyn-ui"]),
    ("openidconnect", &["samsyn-server"]),
];

/// Tests see everything.
const TESTS: &str = "samsyn-tests";

/// Reads `cargo metadata` and refuses a wrong edge.
///
/// # Errors
/// Names the edge and the list that would allow it.
pub fn check() -> Result<()> {
    step::say("Layers");
    let packages = workspace_packages()?;
    ensure!(!packages.is_empty(), "cargo metadata lists no package: the check would look at nothing");
    let ours: Vec<&str> = packages.keys().map(String::as_str).collect();
    for (name, dependencies) in &packages {
        check_package(name, dependencies, &ours)?;
    }
    Ok(())
}

fn check_package(name: &str, dependencies: &[String], ours: &[&str]) -> Result<()> {
    if name == TESTS {
        return Ok(());
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        bail!("crate `{name}` is not in app/xtask/src/layers.rs; add it with what it may depend on");
    };
    for dependency in dependencies {
        if ours.contains(&dependency.as_str()) && !allowed.contains(&dependency.as_str()) {
            bail!("`{name}` must not depend on `{dependency}`; allowed are {allowed:?} (app/xtask/src/layers.rs)");
        }
        if let Some((_, rooms)) = ONLY_IN.iter().find(|(only, _)| only == dependency)
            && !rooms.contains(&name)
        {
            bail!("`{name}` must not name `{dependency}`; only {rooms:?} may (app/xtask/src/layers.rs)");
        }
    }
    Ok(())
}

/// Ordinary dependencies (not for tests) of every workspace member, by package name.
fn workspace_packages() -> Result<BTreeMap<String, Vec<String>>> {
    let metadata = metadata(&["--no-deps"])?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata without packages")?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(packages
        .iter()
        .map(|package| {
            let dependencies = package.get("dependencies").and_then(Value::as_array);
            let names = dependencies
                .into_iter()
                .flatten()
                .filter(|dependency| dependency.get("kind").is_none_or(Value::is_null))
                .map(|dependency| text(dependency, "name"))
                .collect();
            (text(package, "name"), names)
        })
        .collect())
}

/// `cargo metadata` as JSON.
///
/// # Errors
/// When cargo fails.
pub fn metadata(arguments: &[&str]) -> Result<Value> {
    let output = step::cargo().args(["metadata", "--format-version", "1", "--locked"]).args(arguments).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_edge_is_refused_by_name() {
        let ours = vec!["samsyn-domain", "samsyn-host", "samsyn-ui"];
        let wrong = check_package("samsyn-ui", &["samsyn-host".into()], &ours).unwrap_err().to_string();
        assert!(wrong.contains("samsyn-ui") && wrong.contains("samsyn-host"), "{wrong}");
        assert!(check_package("samsyn-ui", &["samsyn-domain".into(), "leptos".into()], &ours).is_ok());
        assert!(check_package("samsyn-service", &["wasmtime".into()], &ours).is_err());
        assert!(check_package("samsyn-unheard-of", &[], &ours).is_err());
    }
}
