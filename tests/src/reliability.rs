//! How often the tests of reliability do what they do, and what came of it for the report.
//!
//! Small figures by default; `cargo xtask test --nightly` asks for the big ones through the environment, names a directory, and puts the
//! rows it finds there together. Not here: the tests. Invariant: a test that fails leaves its row too, with the failure in it.
//! To add a row: [`Row::begin`] at the start of the test, [`Row::done`] after each thing done.

use std::{
    env, fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How many kills of each kind.
pub const KILLS: &str = "SAMSYN_RELIABILITY_KILLS";
/// How many times each of the ten failures of the log's storage.
pub const FAILURES: &str = "SAMSYN_RELIABILITY_FAILURES";
/// How many mutations in each of the twelve classes, and how many clean logs.
pub const MUTATIONS: &str = "SAMSYN_RELIABILITY_MUTATIONS";
/// How many changes on one of two nodes that the other is asked of.
pub const OPERATIONS: &str = "SAMSYN_RELIABILITY_OPERATIONS";
/// Where rows are left; without it none are.
const ROWS: &str = "SAMSYN_RELIABILITY_ROWS";

/// What the environment asks for, or the small figure.
///
/// # Panics
/// When it asks for something that is no number.
pub fn times(name: &str, small: usize) -> usize {
    env::var(name).map_or(small, |given| given.parse().unwrap_or_else(|_| panic!("{name}={given} is no number")))
}

/// A row of the report while it is filled in. It is written when it is dropped.
pub struct Row {
    row: &'static str,
    what: &'static str,
    counted: &'static str,
    done: usize,
    worst_recovery: Option<Duration>,
    begun: Instant,
}

impl Row {
    /// `row` is that of the quality goals, `what` is unique, `counted` is what [`Row::done`] counts.
    pub fn begin(row: &'static str, what: &'static str, counted: &'static str) -> Self {
        Self { row, what, counted, done: 0, worst_recovery: None, begun: Instant::now() }
    }

    /// So many more were done and were as they should.
    pub const fn done(&mut self, more: usize) {
        self.done += more;
    }

    /// It worked again after so long.
    pub fn recovered(&mut self, after: Duration) {
        self.worst_recovery = self.worst_recovery.max(Some(after));
    }

    /// What cannot be done here, and why: the report is then not complete.
    pub fn skip(row: &'static str, what: &'static str, why: &str) {
        println!("skipped: {row}, {what}: {why}");
        leave(row, what, &json!({ "row": row, "what": what, "skipped": why }));
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        let milliseconds = self.worst_recovery.map(|worst| worst.as_millis());
        let failures = usize::from(thread::panicking());
        let row = json!({
            "row": self.row,
            "what": self.what,
            "counted": self.counted,
            "count": self.done,
            // The first failure ends a test.
            "failures": failures,
            "worst_recovery_ms": milliseconds,
            "seconds": (self.begun.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        });
        leave(self.row, self.what, &row);
    }
}

/// Leaves a row where the environment wants them.
fn leave(row: &str, what: &str, content: &Value) {
    let Some(dir) = env::var_os(ROWS).map(PathBuf::from) else { return };
    let file = dir.join(format!("{row} {what}.json"));
    if let Err(error) = fs::create_dir_all(&dir).and_then(|()| fs::write(&file, format!("{content:#}\n"))) {
        eprintln!("{}: {error}", file.display());
    }
}
