//! The benchmark: ratios between the portal and the least that could do the same, both sides alternately in one run.
//!
//! Rooms: [`rig`] processes, processors, the machine · [`producers`] the eight sources · [`portal`] the portal under test ·
//! [`reader`] the browser's side and the direct requests · [`waiting`] R1–R3, R10 · [`sandbox`] R4–R5 · [`languages`] R4–R5 in each language ·
//! [`in_flight`] R6b · [`neighbours`] R17 · [`decision`] R6 · [`log`] R10b · [`wire`] bytes ·
//! [`figures`] medians, intervals, goals · [`report`] and [`picture`] what is written.
//! Not here: absolute times as goals; they say more about the machine than about us.
//! Invariant: both sides of a ratio are measured in the same run, in ABBA order, and a missed gate ends in failure.
//! `--sandbox-only` measures R4 and R5, `--languages-only` those of each language and R6b, `--neighbours-only` R17, `--decision-only` R6, `--log-only` R10b and verification; they write no report. To add a ratio: measure both sides with [`figures::Pairs`], give it a [`figures::Ratio`] with its goal, push it in `main`.

mod decision;
mod figures;
mod in_flight;
mod languages;
mod log;
mod neighbours;
mod picture;
mod portal;
mod producers;
mod reader;
mod report;
mod rig;
mod sandbox;
mod waiting;
mod wire;

use std::{io::Write as _, process::ExitCode};

use anyhow::{Context as _, Result};

/// As in the portal.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Part of a round's numbers that is left when hurried: `--rounds-percent=20` for a first look.
fn rounds_percent() -> usize {
    let given = std::env::args().find_map(|argument| argument.strip_prefix("--rounds-percent=")?.parse().ok());
    given.unwrap_or(100).clamp(5, 1_000)
}

/// The date of the report, `--at=2026-11-21`; otherwise today's.
fn at() -> String {
    let given = std::env::args().find_map(|argument| argument.strip_prefix("--at=").map(str::to_owned));
    given.unwrap_or_else(|| jiff::Zoned::now().strftime("%Y-%m-%d %H:%M %:z").to_string())
}

fn main() -> Result<ExitCode> {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    match std::env::args().nth(1).as_deref() {
        Some(rig::PRODUCERS) => producers::serve().map(|()| ExitCode::SUCCESS),
        Some(in_flight::IN_FLIGHT) => in_flight::wait().map(|()| ExitCode::SUCCESS),
        Some(rig::PORTAL) => portal::serve().map(|()| ExitCode::SUCCESS),
        _ => measure(),
    }
}

fn measure() -> Result<ExitCode> {
    let mut out = std::io::stdout();
    let rig = rig::Rig::start()?;
    writeln!(out, "{}", rig.machine.line())?;
    let share = rounds_percent();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().any(|argument| argument == "--sandbox-only") {
        let ratios = sandbox::measure(share).context("R4–R5")?;
        writeln!(out, "{}", report::rows(&ratios))?;
        return Ok(ExitCode::SUCCESS);
    }
    if std::env::args().any(|argument| argument == "--languages-only") {
        let ratios = in_each_language(&rig, share)?;
        writeln!(out, "{}", report::rows(&ratios))?;
        return Ok(ExitCode::SUCCESS);
    }
    if std::env::args().any(|argument| argument == "--neighbours-only") {
        let ratio = rig.untied(|| neighbours::measure(share)).context("R17")?;
        writeln!(out, "{}", report::rows(&[ratio]))?;
        return Ok(ExitCode::SUCCESS);
    }
    if std::env::args().any(|argument| argument == "--decision-only") {
        let (ratio, statements) = runtime.block_on(decision::measure(share)).context("R6")?;
        writeln!(out, "{}{statements:?}", report::rows(&[ratio]))?;
        return Ok(ExitCode::SUCCESS);
    }
    if std::env::args().any(|argument| argument == "--log-only") {
        let (ratio, commits) = runtime.block_on(log::measure(share)).context("R10b")?;
        writeln!(out, "{}{}", report::rows(&[ratio]), commits.line())?;
        return Ok(ExitCode::SUCCESS);
    }
    let waited = runtime.block_on(waiting::measure(&rig, share)).context("R1–R3")?;
    let mut ratios = waited.ratios;
    ratios.extend(sandbox::measure(share).context("R4–R5")?);
    ratios.extend(in_each_language(&rig, share)?);
    ratios.push(rig.untied(|| neighbours::measure(share)).context("R17")?);
    let (decided, statements) = runtime.block_on(decision::measure(share)).context("R6")?;
    ratios.push(decided);
    let (verification, commits) = runtime.block_on(log::measure(share)).context("R10b")?;
    ratios.push(verification);
    let report = report::Report {
        at: at(),
        machine: rig.machine.clone(),
        foreign_percent: rig.foreign_percent(),
        portal_cpu_ms: waited.portal_cpu_ms,
        ratios,
        statements,
        commits,
        wire: waited.wire,
    };
    drop(rig);
    let written = report.write()?;
    writeln!(out, "{}", report.table())?;
    writeln!(out, "{}", written.display())?;
    Ok(if report.gates_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// R4, R5 and R6b of the same adapter in each language.
fn in_each_language(rig: &rig::Rig, share: usize) -> Result<Vec<figures::Ratio>> {
    let mut ratios = languages::measure(share).context("R4–R5 in each language")?;
    ratios.extend(rig.untied(|| in_flight::measure(share)).context("R6b")?);
    Ok(ratios)
}
