//! Roles of an organisation: what each sees and may do, for its administrator to change.
//!
//! Three forms of one page: the table, the changes to confirm, the former versions. Not here: what is fixed (`domain::access::fixed`),
//! who may see the page and what holds (`service::roles`).
//! Invariant: nothing is saved that was not listed in words first; what was ticked stands there again after a refusal; a cell nobody
//! can grant is no box, and says why.

mod review;
mod table;

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{
    access::{Right, RoleMatrix},
    source::ProviderKind,
    time::sweden,
    viewer::Role,
};

use crate::{context::PageContext, document, paths, review::nav, text::Texts, words};

/// Which form of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolesStep {
    /// The table with boxes.
    Edit,
    /// What would change, to be confirmed.
    Review,
}

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolesProblem {
    /// A cell was ticked that nobody can grant.
    Fixed,
    /// Somebody else saved meanwhile.
    Stale,
    /// Everything is as it was.
    Unchanged,
}

/// A version that has been saved.
#[derive(Debug, Clone)]
pub struct VersionLine {
    /// 1, 2, 3 …
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// By whom: name and title.
    pub by: String,
}

/// What the page shows.
#[derive(Debug)]
pub struct RolesPage<'a> {
    /// Name of the organisation.
    pub organisation: &'a str,
    /// The kinds of provider it is.
    pub kinds: &'a [ProviderKind],
    /// Newest first; the first one holds. Empty while the defaults do.
    pub versions: &'a [VersionLine],
    /// What holds.
    pub current: &'a RoleMatrix,
    /// What is ticked.
    pub chosen: &'a RoleMatrix,
    /// Which form.
    pub step: RolesStep,
    /// Why the last attempt saved nothing.
    pub problem: Option<RolesProblem>,
    /// A change has just been saved.
    pub saved: bool,
}

impl RolesPage<'_> {
    /// Number of the version that holds; 0 is the defaults.
    fn base(&self) -> u32 {
        self.versions.first().map_or(0, |version| version.number)
    }
}

/// Name of a cell's box in the form, e.g. `nurse.medications`.
pub fn role_field(role: Role, right: Right) -> String {
    format!("{}.{}", role.name(), right.name())
}

/// The page.
pub fn roles_page(context: &PageContext, page: &RolesPage<'_>) -> String {
    let words = context.texts().roles;
    let inner = view! {
        <main id="content" class="plain roles" tabindex="-1">
            {nav(context)}
            <h1>{words.heading(page.organisation)}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {page.problem.map(|problem| problem_box(context.texts(), problem))}
            {match page.step {
                RolesStep::Edit => table::edit(context, page),
                RolesStep::Review => review::review(context, page),
            }}
        </main>
    };
    document::page(context, words.title(), "page roles-page", inner.into_any())
}

fn problem_box(texts: Texts, problem: RolesProblem) -> AnyView {
    let words = texts.roles;
    let text = match problem {
        RolesProblem::Fixed => words.problem_fixed(),
        RolesProblem::Stale => words.problem_stale(),
        RolesProblem::Unchanged => words.problem_unchanged(),
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

/// Which version holds, since when, and who made it.
fn holding(context: &PageContext, page: &RolesPage<'_>) -> String {
    let words = context.texts().roles;
    page.versions.first().map_or_else(
        || words.holds_default().to_owned(),
        |version| words.holds(&version.number.to_string(), &made(version)),
    )
}

fn made(version: &VersionLine) -> String {
    format!("{}, {}", version.at.to_zoned(sweden()).strftime("%Y-%m-%d %H:%M"), version.by)
}

/// Former versions and the defaults, each one step from being reviewed.
fn history(context: &PageContext, page: &RolesPage<'_>) -> AnyView {
    let words = context.texts().roles;
    let restore = |number: u32, label: String| {
        view! {
            <li>
                <form method="post" action=paths::ROLES>
                    <input type="hidden" name="base" value=page.base().to_string()/>
                    <span>{label}</span>" "
                    <button class="button small" type="submit" name="restore" value=number.to_string()>
                        {words.restore()}<span class="visually-hidden">" "{words.version(&number.to_string())}</span>
                    </button>
                </form>
            </li>
        }
    };
    let former = page.versions.iter().skip(1).map(|version| {
        restore(version.number, format!("{}: {}", words.version(&version.number.to_string()), made(version)))
    });
    let defaults = (!page.versions.is_empty()).then(|| restore(0, words.defaults().to_owned()));
    view! {
        <section aria-labelledby="versions">
            <h2 id="versions">{words.versions()}</h2>
            <p>{holding(context, page)}</p>
            <ul class="versions">{former.collect::<Vec<_>>()}{defaults}</ul>
        </section>
    }
    .into_any()
}

/// Name of a section or an action.
const fn right(texts: Texts, right: Right) -> &'static str {
    match right {
        Right::See(section) => words::section(texts, section),
        Right::Do(action) => words::action(texts, action),
    }
}
