//! What an administrator does here: a door to each room.
//!
//! Invariant: a door that is shown opens for whoever sees it.

use leptos::prelude::*;

use crate::{context::PageContext, document, paths};

/// The page.
pub fn admin_page(context: &PageContext, organisation: &str) -> String {
    let texts = context.texts();
    let words = texts.admin;
    let doors = [
        (paths::ENABLEMENT, texts.enablement.link(), words.enablement()),
        (paths::NOTICE_ADMIN, texts.board_admin.link(), words.notices()),
        (paths::ROLES, texts.roles.link(), words.roles()),
        (paths::SOURCES, texts.sources.heading(), words.sources()),
        (paths::LOGIN_TEST, texts.login_test.heading(), words.login_test()),
    ];
    let doors = doors.map(|(to, name, what)| view! { <li><a href=to>{name}</a><p class="quiet">{what}</p></li> });
    let inner = view! {
        <main id="content" class="plain admin" tabindex="-1">
            <h1>{words.heading(organisation)}</h1>
            <ul class="doors">{doors.into_iter().collect::<Vec<_>>()}</ul>
        </main>
    };
    document::page(context, words.title(), "page admin-page", inner.into_any())
}
