//! The exhaustive table: ten sections × the nine states of three sources × blocked information or not.
//!
//! The model is written from the product's own wording, in Swedish and by hand; the page is what `samsyn_ui` renders from an
//! overview that went through the access decision and the merge. Not here: single reasons of a state (`ui`'s own tests).
//! Invariant: nothing of the model is taken from the code it is compared with.
//! To add a state: a row in [`KINDS`]; the table grows by itself.

use std::sync::{Arc, LazyLock};

use samsyn_domain::{
    access::{Block, BlockStatus},
    entry::Entry,
    merge::{Answered, assemble},
    provenance::Concept,
    section::Section,
    source::ProviderId,
    state::{Entries, NotAsked, Partial, State, Unanswered, Withheld},
    time::When,
};
use samsyn_tests::build::{answered, decided, entry, opening, physician, register};
use samsyn_ui::{FragmentId, Language, PageContext, fragment};

/// What a source can say, as the product lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reported,
    StatedNone,
    NothingHeld,
    Partial,
    Unanswered,
    NotAsked,
    Maintenance,
    Withheld,
    Unsupported,
}

const KINDS: [Kind; 9] = [
    Kind::Reported,
    Kind::StatedNone,
    Kind::NothingHeld,
    Kind::Partial,
    Kind::Unanswered,
    Kind::NotAsked,
    Kind::Maintenance,
    Kind::Withheld,
    Kind::Unsupported,
];

const SOURCES: [&str; 3] = ["a", "b", "c"];
const NO_POSITION: &str = "Inget ställningstagande om begränsning finns i de källor som svarat";
const CLOSING: &str = "Saknas dokumenterat ställningstagande: HLR påbörjas (nationella riktlinjer)";
const STATED_NONE: &str = "Källan anger: inga";
const NOTHING_HELD: &str = "Ingen uppgift i denna källa";
const MAY_EXIST: &str = "Inget att visa. Uppgifter kan finnas som du inte får se";
const NO_COVID: &str = "Covid-19: ingen uppgift att visa";

impl Kind {
    const fn says_none(self) -> bool {
        matches!(self, Self::StatedNone | Self::NothingHeld)
    }

    /// The word on screen for this state; for entries none, because they speak for themselves.
    const fn words(self, blocked: bool) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Reported => return None,
            Self::StatedNone | Self::NothingHeld if blocked => ("withheld", MAY_EXIST),
            Self::StatedNone => ("stated-none", "Källan anger: inga (2026-11-01)"),
            Self::NothingHeld => ("nothing-held", NOTHING_HELD),
            Self::Partial => ("partial", "Ofullständigt svar: sida 2 av 3 saknas"),
            Self::Unanswered => ("unanswered", "Inget svar – uppgifter kan finnas"),
            Self::NotAsked => ("not-asked", "Ej efterfrågat: ingen känd koppling"),
            Self::Maintenance => ("not-asked", "Ej efterfrågat: planerat underhåll"),
            Self::Withheld => ("withheld", "Visas inte: vårdgivare eller enhet saknas"),
            Self::Unsupported => ("unsupported", "Lämnas inte av källan"),
        })
    }

    fn state(self, section: Section, id: &str) -> State {
        match self {
            Self::Reported => Entries::new(vec![told_apart(section, id)]).map(State::Reported).unwrap(),
            Self::StatedNone => State::StatedNone(Some(When::read("2026-11-01"))),
            Self::NothingHeld => State::NothingHeld,
            Self::Partial => {
                State::Partial { reason: Partial::Stated { text: "sida 2 av 3 saknas".into() }, entries: Vec::new() }
            }
            Self::Unanswered => State::Unanswered(Unanswered::Timeout),
            Self::NotAsked => State::NotAsked(NotAsked::NoLink),
            Self::Maintenance => State::NotAsked(NotAsked::Maintenance),
            Self::Withheld => State::Withheld(Withheld::MissingIds),
            Self::Unsupported => State::Unsupported,
        }
    }
}

/// What the entry of a source reads, in every section.
fn mark(id: &str) -> String {
    format!("uppgift från {id}")
}

fn told_apart(section: Section, id: &str) -> Entry {
    let mut entry = entry(section, id);
    let (words, concept) = (mark(id), Concept::plain(mark(id)));
    match &mut entry {
        Entry::Alert(alert) => Arc::make_mut(alert).text = words,
        Entry::CareLimit(limit) => Arc::make_mut(limit).text = words,
        Entry::Service(service) => Arc::make_mut(service).text = Some(words),
        Entry::Contact(contact) => Arc::make_mut(contact).name = Some(words),
        Entry::Medication(medication) => Arc::make_mut(medication).drug = concept,
        Entry::FunctionalAssessment(ability) => Arc::make_mut(ability).what = concept,
        Entry::Plan(plan) => Arc::make_mut(plan).title = words,
        Entry::Vaccination(dose) => {
            let dose = Arc::make_mut(dose);
            dose.vaccine = Some(concept);
            dose.date = Some(When::read(&format!("2025-1{}-04", id.len() % 2)));
        }
        Entry::Infection(infection) => Arc::make_mut(infection).what = concept,
        Entry::Consent(consent) => Arc::make_mut(consent).text = Some(words),
        Entry::Document(document) => Arc::make_mut(document).title = words,
    }
    entry
}

/// One row of the table.
struct Row {
    section: Section,
    said: [Kind; 3],
    blocked: bool,
    html: String,
}

impl Row {
    fn any(&self, test: impl Fn(Kind) -> bool) -> bool {
        self.said.iter().any(|kind| test(*kind))
    }

    fn has(&self, kind: Kind) -> bool {
        self.any(|said| said == kind)
    }

    #[track_caller]
    fn says(&self, words: &str) {
        assert!(self.html.contains(words), "{} does not say `{words}`: {}", self.name(), self.html);
    }

    #[track_caller]
    fn does_not_say(&self, words: &str) {
        assert!(!self.html.contains(words), "{} says `{words}`: {}", self.name(), self.html);
    }

    fn name(&self) -> String {
        format!("{} {:?}{}", self.section.name(), self.said, if self.blocked { " blocked" } else { "" })
    }
}

/// Every row, rendered once for all tests.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let combinations = KINDS
        .iter()
        .flat_map(|one| KINDS.iter().flat_map(move |two| KINDS.iter().map(move |three| [*one, *two, *three])));
    combinations.flat_map(|said| [false, true].into_iter().flat_map(move |blocked| rows(said, blocked))).collect()
});

fn rows(said: [Kind; 3], blocked: bool) -> Vec<Row> {
    let reader = physician();
    let elsewhere = Block::outer(ProviderId::new("SE9999000077-A001"));
    let blocks = BlockStatus::Verified(if blocked { vec![elsewhere] } else { Vec::new() });
    let mut answers: Vec<Answered> = vec![register()];
    for (id, kind) in SOURCES.into_iter().zip(said) {
        answers.push(decided(answered(id, |section| kind.state(section, id)), &reader, &blocks));
    }
    let overview = assemble(&opening(reader, blocked), &answers);
    let context = PageContext { language: Language::Swedish, ..PageContext::default() };
    let row = |section| {
        let part = if section == Section::CareLimits { FragmentId::CareLimits } else { FragmentId::Section(section) };
        Row { section, said, blocked, html: fragment(&context, &overview, part) }
    };
    Section::ALL.into_iter().map(row).collect()
}

#[test]
fn the_table_is_complete() {
    assert_eq!(TABLE.len(), 10 * 9 * 9 * 9 * 2);
}

#[test]
fn every_source_has_its_own_state_and_words_in_every_section() {
    for row in TABLE.iter() {
        for (id, kind) in SOURCES.into_iter().zip(row.said) {
            let Some((state, words)) = kind.words(row.blocked) else { continue };
            row.says(words);
            row.says(&format!("Organisation {id} (System)"));
            let line = format!("<li data-state=\"{state}\" data-source=\"{id}\"");
            assert_eq!(
                row.html.matches(&line).count(),
                1,
                "{}: {id} has not one line {state}: {}",
                row.name(),
                row.html
            );
        }
    }
}

#[test]
fn every_entry_is_on_the_page_whatever_the_other_sources_say() {
    for row in TABLE.iter() {
        for (id, kind) in SOURCES.into_iter().zip(row.said) {
            let there = row.html.contains(&mark(id));
            assert_eq!(there, kind == Kind::Reported, "{}: entry of {id}: {}", row.name(), row.html);
        }
    }
}

#[test]
fn none_is_read_only_where_a_source_said_so_and_nothing_is_blocked() {
    for row in TABLE.iter() {
        for (kind, words) in [(Kind::StatedNone, STATED_NONE), (Kind::NothingHeld, NOTHING_HELD)] {
            if row.has(kind) && !row.blocked {
                row.says(words);
            } else {
                row.does_not_say(words);
            }
        }
        if !(row.blocked && row.any(Kind::says_none)) {
            row.does_not_say(MAY_EXIST);
        }
    }
}

#[test]
fn no_section_is_ever_empty_without_a_reason() {
    for row in TABLE.iter() {
        let lines = row.html.matches("<li data-state=").count();
        let entries = SOURCES.iter().filter(|id| row.html.contains(&mark(id))).count();
        assert!(lines + entries >= 3, "{}: {}", row.name(), row.html);
    }
}

#[test]
fn silence_about_care_limits_is_a_banner_with_a_number_to_call() {
    for row in TABLE.iter().filter(|row| row.section == Section::CareLimits) {
        for (id, kind) in SOURCES.into_iter().zip(row.said) {
            let banner = format!("Kunde inte kontrolleras hos Organisation {id} (System)");
            if matches!(kind, Kind::Unanswered | Kind::Maintenance | Kind::Partial | Kind::Withheld) {
                row.says(&banner);
                let after = &row.html[row.html.find(&banner).unwrap()..];
                let end = after.find("</p>").unwrap();
                assert!(after[..end].contains("063-555 00 00"), "{}: {after}", row.name());
                row.says(CLOSING);
            } else {
                row.does_not_say(&banner);
            }
        }
    }
}

#[test]
fn no_position_is_said_exactly_when_it_is_known_of_those_who_answered() {
    for row in TABLE.iter().filter(|row| row.section == Section::CareLimits) {
        let answered = row.any(Kind::says_none);
        let doubtful = row.blocked || row.has(Kind::Reported) || row.has(Kind::Partial) || row.has(Kind::Withheld);
        if answered && !doubtful {
            row.says(NO_POSITION);
            row.says(CLOSING);
        } else {
            row.does_not_say(NO_POSITION);
        }
    }
}

#[test]
fn positions_that_differ_are_said_to_differ() {
    for row in TABLE.iter().filter(|row| row.section == Section::CareLimits) {
        let positions = row.said.iter().filter(|kind| **kind == Kind::Reported).count();
        if positions > 1 {
            row.says(&format!("Källorna skiljer sig åt: {positions} signerat av läkare"));
        } else {
            row.does_not_say("Källorna skiljer sig åt");
        }
        assert_eq!(row.html.contains("Mest begränsande"), positions > 0, "{}: {}", row.name(), row.html);
    }
}

#[test]
fn no_covid_is_said_only_when_everybody_answered_and_has_none() {
    for row in TABLE.iter().filter(|row| row.section == Section::Covid19) {
        let silent = row.any(|kind| {
            matches!(kind, Kind::Partial | Kind::Unanswered | Kind::NotAsked | Kind::Maintenance | Kind::Withheld)
        });
        if row.has(Kind::Reported) || row.blocked || silent || !row.any(Kind::says_none) {
            row.does_not_say(NO_COVID);
        } else {
            row.says(NO_COVID);
        }
    }
}
