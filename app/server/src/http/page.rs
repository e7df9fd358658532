//! One visit to a page: language, nonce, session, who is signed in.
//!
//! Invariants: the signed-in person, and what the person may, are read from the database on every request (I8); whoever has yet to choose
//! an assignment comes no further than the pages named in [`needs_no_assignment`].

use std::{net::IpAddr, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{identifier::PersonIdentifier, viewer::Viewer};
use samsyn_service::{
    port::PortError,
    record::{
        Policy,
        session::{EndedBy, Event},
    },
};
use samsyn_ui::{Board, Language, PageContext, Support, Texts, Typed, UserError, ViewerLine, error_page, paths};
use tower_sessions::{Session, session::Id};
use uuid::Uuid;

use super::{AppState, client, denied, failure, headers::Nonce, language};
use crate::{
    ending,
    session::{self, Present, SignedIn, Standing, key_of},
};

/// What tells who is refused from others who are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The session, when somebody is signed in; otherwise the address.
    Visitor,
    /// The session, whoever it is.
    Session,
}

/// One visit.
pub struct Visit {
    /// The session; anonymous until somebody signs in.
    pub session: Session,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// Language of the answer.
    pub language: Language,
    /// Whether the client asked for JSON.
    pub wants_json: bool,
    /// Where the request comes from.
    pub client: Option<IpAddr>,
    /// Method and pattern of the route.
    pub route: String,
    /// The patient it is about, once that is known.
    pub patient: Option<PersonIdentifier>,
    /// The review or task that its address names, where that has the form of an id: an address may be anything that somebody typed.
    pub about: Option<Uuid>,
    /// The rules that the viewer's rights come from.
    pub policy: Option<Policy>,
    /// Ties what is filled in on the page to who fills it in and about what (`kept::form`); empty where nothing is kept.
    pub draft: String,
    /// Whether the viewer's organisation keeps what is shown.
    keeps_snapshots: bool,
    /// Whom to turn to when something fails.
    support: Support,
    nonce: String,
    path: String,
    idle: Duration,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let language = language::of(&parts.headers);
        let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        let session = Session::from_request_parts(parts, state).await.map_err(|(status, _)| status.into_response())?;
        let mut visit = Self {
            session,
            signed_in: None,
            language,
            wants_json: wants_json(&parts.headers),
            client: client::address(parts, &state.config.portal.trusted_proxies),
            route: denied::route(&parts.method, &parts.extensions),
            patient: None,
            about: None,
            policy: None,
            draft: String::new(),
            keeps_snapshots: false,
            support: state.support.clone(),
            nonce,
            // The page of a form that was sent cannot be fetched again; the way back is then the search page.
            path: if parts.method == Method::GET { parts.uri.path().to_owned() } else { "/".to_owned() },
            idle: Duration::from_secs(u64::from(state.config.session.idle_minutes) * 60),
        };
        match session::signed_in(&visit.session, &state.config.session).await {
            Ok(Present::Somebody(signed_in)) => visit.signed_in = Some(*signed_in),
            Ok(Present::Nobody) => {}
            Ok(Present::TooOld(signed_in)) => {
                let event = Event::SignOut { ended_by: EndedBy::AbsoluteLimit, expired: None };
                ending::sign_out(&*state.audit, &state.clock, &signed_in, event).await;
            }
            Err(error) => return Err(failure::database(&visit, "read session", &error)),
        }
        if let Err(error) = visit.equip(state).await
            // Leaving is always possible, and takes no rights.
            && parts.uri.path() != samsyn_ui::paths::LOGOUT
        {
            visit.signed_in = None;
            return Err(failure::database(&visit, "read matrix of roles", &error));
        }
        let unchosen = visit.signed_in.as_ref().is_some_and(|signed_in| signed_in.viewer().is_none());
        if unchosen && !needs_no_assignment(&parts.method, parts.uri.path()) {
            return Err(visit.refuse_unchosen());
        }
        Ok(visit)
    }
}

/// What somebody who has several assignments and has chosen none may ask for: choosing, signing in and out. What takes no [`Visit`], such
/// as the language, asks nobody.
fn needs_no_assignment(method: &Method, path: &str) -> bool {
    match path {
        paths::ASSIGNMENT | paths::LOGOUT | paths::SIGNED_OUT | paths::LOGIN | paths::CALLBACK | paths::STEP_UP => true,
        // Saying that a sign-in is right is said of an assignment; looking at it is not.
        paths::LOGIN_TEST => method == Method::GET,
        _ => false,
    }
}

/// Whether a program asks.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let position = |kind: &str| accept.find(kind);
    match (position("application/json"), position("text/html")) {
        (Some(json), Some(html)) => json < html,
        (json, None) => json.is_some(),
        (None, Some(_)) => false,
    }
}

/// A short random reference that ties a page to a log line.
pub fn reference() -> String {
    hex::encode(rand::random::<[u8; 4]>())
}

impl Visit {
    /// Gives the viewer what the organisation grants the role now, and the authorities beside its own; the other assignments are not in
    /// use and get nothing.
    async fn equip(&mut self, state: &AppState) -> Result<(), PortError> {
        let in_use = self.signed_in.as_mut().and_then(|signed_in| signed_in.assignments.get_mut(signed_in.current?));
        let Some(viewer) = in_use else { return Ok(()) };
        let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
        self.keeps_snapshots = organisation.is_some_and(|own| own.snapshots.is_some());
        viewer.authorities = organisation.map(|own| own.authorities_beside(&viewer.provider)).unwrap_or_default();
        self.policy = Some(state.roles.equip_for_use(viewer).await?);
        Ok(())
    }

    /// The texts of the answer's language.
    pub const fn language_texts(&self) -> Texts {
        Texts::of(self.language)
    }

    /// The viewer in the assignment in use.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.signed_in.as_ref().and_then(SignedIn::viewer)
    }

    /// The database's key of this session, for handles.
    pub fn session_key(&self) -> Option<String> {
        self.session.id().map(|id| key_of(&id))
    }

    /// The same visit, about what its address names.
    pub fn about(mut self, id: &str) -> Self {
        self.about = Uuid::try_parse(id).ok();
        self
    }

    /// What tells this visitor from others.
    pub fn told_by(&self, by: By) -> String {
        let session = self.session_key().filter(|_| by == By::Session || self.signed_in.is_some());
        session.or_else(|| self.client.map(|address| address.to_string())).unwrap_or_default()
    }

    /// The sign-in and assignment of this visit, to be asked for again while the answer is under way.
    pub fn presence(&self, state: &AppState) -> Presence {
        Presence { state: state.clone(), id: self.session.id(), tag: self.page_tag() }
    }

    fn page_tag(&self) -> String {
        let tag = self.signed_in.as_ref().zip(self.session_key()).map(|(signed_in, key)| signed_in.page_tag(&key));
        tag.unwrap_or_default()
    }

    /// What the pages need.
    pub fn context(&self) -> PageContext {
        let several = self.signed_in.as_ref().is_some_and(|signed_in| signed_in.assignments.len() > 1);
        let unchosen = || self.signed_in.as_ref()?.assignments.first().map(ViewerLine::unchosen);
        PageContext {
            language: self.language,
            nonce: self.nonce.clone(),
            viewer: self.viewer().map(|viewer| ViewerLine::of(viewer, several)).or_else(unchosen),
            path: self.path.clone(),
            idle_limit: self.signed_in.is_some().then_some(self.idle),
            keeps_snapshots: self.keeps_snapshots,
            page_tag: self.page_tag(),
            draft: self.draft.clone(),
            kept: Typed::new(),
            support: self.support.for_reader(self.viewer().map(|viewer| &viewer.organisation)),
            board: Board::default(),
            patient_tag: String::new(),
        }
    }

    /// To the choice of assignment; programs are told so.
    fn refuse_unchosen(&self) -> Response {
        if self.wants_json {
            self.refuse(&UserError::AssignmentNotChosen)
        } else {
            Redirect::to(paths::ASSIGNMENT).into_response()
        }
    }

    /// An error as a page, or as JSON for those who asked for it. A denied attempt is noted in the log.
    pub fn refuse(&self, error: &UserError) -> Response {
        let response = self.say(error);
        if denied::of(error) { self.denied(response, error.code()) } else { response }
    }

    /// The same, and nothing is noted: nobody has tried anything.
    pub fn say(&self, error: &UserError) -> Response {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.wants_json {
            let body = serde_json::json!({ "error": error.code() });
            return (status, axum::Json(body)).into_response();
        }
        let mut context = self.context();
        // An address that opens nothing may be anything that somebody typed, a number too: the page does not say it again.
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED) {
            paths::SEARCH.clone_into(&mut context.path);
        }
        (status, Html(error_page(&context, error))).into_response()
    }
}

/// How often an answer that waits asks whether its reader is still there.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// The sign-in and assignment that an answer is drawn in.
pub struct Presence {
    state: AppState,
    id: Option<Id>,
    tag: String,
}

impl Presence {
    /// Whether they are still those of the session: one read by its key, which does not prolong it. What cannot be read is over.
    pub async fn holds(&self) -> bool {
        let Some(id) = &self.id else { return false };
        match session::standing(&self.state.sessions, &self.state.config.session, id, Some(&self.tag)).await {
            Ok(standing) => standing == Standing::Same,
            Err(error) => {
                tracing::error!(%error, "session could not be read while an answer was under way");
                false
            }
        }
    }

    /// Returns when they no longer are, a moment later: for an answer that waits for others meanwhile.
    pub async fn ended(&self) {
        loop {
            tokio::time::sleep(ASKED_EVERY).await;
            if !self.holds().await {
                return;
            }
        }
    }
}

/// A page that was put together in full.
pub fn html(page: String) -> Response {
    Html(page).into_response()
}
