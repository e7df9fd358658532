//! The child process that compiles one adapter, so that a component made to exhaust the compiler ends alone.

use std::{io::Read as _, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use samsyn_host::prepared::{CompileBy, compile_into_cache};

/// Where to.
#[derive(Debug, Args)]
pub struct CompileArguments {
    /// Directory of compiled adapters.
    cache_dir: PathBuf,
}

/// Reads the component and compiles it.
pub fn run(arguments: &CompileArguments) -> Result<()> {
    let mut component = Vec::new();
    std::io::stdin().read_to_end(&mut component).context("reading the component")?;
    compile_into_cache(&component, &arguments.cache_dir)?;
    Ok(())
}

/// Tells the host to compile in a child of this very program.
pub fn by_child() -> Result<CompileBy> {
    let program = std::env::current_exe().context("finding this program")?;
    Ok(CompileBy::Child { program, args: vec!["compile-adapter".into()] })
}
