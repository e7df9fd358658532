//! Producers that the staff of the administrator's own organisation are shown: choosing, confirming, saving, restoring.
//!
//! Not here: what holds (`service::enablement`), the page (`ui::enablement`). No form names an organisation, so none but the own can be
//! changed.
//! Invariant: a form that is refused comes back with what was chosen and typed, and nothing has changed.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::{Timestamp, Zoned, civil::DateTime};
use samsyn_domain::{
    enablement::{ChangeFault, Enablement},
    source::Source,
    time::sweden,
    viewer::Viewer,
};
use samsyn_service::{
    enablement::{EnablementChange, EnablementError, holding},
    port::enablements::EnablementVersion,
};
use samsyn_ui::{
    EnablementLine, EnablementPage, EnablementProblem, EnablementStep, UserError, enablement_field, enablement_page,
    paths,
};
use serde::Deserialize;

use super::{
    AppState, failure,
    page::{Visit, html},
};

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct ShowQuery {
    saved: Option<String>,
}

/// The choices.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(query): Query<ShowQuery>) -> Response {
    let room = match Room::enter(&state, &visit).await {
        Ok(room) => room,
        Err(refusal) => return *refusal,
    };
    let sent = Sent { chosen: room.current.clone(), ..Sent::default() };
    room.page(&visit, &sent, EnablementStep::Edit, None, query.saved.is_some())
}

/// One of the steps: review what was chosen or a former version, go back, save.
pub async fn change(State(state): State<AppState>, visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    if visit.viewer().is_none() {
        // More boxes than a cookie holds: they are lost, and it is said.
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    }
    let room = match Room::enter(&state, &visit).await {
        Ok(room) => room,
        Err(refusal) => return *refusal,
    };
    let Some(mut sent) = Sent::read(pairs, &room.sources) else {
        return visit.refuse(&UserError::BadRequest);
    };
    if let Some(number) = sent.restore {
        match room.version(number, &state) {
            Some(enablement) => sent.chosen = enablement,
            None => return visit.refuse(&UserError::BadRequest),
        }
    }
    let (edit, review) = (EnablementStep::Edit, EnablementStep::Review);
    if sent.base != room.base() {
        return room.page(&visit, &sent, edit, Some(EnablementProblem::Stale), false);
    }
    if sent.step == Step::Edit {
        return room.page(&visit, &sent, edit, None, false);
    }
    if room.current == sent.chosen && !room.has_planned() {
        return room.page(&visit, &sent, edit, Some(EnablementProblem::Unchanged), false);
    }
    if sent.step == Step::Review {
        return room.page(&visit, &sent, review, None, false);
    }
    let Ok(from) = sent.from() else {
        return room.page(&visit, &sent, review, Some(EnablementProblem::Time), false);
    };
    let asked =
        EnablementChange { base: sent.base, enablement: sent.chosen.clone(), from, reason: sent.reason.clone() };
    match state.enablements.change(room.viewer, asked, &state.clock.now()).await {
        Ok(()) => Redirect::to(&format!("{}?saved=1", paths::ENABLEMENT)).into_response(),
        Err(EnablementError::Fault(fault)) => room.page(&visit, &sent, review, Some(told(fault)), false),
        Err(EnablementError::Unchanged) => room.page(&visit, &sent, edit, Some(EnablementProblem::Unchanged), false),
        // Somebody was faster by a moment: what holds is read anew for the page.
        Err(EnablementError::Stale) => match Room::enter(&state, &visit).await {
            Ok(room) => room.page(&visit, &sent, edit, Some(EnablementProblem::Stale), false),
            Err(refusal) => *refusal,
        },
        Err(error) => failed(&visit, error),
    }
}

const fn told(fault: ChangeFault) -> EnablementProblem {
    match fault {
        ChangeFault::Reason => EnablementProblem::Reason,
        ChangeFault::InThePast => EnablementProblem::Time,
        ChangeFault::TooFarAhead => EnablementProblem::TooFarAhead,
    }
}

fn failed(visit: &Visit, error: EnablementError) -> Response {
    match error {
        EnablementError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().enablement.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        EnablementError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was enabled: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "enablement", &error),
    }
}

/// The administrator, the organisation's versions, and what holds of them now.
struct Room<'a> {
    viewer: &'a Viewer,
    sources: Vec<Source>,
    versions: Vec<EnablementVersion>,
    holds: u32,
    current: Enablement,
    now: Zoned,
}

impl<'a> Room<'a> {
    async fn enter(state: &'a AppState, visit: &'a Visit) -> Result<Self, Box<Response>> {
        let Some(viewer) = visit.viewer() else { return Err(Box::new(visit.refuse(&UserError::SessionExpired))) };
        let versions = state.enablements.history(viewer).await.map_err(|error| Box::new(failed(visit, error)))?;
        let standings = state.sources.book().now().await;
        let standings = standings.map_err(|error| Box::new(failure::database(visit, "stages of sources", &error)))?;
        let now = state.clock.now();
        let held = holding(&versions, now.timestamp());
        let (holds, current) = held
            .map_or_else(|| (0, state.enablements.undecided()), |version| (version.number, version.enablement.clone()));
        Ok(Self { viewer, sources: standings.sources().to_vec(), versions, holds, current, now })
    }

    /// Number of the newest version, whether it has begun or not.
    fn base(&self) -> u32 {
        self.versions.first().map_or(0, |version| version.number)
    }

    fn has_planned(&self) -> bool {
        self.base() != self.holds
    }

    fn version(&self, number: u32, state: &AppState) -> Option<Enablement> {
        if number == 0 {
            return Some(state.enablements.undecided());
        }
        self.versions.iter().find(|version| version.number == number).map(|version| version.enablement.clone())
    }

    fn page(
        &self,
        visit: &Visit,
        sent: &Sent,
        step: EnablementStep,
        problem: Option<EnablementProblem>,
        saved: bool,
    ) -> Response {
        let line = |version: &EnablementVersion| EnablementLine {
            number: version.number,
            from: version.from,
            at: version.at,
            by: format!("{}, {}", version.by.name, version.by.title),
            reason: version.reason.clone(),
        };
        let status = match problem {
            None => StatusCode::OK,
            Some(EnablementProblem::Stale) => StatusCode::CONFLICT,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = EnablementPage {
            organisation: &self.viewer.organisation_name,
            sources: &self.sources,
            versions: &self.versions.iter().map(line).collect::<Vec<_>>(),
            holds: self.holds,
            current: &self.current,
            chosen: &sent.chosen,
            step,
            reason: &sent.reason,
            from: &sent.typed_from,
            now: self.now.with_time_zone(sweden()).datetime(),
            problem,
            saved,
        };
        (status, html(enablement_page(&visit.context(), &page))).into_response()
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Edit,
    Review,
    Save,
}

/// A form, read.
#[derive(Default)]
struct Sent {
    base: u32,
    step: Step,
    restore: Option<u32>,
    chosen: Enablement,
    reason: String,
    typed_from: String,
}

impl Sent {
    /// None when a field is missing, has the wrong form, or is not one of the page's.
    fn read(pairs: Vec<(String, String)>, sources: &[Source]) -> Option<Self> {
        let (mut sent, mut base, mut step, mut fields) = (Self::default(), None, None, BTreeSet::new());
        for (name, value) in pairs {
            match name.as_str() {
                "base" => base = Some(value.parse().ok()?),
                "restore" => sent.restore = Some(value.parse().ok()?),
                "reason" => sent.reason = value,
                "from" => sent.typed_from = value,
                "step" => {
                    step = Some(match value.as_str() {
                        "edit" => Step::Edit,
                        "review" => Step::Review,
                        "save" => Step::Save,
                        _ => return None,
                    });
                }
                _ => {
                    fields.insert(name);
                }
            }
        }
        sent.chosen = Enablement::of(sources, |source, section| fields.remove(&enablement_field(source, section)));
        // A former version is reviewed like anything else before it is saved.
        sent.step = if sent.restore.is_some() { Step::Review } else { step? };
        sent.base = base?;
        fields.is_empty().then_some(sent)
    }

    /// From when, in Swedish time as the form has it; none is at once.
    fn from(&self) -> Result<Option<Timestamp>, jiff::Error> {
        let typed = self.typed_from.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        Ok(Some(typed.parse::<DateTime>()?.to_zoned(sweden())?.timestamp()))
    }
}
