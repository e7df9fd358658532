//! What would change, in words, before it is saved.
//!
//! Invariant: what is sent is what is listed: the choices travel hidden, and "back" returns them to the table.

use leptos::prelude::*;
use samsyn_domain::{access::Right, viewer::Role};

use super::{RolesPage, right, role_field};
use crate::{context::PageContext, paths, words};

pub(super) fn review(context: &PageContext, page: &RolesPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.roles;
    let changes = page.current.changes(page.chosen, page.kinds).into_iter().map(|(role, one, granted)| {
        let (role, one) = (words::role(texts, role), right(texts, one));
        view! { <li>{if granted { words.gains(role, one) } else { words.loses(role, one) }}</li> }
    });
    let ticked = Role::ALL.into_iter().flat_map(|role| Right::all().map(move |one| (role, one)));
    let hidden = ticked.filter(|(role, one)| page.chosen.grants(*role, page.kinds, *one)).map(|(role, one)| {
        view! { <input type="hidden" name=role_field(role, one) value="1"/> }
    });
    view! {
        <h2>{words.review_heading()}</h2>
        <ul class="changes">{changes.collect::<Vec<_>>()}</ul>
        <p><strong>{words.review_explained()}</strong></p>
        <form method="post" action=paths::ROLES>
            <input type="hidden" name="base" value=page.base().to_string()/>
            {hidden.collect::<Vec<_>>()}
            <button class="button" type="submit" name="step" value="save">{words.save()}</button>" "
            <button class="button secondary" type="submit" name="step" value="edit">{words.back()}</button>
        </form>
    }
    .into_any()
}
