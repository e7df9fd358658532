//! `samsyn demo --all-languages`: adapters in TypeScript and Python beside those in Rust, on one page.
//!
//! Not here: the adapters' own cases (`plugins/*/cases`), what their simulated sources answer (`samsyn_demo`).
//! Invariant: what such an adapter could not read is said on the page, and never looks like "none".

use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned};
use samsyn::demo_portal;
use samsyn_demo::seed::Seed;
use samsyn_domain::time::sweden;
use serde_json::{Value, json};

use super::{
    browser::Browser,
    harness::{NOON, Portal, shared},
    reading::{all_entries, cell, cells_of, entries, list, main, only, text},
};

const HEMPLAN: &str = "hemplan-storsjo";
const HEMREHAB: &str = "filfall-hemrehab";

fn with_all_languages(seed: &mut Seed) {
    let noon: Zoned = NOON.parse::<Timestamp>().unwrap().to_zoned(sweden());
    *seed = seed.clone().with_all_languages(&noon);
}

/// The doctor's view of a person, with faults and whatever happens to the folder.
async fn seen(tag: &str, faults: &str, happens: impl FnOnce(&mut Seed) + Send + 'static) -> (Value, String) {
    let adjust = |seed: &mut Seed| {
        with_all_languages(seed);
        happens(seed);
    };
    let portal = Portal::start_among(faults, adjust).await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let patient = portal.showing(tag);
    (doctor.overview(&patient, "shared").await, doctor.page(&patient, "shared").await)
}

/// Each section that a source can have, with its state.
fn states<'a>(overview: &'a Value, source: &str) -> Vec<(&'a str, &'a str)> {
    let cells = cells_of(overview, source).into_iter();
    cells.map(|(section, cell)| (section, text(&cell["state"]))).filter(|(_, state)| *state != "unsupported").collect()
}

fn is_of(source: &str) -> impl Fn(&Value) -> bool + '_ {
    move |entry| entry["provenance"]["source"] == source
}

/// Half of a file is there, because the rest is being written; the index knows the whole.
fn half_written(seed: &mut Seed, name: &str) {
    let file = seed.web_folder.files.get_mut(name).unwrap();
    file.truncate(file.len() / 2);
}

#[tokio::test]
async fn a_person_whom_both_know_is_shown_with_what_each_says_and_where_it_is_from() {
    let (overview, page) = seen("everything", "", |_| ()).await;
    assert_eq!(overview["completeness"]["unanswered"], 0, "{}", overview["completeness"]);
    let sections = ["services", "contacts", "functional-status", "plans", "documents"];
    let states = states(&overview, HEMREHAB);
    assert_eq!(states.iter().map(|(section, _)| *section).collect::<BTreeSet<_>>(), BTreeSet::from(sections));
    assert!(states.iter().all(|(_, state)| *state == "reported"), "{states:?}");
    for section in ["services", "contacts", "plans", "documents"] {
        assert_eq!(cell(&overview, section, HEMPLAN)["state"], "reported", "{section}");
    }

    let walking = only(&overview, "services", |entry| is_of(HEMREHAB)(entry) && entry["kind"] == "Hemrehab");
    let provenance = &walking["provenance"];
    assert_eq!(provenance["care_provider"], json!({ "id": "SE9999900009-VG", "name": "Hemrehab Fjäll AB" }));
    assert_eq!(provenance["care_unit"]["name"], "Hemrehab Fjäll, rehabilitering");
    assert_eq!(walking["last_noted"], "2026-11-19T10:30:00");
    let alarm = only(&overview, "services", |entry| is_of(HEMPLAN)(entry) && entry["kind"] == "safety-alarm");
    assert_eq!(alarm["provenance"]["care_unit"]["name"], "Biståndsenheten Storsjö");
    let ended = |entry: &Value| is_of(HEMREHAB)(entry) && entry["phase"] == "ended";
    assert_eq!(only(&overview, "services", ended)["text"], "Lindning av underbenen");

    let page = main(&page);
    for words in [
        "Gåbord i badrummet; utlånat",
        "Ida Norman",
        "Hemrehab Fjäll AB",
        "Hemrehabjournalen",
        "Hemplan",
        "Rami Nasser",
        "Nattpatrull: Nattpatrullen",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn without_the_flag_neither_source_is_there() {
    let portal = shared().await;
    let overview = Browser::signed_in(portal, "doctor").await.overview(&portal.showing("everything"), "shared").await;
    for source in [HEMPLAN, HEMREHAB] {
        assert!(cells_of(&overview, source).is_empty() && !overview.to_string().contains(source), "{source}");
    }
}

#[tokio::test]
async fn either_source_silent_is_said_in_every_section_that_it_could_have_filled() {
    let (healthy, _) = seen("everything", "", |_| ()).await;
    let (overview, page) = seen("everything", "hemplan=hang,filfall=refuse", |_| ()).await;
    for (source, reason) in [(HEMPLAN, "timeout"), (HEMREHAB, "down")] {
        assert!(!all_entries(&overview).into_iter().any(is_of(source)), "{source}");
        let asked = states(&overview, source);
        assert_eq!(asked.len(), states(&healthy, source).len());
        assert!(!asked.is_empty());
        for (section, state) in asked {
            let said = (state, text(&cell(&overview, section, source)["reason"]));
            assert_eq!(said, ("unanswered", reason), "{source} {section}");
        }
    }
    assert_eq!(overview["completeness"]["unanswered"], 2, "{}", overview["completeness"]);
    let others = |overview: &Value| {
        let of_both = |entry: &&Value| is_of(HEMPLAN)(entry) || is_of(HEMREHAB)(entry);
        all_entries(overview).into_iter().filter(|entry| !of_both(entry)).count()
    };
    assert_eq!(others(&overview), others(&healthy), "the others are whole");
    let page = main(&page);
    assert!(page.contains("Inget svar – uppgifter kan finnas") && page.contains("Hemrehabjournalen"));
    for phone in ["063-555 20 60", "063-555 90 10"] {
        assert!(page.contains(phone), "whom to call: {phone}");
    }
}

#[tokio::test]
async fn a_file_cut_short_is_no_empty_file() {
    let cut = |seed: &mut Seed| {
        half_written(seed, "planer.csv");
        half_written(seed, "besok.csv");
    };
    let (overview, page) = seen("everything", "", cut).await;
    let plans = cell(&overview, "plans", HEMREHAB);
    assert_eq!(plans["state"], "unanswered", "{plans}");
    assert!(!entries(&overview, "plans").iter().any(is_of(HEMREHAB)));
    // Services are shown without their visits, and say so.
    let services = cell(&overview, "services", HEMREHAB);
    assert_eq!(services["state"], "partial", "{services}");
    let shown = entries(&overview, "services").iter().filter(|entry| is_of(HEMREHAB)(entry));
    assert_eq!(shown.count(), 3);
    for section in ["contacts", "functional-status", "documents"] {
        assert_eq!(cell(&overview, section, HEMREHAB)["state"], "reported", "{section}");
    }
    let page = main(&page);
    assert!(page.contains("besök kunde inte läsas: besok.csv är inte hel"), "the clinician reads what is missing");
    assert!(page.contains("Hemrehabjournalen"));
}

#[tokio::test]
async fn somebody_without_a_row_in_a_file_cut_short_is_not_said_to_have_none() {
    // Whom the provider has never met: with whole files nothing is held, with a cut one nobody can say.
    let (healthy, _) = seen("nothing", "", |_| ()).await;
    assert!(states(&healthy, HEMREHAB).iter().all(|(_, state)| *state == "nothing-held"));
    let (overview, _) = seen("nothing", "filfall=truncated", |_| ()).await;
    let states = states(&overview, HEMREHAB);
    assert_eq!(states.len(), 5);
    assert!(states.iter().all(|(_, state)| *state == "unanswered"), "{states:?}");
}

#[tokio::test]
async fn of_a_protected_person_neither_tells_a_place_or_a_number() {
    let (overview, page) = seen("protected", "", |_| ()).await;
    // Sources have no names here, so that both are known by what only they say of him.
    let kinds: Vec<&str> = entries(&overview, "services").iter().map(|entry| text(&entry["kind"])).collect();
    let of_kind = |kind: &str| kinds.iter().filter(|one| **one == kind).count();
    assert_eq!((of_kind("safety-alarm"), of_kind("home-nursing")), (1, 2), "{kinds:?}");
    for entry in all_entries(&overview) {
        assert!(entry["provenance"].get("care_unit").is_none(), "{entry}");
        assert!(entry.get("phones").is_none_or(|phones| list(phones).is_empty()), "{entry}");
    }
    for place in [
        "Hemrehab Fjäll, hemsjukvård",
        "063-555 90 30",
        "063-555 88 60",
        "Eva Berggren",
        "Hemtjänsten Solgläntan",
        "063-555 20 90",
        "2468",
    ] {
        assert!(!overview.to_string().contains(place) && !page.contains(place), "{place}");
    }
}

#[test]
fn a_program_without_those_adapters_names_the_command_that_builds_them() {
    let noon: Zoned = NOON.parse::<Timestamp>().unwrap().to_zoned(sweden());
    let mut seed = Seed::new(&noon).with_all_languages(&noon);
    let built: BTreeSet<String> = demo_portal::adapters(&seed).unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(built, ["enkel", "fhir-r4", "filfall", "hemplan", "riv-ta", "viva"].map(str::to_owned).into());
    seed.sources.iter_mut().filter(|source| source.adapter == "filfall").for_each(|source| source.adapter = "unbuilt");
    let refused = demo_portal::adapters(&seed).unwrap_err().to_string();
    assert!(refused.contains("unbuilt") && refused.contains("`cargo xtask demo -- --all-languages`"), "{refused}");
    assert_eq!(demo_portal::adapters(&Seed::new(&noon)).unwrap().len(), 4, "and only those that are used are taken");
}
