//! Whole pages: order, escaping, titles, print, late answers, identity.

use std::sync::Arc;

use samsyn_domain::{
    entry::{CareLimit, Entry, Service, ServiceEvent},
    identifier::IdentifierError,
    overview::{Identity, Overview},
    provenance::{Provenance, Signing},
    section::Section,
    state::{State, Unanswered, Withheld},
    time::When,
    vocabulary::{AuthorKind, EventKind},
};

use super::{context, sample};
use crate::{
    FragmentId, Kept, Language, Preset, SearchForm, UserError, error_page, fragment, fragment_update, overview_page,
    overview_shell, print_page, script, search_page, sign_in_page, signed_out_page, stylesheet,
};

fn page(overview: &Overview) -> String {
    overview_page(&context(Language::Swedish), overview, "handtag")
}

fn replace(overview: &mut Overview, section: Section, entry: &samsyn_domain::overview::ShownEntry) {
    for view in &mut overview.sections {
        if view.name == section {
            *view = sample::section(section, vec![entry.clone()], Vec::new());
        }
    }
}

#[test]
fn the_page_keeps_the_order_of_the_product() {
    let html = page(&sample::overview());
    let order = [
        "Elsa Demosson",
        "Överkänslighet penicillin: livshotande",
        "Källorna skiljer sig åt: 1 signerat av läkare, 1 osignerat",
        "Kunde inte kontrolleras hos Fjällnäs kommun (Viva)",
        "Läkares ställningstagande, signerat 2026-10-02, omprövat 2026-11-01",
        "Ingen HLR. Ingen IVA-vård.",
        "Osignerat · Ej läkares ställningstagande",
        "Hemsjukvård",
        "4 av 5 källor har svarat",
        "Kontakter – ring nu",
        "Översikten ersätter inte journalen",
    ];
    let mut from = 0;
    for words in order {
        let at = html.get(from..).unwrap().find(words).unwrap_or_else(|| panic!("{words} is missing or out of order"));
        from += at;
    }
}

#[test]
fn covid_is_said_to_be_unknown_only_where_a_source_is_silent() {
    let card = |state: State| {
        let mut overview = sample::overview();
        for view in overview.sections.iter_mut().filter(|view| view.name == Section::Covid19) {
            *view = sample::section(view.name, Vec::new(), vec![sample::cell(sample::COSMIC, state.clone())]);
        }
        fragment(&context(Language::Swedish), &overview, FragmentId::Section(Section::Covid19))
    };
    let unknown = "Covid-19: okänt";
    assert!(card(State::Unanswered(Unanswered::Timeout)).contains(unknown));
    let withheld = card(State::Withheld(Withheld::Role));
    assert!(!withheld.contains(unknown) && !withheld.contains("Covid-19: ingen uppgift"), "{withheld}");
    assert!(withheld.contains("state-withheld"), "the reason stands there: {withheld}");
}

#[test]
fn what_happens_without_a_position_is_told_to_all_who_may_know_of_care_limits() {
    let card = |states: Vec<State>| {
        let mut overview = sample::overview();
        for view in overview.sections.iter_mut().filter(|view| view.name == Section::CareLimits) {
            let cells = states.iter().map(|state| sample::cell(sample::COSMIC, state.clone())).collect();
            *view = sample::section(view.name, Vec::new(), cells);
        }
        fragment(&context(Language::Swedish), &overview, FragmentId::CareLimits)
    };
    let words = "Saknas dokumenterat ställningstagande";
    for states in [vec![], vec![State::Unsupported], vec![State::NothingHeld, State::Withheld(Withheld::Role)]] {
        assert!(card(states.clone()).contains(words), "{states:?}");
    }
    assert!(!card(vec![State::Unsupported, State::Withheld(Withheld::Role)]).contains(words));
}

#[test]
fn of_many_visits_the_nearest_stand_on_the_card_and_nothing_unusual_is_folded() {
    let event = |kind: EventKind, at: String, text: &str| ServiceEvent {
        kind,
        at: When::read(&at),
        text: Some(text.to_owned()),
    };
    let visit = |day: i8| {
        let kind = if day <= 21 { EventKind::Visit } else { EventKind::PlannedVisit };
        event(kind, format!("2026-11-{day:02}T08:00:00"), &format!("besöket den {day}"))
    };
    let mut events: Vec<ServiceEvent> = (16..=26).map(visit).collect();
    events.push(event(EventKind::Note, "2026-11-17".into(), "ingen öppnade"));
    events.push(event(EventKind::Visit, "i går".into(), "utan läsbar tid"));
    let html = |events: Vec<ServiceEvent>| {
        let mut overview = sample::overview();
        let services = overview.sections.iter().find(|view| view.name == Section::Services);
        let mut shown = services.unwrap().entries.first().unwrap().clone();
        let Entry::Service(service) = &shown.entry else { panic!("not a service") };
        let service = Service { events, ..Service::clone(service) };
        shown.entry = Entry::Service(Arc::new(service));
        replace(&mut overview, Section::Services, &shown);
        page(&overview)
    };
    let screen = html(events.clone());
    let (above, folded) = screen.split_once("Alla händelser (13)").expect("a fold that says how many");
    for near in
        ["besöket den 20", "besöket den 21", "besöket den 22", "besöket den 23", "ingen öppnade", "utan läsbar tid"]
    {
        assert!(above.contains(near), "{near}");
    }
    for far in ["besöket den 19", "besöket den 24", "besöket den 16"] {
        assert!(!above.contains(far) && folded.contains(far), "{far}");
    }
    events.truncate(8);
    assert!(!html(events).contains("Alla händelser"), "a few are all shown");
}

#[test]
fn no_title_names_the_patient_in_any_language() {
    for language in Language::ALL {
        let context = context(language);
        let overview = sample::overview();
        let pages = [
            overview_page(&context, &overview, "handtag"),
            print_page(&context, &overview, Preset::Akutblad, "handtag", &sample::now(), "Maja Lind"),
        ];
        for html in pages {
            let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
            assert!(title.contains("Samsyn"), "{title}");
            assert!(!title.contains("Elsa") && !title.contains("1938"), "{title}");
        }
    }
}

#[test]
fn markup_in_a_sources_text_appears_as_characters() {
    let hostile = "<script>alert(1)</script><img src=x onerror='y'>\"&<!>";
    let mut overview = sample::overview();
    overview.person.name = Some(hostile.into());
    overview.person.interpreter_language = Some(hostile.into());
    let limit = CareLimit { text: hostile.into(), grounds: Some(hostile.into()), ..sample::limit() };
    let mut shown = sample::shown(sample::VIVA, Entry::CareLimit(Arc::new(limit)));
    shown.label = hostile.into();
    replace(&mut overview, Section::CareLimits, &shown);
    let mut document = sample::sections::document(hostile);
    document.title = hostile.into();
    document.provenance.link = Some("javascript:alert(1)".into());
    replace(&mut overview, Section::Documents, &sample::shown(sample::COSMIC, Entry::Document(Arc::new(document))));
    let html = page(&overview);
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(!html.contains("<img"), "{html}");
    assert!(!html.contains("javascript:"), "{html}");
    assert!(html.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count() >= 5);
}

#[test]
fn an_attribute_cannot_be_broken_out_of() {
    let hostile = "\" autofocus onfocus=\"alert(1)";
    let form = SearchForm { typed: Some(hostile.into()), ..SearchForm::default() };
    let html = search_page(&context(Language::Swedish), &form);
    assert!(!html.contains("onfocus=\"alert"), "{html}");
}

#[test]
fn what_was_mistyped_is_written_back_and_a_number_somebody_can_have_is_not() {
    let show = |typed: &str| {
        let error = Some(UserError::NotAnIdentifier(IdentifierError::CheckDigit));
        let form = SearchForm { value_error: error, typed: Some(typed.into()), ..SearchForm::default() };
        search_page(&context(Language::Swedish), &form)
    };
    for mistyped in ["19381107-2380", "193811072380", "381107-2380", "1938-hej"] {
        let page = show(mistyped);
        assert!(page.contains("Kontrollsiffran stämmer inte"));
        assert!(page.contains(&format!("value=\"{mistyped}\"")) && page.contains("autocomplete=\"off\""), "{mistyped}");
    }
    for right in ["19381107-2382", "193811072382"] {
        assert!(!show(right).contains("2382"), "{right}");
    }
}

#[test]
fn both_print_pages_carry_whose_who_when_and_how_complete() {
    for preset in Preset::ALL {
        let html = print_page(
            &context(Language::Swedish),
            &sample::overview(),
            preset,
            "handtag",
            &sample::now(),
            "Maja Lind",
        );
        let head = html.split_once("<thead>").unwrap().1.split_once("</thead>").unwrap().0;
        for words in [
            "Elsa Demosson",
            "19381107-2382",
            "Ögonblicksbild – kontrollera på nytt",
            "Utskrivet 2026-11-21 14:02:00 av Maja Lind",
            "4 av 5 källor har svarat",
            "Har inte svarat: Fjällnäs kommun (Viva)",
        ] {
            assert!(head.contains(words), "{preset:?} lacks {words}: {head}");
        }
        assert!(!html.contains("<details"), "nothing is folded on paper");
    }
}

#[test]
fn the_medication_list_says_that_it_is_not_an_order_and_shows_no_care_limit() {
    let html = print_page(
        &context(Language::Swedish),
        &sample::overview(),
        Preset::Lakemedelslista,
        "handtag",
        &sample::now(),
        "Maja Lind",
    );
    assert!(html.contains("Ej ordinationshandling"));
    assert!(html.contains("Furosemid 40 mg"));
    assert!(!html.contains("Ingen HLR"));
}

#[test]
fn only_a_signed_physicians_position_looks_like_one() {
    let kinds = AuthorKind::KNOWN.iter().flat_map(|kind| {
        [Signing::Unsigned, Signing::NotStated, Signing::Signed { at: None, by: None }]
            .map(|signing| (kind.clone(), signing))
    });
    for (kind, signing) in kinds {
        let genuine = kind == AuthorKind::Physician && matches!(signing, Signing::Signed { .. });
        let provenance = Provenance { signing, ..Provenance::new("x") };
        let limit = CareLimit { author_kind: kind.clone(), provenance, ..sample::limit() };
        let mut overview = sample::overview();
        replace(&mut overview, Section::CareLimits, &sample::shown(sample::VIVA, Entry::CareLimit(Arc::new(limit))));
        let html = fragment(&context(Language::Swedish), &overview, FragmentId::CareLimits);
        assert_eq!(html.contains("position-signed"), genuine, "{kind:?}");
        assert_eq!(html.contains("Läkares ställningstagande, signerat"), genuine, "{kind:?}");
    }
}

#[test]
fn when_sources_disagree_on_identity_no_content_is_shown() {
    let mut overview = sample::overview();
    overview.person.identity = Identity::Conflict;
    let html = page(&overview);
    assert!(html.contains("Källorna är oense"));
    for words in ["Elsa Demosson", "Ingen HLR", "Furosemid", "Hemsjukvården norr, "] {
        assert!(!html.contains(words), "{words}");
    }
    let print = print_page(&context(Language::Swedish), &overview, Preset::Akutblad, "handtag", &sample::now(), "Maja");
    assert!(!print.contains("Ingen HLR"));
}

#[test]
fn blocked_information_is_mentioned_only_when_it_may_be_known() {
    let mut overview = sample::overview();
    assert!(page(&overview).contains("Spärrade uppgifter finns"));
    overview.blocked_exists = None;
    assert!(!page(&overview).contains("Spärr"));
}

#[test]
fn whatever_is_seen_out_of_a_lifted_block_says_so_in_every_section_and_the_page_once() {
    let mut overview = sample::overview();
    let with_mark = |overview: &Overview, name| {
        let part = if name == Section::CareLimits { FragmentId::CareLimits } else { FragmentId::Section(name) };
        fragment(&context(Language::Swedish), overview, part).contains("ur hävd spärr")
    };
    let filled: Vec<Section> =
        overview.sections.iter().filter(|view| !view.entries.is_empty()).map(|view| view.name).collect();
    assert!(filled.len() > 5, "{filled:?}");
    assert!(filled.iter().all(|name| !with_mark(&overview, *name)));
    assert!(!page(&overview).contains("hävd inre spärr"));
    overview.block_lifted = true;
    overview.sections.iter_mut().flat_map(|view| &mut view.entries).for_each(|shown| shown.lifted = true);
    for name in filled {
        assert!(with_mark(&overview, name), "{name:?}");
    }
    assert_eq!(page(&overview).matches("hävd inre spärr").count(), 1);
}

#[test]
fn a_late_care_limit_is_announced_at_the_top() {
    let mut overview = sample::overview();
    assert!(!page(&overview).contains("En vårdbegränsning kom sent"));
    let mut shown = sample::shown(sample::VIVA, Entry::CareLimit(Arc::new(sample::limit())));
    shown.late = true;
    replace(&mut overview, Section::CareLimits, &shown);
    let banner = fragment(&context(Language::Swedish), &overview, FragmentId::Banner);
    assert!(banner.contains("En vårdbegränsning kom sent"));
    assert!(fragment(&context(Language::Swedish), &overview, FragmentId::CareLimits).contains("Kom sent"));
}

#[test]
fn every_fragment_is_one_element_with_its_own_id() {
    for part in FragmentId::all() {
        for overview in [sample::overview(), super::waiting::waiting()] {
            let html = fragment(&context(Language::Swedish), &overview, part);
            let start = format!("<section id=\"{}\"", part.dom_id());
            assert!(html.starts_with(&start) && html.ends_with("</section>"), "{part:?}: {html}");
            assert_eq!(html.matches("<section").count(), 1, "{part:?}");
            let whole = overview_page(&context(Language::Swedish), &overview, "handtag");
            assert!(whole.contains(&html), "{part:?} differs between the page and its update");
        }
    }
}

#[test]
fn an_update_is_inert_until_it_is_complete() {
    let html =
        fragment_update(&context(Language::Swedish), FragmentId::CareLimits, "<section id=\"care-limits\"></section>");
    assert!(html.starts_with("<template data-for=\"care-limits\" data-of=\"\""));
    assert!(html.trim_end().ends_with("</template><samsyn-swap hidden></samsyn-swap>"));
    assert!(html.contains("Uppdaterat: Vårdbegränsningar"));
}

#[test]
fn the_shell_and_its_tail_are_the_whole_page() {
    let context = context(Language::English);
    let shell = overview_shell(&context, &sample::overview(), "handtag", false);
    assert_eq!(shell.head_and_body_open + &shell.tail, overview_page(&context, &sample::overview(), "handtag"));
}

#[test]
fn nothing_inline_runs_or_styles_and_every_script_carries_the_nonce() {
    for html in [
        page(&sample::overview()),
        sign_in_page(&context(Language::Swedish)),
        signed_out_page(&context(Language::Swedish)),
    ] {
        assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"), "{html}");
        assert_eq!(html.matches("<script").count(), html.matches("nonce=\"n0nce\"").count());
        assert!(html.contains("<html lang=\"sv\">"));
    }
}

#[test]
fn ids_on_the_overview_are_unique() {
    let html = page(&sample::overview());
    let outside: String = html
        .split("<template")
        .enumerate()
        .map(|(index, part)| if index == 0 { part } else { part.split_once("</template>").unwrap().1 })
        .collect();
    let mut ids: Vec<&str> = outside.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}

#[test]
fn error_pages_say_what_happened_what_it_means_and_what_to_do_without_a_patient() {
    let not_allowed = UserError::NotAllowed { capability: "läkemedel".into(), who_can_grant: "MAS i Storsjö".into() };
    for error in [
        UserError::UnknownPatient,
        UserError::OtherSession,
        UserError::DatabaseUnavailable,
        UserError::LogUnavailable,
        UserError::RegisterUnavailable,
        UserError::Registration(Kept::Yes),
        UserError::Registration(Kept::No),
        UserError::Registration(Kept::Unclear),
        UserError::TooLarge,
        UserError::SessionOverWriting { kept: true },
        UserError::SessionOverWriting { kept: false },
        UserError::SignInCancelled,
        UserError::SignInVoid,
        UserError::NotAnIdentifier(IdentifierError::Length),
        UserError::Internal { reference: "a1b2".into() },
        not_allowed,
    ] {
        for language in Language::ALL {
            let html = error_page(&context(language), &error);
            assert!(html.contains(&format!("data-error=\"{}\"", error.code())), "{error:?}");
            assert_eq!(html.matches("<dt>").count(), 3, "{error:?}");
            assert!((400..600).contains(&error.status()));
        }
    }
}

#[test]
fn the_script_is_small_and_speaks_no_language_of_its_own() {
    assert!(script().len() < 6 * 1024, "{} bytes", script().len());
    let code: String = script().lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    assert!(code.is_ascii(), "Swedish belongs in the locale files");
}

#[test]
fn colours_are_named_only_in_the_tokens() {
    let after_tokens = stylesheet().split_once("/* Elements as they are").unwrap().1;
    let hex =
        after_tokens.split('#').skip(1).filter(|rest| rest.chars().take(3).all(|c| c.is_ascii_hexdigit())).count();
    assert_eq!(hex, 0);
}
