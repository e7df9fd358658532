//! How every source answers, section by section: for everybody who is signed in, on the page and as a table.
//!
//! Not here: what is known (`service::sightings`), how it stands (`domain::standing`).
//! Invariant: nothing reads as working that was not asked; it is said what the figures cover.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    maintenance::Occasion,
    section::Section,
    source::{Source, SourceId},
    standing::Standing,
};

use crate::{
    context::PageContext,
    csv::csv,
    document,
    parts::{local_minute, phone_link},
    paths,
    state_words::problem,
    text::Texts,
    words,
};

/// One section of a source.
#[derive(Debug, Clone)]
pub struct SourceCell {
    /// Which.
    pub section: Section,
    /// How it stands for the reader.
    pub standing: Standing,
    /// When it last answered.
    pub last_answer: Option<Timestamp>,
    /// How often it was asked lately.
    pub asked: usize,
    /// How many of a hundred were answered.
    pub answered_percent: Option<u8>,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: Option<u64>,
    /// Nineteen of twenty came within so many.
    pub p95_ms: Option<u64>,
}

/// What the page shows.
#[derive(Debug)]
pub struct SourcesPage<'a> {
    /// Every source with its sections.
    pub sources: &'a [(&'a Source, Vec<SourceCell>)],
    /// When sources are worked on, now or next.
    pub work: &'a BTreeMap<SourceId, Occasion>,
    /// When this program was started.
    pub since: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// The page.
pub fn sources_page(context: &PageContext, page: &SourcesPage<'_>) -> String {
    let words = context.texts().sources;
    let cards = page.sources.iter().map(|(source, cells)| card(context, source, cells, page.work.get(&source.id)));
    let inner = view! {
        <main id="content" class="plain sources" tabindex="-1">
            <h1>{words.heading()}</h1>
            <p>{words.explained()}</p>
            <p class="quiet">{words.covers(&local_minute(page.since), &local_minute(page.now))}" "
                <a href=paths::SOURCES_CSV>{words.csv()}</a></p>
            <ul class="source-list">{cards.collect::<Vec<_>>()}</ul>
        </main>
    };
    document::page(context, words.title(), "page sources-page", inner.into_any())
}

fn card(context: &PageContext, source: &Source, cells: &[SourceCell], work: Option<&Occasion>) -> AnyView {
    let texts = context.texts();
    let phone = source.phone.as_deref().map(|number| {
        view! { <p class="quiet">{texts.sources.call()}" "{phone_link(number)}</p> }
    });
    view! {
        <li class="source-card">
            <h2>{source.label()}</h2>
            {phone}
            {work.map(|(from, until)| view! {
                <p class="quiet">{texts.sources.work(&local_minute(*from), &local_minute(*until))}</p>
            })}
            <ul>{alike(texts, cells).into_iter().map(|group| group_line(texts, &group)).collect::<Vec<_>>()}</ul>
        </li>
    }
    .into_any()
}

/// Sections of which the same is told, told once.
struct Group {
    standing: Standing,
    sections: Vec<Section>,
    told: String,
    figures: Vec<String>,
}

fn alike(texts: Texts, cells: &[SourceCell]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for cell in cells {
        let (told, figures) = (standing(texts, cell.standing), figures(texts, cell));
        match groups.iter_mut().find(|group| group.told == told && group.figures == figures) {
            Some(group) => group.sections.push(cell.section),
            None => groups.push(Group { standing: cell.standing, sections: vec![cell.section], told, figures }),
        }
    }
    groups
}

fn group_line(texts: Texts, group: &Group) -> AnyView {
    let names: Vec<&str> = group.sections.iter().map(|section| words::section(texts, *section)).collect();
    let figures = (!group.figures.is_empty()).then(|| view! { <p class="quiet">{group.figures.join(" · ")}</p> });
    view! {
        <li>
            <p class=format!("standing {}", group.standing.word())>{group.told.clone()}</p>
            <p>{names.join(", ")}</p>
            {figures}
        </li>
    }
    .into_any()
}

/// When it last answered, how often and how fast; nothing where nothing is known.
fn figures(texts: Texts, cell: &SourceCell) -> Vec<String> {
    let words = texts.sources;
    if cell.asked == 0 {
        return Vec::new();
    }
    let last =
        cell.last_answer.map_or_else(|| words.never_answered().to_owned(), |at| words.last_answer(&local_minute(at)));
    let rate = cell.answered_percent.map_or_else(
        || words.too_few().to_owned(),
        |percent| words.rate(&percent.to_string(), &cell.asked.to_string()),
    );
    let times = cell.p50_ms.zip(cell.p95_ms).map(|(half, most)| words.times(&half.to_string(), &most.to_string()));
    [Some(last), Some(rate), times].into_iter().flatten().collect()
}

/// The same as a table for other programs, a line for each section.
pub fn sources_csv(context: &PageContext, page: &SourcesPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.sources;
    let head = [
        words.organisation(),
        words.source(),
        words.section(),
        words.now(),
        words.csv_last_answer(),
        words.asked(),
        words.answered_percent(),
        words.p50(),
        words.p95(),
        words.work_from(),
        words.work_until(),
    ];
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let lines = page.sources.iter().flat_map(|(source, cells)| {
        let work = page.work.get(&source.id);
        cells.iter().map(move |cell| {
            vec![
                source.organisation_name.clone(),
                source.id.to_string(),
                cell.section.name().to_owned(),
                cell.standing.word().to_owned(),
                cell.last_answer.map(local_minute).unwrap_or_default(),
                cell.asked.to_string(),
                number(cell.answered_percent.map(u64::from)),
                number(cell.p50_ms),
                number(cell.p95_ms),
                work.map(|(from, _)| local_minute(*from)).unwrap_or_default(),
                work.map(|(_, until)| local_minute(*until)).unwrap_or_default(),
            ]
        })
    });
    csv(std::iter::once(head.map(str::to_owned).to_vec()).chain(lines))
}

fn standing(texts: Texts, standing: Standing) -> String {
    let words = texts.sources;
    match standing {
        Standing::NotEnabled => words.not_enabled().to_owned(),
        Standing::SwitchedOff { since } => words.switched_off(&local_minute(since)),
        Standing::Quarantined { since } => words.quarantined(&local_minute(since)),
        Standing::WorkedOn { until } => words.worked_on(&local_minute(until)),
        Standing::Paused { since } => words.paused(&local_minute(since)),
        Standing::Failing { why, since } => words.failing(&local_minute(since), problem(texts, why)),
        Standing::Answering => words.answering().to_owned(),
        Standing::NotAskedLately => words.not_asked_lately().to_owned(),
    }
}
