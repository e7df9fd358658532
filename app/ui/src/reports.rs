//! Saying that something is wrong: the form for an entry, the one for the portal, and what has become of what was reported.
//!
//! Rooms: [`list`] the lists. Not here: who may and what follows (`service::reports`, `domain::report`).
//! Invariant: a report of an entry is made of choices and an id, never of words about a patient; where the page does not say where the patient
//! is known, neither does a report to whoever does not know it.

mod list;

use leptos::prelude::*;
use samsyn_domain::{
    identifier::PersonIdentifier,
    report::{EntryReference, Mistake, Report, TEXT_MAX_CHARS, TextFault, Topic},
    source::Source,
};

pub use list::{ReportLine, ReportLists, ReportSide, reports_page};

use crate::{
    context::PageContext,
    document,
    parts::{draft_field, phone_link, typed_text},
    paths,
    support::support,
    text::Texts,
    words,
};

/// The id of the overview's form that every entry's button belongs to.
pub(crate) const FORM: &str = "report-form";

/// Why nothing was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportProblem {
    /// Nothing was chosen.
    NotChosen,
    /// The page it was sent from is of another session, or the source is gone.
    Stale,
}

/// What the page for an entry shows.
#[derive(Debug)]
pub struct ReportPage<'a> {
    /// The handle the page stands under.
    pub handle: &'a str,
    /// Whose entry it is.
    pub patient: &'a PersonIdentifier,
    /// By what the entry is reported, and which it is.
    pub entry: Option<(&'a str, &'a EntryReference)>,
    /// Its source.
    pub source: Option<&'a Source>,
    /// Drawn for this report.
    pub id: &'a str,
    /// What is chosen.
    pub chosen: Option<Mistake>,
    /// It has been reported just now.
    pub sent: bool,
    /// Why the last attempt reported nothing.
    pub problem: Option<ReportProblem>,
}

/// The page.
pub fn entry_report_page(context: &PageContext, page: &ReportPage<'_>) -> String {
    // The page of a form that was sent cannot be fetched again; the overview it came from can.
    let context = &PageContext { path: paths::overview(page.handle), ..context.clone() };
    let texts = context.texts();
    let words = texts.reports;
    let problem = page.problem.map(|problem| {
        let text = match problem {
            ReportProblem::NotChosen => words.not_chosen(),
            ReportProblem::Stale => words.stale(),
        };
        view! { <p id="report-error" class="form-error" role="alert">{text}</p> }
    });
    let body = match (page.entry, page.source) {
        (Some((_, entry)), Some(source)) if page.sent => sent(texts, page, entry, source),
        (Some(entry), Some(source)) => form(texts, page, entry, source),
        _ => ().into_any(),
    };
    let inner = view! {
        <main id="content" class="plain access administered" tabindex="-1">
            <p><a href=paths::overview(page.handle)>{texts.access.back()}</a></p>
            <h1>{words.heading()}</h1>
            <p class="who"><span class="number" data-person="">{page.patient.spoken()}</span></p>
            {problem}
            {body}
        </main>
    };
    document::patient_page(context, words.title(), "page access-page", inner.into_any())
}

/// Which entry it is, as far as the reader may know.
fn which(texts: Texts, entry: &EntryReference, source: &Source) -> AnyView {
    let words = texts.reports;
    let place = if entry.masked { words.masked_source().to_owned() } else { source.label() };
    let id = (!entry.masked).then(|| view! { <dt>{words.entry()}</dt><dd><code>{entry.entry.clone()}</code></dd> });
    view! {
        <dl class="told">
            <dt>{words.section()}</dt><dd>{words::section(texts, entry.section)}</dd>
            <dt>{words.source()}</dt><dd>{place}</dd>
            {id}
        </dl>
    }
    .into_any()
}

fn form(texts: Texts, page: &ReportPage<'_>, (reference, entry): (&str, &EntryReference), source: &Source) -> AnyView {
    let words = texts.reports;
    let invalid = page.problem == Some(ReportProblem::NotChosen);
    let choices = Mistake::ALL.map(|one| {
        let id = format!("mistake-{}", one.word());
        view! {
            <p>
                <input type="radio" id=id.clone() name="mistake" value=one.word() checked=page.chosen == Some(one) required/>
                <label for=id>{mistake(texts, one)}</label>
            </p>
        }
    });
    let to = if entry.masked { words.goes_to_masked().to_owned() } else { words.goes_to(&source.organisation_name) };
    view! {
        {which(texts, entry, source)}
        <p>{to}" "{words.what_is_sent()}</p>
        <p><strong>{words.changes_nothing()}</strong></p>
        <form method="post" action=paths::report(page.handle) class="admin-form">
            <input type="hidden" name="entry" value=reference.to_owned()/>
            <input type="hidden" name="id" value=page.id.to_owned()/>
            <fieldset aria-describedby=invalid.then_some("report-error")>
                <legend>{words.what_is_wrong()}</legend>
                {choices.into_iter().collect::<Vec<_>>()}
            </fieldset>
            <button class="button" type="submit">{words.send()}</button>
        </form>
        <p class="quiet">{words.logged()}</p>
    }
    .into_any()
}

fn sent(texts: Texts, page: &ReportPage<'_>, entry: &EntryReference, source: &Source) -> AnyView {
    let words = texts.reports;
    let reference = Report::spoken(page.id);
    let urgent = (page.chosen == Some(Mistake::OtherPatient))
        .then(|| view! { <p><strong>{words.other_patient_now()}</strong></p> });
    let reach = (!entry.masked).then(|| {
        let phone = source.phone.as_deref().map(|phone| view! { <dt>{words.phone()}</dt><dd>{phone_link(phone)}</dd> });
        let contact =
            source.contact.as_deref().map(|to| view! { <dt>{words.contact()}</dt><dd>{contact(to, &reference)}</dd> });
        view! { <dl class="told">{phone}{contact}</dl><p class="quiet">{words.no_content()}</p> }
    });
    view! {
        <p class="saved" role="status">{words.sent(&reference)}</p>
        {which(texts, entry, source)}
        <p>{words.changes_nothing()}</p>
        {urgent}
        {reach}
        <p><a href=paths::REPORTS>{words.own_link()}</a></p>
    }
    .into_any()
}

/// Where a source's errors are told beside the portal: an address to write to with the reference alone, or a number.
fn contact(to: &str, reference: &str) -> AnyView {
    let is_address = to.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && to.chars().all(|sign| sign.is_ascii_alphanumeric() || "@.-_+".contains(sign));
    if is_address {
        let href = format!("mailto:{to}?subject=Samsyn%20{reference}");
        return view! { <a href=href>{to.to_owned()}</a> }.into_any();
    }
    if to.chars().all(|sign| sign.is_ascii_digit() || " -+()".contains(sign)) {
        return phone_link(to);
    }
    to.to_owned().into_any()
}

/// The words of a mistake.
pub(crate) const fn mistake(texts: Texts, mistake: Mistake) -> &'static str {
    let words = texts.reports;
    match mistake {
        Mistake::OtherPatient => words.other_patient(),
        Mistake::Incorrect => words.incorrect(),
        Mistake::Outdated => words.outdated(),
        Mistake::Incomplete => words.incomplete(),
        Mistake::Duplicate => words.duplicate(),
        Mistake::ShownWrongly => words.shown_wrongly(),
    }
}

const fn topic(texts: Texts, topic: Topic) -> &'static str {
    let words = texts.feedback;
    match topic {
        Topic::Fault => words.fault(),
        Topic::Difficulty => words.difficulty(),
        Topic::Wish => words.wish(),
    }
}

/// Why nothing was said of the portal, or what to know besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackProblem {
    /// No kind was chosen.
    NotChosen,
    /// The words are not taken.
    Text(TextFault),
    /// Nothing is refused: what was being written when the session ended stands in the form again.
    Restored,
}

/// What the page about the portal shows.
#[derive(Debug)]
pub struct FeedbackPage<'a> {
    /// Who answers.
    pub organisation: &'a str,
    /// Drawn for what is said.
    pub id: &'a str,
    /// What is chosen.
    pub chosen: Option<Topic>,
    /// As typed.
    pub text: &'a str,
    /// Its number, when it has just been sent.
    pub sent: Option<&'a str>,
    /// Why the last attempt sent nothing.
    pub problem: Option<FeedbackProblem>,
}

/// The page about the portal.
pub fn feedback_page(context: &PageContext, page: &FeedbackPage<'_>) -> String {
    let context = &PageContext { path: paths::FEEDBACK.to_owned(), ..context.clone() };
    let texts = context.texts();
    let words = texts.feedback;
    let problem = page.problem.map(|problem| {
        let text = match problem {
            FeedbackProblem::Restored => {
                return view! { <p class="notice" role="status">{texts.access.restored()}</p> }.into_any();
            }
            FeedbackProblem::NotChosen => words.not_chosen().to_owned(),
            FeedbackProblem::Text(TextFault::Length) => words.length(&TEXT_MAX_CHARS.to_string()),
            FeedbackProblem::Text(TextFault::PersonNumber) => words.person_number().to_owned(),
        };
        view! { <p id="feedback-error" class="form-error" role="alert">{text}</p> }.into_any()
    });
    let wrong = matches!(page.problem, Some(FeedbackProblem::Text(_))).then_some("true");
    let choices = Topic::ALL.map(|one| {
        let id = format!("topic-{}", one.word());
        view! {
            <p>
                <input type="radio" id=id.clone() name="topic" value=one.word() checked=page.chosen == Some(one) required/>
                <label for=id>{topic(texts, one)}</label>
            </p>
        }
    });
    let inner = view! {
        <main id="content" class="plain administered" tabindex="-1">
            <h1>{words.heading()}</h1>
            {page.sent.map(|number| view! { <p class="saved" role="status">{words.sent(number)}</p> })}
            {problem}
            <p>{words.explained(page.organisation)}</p>
            <form method="post" action=paths::FEEDBACK class="admin-form">
                {draft_field(context)}
                <input type="hidden" name="id" value=page.id.to_owned()/>
                <fieldset><legend>{words.choose()}</legend>{choices.into_iter().collect::<Vec<_>>()}</fieldset>
                <p>
                    <label for="text">{words.text()}</label>
                    <textarea id="text" name="text" rows="6" maxlength=TEXT_MAX_CHARS.to_string() required
                        aria-describedby=if wrong.is_some() { "feedback-error text-help" } else { "text-help" }
                        aria-invalid=wrong>{typed_text(page.text)}</textarea>
                </p>
                <p id="text-help" class="quiet">{words.no_patients()}</p>
                <button class="button" type="submit">{words.send()}</button>
            </form>
            <p class="quiet"><a href=paths::REPORTS>{texts.reports.own_link()}</a></p>
            {support(context)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}
