//! "Testa min inloggning": what the identity provider stated, how it was read, and what it lets the person reach.
//!
//! Not here: which values may be shown (`server::login::shown`), who may see the list of an organisation (`server`).
//! Invariant: nothing of a patient is on this page; a claim without a value to show still has its name here.

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{access::Action, section::Section, time::sweden, viewer::Viewer};

use crate::{context::PageContext, document, parts::joined, paths, text::Texts, words};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct LoginTestPage {
    /// It is about a sign-in that was refused.
    pub refused: bool,
    /// Assurance level that was stated.
    pub level: Option<String>,
    /// Levels that are accepted; none means any.
    pub levels_accepted: Vec<String>,
    /// When the person was last asked to prove who it is.
    pub auth_time: Option<Timestamp>,
    /// Name of the mapping.
    pub mapping: &'static str,
    /// How each field was read.
    pub fields: Vec<FieldLine>,
    /// Everything that was stated.
    pub claims: Vec<ClaimLine>,
    /// What came of it.
    pub reach: Vec<ReachLine>,
    /// When this person confirmed in this assignment.
    pub confirmed: Option<Timestamp>,
    /// For an administrator: who in the organisation has confirmed.
    pub tested: Option<Vec<TestedLine>>,
}

/// One field that the portal looks for.
#[derive(Debug, Clone)]
pub struct FieldLine {
    /// Its key in the configuration.
    pub key: &'static str,
    /// Names of claims that are tried, in order.
    pub tried: Vec<String>,
    /// The one that was found.
    pub found: Option<String>,
}

/// One claim.
#[derive(Debug, Clone)]
pub struct ClaimLine {
    /// Its name.
    pub name: String,
    /// Its value; none when it is not shown.
    pub value: Option<String>,
}

/// One assignment and the sections it opens.
#[derive(Debug, Clone)]
pub struct ReachLine {
    /// The assignment.
    pub viewer: Viewer,
    /// The sections, by its role.
    pub sections: Vec<Section>,
}

/// Somebody who has confirmed.
#[derive(Debug, Clone)]
pub struct TestedLine {
    /// Name.
    pub name: String,
    /// HSA-id.
    pub user_id: String,
    /// Unit of the assignment.
    pub unit: String,
    /// When.
    pub at: Timestamp,
}

/// The page.
pub fn login_test_page(context: &PageContext, page: &LoginTestPage) -> String {
    let texts = context.texts();
    let words = texts.login_test;
    let outcome = if page.refused { words.refused() } else { words.accepted() };
    let inner = view! {
        <main id="content" class="plain" tabindex="-1" data-login-test=if page.refused { "refused" } else { "accepted" }>
            <h1>{words.heading()}</h1>
            <p><strong>{outcome}</strong></p>
            <p>{words.explained()}</p>
            {sign_in(texts, page)}
            {reach(texts, &page.reach)}
            {(!page.refused).then(|| confirmation(texts, page.confirmed))}
            {fields(texts, page)}
            {claims(texts, &page.claims)}
            {page.tested.as_ref().map(|tested| list(texts, tested))}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn at(moment: Timestamp) -> String {
    moment.to_zoned(sweden()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn sign_in(texts: Texts, page: &LoginTestPage) -> AnyView {
    let words = texts.login_test;
    let level = page.level.clone().unwrap_or_else(|| words.not_stated().to_owned());
    let accepted = match page.levels_accepted.as_slice() {
        [] => words.any_level().to_owned(),
        levels => levels.join(", "),
    };
    let asked = page.auth_time.map_or_else(|| words.not_stated().to_owned(), at);
    view! {
        <dl class="explained">
            <div><dt>{words.level()}</dt><dd>{level}</dd></div>
            <div><dt>{words.levels_accepted()}</dt><dd>{accepted}</dd></div>
            <div><dt>{words.auth_time()}</dt><dd>{asked}</dd></div>
        </dl>
    }
    .into_any()
}

fn reach(texts: Texts, lines: &[ReachLine]) -> AnyView {
    let words = texts.login_test;
    if lines.is_empty() {
        return view! { <h2>{words.assignments()}</h2><p>{words.no_assignment()}</p> }.into_any();
    }
    let one = |line: &ReachLine| {
        let viewer = &line.viewer;
        let place = joined([viewer.unit.name.clone(), Some(viewer.organisation_name.clone())]);
        let about = joined([Some(words::role(texts, viewer.role).to_owned()), Some(viewer.purpose.clone())]);
        let sections: Vec<&str> = line.sections.iter().map(|section| words::section(texts, *section)).collect();
        let sections = if sections.is_empty() { words.no_section().to_owned() } else { sections.join(", ") };
        let may =
            Action::ALL.into_iter().filter(|action| viewer.may(*action)).map(|action| words::action(texts, action));
        let may = may.collect::<Vec<_>>().join(", ");
        let may = (!may.is_empty()).then(|| view! { <br/>{words.may(&may)} });
        view! { <div><dt>{place}</dt><dd>{about}<br/>{words.sections(&sections)}{may}</dd></div> }
    };
    view! {
        <h2>{words.assignments()}</h2>
        <dl class="explained">{lines.iter().map(one).collect::<Vec<_>>()}</dl>
    }
    .into_any()
}

fn confirmation(texts: Texts, confirmed: Option<Timestamp>) -> AnyView {
    let words = texts.login_test;
    view! {
        <h2>{words.confirm_heading()}</h2>
        {confirmed.map(|moment| view! { <p role="status">{words.confirmed(&at(moment))}</p> })}
        <form method="post" action=paths::LOGIN_TEST>
            <p>{words.confirm_explained()}</p>
            <button class="button" type="submit">{words.confirm()}</button>
        </form>
        <p>{words.if_wrong()}</p>
    }
    .into_any()
}

fn fields(texts: Texts, page: &LoginTestPage) -> AnyView {
    let words = texts.login_test;
    let one = |line: &FieldLine| {
        let found = line.found.clone().unwrap_or_else(|| words.not_found(&line.tried.join(", ")));
        view! { <div><dt>{line.key}</dt><dd>{found}</dd></div> }
    };
    view! {
        <h2>{words.mapping(page.mapping)}</h2>
        <dl class="explained">{page.fields.iter().map(one).collect::<Vec<_>>()}</dl>
    }
    .into_any()
}

fn claims(texts: Texts, lines: &[ClaimLine]) -> AnyView {
    let words = texts.login_test;
    let one = |line: &ClaimLine| {
        let value = line.value.clone().unwrap_or_else(|| words.hidden().to_owned());
        view! { <div><dt>{line.name.clone()}</dt><dd class="claim">{value}</dd></div> }
    };
    view! {
        <h2>{words.claims()}</h2>
        <dl class="explained">{lines.iter().map(one).collect::<Vec<_>>()}</dl>
    }
    .into_any()
}

fn list(texts: Texts, tested: &[TestedLine]) -> AnyView {
    let words = texts.login_test;
    let one = |line: &TestedLine| {
        let who = joined([Some(line.name.clone()), Some(line.unit.clone()), Some(line.user_id.clone())]);
        view! { <li>{who}" – "{at(line.at)}</li> }
    };
    let everybody = if tested.is_empty() {
        view! { <p>{words.nobody_yet()}</p> }.into_any()
    } else {
        view! { <ul>{tested.iter().map(one).collect::<Vec<_>>()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="tested"><h2 id="tested">{words.tested()}</h2>{everybody}</section> }.into_any()
}
