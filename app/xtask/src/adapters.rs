//! Adapters: those in Rust built for `wasm32-unknown-unknown` and wrapped into components, those in other languages built as their own
//! projects say. Prebuilt wasm is never committed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use wit_component::ComponentEncoder;

use crate::{setup, step};

/// The adapter in TypeScript.
const TYPESCRIPT: &str = "hemplan";
/// The adapter in Python.
const PYTHON: &str = "filfall";

/// Builds every member of `plugins/` that is a `cdylib` and writes `target/adapters/NAME.wasm`.
///
/// # Errors
/// When the target is missing, an adapter does not build, or its module is no valid component.
pub fn build() -> Result<()> {
    let root = step::root();
    let plugins = root.join("plugins");
    step::run(
        "Building adapters for wasm32-unknown-unknown",
        step::cargo().current_dir(&plugins).args(["build", "--release", "--target", "wasm32-unknown-unknown"]),
        "install the target with `rustup target add wasm32-unknown-unknown`",
    )?;
    let built = plugins.join("target/wasm32-unknown-unknown/release");
    let out = root.join("target/adapters");
    fs::create_dir_all(&out)?;
    for entry in fs::read_dir(&built)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            wrap(&path, &out)?;
        }
    }
    Ok(())
}

/// Builds those, and the adapters in TypeScript and Python.
///
/// # Errors
/// When Node or Python is missing, or an adapter does not build.
pub fn build_all_languages() -> Result<()> {
    build()?;
    let project = project(TYPESCRIPT);
    setup::npm_packages(&project, "the packages of the adapter in TypeScript")?;
    let mut npm = Command::new("npm");
    npm.current_dir(&project).args(["run", "--silent", "build"]);
    step::run("Building the adapter in TypeScript", &mut npm, "install Node 20 or newer with npm")?;
    take(&project, TYPESCRIPT)?;
    let project = self::project(PYTHON);
    let python = setup::python(&project)?;
    let mut build = Command::new(python);
    build.current_dir(&project).arg("build.py");
    step::run("Building the adapter in Python", &mut build, "see the message above")?;
    take(&project, PYTHON)
}

/// The tests of the SDKs and adapters in TypeScript and Python, which need no component.
///
/// # Errors
/// The first that fails.
pub fn test_all_languages() -> Result<()> {
    let sdk = step::root().join("plugins/sdk");
    setup::npm_packages(&sdk.join("js"), "the packages of the SDK for JavaScript")?;
    for project in [sdk.join("js"), project(TYPESCRIPT)] {
        let mut npm = Command::new("npm");
        npm.current_dir(&project).args(["test", "--silent"]);
        step::run(&format!("Tests in {}", project.display()), &mut npm, "see the message above")?;
    }
    for project in [sdk.join("python"), project(PYTHON)] {
        let mut unittest = Command::new("python3");
        unittest.current_dir(&project).args(["-m", "unittest", "-q"]);
        step::run(&format!("Tests in {}", project.display()), &mut unittest, "see the message above")?;
    }
    Ok(())
}

fn project(name: &str) -> PathBuf {
    step::root().join("plugins").join(name)
}

/// Puts what a project has built beside the others.
fn take(project: &Path, name: &str) -> Result<()> {
    let built = project.join(format!("dist/{name}.wasm"));
    ensure!(built.is_file(), "{} was not written", built.display());
    keep(&step::root().join("target/adapters"), name, &fs::read(built)?)
}

fn wrap(module: &Path, out: &Path) -> Result<()> {
    let name = module.file_stem().and_then(|stem| stem.to_str()).context("module without a name")?.replace('_', "-");
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&fs::read(module)?)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| format!("{name}: not a component of the contract"))?;
    keep(out, &name, &component)
}

fn keep(out: &Path, name: &str, component: &[u8]) -> Result<()> {
    let target = out.join(format!("{name}.wasm"));
    // Unchanged bytes keep their time stamp, so that the binary that embeds them is not rebuilt.
    if fs::read(&target).ok().as_deref() != Some(component) {
        fs::write(&target, component)?;
    }
    eprintln!("   {name}: {} kB", component.len() / 1024);
    Ok(())
}
