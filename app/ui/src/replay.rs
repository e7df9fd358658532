//! What was shown before, shown again: the list of earlier openings, and one of them as it was.
//!
//! Not here: who may see which, and what is kept back (`service::snapshots`, `domain::overview`).
//! Invariants: a replay says that it is one, whose it was and of when, above everything else and wherever one has scrolled to; nothing on
//! it can be done, because it is about another moment. What is drawn is drawn by the very parts of the overview and of the prints.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    access::{Access, Basis},
    overview::{Identity, Overview},
    snapshot::{Snapshot, SnapshotTerms},
    time::sweden,
};

use crate::{
    Preset,
    context::{PageContext, Sheet},
    document, logged,
    overview::{CARDS, badges, banner, care_limits, completeness, section},
    parts::{html, moment},
    paths, print,
};

/// Characters of a hash that are enough to compare it by eye.
const HASH_SHOWN: usize = 16;

/// The earlier openings.
#[derive(Debug)]
pub struct SnapshotListPage<'a> {
    /// Leads back to the overview.
    pub handle: &'a str,
    /// Newest first.
    pub snapshots: &'a [Snapshot],
    /// HSA-id of who looks.
    pub user_id: &'a str,
    /// The organisation's terms now; none when it no longer keeps anything new.
    pub terms: Option<&'a SnapshotTerms>,
}

/// One of them.
#[derive(Debug)]
pub struct ReplayPage<'a> {
    /// Leads back to the overview.
    pub handle: &'a str,
    /// Which.
    pub snapshot: &'a Snapshot,
    /// As the viewer may see it now.
    pub overview: &'a Overview,
    /// So many entries were shown then and are not now; none where the viewer may not be told.
    pub kept_back: Option<usize>,
    /// Places are masked, because the personal data have become protected since.
    pub masked_since: bool,
    /// It is drawn exactly as it was.
    pub exact: bool,
    /// Leaf index of the record in the log whose hash it has.
    pub record: u64,
}

/// Why one of them is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayProblem {
    /// It is not what the log says was shown.
    NotAsLogged,
    /// This version of the program does not read its form.
    OtherForm,
}

/// The list.
pub fn snapshot_list_page(context: &PageContext, page: &SnapshotListPage<'_>) -> String {
    let words = context.texts().replay;
    let context = &PageContext { path: paths::snapshots(page.handle), ..context.clone() };
    let rows: Vec<_> = page.snapshots.iter().map(|one| row(context, page, one)).collect();
    let none = rows.is_empty();
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::overview(page.handle)>{context.texts().access.back()}</a></p>
            <h1>{words.heading()}</h1>
            <p>{words.about()}</p>
            {match page.terms {
                Some(terms) => {
                    let days = terms.retention_days.to_string();
                    view! { <p class="quiet">{words.terms(&terms.purpose, &days, &terms.disposal_decision)}</p> }.into_any()
                }
                None => view! { <p class="quiet">{words.no_longer()}</p> }.into_any(),
            }}
            {none.then(|| view! { <p>{words.none()}</p> })}
            {(!none).then(|| view! { <ul class="entries snapshots">{rows}</ul> })}
        </main>
    };
    document::patient_page(context, words.title(), "page", inner.into_any())
}

fn row(context: &PageContext, page: &SnapshotListPage<'_>, one: &Snapshot) -> AnyView {
    let words = context.texts().replay;
    let own = one.reader.user_id.trim().eq_ignore_ascii_case(page.user_id.trim());
    let who = if own { words.you().to_owned() } else { reader(one) };
    let unit = one.reader.unit.name.clone().map(|unit| format!(", {unit}"));
    view! {
        <li>
            <a href=paths::replay(page.handle, &one.id)><strong>{at(one.at)}</strong></a>
            {format!(" · {} · ", shown_as(context, one))}{who}{unit}
            <span class="quiet">" · "{words.until(&at(one.until))}</span>
        </li>
    }
    .into_any()
}

/// The replay.
pub fn replay_page(context: &PageContext, page: &ReplayPage<'_>) -> String {
    let words = context.texts().replay;
    let path = paths::replay(page.handle, &page.snapshot.id);
    let context = &PageContext { path, ..context.clone() };
    let preset = page.snapshot.preset.as_deref().and_then(Preset::named);
    let body = match preset {
        Some(preset) => sheet(context, page.overview, preset),
        None => screen(context, page.overview),
    };
    let kind = if preset.is_some() { "print-page replay" } else { "overview replay" };
    let frame = document::frame(context, words.title_replay(), kind, true);
    [frame.opening, html(mark(context, page)), body, frame.closing.to_owned()].concat()
}

/// Says what it is, and stays in sight.
fn mark(context: &PageContext, page: &ReplayPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.replay;
    let snapshot = page.snapshot;
    let hash: String = snapshot.sha256.chars().take(HASH_SHOWN).collect();
    let ground = match &page.overview.access {
        Access::Granted(grant) => match grant.basis {
            Basis::Consent => texts.logged.ground_consent(),
            Basis::Child => texts.logged.ground_child(),
            Basis::Incapable => texts.logged.ground_incapable(),
            Basis::Emergency => texts.logged.ground_emergency(),
        },
        Access::Own(_) => logged::scope(texts, page.overview.scope),
    };
    let kept_back = match page.kept_back {
        Some(count) if count > 0 => words.kept_back(&count.to_string()),
        _ => words.may_be_kept_back().to_owned(),
    };
    view! {
        <p class="replay-mark" role="status"><strong>{words.mark(&at(snapshot.at))}</strong>" "{words.not_now()}</p>
        <aside class="replay-about" aria-label=words.replay_title()>
            <p>{words.shown_to(&reader(snapshot), shown_as(context, snapshot), ground)}" "{kept_back}
                {page.masked_since.then(|| format!(" {}", words.masked_since()))}
                {(!page.exact).then(|| format!(" {}", words.not_exact()))}
            </p>
            <p class="quiet">{words.proven(&page.record.to_string(), &hash)}" · "
                <a href=paths::snapshots(page.handle)>{words.back_to_list()}</a>" · "
                <a href=paths::overview(page.handle)>{words.to_current()}</a>
            </p>
        </aside>
    }
    .into_any()
}

/// The overview's own parts, without what can be done there.
fn screen(context: &PageContext, overview: &Overview) -> String {
    let sheet = Sheet::replay(context, overview);
    let person = ["<div class=\"person-bar\">", &html(banner::banner(sheet)), "</div>"].concat();
    let start = "<main id=\"content\" class=\"content\" tabindex=\"-1\">";
    if overview.person.identity == Identity::Conflict {
        return [&person, start, "</main>"].concat();
    }
    let columns: Vec<String> = CARDS
        .iter()
        .map(|column| {
            let cards: String = column.iter().map(|name| html(section::card(sheet, *name))).collect();
            ["<div class=\"column\">", &cards, "</div>"].concat()
        })
        .collect();
    [
        &person,
        start,
        &html(care_limits::card(sheet)),
        &html(badges::badges(sheet)),
        &html(completeness::completeness(sheet)),
        "<div class=\"columns\">",
        &columns.concat(),
        "</div></main>",
    ]
    .concat()
}

/// The sheet of a print.
fn sheet(context: &PageContext, overview: &Overview, preset: Preset) -> String {
    let sheet = Sheet::paper(context, overview);
    let inner = view! {
        <main id="content" tabindex="-1">
            <div class="sheet">{print::named(sheet, preset)}{print::content(sheet, preset)}</div>
        </main>
    };
    html(inner.into_any())
}

/// One of them that is not shown, and why.
pub fn replay_problem_page(context: &PageContext, handle: &str, problem: ReplayProblem) -> String {
    let texts = context.texts();
    let words = texts.replay;
    let (what, so) = match problem {
        ReplayProblem::NotAsLogged => (words.not_as_logged(), words.not_as_logged_do()),
        ReplayProblem::OtherForm => (words.other_form(), words.other_form_do()),
    };
    let context = &PageContext { path: paths::snapshots(handle), ..context.clone() };
    let inner = view! {
        <main id="content" class="plain access" tabindex="-1">
            <p><a href=paths::snapshots(handle)>{words.back_to_list()}</a></p>
            <h1>{words.replay_title()}</h1>
            <div class="alert-box" role="alert"><p><strong>{what}</strong></p><p>{so}</p></div>
        </main>
    };
    document::patient_page(context, words.title_replay(), "page", inner.into_any())
}

/// On the screen, or on which print.
fn shown_as(context: &PageContext, snapshot: &Snapshot) -> &'static str {
    let texts = context.texts();
    match snapshot.preset.as_deref() {
        None => texts.replay.screen(),
        Some(preset) => Preset::named(preset).map_or(texts.replay.print(), |preset| preset.title(texts)),
    }
}

fn reader(snapshot: &Snapshot) -> String {
    let reader = &snapshot.reader;
    [&reader.name, &reader.title].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn at(at: Timestamp) -> String {
    moment(&at.to_zoned(sweden()))
}
