//! The completeness line: how many sources answered, who is silent, and the way to ask again.
//!
//! Not here: the counting (`domain`). Invariant: the line is always on the page, and a silent source is named.

use leptos::prelude::*;
use samsyn_domain::{
    access::{Access, Missing},
    completeness::Completeness,
};

use crate::{
    context::Sheet,
    parts::{clock, day},
    words::service_kind,
};

/// The completeness fragment.
pub(crate) fn completeness(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    let line = &sheet.overview.completeness;
    view! {
        <section id="completeness" class="completeness" aria-label=texts.completeness.heading()>
            {bar(sheet)}
            <strong>{counted(sheet)}</strong>
            {said(sheet).into_iter().map(|(class, words)| view! { " "<span class=class>{words}</span> }).collect::<Vec<_>>()}
            " "<span class="quiet">{fetched(sheet)}</span>
            {(line.unanswered > 0 && !sheet.replay).then(|| view! {
                <form method="get" action=sheet.path.to_owned()>
                    <input type="hidden" name="live" value="1" disabled data-live=""/>
                    <button class="link" type="submit">{texts.completeness.ask_again()}</button>
                </form>
            })}
            {(!sheet.replay).then(|| (widen(sheet), ask_consent(sheet)))}
        </section>
    }
    .into_any()
}

/// A service has begun and nobody has asked: said once, with the way to the form.
fn ask_consent(sheet: Sheet<'_>) -> AnyView {
    let Some(ask) = &sheet.overview.ask_consent else { return ().into_any() };
    let words = sheet.texts.consents;
    let service = service_kind(sheet.texts, &ask.service);
    view! {
        <p class="ask-consent" data-ask-consent="">
            {words.ask(&service, &day(&ask.began))}" "<a href=format!("{}/access", sheet.path)>{words.ask_link()}</a>
        </p>
    }
    .into_any()
}

/// One action to ask those who were not asked: the unlinked, or others than one's own. Both are new openings.
fn widen(sheet: Sheet<'_>) -> AnyView {
    let words = sheet.texts.completeness;
    let line = &sheet.overview.completeness;
    // Once it has been chosen, what else it takes stands above the cards.
    let unchosen = matches!(&sheet.overview.access, Access::Own(missing) if missing.contains(&Missing::ActiveChoice));
    let (name, value, label) = if unchosen {
        ("scope", "shared", sheet.texts.search.button_shared())
    } else if line.without_link.is_empty() && !line.links_unreadable {
        return ().into_any();
    } else {
        ("ask_all", "1", words.ask_all())
    };
    view! {
        <form method="post" action=format!("{}/widen", sheet.path)>
            <button class="link" type="submit" name=name value=value>{label}</button>
        </form>
    }
    .into_any()
}

/// The words after the count, also printed.
pub(crate) fn said(sheet: Sheet<'_>) -> Vec<(&'static str, String)> {
    let words = sheet.texts.completeness;
    let line = &sheet.overview.completeness;
    let mut said = Vec::new();
    if line.waiting > 0 {
        said.push(("", words.waiting(&line.waiting.to_string())));
    }
    if !line.silent.is_empty() {
        said.push(("silent", words.silent(&line.silent.join(", "))));
    }
    if line.withheld > 0 {
        said.push(("quiet", words.withheld(&line.withheld.to_string())));
    }
    if line.links_unreadable {
        said.push(("silent", words.links_unreadable().to_owned()));
    }
    if !line.without_link.is_empty() {
        let labels = line.without_link.join(", ");
        said.push((
            "quiet",
            if line.links_unreadable { words.not_linked(&labels) } else { words.without_link(&labels) },
        ));
    }
    let rest = line.not_asked.saturating_sub(line.without_link.len());
    if rest > 0 {
        said.push(("quiet", words.not_asked(&rest.to_string())));
    }
    if line.others_not_asked {
        said.push(("quiet", words.others_not_asked().to_owned()));
    }
    said
}

/// "4 av 5 källor har svarat".
pub(crate) fn counted(sheet: Sheet<'_>) -> String {
    let words = sheet.texts.completeness;
    match &sheet.overview.completeness {
        Completeness { asked: 0, .. } => words.none_asked().to_owned(),
        Completeness { asked: 1, answered: 1, .. } => words.answered_one().to_owned(),
        Completeness { asked, answered, .. } if asked == answered => words.answered_all(&asked.to_string()),
        Completeness { asked, answered, .. } => words.answered_some(&answered.to_string(), &asked.to_string()),
    }
}

/// "Hämtat 14:02:08".
pub(crate) fn fetched(sheet: Sheet<'_>) -> String {
    let latest = sheet
        .overview
        .sections
        .iter()
        .flat_map(|section| section.cells.iter().filter_map(|cell| cell.fetched_at))
        .max()
        .unwrap_or_else(|| sheet.overview.opened_at.timestamp());
    sheet.texts.completeness.fetched(&clock(latest))
}

/// One piece per asked source; the words beside it say the same.
fn bar(sheet: Sheet<'_>) -> AnyView {
    let line = &sheet.overview.completeness;
    let label = sheet.texts.completeness.bar(
        &line.answered.to_string(),
        &line.unanswered.to_string(),
        &line.waiting.to_string(),
    );
    let pieces =
        [(line.answered, "piece piece-answered"), (line.unanswered, "piece piece-silent"), (line.waiting, "piece")];
    let pieces: Vec<_> = pieces
        .into_iter()
        .flat_map(|(count, class)| std::iter::repeat_n(class, count))
        .map(|class| view! { <span class=class></span> })
        .collect();
    view! { <span class="bar" role="img" aria-label=label>{pieces}</span> }.into_any()
}
