//! R6b: what a lookup that waits for its source holds in memory, for an adapter in each language.
//!
//! Each side is a process of its own: real lookups through [`samsyn_host::runtime::Host`], or the same requests without a sandbox, to a source that
//! never answers. Not here: computing time ([`crate::sandbox`], [`crate::languages`]).
//! Invariant: what is counted waits; a call that ended is an error.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use axum::{Router, http::StatusCode, routing::any};
use samsyn_domain::{section::Section, source::SourceId};
use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{CallBudget, EgressLimits, Grant, Outgoing, SourceEgress, Target},
    limits::Limits,
    prepared::{CompileBy, prepare_within},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Question};
use samsyn_tests::build;
use secrecy::SecretString;

use crate::{
    figures::{Goal, Pairs, Ratio, to_f64},
    languages::{self, Language},
};

/// First argument of a process whose memory is measured.
pub const IN_FLIGHT: &str = "in-flight";
/// Side of the requests without a sandbox.
const NATIVE: &str = "native";
/// What waits at the same time: enough of them for the few kilobytes of a request, few enough for the megabytes of a Python.
const REQUESTS: usize = 400;
const LOOKUPS: usize = 40;
/// What a large language needs, as its template says.
const MEMORY_MAX_BYTES: usize = 192 << 20;

/// The source: at once nobody is known below `/known`, and below `/never` it never answers.
fn source() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let never = async || {
                tokio::time::sleep(Duration::from_hours(1)).await;
                StatusCode::NO_CONTENT
            };
            let unknown = async || StatusCode::NOT_FOUND;
            let router = Router::new().route("/never/visits", any(never)).route("/known/visits", any(unknown));
            Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await?)
        })
    });
    Ok(address)
}

fn egress(base: &str) -> Result<SourceEgress> {
    let methods = vec![http::Method::GET, http::Method::POST];
    let grant = Grant { methods, allow_loopback: true, allow_http: true, ..Grant::read_only("api", base.parse()?) };
    let value = SecretString::from("Bearer of-the-benchmark".to_owned());
    let kind = CredentialKind::StaticHeader { name: "authorization".to_owned(), value };
    let credentials = Credentials::new().with("key", Slot { origins: vec!["api".to_owned()], kind });
    Ok(SourceEgress::new(vec![grant], credentials, EgressLimits::default())?)
}

async fn host(source: &str, component: &Path) -> Result<Host> {
    let limits = Limits { lookups_at_once: 1_000, memory_max_bytes: MEMORY_MAX_BYTES, ..Limits::default() };
    let bytes = std::fs::read(component).with_context(|| component.display().to_string())?;
    let adapter = prepare_within(&bytes, None, CompileBy::Here, &limits).await?;
    let host = Host::new();
    for name in ["known", "never"] {
        let egress = Arc::new(egress(&format!("{source}/{name}"))?);
        let binding =
            Binding { adapter: Arc::clone(&adapter), egress, settings: BTreeMap::new(), limits: limits.clone() };
        host.bind(SourceId::new(name), binding)?;
    }
    Ok(host)
}

fn question() -> Question {
    let sections = vec![Section::Services, Section::Contacts];
    Question { person: false, ..build::question("195009072553", sections) }
}

/// Measures each language against the same request without a sandbox.
///
/// # Errors
/// When an adapter is not built, or a call does not wait.
pub fn measure(share: usize) -> Result<Vec<Ratio>> {
    let source = source()?;
    let measured = |side: &str| {
        let output = Command::new(std::env::current_exe()?).args([IN_FLIGHT, side, &source]).output()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        said.parse::<f64>().with_context(|| format!("{side}: {said}{}", String::from_utf8_lossy(&output.stderr)))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut ratios = Vec::new();
    for language in Language::ALL {
        let component = languages::component(language)?.display().to_string();
        let pairs = runtime.block_on(Pairs::abba(
            (4 * share / 100).max(2),
            async || measured(&component),
            async || measured(NATIVE),
        ))?;
        let what = format!("memory of a lookup in {language} that waits / of a request that waits (kB, not ms)");
        // The goal was set for what is compiled; the others bring an interpreter along.
        let goal = (language == Language::Rust).then_some(Goal::reported(6.0)).flatten();
        ratios.push(Ratio::of("R6b", what, &pairs, goal));
    }
    Ok(ratios)
}

/// The process whose memory is measured: prints the kilobytes of one waiting call.
///
/// # Errors
/// When the arguments are not those of [`measure`], or no call waits.
pub fn wait() -> Result<()> {
    let mut arguments = std::env::args().skip(2);
    let (side, source) = (arguments.next().context("which side")?, arguments.next().context("which source")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let each = runtime
        .block_on(async { if side == NATIVE { requests(&source).await } else { lookups(&side, &source).await } })?;
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{each:.2}")?;
    // What waits would wait for long.
    std::process::exit(0)
}

async fn lookups(component: &str, source: &str) -> Result<f64> {
    let host = Arc::new(host(source, &PathBuf::from(component)).await?);
    for _ in 0..20 {
        let answer = host.ask(&SourceId::new("known"), &question(), Duration::from_secs(5)).await;
        let held = samsyn_domain::state::State::NothingHeld;
        ensure!(answer.sections.values().all(|state| *state == held), "nobody is known, and it answers {answer:?}");
    }
    grown(LOOKUPS, || {
        let host = Arc::clone(&host);
        async move {
            host.ask(&SourceId::new("never"), &question(), Duration::from_secs(20)).await;
        }
    })
    .await
}

async fn requests(source: &str) -> Result<f64> {
    let egress = Arc::new(egress(&format!("{source}/never"))?);
    grown(REQUESTS, || native(Arc::clone(&egress))).await
}

/// By how many kilobytes this process grows with each of these calls.
async fn grown<F: Future<Output = ()> + Send + 'static>(calls: usize, call: impl Fn() -> F) -> Result<f64> {
    // What compiling has left behind goes back to the system.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = resident_kb()?;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..calls {
        tasks.spawn(call());
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    ensure!(tasks.try_join_next().is_none(), "a call did not wait");
    Ok((resident_kb()? - before) / to_f64(calls))
}

/// The same request without a sandbox.
async fn native(egress: Arc<SourceEgress>) {
    let limits = EgressLimits { answer_timeout_ms: 20_000, ..EgressLimits::default() };
    let budget = CallBudget::new(tokio::time::Instant::now() + Duration::from_secs(20), &limits);
    let request = Outgoing {
        method: http::Method::POST,
        target: Target::Path("/visits".to_owned()),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Some(br#"{"person":"195009072553"}"#.to_vec()),
        credential: Some("key".to_owned()),
    };
    let _waits = egress.send("api", request, &budget).await;
}

fn resident_kb() -> Result<f64> {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).context("no Rss in smaps_rollup")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
