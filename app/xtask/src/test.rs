//! Everything CI asks for, in the order in which a mistake is found soonest.

use std::time::Instant;

use anyhow::Result;

use crate::{adapters, browser, check, demo, kit, reliability, setup, step};

/// Every test; `nightly` asks for the big figures of reliability.
///
/// # Errors
/// The first that fails.
pub fn everything(with_browser: bool, nightly: bool) -> Result<()> {
    let begun = Instant::now();
    setup::wasm_target()?;
    if with_browser {
        setup::browser()?;
    } else {
        step::say("Browser tests are left out, as asked");
    }
    adapters::build_all_languages()?;
    check::everything()?;
    if nightly {
        reliability::run()?;
    } else {
        let mut tests = step::cargo();
        tests.args(["test", "--locked", "--workspace"]);
        step::run("Unit and integration tests", &mut tests, "see the message above")?;
    }
    step::run(
        "Unit tests of the adapters",
        step::cargo().current_dir(step::root().join("plugins")).args(["test", "--locked", "--workspace"]),
        "see the message above",
    )?;
    adapters::test_all_languages()?;
    let binary = demo::binary(false)?;
    kit::in_tree(&binary)?;
    kit::projects(&binary)?;
    if with_browser {
        browser::test(&binary)?;
    }
    eprintln!("── All of it took {:.1} minutes", begun.elapsed().as_secs_f32() / 60.0);
    Ok(())
}
