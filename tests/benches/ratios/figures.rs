//! Pairs of measurements, the median of their ratios with a bootstrap interval, and the goal it is held against.
//!
//! Not here: what is measured. Invariant: a ratio is formed within a round, never between rounds, so that a machine that
//! slows down for a while slows both sides.

use std::io::Write as _;

use serde::Serialize;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 2_000;

/// Both sides of every round.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// The side under test.
    pub tested: Vec<f64>,
    /// What it is compared with.
    pub base: Vec<f64>,
}

impl Pairs {
    /// Measures in the order tested, base, base, tested; each round is the mean of its two.
    pub async fn abba<E>(
        rounds: usize,
        mut tested: impl AsyncFnMut() -> Result<f64, E>,
        mut base: impl AsyncFnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut pairs = Self::default();
        for _ in 0..rounds {
            let first = tested().await?;
            let (second, third) = (base().await?, base().await?);
            let fourth = tested().await?;
            pairs.tested.push(f64::midpoint(first, fourth));
            pairs.base.push(f64::midpoint(second, third));
        }
        Ok(pairs)
    }

    /// One ratio per round.
    pub fn ratios(&self) -> Vec<f64> {
        self.tested.iter().zip(&self.base).map(|(tested, base)| tested / base).collect()
    }
}

/// What the ratio is held against.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Goal {
    /// The ratio must not be greater.
    pub at_most: f64,
    /// A missed gate ends the benchmark in failure; another goal is only reported.
    pub gate: bool,
}

impl Goal {
    /// A goal whose miss fails the run.
    pub const fn gate(at_most: f64) -> Option<Self> {
        Some(Self { at_most, gate: true })
    }

    /// A goal that is reported.
    pub const fn reported(at_most: f64) -> Option<Self> {
        Some(Self { at_most, gate: false })
    }
}

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Ratio {
    /// e.g. `R1`.
    pub id: &'static str,
    /// What is divided by what.
    pub what: String,
    /// Median of the rounds.
    pub median: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// 90th percentile of the rounds.
    pub p90: f64,
    /// Rounds.
    pub rounds: usize,
    /// Median of the side under test, for understanding; never a goal.
    pub tested_ms: f64,
    /// Median of the other side.
    pub base_ms: f64,
    /// The goal, if there is one.
    pub goal: Option<Goal>,
}

impl Ratio {
    /// The ratio of these pairs, which are in milliseconds.
    pub fn of(id: &'static str, what: impl Into<String>, pairs: &Pairs, goal: Option<Goal>) -> Self {
        let ratios = pairs.ratios();
        let (low, high) = interval(&ratios);
        let what = what.into();
        // Whoever waits sees that something happens; nothing can be done about a standard error that is closed.
        let _ = writeln!(std::io::stderr(), "   {id} {:.3}  {what}", median(&ratios));
        Self {
            id,
            what,
            median: median(&ratios),
            low,
            high,
            p90: percentile(&ratios, 0.9),
            rounds: ratios.len(),
            tested_ms: median(&pairs.tested),
            base_ms: median(&pairs.base),
            goal,
        }
    }

    /// Whether its goal is met; none when it has none.
    pub fn met(&self) -> Option<bool> {
        self.goal.map(|goal| self.median <= goal.at_most)
    }
}

/// The middle value; not a number when there is none, which meets no goal.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The value below which this share of the values lies.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * to_f64(last);
    let (below, above) = (place.floor(), place.ceil());
    let at =
        |place: f64| sorted.iter().enumerate().find(|(index, _)| to_f64(*index) >= place).map_or(f64::NAN, |(_, v)| *v);
    (at(above) - at(below)).mul_add(place - below, at(below))
}

/// Counts here are far below 2³², where every integer has its own `f64`.
pub fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Bootstrap of the median, 95 %. The generator is fixed: the same measurements give the same interval.
fn interval(values: &[f64]) -> (f64, f64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0)
    };
    let medians: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sample: Vec<f64> = values.iter().filter_map(|_| values.get(draw() % values.len()).copied()).collect();
            median(&sample)
        })
        .collect();
    (percentile(&medians, 0.025), percentile(&medians, 0.975))
}
