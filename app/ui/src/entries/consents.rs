//! Consent (samtycke): kind and status, to whom, for how long, given by whom.

use leptos::prelude::*;
use samsyn_domain::entry::Consent;

use crate::{
    context::Sheet,
    parts::{joined, line, organisations, period},
    words,
};

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
