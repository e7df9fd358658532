//! What the machine must have besides Rust, and how it gets it.
//!
//! Invariant: what is missing and cannot be installed from here is named with the command that would install it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::step;

/// The browser the tests drive.
pub const CHROMIUM: &str = "/usr/bin/chromium";

/// Debian packages: browser, a font with every letter, a database server for the contract tests, environments for Python, and what lets system
/// calls fail.
const PACKAGES: &str = "chromium fonts-noto-core postgresql python3-venv strace";

/// Installs everything.
///
/// # Errors
/// When something is missing and cannot be installed from here.
pub fn everything() -> Result<()> {
    wasm_target()?;
    browser()
}

/// The target adapters are built for.
///
/// # Errors
/// When rustup cannot add it.
pub fn wasm_target() -> Result<()> {
    let listed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    let has = |output: std::process::Output| String::from_utf8_lossy(&output.stdout).contains("wasm32-unknown-unknown");
    if listed.is_ok_and(has) {
        return Ok(());
    }
    step::run(
        "Adding the target wasm32-unknown-unknown",
        Command::new("rustup").current_dir(step::root()).args(["target", "add", "wasm32-unknown-unknown"]),
        "install rustup (https://rustup.rs), then run this again",
    )
}

/// Browser and browser test packages.
///
/// # Errors
/// When the browser is missing and we are not root, or Node is missing.
pub fn browser() -> Result<()> {
    packages()?;
    npm_packages(&step::root().join("end2end"), "the browser test packages")
}

/// The packages of a project's lock file.
///
/// # Errors
/// When Node is missing.
pub fn npm_packages(project: &Path, what: &str) -> Result<()> {
    let lock = project.join("package-lock.json");
    let marker = project.join("node_modules/.package-lock.json");
    if newer(&marker, &lock) {
        return Ok(());
    }
    step::run(
        &format!("Installing {what}"),
        Command::new("npm")
            .current_dir(project)
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        "install Node 20 or newer with npm",
    )
}

/// A Python of its own with what a project requires, and where it is.
///
/// # Errors
/// When Python is missing or too old.
pub fn python(project: &Path) -> Result<PathBuf> {
    let environment = step::root().join("target/python");
    let program = environment.join("bin/python");
    let required = project.join("requirements.txt");
    let marker = environment.join("installed.txt");
    if newer(&marker, &required) {
        return Ok(program);
    }
    let fix = "install Python 3.11 or newer with venv (sudo apt-get install python3-venv)";
    let mut made = Command::new("python3");
    step::run("A Python of its own", made.args(["-m", "venv"]).arg(&environment), fix)?;
    let mut install = Command::new(&program);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&required);
    step::run("Installing what the adapter in Python is built with", &mut install, fix)?;
    fs::copy(&required, &marker)?;
    Ok(program)
}

fn packages() -> Result<()> {
    let server = Path::new("/usr/lib/postgresql").is_dir();
    let strace = Path::new("/usr/bin/strace").exists();
    if Path::new(CHROMIUM).exists() && server && strace {
        return Ok(());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if !root {
        if Path::new(CHROMIUM).exists() {
            eprintln!(
                "   no PostgreSQL server or no strace: what needs them is skipped (sudo apt-get install {PACKAGES})"
            );
            return Ok(());
        }
        bail!("the browser tests need Chromium: sudo apt-get install {PACKAGES}");
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        command
    };
    let fix = "on Debian or Ubuntu as root; elsewhere install Chromium by hand";
    step::run("Fetching the package lists", &mut apt(&["update", "-qq"]), fix)?;
    let mut install = vec!["install", "-y", "-qq"];
    install.extend(PACKAGES.split(' '));
    step::run(&format!("Installing {PACKAGES}"), &mut apt(&install), fix)
}

fn newer(made: &Path, from: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    matches!((time(made), time(from)), (Some(made), Some(from)) if made >= from)
}
