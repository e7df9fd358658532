//! The small parts every page is made of: dates, facts, phone numbers, the source line, and turning a view into text.
//!
//! Not here: anything about one section. Invariant: dates and words of a source are shown as precisely as they came.

use jiff::{Timestamp, Zoned, civil::DateTime};
use leptos::prelude::*;
use samsyn_domain::{
    entry::Phone,
    overview::ShownEntry,
    provenance::{Actor, Organisation, Signing},
    time::{When, sweden},
};

use crate::{
    context::{DRAFT_FIELD, PageContext, Sheet},
    reports,
    text::{Language, Texts},
};

/// The view as HTML. The renderer's position markers serve hydration, which these pages do not have; text is escaped,
/// so that the marker's characters never occur in it.
pub(crate) fn html(view: AnyView) -> String {
    view.to_html().replace("<!>", "")
}

/// What was typed, for the inside of a `textarea`: the one element with text whose children the renderer writes as they are.
pub(crate) fn typed_text(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // A browser takes the first line break for a part of the tag.
    if escaped.starts_with(['\n', '\r']) { format!("\n{escaped}") } else { escaped }
}

/// Local date, with time when the source has one: `2026-11-21 14:02`.
pub(crate) fn date(when: &When) -> String {
    match when {
        When::Local(local) => minute(*local),
        When::Instant(instant) => minute(instant.to_zoned(sweden()).datetime()),
        other => other.to_string(),
    }
}

/// Written by hand because a page has some thousand of them, and a format that is read every time takes several times as long.
fn minute(at: DateTime) -> String {
    format!("{:04}-{:02}-{:02} {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}

/// Local date without time, for lines read at a glance.
pub(crate) fn day(when: &When) -> String {
    match when {
        When::Local(local) => local.date().to_string(),
        When::Instant(instant) => instant.to_zoned(sweden()).date().to_string(),
        other => other.to_string(),
    }
}

/// `14:02:08`, Swedish time.
pub(crate) fn clock(instant: Timestamp) -> String {
    let at = instant.to_zoned(sweden());
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// `14:02`, Swedish time.
pub(crate) fn hour_minute(moment: &Zoned) -> String {
    moment.with_time_zone(sweden()).strftime("%H:%M").to_string()
}

/// `2026-11-21 14:02:08`, Swedish time.
pub(crate) fn moment(moment: &Zoned) -> String {
    moment.with_time_zone(sweden()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-01-02 till 2027-01-31`, `från …`, `till …`; none when neither is stated.
pub(crate) fn period(texts: Texts, from: Option<&When>, to: Option<&When>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(texts.entry.from_to(&date(from), &date(to))),
        (Some(from), None) => Some(texts.entry.from(&date(from))),
        (None, Some(to)) => Some(texts.entry.to(&date(to))),
        (None, None) => None,
    }
}

/// Stated parts with a dot between them; none when nothing is stated.
pub(crate) fn joined(parts: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let stated: Vec<String> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    (!stated.is_empty()).then(|| stated.join(" · "))
}

/// `Anders Holm, överläkare, Medicinkliniken`; none when nothing is stated.
pub(crate) fn actor(actor: &Actor) -> Option<String> {
    let unit = actor.unit.as_ref().and_then(|unit| unit.name.clone());
    let stated: Vec<String> = [actor.name.clone(), actor.role.clone(), unit].into_iter().flatten().collect();
    (!stated.is_empty()).then(|| stated.join(", "))
}

/// Names of organisations; the id stands in for a missing name.
pub(crate) fn organisations(list: &[Organisation]) -> Option<String> {
    let names: Vec<&str> = list.iter().filter_map(|one| one.name.as_deref().or(one.id.as_deref())).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// "ja", "nej" or "ej angivet".
pub(crate) const fn answer(texts: Texts, stated: Option<bool>) -> &'static str {
    match stated {
        Some(true) => texts.entry.yes(),
        Some(false) => texts.entry.no(),
        None => texts.entry.not_stated(),
    }
}

/// A line of secondary text; nothing when there is nothing to say.
pub(crate) fn line(text: Option<String>) -> AnyView {
    text.map(|text| view! { <p class="line">{text}</p> }).into_any()
}

/// A named fact; nothing when it is not stated.
pub(crate) fn fact(name: &'static str, value: Option<String>) -> AnyView {
    value.map(|value| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }).into_any()
}

/// A number to tap, or its text when nothing can be dialled.
pub(crate) fn phone_link(number: &str) -> AnyView {
    let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let number = number.to_owned();
    if dialled.len() < 3 {
        return view! { <span class="phone">{number}</span> }.into_any();
    }
    view! { <a class="phone" href=format!("tel:{dialled}")>{number}</a> }.into_any()
}

/// A time of day and its date, e.g. `2026-11-21 12:00`, as administrators and matrices have it.
pub(crate) fn local_minute(at: Timestamp) -> String {
    at.to_zoned(sweden()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Somebody's own words in the language they are in; an empty line begins a new paragraph.
pub(crate) fn paragraphs(text: &str, language: Language) -> Vec<AnyView> {
    let text = text.replace("\r\n", "\n");
    let blocks = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.map(|block| view! { <p lang=language.tag()>{block.to_owned()}</p> }.into_any()).collect()
}

/// Numbers with their notes; "endast personal" stands beside the number it is about.
pub(crate) fn phones(texts: Texts, phones: &[Phone]) -> AnyView {
    phones
        .iter()
        .map(|phone| {
            let staff = phone.staff_only.then(|| texts.contacts.staff_only().to_owned());
            let about = joined([phone.note.clone(), crate::entries::openings(texts, &phone.openings), staff]);
            view! {
                <p class="phone-line">
                    {phone_link(&phone.number)}" "{about.map(|about| view! { <span class="about">{about}</span> })}
                </p>
            }
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// Source, author, signature, when noted and when fetched; marks of what came late or out of a lifted block; copies; and the way into the source.
pub(crate) fn source_line(sheet: Sheet<'_>, shown: &ShownEntry, with_author: bool) -> AnyView {
    let texts = sheet.texts;
    let provenance = shown.entry.provenance();
    let author = provenance.author.as_ref().filter(|_| with_author).and_then(actor);
    let recorded =
        provenance.recorded.as_ref().map(|at| format!("{} {}", texts.entry.recorded().to_lowercase(), date(at)));
    let signature = match &provenance.signing {
        Signing::Signed { at: Some(at), .. } if with_author => Some(texts.entry.signed(&date(at))),
        Signing::Unsigned if with_author => Some(texts.entry.unsigned().to_owned()),
        _ => None,
    };
    let fetched = Some(texts.entry.fetched(&clock(shown.fetched_at)));
    let unit = provenance.care_unit.as_ref().and_then(|unit| unit.name.clone()).filter(|_| with_author);
    // What the next words say anyway is not said twice; paper has the time of fetching in its head.
    let unit = unit.filter(|unit| !author.as_ref().is_some_and(|author| author.contains(unit.as_str())));
    let signed_then = matches!((&provenance.signing, &provenance.recorded),
        (Signing::Signed { at: Some(at), .. }, Some(recorded)) if date(at) == date(recorded));
    let recorded = recorded.filter(|_| !(signed_then && signature.is_some()));
    let about = if sheet.print {
        joined([recorded.or(signature)])
    } else {
        joined([unit, author, recorded, signature, fetched])
    };
    view! {
        <p class="source">
            <span class="source-name">{shown.label.clone()}</span>{about.map(|about| format!(" · {about}"))}
            {late_mark(texts, shown.late)}
            {lifted_mark(texts, shown.lifted)}
            {(!sheet.print).then(|| source_link(provenance.link.as_deref(), texts.entry.open_source()))}
            {report_button(texts, shown)}
        </p>
        {copies(texts, shown)}
    }
    .into_any()
}

/// "Kom sent", for what arrived after the page was complete.
pub(crate) fn late_mark(texts: Texts, late: bool) -> AnyView {
    late.then(|| view! { " "<strong class="mark mark-late">{texts.state.late()}</strong> }).into_any()
}

/// "Ur hävd spärr", for what is seen only because a block has been lifted.
pub(crate) fn lifted_mark(texts: Texts, lifted: bool) -> AnyView {
    lifted.then(|| view! { " "<strong class="mark mark-lifted">{texts.state.lifted()}</strong> }).into_any()
}

/// Says that the entry is wrong. Its form stands once on the page.
pub(crate) fn report_button(texts: Texts, shown: &ShownEntry) -> Option<AnyView> {
    let reference = shown.reference.clone()?;
    let button = view! {
        " "<button class="source-report" type="submit" form=reports::FORM name="entry" value=reference>
            {texts.entry.report()}
        </button>
    };
    Some(button.into_any())
}

/// The way into the source, when it is a web address.
pub(crate) fn source_link(link: Option<&str>, words: &'static str) -> AnyView {
    link.filter(|link| link.starts_with("https://") || link.starts_with("http://"))
        .map(|link| {
            let link = link.to_owned();
            view! { " "<a class="source-link" href=link rel="noopener noreferrer" target="_blank">{words}</a> }
        })
        .into_any()
}

/// Where else the same record is.
fn copies(texts: Texts, shown: &ShownEntry) -> AnyView {
    let is_limit = shown.entry.section() == samsyn_domain::section::Section::CareLimits;
    shown
        .copies
        .iter()
        .map(|copy| {
            let dated = copy.dated.as_ref().map_or_else(|| texts.entry.not_stated().to_owned(), day);
            let words = if is_limit {
                texts.care_limits.copy(&copy.label, &dated)
            } else {
                texts.entry.copy(&copy.label, &dated)
            };
            view! { <p class="source copy">{words}</p> }
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// Content behind a summary; open on paper.
pub(crate) fn fold(sheet: Sheet<'_>, id: String, summary: String, content: AnyView) -> AnyView {
    if sheet.print {
        return view! { <div class="unfolded"><p class="summary">{summary}</p>{content}</div> }.into_any();
    }
    view! { <details id=id class="fold"><summary>{summary}</summary>{content}</details> }.into_any()
}

/// The field that lets what is filled in come back when the session ends before it is sent.
pub(crate) fn draft_field(context: &PageContext) -> AnyView {
    let draft = context.draft.clone();
    (!draft.is_empty()).then(|| view! { <input type="hidden" name=DRAFT_FIELD value=draft/> }).into_any()
}
