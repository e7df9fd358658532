//! The search page: one number, and the active choice as two buttons.
//!
//! Not here: reading the number (`domain::identifier`). What was refused is written back, to be corrected.
//! Invariant: a number that can be somebody's is never written back into a page.

use leptos::prelude::*;
use samsyn_domain::identifier::PersonIdentifier;

use crate::{
    context::PageContext,
    document,
    error::{UserError, explained},
    follow_up::{self, FollowUpList},
    notices::board,
    paths,
};

/// What the search page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchForm {
    /// Why the last attempt opened nothing.
    pub value_error: Option<UserError>,
    /// What was typed, to be corrected; left out when it is a number that somebody can have.
    pub typed: Option<String>,
    /// None when the assignment allows the shared overview; otherwise who can grant it.
    pub shared_granted_by: Option<String>,
    /// The organisation does not take part in the shared overview.
    pub not_live: bool,
    /// What the reader's emergencies have left to be told.
    pub follow_ups: FollowUpList,
}

/// The search page.
pub fn search_page(context: &PageContext, form: &SearchForm) -> String {
    let texts = context.texts();
    let words = texts.search;
    let may_be_somebodys =
        |typed: &String| PersonIdentifier::stated(typed).is_ok_and(|number| number.check_digit_matches());
    let typed = form.typed.clone().filter(|typed| !may_be_somebodys(typed));
    let invalid = form.value_error.is_some();
    let error = form.value_error.as_ref().map(|error| {
        view! {
            <div id="patient-error" class="form-error" role="alert" data-error=error.code()>
                <h2>{error.title(texts)}</h2>{explained(texts, error)}
            </div>
        }
    });
    let inner = view! {
        <main id="content" class="plain" tabindex="-1">
            {board(context, false)}
            <h1>{words.heading()}</h1>
            {error}
            <form class="search" method="post" action=paths::OPEN autocomplete="off">
                <label for="patient">{words.label()}</label>
                <p id="patient-help" class="quiet">{words.help()}</p>
                <input id="patient" name="patient" type="text" inputmode="text" autocomplete="off" spellcheck="false"
                    autocapitalize="characters" maxlength="20" required autofocus value=typed
                    aria-describedby=if invalid { "patient-error patient-help" } else { "patient-help" }
                    aria-invalid=invalid.then_some("true")/>
                <input type="hidden" name="live" value="1" disabled data-live=""/>
                {choices(context, form)}
            </form>
            {follow_up::list(context, &form.follow_ups)}
            <p class="quiet">{words.logged()}</p>
            <p class="quiet"><a href=paths::NOTICES>{texts.board.heading()}</a></p>
            <p class="quiet"><a href=paths::SOURCES>{texts.sources.heading()}</a></p>
            <p class="quiet"><a href=paths::REPORTS>{texts.reports.own_link()}</a></p>
            <p class="quiet"><a href=paths::FEEDBACK>{texts.feedback.link()}</a></p>
            <p class="quiet"><a href=paths::LOGIN_TEST>{texts.login_test.way_here()}</a></p>
        </main>
    };
    document::page(context, words.title(), "page search-page", inner.into_any())
}

/// The active choice. The first button is what Enter presses: the smaller of the two.
fn choices(context: &PageContext, form: &SearchForm) -> AnyView {
    let words = context.texts().search;
    let shared = match &form.shared_granted_by {
        _ if form.not_live => view! { <p class="quiet">{words.shared_not_live()}</p> }.into_any(),
        None => view! {
            <div class="choice">
                <button class="button" type="submit" name="scope" value="shared" aria-describedby="shared-explained">
                    {words.button_shared()}
                </button>
                <p id="shared-explained" class="quiet">{words.shared_explained()}</p>
            </div>
        }
        .into_any(),
        Some(who) => view! { <p class="quiet">{words.shared_not_allowed(who)}</p> }.into_any(),
    };
    view! {
        <div class="choices">
            <div class="choice">
                <button class="button" type="submit" name="scope" value="own" aria-describedby="own-explained">
                    {words.button_own()}
                </button>
                <p id="own-explained" class="quiet">{words.own_explained()}</p>
            </div>
            {shared}
        </div>
    }
    .into_any()
}
