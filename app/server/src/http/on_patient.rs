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
use samsyn_service::{overview::Narrowly, port::handles::Handle, record::Policy};
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
    /// The rules that the viewer's rights come from.
    pub policy: Policy,
}

impl OnPatient {
    /// The same for a narrow question beside the overview.
    pub fn narrowly<'a>(&'a self, now: &'a Zoned) -> Narrowly<'a> {
        let (patient, language) = (&self.handle.patient, self.visit.language.tag());
        Narrowly { viewer: &self.viewer, patient, language, now, policy: &self.policy }
    }
}

impl FromRequestParts<AppState> for OnPatient {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let mut visit = Visit::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let id = path.iter().find(|(name, _)| *name == HANDLE).map(|(_, id)| id).unwrap_or_default();
        let who = (visit.viewer().cloned(), visit.policy.clone(), visit.session_key());
        let (Some(viewer), Some(policy), Some(session)) = who else {
            return Err(visit.refuse(&UserError::SessionExpired));
        };
        if let Some(first) = confidentiality::missing(state, &visit).await {
            return Err(first);
        }
        match state.handles.find(&session, id, real_now()).await {
            Ok(Some(handle)) => {
                visit.patient = Some(handle.patient.clone());
                let is_in_use = handle.assignment == viewer.assignment;
                if is_in_use {
                    Ok(Self { visit, viewer, handle, policy })
                } else {
                    Err(visit.refuse(&UserError::OtherSession))
                }
            }
            Ok(None) => Err(visit.refuse(&UserError::OtherSession)),
            Err(error) => Err(failure::database(&visit, "find handle", &error)),
        }
    }
}
