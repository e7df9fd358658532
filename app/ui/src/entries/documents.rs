//! Shared documents: kind, title, date, unit, and the text where the source sends it. The link is in the source line.

use leptos::prelude::*;
use samsyn_domain::entry::Document;

use crate::{
    context::Sheet,
    parts::{date, fold, joined, line},
};

/// One document. A long text is folded.
pub(crate) fn document(sheet: Sheet<'_>, document: &Document) -> AnyView {
    let texts = sheet.texts;
    let unit = document.unit.as_ref().and_then(|unit| unit.name.clone());
    let format = document
        .media_type
        .as_deref()
        .filter(|media_type| !media_type.starts_with("text/plain"))
        .map(|media_type| texts.documents.format(media_type));
    let about = joined([Some(document.kind.text.clone()), document.date.as_ref().map(date), unit, format]);
    let text = document.text.clone().map(|text| {
        if text.chars().count() <= SHORT {
            return view! { <p class="verbatim">{text}</p> }.into_any();
        }
        let summary: String = text.chars().take(SHORT / 2).chain("…".chars()).collect();
        let id = format!("document-{}", anchor(&document.provenance.id));
        fold(sheet, id, summary, view! { <p class="verbatim">{text}</p> }.into_any())
    });
    view! { <h3>{document.title.clone()}</h3>{line(about)}{text} }.into_any()
}

/// Characters up to which a text is shown whole.
const SHORT: usize = 200;

fn anchor(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
