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
    on_patient::OnPatient,
    overview::{open, still},
    page::html,
};

/// A preset of a handle.
pub async fn show(State(state): State<AppState>, on: OnPatient, Path((_, preset)): Path<(String, String)>) -> Response {
    let Some(preset) = Preset::named(&preset) else { return on.visit.refuse(&UserError::NotFound) };
    let mut opened = match open(&state, &on, Activity::Print, Some(preset.name())).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let OnPatient { visit, viewer, handle, .. } = on;
    opened.until_page_complete().await;
    let mut opened = match still(&state, &visit, opened).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let overview = opened.overview();
    if overview.person.identity == Identity::Unknown {
        opened.conclude(Conclusion::Complete);
        return visit.refuse(&UserError::UnknownPatient);
    }
    let page = html(print_page(&visit.context(), &overview, preset, &handle.id, &state.clock.now(), &viewer.name));
    opened.delivered_part(overview, preset.sections());
    opened.conclude(Conclusion::Complete);
    page
}
