//! One pick to judge: who, when, about whom, on what ground, what each source gave, and what has been found of it.
//!
//! Invariant: the patient is a number here and no link; whoever is judged is named by name and title.

use leptos::prelude::*;
use samsyn_domain::{
    access::FollowUp,
    logged::LoggedAct,
    review::{Mark, NOTE_MAX_CHARACTERS, Pick, ReviewFile, ReviewRefusal, Verdict},
};

use super::{LogOwner, follow_up::told as follow_up_told, nav, said};
use crate::{
    access::{Typed, moment},
    context::PageContext,
    document,
    logged::{self, LogNames},
    parts::{draft_field, typed_text},
    paths, words as names,
};

/// What the page shows.
#[derive(Debug)]
pub struct PickPage<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// The review.
    pub file: &'a ReviewFile,
    /// The pick.
    pub pick: &'a Pick,
    /// What the log tells; none when the record is not where it was.
    pub act: Option<&'a LoggedAct>,
    /// What the emergency it belongs to left to be told.
    pub follow_up: Option<&'a FollowUp>,
    /// Names of sources and providers.
    pub names: &'a LogNames,
    /// It is the reviewer's own act.
    pub own: bool,
    /// A judgement has just been saved.
    pub saved: bool,
    /// Why nothing was saved.
    pub problem: Option<ReviewRefusal>,
    /// The form says what was being written when the session ended.
    pub restored: bool,
    /// What the form said.
    pub typed: &'a Typed,
}

/// The page.
pub fn pick_page(context: &PageContext, page: &PickPage<'_>) -> String {
    let texts = context.texts();
    let (words, pick) = (texts.review, page.pick);
    let reasons = pick.reasons.iter().map(|one| view! { <li>{said::reason(texts, one)}</li> });
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <p><a href=paths::review(&page.file.review.id)>{words.back_to_file()}</a></p>
            <h1>{words.pick_heading(&pick.number.to_string(), &page.file.picks.len().to_string())}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {page.problem.map(|problem| said::problem(texts, problem))}
            {page.restored.then(|| said::restored(texts))}
            <section aria-labelledby="why">
                <h2 id="why">{words.reasons()}</h2>
                <ul class="reasons">{reasons.collect::<Vec<_>>()}</ul>
            </section>
            {page.act.map_or_else(
                || view! { <p class="form-error" role="alert">{words.act_gone()}</p> }.into_any(),
                |act| told(context, page, act),
            )}
            {judgement(context, page)}
            {history(context, page)}
            <p class="quiet">{words.logged(page.owner.provider)}</p>
        </main>
    };
    document::page(context, words.pick_title(), "page review-page", inner.into_any())
}

fn told(context: &PageContext, page: &PickPage<'_>, act: &LoggedAct) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    let reader = &act.reader;
    let unit =
        [reader.unit.name.clone(), Some(names::role(texts, reader.role).to_owned()), Some(reader.user_id.clone())];
    let what = [
        Some(logged::act(texts, &act.act)),
        act.scope.map(|scope| logged::scope(texts, scope).to_owned()),
        logged::ground(texts, &act.ground, act.scope),
    ];
    let joined = |parts: [Option<String>; 3]| parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let protected = act.is_protected() == Some(true);
    view! {
        <dl class="explained">
            {fact(words.at(), moment(act.place.at))}
            {fact(words.reader(), format!("{}, {}", reader.name, reader.title))}
            <div><dt class="visually-hidden">{words.csv_unit()}</dt><dd class="quiet">{joined(unit)}</dd></div>
            {fact(words.patient(), act.patient.spoken())}
            {protected.then(|| view! { <div><dt class="visually-hidden">{words.patient()}</dt><dd><strong>{texts.logged.protected()}</strong></dd></div> })}
            {fact(words.what(), joined(what))}
            {fact(words.purpose(), reader.purpose.clone())}
        </dl>
        {logged::told(texts, page.names, act).map(|told| view! {
            <section aria-labelledby="shown"><h2 id="shown">{words.shown()}</h2>{told}</section>
        })}
        {is_emergency(page).then(|| follow_up(context, page))}
    }
    .into_any()
}

fn is_emergency(page: &PickPage<'_>) -> bool {
    page.follow_up.is_some() || page.pick.reasons.contains(&samsyn_domain::review::Reason::Emergency)
}

fn follow_up(context: &PageContext, page: &PickPage<'_>) -> AnyView {
    let words = context.texts().review;
    view! {
        <section aria-labelledby="follow-up">
            <h2 id="follow-up">{words.follow_up_heading()}</h2>
            {page.follow_up.map_or_else(
                || view! { <p>{words.follow_up_none()}</p> }.into_any(),
                |task| follow_up_told(context, task, None),
            )}
        </section>
    }
    .into_any()
}

fn judgement(context: &PageContext, page: &PickPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    if page.file.closing.is_some() {
        return ().into_any();
    }
    if page.own {
        return view! { <p class="form-said">{words.own_act()}</p> }.into_any();
    }
    let standing = page.file.mark(page.pick.number);
    let chosen = page.typed.get("verdict").map(String::as_str).or(standing.map(|mark| mark.verdict.name()));
    let note = page.typed.get("note").cloned().or_else(|| standing.map(|mark| mark.note.clone())).unwrap_or_default();
    let options = [Verdict::Justified, Verdict::Questioned].map(|verdict| {
        view! {
            <label class="option">
                <input type="radio" name="verdict" value=verdict.name() required checked=chosen == Some(verdict.name())/>
                <span>{said::verdict(texts, verdict)}</span>
            </label>
        }
    });
    let invalid = page.problem == Some(ReviewRefusal::NoteMissing) || page.problem == Some(ReviewRefusal::TextTooLong);
    view! {
        <section aria-labelledby="judge">
            <h2 id="judge">{words.mark_heading()}</h2>
            <form method="post" action=paths::review_pick(&page.file.review.id, page.pick.number)>
                {draft_field(context)}
                <fieldset>
                    <legend>{words.verdict_legend()}</legend>
                    {options.into_iter().collect::<Vec<_>>()}
                </fieldset>
                <label for="note">{words.note()}</label>
                <p id="note-help" class="quiet">{words.note_help()}</p>
                <textarea id="note" name="note" rows="4" maxlength=NOTE_MAX_CHARACTERS.to_string()
                    aria-describedby=if invalid { "review-error note-help" } else { "note-help" }
                    aria-invalid=invalid.then_some("true")>{typed_text(&note)}</textarea>
                <p><button class="button" type="submit">{words.mark()}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Every judgement of this pick, when there is more than the one in the form.
fn history(context: &PageContext, page: &PickPage<'_>) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    let marks: Vec<&Mark> = page.file.marks.iter().filter(|mark| mark.pick == page.pick.number).collect();
    if marks.is_empty() {
        return ().into_any();
    }
    let item = |mark: &&Mark| {
        view! {
            <li class="entry">
                <p><strong>{said::verdict(texts, mark.verdict)}</strong>" · "{moment(mark.at)}" · "
                    {said::who(texts, &mark.by)}</p>
                {(!mark.note.is_empty()).then(|| view! { <blockquote class="verbatim">{mark.note.clone()}</blockquote> })}
            </li>
        }
    };
    view! {
        <section aria-labelledby="marks">
            <h2 id="marks">{words.changed_note()}</h2>
            <ul class="entries">{marks.iter().rev().map(item).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}
