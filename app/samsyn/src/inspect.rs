//! The child process that tries one package, so that one made to exhaust the machine ends alone.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use clap::Args;
use samsyn::packages::{ByChild, Kept, inspect};
use samsyn_server::wiring::Apart;

use crate::compile::by_child;

/// Where.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Directory with the package and the keys; the verdict is left there.
    dir: PathBuf,
}

/// Tries it, a line on standard output for each thing it is at.
pub fn run(arguments: &InspectArguments) -> Result<()> {
    let mut out = io::stdout();
    inspect(&arguments.dir, Kept::Yes, &mut |what| {
        // Whoever started this child and listens no more kills it, too.
        let _nobody_listens = writeln!(out, "{what}").and_then(|()| out.flush());
    })
}

/// Tells the portal to compile adapters and try packages in children of this very program.
pub fn apart(data_dir: &Path) -> Result<Apart> {
    let program = std::env::current_exe().context("finding this program")?;
    Ok(Apart { compile: by_child()?, inspector: Arc::new(ByChild::new(program, data_dir)) })
}
