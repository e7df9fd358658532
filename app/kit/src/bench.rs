//! What an adapter costs: instructions, which are the same on every machine, and the time this one took.
//!
//! Not here: whether it is right (`trial`).
//! Invariant: recorded delays are left out, so that only the adapter and the host are measured.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{
    case::{self, Case},
    exchange::Outcome,
    project::Project,
    refusal::Refusal,
    rehearsal::{Metering, Stage},
    report::{mebibytes, millions},
};

/// Lookups of each case that are timed.
const ROUNDS: usize = 60;
/// Of the computing time allowed, more than this share is warned about.
const WARN_PERCENT: u128 = 50;

/// What one case costs.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    /// Name of the case.
    pub case: String,
    /// Instructions as the engine weighs them.
    pub fuel: u64,
    /// Until the instance stood, half of the lookups within.
    pub instantiate_p50_us: u64,
    /// The whole lookup, half within.
    pub lookup_p50_us: u64,
    /// The whole lookup, 99 of 100 within.
    pub lookup_p99_us: u64,
    /// Most memory.
    pub memory_peak_bytes: usize,
    /// Bytes of replies that were read.
    pub reply_bytes: usize,
    /// What is close to a limit.
    pub warnings: Vec<String>,
}

/// Measures every case of a project.
///
/// # Errors
/// When the adapter is not admitted, or a case cannot be read or run.
pub fn run(project: &Project) -> Result<Vec<Cost>, Refusal> {
    let Some(folder) = &project.cases else {
        return Err(Refusal::new("a component by itself has no cases", "name the project's folder"));
    };
    let stage = Stage::open(project, Metering::Off)?;
    let metered = Stage::of(stage.component().to_vec(), project, Metering::Fuel)?;
    case::read_all(folder)?.into_iter().map(|case| measure(&stage, &metered, without_delays(case))).collect()
}

fn without_delays(mut case: Case) -> Case {
    for exchange in &mut case.exchanges {
        if let Outcome::Reply { delay, .. } = &mut exchange.outcome {
            *delay = Duration::ZERO;
        }
    }
    case
}

fn measure(stage: &Stage, metered: &Stage, case: Case) -> Result<Cost, Refusal> {
    let fuel = metered.run(&case, None)?.report.used.fuel.unwrap_or_default();
    let (mut instantiate, mut lookup) = (Vec::new(), Vec::new());
    let (mut memory_peak_bytes, mut reply_bytes) = (0, 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let used = stage.run(&case, None)?.report.used;
        lookup.push(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
        instantiate.push(used.instantiate_us);
        memory_peak_bytes = used.memory_peak_bytes.max(memory_peak_bytes);
        reply_bytes = used.reply_bytes;
    }
    instantiate.sort_unstable();
    lookup.sort_unstable();
    let lookup_p99_us = percentile(&lookup, 99);
    let warnings = warnings(stage, lookup_p99_us, memory_peak_bytes);
    Ok(Cost {
        case: case.name,
        fuel,
        instantiate_p50_us: percentile(&instantiate, 50),
        lookup_p50_us: percentile(&lookup, 50),
        lookup_p99_us,
        memory_peak_bytes,
        reply_bytes,
        warnings,
    })
}

fn warnings(stage: &Stage, lookup_us: u64, memory: usize) -> Vec<String> {
    let limits = stage.limits();
    let close = |name: &str, used: u128, most: u128, unit: &str| {
        (used * 100 > most * WARN_PERCENT).then(|| {
            format!("{used} {unit} of {name} = {most} {unit}: a slower machine or a larger patient will pass it")
        })
    };
    let cpu = close("guest_cpu_ms", u128::from(lookup_us / 1_000), u128::from(limits.guest_cpu_ms), "ms");
    let memory = close("memory_max_bytes", memory as u128, limits.memory_max_bytes as u128, "bytes");
    cpu.into_iter().chain(memory).collect()
}

fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

/// A table for a terminal.
pub fn table(costs: &[Cost]) -> String {
    let width = costs.iter().map(|cost| cost.case.chars().count()).max().unwrap_or(4).max(4);
    let mut text = String::new();
    let _infallible =
        writeln!(text, "{:width$}       fuel  instantiate  lookup p50  lookup p99   memory  replies", "case");
    for cost in costs {
        let _infallible = writeln!(
            text,
            "{:width$}  {:>9}  {:>8} µs  {:>7} µs  {:>7} µs  {:>7}  {:>7}",
            cost.case,
            millions(cost.fuel),
            cost.instantiate_p50_us,
            cost.lookup_p50_us,
            cost.lookup_p99_us,
            mebibytes(cost.memory_peak_bytes),
            mebibytes(cost.reply_bytes),
        );
    }
    for cost in costs {
        for warning in &cost.warnings {
            let _infallible = writeln!(text, "warning, {}: {warning}", cost.case);
        }
    }
    text.push_str("fuel is the same on every machine; times are this one's\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values_measured() {
        let sorted: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&sorted, 50), percentile(&sorted, 99)), (50, 99));
        assert_eq!(percentile(&[7], 99), 7);
        assert_eq!(percentile(&[], 50), 0);
    }
}
