//! Print pages: a page of its own, logged as a print before it renders.

use axum::{
    extract::{Path, State},
    response::Response,
};
use samsyn_domain::overview::Identity;
use samsyn_service::{overview::Conclusion, port::audit_log::Activity};
use samsyn_ui::{Preset, UserError, print_page};

use super::{
    AppState,
    overview::{handle_of, open},
    page::{Visit, html},
};

/// A preset of a handle.
pub async fn show(State(state): State<AppState>, visit: Visit, Path((id, preset)): Path<(String, String)>) -> Response {
    let Some(preset) = Preset::named(&preset) else { return visit.refuse(&UserError::NotFound) };
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let mut opened = match open(&state, &visit, &handle, Activity::Print, Some(preset.name())).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    opened.until_page_complete().await;
    let overview = opened.overview();
    if overview.person.identity == Identity::Unknown {
        opened.conclude(Conclusion::Complete);
        return visit.refuse(&UserError::UnknownPatient);
    }
    let user = visit.viewer().map(|viewer| viewer.name.clone()).unwrap_or_default();
    let page = html(print_page(&visit.context(), &overview, preset, &handle.id, &state.clock.now(), &user));
    opened.delivered(overview);
    opened.conclude(Conclusion::Complete);
    page
}
