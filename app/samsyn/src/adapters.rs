//! The adapters that are part of the program.

use anyhow::{Result, ensure};

include!(concat!(env!("OUT_DIR"), "/adapters.rs"));

/// Every embedded adapter by name.
///
/// # Errors
/// When the program was built without them.
pub fn embedded() -> Result<&'static [(&'static str, &'static [u8])]> {
    ensure!(
        !ADAPTERS.is_empty(),
        "this program was built without adapters; run `cargo xtask adapters` and build again"
    );
    Ok(ADAPTERS)
}
