//! What an administrator does here: a door to each room.
//!
//! Invariant: a door that is shown opens for whoever sees it.

use leptos::prelude::*;

use crate::{context::PageContext, document, paths};

/// The page.
pub fn admin_page(context: &PageContext, organisation: &str, stopped: usize, reported: usize) -> String {
    let texts = context.texts();
    let words = texts.admin;
    let doors = [
        (paths::GO_LIVE, texts.go_live.link(), words.go_live()),
        (paths::ENABLEMENT, texts.enablement.link(), words.enablement()),
        (paths::CATALOGUE, texts.catalogue.link(), words.catalogue()),
        (paths::ADMIN_SOURCES, texts.stages.link(), words.stages()),
        (paths::REPORTS, texts.reports.list_heading(), words.reports()),
        (paths::NOTICE_ADMIN, texts.board_admin.link(), words.notices()),
        (paths::UNITS, texts.units.link(), words.units()),
        (paths::USERS, texts.users.link(), words.users()),
        (paths::ROLES, texts.roles.link(), words.roles()),
        (paths::SOURCES, texts.sources.heading(), words.sources()),
        (paths::LOGIN_TEST, texts.login_test.heading(), words.login_test()),
    ];
    let doors = doors.map(|(to, name, what)| view! { <li><a href=to>{name}</a><p class="quiet">{what}</p></li> });
    let inner = view! {
        <main id="content" class="plain admin" tabindex="-1">
            <h1>{words.heading(organisation)}</h1>
            {stopped_line(context, stopped)}
            {reported_line(context, reported)}
            <ul class="doors">{doors.into_iter().collect::<Vec<_>>()}</ul>
        </main>
    };
    document::page(context, words.title(), "page admin-page", inner.into_any())
}

/// What waits for the administrator: sources that the portal itself has stopped.
fn stopped_line(context: &PageContext, stopped: usize) -> AnyView {
    let words = context.texts().admin;
    let told = match stopped {
        0 => return ().into_any(),
        1 => words.one_stopped().to_owned(),
        many => words.many_stopped(&many.to_string()),
    };
    view! { <p class="form-error" role="alert"><a href=paths::ADMIN_SOURCES>{told}</a></p> }.into_any()
}

/// What waits for the administrator: what was reported and nobody has brought to an end.
fn reported_line(context: &PageContext, reported: usize) -> AnyView {
    let words = context.texts().admin;
    let told = match reported {
        0 => return ().into_any(),
        1 => words.one_reported().to_owned(),
        many => words.many_reported(&many.to_string()),
    };
    view! { <p class="notice"><a href=paths::REPORTS>{told}</a></p> }.into_any()
}
