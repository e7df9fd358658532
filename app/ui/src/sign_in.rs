//! The pages before and after a session, and the choice of assignment at its beginning.
//!
//! Not here: OpenID Connect (`server::login`). Invariant: nothing about a patient is on these pages.

use leptos::prelude::*;
use samsyn_domain::viewer::Viewer;

use crate::{context::PageContext, document, notices::board, parts::joined, paths, words};

/// The page that leads to the identity provider.
pub fn sign_in_page(context: &PageContext) -> String {
    let words = context.texts().sign_in;
    let inner = view! {
        <main id="content" class="plain" tabindex="-1">
            {board(context, false)}
            <h1>{words.heading()}</h1>
            <p>{words.explained()}</p>
            <p><a class="button" href=paths::LOGIN>{words.button()}</a></p>
            <p class="quiet">{words.shared_computer()}</p>
            <p class="quiet"><a href=paths::NOTICES>{context.texts().board.heading()}</a></p>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

/// The page after signing out.
pub fn signed_out_page(context: &PageContext) -> String {
    let texts = context.texts();
    let words = texts.signed_out;
    let inner = view! {
        <main id="content" class="plain" tabindex="-1">
            <h1>{words.heading()}</h1>
            <p>{words.explained()}</p>
            <p><a class="button" href=paths::LOGIN>{texts.page.sign_in_again()}</a></p>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

/// The page where a user with several assignments chooses one. `current` is the id of the one in use, if any.
pub fn assignment_page(context: &PageContext, assignments: &[Viewer], current: Option<&str>) -> String {
    let texts = context.texts();
    let inner = view! {
        <main id="content" class="plain" tabindex="-1">
            <h1>{texts.assignment.heading()}</h1>
            <p>{texts.assignment.explained()}</p>
            <form class="choices" method="post" action=paths::ASSIGNMENT>
                {assignments.iter().map(|one| assignment(context, one, current)).collect::<Vec<_>>()}
            </form>
            <p class="quiet"><a href=paths::LOGIN_TEST>{texts.login_test.way_here()}</a></p>
        </main>
    };
    document::page(context, texts.assignment.title(), "page", inner.into_any())
}

fn assignment(context: &PageContext, viewer: &Viewer, current: Option<&str>) -> AnyView {
    let texts = context.texts();
    let in_use = (current == Some(viewer.assignment.as_str())).then(|| texts.assignment.current().to_owned());
    let role = words::role(texts, viewer.role).to_owned();
    let about = joined([Some(role), Some(viewer.purpose.clone()), in_use]);
    let place = joined([viewer.unit.name.clone(), Some(viewer.organisation_name.clone())]);
    view! {
        <div class="choice">
            <button class="button" type="submit" name="assignment" value=viewer.assignment.clone()>{place}</button>
            <p class="quiet">{about}</p>
        </div>
    }
    .into_any()
}
