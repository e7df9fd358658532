//! Notices to staff: a line where it matters, a page with all of them, and a feed.
//!
//! Room: [`admin`] writes them. Not here: what may be said (`domain::notice`), which stand on the board (`service::notices`).
//! Invariant: a board that could not be read is said to be unread, never shown as empty; words are marked with the language they are in.

pub(crate) mod admin;
mod feed;

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    notice::{Notice, NoticeKind, NoticePhase, NoticeText, Published},
    source::Source,
};

pub use self::feed::notices_feed;
use crate::{
    context::PageContext,
    document,
    parts::{local_minute, paragraphs},
    paths,
    support::support,
    text::{Language, Texts},
};

/// Lines that stand above other content; more are behind a link.
const LINES: usize = 2;

/// A notice as a page shows it.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// The notice.
    pub published: Published,
    /// Name of the organisation that wrote it.
    pub by: String,
    /// The source it is about, as on the overview.
    pub about: Option<String>,
}

impl NoticeLine {
    /// With the names of its source and its organisation.
    pub fn of(
        published: Published,
        sources: &[Source],
        organisation_name: impl Fn(&Published) -> Option<String>,
    ) -> Self {
        let about = published.notice.source.as_ref();
        let about = about.and_then(|id| sources.iter().find(|source| source.id == *id)).map(Source::label);
        let by = organisation_name(&published).unwrap_or_default();
        Self { published, by, about }
    }
}

/// What stands above a page's content.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// What holds now for the reader, the gravest first.
    pub now: Vec<NoticeLine>,
    /// It could not be read.
    pub unread: bool,
}

/// What a notice says in a language, and the language that it is in.
fn said(notice: &Notice, language: Language) -> (&NoticeText, Language) {
    match &notice.en {
        Some(english) if language == Language::English => (english, Language::English),
        _ => (&notice.sv, Language::Swedish),
    }
}

pub(crate) const fn kind(texts: Texts, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::News => texts.board.news(),
        NoticeKind::Maintenance => texts.board.maintenance(),
        NoticeKind::Disruption => texts.board.disruption(),
        NoticeKind::Serious => texts.board.serious(),
    }
}

/// The lines above a page's content. On the overview news is left out.
pub(crate) fn board(context: &PageContext, on_overview: bool) -> Option<AnyView> {
    let words = context.texts().board;
    let shown = |line: &&NoticeLine| !on_overview || line.published.notice.kind.stands_on_overview();
    let lines: Vec<_> = context.board.now.iter().filter(shown).collect();
    if context.board.unread {
        return Some(view! { <p class="board unread">{words.unread()}</p> }.into_any());
    }
    let more = lines.len().saturating_sub(LINES);
    let more =
        (more > 0).then(|| view! { <li class="more"><a href=paths::NOTICES>{words.more(&more.to_string())}</a></li> });
    (!lines.is_empty()).then(|| {
        view! {
            <aside class="board" aria-label=words.heading()>
                <ul>{lines.into_iter().take(LINES).map(|line| board_line(context, line)).collect::<Vec<_>>()}{more}</ul>
            </aside>
        }
        .into_any()
    })
}

fn board_line(context: &PageContext, line: &NoticeLine) -> AnyView {
    let (texts, notice) = (context.texts(), &line.published.notice);
    let (text, language) = said(notice, context.language);
    let until = texts.board.until(&local_minute(notice.until));
    view! {
        <li class=notice.kind.word()>
            <strong>{kind(texts, notice.kind)}": "<a href=anchor(line) lang=language.tag()>{text.heading.clone()}</a></strong>
            " "<span class="quiet">{[line.about.clone(), Some(until)].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span>
        </li>
    }
    .into_any()
}

fn anchor(line: &NoticeLine) -> String {
    format!("{}#{}", paths::NOTICES, line.published.id)
}

/// The page of all of them: what holds, what is to come, what ended lately; and whom to turn to.
pub fn notices_page(context: &PageContext, lines: &[NoticeLine], now: Timestamp) -> String {
    let words = context.texts().board;
    let part = |phase: NoticePhase, heading: &'static str, none: &'static str| {
        let of_it: Vec<_> = lines.iter().filter(|line| line.published.phase(now) == phase).collect();
        let empty = of_it.is_empty().then(|| view! { <p class="quiet">{none}</p> });
        view! {
            <section>
                <h2>{heading}</h2>
                {empty}
                {of_it.into_iter().map(|line| article(context, line)).collect::<Vec<_>>()}
            </section>
        }
    };
    let inner = view! {
        <main id="content" class="plain notices-page" tabindex="-1">
            <h1>{words.heading()}</h1>
            {context.viewer.is_none().then(|| view! { <p class="quiet">{words.for_everyone_only()}</p> })}
            {part(NoticePhase::Now, words.now(), words.none_now())}
            {part(NoticePhase::Coming, words.coming(), words.none_coming())}
            {part(NoticePhase::Past, words.past(), words.none_past())}
            <p class="quiet"><a href=paths::NOTICES_FEED>{words.feed()}</a></p>
            {support(context)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn article(context: &PageContext, line: &NoticeLine) -> AnyView {
    let (texts, published) = (context.texts(), &line.published);
    let notice = &published.notice;
    let (text, language) = said(notice, context.language);
    let words = texts.board;
    let withdrawn = published
        .withdrawn
        .as_ref()
        .map(|(at, _)| view! { <p class="quiet">{words.withdrawn(&local_minute(*at))}</p> });
    let not_asked = (notice.kind == NoticeKind::Maintenance).then(|| view! { <p>{words.not_asked()}</p> });
    view! {
        <article id=published.id.clone() class=format!("notice-card {}", notice.kind.word())>
            <h3>{kind(texts, notice.kind)}": "<span lang=language.tag()>{text.heading.clone()}</span></h3>
            <p class="quiet">{when(texts, line)}</p>
            {paragraphs(&text.body, language)}
            {not_asked}
            {withdrawn}
        </article>
    }
    .into_any()
}

/// Source, times and who wrote it.
fn when(texts: Texts, line: &NoticeLine) -> String {
    let notice = &line.published.notice;
    let period = texts.board.period(&local_minute(notice.from), &local_minute(notice.until));
    let by = (!line.by.is_empty()).then(|| texts.board.by(&line.by));
    [line.about.clone(), Some(period), by].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
