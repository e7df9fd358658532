//! A card: its title, the state lines of its sources in one fixed order, then its entries.
//!
//! Order: waiting → problem → withheld → stated none → nothing held → entries. Sources that say the same stand on one
//! line; what went wrong is never folded away. Not here: the words of a state (`state_words`), the entries (`entries`).
//! Invariant: every cell that is not plain entries has its words on the page.

use leptos::prelude::*;
use samsyn_domain::{
    overview::{Cell, SectionView},
    section::Section,
    state::{NotAsked, State},
};

use crate::{
    context::Sheet,
    entries,
    parts::{day, joined, phone_link},
    state_words::{self, Rank},
    text::Language,
    words,
};

/// The card fragment of a section.
pub(crate) fn card(sheet: Sheet<'_>, section: Section) -> AnyView {
    let Some(view) = sheet.overview.section(section) else { return ().into_any() };
    let id = section.name();
    let waiting = if view.is_waiting() { "card waiting" } else { "card" };
    view! {
        <section id=id class=format!("{waiting} card-{id}") aria-labelledby=format!("{id}-heading") data-section=id>
            {heading(sheet, section)}
            {state_lines(sheet, view)}
            {entries::of(sheet, view)}
        </section>
    }
    .into_any()
}

/// The title; beside an English one stands the Swedish term that staff say.
pub(crate) fn heading(sheet: Sheet<'_>, section: Section) -> AnyView {
    let title = words::section(sheet.texts, section);
    let swedish = (sheet.texts.language == Language::English)
        .then(|| words::section(crate::Texts::of(Language::Swedish), section))
        .map(|term| view! { " "<span class="term" lang="sv">{term}</span> });
    view! { <h2 id=format!("{}-heading", section.name()) class="card-title">{title}{swedish}</h2> }.into_any()
}

/// Sources that say the same.
struct Line<'a> {
    rank: Rank,
    text: String,
    cells: Vec<&'a Cell>,
}

/// The state lines of a section.
pub(crate) fn state_lines(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let texts = sheet.texts;
    let mut lines = grouped(sheet, view);
    lines.sort_by_key(|line| line.rank);
    let nobody = view.cells.is_empty() && !view.others_not_asked;
    let scope_said = view.cells.iter().any(|cell| cell.state == State::NotAsked(NotAsked::Scope));
    let others = view.others_not_asked && !scope_said;
    let (quiet, loud): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| !view.entries.is_empty() && is_quiet(line));
    view! {
        <div class="states">
            {loud.iter().map(|line| state_line(sheet, line)).collect::<Vec<_>>()}
            {quiet_lines(sheet, &quiet)}
            {others.then(|| view! { <p class="state state-not-asked">{texts.state.not_asked_scope()}</p> })}
            {view.role_limited.then(|| view! { <p class="state state-withheld">{texts.state.role_limited()}</p> })}
            {nobody.then(|| view! { <p class="state state-not-asked">{texts.state.no_source()}</p> })}
        </div>
    }
    .into_any()
}

/// Beside entries, a source that was not asked, holds nothing or never has the section needs no line of its own.
fn is_quiet(line: &Line<'_>) -> bool {
    line.cells.iter().all(|cell| {
        matches!(
            cell.state,
            State::NotAsked(
                NotAsked::NoLink | NotAsked::LinksUnreadable | NotAsked::IdentifierType | NotAsked::NotEnabled
            ) | State::NothingHeld
                | State::Unsupported
        )
    })
}

/// The quiet lines folded under one that says what they are and how many.
fn quiet_lines(sheet: Sheet<'_>, lines: &[Line<'_>]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    // On paper the head already names those who were not asked.
    let summary: Vec<String> = lines.iter().map(|line| format!("{} ({})", line.text, line.cells.len())).collect();
    if sheet.print {
        return view! { <p class="state state-quiet">{summary.join(" · ")}</p> }.into_any();
    }
    view! {
        <details class="state state-quiet">
            <summary>{summary.join(" · ")}</summary>
            {lines.iter().map(|line| state_line(sheet, line)).collect::<Vec<_>>()}
        </details>
    }
    .into_any()
}

fn grouped<'a>(sheet: Sheet<'_>, view: &'a SectionView) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for cell in &view.cells {
        let Some((text, how)) = state_words::line(sheet.texts, &cell.state) else { continue };
        let text = how.map_or(text.clone(), |how| format!("{text} ({how})"));
        match lines.iter_mut().find(|line| line.text == text) {
            Some(line) => line.cells.push(cell),
            None => lines.push(Line { rank: state_words::rank(&cell.state), text, cells: vec![cell] }),
        }
    }
    lines
}

fn state_line(sheet: Sheet<'_>, line: &Line<'_>) -> AnyView {
    let states = || line.cells.iter().map(|cell| &cell.state);
    if states().all(|state| *state == State::NotAsked(NotAsked::Scope)) {
        return view! { <p class="state state-not-asked" data-state="not-asked">{line.text.clone()}</p> }.into_any();
    }
    let fault = states().any(State::is_gap);
    let class = match line.rank {
        Rank::Problem if !fault => "state state-not-asked",
        rank => rank.class(),
    };
    let sources: Vec<AnyView> = line.cells.iter().map(|cell| source(sheet, cell, line.rank)).collect();
    let foldable = !sheet.print && !fault && line.rank > Rank::Waiting && line.cells.len() > 2;
    if foldable {
        let summary = sheet.texts.state.sources(&line.text, &line.cells.len().to_string());
        return view! { <details class=class><summary>{summary}</summary><ul class="state-sources">{sources}</ul></details> }
            .into_any();
    }
    view! {
        <div class=class>
            <p class="state-words">{icon(line.rank, fault)}{line.text.clone()}</p>
            <ul class="state-sources">{sources}</ul>
        </div>
    }
    .into_any()
}

fn icon(rank: Rank, fault: bool) -> AnyView {
    let sign = match rank {
        Rank::Waiting => "… ",
        Rank::Problem if fault => "? ",
        Rank::Withheld => "– ",
        _ => return ().into_any(),
    };
    view! { <span aria-hidden="true">{sign}</span> }.into_any()
}

/// Organisation before system; whom to call when something is missing.
fn source(sheet: Sheet<'_>, cell: &Cell, rank: Rank) -> AnyView {
    let texts = sheet.texts;
    let masked = sheet.overview.person.places_masked;
    let since = cell.failing_since.map(|at| texts.state.failing_since(&day(&samsyn_domain::time::When::Instant(at))));
    let missing = rank == Rank::Withheld || cell.state.is_gap();
    let number = cell.phone.as_ref().filter(|_| !masked && missing);
    view! {
        <li data-state=cell.state.word() data-source=(!masked).then(|| cell.source.to_string())>
            {cell.label.clone()}
            {joined([since]).map(|since| format!(" · {since}"))}
            {number.map(|number| view! { " · "{call_words(sheet, number)} })}
            {crate::parts::late_mark(texts, cell.late)}
        </li>
    }
    .into_any()
}

/// "ring 063-555 40 00", the number tappable.
pub(crate) fn call_words(sheet: Sheet<'_>, number: &str) -> AnyView {
    let words = sheet.texts.state.call("\u{0}");
    let (before, after) = words.split_once('\u{0}').unwrap_or((&words, ""));
    view! { {before.to_owned()}{phone_link(number)}{after.to_owned()} }.into_any()
}

/// Whether the section's silence may be read as "nothing": somebody has the section, every cell answered in full, nothing is
/// blocked, and nobody was left out by the viewer's choice (I4).
pub(crate) fn is_conclusive(sheet: Sheet<'_>, view: &SectionView) -> bool {
    view.cells.iter().any(|cell| cell.state != State::Unsupported)
        && view.cells.iter().all(|cell| cell.state.is_complete_answer())
        && sheet.overview.blocked_exists != Some(true)
        && !view.others_not_asked
        && !view.role_limited
}
