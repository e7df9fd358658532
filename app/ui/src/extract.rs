//! The patient's extract of the log: the form, the extract to print, the same as CSV.
//!
//! Not here: who may make it and what is logged (`service::extract`). Written to be read by the patient: whole words, no codes.
//! Invariants: the person's number stands in no title and no address; of a patient whose identity is protected no place is named; that nobody
//! has looked names the period and whose log it is, and never reads like nobody anywhere.

use jiff::{Timestamp, Zoned};
use leptos::prelude::*;
use samsyn_domain::{
    extract::ReaderNames,
    identifier::{IdentifierError, PersonIdentifier},
    logged::LoggedAct,
    review::{Period, PeriodRefusal},
    source::ProviderKind,
    time::sweden,
    viewer::Viewer,
};

use crate::{
    access::{Typed, moment as at_minute},
    context::PageContext,
    csv::csv,
    document,
    error::identifier_words,
    logged::{self, LogNames},
    parts::{html, moment},
    paths,
    review::{LogOwner, days, nav, period_words},
    text::Texts,
    words as names,
};

/// Days of the period that the form proposes.
const DAYS_BACK: i64 = 365;

/// Why no extract was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtractProblem {
    /// What was typed is no number.
    Number(IdentifierError),
    /// The period is refused.
    Period(PeriodRefusal),
}

/// What the form shows.
#[derive(Debug)]
pub struct ExtractForm<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// The page's now.
    pub now: Timestamp,
    /// Why the last attempt made none.
    pub problem: Option<ExtractProblem>,
    /// What it said.
    pub typed: &'a Typed,
}

/// What the extract shows.
#[derive(Debug)]
pub struct ExtractPage<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// Which law that provider acts under.
    pub kind: ProviderKind,
    /// About whom.
    pub patient: &'a PersonIdentifier,
    /// Of which period.
    pub period: Period,
    /// Latest first.
    pub acts: &'a [LoggedAct],
    /// No place is named.
    pub protected: bool,
    /// How staff are named.
    pub reader_names: ReaderNames,
    /// Names of sources and providers.
    pub names: &'a LogNames,
    /// When it was made.
    pub made_at: &'a Zoned,
    /// By whom.
    pub made_by: &'a str,
    /// What the form said, for the same as CSV.
    pub typed: &'a Typed,
}

/// The form.
pub fn extract_form_page(context: &PageContext, form: &ExtractForm<'_>) -> String {
    let texts = context.texts();
    let words = texts.extract;
    let today = form.now.to_zoned(sweden()).date();
    let back = today.saturating_sub(jiff::Span::new().days(DAYS_BACK));
    let value = |name: &str, proposed: String| {
        if form.typed.is_empty() { proposed } else { form.typed.get(name).cloned().unwrap_or_default() }
    };
    let date = |name: &'static str, label: &'static str, proposed: jiff::civil::Date| {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="date" required max=today.to_string()
                    value=value(name, proposed.to_string())
                    aria-describedby=form.problem.map(|_| "extract-error")/>
            </div>
        }
    };
    let problem = form.problem.map(|problem| {
        let text = match problem {
            ExtractProblem::Number(error) => identifier_words(texts, error).to_owned(),
            ExtractProblem::Period(refusal) => period_words(texts, refusal),
        };
        view! {
            <div class="form-error" role="alert" id="extract-error"><h2>{words.problem()}</h2><p>{text}</p></div>
        }
    });
    let wrong_number = matches!(form.problem, Some(ExtractProblem::Number(_)));
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <h1>{words.heading()}</h1>
            <p>{form.owner.said(context)}</p>
            {problem}
            <p>{words.explained()}</p>
            <form method="post" action=paths::EXTRACT autocomplete="off">
                <div class="fields">
                    <div class="field">
                        <label for="patient">{texts.search.label()}</label>
                        <input id="patient" name="patient" type="text" inputmode="text" autocomplete="off"
                            spellcheck="false" maxlength="20" required value=value("patient", String::new())
                            aria-describedby=wrong_number.then_some("extract-error")
                            aria-invalid=wrong_number.then_some("true")/>
                    </div>
                    {date("from", texts.review.from(), back)}
                    {date("to", texts.review.to(), today)}
                </div>
                <label class="option">
                    <input type="checkbox" name="protected" value="1" checked=form.typed.contains_key("protected")/>
                    <span>{words.is_protected()}</span>
                </label>
                <p class="quiet">{words.is_protected_help()}</p>
                <p><button class="button" type="submit">{words.make()}</button></p>
            </form>
            <p class="quiet">{words.logged(form.owner.provider)}</p>
        </main>
    };
    document::page(context, words.title(), "page review-page", inner.into_any())
}

/// The extract.
pub fn extract_page(context: &PageContext, page: &ExtractPage<'_>) -> String {
    // What comes of a form cannot be fetched again: what leads anew leads to the form.
    let context = &PageContext { path: paths::EXTRACT.to_owned(), ..context.clone() };
    let texts = context.texts();
    let words = texts.extract;
    let kept = page.typed.iter().filter(|(name, _)| matches!(name.as_str(), "patient" | "from" | "to" | "protected"));
    let hidden = kept.map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> });
    let (organisation, provider) = (page.owner.organisation, page.owner.provider);
    let other_logs = match page.kind {
        ProviderKind::Care => words.other_logs_care(),
        ProviderKind::SocialCare => words.other_logs_social(),
    };
    let said = if page.acts.is_empty() {
        let nobody = words.nobody(organisation, provider, &days(context, page.period));
        view! { <p class="nobody"><strong>{nobody}</strong></p> }.into_any()
    } else {
        let acts = page.acts.iter().map(|act| one(texts, page, act)).collect::<Vec<_>>();
        view! {
            <p>{words.count(&page.acts.len().to_string())}</p>
            <ul class="entries">{acts}</ul>
        }
        .into_any()
    };
    let body = view! {
        <nav class="print-controls">
            <a href=paths::EXTRACT>{words.back()}</a>
            <form method="post" action=paths::EXTRACT>
                {hidden.collect::<Vec<_>>()}
                <button class="button secondary" type="submit" name="form" value="csv">{texts.review.csv()}</button>
            </form>
            <button class="button" type="button" data-print="">{texts.review.print()}</button>
        </nav>
        <main id="content" class="plain roles report review" tabindex="-1">
            <h1>{words.heading()}</h1>
            <p class="who"><span class="number">{page.patient.spoken()}</span></p>
            <p>{words.about(organisation, provider, &days(context, page.period))}</p>
            <p>{words.why()}" "{other_logs}</p>
            {page.protected.then(|| view! { <p><strong>{words.protected()}</strong></p> })}
            {said}
            <p class="quiet">{words.made(&moment(page.made_at), page.made_by)}</p>
        </main>
    };
    let frame = document::frame(context, words.title(), "print-page", true);
    [frame.opening, html(body.into_any()), frame.closing.to_owned()].concat()
}

fn one(texts: Texts, page: &ExtractPage<'_>, act: &LoggedAct) -> AnyView {
    let what = what(texts, act);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <li class="entry">
            <p><strong>{at_minute(act.place.at)}</strong>" · "{what}</p>
            <dl class="explained">
                {fact(texts.review.reader(), who(texts, page, act))}
                {fact(texts.review.purpose(), act.reader.purpose.clone())}
                {logged::told(texts, page.names, act).map(|told| view! {
                    <div><dt>{texts.review.shown()}</dt><dd>{told}</dd></div>
                })}
            </dl>
        </li>
    }
    .into_any()
}

/// What was done, under which choice and on what ground.
fn what(texts: Texts, act: &LoggedAct) -> String {
    let parts = [
        Some(logged::act(texts, &act.act)),
        act.scope.map(|scope| logged::scope(texts, scope).to_owned()),
        logged::ground(texts, &act.ground, act.scope),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Whoever did it, as the organisation names its staff to patients.
fn who(texts: Texts, page: &ExtractPage<'_>, act: &LoggedAct) -> String {
    let reader = &act.reader;
    let title = if reader.title.is_empty() { names::role(texts, reader.role).to_owned() } else { reader.title.clone() };
    let unit = if page.protected { None } else { Some(unit(texts, reader)) };
    let parts = match page.reader_names {
        // A name leads to a place as surely as the place's own.
        ReaderNames::Name if !page.protected => [Some(reader.name.clone()), Some(title), unit],
        ReaderNames::Name | ReaderNames::Role => [None, Some(title), unit],
        ReaderNames::Unit => [None, unit.or_else(|| Some(texts.extract.unit_hidden().to_owned())), None],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn unit(texts: Texts, reader: &Viewer) -> String {
    reader.unit.name.clone().unwrap_or_else(|| texts.extract.unit_unknown().to_owned())
}

/// The extract as a table for other programs. What the page says of the whole stands above the rows.
pub fn extract_csv(context: &PageContext, page: &ExtractPage<'_>) -> String {
    let texts = context.texts();
    let (words, names) = (texts.review, texts.extract);
    let (organisation, provider) = (page.owner.organisation, page.owner.provider);
    let period = days(context, page.period);
    let about = [
        Some(names.about(organisation, provider, &period)),
        page.protected.then(|| names.protected().to_owned()),
        Some(names.made(&moment(page.made_at), page.made_by)),
        page.acts.is_empty().then(|| names.nobody(organisation, provider, &period)),
    ];
    let about = about.into_iter().flatten().map(|line| vec![line]);
    let head = [words.at(), words.what(), words.reader(), words.purpose(), words.shown()].map(str::to_owned).to_vec();
    let head = (!page.acts.is_empty()).then_some(head);
    let row = |act: &LoggedAct| {
        vec![
            at_minute(act.place.at),
            what(texts, act),
            who(texts, page, act),
            act.reader.purpose.clone(),
            logged::told_text(texts, page.names, act).unwrap_or_default(),
        ]
    };
    csv(about.chain(head).chain(page.acts.iter().map(row)))
}
