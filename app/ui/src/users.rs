//! Who uses the portal: who is new, changed, gone or unused, everybody, and which claim gives which role.
//!
//! Not here: what there is to know of a user (`domain::user`), what a claim means (`server::login::claims`).
//! Invariant: what an administrator has to look into stands first; the page says that rights are given and taken in the directory, not here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    user::{Post, Standing, User},
    viewer::Role,
};

use crate::{context::PageContext, document, parts::local_minute, paths, text::Texts, words};

/// What the page shows.
#[derive(Debug)]
pub struct UsersPage<'a> {
    /// Whose.
    pub organisation: &'a str,
    /// By name.
    pub users: &'a [User],
    /// The organisation's units today, by HSA-id in lower case; empty while it has written none.
    pub units: &'a BTreeSet<String>,
    /// By role: the claims that give it, as configuration names them, with what has to stand in each.
    pub roles: &'a [(Role, Vec<(String, String)>)],
    /// The page's now.
    pub now: Timestamp,
}

/// The page.
pub fn users_page(context: &PageContext, page: &UsersPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.users;
    let told = [
        (Standing::Departed, "departed", words.departed(), words.departed_explained()),
        (Standing::Unused, "unused", words.unused(), words.unused_explained()),
        (Standing::New, "new", words.fresh(), words.fresh_explained()),
        (Standing::Changed, "changed", words.changed(), words.changed_explained()),
    ];
    let sections = told.into_iter().map(|(standing, id, heading, explained)| {
        let of_it: Vec<&User> = page.users.iter().filter(|user| user.standing(page.now) == standing).collect();
        view! {
            <section aria-labelledby=id>
                <h2 id=id>{format!("{heading} ({})", of_it.len())}</h2>
                <p class="quiet">{explained}</p>
                {list(texts, page, &of_it)}
            </section>
        }
    });
    let everybody: Vec<&User> = page.users.iter().collect();
    let inner = view! {
        <main id="content" class="plain administered" tabindex="-1">
            <p><a href=paths::ADMIN>{texts.admin.link()}</a></p>
            <h1>{words.heading(page.organisation)}</h1>
            <p>{words.explained()}</p>
            {sections.collect::<Vec<_>>()}
            <details>
                <summary>{words.everybody(&everybody.len().to_string())}</summary>
                {list(texts, page, &everybody)}
            </details>
            {roles(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn list(texts: Texts, page: &UsersPage<'_>, users: &[&User]) -> AnyView {
    if users.is_empty() {
        return ().into_any();
    }
    view! { <ul class="own-list">{users.iter().map(|user| item(texts, page, user)).collect::<Vec<_>>()}</ul> }
        .into_any()
}

fn item(texts: Texts, page: &UsersPage<'_>, user: &User) -> AnyView {
    let words = texts.users;
    let last = user.used_at.map_or_else(|| words.never_used().to_owned(), |at| words.used(&local_minute(at)));
    let changed = user.changed.as_ref().map(|(at, former)| {
        view! { <p class="quiet">{words.was(&local_minute(*at), &post(texts, former))}</p> }
    });
    let gone = user.gone_at.map(|at| view! { <p class="quiet">{words.gone(&local_minute(at))}</p> });
    let is_known = |id: &String| page.units.contains(&id.to_ascii_lowercase());
    let unknown = !page.units.is_empty() && !user.post.unit.id.as_ref().is_some_and(is_known);
    view! {
        <li data-user=user.assignment.clone()>
            <h3>{user.name.clone()}</h3>
            <p>{post(texts, &user.post)}</p>
            <p class="quiet">
                {format!("{} · {} · {} · {last}", user.user_id, user.assignment, words.first(&local_minute(user.first_at)))}
            </p>
            {changed}
            {gone}
            {unknown.then(|| view! { <p class="quiet">{words.unit_unknown()}</p> })}
        </li>
    }
    .into_any()
}

fn post(texts: Texts, post: &Post) -> String {
    let unit = post.unit.name.clone().or_else(|| post.unit.id.clone()).unwrap_or_default();
    let parts = [words::role(texts, post.role).to_owned(), post.title.clone(), unit, post.purpose.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn roles(texts: Texts, page: &UsersPage<'_>) -> AnyView {
    let words = texts.users;
    let rows = page.roles.iter().map(|(role, claims)| {
        let claims = claims.iter().map(|(claim, value)| {
            view! { <p><code>{claim.clone()}</code>{format!(": {value}")}</p> }
        });
        let many = page.users.iter().filter(|user| user.post.role == *role && user.gone_at.is_none()).count();
        view! {
            <dt>{words::role(texts, *role)}</dt>
            <dd>{claims.collect::<Vec<_>>()}<p class="quiet">{words.have_it(&many.to_string())}</p></dd>
        }
    });
    view! {
        <section aria-labelledby="roles">
            <h2 id="roles">{words.roles()}</h2>
            <p>{words.roles_explained()}" "<a href=paths::ROLES>{texts.roles.link()}</a></p>
            <dl class="told">{rows.collect::<Vec<_>>()}</dl>
        </section>
    }
    .into_any()
}
