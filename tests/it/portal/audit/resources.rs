//! Whose information was shown, as the outcome says it: what is on the page and nothing more, by the real ids, and never too much to log.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::StreamExt as _;
use jiff::Timestamp;
use samsyn_domain::{
    access::RoleMatrix,
    entry::Entry,
    logged::{SourceTold, Told},
    merge::{Answered, assemble},
    person::PersonAnswer,
    plan::Ask,
    provenance::Organisation,
    section::Section,
    source::SourceId,
    state::{Entries, NotAsked, State, Unanswered},
    time::When,
    viewer::Scope,
    vocabulary::{ContactKind, Protection},
};
use samsyn_service::{
    port::audit_log::{Activity, AuditRecord, Logged},
    record::{
        DETAILS_MAX_BYTES, Policy, SOURCE_ID_MAX_BYTES, SOURCES_MAX,
        opening::{Came, Intent, Kept, Outcome, Planned, Shown},
        read,
    },
};
use samsyn_tests::build::{answered, contact, entry, opening, person, physician, register};
use serde_json::Value;

use super::openings_when;
use crate::portal::{
    browser::Browser,
    harness::Portal,
    reading::{list, text},
};

type Line = (String, String, String, String);

/// One line for each section, source, provider and unit.
fn lines(outcome: &Value) -> BTreeSet<Line> {
    let line = |one: &Value, section: &Value| {
        [&one["source"], &one["provider"], &one["unit"], section].map(|value| text(value).to_owned()).into()
    };
    let resources = list(&outcome["resources"]).iter();
    resources.flat_map(|one| list(&one["sections"]).iter().map(move |section| line(one, section))).collect()
}

/// The same of what the canonical JSON shows; a copy has only source and section.
fn shown(overview: &Value) -> (BTreeSet<Line>, BTreeSet<(String, String)>) {
    let (mut entries, mut copies) = (BTreeSet::new(), BTreeSet::new());
    for section in list(&overview["sections"]) {
        let name = text(&section["name"]).to_owned();
        for entry in list(&section["entries"]) {
            let made = &entry["provenance"];
            let ids = [&made["source"], &made["care_provider"]["id"], &made["care_unit"]["id"]];
            let [source, provider, unit] = ids.map(|value| text(value).to_owned());
            entries.insert((source, provider, unit, name.clone()));
            let of_entry = entry["copies"].as_array().into_iter().flatten();
            copies.extend(of_entry.map(|copy| (text(&copy["source"]).to_owned(), name.clone())));
        }
    }
    (entries, copies)
}

#[tokio::test]
async fn an_outcome_has_a_line_for_each_type_provider_and_unit_on_the_page_and_no_other() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    for (opened, tag) in ["everything", "conflict", "own-sol", "nothing"].into_iter().enumerate() {
        let overview = doctor.overview(&portal.showing(tag), "shared").await;
        let log = openings_when(&portal, 2 * (opened + 1)).await;
        let logged = lines(&log.last().unwrap().record.details);
        let (entries, copies) = shown(&overview);
        assert!(logged.is_superset(&entries), "{tag}: {:?}", entries.difference(&logged));
        for (source, .., section) in logged.difference(&entries) {
            assert!(
                copies.contains(&(source.clone(), section.clone())),
                "{tag}: {source} {section} is not on the page"
            );
        }
        assert_eq!(logged.is_empty(), tag == "nothing", "{tag}: {logged:?}");
        if tag == "everything" {
            assert!(logged.iter().map(|(_, provider, ..)| provider).collect::<BTreeSet<_>>().len() >= 4, "{logged:?}");
        }
    }
}

#[tokio::test]
async fn of_a_protected_person_the_log_has_the_real_ids_that_the_page_hides() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let overview = doctor.overview(&portal.showing("protected"), "shared").await.to_string();
    let log = openings_when(&portal, 2).await;
    let details = &log[1].record.details;
    let logged = lines(details);
    assert!(!logged.is_empty(), "{details}");
    for (source, provider, unit, section) in &logged {
        assert!(provider.starts_with("SE99") && unit.starts_with("SE99"), "{provider} {unit}");
        for hidden in [source, provider, unit] {
            assert!(!overview.contains(hidden.as_str()), "the test itself: {hidden} is on the page");
        }
        assert_ne!(section, "contacts", "which the page does not show");
    }
    let all = list(&details["sources"]).iter();
    assert!(all.clone().all(|line| text(&line["source"]) != "source-1" && line["organisation"] != "masked"));
}

#[tokio::test]
async fn a_page_that_was_broken_off_shows_what_had_come_and_the_log_says_no_more() {
    let portal = Portal::start("viva=slow=3000").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing("everything");
    let address = doctor.open_with(&[("patient", &patient), ("scope", "shared"), ("live", "1")]).await;
    let mut body = doctor.begin(&address).await.bytes_stream();
    let mut page = String::new();
    while !page.contains("Anteckning") && !page.contains("Penicillin") {
        page.push_str(&String::from_utf8_lossy(&body.next().await.unwrap().unwrap()));
    }
    drop(body);
    let log = openings_when(&portal, 2).await;
    let details = &log[1].record.details;
    assert!(details["conclusion"]["aborted_after"].as_u64().unwrap() >= 2, "{details}");
    let sources: BTreeSet<String> = lines(details).into_iter().map(|(source, ..)| source).collect();
    assert!(!sources.is_empty() && !sources.iter().any(|one| one.starts_with("viva")), "{sources:?}");
}

/// An entry of a unit.
fn of(section: Section, provider: &str, unit: &str) -> Entry {
    let mut entry = entry(section, &format!("{provider}-{unit}"));
    entry.provenance_mut().care_provider = Some(Organisation::new(provider, "Provare"));
    entry.provenance_mut().care_unit = Some(Organisation::new(unit, "Enheten"));
    entry
}

/// The outcome of an opening in which everything has come and was shown.
fn outcome(answers: &[samsyn_domain::merge::Answered]) -> Value {
    let overview = assemble(&opening(physician(), false), answers);
    let arrived: Vec<usize> = (0..answers.len()).collect();
    let one = || Came { adapter_sha256: "a".repeat(64), took_ms: Some(600_000) };
    let came: BTreeMap<String, Came> = answers.iter().map(|answer| (answer.source.id.to_string(), one())).collect();
    let content = overview.to_json().to_string().into_bytes();
    let shown = Some(Shown { overview: &overview, part: None, arrived: &arrived });
    let (content, kept) = (Some(&*content), Some(Kept::Until(Timestamp::MAX)));
    Outcome { aborted_after: None, preset: None, shown, answers, came: &came, content, kept }.details()
}

#[test]
fn whatever_sources_state_the_outcome_fits_the_log_and_still_says_whose_it_was() {
    // Eighty sources with ten sections each, half of them silent.
    let many: Vec<_> = (0..80)
        .map(|number| {
            answered(&format!("kommunens-kallsystem-nummer-{number}"), |section| {
                let entry = of(section, &format!("SE99992{number:05}-A001"), &format!("SE99992{number:05}-E001"));
                let silent = State::Unanswered(Unanswered::Timeout);
                if number % 2 == 0 { Entries::new(vec![entry]).map_or(silent, State::Reported) } else { silent }
            })
        })
        .collect();
    let details = outcome(&many);
    assert!(details.to_string().len() <= DETAILS_MAX_BYTES, "{}", details.to_string().len());
    assert_eq!(list(&details["resources"]).len(), 40);
    assert!(list(&details["resources"]).iter().all(|line| line["unit"].is_string()));

    // One source that makes up units, and one that makes up providers too.
    let made_up = |providers: usize, units: usize| {
        let entries: Vec<Entry> = (0..providers)
            .flat_map(|p| {
                (0..units).map(move |u| of(Section::Documents, &format!("SE99-A{p:040}"), &format!("SE99-E{u:040}")))
            })
            .collect();
        outcome(&[answered("one", |section| match section {
            Section::Documents => Entries::new(entries.clone()).map_or(State::NothingHeld, State::Reported),
            _ => State::NothingHeld,
        })])
    };
    let units = made_up(1, 900);
    assert!(units.to_string().len() <= DETAILS_MAX_BYTES);
    let line = &units["resources"][0];
    assert_eq!((line["units"].as_u64(), &line["sections"]), (Some(900), &serde_json::json!(["documents"])));
    assert!(text(&line["provider"]).starts_with("SE99-A"), "{line}");
    let providers = made_up(900, 2);
    assert!(providers.to_string().len() <= DETAILS_MAX_BYTES);
    let line = &providers["resources"][0];
    assert_eq!((line["providers"].as_u64(), line["units"].as_u64()), (Some(900), Some(1800)), "{line}");
}

/// As many sources as a portal may have, with ids as long as they may be.
fn as_many_as_there_may_be(state: impl Fn(usize, Section) -> State) -> Vec<Answered> {
    let id = |number: usize| format!("{number:0>width$}", width = SOURCE_ID_MAX_BYTES);
    (0..SOURCES_MAX).map(|number| answered(&id(number), |section| state(number, section))).collect()
}

#[test]
fn as_many_sources_as_a_portal_may_have_fit_the_log() {
    let log_of = |details: Value| {
        assert!(details.to_string().len() <= DETAILS_MAX_BYTES, "{}", details.to_string().len());
        let record = AuditRecord::intent(Activity::Read, &physician(), None, Timestamp::UNIX_EPOCH, details);
        read::outcome(&Logged { index: 0, id: "1".into(), record })
    };
    // As they answer: most hold nothing, some are silent, and each says why.
    let usual = as_many_as_there_may_be(|number, _| match number % 4 {
        0 => State::Unanswered(Unanswered::Timeout),
        _ => State::NothingHeld,
    });
    let told = log_of(outcome(&usual));
    assert_eq!(told.sources.len(), SOURCES_MAX);
    let silent = |one: &&SourceTold| one.sections.values().all(|told| *told == Told::Failed(Some(Unanswered::Timeout)));
    assert_eq!(told.sources.iter().filter(silent).count(), SOURCES_MAX / 4);
    // All of them with something to show, each of a unit of its own, or with another reason in every section.
    let rich = as_many_as_there_may_be(|number, section| {
        let entry = of(section, &format!("SE99992{number:05}-A001"), &format!("SE99992{number:05}-E001"));
        Entries::new(vec![entry]).map_or(State::NothingHeld, State::Reported)
    });
    let told = log_of(outcome(&rich));
    // All but contacts, which are not shown while no register says that the person is unprotected.
    let shown: Vec<_> = Section::ALL.into_iter().filter(|section| *section != Section::Contacts).collect();
    assert_eq!((told.sources.len(), told.shown()), (SOURCES_MAX, shown));
    let worst = as_many_as_there_may_be(|_, section| {
        use Unanswered::{
            AdapterFault, Credential, Down, Malformed, NoStatus, Overloaded, Paused, Refused, Timeout, WrongPatient,
        };
        let whys =
            [Timeout, Down, Refused, Malformed, AdapterFault, Overloaded, WrongPatient, Paused, NoStatus, Credential];
        State::Unanswered(whys[section as usize % whys.len()])
    });
    let details = outcome(&worst);
    assert!(details["sources"].is_array() && !details.to_string().contains("wrong-patient"), "without the reasons");
    let told = log_of(details);
    let failed = |one: &SourceTold| one.sections.values().all(|told| *told == Told::Failed(None));
    assert!(told.sources.len() == SOURCES_MAX && told.sources.iter().all(failed));
}

#[test]
fn what_as_many_sources_as_a_portal_may_have_are_asked_fits_the_log() {
    use NotAsked::{
        IdentifierType, LinksUnreadable, Maintenance, NoLink, NotEnabled, NotInEmergency, NotPermitted, NotSelected,
        Quarantined, SwitchedOff,
    };
    let whys = [
        NoLink,
        LinksUnreadable,
        IdentifierType,
        NotEnabled,
        NotInEmergency,
        NotSelected,
        NotPermitted,
        Quarantined,
        SwitchedOff,
        Maintenance,
    ];
    let asks: Vec<Ask> = as_many_as_there_may_be(|_, _| State::Waiting)
        .into_iter()
        .map(|answer| {
            let (asked, decided) = Section::ALL.split_at(2);
            let decided = decided.iter().zip(whys).map(|(section, why)| (*section, State::NotAsked(why)));
            Ask { source: answer.source, sections: asked.to_vec(), person: true, decided: decided.collect() }
        })
        .collect();
    let policy = Policy::of(RoleMatrix::default(), 1);
    // As many as are tried beside one opening, each with the longest name that one has.
    let trials = ["a", "b", "c", "d"].map(|one| SourceId::new(one.repeat(48) + "@4294967295"));
    let intent = Intent {
        active_choice: Scope::Shared,
        access: &samsyn_tests::build::consented(),
        ask_all: true,
        preset: Some("lakemedelslista"),
        purpose: "Vård och behandling",
        blocks_verified: true,
        decisions: &[],
        policy: &policy,
        trace: String::new(),
        trials: trials.iter().collect(),
        sources: asks.iter().map(Planned::from).collect(),
    };
    let size = intent.details().to_string().len();
    // Room is left for what the access relies on.
    assert!(size <= DETAILS_MAX_BYTES - 4096, "{size}");
}

#[test]
fn what_a_page_leaves_out_is_withheld_and_not_shown() {
    let telling = || {
        answered("berattande", |section| match section {
            Section::Contacts => {
                let kin = contact("kin", ContactKind::NextOfKin);
                Entries::new(vec![Entry::Contact(Arc::new(kin))]).map_or(State::NothingHeld, State::Reported)
            }
            Section::Alerts => Entries::new(vec![entry(section, "a")]).map_or(State::NothingHeld, State::Reported),
            _ => State::NothingHeld,
        })
    };
    let registered = |change: fn(&mut samsyn_domain::entry::PersonDetails)| {
        let (mut register, mut details) = (register(), person());
        change(&mut details);
        register.person = Some(PersonAnswer::Known(Box::new(details)));
        register
    };
    let sections =
        |details: &Value| -> Vec<String> { lines(details).into_iter().map(|(.., section)| section).collect() };
    let open = outcome(&[registered(|_| {}), telling()]);
    assert_eq!(sections(&open), ["alerts", "contacts"]);

    let protected = outcome(&[registered(|one| one.protection = Some(Protection::ConfidentialityMark)), telling()]);
    assert_eq!(sections(&protected), ["alerts"]);
    let line = list(&protected["sources"]).iter().find(|line| line["source"] == "berattande").unwrap().clone();
    assert_eq!(line["withheld"]["protected-person"], serde_json::json!(["contacts"]));

    let mut other = registered(|one| {
        one.birth_date = Some(When::read("1951-10-08"));
        (one.given_name, one.family_name) = (Some("Bo".into()), Some("Annansson".into()));
    });
    other.source.id = SourceId::new("other-register");
    let conflict = outcome(&[registered(|_| {}), other, telling()]);
    assert_eq!(sections(&conflict), Vec::<String>::new(), "{conflict}");
    let line = list(&conflict["sources"]).iter().find(|line| line["source"] == "berattande").unwrap().clone();
    assert!(list(&line["withheld"]["identity-conflict"]).contains(&"alerts".into()), "{line}");
}
