//! The big figures of reliability, and the report of what came of them.
//!
//! The tests are those of every day; the environment asks them for more, and each leaves a row in a directory. Not here: the rows
//! (`tests/src/reliability.rs`). Invariant: the report is written also when a test has failed, and says so.
//! To add a figure: its variable here and in the tests.

use std::{env, ffi::OsString, fs, path::Path, time::Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::step;

/// What a night is for, unless the environment says something else.
const FIGURES: [(&str, &str); 5] = [
    ("SAMSYN_RELIABILITY_KILLS", "500"),
    ("SAMSYN_RELIABILITY_FAILURES", "20"),
    ("SAMSYN_RELIABILITY_MUTATIONS", "1000"),
    ("SAMSYN_RELIABILITY_OPERATIONS", "10000"),
    ("SAMSYN_FUZZ_SECONDS", "300"),
];
/// Tests that measure how long something takes.
const TIMED: &str = "portal::reliability";
/// Where the tests leave their rows.
const ROWS: &str = "SAMSYN_RELIABILITY_ROWS";

/// Runs the tests with the big figures and writes `target/reliability.json`.
///
/// # Errors
/// When a test fails, or the report cannot be written.
pub fn run() -> Result<()> {
    let target = step::root().join("target");
    let rows = target.join("reliability");
    if rows.exists() {
        fs::remove_dir_all(&rows).with_context(|| rows.display().to_string())?;
    }
    let figures = FIGURES.map(|(name, usual)| (name, env::var_os(name).unwrap_or_else(|| OsString::from(usual))));
    let begun = Instant::now();
    let with_figures = |what: &str, arguments: &[&str]| {
        let mut tests = step::cargo();
        tests.args(["test", "--locked"]).args(arguments).envs(figures.clone()).env(ROWS, &rows);
        step::run(what, &mut tests, "see the message above")
    };
    let others = with_figures(
        "Unit and integration tests, with the big figures (a quarter of an hour or more)",
        &["--workspace", "--", "--skip", TIMED],
    );
    // How soon a page comes back is measured: hundreds of killed programs beside it would be what is measured.
    let timed = with_figures(
        "Kills and failures, one at a time (a quarter of an hour or more)",
        &["--package", "samsyn-tests", "--test", "it", "--", TIMED, "--test-threads=1"],
    );
    let tested = others.and(timed);
    let asked = figures.map(|(name, value)| (name.to_owned(), json!(value.to_string_lossy())));
    let rows = read(&rows)?;
    let report = json!({
        "held": tested.is_ok(),
        "complete": rows.iter().all(|row| row.get("skipped").is_none()),
        "seconds": begun.elapsed().as_secs(),
        "asked": Value::Object(asked.into_iter().collect()),
        "rows": rows,
    });
    let file = target.join("reliability.json");
    fs::write(&file, format!("{report:#}\n")).with_context(|| file.display().to_string())?;
    step::say(&format!("Written: {}", file.display()));
    tested
}

/// The rows that tests have left, in the order of their names.
fn read(dir: &Path) -> Result<Vec<Value>> {
    let mut files = fs::read_dir(dir)
        .with_context(|| format!("{}: no test has left a row", dir.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    let row = |file: &std::path::PathBuf| {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        serde_json::from_str(&text).with_context(|| file.display().to_string())
    };
    files.iter().map(row).collect()
}
