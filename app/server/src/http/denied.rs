//! Denied attempts: whoever refuses says so on the answer, and [`record`] notes it.
//!
//! Not here: how often the same one becomes a record (`crate::denials`), refusals of a rule (`domain::access::Refusal::denial`).
//! Invariant: what is refused because of who asks, or how, is noted wherever in the portal it is refused: through [`Visit::refuse`] it
//! needs no line of its own. A form that is filled in wrongly is no denied attempt, nor is a session that is over.
//! To add one: a case in [`of`], or [`Visit::denied`] around the answer.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Extensions, Method},
    middleware::Next,
    response::Response,
};
use samsyn_ui::UserError;

use super::{
    AppState, client, failure,
    page::{By, Visit},
    reference,
};
use crate::{denials::Denied, session};

/// Which errors are denials.
pub const fn of(error: &UserError) -> bool {
    matches!(
        error,
        UserError::NoCarePurpose
            | UserError::NotAllowed { .. }
            | UserError::OtherSession
            | UserError::RateLimited
            | UserError::ForbiddenOrigin
    )
}

/// Notes what was denied before the answer goes out.
pub async fn record(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(denied) = response.extensions_mut().remove::<Denied>() {
        state.denials.note(denied).await;
    }
    response
}

/// Method and pattern, never the address: that has a handle in it, or whatever somebody typed.
pub fn route(method: &Method, extensions: &Extensions) -> String {
    let pattern = extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    format!("{method} {pattern}")
}

/// A state change from another site. It is noted when the browser has a session of somebody's here.
pub async fn cross_site(state: &AppState, request: Request) -> Response {
    let mut response = failure::cross_site(&request, &state.support);
    let (parts, _) = request.into_parts();
    let Some(id) = reference::of(&parts.headers) else { return response };
    match session::holder(&state.sessions, &state.config.session, &id).await {
        Ok(Some(signed_in)) => {
            response.extensions_mut().insert(Denied {
                reason: UserError::ForbiddenOrigin.code(),
                route: route(&parts.method, &parts.extensions),
                by: session::key_of(&id),
                viewer: signed_in.person(),
                patient: None,
                about: None,
                client: client::address(&parts, &state.config.portal.trusted_proxies),
                provider_error: None,
            });
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "whose session was used from another origin could not be read"),
    }
    response
}

impl Visit {
    /// The same answer, noted as a denied attempt of this visit.
    pub fn denied(&self, response: Response, reason: &'static str) -> Response {
        self.denied_by(By::Visitor, response, reason, None)
    }

    /// The same for a sign-in: one that was begun in this browser is told from others by its session.
    pub fn sign_in_denied(
        &self,
        response: Response,
        reason: &'static str,
        provider_error: Option<&str>,
        was_begun: bool,
    ) -> Response {
        let by = if was_begun { By::Session } else { By::Visitor };
        self.denied_by(by, response, reason, provider_error)
    }

    fn denied_by(
        &self,
        by: By,
        mut response: Response,
        reason: &'static str,
        provider_error: Option<&str>,
    ) -> Response {
        response.extensions_mut().insert(Denied {
            reason,
            route: self.route.clone(),
            by: self.told_by(by),
            viewer: self.signed_in.as_ref().and_then(session::SignedIn::person),
            patient: self.patient.clone(),
            about: self.about,
            client: self.client,
            provider_error: provider_error.map(str::to_owned),
        });
        response
    }
}
