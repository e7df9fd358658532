//! Answers when something is wrong before or instead of a page.
//!
//! One place turns internal errors into what a person may read; the cause is logged once with the same reference.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{Response as HttpResponse, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use samsyn_service::access::AccessError;
use samsyn_ui::{Kept, PageContext, Support, UserError, error_page};
use tower_http::catch_panic::ResponseForPanic;

use super::{
    AppState,
    headers::Nonce,
    language,
    page::{Visit, reference, wants_json},
};

/// No such page.
pub async fn not_found(visit: Visit) -> Response {
    visit.refuse(&UserError::NotFound)
}

/// What a page needs before it is known who asks.
fn of_nobody(request: &Request, support: &Support) -> PageContext {
    let nonce = request.extensions().get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let (language, support) = (language::of(request.headers()), support.clone());
    PageContext { language, nonce, support, ..PageContext::default() }
}

/// A state change from another site.
pub fn cross_site(request: &Request, support: &Support) -> Response {
    tracing::warn!("state change from another origin refused");
    let context = of_nobody(request, support);
    (StatusCode::FORBIDDEN, Html(error_page(&context, &UserError::ForbiddenOrigin))).into_response()
}

/// What a library refuses before a handler sees it says so in its own English; here it becomes a page in the reader's language.
pub async fn in_words(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let context = of_nobody(&request, &state.support);
    let json = wants_json(request.headers());
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| !kind.starts_with("text/plain")) {
        return response;
    }
    let error = match response.status() {
        StatusCode::INTERNAL_SERVER_ERROR => return session_not_saved(&context, json),
        StatusCode::PAYLOAD_TOO_LARGE => UserError::TooLarge,
        StatusCode::BAD_REQUEST
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => UserError::BadRequest,
        _ => return response,
    };
    (response.status(), Html(error_page(&context, &error))).into_response()
}

/// Pages of ours have a body. The session layer answers without one when it cannot save the session that a page belongs to, and the page
/// is not sent.
fn session_not_saved(context: &PageContext, wants_json: bool) -> Response {
    let error = UserError::DatabaseUnavailable;
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if wants_json {
        return (status, axum::Json(serde_json::json!({ "error": error.code() }))).into_response();
    }
    (status, Html(error_page(context, &error))).into_response()
}

/// The database failed under what comes before every page: it says so, and that nothing is shown without it.
pub fn database(visit: &Visit, what: &'static str, error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, what, "nothing is shown: the database fails");
    visit.refuse(&UserError::DatabaseUnavailable)
}

/// Something inside failed: logged with a reference, shown as that reference only.
pub fn internal(visit: &Visit, what: &'static str, error: &dyn std::fmt::Display) -> Response {
    let reference = reference();
    tracing::error!(%reference, %error, what);
    visit.refuse(&UserError::Internal { reference })
}

/// The register, or the log before it, is not to be had. What is refused or not there reads the same as an address that is not: it would
/// tell that there is something.
pub fn access(visit: &Visit, error: AccessError) -> Response {
    let reason = denial_of(&error);
    match error {
        AccessError::Refused(_) | AccessError::Unknown => denial(visit, visit.refuse(&UserError::NotFound), reason),
        AccessError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was shown or changed: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        AccessError::Register(error) => {
            tracing::error!(%error, "the register cannot be read or written");
            visit.refuse(&UserError::RegisterUnavailable)
        }
        AccessError::NotKept(error) => {
            tracing::error!(%error, "what was sent to the register was not kept");
            visit.refuse(&UserError::Registration(Kept::No))
        }
        AccessError::KeptUnread(error) => {
            tracing::error!(%error, "what was sent to the register was kept and cannot be read back");
            visit.refuse(&UserError::Registration(Kept::Yes))
        }
        AccessError::Unclear(error) => {
            tracing::error!(%error, "whether what was sent to the register was kept cannot be read");
            visit.refuse(&UserError::Registration(Kept::Unclear))
        }
    }
}

/// The word of the log, when somebody tried what the assignment does not include, or what is another's or nobody's.
pub const fn denial_of(error: &AccessError) -> Option<&'static str> {
    match error {
        AccessError::Refused(refusal) => refusal.denial(),
        AccessError::Unknown => Some("not-there"),
        AccessError::LogUnavailable(_)
        | AccessError::Register(_)
        | AccessError::NotKept(_)
        | AccessError::KeptUnread(_)
        | AccessError::Unclear(_) => None,
    }
}

/// The same answer, noted as a denied attempt if it is one.
pub fn denial(visit: &Visit, response: Response, reason: Option<&'static str>) -> Response {
    match reason {
        Some(reason) => visit.denied(response, reason),
        None => response,
    }
}

/// What is answered when a handler panicked. The panic's text stays in the process.
#[derive(Clone)]
pub struct Panicked(pub Support);

impl ResponseForPanic for Panicked {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, _panic: Box<dyn std::any::Any + Send + 'static>) -> HttpResponse<Body> {
        let reference = reference();
        tracing::error!(%reference, "a handler panicked");
        let context = PageContext { support: self.0.clone(), ..PageContext::default() };
        let page = error_page(&context, &UserError::Internal { reference });
        (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
    }
}
