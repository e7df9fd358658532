//! `samsyn init`: reads the client secret, has the first configuration and the key of the database written, and says what comes next.
//!
//! Not here: what is written (`samsyn::first_configuration`). Invariant: the secret comes by standard input only.

use std::io::{Read as _, Write as _};

use anyhow::{Context as _, Result};
use samsyn::first_configuration;
pub use samsyn::first_configuration::InitArguments;

/// Writes the directory and checks it.
pub fn run(arguments: &InitArguments) -> Result<()> {
    let mut secret = String::new();
    std::io::stdin().read_to_string(&mut secret).context("reading the client secret from standard input")?;
    let file = first_configuration::write(arguments, &secret)?;
    writeln!(
        std::io::stdout(),
        "Written: {file}\nThe key of the database: {key}. Back it up now, apart from the database: whoever has both reads whom the log is about, \
         and without it nobody ever does.\nNext: add [[adapter]] and [[source]] to it, then\n  samsyn serve --check --config {file}\n  samsyn serve --config {file}",
        file = file.display(),
        key = first_configuration::key_file(&arguments.dir).display()
    )?;
    Ok(())
}
