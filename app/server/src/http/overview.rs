//! The overview page: in pieces for a page with script, whole for one without, as canonical JSON for programs.
//!
//! Every GET of a handle is a new opening with its own record. Not here: what is in it.
//! Invariants: the service returns only when the intent is durable, so nothing can be sent before it; nothing is sent once the session is
//! over or in another assignment, however long the sources took.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use samsyn_domain::{
    identifier::PersonIdentifier,
    overview::{Identity, Overview},
    report::Refer,
};
use samsyn_service::{
    overview::{Conclusion, OpenError, Opened, Request},
    port::{audit_log::Activity, handles::Handle},
};
use samsyn_ui::{FragmentId, PageContext, UserError, fragment, fragment_update, overview_page, overview_shell};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    AppState, failure,
    kept::form::Form,
    notices::with_board,
    on_patient::OnPatient,
    page::{Presence, Visit, html},
};
use crate::{entry_reference::References, tag::patient_tag};

/// Pieces that may wait for a slow reader: what waits has not been shown, and the log is told of the last that left.
const PIECES_IN_FLIGHT: usize = 1;
/// A reader who takes nothing for so long has gone away.
const TAKEN_WITHIN: Duration = Duration::from_mins(1);

/// The overview of a handle.
pub async fn show(State(state): State<AppState>, on: OnPatient, headers: HeaderMap) -> Response {
    let mut opened = match open(&state, &on, Activity::Read, None).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let OnPatient { visit, handle, .. } = on;
    let session = visit.session_key().unwrap_or_default();
    let patient_tag = patient_tag(&session, &handle.id, &handle.patient);
    let kept = Form::Emergency.find(&state, &headers, &visit.draft).unwrap_or_default();
    let context = PageContext { patient_tag, kept, ..with_board(&state, &visit).await };
    if visit.wants_json {
        opened.until_everyone_answered().await;
        opened = match still(&state, &visit, opened).await {
            Ok(opened) => opened,
            Err(refusal) => return *refusal,
        };
        let overview = opened.overview();
        let json = Json(overview.to_json());
        opened.delivered(overview);
        opened.conclude(Conclusion::Complete);
        return json.into_response();
    }
    if handle.live {
        return stream(&state, opened, context, handle, visit.presence(&state));
    }
    opened.until_page_complete().await;
    let mut opened = match still(&state, &visit, opened).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let overview = opened.overview();
    if overview.person.identity == Identity::Unknown {
        // Nothing was shown, and the outcome says so.
        opened.conclude(Conclusion::Complete);
        return visit.refuse(&UserError::UnknownPatient);
    }
    let page = html(overview_page(&context, &overview, &handle.id));
    opened.delivered(overview);
    opened.conclude(Conclusion::Complete);
    page
}

/// Opens; returns when the intent is durable.
pub async fn open(
    state: &AppState,
    OnPatient { visit, viewer, handle, policy }: &OnPatient,
    activity: Activity,
    preset: Option<&'static str>,
) -> Result<Opened, Box<Response>> {
    if !state.openings.admit(viewer) {
        tracing::warn!("a person opens more in a minute than the limit allows; refused");
        return Err(Box::new(visit.refuse(&UserError::RateLimited)));
    }
    let request = Request {
        viewer: viewer.clone(),
        patient: handle.patient.clone(),
        scope: handle.scope,
        ask_all: handle.ask_all,
        opened_at: state.clock.now(),
        language: visit.language.tag().to_owned(),
        activity,
        preset,
        policy: policy.clone(),
        refer: (activity == Activity::Read && !visit.wants_json).then(|| references(visit, handle)),
    };
    state.overviews.open(request).await.map_err(|error| {
        Box::new(match error {
            OpenError::NoCarePurpose => visit.refuse(&UserError::NoCarePurpose),
            OpenError::MayNotPrint => visit.refuse(&UserError::NotAllowed {
                capability: visit.language_texts().role_action.print().to_owned(),
                who_can_grant: viewer.organisation_name.clone(),
            }),
            OpenError::EnablementUnreadable(error) => failure::database(visit, "enablement", &error),
            OpenError::GoLiveUnreadable(error) => failure::database(visit, "going live", &error),
            OpenError::StagesUnreadable(error) => failure::database(visit, "stages of sources", &error),
            OpenError::LogUnavailable(error) => {
                tracing::error!(%error, "nothing is shown: the audit log cannot be written");
                visit.refuse(&UserError::LogUnavailable)
            }
        })
    })
}

/// What entries of the page are reported by.
fn references(visit: &Visit, handle: &Handle) -> Arc<dyn Refer> {
    Arc::new(References::of(&visit.session_key().unwrap_or_default(), &handle.id, &handle.patient))
}

/// An opening whose sources have answered, if its reader is still signed in, in the assignment it began in.
pub async fn still(state: &AppState, visit: &Visit, opened: Opened) -> Result<Opened, Box<Response>> {
    if visit.presence(state).holds().await {
        return Ok(opened);
    }
    // The outcome says that it was broken off.
    opened.conclude(Conclusion::Aborted);
    Err(Box::new(visit.say(&UserError::OtherSession)))
}

/// The shell at once, then each part again whenever it has changed; the answer ends when everybody has answered.
fn stream(state: &AppState, opened: Opened, context: PageContext, handle: Handle, presence: Presence) -> Response {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, Infallible>>(PIECES_IN_FLIGHT);
    state.overviews.unfinished().spawn(async move {
        let (context, patient) = (Arc::new(context), handle.patient);
        let mut delivery = Delivery { opened, context, patient, presence, sender, drawn: BTreeMap::new() };
        let conclusion = match delivery.run(&handle.id).await {
            Ok(()) => Conclusion::Complete,
            Err(BrokenOff) => Conclusion::Aborted,
        };
        delivery.opened.conclude(conclusion);
    });
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A proxy that collects the answer would undo the point of sending it in pieces.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The reader went away or is no longer signed in, or a part could not be drawn; what had been sent stays on the screen, marked as unfinished.
struct BrokenOff;

struct Delivery {
    opened: Opened,
    context: Arc<PageContext>,
    /// Whose page it is.
    patient: PersonIdentifier,
    /// Whose session it is.
    presence: Presence,
    sender: mpsc::Sender<Result<Bytes, Infallible>>,
    /// What the reader has of each part.
    drawn: BTreeMap<usize, String>,
}

impl Delivery {
    async fn run(&mut self, handle: &str) -> Result<(), BrokenOff> {
        let overview = Arc::new(self.opened.overview());
        let shell = overview_shell(&self.context, &overview, handle, true);
        self.drawn = draw(&self.context, &overview, |_| true).collect();
        self.send(shell.head_and_body_open, overview).await?;
        while !self.opened.everyone_answered() {
            let more = tokio::select! {
                more = self.opened.next() => more,
                // A reader who leaves lets go of the sources at once.
                () = self.sender.closed() => return Err(BrokenOff),
                () = self.presence.ended() => return Err(BrokenOff),
            };
            if !more || self.opened.everyone_answered() {
                break;
            }
            let overview = Arc::new(self.opened.overview());
            let changed = self.redraw(&overview).await?;
            if !changed.is_empty() {
                self.send(changed, overview).await?;
            }
        }
        let overview = Arc::new(self.opened.overview());
        let last = self.redraw(&overview).await? + &shell.tail;
        self.send(last, overview).await
    }

    /// Every other part is drawn beside this task: drawing is what the reader waits for once the last answer is here.
    async fn redraw(&mut self, overview: &Arc<Overview>) -> Result<String, BrokenOff> {
        let (context, shared) = (Arc::clone(&self.context), Arc::clone(overview));
        let odd =
            tokio::task::spawn_blocking(move || draw(&context, &shared, |place| place % 2 == 1).collect::<Vec<_>>());
        let mut drawn: BTreeMap<usize, String> = draw(&self.context, overview, |place| place % 2 == 0).collect();
        drawn.extend(odd.await.map_err(|error| {
            tracing::error!(%error, "a part of the overview could not be drawn");
            BrokenOff
        })?);
        let mut changed = String::new();
        for ((place, now), part) in drawn.into_iter().zip(FragmentId::all()) {
            if self.drawn.get(&place) != Some(&now) {
                changed.push_str(&fragment_update(&self.context, part, &now));
                self.drawn.insert(place, now);
            }
        }
        Ok(changed)
    }

    async fn send(&mut self, piece: String, overview: Arc<Overview>) -> Result<(), BrokenOff> {
        if overview.person.identifier != self.patient {
            tracing::error!("a part drawn for another patient was not sent");
            return Err(BrokenOff);
        }
        if !self.presence.holds().await {
            tracing::info!("the rest of an overview was not sent: its session is over or in another assignment");
            return Err(BrokenOff);
        }
        let place = tokio::select! {
            place = tokio::time::timeout(TAKEN_WITHIN, self.sender.reserve()) => place,
            () = self.presence.ended() => return Err(BrokenOff),
        };
        let Ok(Ok(place)) = place else { return Err(BrokenOff) };
        place.send(Ok(Bytes::from(piece)));
        self.opened.delivered(overview);
        Ok(())
    }
}

/// Parts by their place in the order of the page.
fn draw(
    context: &PageContext,
    overview: &Overview,
    which: impl Fn(usize) -> bool,
) -> impl Iterator<Item = (usize, String)> {
    let parts = FragmentId::all().into_iter().enumerate().filter(move |(place, _)| which(*place));
    parts.map(|(place, part)| (place, fragment(context, overview, part)))
}
