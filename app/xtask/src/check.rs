//! Format, lints, layers, licences, the contract: what can be said without running anything.

use std::process::Command;

use anyhow::Result;

use crate::{configuration, contract, layers, licences, setup, step};

/// Every check.
///
/// # Errors
/// The first that fails.
pub fn everything() -> Result<()> {
    setup::wasm_target()?;
    let plugins = step::root().join("plugins");
    step::run("Format", step::cargo().args(["fmt", "--all", "--check"]), "run `cargo fmt --all`")?;
    step::run(
        "Format of the adapters",
        step::cargo().current_dir(&plugins).args(["fmt", "--all", "--check"]),
        "run `cargo fmt --all` in plugins/",
    )?;
    layers::check()?;
    licences::check()?;
    contract::reference::check()?;
    configuration::check()?;
    contract::promise::check()?;
    step::run(
        "Lints",
        step::cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        "see the message above",
    )?;
    step::run(
        "Lints of the adapters",
        step::cargo().current_dir(&plugins).args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
        "see the message above",
    )?;
    step::run(
        "The domain builds for wasm32, so no input or output has crept in",
        step::cargo().args(["check", "--locked", "-p", "samsyn-domain", "--target", "wasm32-unknown-unknown"]),
        "see the message above",
    )?;
    cargo_deny()
}

/// The advisory list cannot be fetched everywhere, and building the tool takes minutes: run where it is installed.
fn cargo_deny() -> Result<()> {
    let installed = Command::new("cargo-deny").arg("--version").output().is_ok_and(|output| output.status.success());
    if !installed {
        step::say(
            "cargo-deny is not installed: advisories were not checked; licences and sources were (cargo install cargo-deny)",
        );
        return Ok(());
    }
    step::run(
        "cargo-deny",
        step::cargo().args(["deny", "--config", ".deny.toml", "check", "bans", "licenses", "sources"]),
        "see the message above",
    )
}
