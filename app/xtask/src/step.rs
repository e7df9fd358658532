//! Running one outside command with a visible beginning and end.

use std::{path::PathBuf, process::Command, time::Instant};

use anyhow::{Context as _, Result, bail};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// Says what begins.
pub fn say(text: &str) {
    eprintln!("── {text}");
}

/// Runs a command and shows how long it took. `fix` is what a person can do when it cannot start.
///
/// # Errors
/// When the command cannot be started or fails.
pub fn run(title: &str, command: &mut Command, fix: &str) -> Result<()> {
    say(title);
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{title}: cannot start {}; {fix}", command.get_program().display()))?;
    if !status.success() {
        bail!("{title}: {} ended with {status}", command.get_program().display());
    }
    eprintln!("   done in {:.0} s", begun.elapsed().as_secs_f32());
    Ok(())
}

/// Cargo, as the one that runs us.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}
