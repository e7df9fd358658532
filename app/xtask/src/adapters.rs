//! Adapters: built for `wasm32-unknown-unknown` and wrapped into components. Prebuilt wasm is never committed.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use wit_component::ComponentEncoder;

use crate::step;

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

fn wrap(module: &Path, out: &Path) -> Result<()> {
    let name = module.file_stem().and_then(|stem| stem.to_str()).context("module without a name")?.replace('_', "-");
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&fs::read(module)?)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| format!("{name}: not a component of the contract"))?;
    let target = out.join(format!("{name}.wasm"));
    // Unchanged bytes keep their time stamp, so that the binary that embeds them is not rebuilt.
    if fs::read(&target).ok().as_deref() != Some(component.as_slice()) {
        fs::write(&target, &component)?;
    }
    eprintln!("   {name}: {} kB", component.len() / 1024);
    Ok(())
}
