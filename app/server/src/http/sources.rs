//! How every source answers, for everybody who is signed in: a page, JSON for programs that ask for it, and CSV.
//!
//! Not here: what is known (`service::sightings`), how it stands (`domain::standing`), the page (`ui::sources`). Nothing here is about a
//! patient, so looking is no record of the log.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use samsyn_domain::{
    maintenance::Occasion,
    plan::is_register,
    section::Section,
    source::{Source, SourceId},
    standing::Standing,
    viewer::Viewer,
};
use samsyn_service::{port::PortError, sources::Standings};
use samsyn_ui::{SourceCell, SourcesPage, UserError, sources_csv, sources_page};
use serde_json::{Value, json};

use super::{
    AppState, failure,
    page::{Visit, html},
    review::as_csv,
};

/// The page, or the same as JSON.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    drawn(&state, &visit, |visit, page| {
        if visit.wants_json {
            axum::Json(as_json(page)).into_response()
        } else {
            html(sources_page(&visit.context(), page))
        }
    })
    .await
}

/// The same as a table for other programs.
pub async fn csv(State(state): State<AppState>, visit: Visit) -> Response {
    drawn(&state, &visit, |visit, page| as_csv("kallor", sources_csv(&visit.context(), page))).await
}

async fn drawn(state: &AppState, visit: &Visit, draw: impl FnOnce(&Visit, &SourcesPage<'_>) -> Response) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let zoned = state.clock.now();
    let now = zoned.timestamp();
    let standings = match state.sources.book().now().await {
        Ok(standings) => standings,
        Err(error) => return failure::database(visit, "stages of sources", &error),
    };
    let work = match state.notices.board().work(standings.sources(), &zoned).await {
        Ok(work) => work,
        Err(error) => return failure::database(visit, "read notices", &error),
    };
    match read(state, viewer, &standings, &work, now).await {
        Ok(sources) => draw(visit, &SourcesPage { sources: &sources, work: &work, since: state.since, now }),
        Err(error) => failure::database(visit, "read what is enabled", &error),
    }
}

async fn read<'a>(
    state: &AppState,
    viewer: &Viewer,
    standings: &'a Standings,
    work: &BTreeMap<SourceId, Occasion>,
    now: Timestamp,
) -> Result<Vec<(&'a Source, Vec<SourceCell>)>, PortError> {
    let enablement = state.enablements.in_force(viewer, now).await?;
    let sources = standings.sources().iter().filter(|source| !is_register(source));
    let read = sources.map(|source| {
        let worked_on_until = work.get(&source.id).filter(|(from, _)| *from <= now).map(|(_, until)| *until);
        let paused = state.overviews.paused_since(&source.id);
        let staged = standings.staged(&source.id);
        let left_alone = staged.and_then(|staged| Some((staged.stage.left_alone()?, staged.at)));
        let cell = |section| {
            let sight = state.overviews.sightings().of(&source.id, section, now);
            let enabled = enablement.enables(&source.id, section);
            // Care limits are asked for however often a source has failed.
            let paused = paused.filter(|_| section != Section::CareLimits);
            let sighted = sight.as_ref().map(|sight| sight.failing);
            let standing = Standing::of(enabled, left_alone, worked_on_until, paused, sighted);
            let sight = sight.unwrap_or_default();
            SourceCell {
                section,
                standing,
                last_answer: sight.last_answer,
                asked: sight.asked,
                answered_percent: sight.answered_percent,
                p50_ms: sight.p50_ms,
                p95_ms: sight.p95_ms,
            }
        };
        (source, source.sections.iter().copied().map(cell).collect())
    });
    Ok(read.collect())
}

fn as_json(page: &SourcesPage<'_>) -> Value {
    let section = |cell: &SourceCell| {
        let why = match cell.standing {
            Standing::Failing { why, .. } => Some(why),
            _ => None,
        };
        json!({
            "section": cell.section,
            "standing": cell.standing.word(),
            "since": cell.standing.since(),
            "why": why,
            "last_answer": cell.last_answer,
            "asked": cell.asked,
            "answered_percent": cell.answered_percent,
            "p50_ms": cell.p50_ms,
            "p95_ms": cell.p95_ms,
        })
    };
    let source = |(source, cells): &(&Source, Vec<SourceCell>)| {
        let work = page.work.get(&source.id);
        json!({
            "source": source.id,
            "organisation": source.organisation,
            "organisation_name": source.organisation_name,
            "system": source.system,
            "phone": source.phone,
            "maintenance": work.map(|(from, until)| json!({ "from": from, "until": until })),
            "sections": cells.iter().map(section).collect::<Vec<_>>(),
        })
    };
    json!({ "since": page.since, "at": page.now, "sources": page.sources.iter().map(source).collect::<Vec<_>>() })
}
