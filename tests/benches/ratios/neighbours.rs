//! R17: what a hostile adapter costs its neighbours. R6b: what a call that waits costs in memory.
//!
//! Real lookups through [`samsyn_host::runtime::Host`] under the default limits; the source is a thread of this process that answers after a fixed
//! time. The hostile adapter is asked again and again for as long as its neighbours are measured. Not here: whether it is contained
//! (`tests/it/host/suite`).
//! Invariant: with and without it are measured in turns in one run, and the worst behaviour is the one that counts.

use std::{
    collections::BTreeMap,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use axum::{Router, routing::get};
use futures::future::join_all;
use samsyn_domain::{section::Section, source::SourceId};
use samsyn_host::{
    credential::Credentials,
    egress::{CallBudget, EgressLimits, Grant, Outgoing, SourceEgress, Target},
    limits::Limits,
    prepared::{CompileBy, prepare},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Question};
use samsyn_tests::build;

use crate::{
    figures::{Goal, Pairs, Ratio, percentile, to_f64},
    portal::adapter_path,
};

/// First argument of a process whose memory is measured.
pub const IN_FLIGHT: &str = "in-flight";

/// How long the source takes.
const DELAY: Duration = Duration::from_millis(50);
const NEIGHBOURS: usize = 4;
/// Lookups of each neighbour at the same time.
const AT_ONCE: usize = 4;
/// One after another, in a measurement.
const TURNS: usize = 18;
/// Calls that wait, when their memory is measured.
const WAITING: usize = 400;
/// Those that use up something, and what they are about.
const BURNING: [(&str, &str); 7] = [
    ("endless-loop", ""),
    ("pattern", ""),
    ("fragment", ""),
    ("entry-flood", ""),
    ("string-copies", ""),
    ("hmac-grind", ""),
    ("requests", "10000"),
];

/// The source: at `/base/records` after its time, at `/base/never` never.
fn source() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let base = format!("http://{}/base", listener.local_addr()?);
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let after = async |time| {
                tokio::time::sleep(time).await;
                "anteckning"
            };
            let router = Router::new()
                .route("/base/records", get(move || after(DELAY)))
                .route("/base/never", get(move || after(Duration::from_hours(1))));
            Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await?)
        })
    });
    Ok(base)
}

async fn host(base: &str, bound: &[(&str, &str, &str)], limits: &Limits) -> Result<Host> {
    let bytes = std::fs::read(adapter_path("hostile")).context("build the adapters first: cargo xtask adapters")?;
    let adapter = prepare(&bytes, None, CompileBy::Here).await?;
    let host = Host::new();
    for (source, behaviour, target) in bound {
        let settings =
            BTreeMap::from([("behaviour", *behaviour), ("target", *target)].map(|(k, v)| (k.into(), v.into())));
        let egress = Arc::new(egress(base)?);
        host.bind(
            SourceId::new(*source),
            Binding { adapter: Arc::clone(&adapter), egress, settings, limits: limits.clone() },
        )?;
    }
    Ok(host)
}

fn egress(base: &str) -> Result<SourceEgress> {
    let grant = Grant { allow_loopback: true, allow_http: true, ..Grant::read_only("api", base.parse()?) };
    Ok(SourceEgress::new(vec![grant], Credentials::new(), EgressLimits::default())?)
}

fn question() -> Question {
    Question { person: false, ..build::question("195009072553", vec![Section::Documents]) }
}

/// The 99th percentile of the neighbours' lookups, in milliseconds.
async fn neighbours(host: &Host) -> Result<f64> {
    let question = question();
    let one = async |neighbour: usize| {
        let started = Instant::now();
        let answer =
            host.ask(&SourceId::new(format!("neighbour-{neighbour}")), &question, Duration::from_secs(5)).await;
        ensure!(answer.sections.values().all(|state| state.entries().len() == 1), "a neighbour answered {answer:?}");
        Ok(started.elapsed().as_secs_f64() * 1_000.0)
    };
    let mut taken = Vec::new();
    for _ in 0..TURNS {
        for took in join_all((0..NEIGHBOURS * AT_ONCE).map(|at| one(at % NEIGHBOURS))).await {
            taken.push(took?);
        }
    }
    Ok(percentile(&taken, 0.99))
}

/// Measures the neighbours of each behaviour; the worst one is R17.
async fn burning(base: &str, share: usize) -> Result<Ratio> {
    let mut worst: Option<Ratio> = None;
    for (behaviour, target) in BURNING {
        let names: Vec<String> = (0..NEIGHBOURS).map(|at| format!("neighbour-{at}")).collect();
        let mut bound: Vec<(&str, &str, &str)> = names.iter().map(|name| (name.as_str(), "well-behaved", "")).collect();
        bound.push(("hostile", behaviour, target));
        let host = Arc::new(host(base, &bound, &Limits::default()).await?);
        neighbours(&host).await?;
        let beside = async || {
            let (again, question) = (Arc::clone(&host), question());
            let burning = tokio::spawn(async move {
                loop {
                    again.ask(&SourceId::new("hostile"), &question, Duration::from_secs(5)).await;
                }
            });
            let measured = neighbours(&host).await;
            burning.abort();
            measured
        };
        let pairs = Pairs::abba((4 * share / 100).max(2), beside, async || neighbours(&host).await).await?;
        let what = format!("neighbours' p99 beside a hostile adapter / without, the worst is `{behaviour}`");
        let ratio = Ratio::of("R17", what, &pairs, Goal::gate(1.2));
        if worst.as_ref().is_none_or(|worst| worst.median < ratio.median) {
            worst = Some(ratio);
        }
    }
    worst.context("no behaviour was measured")
}

/// Memory of waiting calls, each side in a process of its own.
async fn memory(base: &str, share: usize) -> Result<Ratio> {
    let measured = async |side: &str| {
        let output = Command::new(std::env::current_exe()?).args([IN_FLIGHT, side, base]).output()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        said.parse::<f64>().with_context(|| format!("{side}: {said}{}", String::from_utf8_lossy(&output.stderr)))
    };
    let guest = async || measured("guest").await;
    let pairs = Pairs::abba((4 * share / 100).max(2), guest, async || measured("native").await).await?;
    let what = "memory of a lookup that waits in its sandbox / of a request that waits (kB, not ms)";
    Ok(Ratio::of("R6b", what, &pairs, Goal::reported(6.0)))
}

/// The process whose memory is measured: prints the kilobytes of one waiting call.
///
/// # Errors
/// When the arguments are not those of [`memory`], or no call waits.
pub fn in_flight() -> Result<()> {
    let mut arguments = std::env::args().skip(2);
    let (side, base) = (arguments.next().context("which side")?, arguments.next().context("which source")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let each = runtime.block_on(async {
        let limits = Limits { lookups_at_once: 1_000, ..Limits::default() };
        let host = Arc::new(host(&base, &[("warm", "get", "/records"), ("waits", "get", "/never")], &limits).await?);
        let egress = Arc::new(egress(&base)?);
        for _ in 0..50 {
            host.ask(&SourceId::new("warm"), &question(), Duration::from_secs(5)).await;
        }
        let before = resident_kb()?;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..WAITING {
            if side == "guest" {
                let host = Arc::clone(&host);
                tasks.spawn(async move {
                    host.ask(&SourceId::new("waits"), &question(), Duration::from_secs(20)).await;
                });
            } else {
                let egress = Arc::clone(&egress);
                tasks.spawn(async move { native(&egress).await });
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        ensure!(tasks.try_join_next().is_none(), "a call did not wait");
        anyhow::Ok((resident_kb()? - before) / to_f64(WAITING))
    })?;
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{each:.2}")?;
    // What waits would wait for long.
    std::process::exit(0)
}

/// The same request without a sandbox.
async fn native(egress: &SourceEgress) {
    let limits = EgressLimits { answer_timeout_ms: 20_000, ..EgressLimits::default() };
    let budget = CallBudget::new(tokio::time::Instant::now() + Duration::from_secs(20), &limits);
    let target = Target::Path("/never".to_owned());
    let headers = vec![("x-patient".to_owned(), "195009072553".to_owned())];
    let request = Outgoing { method: http::Method::GET, target, headers, body: None, credential: None };
    let _waits = egress.send("api", request, &budget).await;
}

fn resident_kb() -> Result<f64> {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).context("no Rss in smaps_rollup")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Measures both.
///
/// # Errors
/// When the adapters are not built, or a neighbour does not answer.
pub fn measure(share: usize) -> Result<Vec<Ratio>> {
    let base = source()?;
    // Its own threads, as many as there are processors, and not the one the reader has.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async { Ok(vec![burning(&base, share).await?, memory(&base, share).await?]) })
    })
    .join()
    .map_err(|_| anyhow::anyhow!("the measurement gave up"))?
}
