//! Choosing another assignment. Handles made in the former one stop working.

use axum::{
    Form,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_ui::{UserError, assignment_page};
use serde::Deserialize;

use super::{
    failure,
    page::{Visit, html},
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
pub async fn choose(visit: Visit, Form(choice): Form<Choice>) -> Response {
    let Some(signed_in) = visit.signed_in.clone() else { return visit.refuse(&UserError::SessionExpired) };
    match session::change_assignment(&visit.session, signed_in, &choice.assignment).await {
        Ok(true) => Redirect::to("/").into_response(),
        Ok(false) => visit.refuse(&UserError::BadRequest),
        Err(error) => failure::internal(&visit, "change assignment", &error),
    }
}
