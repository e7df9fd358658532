//! The administrator's first page.
//!
//! Not here: the rooms it leads to (`enablement`, `roles`, `login_test`). Invariant: whoever administers nothing is refused, and that is
//! a record.

use axum::{extract::State, response::Response};
use samsyn_domain::viewer::Role;
use samsyn_ui::{UserError, admin_page};

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// The page.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    if viewer.role != Role::Administrator {
        let capability = visit.language_texts().admin.link().to_owned();
        return visit.refuse(&UserError::NotAllowed { capability, who_can_grant: viewer.organisation_name.clone() });
    }
    let standings = match state.sources.book().now().await {
        Ok(standings) => standings,
        Err(error) => return failure::database(&visit, "stages of sources", &error),
    };
    let stopped = standings.stopped(&viewer.organisation);
    match state.reports.open(viewer).await {
        Ok(reported) => html(admin_page(&visit.context(), &viewer.organisation_name, stopped, reported)),
        Err(error) => failure::database(&visit, "reports", &error),
    }
}
