//! The frame of every page: head, skip link, top bar, notices and the end.
//!
//! Not here: what stands between. Invariant: the title never names a patient, no style or script is inline, and nothing
//! of the script's texts is in the script. A page of somebody signed in carries the tag of its sign-in, and goes with it.

use leptos::prelude::*;

use crate::{
    assets::{script_path, style_path},
    context::{PageContext, ViewerLine},
    parts::html,
    paths,
};

/// A page in two halves, so that the first can be sent before the rest exists.
pub(crate) struct Frame {
    pub opening: String,
    pub closing: &'static str,
}

/// The end of every page.
pub(crate) const END: &str = "</body></html>\n";

/// Everything up to the content. `kind` is the body's class; pages of somebody signed in are emptied by the script when the session is over
/// or another, `patient` pages also after the idle limit.
pub(crate) fn frame(context: &PageContext, title: &str, kind: &str, patient: bool) -> Frame {
    let language = context.language.tag();
    let head = html(
        view! {
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="robots" content="noindex"/>
            <meta name="referrer" content="same-origin"/>
            <meta name="color-scheme" content="light"/>
            <title>{title.to_owned()}</title>
            <link rel="icon" href="data:,"/>
            <link rel="stylesheet" href=style_path()/>
            <script type="module" async=true src=script_path() nonce=context.nonce.clone()></script>
        }
        .into_any(),
    );
    let of_sign_in = (!context.page_tag.is_empty())
        .then(|| format!(" data-alive=\"{}\" data-page=\"{}\"", paths::ALIVE, context.page_tag));
    let of_patient = patient.then(|| {
        let idle = context.idle_limit.map(|limit| format!(" data-idle-seconds=\"{}\"", limit.as_secs()));
        format!(" data-of=\"{}\"{}", context.patient_tag, idle.unwrap_or_default())
    });
    let watched = [of_sign_in, of_patient].into_iter().flatten().collect::<String>();
    let top = html(top(context, patient));
    Frame {
        opening: format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\"><head>{head}</head><body class=\"{kind}\"{watched}>{top}"
        ),
        closing: END,
    }
}

/// A complete page that is about nobody.
pub(crate) fn page(context: &PageContext, title: &str, kind: &str, inner: AnyView) -> String {
    let frame = frame(context, title, kind, false);
    [frame.opening, html(inner), frame.closing.to_owned()].concat()
}

/// A complete page about a patient, beside the overview: watched and blanked like the overview.
pub(crate) fn patient_page(context: &PageContext, title: &str, kind: &str, inner: AnyView) -> String {
    let frame = frame(context, title, kind, true);
    [frame.opening, html(inner), frame.closing.to_owned()].concat()
}

fn top(context: &PageContext, patient: bool) -> AnyView {
    let texts = context.texts();
    view! {
        <a class="skip" href="#content">{texts.page.skip()}</a>
        <header class="top">
            <a class="brand" href=paths::SEARCH>{texts.page.name()}</a>
            {context.viewer.as_ref().map(|viewer| {
                // Who administers or reviews reaches no patient.
                let (to, name) = if viewer.administers {
                    (paths::ADMIN, texts.admin.link())
                } else if viewer.reviews {
                    (paths::REVIEW, texts.review.link())
                } else {
                    (paths::SEARCH, texts.page.find_patient())
                };
                view! { <a class="top-link" href=to>{name}</a> }
            })}
            <div class="top-end">
                {context.viewer.as_ref().map(|viewer| viewer_line(context, viewer))}
                {language_switch(context)}
                {context.viewer.as_ref().map(|_| view! {
                    <form method="post" action=paths::LOGOUT data-leave="">
                        <button class="top-button" type="submit">{texts.page.sign_out()}</button>
                    </form>
                })}
            </div>
        </header>
        {patient.then(|| watched(context))}
        {(!context.page_tag.is_empty()).then(|| gone(context))}
    }
    .into_any()
}

fn viewer_line(context: &PageContext, viewer: &ViewerLine) -> AnyView {
    let texts = context.texts();
    let stated = |parts: [&String; 3]| {
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <p class="viewer">
            <span class="viewer-name">{format!("{}, {}", viewer.name, viewer.title)}</span>
            <span class="viewer-unit">
                {stated([&viewer.unit, &viewer.organisation, &viewer.assignment])}
                {viewer.can_change_assignment.then(|| view! {
                    " · "<a href=paths::ASSIGNMENT>{texts.page.change_assignment()}</a>
                })}
            </span>
        </p>
    }
    .into_any()
}

fn language_switch(context: &PageContext) -> AnyView {
    let texts = context.texts();
    let other = context.language.other().tag();
    view! {
        <form method="post" action=paths::LANGUAGE>
            <input type="hidden" name="return" value=context.path.clone()/>
            <button class="top-button" type="submit" name="language" value=other lang=other>
                {texts.page.language_other()}
            </button>
        </form>
    }
    .into_any()
}

/// Hidden notices that the script shows, and the announcer of late answers. All their words are here.
fn watched(context: &PageContext) -> AnyView {
    let texts = context.texts();
    let again = |words: &'static str| view! { <a href=context.path.clone()>{words}</a> };
    view! {
        <div class="notices">
            <p id="notice-other-patient" class="notice notice-alert" role="alert" hidden>
                {texts.notices.other_patient()}
            </p>
            <p id="notice-connection" class="notice notice-alert" role="alert" hidden>
                <strong data-text=texts.notices.connection("{time}")></strong>" "{texts.notices.connection_meaning()}
            </p>
            <p id="notice-age" class="notice" role="status" hidden>
                <a href=context.path.clone() data-text=texts.notices.age("{time}")></a>
            </p>
        </div>
        <p id="announcer" class="visually-hidden" role="status" aria-live="polite"></p>
        <template id="blanked">
            <main id="content" class="plain" tabindex="-1">
                <h1>{texts.page.blanked_title()}</h1>
                <p>{texts.page.after_idle()}</p>
                <p>{again(texts.page.open_again())}</p>
            </main>
        </template>
        <template id="mixed">
            <main id="content" class="plain" tabindex="-1">
                <h1>{texts.page.mixed_title()}</h1>
                <p>{texts.page.mixed()}</p>
                <p>{again(texts.page.open_again())}</p>
            </main>
        </template>
        <div class="print-refusal">
            <p><strong>{texts.print.use_print()}</strong></p>
            <p>{texts.print.use_print_how()}</p>
        </div>
    }
    .into_any()
}

/// What stands instead of the content when the page's sign-in is over, or another, or in another assignment. The ids are what the server
/// answers to a page that asks.
fn gone(context: &PageContext) -> AnyView {
    let texts = context.texts();
    let instead = |id: &'static str, title: &'static str, words: &'static str, to: (&'static str, &'static str)| {
        view! {
            <template id=id>
                <main id="content" class="plain" tabindex="-1">
                    <h1>{title}</h1>
                    <p>{words}</p>
                    <p><a class="button" href=to.0>{to.1}</a></p>
                </main>
            </template>
        }
    };
    let (page, search) = (texts.page, (paths::SEARCH, texts.error_page.to_search()));
    let sign_in = (paths::LOGIN, page.sign_in_again());
    view! {
        {instead("session-over", page.session_over_title(), page.session_over(), sign_in)}
        {instead("other-sign-in", page.other_sign_in_title(), page.other_sign_in(), search)}
        {instead("other-assignment", page.other_assignment_title(), page.other_assignment(), search)}
    }
    .into_any()
}
