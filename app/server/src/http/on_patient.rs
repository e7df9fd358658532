//! One visit to something of the patient of a handle.
//!
//! Not here: what is done with it, what is kept of a form that came too late (`kept::form`). Invariant: nobody comes past [`OnPatient`] whose session did not make the handle, in the assignment
//! in use, and who has not acknowledged the organisation's text on confidentiality.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use jiff::Zoned;
use samsyn_domain::viewer::Viewer;
use samsyn_service::{overview::Narrowly, port::handles::Handle, record::Policy};
use samsyn_ui::{Typed, UserError};

use super::{
    AppState, confidentiality, failure,
    kept::{
        form::{self, Form},
        with_cookie,
    },
    page::Visit,
};
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

/// Why there is no [`OnPatient`]: the answer that says so.
pub struct NotOnPatient {
    answer: Response,
    visit: Option<Box<Visit>>,
}

impl NotOnPatient {
    fn because(visit: Visit, error: &UserError) -> Self {
        Self { answer: visit.refuse(error), visit: Some(Box::new(visit)) }
    }

    /// The answer to a form that was sent, which is kept for whoever filled it in.
    pub fn keeping(self, state: &AppState, form: Form, typed: &Typed) -> Response {
        match self.visit {
            Some(visit) if visit.viewer().is_none() => form.session_over(state, &visit, typed),
            // Signed in since, in another tab: the former session's patient has to be opened again.
            Some(_) => with_cookie(self.answer, form.keep(state, typed)),
            None => self.answer,
        }
    }
}

impl From<Response> for NotOnPatient {
    fn from(answer: Response) -> Self {
        Self { answer, visit: None }
    }
}

impl IntoResponse for NotOnPatient {
    fn into_response(self) -> Response {
        self.answer
    }
}

impl FromRequestParts<AppState> for OnPatient {
    type Rejection = NotOnPatient;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, NotOnPatient> {
        let mut visit = Visit::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let id = path.iter().find(|(name, _)| *name == HANDLE).map(|(_, id)| id).unwrap_or_default();
        let who = (visit.viewer().cloned(), visit.policy.clone(), visit.session_key());
        let (Some(viewer), Some(policy), Some(session)) = who else {
            return Err(NotOnPatient::because(visit, &UserError::SessionExpired));
        };
        if let Some(first) = confidentiality::missing(state, &visit).await {
            return Err(first.into());
        }
        match state.handles.find(&session, id, real_now()).await {
            Ok(Some(handle)) => {
                visit.patient = Some(handle.patient.clone());
                let is_in_use = handle.assignment == viewer.assignment;
                if is_in_use {
                    visit.draft = form::label(state, &viewer, &["patient", handle.patient.digits()]);
                    Ok(Self { visit, viewer, handle, policy })
                } else {
                    Err(NotOnPatient::because(visit, &UserError::OtherSession))
                }
            }
            Ok(None) => Err(NotOnPatient::because(visit, &UserError::OtherSession)),
            Err(error) => Err(failure::database(&visit, "find handle", &error).into()),
        }
    }
}
