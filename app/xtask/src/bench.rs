//! The benchmark: ratios, both sides in one run, written as a table, JSON and a picture.

use anyhow::Result;

use crate::{adapters, demo, kit, setup, step};

/// Runs it optimised.
///
/// # Errors
/// When it does not build or a goal is missed.
pub fn run() -> Result<()> {
    setup::wasm_target()?;
    adapters::build()?;
    kit::samples(&demo::binary(false)?)?;
    step::run(
        "Benchmark R1–R6, R10 and R17 (about eight minutes after the build)",
        step::cargo().args(["bench", "--locked", "-p", "samsyn-tests", "--bench", "ratios"]),
        "see the message above",
    )
}
