//! Building the binary and starting the demo.

use std::path::PathBuf;

use anyhow::Result;

use crate::{adapters, setup, step};

/// Builds adapters, then the binary that embeds them. Returns where it is.
///
/// # Errors
/// When something does not build.
pub fn build(release: bool) -> Result<PathBuf> {
    setup::wasm_target()?;
    adapters::build()?;
    binary(release)
}

/// Builds the binary with the adapters that have been built. Returns where it is.
///
/// # Errors
/// When it does not build.
pub fn binary(release: bool) -> Result<PathBuf> {
    let mut cargo = step::cargo();
    cargo.args(["build", "--locked", "-p", "samsyn"]);
    if release {
        cargo.arg("--release");
    }
    step::run("Building samsyn (the first time takes some minutes)", &mut cargo, "see the message above")?;
    Ok(step::root().join("target").join(if release { "release" } else { "debug" }).join("samsyn"))
}

/// Builds and starts; ends with Ctrl-C.
///
/// # Errors
/// When something does not build or the demo ends with an error.
pub fn start(arguments: &[String]) -> Result<()> {
    setup::wasm_target()?;
    if arguments.iter().any(|argument| argument == "--all-languages") {
        adapters::build_all_languages()?;
    } else {
        adapters::build()?;
    }
    let binary = binary(false)?;
    let mut command = std::process::Command::new(binary);
    command.arg("demo").args(arguments);
    step::run("Starting the demo; Ctrl-C ends it", &mut command, "see the message above")
}
