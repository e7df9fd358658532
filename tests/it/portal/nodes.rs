//! Two nodes on one PostgreSQL behave as one: what is decided on one holds on the next request on the other (I8).
//!
//! A change goes through one node and is checked through the other, in turns, by whoever it concerns: a consent given and ended, a section
//! switched off and on, a right taken and given back, a session begun and ended. In front of the nodes stands what a balancer is to them:
//! something that passes each connection on to the one that the test names.
//! Not here: nodes that are killed (`reliability::kills`), what each change means (`access`, `enablement`, `role_matrix`, `sessions`).
//! Invariant: no check is repeated until it holds; the first answer counts.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use jiff::{Timestamp, Zoned};
use samsyn::demo_portal;
use samsyn_demo::{
    fault::Faults,
    seed::Seed,
    servers::{self, Delays, Running},
};
use samsyn_domain::{source::SourceId, time::sweden};
use samsyn_server::{
    clock::Clock,
    run::serve,
    wiring::{open_store, wire_prepared},
};
use samsyn_tests::apart::apart_here;
use samsyn_tests::reliability::{self, Row};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

use super::{
    bindings,
    browser::Browser,
    catalogue::enrolled,
    enablement, harness,
    packages::{Vendor, packed},
    reading::{cell, text},
    role_matrix,
};
use crate::store::server::{NO_SERVER, Server};

/// Changes that are checked, of an ordinary run.
const OPERATIONS: usize = 120;
/// Municipalities with their nurse, administrator, source and patient: what each has decided is read whole with every change, and is to stay short.
const PLACES: [(&str, &str, &str, &str); 6] = [
    ("nurse", "admin", "viva-storsjo-hsl", "no-consent"),
    ("nurse-backdalen", "admin-backdalen", "viva-backdalen-hsl", "relation-ended"),
    ("nurse-hogtjarn", "admin-hogtjarn", "lifecare-hogtjarn-hsl", "own-sol"),
    ("nurse-lovsunda", "admin-lovsunda", "viva-lovsunda-hsl", "moved-municipality"),
    ("nurse-norrvatten", "admin-norrvatten", "lifecare-norrvatten-hsl", "admitted"),
    ("nurse-stenforsa", "admin-stenforsa", "viva-stenforsa-hsl", "planned-visit"),
];
const SECTION: &str = "medications";
const CONSENT: [(&str, &str); 5] =
    [("kind", "consent"), ("relation", "visit"), ("given_by", "patient"), ("for", "unit"), ("period", "three-months")];

struct Nodes {
    seed: Seed,
    public_url: Url,
    /// The node that the next connection goes to.
    next: Arc<AtomicUsize>,
    _dirs: TempDir,
    sources: Running,
    _tasks: JoinSet<()>,
}

impl Nodes {
    async fn start(database: &Url) -> Self {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let moment: Zoned = harness::NOON.parse::<Timestamp>().unwrap().to_zoned(sweden());
        let clock = Clock::Frozen(moment);
        let seed = Seed::new(&clock.now()).with_organisations(9);
        let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = front.local_addr().unwrap();
        let public_url: Url = format!("http://{address}").parse().unwrap();
        let client = demo_portal::identity_client(&public_url);
        let faults = Faults::read("", &seed.sources).unwrap();
        let sources = servers::start(&seed, &faults, &Delays::new(), client.clone()).await.unwrap();
        let dirs = tempfile::tempdir().unwrap();
        let url_file = dirs.path().join("postgres-url");
        fs::write(&url_file, database.as_str()).unwrap();
        let (mut tasks, mut nodes) = (JoinSet::new(), Vec::new());
        for number in 0..2 {
            // Each has a directory of its own; the key of the first is everybody's.
            let dir = dirs.path().join(format!("node-{number}"));
            let of_first = dirs.path().join("node-0/keys/store.key");
            let mut config = demo_portal::config(&seed, &sources, &client, address, public_url.clone(), dir).unwrap();
            config.database.postgres_url_file = Some(url_file.clone());
            config.database.key_file = Some(of_first);
            config.limits.openings_per_minute = 100_000;
            config.validate().unwrap();
            let store = open_store(&config).await.unwrap();
            if number == 0 {
                demo_portal::plant(&store, &seed, &clock).await.unwrap();
            }
            let adapters = harness::adapters(&config).await;
            let portal = wire_prepared(config, clock.clone(), &adapters, apart_here(), store).unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            nodes.push(listener.local_addr().unwrap());
            tasks.spawn(async move { serve(portal, listener, std::future::pending()).await.unwrap() });
        }
        let next = Arc::new(AtomicUsize::new(0));
        tasks.spawn(pass_on(front, [nodes[0], nodes[1]], next.clone()));
        Self { seed, public_url, next, _dirs: dirs, sources, _tasks: tasks }
    }

    /// Everything from here on goes to this node.
    fn on(&self, node: usize) {
        self.next.store(node % 2, Ordering::SeqCst);
    }

    async fn signed_in(&self, staff: &str) -> Browser {
        let mut browser = Browser::unpooled(self.public_url.clone());
        browser.sign_in(staff).await;
        browser
    }
}

async fn pass_on(front: TcpListener, nodes: [SocketAddr; 2], next: Arc<AtomicUsize>) {
    loop {
        let Ok((mut outside, _)) = front.accept().await else { return };
        let node = nodes[next.load(Ordering::SeqCst)];
        tokio::spawn(async move {
            if let Ok(mut inside) = TcpStream::connect(node).await {
                let _ = copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}

/// Who changes, who reads, and what stands now.
struct Scene<'a> {
    nodes: &'a Nodes,
    staff: &'static str,
    source: &'static str,
    nurse: Browser,
    admin: Browser,
    newcomer: Browser,
    open: String,
    consent: Option<String>,
    enabled: Vec<(String, String)>,
    enablements: usize,
    granted: Vec<(String, String)>,
    matrices: usize,
}

impl<'a> Scene<'a> {
    async fn set(nodes: &'a Nodes, place: usize) -> Self {
        let (staff, administrator, source, shows) = PLACES[place];
        let patient = nodes.seed.person_showing(shows).unwrap().personal_number.clone();
        let (mut nurse, mut admin) = (nodes.signed_in(staff).await, nodes.signed_in(administrator).await);
        let open = nurse.open(&patient, "shared").await;
        let enabled = enablement::boxes(&admin.get(enablement::PAGE).await.body);
        let granted = role_matrix::fields(&admin.get(role_matrix::PAGE).await.body);
        let newcomer = nurse.window();
        let (consent, enablements, matrices) = (None, 0, 0);
        Self { nodes, staff, source, nurse, admin, newcomer, open, consent, enabled, enablements, granted, matrices }
    }

    /// What the nurse is told on a node.
    async fn read(&mut self, node: usize) -> Value {
        self.nodes.on(node);
        let reply = self.nurse.json(&self.open).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    async fn reason(&mut self, node: usize) -> Option<String> {
        let overview = self.read(node).await;
        cell(&overview, SECTION, self.source)["reason"].as_str().map(str::to_owned)
    }

    /// Saves a form of the administrator's with one field left out, or all of them.
    async fn save(&mut self, page: &str, fields: &[(String, String)], base: usize, but: Option<&str>) {
        let base = base.to_string();
        let kept = fields.iter().filter(|(name, _)| Some(name.as_str()) != but && name != "base");
        let mut form: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.extend([("base", base.as_str()), ("step", "save"), ("reason", "Prov"), ("from", "")]);
        if page == role_matrix::PAGE {
            form.retain(|(name, _)| !matches!(*name, "reason" | "from"));
        }
        let reply = self.admin.post(page, &form).await;
        assert_eq!(reply.status, 303, "{page}: {}", reply.body);
    }

    /// One change through a node, checked through the other. Every eight of them leave everything as it was.
    async fn operate(&mut self, number: usize) {
        // Which node decides changes with each round, so that each kind of change goes both ways.
        let decides = number / 8 / PLACES.len() + number / 8 + number;
        let other = decides + 1;
        self.nodes.on(decides);
        match number % 8 {
            0 => {
                let address = format!("{}/access", self.open);
                let reply = self.nurse.post(&address, &CONSENT).await;
                assert_eq!(reply.status, 303, "{}", reply.body);
                let access = self.read(other).await["access"].take();
                self.consent = Some(text(&access["granted"]["registration"]).to_owned());
            }
            1 | 2 => {
                let off = (number % 8 == 1).then(|| format!("{}.{SECTION}", self.source));
                let (fields, base) = (self.enabled.clone(), self.enablements);
                self.save(enablement::PAGE, &fields, base, off.as_deref()).await;
                self.enablements += 1;
                assert_eq!(self.reason(other).await.as_deref(), off.map(|_| "not-enabled"), "operation {number}");
            }
            3 | 4 => {
                let off = (number % 8 == 3).then(|| format!("nurse.{SECTION}"));
                let (fields, base) = (self.granted.clone(), self.matrices);
                self.save(role_matrix::PAGE, &fields, base, off.as_deref()).await;
                self.matrices += 1;
                assert_eq!(self.reason(other).await.as_deref(), off.map(|_| "role"), "operation {number}");
            }
            5 => {
                let id = self.consent.take().unwrap();
                let address = format!("{}/access/{id}/end", self.open);
                let reply = self.nurse.post(&address, &[("how", "withdrawn")]).await;
                assert_eq!(reply.status, 303, "{}", reply.body);
                let access = self.read(other).await["access"].take();
                assert!(access.get("granted").is_none(), "operation {number}: {access}");
            }
            6 => {
                self.newcomer = self.nodes.signed_in(self.staff).await;
                self.nodes.on(other);
                assert_eq!(self.newcomer.json("/sources").await.status, 200, "operation {number}");
            }
            _ => {
                assert_eq!(self.newcomer.post("/logout", &[]).await.status, 303);
                self.nodes.on(other);
                assert_eq!(self.newcomer.json("/sources").await.status, 401, "operation {number}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_decided_on_one_node_holds_on_the_next_request_on_the_other() {
    let (row, what) = ("I8", "decisions on one of two nodes, read on the other, PostgreSQL");
    let Some(server) = Server::find().await else { return Row::skip(row, what, NO_SERVER) };
    let nodes = Nodes::start(&server.database("nodes").await).await;
    let mut scenes = Vec::new();
    for place in 0..PLACES.len() {
        scenes.push(Scene::set(&nodes, place).await);
    }
    let mut row = Row::begin(row, what, "operations");
    for number in 0..reliability::times(reliability::OPERATIONS, OPERATIONS) {
        scenes[number / 8 % PLACES.len()].operate(number).await;
        row.done(1);
    }
    // Both were asked, and not one of them twice.
    for node in 0..2 {
        nodes.on(node);
        let token = format!("Bearer {}", demo_portal::METRICS_TOKEN);
        let counts = scenes[0].nurse.get_with("/metrics", &[("authorization", &token)]).await.body;
        let read = counts.lines().find_map(|line| {
            line.strip_prefix("samsyn_http_requests_total{route=\"GET /overview/{handle}\",status=\"200\"} ")
        });
        assert!(read.is_some_and(|read| read.parse::<usize>().unwrap() > OPERATIONS / 8), "node {node}: {counts}");
    }
    drop((row, scenes));
    drop(nodes);
    server.clean().await;
}

/// A source that is bound and taken into use through one node is asked through the other on the next request, and let go of there as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_bound_through_one_node_is_asked_through_the_other() {
    let Some(server) = Server::find().await else { return println!("{NO_SERVER}") };
    let nodes = Nodes::start(&server.database("nodes_bindings").await).await;
    let mut admin = nodes.signed_in("admin-region").await;
    let vendor = Vendor::new();
    enrolled(&mut admin, &vendor).await;
    let package = bindings::package(&mut admin, &vendor.signed(packed(&[]))).await;
    let cosmic = SourceId::new("cosmic-region");
    let (url, issued) = (&nodes.sources.base_urls[&cosmic], &nodes.sources.credentials[&cosmic]);
    nodes.on(1);
    let kept = bindings::send(&mut admin, &bindings::terms_of(url, issued, &package)).await;
    assert_eq!(kept.status, 303, "uploaded through one node, bound through the other: {}", kept.body);
    let page = kept.location().split('?').next().unwrap().to_owned();
    let source = page.rsplit('/').next().unwrap().to_owned();
    assert_eq!(bindings::decide(&mut admin, &page, 0, "use-1").await.status, 303);
    let shown = admin.get(enablement::PAGE).await.body;
    let (mut fields, name) = (enablement::boxes(&shown), format!("{source}.{SECTION}"));
    fields.push((name, "1".into()));
    let mut form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.extend([("step", "save"), ("reason", "Prov")]);
    assert_eq!(admin.post(enablement::PAGE, &form).await.status, 303);

    let patient = nodes.seed.person_showing("everything").unwrap().personal_number.clone();
    nodes.on(0);
    let mut doctor = nodes.signed_in("doctor").await;
    let open = doctor.open(&patient, "own").await;
    let reported = |overview: &Value| bindings::states(overview, &source).contains(&"reported ".to_owned());
    assert!(reported(&doctor.json(&open).await.json()), "made ready there when it was first asked");
    nodes.on(1);
    assert_eq!(bindings::decide(&mut admin, &page, 1, "paused").await.status, 303);
    nodes.on(0);
    let paused = bindings::states(&doctor.json(&open).await.json(), &source);
    assert!(paused.contains(&"not-asked switched-off".to_owned()), "{paused:?}");
    server.clean().await;
}
