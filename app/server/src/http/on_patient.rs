//! One visit to something of the patient of a handle.
//!
//! Not here: what is done with it. Invariant: nobody comes past [`OnPatient`] whose session did not make the handle, in the assignment
//! in use, and who has not acknowledged the organisation's text on confidentiality.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use jiff::Zoned;
use samsyn_domain::viewer::Viewer;
use samsyn_service::{overview::Narrowly, port::handles::Handle};
use samsyn_ui::UserError;

use super::{AppState, confidentiality, failure, page::Visit};
use crate::clock::real_now;

/// Name of the handle in the routes.
const HANDLE: &str = "handle";

/// A visit whose address has a handle of this session.
pub struct OnPatient {
    /// The visit.
    pub visit: Visit,
    /// Who is signed in, in the assignment in use.
    pub viewer: Viewer,
    /// The patient, and what was chosen.
    pub handle: Handle,
}

impl OnPatient {
    /// The same for a narrow question beside the overview.
    pub fn narrowly<'a>(&'a self, now: &'a Zoned) -> Narrowly<'a> {
        Narrowly { viewer: &self.viewer, patient: &self.handle.patient, language: self.visit.language.tag(), now }
    }
}

impl FromRequestParts<AppState> for OnPatient {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let id = path.iter().find(|(name, _)| *name == HANDLE).map(|(_, id)| id).unwrap_or_default();
        let (Some(viewer), Some(session)) = (visit.viewer().cloned(), visit.session_key()) else {
            return Err(visit.refuse(&UserError::SessionExpired));
        };
        if let Some(first) = confidentiality::missing(state, &visit).await {
            return Err(first);
        }
        match state.handles.find(&session, id, real_now()).await {
            Ok(Some(handle)) if handle.assignment == viewer.assignment => Ok(Self { visit, viewer, handle }),
            Ok(_) => Err(visit.refuse(&UserError::OtherSession)),
            Err(error) => Err(failure::internal(&visit, "find handle", &error)),
        }
    }
}
