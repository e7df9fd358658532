//! The table: roles across, sections and actions down, a box in each cell that can be granted.
//!
//! Invariant: every box says by itself which role and which right it is; every fixed cell points to its reason on the page.

use leptos::prelude::*;
use samsyn_domain::{
    access::{Action, Fixed, Right, fixed},
    section::Section,
    viewer::Role,
};

use super::{RolesPage, history, right, role_field};
use crate::{context::PageContext, paths, text::Texts, words};

/// Reasons in the order of their numbers.
const REASONS: [Fixed; 4] = [Fixed::NoPartInCare, Fixed::Profession, Fixed::CareProvidersOnly, Fixed::LogReader];

pub(super) fn edit(context: &PageContext, page: &RolesPage<'_>) -> AnyView {
    let words = context.texts().roles;
    view! {
        <p>{words.explained()}</p>
        <form method="post" action=paths::ROLES>
            <input type="hidden" name="base" value=page.base().to_string()/>
            {table(context, page, "sections", words.sections(), &Section::ALL.map(Right::See))}
            <p class="quiet">{words.parts()}</p>
            {table(context, page, "actions", words.actions(), &Action::ALL.map(Right::Do))}
            <p class="quiet">{words.not_yet()}</p>
            {reasons(context.texts())}
            <button class="button" type="submit" name="step" value="review">{words.review()}</button>
        </form>
        {history(context, page)}
    }
    .into_any()
}

fn table(
    context: &PageContext,
    page: &RolesPage<'_>,
    id: &'static str,
    title: &'static str,
    rights: &[Right],
) -> AnyView {
    let texts = context.texts();
    let heads = Role::ALL.map(|role| view! { <th scope="col">{words::role(texts, role)}</th> }).into_iter();
    let row = |one: &Right| {
        let cells = Role::ALL.map(|role| cell(texts, page, role, *one)).into_iter();
        view! { <tr><th scope="row">{right(texts, *one)}</th>{cells.collect::<Vec<_>>()}</tr> }
    };
    view! {
        <h2 id=id>{title}</h2>
        // Wider than a phone: the table scrolls by itself, also by keyboard.
        <div class="scroll" role="region" aria-labelledby=id tabindex="0">
            <table class="matrix">
                <thead><tr><td></td>{heads.collect::<Vec<_>>()}</tr></thead>
                <tbody>{rights.iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(texts: Texts, page: &RolesPage<'_>, role: Role, one: Right) -> AnyView {
    if let Some(why) = fixed(role, page.kinds, one) {
        let number = REASONS.iter().position(|reason| *reason == why).map_or(0, |place| place + 1);
        return view! { <td class="fixed">{texts.roles.fixed(&number.to_string())}</td> }.into_any();
    }
    let name = role_field(role, one);
    let label = format!("{}: {}", words::role(texts, role), right(texts, one));
    let checked = page.chosen.grants(role, page.kinds, one);
    view! {
        <td><label class="cell"><input type="checkbox" name=name value="1" checked=checked aria-label=label/></label></td>
    }
    .into_any()
}

fn reasons(texts: Texts) -> AnyView {
    let words = texts.roles;
    let all = REASONS.map(|reason| match reason {
        Fixed::NoPartInCare => words.fixed_no_part_in_care(),
        Fixed::Profession => words.fixed_profession(),
        Fixed::CareProvidersOnly => words.fixed_care_providers_only(),
        Fixed::LogReader => words.fixed_log_reader(),
    });
    let items = all.into_iter().map(|text| view! { <li>{text}</li> });
    view! { <h2>{words.fixed_heading()}</h2><ol>{items.collect::<Vec<_>>()}</ol> }.into_any()
}
