//! Fetching lists page by page: the first pages of all lists at once, then all that remain at once.
//!
//! Not here: what a record means ([`crate::record`]).
//! Invariant: a page that is missing, is another than the one asked for, or makes the stated number of records wrong,
//! leaves the section partial.

use samsyn_adapter::{
    Answers, Call, Host, Json, Language, Notes, Problem, Query, http, request, request::encode, types::Failure,
};

use crate::{Law, record};

/// Section, and the list that answers it.
pub const LISTS: [(&str, &str); 9] = [
    ("alerts", "uppmarksamhet"),
    ("care-limits", "vardbegransningar"),
    ("services", "insatser"),
    ("contacts", "kontakter"),
    ("medications", "lakemedel"),
    ("functional-status", "adl"),
    ("plans", "planer"),
    ("consents", "samtycken"),
    ("documents", "dokument"),
];

/// Pages after the first that one lookup fetches, over all lists: the host allows 40 requests, ten are used by then.
const LATER_PAGES_MAX: usize = 30;

/// Viva states that there are none, at this time if it says so.
#[derive(Debug)]
struct StatedNone(Option<String>);

/// One page of a list.
#[derive(Debug)]
struct Page {
    pages: u32,
    total: Option<u64>,
    stated_none: Option<StatedNone>,
    items: Vec<Json<'static>>,
}

/// One list as far as it has been read.
#[derive(Debug)]
struct List<'q> {
    section: &'q str,
    name: &'static str,
    pages: u32,
    total: Option<u64>,
    stated_none: Option<StatedNone>,
    items: Vec<Json<'static>>,
    problem: Option<Problem>,
    missing: Vec<u32>,
}

/// Reads the list of every section asked for.
///
/// # Errors
/// When not one list could be read and nothing else was asked for: the kind of failure then says why.
pub fn read_lists<H: Host>(
    answers: &mut Answers<'_, H>,
    query: &Query,
    user_id: &str,
    law: Law,
) -> Result<(), Failure> {
    let asked = |(section, name): &(&'static str, &'static str)| {
        let section = query.sections.iter().find(|asked| asked == section)?;
        Some((section.as_str(), *name))
    };
    let asked: Vec<_> = LISTS.iter().filter_map(asked).collect();
    let calls: Vec<_> = asked.iter().map(|(_, name)| call(user_id, name, law, 1)).collect();
    let language = answers.language;
    let replies = answers.host.send_all(&calls);
    let mut lists: Vec<_> =
        asked.into_iter().zip(replies).map(|((section, name), reply)| first(language, section, name, reply)).collect();
    read_rest(answers, &mut lists, user_id, law);
    let unread = !lists.is_empty() && lists.iter().all(|list| list.problem.is_some()) && !answers.asks("person");
    if unread && let Some(problem) = lists.iter().find_map(|list| list.problem.clone()) {
        return Err(problem.failure);
    }
    for list in lists {
        settle(answers, list, law);
    }
    Ok(())
}

fn call(user_id: &str, name: &str, law: Law, page: u32) -> http::Request {
    let path = format!("/api/v2/brukare/{}/{name}?lagrum={}&sida={page}", encode(user_id), law.word());
    Call::get("viva", path).header("accept", "application/json").credential("licens").build()
}

type Reply = Result<http::Response, http::Error>;

fn first<'q>(language: Language, section: &'q str, name: &'static str, reply: Reply) -> List<'q> {
    let mut list = List {
        section,
        name,
        pages: 1,
        total: None,
        stated_none: None,
        items: Vec::new(),
        problem: None,
        missing: Vec::new(),
    };
    match page(language, name, 1, reply) {
        Ok(page) => {
            list.pages = page.pages;
            list.total = page.total;
            list.stated_none = page.stated_none;
            list.items = page.items;
        }
        Err(problem) => list.problem = Some(problem),
    }
    list
}

fn read_rest<H: Host>(answers: &mut Answers<'_, H>, lists: &mut [List<'_>], user_id: &str, law: Law) {
    let mut wanted = Vec::new();
    for (place, list) in lists.iter_mut().enumerate() {
        for number in 2..=list.pages {
            if wanted.len() < LATER_PAGES_MAX {
                wanted.push((place, number));
            } else {
                // One entry stands for all pages that are left out.
                list.missing.push(number);
                break;
            }
        }
    }
    let call = |(place, number): &(usize, u32)| {
        lists.get(*place).map_or_else(|| call(user_id, "", law, *number), |list| call(user_id, list.name, law, *number))
    };
    let calls: Vec<_> = wanted.iter().map(call).collect();
    if calls.is_empty() {
        return;
    }
    let replies = answers.host.send_all(&calls);
    for ((place, number), reply) in wanted.into_iter().zip(replies) {
        let Some(list) = lists.get_mut(place) else { continue };
        match page(answers.language, list.name, number, reply) {
            Ok(page) => list.items.extend(page.items),
            Err(_) => list.missing.push(number),
        }
    }
}

fn page(language: Language, name: &str, number: u32, reply: Reply) -> Result<Page, Problem> {
    let reply = request::success(language, reply)?;
    let malformed = |code, what: &str| Problem::malformed(language, code, format!("{name}, page {number}: {what}"));
    let mut body = Json::parse(&reply.body).map_err(|_| malformed("not-json", "not JSON"))?;
    if body.get("sida").and_then(Json::as_count) != Some(u64::from(number)) {
        return Err(malformed("sida", "field sida is not the page asked for"));
    }
    let pages = body.get("antalSidor").and_then(Json::as_count).and_then(|pages| u32::try_from(pages).ok());
    let pages =
        pages.filter(|pages| *pages >= 1).ok_or_else(|| malformed("antal-sidor", "field antalSidor is missing"))?;
    let stated_none = (body.get("angerInga").and_then(Json::as_flag) == Some(true))
        .then(|| StatedNone(body.get("angerIngaDatum").and_then(Json::as_text).and_then(samsyn_adapter::when::when)));
    let total = body.get("antal").and_then(Json::as_count);
    match body.take("poster").map(Json::into_owned) {
        Some(Json::List(items)) => Ok(Page { pages, total, stated_none, items }),
        _ => Err(malformed("poster", "field poster is missing")),
    }
}

fn settle<H: Host>(answers: &mut Answers<'_, H>, list: List<'_>, law: Law) {
    let section = list.section;
    if let Some(problem) = list.problem {
        return answers.missing(section, problem.text);
    }
    answers.read(section);
    if let Some(first) = list.missing.first() {
        answers.missing(section, missing_pages(answers.language, *first, list.missing.len(), list.pages));
    }
    let came = u64::try_from(list.items.len()).unwrap_or(u64::MAX);
    match list.total {
        Some(total) if total != came && list.missing.is_empty() => {
            answers.missing(section, wrong_total(answers.language, total, came));
        }
        Some(_) => {}
        None => answers.missing(section, no_total(answers.language)),
    }
    let notes = Notes::new(answers.language);
    let read = record::read(section, &list.items, law, &notes);
    if read.of_other_law > 0 {
        answers.missing(section, other_law(answers.language, read.of_other_law));
    }
    if let Some(entries) = read.entries {
        answers.push(entries);
    }
    if let (Some(StatedNone(at)), true) = (list.stated_none, list.items.is_empty()) {
        answers.stated_none(section, at);
    }
    notes.tell(answers, section);
}

fn missing_pages(language: Language, first: u32, count: usize, of: u32) -> String {
    match (language, count) {
        (Language::Swedish, 1) => format!("sida {first} av {of} kunde inte läsas"),
        (Language::Swedish, _) => format!("flera sidor från sida {first} av {of} kunde inte läsas"),
        (Language::English, 1) => format!("page {first} of {of} could not be read"),
        (Language::English, _) => format!("several pages from page {first} of {of} could not be read"),
    }
}

fn wrong_total(language: Language, total: u64, came: u64) -> String {
    match language {
        Language::Swedish => format!("källan uppger {total} poster men lämnade {came}"),
        Language::English => format!("the source states {total} records and gave {came}"),
    }
}

fn no_total(language: Language) -> String {
    language
        .text("källan uppger inte hur många poster den har", "the source does not say how many records it has")
        .into()
}

fn other_law(language: Language, count: usize) -> String {
    match language {
        Language::Swedish => format!("{count} poster gäller en annan verksamhetsgren och visas inte här"),
        Language::English => format!("{count} records belong to another branch and are not shown here"),
    }
}
