//! R6: what the access decision costs beside the least that its facts could cost, one row read by its primary key.
//!
//! Tested: the ground and the decision on every record of one answer of usual size. Other: one read from SQLite, in this process, with
//! the file in memory. Both in time that passes, because a read is done by another thread. Not here: the network, the sources.
//! Invariant: the answer has as many entries in each section as the usual reply of [`producers`], and all of them are shown.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context as _, Result, ensure};
use samsyn_domain::section::Section;
use samsyn_tests::decision::{OneOpening, of_facts};
use serde::Serialize;
use serde_json::Value;

use crate::{
    figures::{Goal, Pairs, Ratio, to_f64},
    producers::{self, Density},
};

/// Decisions and reads per measurement: long enough for the clock, short enough for many rounds.
const CALLS: usize = 200;
/// The facts of a decision are read in no more.
pub const STATEMENTS_MAX: usize = 3;

/// Statements of one opening, counted where they are sent.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Statements {
    /// For the decision: what is registered, blocks with their freshness, the matrix of roles.
    pub facts: usize,
    /// For all that is read before the sources are asked.
    pub all: usize,
}

/// Measures and counts.
///
/// # Errors
/// When the store cannot be made, or a record is not shown.
pub async fn measure(share: usize) -> Result<(Ratio, Statements)> {
    let sizes = sizes(&producers::reply(0, Density::Usual).await?)?;
    let dir = tempfile::tempdir()?;
    let opening = OneOpening::new(dir.path(), &sizes).await?;
    let (shown, sent): (usize, usize) = (opening.decide(opening.cells())?, sizes.values().sum());
    ensure!(shown == sent && sent > 10, "{shown} of {sent} records are shown");
    let reads = opening.statements().await?;
    let statements = Statements { facts: of_facts(&reads).len(), all: reads.len() };
    let rounds = (40 * share / 100).max(5);
    let pairs = Pairs::abba(rounds, async || decided(&opening), async || read(&opening).await).await?;
    let what = format!("access decision on one answer of {sent} records / one read by primary key");
    Ok((Ratio::of("R6", what, &pairs, Goal::gate(1.0)), statements))
}

/// Milliseconds of one decision. The answers are copied before the clock starts: the portal gets its own from the adapter.
fn decided(opening: &OneOpening) -> Result<f64> {
    let answers: Vec<_> = (0..CALLS).map(|_| opening.cells()).collect();
    let started = Instant::now();
    for cells in answers {
        std::hint::black_box(opening.decide(cells)?);
    }
    Ok(started.elapsed().as_secs_f64() * 1_000.0 / to_f64(CALLS))
}

/// Milliseconds of one read.
async fn read(opening: &OneOpening) -> Result<f64> {
    let started = Instant::now();
    for _ in 0..CALLS {
        opening.read_by_key().await?;
    }
    Ok(started.elapsed().as_secs_f64() * 1_000.0 / to_f64(CALLS))
}

/// How many entries a reply has in each section.
fn sizes(reply: &[u8]) -> Result<BTreeMap<Section, usize>> {
    let document: Value = serde_json::from_slice(reply)?;
    let sections = document.get("sections").context("a reply without sections")?;
    let size = |section: &Section| sections.pointer(&format!("/{}/entries", section.name()))?.as_array().map(Vec::len);
    Ok(Section::ALL.into_iter().filter_map(|section| Some((section, size(&section)?))).collect())
}
