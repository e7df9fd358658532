//! Where a row is played: the source's own server, listeners on every address that must not be reached, a resolver that remembers, a
//! neighbour, two patients whose records hold a token each, and an ear on the log.
//!
//! Not here: what must become of a row (`case`). Invariant: every assertion that is the same for all rows is in [`Stage::play`], so that
//! no row can forget it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    net::IpAddr,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use samsyn_domain::{section::Section, source::SourceId, state::State};
use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{
        Grant, SourceEgress,
        resolver::{Found, Lookup},
    },
    limits::Limits,
    prepared::{CompileBy, PrepareError, Prepared, prepare_within},
    report::{Ended, LookupReport},
    runtime::{Binding, Host},
};
use samsyn_service::port::adapters::{Adapters as _, Answer};
use samsyn_tests::build;
use tokio::{net::TcpListener, runtime::Runtime};
use tracing::Dispatch;

use super::case::{Case, Ends, Leads, Way};
use crate::{
    egress::upstream::{Act, Upstream, header, reply},
    host::scene::{hostile, titles_of},
};

/// What the page calls late: a neighbour has to be faster, whatever happens beside it.
const IN_TIME: Duration = Duration::from_secs(5);

/// Somebody of the national list of test numbers, and the number of the one record each has.
const PATIENTS: [(&str, &str); 2] = [("195009072553", "551000000017"), ("191212121212", "552000000024")];

/// A key that must never be told.
const SEAL: &str = "s3al-of-the-hostile-source";

/// Listeners that nobody may reach. On every loopback address that this machine gives us.
pub struct Canaries {
    port: u16,
    hits: Arc<AtomicUsize>,
    addresses: Vec<String>,
}

impl Canaries {
    /// Listens on one free port of each address, and on the source's own port of every address but the source's.
    async fn perch(source: u16) -> Self {
        let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = first.local_addr().unwrap().port();
        let hits = Arc::new(AtomicUsize::new(0));
        let mut listeners = vec![first];
        for address in ["127.0.0.2", "127.1.2.3", "127.255.255.254", "[::1]"] {
            for port in [port, source] {
                if let Ok(listener) = TcpListener::bind(format!("{address}:{port}")).await {
                    listeners.push(listener);
                }
            }
        }
        let addresses = listeners.iter().map(|listener| listener.local_addr().unwrap().to_string()).collect();
        for listener in listeners {
            let hits = Arc::clone(&hits);
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    hits.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { port, hits, addresses }
    }
}

/// Answers names by a script, and remembers which were asked for.
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Lookup for Names {
    fn lookup(&self, name: &str) -> Found {
        let mut asked = self.asked.lock().unwrap();
        let answer = self.answers.get(asked.len()).or(self.answers.last()).cloned();
        asked.push(name.to_owned());
        Box::pin(async move { answer.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)) })
    }
}

/// The place of all rows of a family.
pub struct Stage {
    source: Upstream,
    beside: Upstream,
    canaries: Canaries,
}

/// A row's binding, for one play.
struct Bound {
    host: Host,
    names: Arc<Names>,
}

impl Stage {
    /// Sets it up.
    pub async fn set() -> Self {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        // The server that redirects has to know where the canaries are, which have to know its port.
        let canary = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&canary);
        let source = Upstream::start(move |request| answer(request, told.load(Ordering::SeqCst))).await;
        let canaries = Canaries::perch(source.port).await;
        canary.store(canaries.port.into(), Ordering::SeqCst);
        let beside = Upstream::start(|request| answer(request, 0)).await;
        Self { source, beside, canaries }
    }

    /// The addresses that must not be reached.
    pub fn forbidden(&self) -> &[String] {
        &self.canaries.addresses
    }

    /// Plays a row and says what was wrong, if anything.
    pub async fn play(&self, case: &Case) {
        let name = case.name;
        let adapter = match &case.way {
            Way::Adapter { .. } => hostile().await,
            Way::Component(make) => match prepare_within(&make(), None, CompileBy::Here, &case.limits).await {
                Err(PrepareError::Refused(refusal)) => {
                    assert_eq!(case.ends, Ends::NotAdmitted, "{name}: {refusal}");
                    let told = refusal.to_string();
                    assert!(told.contains(case.says), "{name}: the vendor does not read {:?}: {told}", case.says);
                    return;
                }
                other => other.unwrap(),
            },
        };
        assert_ne!(case.ends, Ends::NotAdmitted, "{name} was admitted");
        let bound = self.bind(case, adapter);
        let before = (self.source.seen().len(), self.canaries.hits.load(Ordering::SeqCst));
        for patient in 0..PATIENTS.len() {
            self.ask(case, &bound, patient).await;
        }
        // A connection that was made may not have been accepted yet.
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(self.canaries.hits.load(Ordering::SeqCst), before.1, "{name} reached a forbidden address");
        if case.silent {
            assert_eq!(self.source.seen().len(), before.0, "{name} was sent");
        }
        let asked = bound.names.asked.lock().unwrap().clone();
        assert!(asked.iter().all(|asked| asked == "source.example"), "{name} had names looked up: {asked:?}");
        silent_log(name);
    }

    async fn ask(&self, case: &Case, bound: &Bound, patient: usize) {
        let name = case.name;
        let (number, token) = PATIENTS[patient];
        let question = build::question(number, vec![Section::Documents, Section::CareLimits]);
        let (hostile, neighbour) = (SourceId::new("hostile"), SourceId::new("neighbour"));
        let within = Duration::from_millis(case.within_ms);
        let ask_neighbour = async {
            let started = Instant::now();
            (bound.host.ask(&neighbour, &question, IN_TIME).await, started.elapsed())
        };
        let (answer, (beside, took)) = tokio::join!(bound.host.ask(&hostile, &question, within), ask_neighbour);
        assert_eq!(titles(&beside), [format!("200 anteckning {token}")], "{name}: what the neighbour answered");
        assert_eq!(beside.sections[&Section::CareLimits], State::NothingHeld, "{name}: what the neighbour answered");
        assert!(took < IN_TIME, "{name}: the neighbour took {took:?}");
        let asked: Vec<Section> = answer.sections.keys().copied().collect();
        assert_eq!(asked, [Section::CareLimits, Section::Documents], "{name}: one state per section asked");
        self.judge(case, patient, &answer, &bound.host.last_report(&hostile).unwrap());
        let told = format!("{:?}", bound.host.last_report(&neighbour));
        assert_no_patient(name, "the neighbour's report", &told, None);
    }

    fn judge(&self, case: &Case, patient: usize, answer: &Answer, report: &LookupReport) {
        let name = case.name;
        let second = case.second.filter(|_| patient > 0);
        let (state, says) = second.unwrap_or((case.state, case.says));
        if second.is_none() {
            match (&case.ends, &report.ended) {
                (Ends::Returned, Ended::Returned) | (Ends::TimedOut, Ended::TimedOut) => {}
                (Ends::Failed(code), Ended::Failed { code: found, .. }) => {
                    assert_eq!(code, found, "{name}: {report:?}")
                }
                (Ends::Stopped(by), Ended::Stopped { by: found }) => assert_eq!(by, found, "{name}: {report:?}"),
                (expected, found) => panic!("{name}: {expected:?} expected, found {found:?}: {report:?}"),
            }
        }
        assert_eq!(told(&answer.sections[&Section::Documents]), state, "{name}: {report:?}");
        assert!(report.words().contains(says), "{name}: the administrator does not read {says:?}: {}", report.words());
        if let Some(expected) = case.titles {
            assert_eq!(titles(answer), expected, "{name}");
        }
        assert!(report.used.memory_peak_bytes <= case.limits.memory_max_bytes, "{name}: {:?}", report.used);
        assert!(report.notes.len() <= 50 && report.log.len() <= case.limits.log_lines_max, "{name}: {report:?}");
        let shown = format!("{:?} {:?}", answer.person, answer.sections);
        assert_no_patient(name, "the answer", &shown, Some(patient));
        let kept = format!("{report:?} {}", serde_json::to_string(report).unwrap());
        assert_no_patient(name, "the report", &kept, None);
        assert!(!kept.contains(SEAL) && !shown.contains(SEAL), "{name} told the key");
    }

    fn bind(&self, case: &Case, adapter: Arc<Prepared>) -> Bound {
        let (answers, base, strict) = match case.leads {
            Leads::Home => (&[][..], format!("http://127.0.0.1:{}/base", self.source.port), false),
            Leads::Strictly { base, answers } => (answers, self.filled(base), true),
            Leads::ByName(answers) => (answers, format!("http://source.example:{}/base", self.source.port), false),
        };
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        let names = Arc::new(Names { answers: answers.iter().map(parse).collect(), asked: Mutex::default() });
        let host = Host::new();
        let mut settings = BTreeMap::new();
        if let Way::Adapter { behaviour, target } = &case.way {
            settings.insert("behaviour".to_owned(), (*behaviour).to_owned());
            settings.insert("target".to_owned(), self.filled(target));
        }
        let egress = egress(&base, strict, &case.limits, &names);
        host.bind(SourceId::new("hostile"), Binding { adapter, egress, settings, limits: case.limits.clone() })
            .unwrap();
        self.bind_neighbour(&host, &names);
        Bound { host, names }
    }

    fn bind_neighbour(&self, host: &Host, names: &Arc<Names>) {
        let (limits, base) = (Limits::default(), format!("http://127.0.0.1:{}/base", self.beside.port));
        let egress = egress(&base, false, &limits, names);
        let settings = BTreeMap::from([("behaviour".to_owned(), "well-behaved".to_owned())]);
        let adapter = futures::executor::block_on(hostile());
        host.bind(SourceId::new("neighbour"), Binding { adapter, egress, settings, limits }).unwrap();
    }

    /// `{port}` is the source's own, `{canary}` one that must not be reached.
    fn filled(&self, text: &str) -> String {
        text.replace("{port}", &self.source.port.to_string()).replace("{canary}", &self.canaries.port.to_string())
    }
}

fn egress(base: &str, strict: bool, limits: &Limits, names: &Arc<Names>) -> Arc<SourceEgress> {
    let loose =
        Grant { allow_loopback: !strict, allow_http: !strict, ..Grant::read_only("api", base.parse().unwrap()) };
    // What only the host may use, for tokens: an adapter that names it is denied.
    let tokens = Grant { host_only: true, ..Grant { alias: "tokens".to_owned(), ..loose.clone() } };
    let seal = Slot { origins: Vec::new(), kind: CredentialKind::Hmac { key: SEAL.as_bytes().to_vec().into() } };
    let credentials = Credentials::new().with("seal", seal);
    let names: Arc<dyn Lookup> = Arc::clone(names) as Arc<dyn Lookup>;
    Arc::new(SourceEgress::with_lookup(vec![loose, tokens], credentials, limits.egress.clone(), &names).unwrap())
}

/// The state in one word, with its reason.
fn told(state: &State) -> String {
    match state {
        State::Unanswered(why) => format!("unanswered/{}", why.word()),
        State::Partial { reason, .. } => {
            let reason = serde_json::to_value(reason).unwrap();
            format!("partial/{}", reason["why"].as_str().unwrap())
        }
        other => other.word().to_owned(),
    }
}

fn titles(answer: &Answer) -> Vec<&str> {
    titles_of(answer.sections[&Section::Documents].entries())
}

/// No number and no record of a patient, except of the one it may be about.
fn assert_no_patient(name: &str, place: &str, text: &str, except: Option<usize>) {
    for (index, (number, token)) in PATIENTS.iter().enumerate() {
        if except != Some(index) {
            assert!(!text.contains(number) && !text.contains(token), "{name}: a patient is in {place}: {text}");
        }
    }
}

fn silent_log(name: &str) {
    let lines = std::mem::take(&mut *LINES.0.lock().unwrap_or_else(PoisonError::into_inner));
    let text = String::from_utf8_lossy(&lines);
    assert!(text.contains("source asked"), "{name}: nothing was logged at all");
    assert_no_patient(name, "the log", &text, None);
    assert!(!text.contains(SEAL), "{name}: the key is in the log");
}

/// One family at a time: the log is everybody's.
pub fn alone() -> std::sync::MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Threads whose log is kept here.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(|| std::mem::forget(tracing::dispatcher::set_default(&LOGGING)))
        .build()
        .unwrap()
}

static LINES: Lines = Lines(Mutex::new(Vec::new()));

static LOGGING: LazyLock<Dispatch> = LazyLock::new(|| {
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(|| &LINES)
        .finish();
    Dispatch::new(lines)
});

struct Lines(Mutex<Vec<u8>>);

impl Write for &Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the source's own server says.
fn answer(request: &str, canary: usize) -> Act {
    const MIB: usize = 1024 * 1024;
    let patient = header(request, "x-patient").unwrap_or_default();
    let token = PATIENTS.iter().find(|(number, _)| *number == patient).map_or("", |(_, token)| token);
    let path = request.split_whitespace().nth(1).and_then(|path| path.strip_prefix("/base")).unwrap_or_default();
    let fine = || reply(200, &[], format!("anteckning {token}").as_bytes());
    match path {
        // Every request on a connection of its own, so that its name is looked up each time.
        "/records" => Act::SayAndClose(reply(200, &[("connection", "close")], format!("anteckning {token}").as_bytes())),
        "/mine" => Act::Say(reply(200, &[], format!("{patient} {token}").as_bytes())),
        // A record of the first patient, whoever is asked about.
        "/first" => Act::Say(reply(200, &[], format!("{} {}", PATIENTS[0].0, PATIENTS[0].1).as_bytes())),
        "/slow" => Act::Wait(Duration::from_mins(1), fine()),
        "/late" => Act::Wait(Duration::from_millis(900), fine()),
        "/trickle" => Act::Trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n".to_vec(), Duration::from_millis(20)),
        "/huge" => Act::Say(reply(200, &[], &vec![b'x'; 6 * MIB])),
        "/large" => Act::Say(reply(200, &[], &vec![b'x'; 3 * MIB])),
        "/endless" => Act::Flood(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 8192]),
        "/headers" => Act::Flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-a: bbbbbbbbbbbbbbbb\r\n".repeat(50)),
        "/bomb" => Act::Say(reply(200, &[("content-encoding", "gzip")], &bomb())),
        "/closed" => Act::SayAndClose(Vec::new()),
        "/refused" => Act::Say(reply(403, &[], b"")),
        "/overloaded" => Act::Say(reply(429, &[], b"")),
        "/broken" => Act::Say(reply(500, &[], b"")),
        "/gone" => Act::Say(reply(404, &[], b"")),
        "/trailers" => Act::SayAndClose(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-evil\r\n\r\n4\r\nhela\r\n0\r\nx-evil: 1\r\n\r\n"
                .to_vec(),
        ),
        "/two-lengths" => Act::SayAndClose(
            b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 40\r\n\r\nhelaHTTP/1.1 200 OK\r\n\r\nsmugglat".to_vec(),
        ),
        "/smuggled" => Act::SayAndClose(
            b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhelaHTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsmugglat".to_vec(),
        ),
        _ => match path.strip_prefix("/redirect/").and_then(|status| status.parse().ok()) {
            Some(status) => {
                let to = format!("http://127.0.0.1:{canary}/base/records");
                Act::Say(reply(status, &[("location", &to)], b"dit"))
            }
            None => Act::Say(reply(404, &[], b"")),
        },
    }
}

fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 50_000_000]).unwrap();
    encoder.finish().unwrap()
}
