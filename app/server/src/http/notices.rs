//! Notices to staff: what stands on a page, the page of all of them, the feed, and where administrators write them.
//!
//! Not here: what stands on the board and who may publish (`service::notices`), the pages (`ui::notices`). Reading notices is no record.
//! Invariant: whoever is not signed in sees what is for everybody and nothing else; a form that is refused comes back as it was typed.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::{Timestamp, civil::DateTime};
use samsyn_domain::{
    notice::{Notice, NoticeKind, NoticeText, Published},
    source::SourceId,
    time::sweden,
    viewer::Viewer,
};
use samsyn_service::notices::NoticeError;
use samsyn_ui::{
    Board, NoticeAdminPage, NoticeLine, NoticeProblem, PageContext, Typed, UserError, notice_admin_page, notices_feed,
    notices_page, paths,
};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// What the pages of this visit need, with what stands on the board for its reader.
pub async fn with_board(state: &AppState, visit: &Visit) -> PageContext {
    let reader = visit.viewer().map(|viewer| &viewer.organisation);
    let board = match state.notices.board().now(reader, state.clock.now().timestamp()).await {
        Ok(now) => Board { now: now.into_iter().map(|one| line(state, one)).collect(), unread: false },
        Err(error) => {
            tracing::error!(%error, "notices could not be read");
            Board { now: Vec::new(), unread: true }
        }
    };
    PageContext { board, ..visit.context() }
}

fn line(state: &AppState, published: Published) -> NoticeLine {
    let catalogue = state.overviews.catalogue();
    NoticeLine::of(published, &state.sources.book().known(), |one| {
        catalogue.organisation(&one.by.organisation).map(|organisation| organisation.name.clone())
    })
}

/// The page, for everybody.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let now = state.clock.now().timestamp();
    let reader = visit.viewer().map(|viewer| &viewer.organisation);
    match state.notices.board().all(now).await {
        Ok(all) => {
            let reach = all.iter().filter(|one| one.reaches(reader));
            let lines: Vec<_> = reach.map(|one| line(&state, one.clone())).collect();
            html(notices_page(&visit.context(), &lines, now))
        }
        Err(error) => failure::database(&visit, "read notices", &error),
    }
}

/// The feed, of what is for everybody.
pub async fn feed(State(state): State<AppState>, visit: Visit) -> Response {
    let now = state.clock.now().timestamp();
    let all = match state.notices.board().all(now).await {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(%error, "notices could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let lines: Vec<_> = all.iter().filter(|one| one.reaches(None)).map(|one| line(&state, one.clone())).collect();
    let address = state.config.portal.public_url.as_str().trim_end_matches('/');
    let feed = notices_feed(visit.language, &lines, address, now);
    ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response()
}

/// What the administrator's address may carry.
#[derive(Debug, Deserialize)]
pub struct AdminQuery {
    done: Option<String>,
}

/// Where notices are written.
pub async fn administer(State(state): State<AppState>, visit: Visit, Query(query): Query<AdminQuery>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let done = query.done.map(|done| done == "published");
    admin_page(&state, &visit, viewer, &Typed::new(), None, done).await
}

/// Publishes one, or takes one back.
pub async fn change(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let now = state.clock.now().timestamp();
    let (result, done) = match typed.get("step").map(String::as_str) {
        Some("publish") => match read(&typed, now) {
            Ok(notice) => (state.notices.publish(viewer, notice, now).await, "published"),
            Err(problem) => return admin_page(&state, &visit, viewer, &typed, Some(problem), None).await,
        },
        Some("withdraw") => {
            let id = typed.get("notice").map(String::as_str).unwrap_or_default();
            (state.notices.withdraw(viewer, id, now).await, "withdrawn")
        }
        _ => return visit.refuse(&UserError::BadRequest),
    };
    match result {
        Ok(()) => Redirect::to(&format!("{}?done={done}", paths::NOTICE_ADMIN)).into_response(),
        Err(NoticeError::Fault(fault)) => {
            admin_page(&state, &visit, viewer, &typed, Some(NoticeProblem::Fault(fault)), None).await
        }
        Err(NoticeError::Unknown) => {
            admin_page(&state, &visit, viewer, &typed, Some(NoticeProblem::Unknown), None).await
        }
        Err(error) => failed(&visit, error),
    }
}

/// The notice that was written.
fn read(typed: &Typed, now: Timestamp) -> Result<Notice, NoticeProblem> {
    let word = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    // A form sends two characters for each line break.
    let words = |name: &str| word(name).replace("\r\n", "\n");
    let kind = NoticeKind::of_word(word("kind")).ok_or(NoticeProblem::Choice)?;
    let everyone = match word("audience") {
        "everyone" => true,
        "own" => false,
        _ => return Err(NoticeProblem::Choice),
    };
    let text = |heading: &str, body: &str| NoticeText { heading: words(heading), body: words(body) };
    let english = text("heading-en", "body-en");
    Ok(Notice {
        kind,
        source: Some(word("source")).filter(|id| !id.is_empty()).map(SourceId::new),
        everyone,
        from: local(word("from"))?.unwrap_or(now),
        until: local(word("until"))?.ok_or(NoticeProblem::Time)?,
        sv: text("heading-sv", "body-sv"),
        en: (!english.heading.is_empty() || !english.body.is_empty()).then_some(english),
    })
}

/// A time as the form has it, in Swedish time; none when the field is empty.
fn local(typed: &str) -> Result<Option<Timestamp>, NoticeProblem> {
    if typed.is_empty() {
        return Ok(None);
    }
    let read = typed.parse::<DateTime>().and_then(|time| time.to_zoned(sweden()));
    read.map(|time| Some(time.timestamp())).map_err(|_| NoticeProblem::Time)
}

async fn admin_page(
    state: &AppState,
    visit: &Visit,
    viewer: &Viewer,
    typed: &Typed,
    problem: Option<NoticeProblem>,
    done: Option<bool>,
) -> Response {
    let now = state.clock.now().timestamp();
    let own = match state.notices.own(viewer, now).await {
        Ok(own) => own,
        Err(error) => return failed(visit, error),
    };
    let sources = match state.notices.own_sources(viewer).await {
        Ok(sources) => sources,
        Err(error) => return failure::database(visit, "stages of sources", &error),
    };
    let lines: Vec<_> = own.into_iter().map(|one| line(state, one)).collect();
    let page = NoticeAdminPage {
        organisation: &viewer.organisation_name,
        lines: &lines,
        sources: &sources.iter().collect::<Vec<_>>(),
        for_all: state.notices.may_write_to_everyone(viewer),
        typed,
        now,
        problem,
        done,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(NoticeProblem::Unknown) => StatusCode::NOT_FOUND,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, html(notice_admin_page(&visit.context(), &page))).into_response()
}

fn failed(visit: &Visit, error: NoticeError) -> Response {
    match error {
        NoticeError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().board_admin.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        NoticeError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was published: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "notices", &error),
    }
}
