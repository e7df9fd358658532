//! Each state in each section: its own words, and never the words of "none" for anything else.

use samsyn_domain::{
    badge::Look,
    overview::Overview,
    section::Section,
    state::{NotAsked, Partial, State, Unanswered, Withheld},
    time::When,
};

use super::{context, sample};
use crate::{FragmentId, Language, fragment};

/// Words that say or suggest that there is nothing.
const NONE_WORDS: [&str; 5] = [
    "Källan anger: inga",
    "Ingen uppgift i denna källa",
    "Inget ställningstagande om begränsning finns",
    "Covid-19: ingen uppgift att visa",
    "Ingen uppgift att visa",
];

fn states() -> Vec<(State, &'static str, bool)> {
    let partial = |reason| State::Partial { reason, entries: Vec::new() };
    vec![
        (State::Waiting, "Väntar på svar", false),
        (State::StatedNone(None), "Källan anger: inga", true),
        (State::StatedNone(Some(When::read("2026-11-01"))), "Källan anger: inga (2026-11-01)", true),
        (State::NothingHeld, "Ingen uppgift i denna källa", true),
        (partial(Partial::Stated { text: "sida 2 saknas".into() }), "Ofullständigt svar: sida 2 saknas", false),
        (
            partial(Partial::BrokenOff { problem: Unanswered::Down }),
            "Ofullständigt svar: källan går inte att nå",
            false,
        ),
        (partial(Partial::InvalidEntries { count: 2 }), "Ofullständigt svar: 2 uppgifter gick inte att läsa", false),
        (partial(Partial::EntriesWithheld { count: 3 }), "Ofullständigt svar: 3 uppgifter visas inte", false),
        (State::Unanswered(Unanswered::Timeout), "Inget svar – uppgifter kan finnas (svarade inte i tid)", false),
        (
            State::Unanswered(Unanswered::WrongPatient),
            "Inget svar – uppgifter kan finnas (svaret gällde någon annan",
            false,
        ),
        (State::NotAsked(NotAsked::Scope), "Ej efterfrågat hos andra", false),
        (State::NotAsked(NotAsked::NoLink), "Ej efterfrågat: ingen känd koppling", false),
        (State::NotAsked(NotAsked::LinksUnreadable), "Ej efterfrågat: kopplingar kunde inte läsas", false),
        (State::NotAsked(NotAsked::NotPermitted), "Får inte hämtas på den här grunden", false),
        (State::NotAsked(NotAsked::NotInEmergency), "Får inte hämtas i nödläge", false),
        (State::NotAsked(NotAsked::NotSelected), "Inte hämtat i nödåtkomsten", false),
        (State::NotAsked(NotAsked::Maintenance), "Ej efterfrågat: planerat underhåll", false),
        (State::Withheld(Withheld::Role), "Visas inte: ingår inte i ditt uppdrag", false),
        (State::Withheld(Withheld::ProtectedPerson), "Visas inte: skyddade personuppgifter", false),
        (State::Withheld(Withheld::MissingIds), "Visas inte: vårdgivare eller enhet saknas", false),
        (State::Withheld(Withheld::MayExist), "Inget att visa. Uppgifter kan finnas som du inte får se", false),
        (State::Withheld(Withheld::BlockUnverified), "Visas inte: spärrar kunde inte kontrolleras", false),
        (State::Withheld(Withheld::IdentityConflict), "Visas inte: källorna är oense", false),
        (State::Unsupported, "Lämnas inte av källan", false),
    ]
}

fn with(section: Section, state: &State) -> Overview {
    let mut overview = sample::overview();
    overview.blocked_exists = None;
    for view in &mut overview.sections {
        if view.name == section {
            *view = sample::section(section, Vec::new(), vec![sample::cell(sample::VIVA, state.clone())]);
        }
    }
    overview
}

fn part(section: Section) -> FragmentId {
    if section == Section::CareLimits { FragmentId::CareLimits } else { FragmentId::Section(section) }
}

#[test]
fn each_state_has_its_own_words_in_each_section_and_only_none_reads_as_none() {
    for section in Section::ALL {
        for (state, words, says_none) in states() {
            let overview = with(section, &state);
            let html = fragment(&context(Language::Swedish), &overview, part(section));
            assert!(html.contains(words), "{section:?} {state:?} does not say {words}: {html}");
            if !says_none && state != State::Unsupported {
                for none in NONE_WORDS {
                    assert!(!html.contains(none), "{section:?} {state:?} says {none}: {html}");
                }
            }
            let named = html.contains("Fjällnäs kommun (Viva)");
            assert_eq!(named, state != State::NotAsked(NotAsked::Scope), "{section:?} {state:?}");
        }
    }
}

#[test]
fn state_lines_come_in_one_order() {
    let cells = vec![
        sample::cell(sample::COSMIC, State::NothingHeld),
        sample::cell(sample::LIFECARE, State::StatedNone(None)),
        sample::cell(sample::NATIONAL, State::Withheld(Withheld::Role)),
        sample::cell(sample::VIVA, State::Unanswered(Unanswered::Down)),
        sample::cell(sample::ASGARDEN, State::Waiting),
    ];
    let mut overview = sample::overview();
    for view in &mut overview.sections {
        if view.name == Section::Plans {
            let entries = std::mem::take(&mut view.entries);
            *view = sample::section(Section::Plans, entries, cells.clone());
        }
    }
    let html = fragment(&context(Language::Swedish), &overview, FragmentId::Section(Section::Plans));
    let order =
        ["Väntar på svar", "Inget svar", "Visas inte", "Källan anger: inga", "Ingen uppgift i denna", "SIP 2026"];
    let places: Vec<usize> = order.iter().map(|words| html.find(words).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_problem_is_never_folded_away_even_when_many_sources_share_it() {
    let problem = State::Unanswered(Unanswered::Timeout);
    let cells = [sample::COSMIC, sample::LIFECARE, sample::NATIONAL, sample::VIVA]
        .map(|who| sample::cell(who, problem.clone()));
    let mut overview = sample::overview();
    for view in &mut overview.sections {
        *view = sample::section(view.name, Vec::new(), cells.to_vec());
    }
    let html = fragment(&context(Language::Swedish), &overview, FragmentId::Section(Section::Plans));
    assert!(!html.contains("<details"), "{html}");
    assert_eq!(html.matches("data-state=\"unanswered\"").count(), 4, "{html}");
}

#[test]
fn no_position_is_said_only_of_sources_that_answered_and_when_nothing_is_blocked() {
    let words = "Inget ställningstagande om begränsning finns i de källor som svarat";
    let page = |overview: &Overview| fragment(&context(Language::Swedish), overview, FragmentId::CareLimits);
    let mut overview = with(Section::CareLimits, &State::NothingHeld);
    assert!(page(&overview).contains(words));
    assert!(page(&overview).contains("HLR påbörjas"));
    overview.blocked_exists = Some(true);
    assert!(!page(&overview).contains(words));
}

#[test]
fn each_badge_look_has_its_own_words_and_only_plain_ones_are_collapsed() {
    let html = fragment(&context(Language::Swedish), &sample::overview(), FragmentId::Badges);
    // Who is silent stands in a span of its own: a phone shows the word alone.
    let html = html.replace("<span class=\"badge-who\">", "");
    for words in [
        "pågår, besök 2026-11-19",
        "pågår sedan 2026-02-01",
        "Nyligen: avslutad 2026-11-07",
        "okänt: Fjällnäs kommun (Viva) svarar inte fullt",
        "Ej efterfrågat:",
        "Ingen uppgift att visa:",
        "Nyligen = sedan 2026-08-21",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let pills = html.matches("class=\"badge ").count();
    let lit = sample::overview().badges.iter().filter(|b| !matches!(b.look, Look::None | Look::NotAsked)).count();
    assert_eq!(pills, lit);
    assert_eq!(html.matches("data-look=").count(), sample::overview().badges.len());
}

#[test]
fn sources_of_others_are_neither_named_nor_counted_when_not_asked_by_choice() {
    let mut overview = with(Section::Plans, &State::NotAsked(NotAsked::Scope));
    for view in &mut overview.sections {
        view.others_not_asked = true;
    }
    let html = fragment(&context(Language::Swedish), &overview, FragmentId::Section(Section::Plans));
    assert_eq!(html.matches("Ej efterfrågat hos andra").count(), 1, "{html}");
    assert!(!html.contains("data-source"), "{html}");
}
