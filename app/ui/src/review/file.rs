//! A review: how it was selected, its picks with their reasons and verdicts, and its closing.

use leptos::prelude::*;
use samsyn_domain::review::{NOTE_MAX_CHARACTERS, Pick, ReviewFile, ReviewRefusal, Selection};

use super::{LogOwner, days, nav, said};
use crate::{
    access::moment,
    context::PageContext,
    document,
    parts::{draft_field, typed_text},
    paths, words as names,
};

/// What the page shows.
#[derive(Debug)]
pub struct ReviewFilePage<'a> {
    /// Whose log.
    pub owner: LogOwner<'a>,
    /// The review.
    pub file: &'a ReviewFile,
    /// Why it was not closed.
    pub problem: Option<ReviewRefusal>,
    /// The result as it was typed; without a problem, what was being written when the session ended.
    pub typed: Option<&'a str>,
}

/// The page.
pub fn review_file_page(context: &PageContext, page: &ReviewFilePage<'_>) -> String {
    let texts = context.texts();
    let (words, file) = (texts.review, page.file);
    let id = &file.review.id;
    let inner = view! {
        <main id="content" class="plain access review" tabindex="-1">
            {nav(context)}
            <h1>{words.file_heading(&moment(file.review.begun_at))}</h1>
            <p>{page.owner.said(context)}" · "{days(context, file.review.selection.period)}</p>
            {page.problem.map(|problem| said::problem(texts, problem))}
            {(page.problem.is_none() && page.typed.is_some()).then(|| said::restored(texts))}
            <p><strong>{said::counts(texts, file)}</strong></p>
            {next(context, file)}
            {picks(context, file)}
            {closing(context, page)}
            {how(context, file)}
            <p class="access-links">
                <a href=paths::review_report(id)>{words.report()}</a>
                <a href=paths::review_csv(id) download="">{words.csv()}</a>
            </p>
            <p class="quiet">{words.logged(page.owner.provider)}</p>
        </main>
    };
    document::page(context, words.file_title(), "page review-page", inner.into_any())
}

fn next(context: &PageContext, file: &ReviewFile) -> AnyView {
    let words = context.texts().review;
    let next = file.unmarked().next().filter(|_| file.closing.is_none());
    next.map(|pick| {
        view! { <p><a class="button" href=paths::review_pick(&file.review.id, pick.number)>{words.next()}</a></p> }
    })
    .into_any()
}

/// A list and no table: on a phone each pick is read by itself.
fn picks(context: &PageContext, file: &ReviewFile) -> AnyView {
    let texts = context.texts();
    let words = texts.review;
    if file.picks.is_empty() {
        return view! { <p>{words.no_picks()}</p> }.into_any();
    }
    let item = |pick: &Pick| {
        let (verdict, class) = match file.mark(pick.number) {
            Some(mark) => (said::verdict(texts, mark.verdict), mark.verdict.name()),
            None => (words.not_marked(), "open"),
        };
        view! {
            <li class="entry" data-pick=pick.number.to_string() data-verdict=class>
                <p>
                    <a href=paths::review_pick(&file.review.id, pick.number)>{words.pick(&pick.number.to_string())}</a>
                    " · "{said::who(texts, &pick.reader)}" · "{moment(pick.place.at)}
                </p>
                <p>{said::reasons(texts, &pick.reasons)}</p>
                <p class="verdict"><strong>{verdict}</strong></p>
            </li>
        }
    };
    view! {
        <section aria-labelledby="picks">
            <h2 id="picks">{words.picks()}</h2>
            <ul class="entries">{file.picks.iter().map(item).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

fn closing(context: &PageContext, page: &ReviewFilePage<'_>) -> AnyView {
    let texts = context.texts();
    let (words, file) = (texts.review, page.file);
    let left = file.unmarked().count();
    let body = match &file.closing {
        Some(closing) => view! {
            <p>{words.closed(&moment(closing.at), &closing.by.name)}</p>
            <blockquote class="verbatim">{closing.result.clone()}</blockquote>
        }
        .into_any(),
        None if left > 0 => view! { <p>{words.close_left(&left.to_string())}</p> }.into_any(),
        None => {
            let described = if page.problem.is_some() { "review-error result-help" } else { "result-help" };
            view! {
                <form method="post" action=paths::review_close(&file.review.id)>
                    {draft_field(context)}
                    <label for="result">{words.result()}</label>
                    <p id="result-help" class="quiet">{words.result_help()}" "{words.close_explained()}</p>
                    <textarea id="result" name="result" rows="4" required maxlength=NOTE_MAX_CHARACTERS.to_string()
                        aria-describedby=described aria-invalid=page.problem.map(|_| "true")>
                        {typed_text(page.typed.unwrap_or_default())}
                    </textarea>
                    <p><button class="button" type="submit">{words.close()}</button></p>
                </form>
            }
            .into_any()
        }
    };
    view! { <section aria-labelledby="result-heading"><h2 id="result-heading">{words.result()}</h2>{body}</section> }
        .into_any()
}

fn how(context: &PageContext, file: &ReviewFile) -> AnyView {
    let words = context.texts().review;
    view! {
        <section aria-labelledby="how"><h2 id="how">{words.how()}</h2>{selected(context, file)}</section>
    }
    .into_any()
}

/// Who selected, when and how: so that somebody else can do it again.
pub(super) fn selected(context: &PageContext, file: &ReviewFile) -> AnyView {
    let texts = context.texts();
    let (words, review) = (texts.review, &file.review);
    let Selection { seed, random, by_rule, unusual, named, acts, readers, found, .. } = &review.selection;
    let roles: Vec<&str> = unusual.day_roles.iter().map(|role| names::role(texts, *role)).collect();
    let found: Vec<String> =
        found.iter().map(|(rule, count)| words.found_one(said::rule(texts, *rule), &count.to_string())).collect();
    let found = if found.is_empty() { words.rules_none().to_owned() } else { found.join(" · ") };
    view! {
        <p>{words.selected_by(&moment(review.begun_at), &said::who(texts, &review.begun_by))}" "
            {words.how_wish(&random.to_string(), &by_rule.to_string(), &acts.to_string(), &readers.to_string())}</p>
        <p>{words.found()}": "{found}</p>
        {(*named > 0).then(|| view! { <p>{words.how_named(&named.to_string())}</p> })}
        <p class="quiet">{words.unusual(
            &unusual.patients_in_an_hour.to_string(),
            &unusual.patients_in_a_day.to_string(),
            &unusual.times_own_day.to_string(),
            &unusual.day_begins_hour.to_string(),
            &unusual.day_ends_hour.to_string(),
        )}" "{words.day_roles()}": "{roles.join(", ")}"."</p>
        <p class="quiet">{words.how_repeat(seed)}</p>
        <p class="quiet">{words.surname_unknown()}</p>
    }
    .into_any()
}
