//! Eight sources in a process of their own: the same kind of reply of about 50 kB each, after a delay that can be changed.
//!
//! The reply is what the demo's simple contract says about one invented person with something in every section, made once, as
//! dense with entries as replies by the standards are, or with nothing but entries ([`Density`]);
//! each entry of source `n` carries the mark of `n`, so that a reader can tell whose entries have reached the page.
//! Not here: any computing per request, which would take the processor from the reader.
//! Invariant: every source answers with the same number of bytes.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
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
/// What one entry is in a reply by the national and international standards: the published examples of the service contracts
/// have one entry per 4 kB, of the International Patient Summary one per 3 kB.
const USUAL_ENTRY_BYTES: usize = 3_000;
/// Path of the simple contract's question.
pub const PATH: &str = "/samsyn/v1/patient";
/// Delay of a source that takes the request and never answers.
pub const NEVER: u64 = u64::MAX;
/// The demo's person with something in every section.
const SHOWING: &str = "everything";

/// How much of a reply ends up on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Density {
    /// An entry is as large as in the standards; the rest of it is the source's own.
    Usual,
    /// Nothing but what the page shows: about a thousand entries for one patient, which nobody has.
    Dense,
}

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
pub async fn reply(source: usize, density: Density) -> Result<Bytes> {
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
    fill(&mut document, source, density)?;
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

/// Fills the sections up to the size: with the person's entries and, where a source has them, fields of its own.
fn fill(document: &mut Value, source: usize, density: Density) -> Result<()> {
    let sections = document.get_mut("sections").and_then(Value::as_object_mut).context("a reply without sections")?;
    let mut originals: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, section) in sections.iter().filter(|(name, _)| name.as_str() != PERSON) {
        let entries = section.get("entries").and_then(Value::as_array);
        originals.insert(name.clone(), entries.context("a section without entries")?.clone());
    }
    ensure!(!originals.is_empty(), "the demo's person has no entries");
    let mut filled: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let (mut size, mut made) = (0, 0);
    // In turn from every section, so that none is empty however few there are.
    for (name, entries) in originals.iter().cycle() {
        if size >= REPLY_BYTES {
            break;
        }
        let place = filled.get(name).map_or(0, Vec::len);
        let original = entries.get(place % entries.len().max(1)).context("a section without entries")?;
        made += 1;
        let entry = density.padded(marked(original.clone(), source, made));
        size += entry.to_string().len();
        filled.entry(name.clone()).or_default().push(entry);
    }
    for (name, entries) in filled {
        sections.insert(name, json!({ "status": "complete", "entries": entries }));
    }
    Ok(())
}

impl Density {
    /// The entry with the source's own fields after its own, up to the size that such an entry has.
    fn padded(self, mut entry: Value) -> Value {
        let Self::Usual = self else { return entry };
        let mut own = Vec::new();
        let mut size = entry.to_string().len();
        while size < USUAL_ENTRY_BYTES {
            let term = json!({
                "system": "urn:oid:1.2.752.116.2.1.1",
                "code": format!("{}", 100_000 + own.len()),
                "display": "Källans eget begrepp, som inte hör till kontraktet",
            });
            size += term.to_string().len() + 1;
            own.push(term);
        }
        if let Some(fields) = entry.as_object_mut() {
            fields.insert("x-own".to_owned(), Value::Array(own));
        }
        entry
    }
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
    usual: Bytes,
    dense: Bytes,
    is_dense: AtomicBool,
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
            let source = Arc::new(Source {
                usual: reply(number, Density::Usual).await?,
                dense: reply(number, Density::Dense).await?,
                is_dense: AtomicBool::new(false),
                delay_ms: AtomicU64::new(0),
            });
            let router = Router::new()
                .route(PATH, post(answer))
                .route("/delay/{ms}", post(delay))
                .route("/dense/{is_dense}", post(dense))
                .with_state(source);
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
    let reply = if source.is_dense.load(Ordering::SeqCst) { &source.dense } else { &source.usual };
    ([(header::CONTENT_TYPE, "application/json")], reply.clone())
}

async fn delay(State(source): State<Arc<Source>>, Path(ms): Path<u64>) {
    source.delay_ms.store(ms, Ordering::SeqCst);
}

async fn dense(State(source): State<Arc<Source>>, Path(is_dense): Path<bool>) {
    source.is_dense.store(is_dense, Ordering::SeqCst);
}
