//! Which records each route leaves: a walk over every route of the router, in the order in which a person would come to them.
//!
//! The list is read from the router's own text, so a route that is not walked here fails. What is not logged says why.
//! To add a route: a step that asks for it, with the records it leaves.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header};
use samsyn_service::port::audit_log::{AuditRecord, Stage};
use serde_json::json;

use crate::portal::{
    browser::{Browser, Reply, assignments},
    catalogue::uploaded,
    harness::Portal,
    login::attempt,
    packages::{Vendor, packed},
    reports::references,
};

const ROUTER: &str = include_str!("../../../../app/server/src/http.rs");

/// Every method and pattern of the router.
fn routes() -> BTreeSet<String> {
    let calls: Vec<&str> =
        ROUTER.split(".route(").skip(1).map(|rest| rest.split("\n        .").next().unwrap()).collect();
    let mut routes = BTreeSet::new();
    for call in calls {
        let (pattern, handlers) = call.split_once(", ").unwrap();
        let pattern = match pattern {
            "samsyn_ui::paths::CALLBACK" => samsyn_ui::paths::CALLBACK,
            "samsyn_ui::paths::STEP_UP" => samsyn_ui::paths::STEP_UP,
            quoted => quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("a pattern in quotes"),
        };
        let before = routes.len();
        for (word, method) in [("get(", "GET"), ("post(", "POST")] {
            if handlers.contains(word) {
                routes.insert(format!("{method} {pattern}"));
            }
        }
        assert!(routes.len() > before, "a route that this test cannot read: {call}");
    }
    routes
}

/// One record as a word: activity, what, and a dot for an outcome.
fn word(record: &AuditRecord) -> String {
    let activity = serde_json::to_value(record.activity).unwrap();
    let what = record.details["what"].as_str().map(|what| format!(" {what}")).unwrap_or_default();
    let end = if record.stage == Stage::Outcome && record.intent.is_some() { " ." } else { "" };
    format!("{}{what}{end}", activity.as_str().unwrap())
}

struct Walk<'a> {
    portal: &'a Portal,
    seen: usize,
    walked: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    async fn of(portal: &'a Portal) -> Self {
        Self { portal, seen: portal.log().await.len(), walked: BTreeSet::new() }
    }

    /// The records since the last step.
    async fn left(&mut self, route: &str, expected: &[&str]) {
        let started = Instant::now();
        let mut log;
        loop {
            log = self.portal.log().await;
            if log.len() >= self.seen + expected.len() || started.elapsed() > Duration::from_secs(10) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut left: Vec<String> = log[self.seen..].iter().map(|entry| word(&entry.record)).collect();
        let mut expected: Vec<String> = expected.iter().map(|&word| word.to_owned()).collect();
        left.sort();
        expected.sort();
        assert_eq!(left, expected, "{route}");
        self.seen = log.len();
        self.walked.insert(route.to_owned());
    }

    async fn get(&mut self, browser: &mut Browser, route: &str, address: &str, records: &[&str]) -> Reply {
        let reply = browser.get(address).await;
        assert!(reply.status < 400, "{address}: {} {}", reply.status, reply.body);
        self.left(&format!("GET {route}"), records).await;
        reply
    }

    async fn post(
        &mut self,
        browser: &mut Browser,
        route: &str,
        address: &str,
        form: &[(&str, &str)],
        records: &[&str],
    ) -> Reply {
        let reply = browser.post(address, form).await;
        assert!(reply.status < 400, "{address}: {} {}", reply.status, reply.body);
        self.left(&format!("POST {route}"), records).await;
        reply
    }
}

const OPENING: [&str; 2] = ["Läsa", "Läsa ."];

fn after<'p>(page: &'p str, attribute: &str) -> &'p str {
    page.split_once(attribute).unwrap_or_else(|| panic!("no {attribute}: {page}")).1.split('"').next().unwrap()
}

#[tokio::test]
async fn every_route_leaves_the_records_that_are_promised() {
    let portal = Portal::start("").await;
    let mut walk = Walk::of(&portal).await;
    signing_in(&mut walk).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    walk.left("GET /login/callback", &["Inloggning"]).await;
    reading(&mut walk, &mut doctor).await;
    shown_again(&mut walk, &mut doctor).await;
    registering(&mut walk, &mut doctor).await;
    danger_to_life(&mut walk, &mut doctor).await;
    lifting(&mut walk, &mut doctor).await;
    own_affairs(&mut walk, &mut doctor).await;
    reviewing(&mut walk).await;
    let mut walked = walk.walked;
    walked.insert(ended_by_the_provider().await);
    assert_eq!(routes(), walked, "a route of the router that is not walked, or the other way round");
}

/// Somebody with two assignments who has acknowledged nothing yet is not among the demo's people: two take the steps.
async fn signing_in(walk: &mut Walk<'_>) {
    let mut eva = Browser::new(walk.portal);
    // Nobody is signed in until the provider's answer is verified.
    let provider = walk.get(&mut eva, "/login", "/login?login_hint=two-hats", &[]).await;
    let back = eva.get(provider.location()).await;
    walk.get(&mut eva, "/login/callback", back.location(), &["Inloggning"]).await;
    let page = walk.get(&mut eva, "/assignment", "/assignment", &[]).await;
    let first = assignments(&page.body).swap_remove(0);
    walk.post(&mut eva, "/assignment", "/assignment", &[("assignment", &first)], &["Inloggning assignment"]).await;
    walk.get(&mut eva, "/login/step-up", "/login/step-up?to=/", &[]).await;

    let mut newcomer = Browser::new(walk.portal);
    newcomer.sign_in("newcomer").await;
    walk.left("GET /login/callback", &["Inloggning"]).await;
    let page = walk.get(&mut newcomer, "/confidentiality", "/confidentiality", &[]).await;
    let given = [("digest", after(&page.body, "name=\"digest\" value=\""))];
    let records = ["Skriva confidentiality"];
    walk.post(&mut newcomer, "/confidentiality", "/confidentiality", &given, &records).await;

    let mut admin = Browser::new(walk.portal);
    admin.sign_in("admin").await;
    walk.left("GET /login/callback", &["Inloggning"]).await;
    // What an organisation grants its roles is about no patient.
    walk.get(&mut admin, "/admin/roles", "/admin/roles", &[]).await;
    let nothing = [("base", "0"), ("step", "save")];
    walk.post(&mut admin, "/admin/roles", "/admin/roles", &nothing, &["Skriva role-matrix", "Skriva role-matrix ."])
        .await;
    walk.post(&mut admin, "/admin/roles", "/admin/roles", &[("base", "1"), ("restore", "0")], &[]).await;
    // Nor is what an organisation's staff are shown.
    walk.get(&mut admin, "/admin", "/admin", &[]).await;
    walk.get(&mut admin, "/admin/notices", "/admin/notices", &[]).await;
    walk.get(&mut admin, "/admin/go-live", "/admin/go-live", &[]).await;
    walk.get(&mut admin, "/admin/users", "/admin/users", &[]).await;
    walk.get(&mut admin, "/admin/units", "/admin/units", &[]).await;
    let unit = [
        ("base", "0"),
        ("id", "SE9999200002-NORR"),
        ("name", "Norr"),
        ("parent", "SE9999200002-HSL"),
        ("from", "2026-01-01"),
        ("reason", "Ny"),
    ];
    walk.post(&mut admin, "/admin/units", "/admin/units", &unit, &["Skriva unit", "Skriva unit ."]).await;
    let named = [("base", "5"), ("item", "log-reviewer"), ("done", "1"), ("note", "Någon annan")];
    let records = ["Skriva go-live", "Skriva go-live ."];
    walk.post(&mut admin, "/admin/go-live", "/admin/go-live", &named, &records).await;
    let notice = [
        ("step", "publish"),
        ("kind", "news"),
        ("audience", "own"),
        ("until", "2026-11-30T12:00"),
        ("heading-sv", "Nyhet"),
        ("body-sv", "Text"),
    ];
    let records = ["Skriva notice", "Skriva notice ."];
    walk.post(&mut admin, "/admin/notices", "/admin/notices", &notice, &records).await;
    walk.get(&mut admin, "/admin/catalogue", "/admin/catalogue", &[]).await;
    let package = admin.upload("/admin/catalogue", "package", b"none").await.location().to_owned();
    walk.left("POST /admin/catalogue", &["Skriva package", "Skriva package ."]).await;
    let started = Instant::now();
    while !admin.get(&package).await.header("refresh").is_empty() && started.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    walk.get(&mut admin, "/admin/catalogue/{digest}", &package, &[]).await;
    let report = format!("{package}/report.json");
    walk.get(&mut admin, "/admin/catalogue/{digest}/report.json", &report, &[]).await;
    let vendor = Vendor::new();
    let key = vendor.public_key();
    let form = [("step", "enrol"), ("name", "Leverantören"), ("key", key.as_str())];
    let records = ["Skriva vendor-key", "Skriva vendor-key ."];
    walk.post(&mut admin, "/admin/catalogue/keys", "/admin/catalogue/keys", &form, &records).await;
    walk.get(&mut admin, "/admin/sources", "/admin/sources", &[]).await;
    let (route, viva) = ("/admin/sources/{source}", "/admin/sources/viva-storsjo-hsl");
    walk.get(&mut admin, route, viva, &[]).await;
    for (base, stage) in [("0", "paused"), ("1", "live")] {
        let records = ["Skriva source-stage", "Skriva source-stage ."];
        walk.post(&mut admin, route, viva, &[("base", base), ("step", stage), ("reason", "Prov")], &records).await;
    }
    let test = format!("{viva}/test");
    let records = ["Läsa source-test"];
    walk.post(&mut admin, "/admin/sources/{source}/test", &test, &[("binding", "0")], &records).await;
    walk.get(&mut admin, "/admin/bind", "/admin/bind", &[]).await;
    let signed = vendor.signed(packed(&[]));
    let package = uploaded(&mut admin, &signed).await.0.rsplit('/').next().unwrap().to_owned();
    walk.left("POST /admin/catalogue", &["Skriva package", "Skriva package ."]).await;
    let form = [
        ("package", package.as_str()),
        ("base", "0"),
        ("system", "Journal"),
        ("provider", samsyn_demo::organisations::STORSJO_HSL),
        ("origin.api.base_url", "https://journal.example/r4/"),
        ("reason", "Prov"),
    ];
    let records = ["Skriva source-binding", "Skriva source-binding ."];
    walk.post(&mut admin, "/admin/bind", "/admin/bind", &form, &records).await;
    walk.get(&mut admin, "/admin/enablement", "/admin/enablement", &[]).await;
    let everything_off = [("base", "0"), ("step", "save"), ("reason", "Prov")];
    let records = ["Skriva enablement", "Skriva enablement ."];
    walk.post(&mut admin, "/admin/enablement", "/admin/enablement", &everything_off, &records).await;
    // Whoever opens a patient after this is to be shown what there is.
    let restored = [("base", "1"), ("restore", "0")];
    let page = walk.post(&mut admin, "/admin/enablement", "/admin/enablement", &restored, &[]).await;
    let again = boxes(&page.body);
    let mut again: Vec<(&str, &str)> = again.iter().map(|name| (name.as_str(), "1")).collect();
    again.extend([("base", "1"), ("step", "save"), ("reason", "Prov")]);
    walk.post(&mut admin, "/admin/enablement", "/admin/enablement", &again, &records).await;
}

/// The boxes of a page that are ticked, hidden or not: they are named by source and section.
fn boxes(page: &str) -> Vec<String> {
    let inputs = page.split("<input").skip(1).map(|rest| rest.split_once('>').unwrap().0);
    let named = inputs.filter_map(|tag| Some(tag.split_once(" name=\"")?.1.split_once('"')?.0.to_owned()));
    named.filter(|name| name.contains('.')).collect()
}

async fn reading(walk: &mut Walk<'_>, doctor: &mut Browser) {
    let patient = walk.portal.showing("everything");
    walk.get(doctor, "/", "/", &[]).await;
    // A handle is no opening: nothing of the patient is shown before the page is asked for.
    let chosen = walk.post(doctor, "/overview", "/overview", &[("patient", &patient), ("scope", "shared")], &[]).await;
    let address = chosen.location().to_owned();
    walk.get(doctor, "/overview/{handle}", &address, &OPENING).await;
    let widen = format!("{address}/widen");
    walk.post(doctor, "/overview/{handle}/widen", &widen, &[("ask_all", "1")], &[]).await;
    let page = doctor.get(&address).await.body;
    walk.left("GET /overview/{handle}", &OPENING).await;
    let report = format!("{address}/report");
    let entry = references(&page).swap_remove(0);
    let said = [("entry", entry.as_str()), ("mistake", "outdated")];
    walk.post(doctor, "/overview/{handle}/report", &report, &said, &["Skriva report", "Skriva report ."]).await;
    let print = format!("{address}/print/akutblad");
    walk.post(doctor, "/overview/{handle}/print/{preset}", &print, &[], &["Utskrift", "Utskrift ."]).await;
}

/// What was shown, shown again.
async fn shown_again(walk: &mut Walk<'_>, doctor: &mut Browser) {
    let address = doctor.open(&walk.portal.showing("everything"), "own").await;
    doctor.get(&address).await;
    walk.left("GET /overview/{handle}", &OPENING).await;
    let list = walk.get(doctor, "/overview/{handle}/shown", &format!("{address}/shown"), &["Läsa snapshots"]).await;
    let first = format!("{address}/shown/{}", after(&list.body, &format!("href=\"{address}/shown/")));
    walk.get(doctor, "/overview/{handle}/shown/{record}", &first, &["Läsa replay", "Läsa replay ."]).await;
}

async fn registering(walk: &mut Walk<'_>, doctor: &mut Browser) {
    let address = doctor.open(&walk.portal.showing("no-consent"), "own").await;
    let access = format!("{address}/access");
    let read = ["Läsa access-register", "Läsa relation-proof", "Läsa person"];
    walk.get(doctor, "/overview/{handle}/access", &access, &read).await;
    let form = [
        ("kind", "consent"),
        ("relation", "visit"),
        ("given_by", "patient"),
        ("for", "unit"),
        ("period", "six-months"),
    ];
    // Relation and consent, and of each what became of it.
    let written = ["Skriva register", "Skriva register", "Skriva register .", "Skriva register ."];
    walk.post(doctor, "/overview/{handle}/access", &access, &form, &written).await;
    let page = walk.get(doctor, "/overview/{handle}/access", &access, &["Läsa access-register", "Läsa person"]).await;
    let end = format!("{access}/{}/end", after(&page.body, "data-registration=\""));
    let route = "/overview/{handle}/access/{registration}/end";
    walk.post(doctor, route, &end, &[("how", "withdrawn")], &["Skriva end", "Skriva end ."]).await;
}

async fn danger_to_life(walk: &mut Walk<'_>, doctor: &mut Browser) {
    let address = doctor.open(&walk.portal.showing("no-consent"), "own").await;
    let emergency = format!("{address}/emergency");
    // A form with the number that the reader typed, and nothing else of the patient.
    walk.get(doctor, "/overview/{handle}/emergency", &emergency, &[]).await;
    let opened = ["Nödöppning register", "Nödöppning register ."];
    let route = "/overview/{handle}/emergency";
    walk.post(doctor, route, &emergency, &[("reason", "unconscious")], &opened).await;
    let more = [("fetch", "1"), ("section-care-limits", "1")];
    let address = walk.post(doctor, route, &emergency, &more, &opened).await.location().to_owned();
    let granted = doctor.json(&address).await.json()["access"]["granted"]["registration"].as_str().unwrap().to_owned();
    walk.left("GET /overview/{handle}", &OPENING).await;
    let extend = format!("{address}/emergency/{granted}/extend");
    let route = "/overview/{handle}/emergency/{registration}/extend";
    walk.post(doctor, route, &extend, &[], &["Nödöppning extend", "Nödöppning extend ."]).await;

    let search = doctor.get("/").await.body;
    let task = format!("/follow-up/{}", after(&search, "data-follow-up=\""));
    walk.get(doctor, "/follow-up/{registration}", &task, &["Läsa follow-up"]).await;
    let form = [("text", "Medvetslös vid ankomst.")];
    let written = ["Skriva write-follow-up", "Skriva write-follow-up ."];
    walk.post(doctor, "/follow-up/{registration}", &task, &form, &written).await;
}

async fn lifting(walk: &mut Walk<'_>, doctor: &mut Browser) {
    let address = doctor.open(&walk.portal.showing("inner-block"), "own").await;
    let blocks = format!("{address}/blocks");
    let read = ["Läsa blocked-units", "Läsa person"];
    let page = walk.get(doctor, "/overview/{handle}/blocks", &blocks, &read).await;
    let unit = format!("unit-{}", after(&page.body, "name=\"unit-"));
    let asked = ["Läsa blocked-units", "Skriva lift-request", "Läsa person"];
    let request = format!("{blocks}/request");
    walk.post(doctor, "/overview/{handle}/blocks/request", &request, &[("asked", "storsjo")], &asked).await;
    let form = [(unit.as_str(), "1"), ("ground", "patient")];
    let lifted = ["Läsa blocked-units", "Skriva register", "Skriva register ."];
    walk.post(doctor, "/overview/{handle}/blocks", &blocks, &form, &lifted).await;
}

/// What the others have left: a selection, its judgement and its report.
async fn reviewing(walk: &mut Walk<'_>) {
    let mut reviewer = Browser::new(walk.portal);
    reviewer.sign_in("reviewer-region").await;
    walk.left("GET /login/callback", &["Inloggning"]).await;
    let room = walk.get(&mut reviewer, "/review", "/review", &["Läsa review"]).await;
    let task = format!("/review/follow-up/{}", after(&room.body, "href=\"/review/follow-up/"));
    let route = "/review/follow-up/{registration}";
    walk.get(&mut reviewer, route, &task, &["Läsa review-follow-up"]).await;
    let form = [("from", "2026-11-01"), ("to", "2026-11-21"), ("random", "1"), ("by_rule", "0")];
    let kept = ["Skriva review-begin", "Skriva review-begin ."];
    let begun = walk.post(&mut reviewer, "/review/new", "/review/new", &form, &kept).await;
    let file = begun.location().to_owned();
    walk.get(&mut reviewer, "/review/{review}", &file, &["Läsa review-file"]).await;
    let (pick, route) = (format!("{file}/pick/1"), "/review/{review}/pick/{number}");
    walk.get(&mut reviewer, route, &pick, &["Läsa review-pick"]).await;
    let marked = ["Skriva review-mark", "Skriva review-mark ."];
    walk.post(&mut reviewer, route, &pick, &[("verdict", "justified")], &marked).await;
    let (close, closed) = (format!("{file}/close"), ["Skriva review-close", "Skriva review-close ."]);
    walk.post(&mut reviewer, "/review/{review}/close", &close, &[("result", "Inget att anmärka.")], &closed).await;
    let report = ["Läsa review-export"];
    walk.get(&mut reviewer, "/review/{review}/report", &format!("{file}/report"), &report).await;
    walk.get(&mut reviewer, "/review/{review}/report.csv", &format!("{file}/report.csv"), &report).await;

    // The empty form is about nobody.
    walk.get(&mut reviewer, "/extract", "/extract", &[]).await;
    let form =
        [("patient", walk.portal.showing("everything")), ("from", "2026-11-01".into()), ("to", "2026-11-21".into())];
    let form = form.each_ref().map(|(name, value): &(&str, String)| (*name, value.as_str()));
    walk.post(&mut reviewer, "/extract", "/extract", &form, &["Läsa extract"]).await;
    let counted = "/statistics?from=2026-11-01&to=2026-11-21";
    walk.get(&mut reviewer, "/statistics", counted, &["Läsa statistics"]).await;
}

/// Of the reader alone, and of nobody.
async fn own_affairs(walk: &mut Walk<'_>, doctor: &mut Browser) {
    walk.get(doctor, "/login/test", "/login/test", &[]).await;
    walk.post(doctor, "/login/test", "/login/test", &[], &["Skriva login-test"]).await;
    let said = [("id", "8f14e45f-ceea-467f-9b2d-000000000001"), ("topic", "wish"), ("text", "Större text")];
    walk.post(doctor, "/feedback", "/feedback", &said, &["Skriva feedback", "Skriva feedback ."]).await;
    let mut admin = Browser::new(walk.portal);
    admin.sign_in("admin-region").await;
    walk.left("GET /login/callback", &["Inloggning"]).await;
    let step = [("report", "8f14e45f-ceea-467f-9b2d-000000000001"), ("base", "0"), ("step", "received")];
    walk.post(&mut admin, "/reports", "/reports", &step, &["Skriva report-step", "Skriva report-step ."]).await;
    walk.post(doctor, "/language", "/language", &[("language", "sv"), ("return", "/")], &[]).await;
    for address in ["/reports", "/feedback", "/sources", "/sources.csv", "/notices", "/notices.atom"] {
        walk.get(doctor, address, address, &[]).await;
    }
    for address in ["/alive", "/healthz", "/readyz"] {
        walk.get(doctor, address, address, &[]).await;
    }
    let token = format!("Bearer {}", samsyn::demo_portal::METRICS_TOKEN);
    assert_eq!(doctor.get_with("/metrics", &[("authorization", &token)]).await.status, 200);
    walk.left("GET /metrics", &[]).await;
    walk.get(doctor, "/assets/{name}", samsyn_ui::style_path(), &[]).await;
    walk.post(doctor, "/logout", "/logout", &[], &["Utloggning"]).await;
    walk.get(doctor, "/signed-out", "/signed-out", &[]).await;
}

/// Needs an identity provider of the test's own. Gives the route.
async fn ended_by_the_provider() -> String {
    let (portal, provider) = attempt::portal().await;
    attempt::signed_in(&portal, &provider, &json!({ "sid": "s1" })).await;
    let mut walk = Walk::of(&portal).await;
    let now = Timestamp::now().as_second();
    let notice = json!({
        "iss": provider.issuer, "aud": "samsyn", "iat": now, "exp": now + 120, "jti": "n1", "sub": attempt::SUBJECT,
        "sid": "s1", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let typed = Header { typ: Some("logout+jwt".to_owned()), ..Header::new(Algorithm::ES256) };
    let token = provider.key.sign_as(typed, &notice);
    let route = "/logout/backchannel";
    walk.post(&mut Browser::new(&portal), route, route, &[("logout_token", &token)], &["Utloggning"]).await;
    format!("POST {route}")
}
