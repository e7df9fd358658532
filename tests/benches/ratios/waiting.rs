//! R1–R3: how much longer the overview takes than the sources themselves. R10: and than without the log.
//!
//! Not here: who answers (`producers`), how it is read (`reader`). Invariant: delays are changed between measurements only.

use anyhow::{Context as _, Result};

use crate::{
    figures::{Goal, Pairs, Ratio, to_f64},
    portal::ANSWER_WITHIN_MS,
    producers::{Density, NEVER, SOURCES},
    reader::Reader,
    rig::Rig,
    wire::{self, Size},
};

/// What came of it.
pub struct Waited {
    /// R1, R2, R3, R10.
    pub ratios: Vec<Ratio>,
    /// Sizes of pages.
    pub wire: Vec<Size>,
    /// Computing time of the portal per overview, in pieces, eight sources: for understanding.
    pub portal_cpu_ms: f64,
}

/// Measures all three.
///
/// # Errors
/// When the portal or a source does not answer.
pub async fn measure(rig: &Rig, share: usize) -> Result<Waited> {
    let portal = rig.portal.greeting.first().context("the portal named no address")?;
    let reader = Reader::sign_in(portal, &rig.producers.greeting).await?;
    reader.delays([5; SOURCES]).await?;
    for _ in 0..8 {
        reader.stream_end().await?;
        reader.direct().await?;
    }
    let wire = wire::measure(&reader).await?;
    let mut ratios = Vec::new();
    let mut portal_cpu_ms = f64::NAN;
    for (delay, rounds, goal) in [(50, 40, Goal::gate(1.20)), (5, 40, None), (500, 6, None)] {
        reader.delays([delay; SOURCES]).await?;
        let cpu_before = rig.portal.cpu_ms();
        let rounds = at_least(rounds, share);
        let pairs = Pairs::abba(rounds, async || reader.stream_end().await, async || slowest(&reader).await).await?;
        if delay == 50 {
            portal_cpu_ms = (rig.portal.cpu_ms() - cpu_before) / to_f64(2 * rounds);
        }
        ratios.push(Ratio::of(
            "R1",
            format!("overview complete / slowest of 8 sources, {delay} ms each"),
            &pairs,
            goal,
        ));
    }
    ratios.push(unlogged(rig, &reader, share).await?);
    if rig.tie_portal(true) {
        ratios.push(tied(&reader, share).await?);
    }
    rig.tie_portal(false);
    ratios.push(json(&reader, share).await?);
    ratios.push(dense(&reader, share).await?);
    ratios.push(first(&reader, share).await?);
    ratios.extend(silent(&reader, share).await?);
    Ok(Waited { ratios, wire, portal_cpu_ms })
}

fn at_least(rounds: usize, share: usize) -> usize {
    (rounds * share / 100).max(3)
}

async fn slowest(reader: &Reader) -> Result<f64> {
    reader.direct().await?.into_iter().max_by(f64::total_cmp).context("no sources")
}

async fn fastest(reader: &Reader) -> Result<f64> {
    reader.direct().await?.into_iter().min_by(f64::total_cmp).context("no sources")
}

/// The same with the portal on one processor: every source answers at the same moment, so this is all its work in a row.
async fn tied(reader: &Reader, share: usize) -> Result<Ratio> {
    reader.delays([50; SOURCES]).await?;
    let rounds = at_least(20, share);
    let pairs = Pairs::abba(rounds, async || reader.stream_end().await, async || slowest(reader).await).await?;
    Ok(Ratio::of("R1", "overview complete / slowest of 8 sources, 50 ms each, portal on one processor", &pairs, None))
}

/// The same overview from the portal whose openings nobody logs.
async fn unlogged(rig: &Rig, reader: &Reader, share: usize) -> Result<Ratio> {
    let portal = rig.portal.greeting.get(1).context("the portal named no address of the one without a log")?;
    let unlogged = Reader::sign_in(portal, &rig.producers.greeting).await?;
    reader.delays([50; SOURCES]).await?;
    for _ in 0..8 {
        unlogged.stream_end().await?;
    }
    let rounds = at_least(60, share);
    let pairs = Pairs::abba(rounds, async || reader.stream_end().await, async || unlogged.stream_end().await).await?;
    let what = "overview with its records in the log / without, 8 sources, 50 ms each";
    Ok(Ratio::of("R10", what, &pairs, Goal::gate(1.02)))
}

async fn json(reader: &Reader, share: usize) -> Result<Ratio> {
    reader.delays([50; SOURCES]).await?;
    let rounds = at_least(20, share);
    let pairs = Pairs::abba(rounds, async || reader.json_end().await, async || slowest(reader).await).await?;
    Ok(Ratio::of("R1", "canonical JSON complete / slowest of 8 sources, 50 ms each", &pairs, None))
}

/// Replies of nothing but entries: what drawing a thousand of them costs.
async fn dense(reader: &Reader, share: usize) -> Result<Ratio> {
    reader.delays([50; SOURCES]).await?;
    reader.density(Density::Dense).await?;
    let rounds = at_least(20, share);
    let pairs = Pairs::abba(rounds, async || reader.stream_end().await, async || slowest(reader).await).await?;
    reader.density(Density::Usual).await?;
    Ok(Ratio::of("R1", "overview complete / slowest of 8 sources, 50 ms each, nothing but entries", &pairs, None))
}

async fn first(reader: &Reader, share: usize) -> Result<Ratio> {
    let mut delays = [200; SOURCES];
    if let Some(fast) = delays.first_mut() {
        *fast = 50;
    }
    reader.delays(delays).await?;
    let rounds = at_least(15, share);
    let tested = async || reader.stream().await?.first_ms();
    let pairs = Pairs::abba(rounds, tested, async || fastest(reader).await).await?;
    let what = "first entries on the page / fastest source, 50 ms among 200 ms";
    Ok(Ratio::of("R2", what, &pairs, Goal::reported(1.5)))
}

/// Sources that never answer are the last ones; the healthy rest must not notice.
async fn silent(reader: &Reader, share: usize) -> Result<Vec<Ratio>> {
    let mut ratios = Vec::new();
    let mut ends = Pairs::default();
    for holes in 1..=4 {
        let healthy = SOURCES - holes;
        let mut broken = [50; SOURCES];
        broken.iter_mut().rev().take(holes).for_each(|delay| *delay = NEVER);
        let until_healthy = async |delays| {
            reader.delays(delays).await?;
            let seen = reader.stream().await?;
            anyhow::Ok((seen.all_ms(0..healthy)?, seen.end_ms))
        };
        let mut pairs = Pairs::default();
        for _ in 0..at_least(8, share) {
            let (before, _) = until_healthy([50; SOURCES]).await?;
            let (tested, end) = until_healthy(broken).await?;
            let (after, _) = until_healthy([50; SOURCES]).await?;
            pairs.tested.push(tested);
            pairs.base.push(f64::midpoint(before, after));
            ends.tested.push(end);
            ends.base.push(to_f64(usize::try_from(ANSWER_WITHIN_MS)?));
        }
        let what = format!("entries of the {healthy} healthy sources, {holes} of 8 silent / none silent");
        ratios.push(Ratio::of("R3", what, &pairs, Goal::gate(1.05)));
    }
    let deadline = format!("overview complete with silent sources / their limit of {ANSWER_WITHIN_MS} ms");
    ratios.push(Ratio::of("R3", deadline, &ends, Goal::reported(1.02)));
    reader.delays([5; SOURCES]).await?;
    Ok(ratios)
}
