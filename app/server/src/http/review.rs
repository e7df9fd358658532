//! Reviewing the log: the first page with its form, a review, a pick to judge, closing, the report.
//!
//! An address carries the id of a review or a follow-up and the number of a pick, which say nothing about a patient and open for
//! reviewers of the same provider only. Not here: who may and what is logged (`service::review`), the pages (`ui::review`).
//! Invariant: a form that is refused comes back as it was typed, and nothing has changed; another provider's review is not told from none.

mod selection;

pub(super) use self::selection::date;

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    review::{ReviewFile, ReviewRefusal, ReviewRules, Verdict},
    viewer::Viewer,
};
use samsyn_service::{
    log_reading::LogAccessError,
    review::{PickRead, ReviewError},
};
use samsyn_ui::{
    LogNames, LogOwner, PickPage, ReviewFilePage, ReviewRoomPage, Typed, UserError, paths, pick_page, report_csv,
    report_page, review_file_page, review_follow_up_page, review_room_page,
};
use serde::Deserialize;

use super::{
    AppState, failure,
    kept::form::{self, Form as KeptForm},
    page::{Visit, html},
    typed::word,
};

/// What there is to do.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    room(&state, &visit, None, &Typed::new()).await
}

/// Makes a selection and leads to the new review.
pub async fn begin(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
    let unusual = organisation.map_or_else(ReviewRules::default, |organisation| organisation.review.clone());
    let refusal = match selection::read(&typed, &now) {
        Ok(new) => match state.reviews.begin(viewer, new, &unusual, &now).await {
            Ok(id) => return Redirect::to(&paths::review(&id)).into_response(),
            Err(ReviewError::Refused(refusal)) => refusal,
            Err(error) => return failed(&visit, error),
        },
        // Whoever may not select is told so before what is wrong with the form.
        Err(refusal) => refusal,
    };
    room(&state, &visit, Some(refusal), &typed).await
}

async fn room(state: &AppState, visit: &Visit, problem: Option<ReviewRefusal>, typed: &Typed) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    match state.reviews.room(viewer, &now).await {
        Ok(room) => {
            let page = ReviewRoomPage {
                owner: owner(viewer),
                reviews: &room.reviews,
                follow_ups: &room.follow_ups,
                now: now.timestamp(),
                problem,
                typed,
            };
            answer(problem, review_room_page(&visit.context(), &page))
        }
        Err(error) => failed(visit, error),
    }
}

/// A review.
pub async fn file(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut visit = visit.about(&id);
    visit.draft = draft(&state, &visit, &["review", &id]);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.reviews.file(viewer, &id, None, &state.clock.now()).await {
        Ok(file) => {
            let kept = KeptForm::Close.find(&state, &headers, &visit.draft);
            let typed = kept.as_ref().and_then(|kept| kept.get("result")).filter(|_| file.closing.is_none());
            file_page(&visit, viewer, &file, None, typed.map(String::as_str))
        }
        Err(error) => failed(&visit, error),
    }
}

fn file_page(
    visit: &Visit,
    viewer: &Viewer,
    file: &ReviewFile,
    problem: Option<ReviewRefusal>,
    typed: Option<&str>,
) -> Response {
    let page = ReviewFilePage { owner: owner(viewer), file, problem, typed };
    answer(problem, review_file_page(&visit.context(), &page))
}

/// What the address of a pick may carry.
#[derive(Debug, Deserialize)]
pub struct PickQuery {
    saved: Option<String>,
}

/// A pick.
pub async fn pick(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, number)): Path<(String, String)>,
    Query(query): Query<PickQuery>,
    headers: HeaderMap,
) -> Response {
    let mut visit = visit.about(&id);
    visit.draft = draft(&state, &visit, &["pick", &id, &number]);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.reviews.pick(viewer, &id, &number, &state.clock.now()).await {
        Ok(read) => {
            let kept = KeptForm::Mark.find(&state, &headers, &visit.draft).filter(|_| read.file.closing.is_none());
            let (saved, restored) = (query.saved.is_some(), kept.is_some());
            one_pick(
                &state,
                &visit,
                viewer,
                &read,
                &Said { problem: None, saved, restored, typed: kept.unwrap_or_default() },
            )
        }
        Err(error) => failed(&visit, error),
    }
}

/// Judges it and leads to the next one, or back when that was the last.
pub async fn mark(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, number)): Path<(String, String)>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let mut visit = visit.about(&id);
    visit.draft = draft(&state, &visit, &["pick", &id, &number]);
    let Some(viewer) = visit.viewer() else { return KeptForm::Mark.session_over(&state, &visit, &typed) };
    let done = |to: &str| KeptForm::Mark.done(&state, &headers, &visit.draft, Redirect::to(to).into_response());
    let now = state.clock.now();
    let note = typed.get("note").map(String::as_str).unwrap_or_default();
    let problem = match word::<Verdict>(&typed, "verdict") {
        None => ReviewRefusal::Verdict,
        Some(verdict) => match state.reviews.mark(viewer, &id, &number, (verdict, note), &now).await {
            Ok(Some(next)) => {
                return done(&format!("{}?saved=1", paths::review_pick(&id, next)));
            }
            Ok(None) => return done(&paths::review(&id)),
            Err(ReviewError::Refused(refusal)) => refusal,
            Err(error) => return failed(&visit, error),
        },
    };
    match state.reviews.pick(viewer, &id, &number, &now).await {
        Ok(read) => {
            let said = Said { problem: Some(problem), typed, ..Said::default() };
            one_pick(&state, &visit, viewer, &read, &said)
        }
        Err(error) => failed(&visit, error),
    }
}

/// What the page of a pick says besides it.
#[derive(Default)]
struct Said {
    problem: Option<ReviewRefusal>,
    saved: bool,
    restored: bool,
    typed: Typed,
}

fn one_pick(state: &AppState, visit: &Visit, viewer: &Viewer, read: &PickRead, said: &Said) -> Response {
    let page = PickPage {
        owner: owner(viewer),
        file: &read.file,
        pick: &read.pick,
        act: read.act.as_ref(),
        follow_up: read.follow_up.as_ref(),
        names: &names(state),
        own: read.pick.is_of(viewer),
        saved: said.saved,
        restored: said.restored,
        problem: said.problem,
        typed: &said.typed,
    };
    answer(said.problem, pick_page(&visit.context(), &page))
}

/// Closes it.
pub async fn close(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let mut visit = visit.about(&id);
    visit.draft = draft(&state, &visit, &["review", &id]);
    let Some(viewer) = visit.viewer() else { return KeptForm::Close.session_over(&state, &visit, &typed) };
    let now = state.clock.now();
    let result = typed.get("result").map(String::as_str).unwrap_or_default();
    let problem = match state.reviews.close(viewer, &id, result, &now).await {
        Ok(()) => {
            let file = Redirect::to(&paths::review(&id)).into_response();
            return KeptForm::Close.done(&state, &headers, &visit.draft, file);
        }
        Err(ReviewError::Refused(refusal)) => refusal,
        Err(error) => return failed(&visit, error),
    };
    match state.reviews.file(viewer, &id, None, &now).await {
        Ok(file) => file_page(&visit, viewer, &file, Some(problem), Some(result)),
        Err(error) => failed(&visit, error),
    }
}

/// Ties what is written in a form to the reviewer and to what it is about.
fn draft(state: &AppState, visit: &Visit, about: &[&str]) -> String {
    visit.viewer().map(|viewer| form::label(state, viewer, about)).unwrap_or_default()
}

/// The report, to print.
pub async fn report(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let visit = visit.about(&id);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.reviews.file(viewer, &id, Some("page"), &state.clock.now()).await {
        Ok(file) => html(report_page(&visit.context(), owner(viewer), &file)),
        Err(error) => failed(&visit, error),
    }
}

/// The report as CSV.
pub async fn csv(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let visit = visit.about(&id);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.reviews.file(viewer, &id, Some("csv"), &state.clock.now()).await {
        Ok(file) => as_csv("loggranskning", report_csv(&visit.context(), &file)),
        Err(error) => failed(&visit, error),
    }
}

/// What an emergency left to be told.
pub async fn follow_up(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let visit = visit.about(&id);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    match state.reviews.follow_up(viewer, &id, &now).await {
        Ok(task) => html(review_follow_up_page(&visit.context(), owner(viewer), &task, now.timestamp())),
        Err(error) => failed(&visit, error),
    }
}

/// Whose log the viewer reads.
pub(super) fn owner(viewer: &Viewer) -> LogOwner<'_> {
    LogOwner { organisation: &viewer.organisation_name, provider: viewer.provider.id.as_str() }
}

/// Names of the sources and providers that records of the log may point to.
pub(super) fn names(state: &AppState) -> LogNames {
    let catalogue = state.overviews.catalogue();
    let providers = catalogue.organisations.iter().flat_map(|organisation| {
        let id = |id: &str| id.trim().to_ascii_lowercase();
        organisation.providers.iter().map(move |provider| (id(provider.id.as_str()), organisation.name.clone()))
    });
    let sources: BTreeMap<String, String> =
        state.sources.book().known().iter().map(|source| (source.id.to_string(), source.label())).collect();
    LogNames::new(sources, providers.collect())
}

/// A file to keep. Its name says what it is and nothing more.
pub(super) fn as_csv(name: &str, text: String) -> Response {
    let kept = format!("attachment; filename=\"{name}.csv\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, kept)], text)
        .into_response()
}

fn answer(problem: Option<ReviewRefusal>, page: String) -> Response {
    let status = match problem {
        None => StatusCode::OK,
        Some(ReviewRefusal::Closed) => StatusCode::CONFLICT,
        Some(ReviewRefusal::Own) => StatusCode::FORBIDDEN,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, html(page)).into_response()
}

fn failed(visit: &Visit, error: ReviewError) -> Response {
    match error {
        ReviewError::Log(LogAccessError::MayNot) => refuse_role(visit, visit.language_texts().review.link()),
        ReviewError::Unknown => visit.denied(visit.say(&UserError::NotFound), "not-there"),
        // What a rule refuses is said on the page of its form; the pages that only show have no rules.
        ReviewError::Refused(_) => visit.refuse(&UserError::BadRequest),
        ReviewError::Log(LogAccessError::LogUnavailable(error)) => {
            tracing::error!(%error, "nothing of the log was shown or judged: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error @ (ReviewError::Log(_) | ReviewError::Store(_)) => failure::database(visit, "review", &error),
    }
}

/// Says what the assignment lacks, and who can give it. The attempt is noted.
pub(super) fn refuse_role(visit: &Visit, capability: &str) -> Response {
    let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
    visit.refuse(&UserError::NotAllowed { capability: capability.to_owned(), who_can_grant: who })
}
