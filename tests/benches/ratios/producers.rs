//! Eight sources in a process of their own: the same kind of reply of about 50 kB each, after a delay that can be changed.
//!
//! The reply is what the demo's simple contract says about one invented person with something in every section, made once;
//! each entry of source `n` carries the mark of `n`, so that a reader can tell whose entries have reached the page.
//! Not here: any computing per request, which would take the processor from the reader.
//! Invariant: every source answers with the same number of bytes.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, State},
    http::{Request, header},
    response::IntoResponse,
    routing::post,
    serve::ListenerExt as _,
};
use samsyn_demo::{
    holdings::{Holdings, PatientRecords},
    seed::Seed,
    source::enkel,
};
use samsyn_domain::section::{PERSON, Section};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// How many.
pub const SOURCES: usize = 8;
/// Size of a reply; the last entry may exceed it.
pub const REPLY_BYTES: usize = 50_000;
/// Path of the simple contract's question.
pub const PATH: &str = "/samsyn/v1/patient";
/// Delay of a source that takes the request and never answers.
pub const NEVER: u64 = u64::MAX;
/// The demo's person with something in every section.
const SHOWING: &str = "everything";

/// The mark of a source's entries; letters only, so that no escaping changes it.
pub fn mark(source: usize) -> String {
    format!("{MARK}{source}q")
}

/// What every mark begins with.
pub const MARK: &str = "Qqz";

/// Whom the questions are about.
///
/// # Errors
/// When the demo has nobody to show.
pub fn patient() -> Result<String> {
    let seed = Seed::new(&samsyn_tests::build::now());
    Ok(seed.person_showing(SHOWING).context("the demo shows nobody with everything")?.personal_number.clone())
}

/// The reply of one source.
///
/// # Errors
/// When the demo's own source does not answer as it should.
pub async fn reply(source: usize) -> Result<Bytes> {
    let seed = Seed::new(&samsyn_tests::build::now());
    let patient = patient()?;
    let held = seed.holdings.values().filter_map(|holdings| holdings.of(&patient));
    let mut all = PatientRecords::default();
    for records in held {
        all.person = all.person.or_else(|| records.person.clone());
        all.entries.extend(records.entries.iter().cloned());
    }
    let holdings = Holdings { patients: BTreeMap::from([(patient.clone(), all)]) };
    let answered = enkel::router(Arc::new(holdings)).oneshot(question(&patient)?).await?;
    let mut document: Value = serde_json::from_slice(&to_bytes(answered.into_body(), 1 << 22).await?)?;
    fill(&mut document, source)?;
    Ok(Bytes::from(document.to_string()))
}

/// The question as the adapter asks it.
///
/// # Errors
/// Never in practice: the request is well-formed.
pub fn question(patient: &str) -> Result<Request<Body>> {
    let body = question_body(patient).to_string();
    Ok(Request::post(PATH).header(header::CONTENT_TYPE, "application/json").body(Body::from(body))?)
}

/// Its body.
pub fn question_body(patient: &str) -> Value {
    json!({
        "contract": "samsyn-enkel/1",
        "identifiers": [{ "system": "personnummer", "value": patient }],
        "sections": sections(),
    })
}

/// Everything that can be asked.
pub fn sections() -> Vec<&'static str> {
    std::iter::once(PERSON).chain(Section::ALL.iter().map(|section| section.name())).collect()
}

/// Marks every entry and repeats entries until the reply has its size.
fn fill(document: &mut Value, source: usize) -> Result<()> {
    let originals = document.get("sections").and_then(Value::as_object).context("a reply without sections")?.clone();
    let mut size = 0;
    let mut made = 0;
    let mut filled: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for round in 0.. {
        for (name, section) in originals.iter().filter(|(name, _)| name.as_str() != PERSON) {
            for entry in section.get("entries").and_then(Value::as_array).into_iter().flatten() {
                if round > 0 && size > REPLY_BYTES {
                    continue;
                }
                made += 1;
                let entry = marked(entry.clone(), source, made);
                size += entry.to_string().len();
                filled.entry(name.clone()).or_default().push(entry);
            }
        }
        ensure!(made > 0, "the demo's person has no entries");
        if size > REPLY_BYTES {
            break;
        }
    }
    let sections = document.get_mut("sections").and_then(Value::as_object_mut).context("a reply without sections")?;
    for (name, entries) in filled {
        sections.insert(name, json!({ "status": "complete", "entries": entries }));
    }
    Ok(())
}

fn marked(mut entry: Value, source: usize, number: usize) -> Value {
    let words = ["text", "title", "assessment", "name", "dosage", "note", "batch", "method"];
    let word = words.into_iter().find(|word| entry.get(word).is_some_and(Value::is_string));
    if let Some(Value::String(text)) = word.and_then(|word| entry.get_mut(word)) {
        text.push_str(&format!(" {} {number}", mark(source)));
    }
    if let Some(id) = entry.pointer_mut("/provenance/id") {
        *id = json!(format!("{source}-{number}"));
    }
    entry
}

struct Source {
    reply: Bytes,
    delay_ms: AtomicU64,
}

/// Serves until standard input ends.
///
/// # Errors
/// When a port cannot be bound.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut addresses = Vec::new();
        for number in 0..SOURCES {
            let source = Arc::new(Source { reply: reply(number).await?, delay_ms: AtomicU64::new(0) });
            let router = Router::new().route(PATH, post(answer)).route("/delay/{ms}", post(delay)).with_state(source);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(format!("http://{}", listener.local_addr()?));
            // A source that holds back the end of its reply would be measured instead of the portal.
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        writeln!(std::io::stdout(), "ready {}", addresses.join(" "))?;
        until_input_ends().await
    })
}

/// Waits until whoever started us has gone.
///
/// # Errors
/// When the waiting task cannot be run.
pub async fn until_input_ends() -> Result<()> {
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    ended.await??;
    Ok(())
}

async fn answer(State(source): State<Arc<Source>>, question: Bytes) -> impl IntoResponse {
    drop(question);
    match source.delay_ms.load(Ordering::SeqCst) {
        NEVER => std::future::pending::<()>().await,
        ms => tokio::time::sleep(Duration::from_millis(ms)).await,
    }
    ([(header::CONTENT_TYPE, "application/json")], source.reply.clone())
}

async fn delay(State(source): State<Arc<Source>>, Path(ms): Path<u64>) {
    source.delay_ms.store(ms, Ordering::SeqCst);
}
