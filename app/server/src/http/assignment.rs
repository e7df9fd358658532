//! Choosing the assignment to act in, after signing in with several or later. Handles made in the former one stop working.
//!
//! Invariant: whoever has several is in none until one is chosen here, and the choice is in the log before it holds.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_service::{
    port::audit_log::Activity,
    record::{Deed, session::Event},
};
use samsyn_ui::{UserError, assignment_page, paths};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
    sign_in,
};
use crate::session;

/// The assignments one may choose among.
pub async fn show(visit: Visit) -> Response {
    match &visit.signed_in {
        Some(signed_in) => html(assignment_page(
            &visit.context(),
            &signed_in.assignments,
            signed_in.viewer().map(|viewer| viewer.assignment.as_str()),
        )),
        None => visit.refuse(&UserError::SessionExpired),
    }
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Choice {
    assignment: String,
}

/// Changes it; an assignment that is not the person's own changes nothing.
pub async fn choose(State(state): State<AppState>, visit: Visit, Form(choice): Form<Choice>) -> Response {
    let Some(signed_in) = visit.signed_in.clone() else { return visit.refuse(&UserError::SessionExpired) };
    let chosen = signed_in.assignments.iter().find(|viewer| viewer.assignment == choice.assignment);
    let Some(chosen) = chosen else { return visit.refuse(&UserError::BadRequest) };
    let before = signed_in.viewer().map(|viewer| viewer.assignment.as_str());
    let event = Event::Deed(Deed::Assignment { before });
    if let Err(error) = sign_in::log(&state, &visit, Activity::SignIn, chosen, event).await {
        tracing::error!(%error, "no assignment was chosen: the audit log cannot be written");
        return visit.refuse(&UserError::LogUnavailable);
    }
    let now = state.clock.now().timestamp();
    state.users.note(&chosen.user_id, &signed_in.assignments, Some(chosen), now).await;
    match session::change_assignment(&visit.session, signed_in, &choice.assignment).await {
        Ok(true) => Redirect::to(paths::SEARCH).into_response(),
        Ok(false) => visit.refuse(&UserError::BadRequest),
        Err(error) => failure::internal(&visit, "change assignment", &error),
    }
}
