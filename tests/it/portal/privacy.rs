//! No number and no name of a patient in an address, a title, a header or a log line, whatever goes wrong.
//!
//! Invariant: every page of the portal is walked through here. To add a page: a line in the walk.

use super::{
    browser::{Browser, Reply},
    harness::{Portal, logged},
};

/// Every way a number is written.
fn spellings(number: &str) -> [String; 4] {
    let (date, rest) = number.split_at(8);
    [number.to_owned(), number[2..].to_owned(), format!("{date}-{rest}"), format!("{}-{rest}", &date[2..])]
}

#[tokio::test]
async fn nobody_is_named_in_an_address_or_a_log_line_even_when_things_go_wrong() {
    let portal = Portal::start("nationella=500,asgarden=html,lifecare-granliden-hsl=refuse").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    for person in &portal.seed.people {
        let address = doctor.open(&person.personal_number, "shared").await;
        assert!(matches!(doctor.json(&address).await.status, 200), "{}", person.name);
    }
    let astrid = portal.showing("everything");
    doctor.post("/overview", &[("patient", &format!("{astrid}1")), ("scope", "own")]).await;
    doctor.post_from("/overview", &[("patient", &astrid)], &[("origin", "https://evil.example")]).await;
    doctor.get(&format!("/overview/{astrid}")).await;
    doctor.print(&astrid, "shared", "akutblad").await;
    portal.run_sql("CREATE TRIGGER fault BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'fault'); END").await;
    let address = doctor.open(&astrid, "shared").await;
    assert_eq!(doctor.get(&address).await.status, 503);

    let typed_by_us = format!("/overview/{astrid}");
    let addresses: Vec<&String> = doctor.addresses.iter().filter(|one| !one.ends_with(&typed_by_us)).collect();
    let log = logged();
    for expected in ["audit log cannot be written", "another origin refused"] {
        assert!(log.contains(expected), "the log says nothing of `{expected}`: {log}");
    }
    for person in &portal.seed.people {
        for spelling in spellings(&person.personal_number) {
            assert!(!addresses.iter().any(|address| address.contains(&spelling)), "{spelling} in an address");
            assert!(!log.contains(&spelling), "{spelling} in the log");
        }
        assert!(!log.contains(&person.name), "{} in the log", person.name);
        let family_name = person.name.rsplit(' ').next().unwrap();
        let is_a_word = family_name.len() < 5 || family_name == "Patient";
        assert!(is_a_word || !log.contains(family_name), "{family_name} in the log");
    }
    assert!(!log.contains("Ej HLR") && !log.contains("063-555 88"), "content in the log");
}

/// Words that our own addresses consist of, beside handles and registrations.
const WORDS: [&str; 40] = [
    "",
    "access",
    "admin",
    "akutblad",
    "alive",
    "assignment",
    "blocks",
    "callback",
    "close",
    "confidentiality",
    "emergency",
    "end",
    "extend",
    "extract",
    "feedback",
    "follow-up",
    "lakemedelslista",
    "language",
    "login",
    "logout",
    "new",
    "notices",
    "notices.atom",
    "overview",
    "pick",
    "print",
    "report",
    "report.csv",
    "reports",
    "request",
    "review",
    "roles",
    "shown",
    "signed-out",
    "sources",
    "sources.csv",
    "statistics",
    "step-up",
    "test",
    "widen",
];
/// What else an address may be: one of the page, an asset, a telephone, an e-mail address.
const KINDS: [&str; 5] = ["#", "data:,", "/assets/samsyn-", "tel:", "mailto:"];

/// A reader who goes from page to page and holds every answer to the rule.
struct Walk<'a> {
    portal: &'a Portal,
    browser: Browser,
    /// Handles that this session was given.
    own: Vec<String>,
    pages: usize,
}

impl<'a> Walk<'a> {
    async fn by(portal: &'a Portal, staff: &str) -> Self {
        let mut browser = Browser::new(portal);
        browser.sign_in(staff).await;
        Self { portal, browser, own: Vec::new(), pages: 0 }
    }

    async fn open(&mut self, patient: &str) -> String {
        self.post("/overview", &[("patient", patient), ("scope", "shared")], 303).await;
        self.latest()
    }

    /// The overview of the handle that was given last.
    fn latest(&self) -> String {
        format!("/overview/{}", self.own.last().unwrap())
    }

    async fn get(&mut self, address: &str, status: u16) -> String {
        let reply = self.browser.get(address).await;
        self.hold(address, reply, status)
    }

    async fn post(&mut self, address: &str, form: &[(&str, &str)], status: u16) -> String {
        let reply = self.browser.post(address, form).await;
        // An active choice gives a handle: random, and of this session.
        if reply.status == 303 && ["/overview", "/widen", "/emergency"].iter().any(|choice| address.ends_with(choice)) {
            let handle = reply.location().strip_prefix("/overview/").unwrap();
            assert!(handle.len() == 22 && !self.own.iter().any(|known| known == handle), "{handle}");
            self.own.push(handle.to_owned());
        }
        self.hold(address, reply, status)
    }

    /// Title, links, forms and headers of an answer; gives its page.
    fn hold(&mut self, address: &str, reply: Reply, status: u16) -> String {
        assert_eq!(reply.status, status, "{address}: {}", reply.body);
        self.pages += 1;
        for (name, value) in &reply.headers {
            let value = value.to_str().unwrap();
            self.says_nobody(value, &format!("{name} of {address}"));
        }
        if status == 303 {
            self.is_ours(reply.location(), address);
            return reply.body;
        }
        let title = reply.body.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        self.says_nobody(title, &format!("title of {address}"));
        for attribute in [" href=\"", " action=\"", " formaction=\"", " src=\"", " poster=\"", " data-alive=\""] {
            for target in reply.body.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                self.says_nobody(target, address);
                self.is_ours(target, address);
            }
        }
        // The address that the language switch returns to, and a refresh that would name one.
        let back = reply.body.split_once("name=\"return\" value=\"").unwrap().1.split('"').next().unwrap();
        self.is_ours(back, address);
        assert!(!reply.body.contains("http-equiv"), "{address}");
        reply.body
    }

    /// Only our words, this session's handles and ids of registrations. A link to a source or to the identity provider names nobody, which
    /// is all that is asked of it.
    fn is_ours(&self, target: &str, page: &str) {
        let home = self.portal.public_url.origin().ascii_serialization();
        let elsewhere = target.starts_with("http") && !target.starts_with(&home);
        if elsewhere || KINDS.iter().any(|kind| target.starts_with(kind)) {
            return;
        }
        let target = target.strip_prefix(&home).unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query
            .strip_prefix("to=")
            .or_else(|| query.strip_prefix("ended="))
            .unwrap_or(if query == "saved=1" { "" } else { query });
        // The number of a pick of a review.
        let is_place = |segment: &str| segment.len() < 4 && segment.bytes().all(|byte| byte.is_ascii_digit());
        assert!(path.starts_with('/'), "{target} on {page}");
        for segment in path.split('/').chain(query.split('/')) {
            let known = WORDS.contains(&segment) || self.own.iter().any(|handle| handle == segment);
            assert!(known || is_place(segment) || is_registration(segment), "{segment} in {target} on {page}");
        }
    }

    /// No number of anybody in any spelling, and no name.
    fn says_nobody(&self, text: &str, place: &str) {
        for person in &self.portal.seed.people {
            for spelling in spellings(&person.personal_number) {
                assert!(!text.contains(&spelling), "{spelling}: {place}");
            }
            assert!(!text.contains(&person.name), "{}: {place}", person.name);
        }
    }
}

/// The random id of a registration or of a task.
fn is_registration(segment: &str) -> bool {
    let parts: Vec<usize> = segment.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The value after this attribute, for the first time.
fn first(page: &str, attribute: &str) -> String {
    let (_, after) = page.split_once(attribute).unwrap_or_else(|| panic!("no {attribute}: {page}"));
    after.split('"').next().unwrap().to_owned()
}

/// Every kind of person: the overview, widened, printed, and what is registered.
async fn every_kind_of_person(doctor: &mut Walk<'_>) {
    for tag in ["everything", "no-consent", "protected", "conflict", "child", "incapable", "inner-block", "nothing"] {
        let address = doctor.open(&doctor.portal.showing(tag)).await;
        doctor.get(&address, 200).await;
        doctor.get(&format!("{address}/access"), 200).await;
        doctor.post(&format!("{address}/access"), &[("kind", "consent")], 422).await;
        doctor.post(&format!("{address}/access/nothing/end"), &[("how", "withdrawn")], 422).await;
        for preset in ["akutblad", "lakemedelslista"] {
            doctor.post(&format!("{address}/print/{preset}"), &[], 200).await;
        }
        // Once an outcome is in the log, what was shown is kept.
        let lead = format!("href=\"{address}/shown/");
        let mut list = String::new();
        while !list.contains(&lead) {
            list = doctor.get(&format!("{address}/shown"), 200).await;
        }
        doctor.get(&format!("{address}/shown/{}", first(&list, &lead)), 200).await;
        doctor.post(&format!("{address}/widen"), &[("ask_all", "1")], 303).await;
        doctor.get(&doctor.latest(), 200).await;
    }
}

/// Danger to life: both steps, what is refused, what opens, its end, and the task it leaves.
async fn danger_to_life(doctor: &mut Walk<'_>) {
    let address = doctor.open(&doctor.portal.showing("no-consent")).await;
    let emergency = format!("{address}/emergency");
    doctor.get(&emergency, 200).await;
    doctor.post(&emergency, &[("reason", "nonsense")], 422).await;
    doctor.post(&emergency, &[("reason", "unconscious")], 303).await;
    doctor.get(&doctor.latest(), 200).await;
    doctor.post(&emergency, &[("fetch", "1")], 422).await;
    doctor.post(&emergency, &[("fetch", "1"), ("section-care-limits", "1")], 303).await;
    let address = doctor.latest();
    let emergency = format!("{address}/emergency");
    doctor.get(&address, 200).await;
    let access = doctor.get(&format!("{address}/access"), 200).await;
    let registration = first(&access, "data-registration=\"");
    assert!(is_registration(&registration), "{registration}");
    doctor.post(&format!("{emergency}/{registration}/extend"), &[], 303).await;
    doctor.post(&format!("{address}/access/{registration}/end"), &[("how", "withdrawn")], 303).await;
    let search = doctor.get("/", 200).await;
    let task = format!("/follow-up/{}", first(&search, "data-follow-up=\""));
    doctor.get(&task, 200).await;
    doctor.post(&task, &[("text", "")], 422).await;
    doctor.post(&task, &[("text", "Medvetslös vid ankomst.")], 303).await;
    doctor.get(&task, 200).await;
}

/// Units, what is refused, what is lifted; gives the overview.
async fn blocks(doctor: &mut Walk<'_>) -> String {
    let address = doctor.open(&doctor.portal.showing("inner-block")).await;
    let blocks = format!("{address}/blocks");
    let units = doctor.get(&blocks, 200).await;
    let unit = format!("unit-{}", first(&units, "name=\"unit-"));
    doctor.post(&blocks, &[(&unit, "1")], 422).await;
    doctor.post(&format!("{blocks}/request"), &[("asked", "storsjo")], 200).await;
    doctor.post(&blocks, &[(&unit, "1"), ("ground", "patient")], 303).await;
    doctor.get(&address, 200).await;
    address
}

/// Pages about the reader alone, what is not there, and leaving.
async fn the_readers_own_pages(doctor: &mut Walk<'_>, address: &str, number: &str) {
    for page in ["/confidentiality", "/login/test", "/assignment"] {
        doctor.get(page, 200).await;
    }
    doctor.get("/overview/nobody", 404).await;
    doctor.get(&format!("{address}/nothing"), 404).await;
    doctor.post("/login/test", &[], 303).await;
    doctor.post("/confidentiality", &[("digest", "0")], 409).await;
    doctor.post("/assignment", &[("assignment", "nobody's")], 400).await;
    doctor.post("/assignment", &[("assignment", "SE9999100001-P101-U1")], 303).await;
    doctor.post("/language", &[("language", "sv"), ("return", address)], 303).await;
    doctor.get("/login/callback?code=x&state=y", 400).await;
    doctor.get("/login/step-up", 400).await;
    // A number that somebody types into the address line is said again by no page, signed in or not.
    for mut window in [doctor.browser.window(), Browser::new(doctor.portal)] {
        for typed in [format!("/overview/{number}"), format!("/{number}"), format!("/overview/{number}/emergency")] {
            let reply = window.get(&typed).await;
            let status = reply.status;
            assert!(matches!(status, 401 | 404), "{status}");
            doctor.hold("an address with a number", reply, status);
        }
    }
    doctor.get(&format!("/login/step-up?to={address}"), 303).await;
    doctor.post("/logout", &[], 303).await;
    doctor.get("/signed-out", 200).await;
    doctor.get(address, 401).await;
    doctor.get("/login", 303).await;
    assert!(doctor.pages > 60, "{}", doctor.pages);
}

/// The log, read by whoever reviews it: a selection, its picks, the report, an emergency's task, an extract, statistics.
async fn the_log(reviewer: &mut Walk<'_>, number: &str) {
    let room = reviewer.get("/review", 200).await;
    let task = first(&room, "data-follow-up=\"");
    reviewer.get(&format!("/review/follow-up/{task}"), 200).await;
    reviewer.post("/review/new", &[("named", number)], 422).await;
    let form =
        [("from", "2026-11-01"), ("to", "2026-11-21"), ("random", "3"), ("by_rule", "3"), ("rule.emergency", "1")];
    let begun = reviewer.browser.post("/review/new", &form).await;
    let file = begun.location().to_owned();
    reviewer.hold("/review/new", begun, 303);
    reviewer.get(&file, 200).await;
    reviewer.get(&format!("{file}/pick/1"), 200).await;
    reviewer.post(&format!("{file}/pick/1"), &[("verdict", "questioned")], 422).await;
    reviewer.post(&format!("{file}/pick/1"), &[("verdict", "justified")], 303).await;
    reviewer.post(&format!("{file}/close"), &[("result", "x")], 422).await;
    reviewer.get(&format!("{file}/report"), 200).await;
    reviewer.get("/extract", 200).await;
    reviewer.post("/extract", &[("patient", number), ("from", ""), ("to", "")], 422).await;
    reviewer.post("/extract", &[("patient", number), ("from", "2026-11-01"), ("to", "2026-11-21")], 200).await;
    reviewer.get("/statistics", 200).await;
    reviewer.get("/statistics?from=2026-11-01&to=2026-11-21", 200).await;
    let typed = format!("/review/{number}");
    let reply = reviewer.browser.window().get(&typed).await;
    reviewer.hold("an address with a number", reply, 404);
}

#[tokio::test]
async fn no_page_carries_anybody_in_its_title_in_an_address_or_in_a_header() {
    let portal = Portal::start("").await;
    let mut doctor = Walk::by(&portal, "doctor").await;

    // The search page, as it is and as it answers to something wrong.
    doctor.get("/", 200).await;
    let number = portal.showing("everything");
    let wrong = [("patient", &number[..11]), ("scope", "own")];
    doctor.post("/overview", &wrong, 422).await;

    every_kind_of_person(&mut doctor).await;
    danger_to_life(&mut doctor).await;
    let address = blocks(&mut doctor).await;
    the_readers_own_pages(&mut doctor, &address, &number).await;

    let mut reviewer = Walk::by(&portal, "reviewer-region").await;
    the_log(&mut reviewer, &number).await;

    let mut admin = Walk::by(&portal, "admin").await;
    let roles = admin.get("/admin/roles", 200).await;
    let base = first(&roles, "name=\"base\" value=\"");
    admin.post("/admin/roles", &[("base", &base), ("step", "review")], 200).await;
    admin.post("/admin/roles", &[("base", &base), ("step", "save")], 303).await;
    admin.get("/admin/roles?saved=1", 200).await;
    admin.get("/", 403).await;

    // Everything that was asked for, every cookie, and every line that was logged meanwhile.
    for reader in [&doctor, &reviewer, &admin] {
        for said in reader.browser.addresses.iter().chain(&reader.browser.set_cookies) {
            reader.says_nobody(said, "an address that was asked for, or a cookie");
        }
    }
    doctor.says_nobody(&logged(), "the log");
    assert_eq!(
        Browser::new(&portal).get("/metrics").await.status,
        404,
        "the portal tells no metrics yet; when it does, read them here"
    );
}
