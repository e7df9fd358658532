//! Statistics of an organisation's use, without persons: tables with bars, and the same as CSV.
//!
//! Not here: counting, and what may be told of small counts (`domain::statistics`).
//! Invariant: every bar stands beside its number, and what is hidden says so in words; nothing is told that the log does not hold.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    review::{Period, PeriodRefusal},
    statistics::{Count, Reached, SMALLEST_TOLD, SOURCE_SMALLEST, SourceUse, Statistics, Tally, parts},
    time::sweden,
};

use crate::{
    access::Typed,
    context::PageContext,
    csv::csv,
    document,
    logged::{self, LogNames},
    paths,
    review::{LogOwner, days, nav, period_words},
    text::Texts,
    words as names,
};

/// Days of the period that the form proposes.
const DAYS_BACK: i64 = 30;

/// What the page shows.
#[derive(Debug)]
pub struct StatisticsPage<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// The page's now.
    pub now: Timestamp,
    /// The counts of a period; none before one was chosen.
    pub counted: Option<(Period, &'a Statistics)>,
    /// Names of sources.
    pub names: &'a LogNames,
    /// Why nothing was counted.
    pub problem: Option<PeriodRefusal>,
    /// What the form said.
    pub typed: &'a Typed,
}

/// A figure with its name.
struct Row {
    name: String,
    told: Told,
}

/// A figure as it is told.
#[derive(Clone, Copy)]
enum Told {
    Count(Count),
    Percent(u64),
    Milliseconds(u64),
    /// Too few to tell of, or none was measured.
    TooFew,
}

impl Told {
    /// How long its bar is beside others of its kind, and of how much; none has none.
    const fn bar(self) -> Option<(u64, Option<u64>)> {
        match self {
            Self::Count(Count::Told(count)) => Some((count, None)),
            Self::Percent(percent) => Some((percent, Some(100))),
            _ => None,
        }
    }
}

/// Figures of one kind.
struct Block {
    id: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

/// The page.
pub fn statistics_page(context: &PageContext, page: &StatisticsPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.statistics;
    let counted = page.counted.map(|(period, statistics)| counted(context, page, period, statistics));
    let problem = page.problem.map(|problem| {
        let text = period_words(texts, problem);
        view! {
            <div class="form-error" role="alert" id="statistics-error"><h2>{words.problem()}</h2><p>{text}</p></div>
        }
    });
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <h1>{words.heading()}</h1>
            <p>{page.owner.said(context)}</p>
            {problem}
            {form(context, page)}
            {counted}
            <p class="quiet">{words.explained(&SMALLEST_TOLD.to_string())}" "{words.latency_explained(&SOURCE_SMALLEST.to_string())}</p>
            <p class="quiet">{words.logged(page.owner.provider)}</p>
        </main>
    };
    document::page(context, words.title(), "page review-page", inner.into_any())
}

fn form(context: &PageContext, page: &StatisticsPage<'_>) -> AnyView {
    let texts = context.texts();
    let today = page.now.to_zoned(sweden()).date();
    let back = today.saturating_sub(jiff::Span::new().days(DAYS_BACK));
    let date = |name: &'static str, label: &'static str, proposed: jiff::civil::Date| {
        let value = page.typed.get(name).cloned().unwrap_or_else(|| proposed.to_string());
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="date" required max=today.to_string() value=value
                    aria-describedby=page.problem.map(|_| "statistics-error")/>
            </div>
        }
    };
    view! {
        <form method="get" action=paths::STATISTICS>
            <div class="fields">
                {date("from", texts.review.from(), back)}
                {date("to", texts.review.to(), today)}
            </div>
            <p class="access-links">
                <button class="button" type="submit">{texts.statistics.count()}</button>
                <button class="button secondary" type="submit" name="form" value="csv">{texts.review.csv()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn counted(context: &PageContext, page: &StatisticsPage<'_>, period: Period, statistics: &Statistics) -> AnyView {
    let texts = context.texts();
    let blocks = blocks(texts, page.names, statistics);
    let all = blocks.into_iter().map(|block| drawn(texts, &block)).collect::<Vec<_>>();
    view! { <p><strong>{days(context, period)}</strong></p>{all} }.into_any()
}

fn drawn(texts: Texts, block: &Block) -> AnyView {
    let words = texts.statistics;
    if block.rows.is_empty() {
        return view! { <h2>{block.title}</h2><p>{words.nothing()}</p> }.into_any();
    }
    let most = block.rows.iter().filter_map(|row| row.told.bar()).map(|(length, _)| length).max().unwrap_or(0).max(1);
    let row = |row: &Row| {
        // Percent of the longest bar: a whole number, so that it is written the same everywhere.
        let width = row.told.bar().map_or(0, |(length, of)| length.saturating_mul(100) / of.unwrap_or(most));
        view! {
            <tr>
                <th scope="row">{row.name.clone()}</th>
                <td class="number">{said(texts, row.told)}</td>
                <td class="count-bar" aria-hidden="true">
                    <svg viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">
                        <rect width=width.to_string() height="10"></rect>
                    </svg>
                </td>
            </tr>
        }
    };
    view! {
        <section aria-labelledby=block.id>
            <h2 id=block.id>{block.title}</h2>
            <table class="counts">
                <thead class="visually-hidden">
                    <tr><th scope="col">{words.what()}</th><th scope="col">{words.number()}</th><td></td></tr>
                </thead>
                <tbody>{block.rows.iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn said(texts: Texts, told: Told) -> String {
    let words = texts.statistics;
    match told {
        Told::Count(Count::Told(count)) => count.to_string(),
        Told::Count(Count::Hidden) | Told::TooFew => words.hidden().to_owned(),
        Told::Percent(percent) => words.percent(&percent.to_string()),
        Told::Milliseconds(ms) => words.milliseconds(&ms.to_string()),
    }
}

fn blocks(texts: Texts, log_names: &LogNames, all: &Statistics) -> Vec<Block> {
    let words = texts.statistics;
    let row = |name: &str, count: Count| Row { name: name.to_owned(), told: Told::Count(count) };
    let [on_screen, on_paper] = *parts(&[&all.overviews, &all.prints]) else { return Vec::new() };
    let uses = vec![
        row(words.readers(), all.readers()),
        row(words.openings(), all.openings.alone()),
        row(words.overviews(), on_screen),
        row(words.prints(), on_paper),
    ];
    let reached = parts(&all.reached.values().collect::<Vec<&Tally>>());
    let reached = all.reached.keys().zip(reached).map(|(one, count)| row(reached_words(texts, *one), count));
    let sections = all.shown.iter().map(|(section, split)| row(names::section(texts, *section), split.of_total()));
    let withheld = all.withheld.iter().filter(|(_, split)| !split.is_empty()).map(|(why, split)| {
        row(logged::why_withheld(texts, *why).unwrap_or_else(|| words.not_stated()), split.of_total())
    });
    let sources =
        all.sources.iter().flat_map(|(source, uses)| of_source(texts, &log_names.source(texts, source), uses));
    let mut registered = vec![row(words.emergencies(), all.emergencies.alone())];
    registered.extend(all.registered.iter().map(|(kind, count)| {
        row(logged::registered(texts, kind).unwrap_or_else(|| words.not_stated()), count.alone())
    }));
    vec![
        Block { id: "use", title: words.uses(), rows: uses },
        Block { id: "reached", title: words.reached(), rows: reached.collect() },
        Block { id: "sections", title: words.sections(), rows: sections.collect() },
        Block { id: "registered", title: words.registered(), rows: registered },
        Block { id: "withheld", title: words.withheld(), rows: withheld.collect() },
        Block { id: "sources", title: words.sources(), rows: sources.collect() },
    ]
}

/// How a source answers, in shares and times.
fn of_source(texts: Texts, label: &str, uses: &SourceUse) -> [Row; 4] {
    let words = texts.statistics;
    let rate = uses.rate();
    let latency = rate.and_then(|rate| rate.latency);
    let percent = |percent: Option<u64>| percent.map_or(Told::TooFew, Told::Percent);
    let time = |ms: Option<u64>| ms.map_or(Told::TooFew, Told::Milliseconds);
    [
        Row { name: words.source_answered(label), told: percent(rate.map(|rate| rate.answered_percent)) },
        Row { name: words.source_late(label), told: percent(rate.map(|rate| rate.late_percent)) },
        Row { name: words.source_median(label), told: time(latency.map(|latency| latency.median_ms)) },
        Row { name: words.source_p95(label), told: time(latency.map(|latency| latency.p95_ms)) },
    ]
}

const fn reached_words(texts: Texts, reached: Reached) -> &'static str {
    use samsyn_domain::access::Basis;
    let words = texts.statistics;
    match reached {
        Reached::Own => words.reached_own(),
        Reached::Others(Basis::Consent) => words.reached_consent(),
        Reached::Others(Basis::Child) => words.reached_child(),
        Reached::Others(Basis::Incapable) => words.reached_incapable(),
        Reached::Others(Basis::Emergency) => words.reached_emergency(),
        Reached::Lacking => words.reached_lacking(),
        Reached::NotStated => words.not_stated(),
    }
}

/// The same as a table for other programs. What is hidden is said in words there too.
pub fn statistics_csv(context: &PageContext, page: &StatisticsPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.statistics;
    let head = [words.group(), words.what(), words.number()].map(str::to_owned).to_vec();
    let rows = page.counted.into_iter().flat_map(|(_, statistics)| blocks(texts, page.names, statistics));
    let rows = rows.flat_map(|block| {
        let title = block.title.to_owned();
        block.rows.into_iter().map(move |row| vec![title.clone(), row.name, said(texts, row.told)])
    });
    csv(std::iter::once(head).chain(rows))
}
