//! Who uses the portal in an administrator's organisation, and which claim gives which role.
//!
//! Not here: what a claim means (`login::claims`), the page (`ui::users`). Reading it is no record: it is about no patient.

use axum::{extract::State, response::Response};
use samsyn_domain::{time::today, unit::on};
use samsyn_service::users::UserError as Untold;
use samsyn_ui::{UserError, UsersPage, users_page};

use super::{
    AppState, failure,
    page::{Visit, html},
};
use crate::login::claims;

/// The page.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let users = match state.users.own(viewer).await {
        Ok(users) => users,
        Err(Untold::NotAdministrator) => {
            let capability = visit.language_texts().users.link().to_owned();
            return visit
                .refuse(&UserError::NotAllowed { capability, who_can_grant: viewer.organisation_name.clone() });
        }
        Err(Untold::Store(error)) => return failure::database(&visit, "read users", &error),
    };
    let versions = match state.units.own(viewer).await {
        Ok(versions) => versions,
        Err(error) => return failure::database(&visit, "units", &error),
    };
    let now = state.clock.now();
    let units = on(&versions, today(&now)).into_keys().collect();
    let page = UsersPage {
        organisation: &viewer.organisation_name,
        users: &users,
        units: &units,
        roles: &claims::giving(&state.config.identity),
        now: now.timestamp(),
    };
    html(users_page(&visit.context(), &page))
}
