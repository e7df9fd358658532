//! Whole lookups against replies written by hand, without a host around them.

use samsyn_adapter::{
    Entries, Plugin as _, http,
    rehearsal::{self, Rehearsal, reply},
    sink,
    types::{FailureKind, SectionStatus, Signing},
};
use serde_json::{Value, json};

use crate::Viva;

const PERSONNUMMER: &str = "urn:oid:1.2.752.129.2.1.3.1";
const NUMBER: &str = "195009072553";

fn found(user: &Value) -> String {
    json!({ "antal": 1, "brukare": [user] }).to_string()
}

fn user() -> Value {
    json!({ "brukarId": "B01000", "id": "p1", "personnummer": "19500907-2553", "fornamn": "Vera" })
}

fn page(posts: &[Value]) -> String {
    json!({ "sida": 1, "antalSidor": 1, "antal": posts.len(), "poster": posts }).to_string()
}

fn post(id: &str, own: &Value) -> Value {
    let mut post = json!({ "id": id, "personnummer": NUMBER, "lagrum": "HSL" });
    post.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    post
}

struct Outcome {
    result: Result<(), samsyn_adapter::types::Failure>,
    statuses: Vec<(String, SectionStatus)>,
    pushed: Vec<Entries>,
    requests: Vec<http::Request>,
}

/// Looks sections up; `list` answers everything but the search.
fn lookup(sections: &[&str], search: &str, list: impl Fn(&str) -> (u16, String)) -> Outcome {
    let search = search.to_owned();
    let mut host = Rehearsal::new(move |request: &http::Request| {
        let http::Target::Path(path) = &request.target else { panic!("only paths") };
        if path == crate::search::PATH {
            return reply(200, search.clone());
        }
        let (status, body) = list(path);
        reply(status, body)
    })
    .with_setting("lagrum", "HSL");
    let query = rehearsal::query(PERSONNUMMER, NUMBER, sections);
    let result = Viva::lookup(&mut host, &query);
    Outcome { result, statuses: host.statuses, pushed: host.pushed, requests: host.requests }
}

fn one_section(section: &str, body: &str) -> (SectionStatus, Vec<Entries>) {
    let outcome = lookup(&[section], &found(&user()), |_| (200, body.to_owned()));
    assert_eq!(outcome.result, Ok(()));
    assert_eq!(outcome.statuses.len(), 1);
    (outcome.statuses[0].1.clone(), outcome.pushed)
}

#[test]
fn the_number_is_only_in_the_body_of_the_search() {
    let outcome = lookup(&["services", "plans"], &found(&user()), |_| (200, page(&[])));
    assert_eq!(outcome.requests.len(), 3);
    let paths: Vec<_> = outcome.requests.iter().map(|request| format!("{:?}", request.target)).collect();
    assert!(paths.iter().all(|path| !path.contains(NUMBER)));
    assert!(paths[1].contains("/api/v2/brukare/B01000/insatser?lagrum=HSL&sida=1"));
    let body: Value = serde_json::from_slice(outcome.requests[0].body.as_ref().unwrap()).unwrap();
    assert_eq!(body, json!({ "personnummer": NUMBER, "lagrum": "HSL" }));
    assert!(outcome.requests.iter().all(|request| request.credential.as_deref() == Some("licens")));
}

#[test]
fn somebody_viva_does_not_know_has_nothing_held_in_every_section() {
    let nobody = json!({ "antal": 0, "brukare": [] }).to_string();
    let outcome = lookup(&["person", "services", "covid-19"], &nobody, |_| panic!("no list is asked for"));
    assert_eq!(outcome.result, Ok(()));
    let expected = [
        ("covid-19".to_owned(), SectionStatus::Unsupported),
        ("person".to_owned(), SectionStatus::NothingHeld),
        ("services".to_owned(), SectionStatus::NothingHeld),
    ];
    assert_eq!(outcome.statuses, expected);
}

#[test]
fn searches_that_cannot_be_trusted_are_typed_failures() {
    let mut stranger = user();
    stranger["personnummer"] = "196101182803".into();
    let mut nameless = user();
    nameless.as_object_mut().unwrap().remove("personnummer");
    let mut pathlike = user();
    pathlike["brukarId"] = "../admin".into();
    for (search, kind, code) in [
        (String::new(), FailureKind::UpstreamMalformed, "not-json"),
        ("<html>Logga in</html>".into(), FailureKind::UpstreamMalformed, "not-json"),
        ("{}".into(), FailureKind::UpstreamMalformed, "no-brukare"),
        (r#"{"antal":2,"brukare":[]}"#.into(), FailureKind::UpstreamMalformed, "antal"),
        (json!({ "antal": 2, "brukare": [user(), user()] }).to_string(), FailureKind::PatientAmbiguous, "several"),
        (found(&stranger), FailureKind::UpstreamMalformed, "wrong-patient"),
        (found(&nameless), FailureKind::UpstreamMalformed, "brukare"),
        (found(&pathlike), FailureKind::UpstreamMalformed, "brukare"),
    ] {
        let outcome = lookup(&["services"], &search, |_| panic!("no list is asked for"));
        let failure = outcome.result.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (kind, code));
        assert!(!failure.message.contains("1961"));
        assert!(outcome.statuses.is_empty() && outcome.pushed.is_empty());
    }
}

#[test]
fn protected_people_come_with_their_label() {
    let protection = |flags: Value| {
        let mut user = user();
        user.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
        let outcome = lookup(&["person"], &found(&user), |_| panic!("no list is asked for"));
        match outcome.pushed.as_slice() {
            [Entries::Person(person)] => (person.protection.clone(), outcome.statuses[0].1.clone()),
            other => panic!("{other:?}"),
        }
    };
    let mark = json!({ "sekretessmarkering": true, "skyddadFolkbokforing": false });
    assert_eq!(protection(mark), (Some("confidentiality-mark".into()), SectionStatus::Complete));
    let both = json!({ "sekretessmarkering": true, "skyddadFolkbokforing": true });
    assert_eq!(protection(both).0.as_deref(), Some("protected-registration"));
    assert_eq!(protection(json!({ "sekretessmarkering": false })).0, None);
    let (unreadable, status) = protection(json!({ "skyddadFolkbokforing": "J" }));
    assert_eq!(unreadable.as_deref(), Some("protected-registration"));
    assert_eq!(status, SectionStatus::Partial("fältet skyddadFolkbokforing gick inte att läsa (1 st)".into()));
}

#[test]
fn a_contact_can_be_protected_too() {
    let labels = |flags: Value| {
        let mut contact = json!({ "typ": "vardnadshavare", "namn": "Ali" });
        contact.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
        let (_, mut pushed) = one_section("contacts", &page(&[post("k1", &contact)]));
        let Some(Entries::Contacts(contacts)) = pushed.pop() else { panic!("contacts") };
        assert_eq!(contacts[0].kind, "guardian");
        let extensions = contacts[0].provenance.extensions.iter();
        extensions.map(|extra| (extra.key.clone(), extra.value.clone())).collect::<Vec<_>>()
    };
    let marked = |value: &str| vec![("protection".to_owned(), value.to_owned())];
    assert_eq!(labels(json!({})), []);
    assert_eq!(labels(json!({ "sekretessmarkering": false })), []);
    assert_eq!(
        labels(json!({ "sekretessmarkering": true, "skyddadFolkbokforing": null })),
        marked("confidentiality-mark")
    );
    assert_eq!(labels(json!({ "skyddadFolkbokforing": "J" })), marked("protected-registration"));
}

#[test]
fn hours_that_cannot_be_read_are_never_widened_into_others() {
    let hours = |wrong: Value| {
        let right = json!({ "dagar": ["man", "tis"], "fran": "08:00", "till": null });
        let contact = json!({ "typ": "mottagning", "oppettider": [right, wrong] });
        let (status, mut pushed) = one_section("contacts", &page(&[post("k1", &contact)]));
        let Some(Entries::Contacts(contacts)) = pushed.pop() else { panic!("contacts") };
        (contacts[0].openings.len(), status == SectionStatus::Complete)
    };
    assert_eq!(hours(json!({ "dagar": ["lor"] })), (2, true));
    assert_eq!(hours(json!({ "dagar": ["lor"], "till": "25:00" })), (0, false));
    assert_eq!(hours(json!({ "dagar": ["lör"], "fran": "08:00" })), (0, false));
    assert_eq!(hours(json!({ "fran": "08:00" })), (0, false));
}

#[test]
fn a_care_limit_keeps_its_words_its_local_times_and_its_signature() {
    let limit = json!({
        "text": "Ej HLR. Ej intensivvård.", "typ": "avsta", "stallningstagande": "lakare", "status": "gallande",
        "atgarder": [{ "text": "HLR", "koder": [{ "system": "1.2.752.116.2.1.1", "kod": "304253006" }] }],
        "beslutad": "2026-10-02 14:05:00", "giltigFran": "2026-10-02", "giltigTill": null,
        "signering": { "status": "signerad", "tidpunkt": "2026-10-02 14:10:00", "av": { "namn": "Anders Holm" } },
    });
    let (status, pushed) = one_section("care-limits", &page(&[post("v1", &limit)]));
    assert_eq!(status, SectionStatus::Complete);
    let [Entries::CareLimits(limits)] = pushed.as_slice() else { panic!("limits") };
    let limit = &limits[0];
    assert_eq!(
        (limit.nature.as_str(), limit.author_kind.as_str(), limit.phase.as_str()),
        ("withhold", "physician", "current")
    );
    assert_eq!(limit.decided.as_deref(), Some("2026-10-02T14:05:00"));
    assert!(
        matches!(&limit.provenance.signing, Signing::Signed(signature) if signature.at.as_deref() == Some("2026-10-02T14:10:00"))
    );
    assert_eq!(limit.measures[0].codings[0].code, "304253006");
}

#[test]
fn a_record_of_the_other_law_is_not_pushed_and_is_told() {
    let mut foreign = post("2", &json!({ "typ": "HTJ" }));
    foreign["lagrum"] = "SOL".into();
    let (status, pushed) = one_section("services", &page(&[post("1", &json!({ "typ": "HSV" })), foreign]));
    assert_eq!(status, SectionStatus::Partial("1 poster gäller en annan verksamhetsgren och visas inte här".into()));
    let [Entries::Services(services)] = pushed.as_slice() else { panic!("services") };
    assert_eq!(services.len(), 1);
    assert_eq!((services[0].kind.as_str(), services[0].phase), ("home-nursing", sink::ServicePhase::Unknown));
}

#[test]
fn a_record_without_a_law_or_a_kind_leaves_the_section_partial_and_names_the_field() {
    let mut lawless = post("1", &json!({ "typ": "HSV" }));
    lawless.as_object_mut().unwrap().remove("lagrum");
    let (status, pushed) = one_section("services", &page(&[lawless]));
    assert_eq!(status, SectionStatus::Partial("fältet lagrum saknas, uppgiften visas inte (1 st)".into()));
    assert!(pushed.is_empty());
    let (status, _) = one_section("services", &page(&[post("1", &json!({ "status": "pagaende" }))]));
    assert_eq!(status, SectionStatus::Partial("fältet typ saknas, uppgiften visas inte (1 st)".into()));
}

#[test]
fn an_unreadable_end_date_never_goes_unnoticed() {
    let limit = json!({ "text": "Ej HLR", "giltigTill": "nästa vecka" });
    let (status, pushed) = one_section("care-limits", &page(&[post("1", &limit)]));
    assert_eq!(status, SectionStatus::Partial("fältet giltigTill gick inte att läsa (1 st)".into()));
    let [Entries::CareLimits(limits)] = pushed.as_slice() else { panic!("limits") };
    assert_eq!(limits[0].valid_to.as_deref(), Some("nästa vecka"), "shown as written, never reckoned with");
}

#[test]
fn a_person_known_by_number_only_gives_no_banner() {
    let outcome =
        lookup(&["person"], &found(&json!({ "brukarId": "B1", "personnummer": NUMBER })), |_| panic!("no list"));
    assert_eq!(outcome.statuses, [("person".to_owned(), SectionStatus::NothingHeld)]);
    assert!(outcome.pushed.is_empty());
}

#[test]
fn every_page_is_read_and_a_missing_or_repeated_one_is_told() {
    let numbered = |number: u32, answered: u32| {
        let posts = [post(&format!("s{number}"), &json!({ "typ": "HSV" }))];
        json!({ "sida": answered, "antalSidor": 3, "antal": 3, "poster": posts }).to_string()
    };
    let number = |path: &str| path.rsplit('=').next().unwrap().parse::<u32>().unwrap();
    let whole = lookup(&["services"], &found(&user()), |path| (200, numbered(number(path), number(path))));
    assert_eq!(whole.statuses[0].1, SectionStatus::Complete);
    let [Entries::Services(services)] = whole.pushed.as_slice() else { panic!("services") };
    let ids: Vec<_> = services.iter().map(|service| service.provenance.id.as_str()).collect();
    assert_eq!(ids, ["s1", "s2", "s3"]);

    let broken = lookup(&["services"], &found(&user()), |path| match number(path) {
        2 => (500, String::new()),
        number => (200, numbered(number, number)),
    });
    assert_eq!(broken.statuses[0].1, SectionStatus::Partial("sida 2 av 3 kunde inte läsas".into()));

    let looping = lookup(&["services"], &found(&user()), |path| (200, numbered(number(path), 1)));
    assert_eq!(looping.statuses[0].1, SectionStatus::Partial("flera sidor från sida 2 av 3 kunde inte läsas".into()));
}

#[test]
fn a_source_that_claims_endless_pages_is_not_followed_past_the_limit() {
    let endless = |path: &str| {
        let number = path.rsplit('=').next().unwrap().parse::<u32>().unwrap();
        (200, json!({ "sida": number, "antalSidor": 4_000_000_000_u32, "antal": 0, "poster": [] }).to_string())
    };
    let outcome = lookup(&["services", "plans"], &found(&user()), endless);
    assert!(outcome.requests.len() <= 40);
    assert!(outcome.statuses.iter().all(|(_, status)| matches!(status, SectionStatus::Partial(_))));
}

#[test]
fn a_wrong_count_and_a_stated_none_are_told() {
    let short = json!({ "sida": 1, "antalSidor": 1, "antal": 2, "poster": [post("1", &json!({ "typ": "HSV" }))] });
    let (status, _) = one_section("services", &short.to_string());
    assert_eq!(status, SectionStatus::Partial("källan uppger 2 poster men lämnade 1".into()));
    let none = json!({
        "sida": 1, "antalSidor": 1, "antal": 0, "poster": [], "angerInga": true, "angerIngaDatum": "2026-11-02",
    });
    assert_eq!(one_section("alerts", &none.to_string()).0, SectionStatus::StatedNone(Some("2026-11-02".into())));
    assert_eq!(one_section("alerts", &page(&[])).0, SectionStatus::NothingHeld);
}

#[test]
fn one_broken_list_leaves_the_others_and_when_all_break_the_failure_says_why() {
    let outcome = lookup(&["services", "plans"], &found(&user()), |path| {
        if path.contains("insatser") { (503, String::new()) } else { (200, page(&[])) }
    });
    let expected = [
        ("plans".to_owned(), SectionStatus::NothingHeld),
        ("services".to_owned(), SectionStatus::Unavailable("fel i källan".into())),
    ];
    assert_eq!(outcome.statuses, expected);
    for (status, body, kind) in [
        (503, "", FailureKind::UpstreamUnavailable),
        (401, "", FailureKind::UpstreamRejected),
        (200, "", FailureKind::UpstreamMalformed),
        (200, "<html></html>", FailureKind::UpstreamMalformed),
        (200, r#"{"sida":1,"antalSidor":1,"pos"#, FailureKind::UpstreamMalformed),
        (200, r#"{"sida":1,"antalSidor":1}"#, FailureKind::UpstreamMalformed),
    ] {
        let outcome = lookup(&["services", "plans"], &found(&user()), |_| (status, body.to_owned()));
        assert_eq!(outcome.result.unwrap_err().kind, kind, "{status} {body}");
    }
}

#[test]
fn the_patient_of_a_record_is_the_one_it_states() {
    let mut foreign = post("1", &json!({ "typ": "HSV" }));
    foreign["personnummer"] = "196101182803".into();
    let mut silent = post("2", &json!({ "typ": "HSV" }));
    silent.as_object_mut().unwrap().remove("personnummer");
    let (_, pushed) = one_section("services", &page(&[foreign, silent]));
    let [Entries::Services(services)] = pushed.as_slice() else { panic!("services") };
    assert_eq!(services[0].provenance.patient.as_ref().unwrap().value, "196101182803");
    assert_eq!(services[1].provenance.patient, None);
}

#[test]
fn without_its_law_a_binding_asks_nothing() {
    let mut host = Rehearsal::new(|_: &http::Request| panic!("nothing is asked"));
    let query = rehearsal::query(PERSONNUMMER, NUMBER, &["services"]);
    assert_eq!(Viva::lookup(&mut host, &query).unwrap_err().kind, FailureKind::NotConfigured);
}
