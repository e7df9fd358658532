//! Which producers the staff of an organisation are shown, section by section, for its administrator to change.
//!
//! Three forms of one page: the choices, the changes to confirm with a reason and a time, the former versions. Not here: who may see the
//! page and what holds (`service::enablement`).
//! Invariant: nothing is saved that was not listed in words first; what was chosen stands there again after a refusal; what is planned is
//! told with its time.

mod edit;
mod review;

use jiff::{Timestamp, civil::DateTime};
use leptos::prelude::*;
use samsyn_domain::{
    enablement::Enablement,
    plan::is_register,
    section::Section,
    source::{Source, SourceId},
};

use crate::{context::PageContext, document, review::nav, text::Texts, words};

/// Which form of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnablementStep {
    /// Boxes.
    Edit,
    /// What would change, to be confirmed.
    Review,
}

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnablementProblem {
    /// Somebody else saved meanwhile.
    Stale,
    /// Everything is as it was.
    Unchanged,
    /// No reason, or one that is too long.
    Reason,
    /// The time is past, or cannot be read.
    Time,
    /// The time is too far ahead.
    TooFarAhead,
}

/// A version that has been saved.
#[derive(Debug, Clone)]
pub struct EnablementLine {
    /// 1, 2, 3 …
    pub number: u32,
    /// From when.
    pub from: Timestamp,
    /// When it was decided.
    pub at: Timestamp,
    /// By whom: name and title.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What the page shows.
#[derive(Debug)]
pub struct EnablementPage<'a> {
    /// Name of the organisation.
    pub organisation: &'a str,
    /// Everything that is configured.
    pub sources: &'a [Source],
    /// Newest first. Empty while nothing has been decided.
    pub versions: &'a [EnablementLine],
    /// Number of the version that holds; 0 is everything that is configured.
    pub holds: u32,
    /// What holds.
    pub current: &'a Enablement,
    /// What is chosen.
    pub chosen: &'a Enablement,
    /// Which form.
    pub step: EnablementStep,
    /// As typed.
    pub reason: &'a str,
    /// As typed: `2026-12-01T00:00`, empty for at once.
    pub from: &'a str,
    /// Now, for the earliest time that can be chosen.
    pub now: DateTime,
    /// Why the last attempt saved nothing.
    pub problem: Option<EnablementProblem>,
    /// A change has just been saved.
    pub saved: bool,
}

impl EnablementPage<'_> {
    /// Number of the newest version, whether it has begun or not.
    fn base(&self) -> u32 {
        self.versions.first().map_or(0, |version| version.number)
    }

    /// The newest version, when it has not begun.
    fn planned(&self) -> Option<&EnablementLine> {
        self.versions.first().filter(|version| version.number != self.holds)
    }

    fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }
}

/// Name of a box in the form, e.g. `viva-storsjo-hsl.care-limits`.
pub fn enablement_field(source: &Source, section: Section) -> String {
    format!("{}.{}", source.id, section.name())
}

/// The page.
pub fn enablement_page(context: &PageContext, page: &EnablementPage<'_>) -> String {
    let words = context.texts().enablement;
    let inner = view! {
        <main id="content" class="plain enablement" tabindex="-1">
            {nav(context)}
            <h1>{words.heading(page.organisation)}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {page.problem.map(|problem| problem_box(context.texts(), problem))}
            {match page.step {
                EnablementStep::Edit => edit::edit(context, page),
                EnablementStep::Review => review::review(context, page),
            }}
        </main>
    };
    document::page(context, words.title(), "page enablement-page", inner.into_any())
}

fn problem_box(texts: Texts, problem: EnablementProblem) -> AnyView {
    let words = texts.enablement;
    let text = match problem {
        EnablementProblem::Stale => words.problem_stale(),
        EnablementProblem::Unchanged => words.problem_unchanged(),
        EnablementProblem::Reason => words.problem_reason(),
        EnablementProblem::Time => words.problem_time(),
        EnablementProblem::TooFarAhead => words.problem_too_far_ahead(),
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

/// Sources that hold records, with the sections they have.
fn choices<'a>(page: &'a EnablementPage<'_>) -> impl Iterator<Item = &'a Source> {
    page.sources.iter().filter(|source| !is_register(source))
}

/// What is switched on and off, one line for each source and direction.
fn changes(context: &PageContext, page: &EnablementPage<'_>) -> Vec<String> {
    let texts = context.texts();
    let all = page.current.changes(page.chosen);
    let mut lines: Vec<(SourceId, bool, Vec<&str>)> = Vec::new();
    for (source, section, enabled) in all {
        let name = words::section(texts, section);
        match lines.iter_mut().find(|(id, on, _)| *id == source && *on == enabled) {
            Some((_, _, names)) => names.push(name),
            None => lines.push((source, enabled, vec![name])),
        }
    }
    let told = |(id, enabled, names): (SourceId, bool, Vec<&str>)| {
        let label = page.source(&id).map_or_else(|| id.to_string(), Source::label);
        let names = names.join(", ");
        let words = texts.enablement;
        if enabled { words.gains(&label, &names) } else { words.loses(&label, &names) }
    };
    lines.into_iter().map(told).collect()
}
