//! Consent (samtycke): kind and status, to whom, for how long, given by whom; and what is registered in the portal itself.
//!
//! Invariant: what is registered here says so, and has no source line.

use leptos::prelude::*;
use samsyn_domain::{consent_view::ConsentHere, entry::Consent, overview::SectionView};

use crate::{
    access::moment,
    context::Sheet,
    parts::{joined, line, organisations, period},
    words,
};

/// What is registered here, then what sources report.
pub(crate) fn consents(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let here = sheet.overview.consents_here.as_ref();
    let unreadable =
        here.is_none().then(|| view! { <p class="state state-problem">{sheet.texts.consents.here_unreadable()}</p> });
    let here: Vec<AnyView> = here.into_iter().flatten().map(|one| registered(sheet, one)).collect();
    view! {
        {unreadable}
        {(!here.is_empty()).then(|| view! { <ul class="entries registered-here">{here}</ul> })}
        {super::listed(sheet, view.name.name(), view.entries.iter().collect())}
    }
    .into_any()
}

fn registered(sheet: Sheet<'_>, one: &ConsentHere) -> AnyView {
    let (words, access) = (sheet.texts.consents, sheet.texts.access);
    let until = one.until.map_or_else(|| access.until_revoked().to_owned(), |to| access.until(&moment(to)));
    let alone = one.for_one.then(|| words.for_one().to_owned());
    let at = moment(one.registered_at);
    let by = one.registered_by.as_ref().map_or_else(|| words.registered_at(&at), |who| access.registered_by(&at, who));
    view! {
        <li class="entry" data-registered-here="">
            <h3>{words.here()}</h3>
            {line(joined([one.unit.clone(), alone, Some(until)]))}
            <p class="source">{by}</p>
        </li>
    }
    .into_any()
}

/// One consent. Without an end it holds until further notice.
pub(crate) fn consent(sheet: Sheet<'_>, consent: &Consent) -> AnyView {
    let texts = sheet.texts;
    let title = format!(
        "{}: {}",
        words::consent_kind(texts, &consent.kind),
        words::consent_status(texts, &consent.status).to_lowercase()
    );
    let held = period(texts, consent.valid_from.as_ref(), consent.valid_to.as_ref());
    let open = consent.valid_to.is_none().then(|| texts.entry.until_further_notice().to_owned());
    let given = words::consent_giver(texts, &consent.given_by);
    view! {
        <h3>{title}</h3>
        {line(consent.text.clone())}
        {line(organisations(&consent.given_to).map(|names| texts.consents.given_to(&names)))}
        {line(joined([held, open, Some(given)]))}
    }
    .into_any()
}
