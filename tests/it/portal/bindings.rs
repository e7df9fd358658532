//! Sources that are bound at the screen: what is granted, tried, taken into use for one organisation, replaced and rolled back.
//!
//! Not here: packages (`catalogue`), what can be decided (`domain::stage`), the tables alone (`store::contract`).

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use samsyn::packages::Here;
use samsyn_demo::gate::Issued;
use samsyn_domain::package::Verdict;
use samsyn_service::{
    limits::ServiceLimits,
    port::{
        PortError,
        inspector::{Inspected, Inspector, Told},
    },
    sources::{SourceBook, drift::Drift, watch::Watch},
};
use serde_json::Value;
use url::Url;

use super::{
    browser::{Browser, Reply},
    catalogue::{enrolled, uploaded},
    enablement,
    harness::{NOON, Portal, logged},
    packages::{NEWER, Vendor, packed},
    reading::{cells_of, main, text},
};

const BIND: &str = "/admin/bind";

async fn administrator(portal: &Portal, staff: &str) -> Browser {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    admin
}

/// A package in the region's catalogue; gives its digest.
pub async fn package(admin: &mut Browser, package: &[u8]) -> String {
    let (address, _) = uploaded(admin, package).await;
    address.rsplit('/').next().unwrap().to_owned()
}

/// What the region's own system wants, as its administrator would fill it in.
fn terms(portal: &Portal, package: &str) -> Vec<(String, String)> {
    let (url, issued) = portal.reached("cosmic-region");
    terms_of(url, issued, package)
}

/// The same of a source that wants OAuth 2.
pub fn terms_of(url: &Url, issued: &Issued, package: &str) -> Vec<(String, String)> {
    let Issued::ClientCredentials { token_url, client_id, client_secret, scope } = issued else {
        panic!("the demo's FHIR server wants something else by now");
    };
    [
        ("package", package),
        ("base", "0"),
        ("system", "Cosmic ny"),
        ("provider", "SE9999100001-RF"),
        ("link_rule", "always"),
        ("answer_within_ms", "5000"),
        ("phone", "063-555 10 11"),
        ("contact", "fel@leverantor.example"),
        ("origin.api.base_url", url.as_str()),
        ("credential.token.kind", "client-credentials"),
        ("credential.token.token_url", token_url.as_str()),
        ("credential.token.client_id", client_id),
        ("credential.token.scope", scope),
        ("credential.token.secret", client_secret),
        ("reason", "Ny leverantör & nytt avtal"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub fn set(terms: &mut Vec<(String, String)>, name: &str, value: &str) {
    terms.retain(|(known, _)| known != name);
    terms.push((name.to_owned(), value.to_owned()));
}

pub async fn send(admin: &mut Browser, terms: &[(String, String)]) -> Reply {
    let form: Vec<(&str, &str)> = terms.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(BIND, &form).await
}

pub async fn decide(admin: &mut Browser, page: &str, base: u32, step: &str) -> Reply {
    admin.post(page, &[("base", &base.to_string()), ("step", step), ("reason", "Enligt plan")]).await
}

/// What the matrix of a reader has of a source, section by section.
async fn standing(browser: &mut Browser, source: &str) -> Option<Vec<String>> {
    let told = browser.json("/sources").await.json();
    let source = told["sources"].as_array().unwrap().iter().find(|one| one["source"] == source)?;
    let words = source["sections"].as_array().unwrap().iter().map(|one| text(&one["standing"]).to_owned());
    Some(words.collect())
}

/// The states of a source in an overview.
pub fn states(overview: &Value, source: &str) -> Vec<String> {
    let told = cells_of(overview, source);
    told.iter()
        .map(|(_, cell)| format!("{} {}", text(&cell["state"]), cell["reason"].as_str().unwrap_or_default()))
        .collect()
}

async fn deeds(portal: &Portal, what: &str) -> Vec<Value> {
    let log = portal.log().await;
    log.into_iter().map(|entry| entry.record.details).filter(|details| details["what"] == what).collect()
}

struct Bound {
    admin: Browser,
    vendor: Vendor,
    source: String,
    page: String,
    package: String,
}

/// The region's own system, bound once more with a package; nothing is decided of it.
async fn bound(portal: &Portal) -> Bound {
    let mut admin = administrator(portal, "admin-region").await;
    let vendor = Vendor::new();
    enrolled(&mut admin, &vendor).await;
    let package = package(&mut admin, &vendor.signed(packed(&[]))).await;
    let kept = send(&mut admin, &terms(portal, &package)).await;
    assert_eq!(kept.status, 303, "{}", main(&kept.body));
    let page = kept.location().split('?').next().unwrap().to_owned();
    let source = page.rsplit('/').next().unwrap().to_owned();
    Bound { admin, vendor, source, page, package }
}

#[tokio::test]
async fn what_is_granted_is_kept_whole_and_reaches_nobody_until_it_is_decided() {
    let portal = Portal::start("").await;
    let Bound { mut admin, source, page, package, .. } = bound(&portal).await;
    let shown = admin.get(&page).await.body;
    for said in ["Utkast", "Ny leverantör &amp; nytt avtal", "Hemligheten kom med bindning 1", "Prova bindning 1"] {
        assert!(shown.contains(said), "{said}: {}", main(&shown));
    }
    assert!(admin.get("/admin/sources").await.body.contains("Region Fjäll (Cosmic ny)"));
    let (_, issued) = portal.reached("cosmic-region");
    let Issued::ClientCredentials { client_secret, .. } = issued else { unreachable!() };
    for address in [page.as_str(), &format!("{BIND}?source={source}&package={package}")] {
        let body = admin.get(address).await.body;
        assert!(!body.contains(client_secret), "a secret is shown at {address}");
    }
    let again = admin.get(&format!("{BIND}?source={source}&package={package}")).await.body;
    assert!(again.contains("den hemlighet som finns") && again.contains("fel@leverantor.example"), "{}", main(&again));
    assert!(!logged().contains(client_secret), "a secret is in the program's log");
    let log = deeds(&portal, "source-binding").await;
    assert_eq!((log.len(), &log[1]["result"]), (2, &"done".into()));
    assert_eq!(text(&log[0]["reason"]), "Ny leverantör & nytt avtal");
    assert!(log[0]["origins"]["api"].is_string() && !log[0].to_string().contains(client_secret));
    assert_eq!(portal.number("SELECT COUNT(*) FROM source_secret").await, 1);
    assert_eq!(standing(&mut admin, &source).await, None, "a draft has no place");

    let tested = admin.post(&format!("{page}/test"), &[("binding", "1")]).await;
    assert!(
        tested.status == 200
            && tested.body.contains("Testet gick bra: svarar, FHIR 4.0.1; alla resurser som söks finns"),
        "{}",
        main(&tested.body)
    );
    assert_eq!(deeds(&portal, "source-test").await.len(), 1);
    let mut storsjo = administrator(&portal, "admin").await;
    let viva = "/admin/sources/viva-storsjo-hsl/test";
    let tested = storsjo.post(viva, &[("binding", "0")]).await;
    assert!(tested.body.contains("Adaptern har inget eget test."), "{}", main(&tested.body));
}

#[tokio::test]
async fn a_form_with_faults_says_which_and_keeps_nothing() {
    let portal = Portal::start("").await;
    let Bound { mut admin, package, .. } = bound(&portal).await;
    let good = terms(&portal, &package);
    for (field, value, said) in [
        ("system", " ", "Fyll i det här."),
        ("provider", "", "Fyll i det här."),
        ("provider", "SE9999999999-ANNAN", "Välj något av det som går att välja."),
        ("answer_within_ms", "99", "Skriv ett tal från 100 till"),
        ("answer_within_ms", "snart", "Skriv ett tal från"),
        ("lookups_at_once", "0", "Skriv ett tal från 1 till 1000."),
        ("origin.api.base_url", "", "Fyll i det här."),
        ("origin.api.base_url", "cosmic", "Skriv en fullständig adress"),
        ("origin.api.base_url", "ftp://cosmic.example/", "Skriv en fullständig adress"),
        ("origin.api.base_url", "https://10.1.2.3/", "Adressen leder till ett privat nät."),
        ("origin.api.base_url", "https://169.254.169.254/", "which nothing can permit"),
        ("origin.api.address_ranges", "10.0.0.0/99", "Skriv intervall som"),
        ("origin.api.address_ranges", "10.0.0.0/8", "Den som driver portalen tillåter inte det privata nätet."),
        ("compared_with", "viva-storsjo-hsl", "Välj något av det som går att välja."),
        ("origin.api.ca", "no certificate", "ca_pem"),
        ("credential.token.kind", "hmac", "does not take"),
        ("credential.token.secret", "", "Fyll i det här."),
        ("credential.token.client_id", "", "Fyll i det här."),
        ("setting.mode", "guess", "Välj något av det som går att välja."),
        ("maintenance.0.day", "monday", "Fyll i det här."),
        ("reason", " ", "Skriv varför"),
    ] {
        let mut terms = good.clone();
        set(&mut terms, field, value);
        let refused = send(&mut admin, &terms).await;
        let body = main(&refused.body);
        assert_eq!(refused.status, 422, "{field}={value}: {body}");
        assert!(body.contains(said), "{field}={value}: {said} is not in {body}");
        assert!(refused.body.contains("Inget är ändrat") && refused.body.contains("063-555 10 11"), "{body}");
        assert!(!refused.body.contains(good.iter().find(|(name, _)| name.ends_with(".secret")).unwrap().1.as_str()));
    }
    // A secret that is there is not sent elsewhere by whoever does not know it.
    let source = portal.number("SELECT COUNT(*) FROM source_binding").await;
    assert_eq!((source, portal.number("SELECT COUNT(*) FROM source_secret").await), (1, 1));
}

#[tokio::test]
async fn a_secret_goes_nowhere_else_than_before_unless_it_is_typed_again() {
    let portal = Portal::start_at(NOON, "", |config| {
        config.portal.private_ranges = vec!["10.20.0.0/16".parse().unwrap()];
    })
    .await;
    let Bound { mut admin, source, package, .. } = bound(&portal).await;
    let mut kept = terms(&portal, &package);
    set(&mut kept, "base", "1");
    set(&mut kept, "source", &source);
    set(&mut kept, "credential.token.secret", "");
    for (field, value) in [
        ("origin.api.base_url", "https://elsewhere.example/"),
        ("credential.token.token_url", "https://elsewhere.example/token"),
        ("credential.token.kind", "private-key-jwt"),
    ] {
        let mut moved = kept.clone();
        set(&mut moved, field, value);
        let refused = send(&mut admin, &moved).await;
        let said = main(&refused.body);
        assert!(refused.status == 422 && said.contains("Skriv hemligheten igen"), "{field}: {said}");
    }
    // What the operator permits can be granted.
    let mut inside = terms(&portal, &package);
    set(&mut inside, "base", "1");
    set(&mut inside, "source", &source);
    set(&mut inside, "origin.api.base_url", "https://10.20.3.4/r4/");
    set(&mut inside, "origin.api.address_ranges", "10.20.3.0/24");
    let granted = send(&mut admin, &inside).await;
    assert_eq!(granted.status, 303, "{}", main(&granted.body));
}

#[tokio::test]
async fn only_a_package_that_passed_and_is_signed_is_bound_and_only_for_the_own_organisation() {
    let portal = Portal::start("").await;
    let Bound { mut admin, vendor, source, page, package, .. } = bound(&portal).await;
    let unsigned = self::package(&mut admin, &packed(&[NEWER]).write().unwrap()).await;
    assert!(!admin.get(BIND).await.body.contains(&unsigned), "it is not offered");
    assert_eq!(send(&mut admin, &terms(&portal, &unsigned)).await.status, 409);
    let mut other = administrator(&portal, "admin").await;
    assert_eq!(other.get(&page).await.status, 404);
    assert_eq!(other.get(&format!("{BIND}?source={source}")).await.status, 404);
    assert_eq!(send(&mut other, &terms(&portal, &package)).await.status, 409, "it lies in another's catalogue");
    assert_eq!(decide(&mut other, &page, 0, "use-1").await.status, 404);
    assert_eq!(other.post(&format!("{page}/test"), &[("binding", "1")]).await.status, 404);
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    for reply in [
        nurse.get(BIND).await,
        send(&mut nurse, &terms(&portal, &package)).await,
        decide(&mut nurse, &page, 0, "use-1").await,
        nurse.post(&format!("{page}/test"), &[("binding", "1")]).await,
    ] {
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
    // The vendor's key is withdrawn: what it signed is not taken into use any more.
    let key = vendor.public_key().lines().last().unwrap().to_owned();
    assert_eq!(admin.post("/admin/catalogue/keys", &[("step", "withdraw"), ("key", &key)]).await.status, 303);
    let refused = decide(&mut admin, &page, 0, "use-1").await;
    assert!(refused.status == 422 && refused.body.contains("Paketet får inte användas"), "{}", main(&refused.body));
    assert_eq!(portal.number("SELECT COUNT(*) FROM source_stage").await, 0);
}

#[tokio::test]
async fn a_source_goes_live_for_one_organisation_only_is_replaced_and_rolled_back() {
    let portal = Portal::start("").await;
    let Bound { mut admin, vendor, source, page, .. } = bound(&portal).await;
    let patient = portal.showing("everything");
    let used = decide(&mut admin, &page, 0, "use-1").await;
    assert_eq!(used.status, 303, "{}", main(&used.body));
    let (mut doctor, mut nurse) =
        (Browser::signed_in(&portal, "doctor").await, Browser::signed_in(&portal, "nurse").await);
    let (of_doctor, of_nurse) = (doctor.open(&patient, "shared").await, nurse.open(&patient, "shared").await);
    let only_not_enabled =
        |states: &[String]| !states.is_empty() && states.iter().all(|one| one == "not-asked not-enabled");
    for (reader, open) in [(&mut doctor, &of_doctor), (&mut nurse, &of_nurse)] {
        let overview = reader.json(open).await.json();
        let mut states = states(&overview, &source);
        states.retain(|one| !one.starts_with("unsupported"));
        assert!(only_not_enabled(&states), "nobody has enabled it: {states:?}");
        assert_eq!(text(&super::reading::cell(&overview, "medications", "cosmic-region")["state"]), "reported");
    }

    enablement::switch_on_by(&portal, "admin-region", &source, "medications").await;
    let seen = doctor.json(&of_doctor).await.json();
    assert!(states(&seen, &source).contains(&"reported ".to_owned()), "{:?}", states(&seen, &source));
    let next_door = states(&nurse.json(&of_nurse).await.json(), &source);
    assert!(!next_door.iter().any(|one| one.starts_with("reported")), "{next_door:?}");

    // Another version of the adapter: tried in the shadow, then taken into use.
    let newer = package(&mut admin, &vendor.signed(packed(&[NEWER]))).await;
    let mut terms = terms(&portal, &newer);
    set(&mut terms, "base", "1");
    set(&mut terms, "source", &source);
    set(&mut terms, "credential.token.secret", "");
    let kept = send(&mut admin, &terms).await;
    assert_eq!(kept.status, 303, "the secret stays as it is: {}", main(&kept.body));
    assert_eq!(send(&mut admin, &terms).await.status, 409, "made from a binding that is not the newest any more");
    assert_eq!(decide(&mut admin, &page, 1, "try-2").await.status, 303);
    assert!(admin.get(&page).await.body.contains("Ännu har inget jämförts"));
    let beside = states(&doctor.json(&of_doctor).await.json(), &source);
    assert!(beside.contains(&"reported ".to_owned()));
    let compared = "Prov av bindning 2";
    let started = Instant::now();
    let trial = loop {
        let shown = admin.get(&page).await.body;
        if shown.contains("Lika svar") {
            break shown;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "nothing was compared: {}", main(&shown));
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(trial.contains(compared) && trial.contains("1 frågor"), "{}", main(&trial));
    let row = trial.split_once("Läkemedel</th>").unwrap().1.split_once("</tr>").unwrap().0;
    let numbers: Vec<&str> = row.split("<td>").skip(1).map(|cell| cell.split_once("</td>").unwrap().0).collect();
    assert_eq!(numbers, ["1", "0", "0", "0", "0", "0", "0"], "the same server answers both");
    let told = portal.log().await;
    let tried = told.iter().rev().find(|entry| entry.record.details["trials"].is_array()).unwrap();
    assert_eq!(tried.record.details["trials"], serde_json::json!([format!("{source}@2")]));
    nurse.json(&of_nurse).await;
    let told = portal.log().await;
    let of_nurse_record = told.iter().rev().find(|entry| entry.record.details.get("active_choice").is_some()).unwrap();
    assert!(of_nurse_record.record.details.get("trials").is_none(), "nobody else's staff try it");

    assert_eq!(decide(&mut admin, &page, 2, "use-2").await.status, 303);
    let component =
        |binding: i64| format!("SELECT COUNT(*) FROM source_stage WHERE source = '{source}' AND running = {binding}");
    let newest = doctor.json(&of_doctor).await.json();
    assert!(states(&newest, &source).contains(&"reported ".to_owned()), "what was enabled stays enabled");
    let rolled = admin.get(&page).await.body;
    assert!(rolled.contains("Gå tillbaka till bindning 1"), "{}", main(&rolled));
    let form = rolled.split_once("Gå tillbaka</h2>").unwrap().1.split_once("</form>").unwrap().0.to_owned();
    let value = |name: &str| {
        form.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let fields = [("base", value("base")), ("step", value("step")), ("reason", value("reason"))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(admin.post(&page, &fields).await.status, 303);
    assert_eq!((portal.number(&component(1)).await, portal.number(&component(2)).await), (3, 1));
    let back = doctor.json(&of_doctor).await.json();
    assert!(states(&back, &source).contains(&"reported ".to_owned()));

    assert_eq!(decide(&mut admin, &page, 4, "paused").await.status, 303);
    let paused = states(&doctor.json(&of_doctor).await.json(), &source);
    assert!(paused.contains(&"not-asked switched-off".to_owned()), "{paused:?}");
    assert_eq!(decide(&mut admin, &page, 5, "retired").await.status, 303);
    assert!(states(&doctor.json(&of_doctor).await.json(), &source).is_empty(), "it has no place any more");
    assert_eq!(portal.number("SELECT COUNT(*) FROM source_secret").await, 0, "its secrets are gone");
    assert_eq!(decide(&mut admin, &page, 6, "use-1").await.status, 422, "nothing comes back");
}

/// A trial that goes wrong.
struct Fails;

#[async_trait::async_trait]
impl Inspector for Fails {
    async fn inspect(&self, _: &[u8], _: &[String], _: Told) -> Result<Inspected, PortError> {
        Ok(Inspected { verdict: Verdict::refused("a case fails", "mend it"), component: None })
    }
}

#[tokio::test]
async fn what_breaks_by_itself_is_stopped_with_words_and_a_trial_leaves_what_is_in_use_alone() {
    let portal = Portal::start("").await;
    let Bound { mut admin, source, page, .. } = bound(&portal).await;
    assert_eq!(decide(&mut admin, &page, 0, "use-1").await.status, 303);
    enablement::switch_on_by(&portal, "admin-region", &source, "medications").await;
    let package = text(&deeds(&portal, "source-binding").await[0]["package"]).to_owned();
    let mut terms = terms(&portal, &package);
    set(&mut terms, "base", "1");
    set(&mut terms, "source", &source);
    set(&mut terms, "origin.api.base_url", "http://127.0.0.1:9/");
    assert_eq!(send(&mut admin, &terms).await.status, 303);
    assert_eq!(decide(&mut admin, &page, 1, "try-2").await.status, 303);

    let store = Arc::new(portal.store.clone());
    let organisations = &portal.seed.organisations;
    let book = SourceBook::new(Arc::new([]), BTreeMap::new(), organisations, store.clone(), store.clone());
    let watch = Arc::new(Watch::new(store.clone(), store.clone(), &ServiceLimits::default()));
    let passing = Drift::new(book.clone(), store.clone(), Arc::new(Here), watch.clone());
    let now: Timestamp = NOON.parse().unwrap();
    passing.check(now).await.unwrap();
    assert_eq!(portal.number("SELECT COUNT(*) FROM source_stage").await, 2, "what passes goes on");
    let failing = Drift::new(book, store, Arc::new(Fails), watch);
    failing.check(now).await.unwrap();

    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let open = doctor.open(&portal.showing("everything"), "own").await;
    let stopped = states(&doctor.json(&open).await.json(), &source);
    assert!(stopped.contains(&"not-asked quarantined".to_owned()), "{stopped:?}");
    let said = doctor.get(&open).await.body;
    assert!(said.contains("Ej efterfrågat: källan är stoppad, dess svar gick inte att lita på"), "{}", main(&said));
    let task = admin.get(&page).await.body;
    assert!(task.contains("adaptern klarar inte längre sina egna provfall"), "{}", main(&task));
    assert!(admin.get("/admin").await.body.contains("1 källa är stoppad av portalen"));
    // It is in nobody's hands but the administrator's.
    assert_eq!(decide(&mut admin, &page, 3, "live").await.status, 303);
    let again = states(&doctor.json(&open).await.json(), &source);
    assert!(again.contains(&"reported ".to_owned()), "{again:?}");
}
