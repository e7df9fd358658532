//! The organisation's text on confidentiality, to be acknowledged before the first patient.
//!
//! Not here: when it is asked for, and keeping the answer (`server`). Invariant: the text stands there as its organisation wrote it; the
//! portal's own text stands in when there is none.

use leptos::prelude::*;

use crate::{context::PageContext, document, paths};

/// The page. `text` is the organisation's own, `digest` names the text that is acknowledged, `others` says that the person may choose
/// another assignment instead.
pub fn confidentiality_page(
    context: &PageContext,
    organisation: &str,
    text: Option<&str>,
    digest: &str,
    others: bool,
) -> String {
    let words = context.texts().confidentiality;
    let text = text.unwrap_or_else(|| words.text());
    let paragraphs = text.split("\n\n").map(|part| view! { <p class="own-words">{part.trim().to_owned()}</p> });
    let inner = view! {
        <main id="content" class="plain" tabindex="-1">
            <h1>{words.heading()}</h1>
            <p>{words.explained(organisation)}</p>
            <div class="confidentiality">{paragraphs.collect::<Vec<_>>()}</div>
            <p><strong>{words.logged()}</strong></p>
            <form method="post" action=paths::CONFIDENTIALITY>
                <input type="hidden" name="digest" value=digest.to_owned()/>
                <button class="button" type="submit">{words.acknowledge()}</button>
            </form>
            {others.then(|| view! { <p><a href=paths::ASSIGNMENT>{words.other_assignment()}</a></p> })}
            <p class="quiet">{words.otherwise()}</p>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}
