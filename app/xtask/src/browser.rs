//! The browser tests: Playwright against a running `samsyn demo`.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::{demo, setup, step};

/// Runs every browser test against this binary. The tests start the demo themselves.
///
/// # Errors
/// When a test fails.
pub fn test(binary: &Path) -> Result<()> {
    step::run("Browser tests", playwright(binary).arg("test"), "install Node 20 or newer with npm")
}

/// Renews `end2end/screenshots/*.png`.
///
/// # Errors
/// When the page cannot be shown.
pub fn screenshots() -> Result<()> {
    let binary = demo::build(false)?;
    setup::browser()?;
    let mut command = playwright(&binary);
    command.args(["test", "screenshots"]).env("SAMSYN_SCREENSHOTS", "renew");
    step::run("Screenshots", &mut command, "install Node 20 or newer with npm")
}

fn playwright(binary: &Path) -> Command {
    let mut command = Command::new("npx");
    command
        .current_dir(step::root().join("end2end"))
        .arg("playwright")
        .env("SAMSYN_BINARY", binary)
        .env("SAMSYN_CHROMIUM", setup::CHROMIUM);
    command
}
