//! What was reported and what has become of it: one's own, and for administrators what their organisation answers for and what its staff have
//! reported to others.
//!
//! Invariant: what somebody has to do stands before what is done; the id of an entry is shown to the organisation that answers for its source.

use leptos::prelude::*;
use samsyn_domain::report::{About, Filed, Report, Step};

use super::{mistake, topic};
use crate::{context::PageContext, document, parts::local_minute, paths, text::Texts, words};

/// The most that are told of those that are done.
const DONE_MOST: usize = 50;

/// A report, as its reader is told of it.
#[derive(Debug)]
pub struct ReportLine<'a> {
    /// The report.
    pub filed: &'a Filed,
    /// The source's label; none when it is gone.
    pub source: Option<String>,
    /// Where its errors are told beside the portal.
    pub contact: Option<String>,
    /// The organisation that answers.
    pub to: String,
    /// The organisation that reported it.
    pub from: String,
    /// What the reader can make of it.
    pub steps: Vec<Step>,
}

/// Whose eyes a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportSide {
    /// Whoever reported it.
    Own,
    /// The organisation that answers.
    ToUs,
    /// The organisation whose staff reported it.
    FromUs,
}

/// The lists of a page.
#[derive(Debug)]
pub struct ReportLists<'a> {
    /// In the order of the page.
    pub lists: Vec<(ReportSide, Vec<ReportLine<'a>>)>,
    /// Something was done just now.
    pub saved: bool,
    /// What was to be done did not follow on what is there.
    pub stale: bool,
}

/// The page.
pub fn reports_page(context: &PageContext, page: &ReportLists<'_>) -> String {
    let context = &PageContext { path: paths::REPORTS.to_owned(), ..context.clone() };
    let texts = context.texts();
    let words = texts.reports;
    let lists = page.lists.iter().map(|(side, lines)| {
        let (id, heading, none) = match side {
            ReportSide::Own => ("own", words.own_heading(), words.own_none()),
            ReportSide::ToUs => ("to-us", words.to_us(), words.to_us_none()),
            ReportSide::FromUs => ("from-us", words.from_us(), words.from_us_none()),
        };
        view! {
            <section aria-labelledby=id>
                <h2 id=id>{heading}</h2>
                {lines.is_empty().then(|| view! { <p class="quiet">{none}</p> })}
                {list(texts, *side, lines)}
            </section>
        }
    });
    let inner = view! {
        <main id="content" class="plain administered reports" tabindex="-1">
            <h1>{words.list_heading()}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.step_saved()}</p> })}
            {page.stale.then(|| view! { <p class="form-error" role="alert">{words.step_stale()}</p> })}
            <p class="quiet">{words.list_explained()}</p>
            {lists.collect::<Vec<_>>()}
            <p><a href=paths::FEEDBACK>{texts.feedback.heading()}</a></p>
        </main>
    };
    document::page(context, words.list_title(), "page", inner.into_any())
}

fn list(texts: Texts, side: ReportSide, lines: &[ReportLine<'_>]) -> AnyView {
    let (open, done): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.filed.is_open());
    let older = done.len().saturating_sub(DONE_MOST);
    let items = |lines: &[&ReportLine<'_>]| lines.iter().map(|line| item(texts, side, line)).collect::<Vec<_>>();
    let folded = (!done.is_empty()).then(|| {
        let newest = done.get(..DONE_MOST.min(done.len())).unwrap_or_default();
        view! {
            <details>
                <summary>{texts.reports.done(&done.len().to_string())}</summary>
                <ul class="own-list">{items(newest)}</ul>
                {(older > 0).then(|| view! { <p class="quiet">{texts.reports.older(&older.to_string())}</p> })}
            </details>
        }
    });
    view! {
        {(!open.is_empty()).then(|| view! { <ul class="own-list">{items(&open)}</ul> })}
        {folded}
    }
    .into_any()
}

fn item(texts: Texts, side: ReportSide, line: &ReportLine<'_>) -> AnyView {
    let words = texts.reports;
    let report = &line.filed.report;
    let reference = Report::spoken(&report.id);
    let (what, about) = match &report.about {
        About::Entry { mistake: wrong, .. } => (mistake(texts, *wrong), entry(texts, side, line, &reference)),
        About::Portal { topic: kind, text } => {
            let said = view! { <blockquote class="own-words">{text.clone()}</blockquote> };
            (topic(texts, *kind), said.into_any())
        }
    };
    let standing = line.filed.standing();
    let told = line.filed.steps.iter().map(|taken| {
        let who = if side == ReportSide::Own || is_masked(report) { String::new() } else { taken.by.name.clone() };
        view! { <li>{words.taken(&local_minute(taken.at), step(texts, Some(taken.step)), &who)}</li> }
    });
    let buttons = line.steps.iter().map(|one| {
        view! { <button class="button secondary" type="submit" name="step" value=one.word()>{action(texts, *one)}</button>" " }
    });
    view! {
        <li data-report=report.id.clone()>
            <h3>{format!("{reference} · {what}")}</h3>
            <p class=format!("standing {}", if line.filed.is_open() { "paused" } else { "live" })>{step(texts, standing)}</p>
            {about}
            {reported(texts, side, line)}
            <ul class="plain-list quiet">{told.collect::<Vec<_>>()}</ul>
            {(!line.steps.is_empty()).then(|| view! {
                <form method="post" action=paths::REPORTS>
                    <input type="hidden" name="report" value=report.id.clone()/>
                    <input type="hidden" name="base" value=line.filed.number().to_string()/>
                    <p>{buttons.collect::<Vec<_>>()}</p>
                </form>
            })}
        </li>
    }
    .into_any()
}

/// Which entry it is. Where the reporter was not told its source, the reporter's side is not either.
fn entry(texts: Texts, side: ReportSide, line: &ReportLine<'_>, reference: &str) -> AnyView {
    let words = texts.reports;
    let About::Entry { entry, .. } = &line.filed.report.about else { return ().into_any() };
    let hidden = entry.masked && side != ReportSide::ToUs;
    let source = match &line.source {
        _ if hidden => words.masked_source().to_owned(),
        Some(label) => label.clone(),
        None => words.source_gone(entry.source.as_str()),
    };
    let id = (side == ReportSide::ToUs)
        .then(|| view! { <dt>{words.entry()}</dt><dd><code>{entry.entry.clone()}</code></dd> });
    let contact = line.contact.as_deref().filter(|_| !hidden);
    let contact = contact.map(|to| view! { <dt>{words.contact()}</dt><dd>{super::contact(to, reference)}</dd> });
    view! {
        <dl class="told">
            <dt>{words.section()}</dt><dd>{words::section(texts, entry.section)}</dd>
            <dt>{words.source()}</dt><dd>{source}</dd>
            {id}
            {contact}
        </dl>
    }
    .into_any()
}

/// Who reported it and when. A protected person's care is not told to who is asked about a record of theirs.
fn reported(texts: Texts, side: ReportSide, line: &ReportLine<'_>) -> AnyView {
    let words = texts.reports;
    let report = &line.filed.report;
    let at = local_minute(report.at);
    let by = &report.by;
    let told = match side {
        ReportSide::ToUs if is_masked(report) && report.to != by.organisation => words.reported_masked(&at),
        ReportSide::Own if is_masked(report) => words.reported_at(&at),
        ReportSide::Own => words.reported_to(&at, &line.to),
        ReportSide::FromUs if is_masked(report) => {
            words.reported_by(&at, &by.name, &by.title, by.unit.name.as_deref().unwrap_or_default())
        }
        ReportSide::FromUs => {
            let by = words.reported_by(&at, &by.name, &by.title, by.unit.name.as_deref().unwrap_or_default());
            format!("{by} {}", words.answers(&line.to))
        }
        ReportSide::ToUs => {
            let unit = [by.unit.name.as_deref().unwrap_or_default(), &line.from];
            let unit: Vec<&str> = unit.into_iter().filter(|part| !part.is_empty()).collect();
            words.reported_by(&at, &by.name, &by.title, &unit.join(", "))
        }
    };
    view! { <p class="quiet">{told}</p> }.into_any()
}

fn is_masked(report: &Report) -> bool {
    matches!(&report.about, About::Entry { entry, .. } if entry.masked)
}

/// Where a report stands.
const fn step(texts: Texts, step: Option<Step>) -> &'static str {
    let words = texts.reports;
    match step {
        None => words.unseen(),
        Some(Step::Received) => words.received(),
        Some(Step::Forwarded) => words.forwarded(),
        Some(Step::Corrected) => words.corrected(),
        Some(Step::Unchanged) => words.unchanged(),
        Some(Step::Reopened) => words.reopened(),
    }
}

/// What bringing it there is called.
const fn action(texts: Texts, step: Step) -> &'static str {
    let words = texts.reports;
    match step {
        Step::Received => words.receive(),
        Step::Forwarded => words.forward(),
        Step::Corrected => words.correct(),
        Step::Unchanged => words.leave(),
        Step::Reopened => words.reopen(),
    }
}
