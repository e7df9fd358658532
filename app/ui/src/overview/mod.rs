//! The overview page in the order of the product: person, warnings, care limits, badges, completeness, cards.
//!
//! Not here: the entries inside a card (`entries`). Invariant: the order in the source is the order on the page, at every
//! width and in every state, so that nothing jumps when an answer arrives.
//! To add a card: its section in `CARDS`.

pub(crate) mod badges;
pub(crate) mod banner;
pub(crate) mod care_limits;
pub(crate) mod completeness;
pub(crate) mod section;

use leptos::prelude::*;
use samsyn_domain::{
    access::Action,
    overview::{Identity, Overview},
    section::Section,
};

use crate::{
    Preset,
    access::strip::{blocks, ground, strip},
    context::PageContext,
    document,
    fragment::{FragmentId, fragment},
    notices::board,
    parts::{hour_minute, html},
    paths, reports,
};

/// The cards in reading order, grouped by the column they stand in on a wide screen; the last group spans the page.
pub(crate) const CARDS: [&[Section]; 4] = [
    &[Section::Contacts],
    &[Section::Medications, Section::Plans, Section::FunctionalStatus],
    &[Section::Covid19, Section::Consents, Section::Alerts],
    &[Section::Services, Section::Documents],
];

/// The page in two halves. The first holds every part, waiting or final; updates go between; the second closes the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// Doctype to the last part of the content.
    pub head_and_body_open: String,
    /// Closes the page.
    pub tail: String,
}

/// The page to be filled while it is being read. `live` marks it as still receiving updates.
pub fn overview_shell(context: &PageContext, overview: &Overview, handle: &str, live: bool) -> Shell {
    let kind = if live { "overview live" } else { "overview" };
    let frame = document::frame(context, context.texts().page.title_overview(), kind, true);
    let inner = content(context, overview, handle);
    Shell { head_and_body_open: [frame.opening, inner].concat(), tail: frame.closing.to_owned() }
}

/// The complete page.
pub fn overview_page(context: &PageContext, overview: &Overview, handle: &str) -> String {
    let shell = overview_shell(context, overview, handle, false);
    shell.head_and_body_open + &shell.tail
}

fn content(context: &PageContext, overview: &Overview, handle: &str) -> String {
    let part = |part| fragment(context, overview, part);
    let may_print = context.viewer.as_ref().is_some_and(|viewer| viewer.rights.may(Action::Print));
    let person = [
        "<div class=\"person-bar\">".to_owned(),
        part(FragmentId::Banner),
        html(may_print.then(|| print_menu(context, handle)).into_any()),
        "</div>".to_owned(),
    ]
    .concat();
    let opened = hour_minute(&overview.opened_at);
    let start = format!("<main id=\"content\" class=\"content\" tabindex=\"-1\" data-opened=\"{opened}\">");
    if overview.person.identity == Identity::Conflict {
        // The banner says so; no content is shown.
        return [person, start, "</main>".to_owned()].concat();
    }
    let columns: Vec<String> = CARDS
        .iter()
        .map(|column| {
            let cards: String = column.iter().map(|section| part(FragmentId::Section(*section))).collect();
            ["<div class=\"column\">", &cards, "</div>"].concat()
        })
        .collect();
    [
        person,
        start,
        html(board(context, true).into_any()),
        html(strip(context, overview, handle)),
        part(FragmentId::EmergencyWho),
        part(FragmentId::CareLimits),
        part(FragmentId::Badges),
        part(FragmentId::Completeness),
        html(ground(context, overview, handle)),
        html(blocks(context, overview, handle)),
        format!("<div class=\"columns\">{}</div>", columns.concat()),
        html(end(context, handle)),
        "</main>".to_owned(),
    ]
    .concat()
}

/// What the overview is not, and where what was shown before is.
fn end(context: &PageContext, handle: &str) -> AnyView {
    let texts = context.texts();
    let earlier = context.keeps_snapshots.then(|| {
        view! { " · "<a class="earlier" href=paths::snapshots(handle)>{texts.replay.link()}</a> }
    });
    let report = context.viewer.as_ref().is_some_and(|viewer| viewer.rights.may(Action::Report));
    let report = report.then(|| view! { <form id=reports::FORM method="post" action=paths::report(handle)></form> });
    let feedback = view! { " · "<a href=paths::FEEDBACK>{texts.feedback.link()}</a> };
    view! { <p class="not-replacing">{texts.completeness.not_replacing()}{earlier}{feedback}</p>{report} }.into_any()
}

/// Print is a page of its own and a logged act: forms, not links.
fn print_menu(context: &PageContext, handle: &str) -> AnyView {
    let texts = context.texts();
    let choice = |preset: Preset| {
        view! {
            <form method="post" action=paths::print(handle, preset)>
                <button class="menu-item" type="submit">
                    <strong>{preset.title(texts)}</strong><span>{preset.explained(texts)}</span>
                </button>
            </form>
        }
    };
    view! {
        <details class="menu" id="print-menu">
            <summary class="button">{texts.print.menu()}</summary>
            <div class="menu-items">{choice(Preset::Akutblad)}{choice(Preset::Lakemedelslista)}</div>
        </details>
    }
    .into_any()
}
