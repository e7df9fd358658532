//! Acknowledging the organisation's text on confidentiality, before the first patient and again when the text has changed.
//!
//! Not here: which text holds (`crate::confidentiality`), the page (`ui`).
//! Invariants: without it no patient is opened; an acknowledgement is of the text that was on the page, and is logged before it is kept.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{source::OrganisationInfo, viewer::Viewer};
use samsyn_service::{
    port::{acknowledgements::Acknowledgement, audit_log::Activity},
    record::{Deed, session::Event},
};
use samsyn_ui::{UserError, confidentiality_page, paths};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
    sign_in,
};
use crate::{clock::real_now, confidentiality::digest};

/// The text.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let Some((viewer, organisation)) = whose(&state, &visit) else { return visit.refuse(&UserError::SessionExpired) };
    if !viewer.has_care_purpose() {
        return visit.refuse(&UserError::NoCarePurpose);
    }
    html(page(&visit, organisation))
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Given {
    digest: String,
}

/// Notes it. A text that has changed since the page was drawn is shown anew.
pub async fn acknowledge(State(state): State<AppState>, visit: Visit, Form(given): Form<Given>) -> Response {
    let Some((viewer, organisation)) = whose(&state, &visit) else { return visit.refuse(&UserError::SessionExpired) };
    if !viewer.has_care_purpose() {
        return visit.refuse(&UserError::NoCarePurpose);
    }
    let digest = digest(organisation);
    if given.digest != digest {
        return (StatusCode::CONFLICT, html(page(&visit, organisation))).into_response();
    }
    let event = Event::Deed(Deed::Confidentiality { organisation: &organisation.id, text: &digest });
    if let Err(error) = sign_in::log(&state, &visit, Activity::Write, viewer, event).await {
        tracing::error!(%error, "nothing was acknowledged: the audit log cannot be written");
        return visit.refuse(&UserError::LogUnavailable);
    }
    let given = Acknowledgement {
        organisation: organisation.id.clone(),
        user_id: viewer.user_id.clone(),
        digest,
        name: viewer.name.clone(),
        assignment: viewer.assignment.clone(),
        at: real_now(),
    };
    match state.acknowledgements.acknowledge(&given).await {
        Ok(()) => Redirect::to(paths::SEARCH).into_response(),
        Err(error) => failure::internal(&visit, "keep an acknowledgement", &error),
    }
}

/// What stands between this viewer and every patient; nothing when the text that holds has been acknowledged.
pub async fn missing(state: &AppState, visit: &Visit) -> Option<Response> {
    let Some((viewer, organisation)) = whose(state, visit) else {
        return Some(visit.refuse(&UserError::SessionExpired));
    };
    match state.acknowledgements.is_acknowledged(&organisation.id, &viewer.user_id, &digest(organisation)).await {
        Ok(true) => None,
        Ok(false) if visit.wants_json => Some(visit.refuse(&UserError::NotAcknowledged)),
        Ok(false) => Some(Redirect::to(paths::CONFIDENTIALITY).into_response()),
        Err(error) => Some(failure::database(visit, "read acknowledgements", &error)),
    }
}

fn page(visit: &Visit, organisation: &OrganisationInfo) -> String {
    let several = visit.signed_in.as_ref().is_some_and(|signed_in| signed_in.assignments.len() > 1);
    let own = organisation.confidentiality_text.as_deref();
    confidentiality_page(&visit.context(), &organisation.name, own, &digest(organisation), several)
}

/// Who is signed in, and the organisation of the assignment.
fn whose<'a>(state: &'a AppState, visit: &'a Visit) -> Option<(&'a Viewer, &'a OrganisationInfo)> {
    let viewer = visit.viewer()?;
    let organisation = state.overviews.catalogue().organisation(&viewer.organisation)?;
    Some((viewer, organisation))
}
