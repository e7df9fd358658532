//! Reporting an entry of an overview, saying something of the portal, and what has become of both.
//!
//! Not here: who may, what is kept (`service::reports`), the pages (`ui::reports`), the references (`entry_reference`).
//! Invariant: no address carries anything of a report; a form that is refused comes back as it was filled in; one that is sent twice reports
//! once.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    report::{About, EntryReference, Filed, Mistake, Report, Step, Topic},
    source::{OrganisationId, Source},
    viewer::{Role, Viewer},
};
use samsyn_service::reports::{FollowUpLists, ReportError};
use samsyn_ui::{
    FeedbackPage, FeedbackProblem, ReportLine, ReportLists, ReportPage, ReportProblem, ReportSide, Typed, UserError,
    entry_report_page, feedback_page, paths, reports_page,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    AppState, failure,
    kept::form::{self, Form as KeptForm},
    on_patient::OnPatient,
    page::{Visit, html},
    typed::text,
};
use crate::{entry_reference::References, tag::patient_tag};

/// The form for an entry; once it is filled in, reports it.
pub async fn entry(State(state): State<AppState>, on: OnPatient, Form(typed): Form<Typed>) -> Response {
    let references = References::of(&on.visit.session_key().unwrap_or_default(), &on.handle.id, &on.handle.patient);
    let reference = typed.get("entry").map(String::as_str).unwrap_or_default();
    let Some(entry) = references.read(reference) else { return stale(&on) };
    let source = match state.reports.source(&on.viewer, &entry).await {
        Ok(source) => source,
        Err(error) => return not_reported(&on, error),
    };
    let drawn = drawn(&typed);
    let chosen = typed.get("mistake").and_then(|word| Mistake::of_word(word));
    let page = ReportPage {
        handle: &on.handle.id,
        patient: &on.handle.patient,
        entry: Some((reference, &entry)),
        source: Some(&source),
        id: &drawn,
        chosen,
        sent: false,
        problem: None,
    };
    let Some(mistake) = chosen else {
        // The first time somebody comes from the overview, and nothing could be chosen yet.
        let problem = typed.contains_key("id").then_some(ReportProblem::NotChosen);
        return entry_page(&on, &ReportPage { problem, ..page });
    };
    let now = state.clock.now().timestamp();
    let what = (drawn.clone(), entry.clone(), mistake);
    match state.reports.entry(&on.viewer, &on.handle.patient, what, now).await {
        Ok(_) => entry_page(&on, &ReportPage { sent: true, ..page }),
        Err(error) => not_reported(&on, error),
    }
}

/// What the form drew; a new one for whoever has none, or something else.
fn drawn(typed: &Typed) -> String {
    let drawn = typed.get("id").and_then(|id| Uuid::try_parse(id).ok());
    drawn.unwrap_or_else(Uuid::new_v4).to_string()
}

fn entry_page(on: &OnPatient, page: &ReportPage<'_>) -> Response {
    let session = on.visit.session_key().unwrap_or_default();
    let patient_tag = patient_tag(&session, &on.handle.id, &on.handle.patient);
    let context = samsyn_ui::PageContext { patient_tag, ..on.visit.context() };
    let status = match page.problem {
        None => StatusCode::OK,
        Some(ReportProblem::NotChosen) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(ReportProblem::Stale) => StatusCode::CONFLICT,
    };
    (status, html(entry_report_page(&context, page))).into_response()
}

fn stale(on: &OnPatient) -> Response {
    let page = ReportPage {
        handle: &on.handle.id,
        patient: &on.handle.patient,
        entry: None,
        source: None,
        id: "",
        chosen: None,
        sent: false,
        problem: Some(ReportProblem::Stale),
    };
    entry_page(on, &page)
}

fn not_reported(on: &OnPatient, error: ReportError) -> Response {
    match error {
        ReportError::NoSource | ReportError::Stale => stale(on),
        error => failed(&on.visit, error),
    }
}

/// What the address of the feedback may carry.
#[derive(Debug, Deserialize)]
pub struct FeedbackQuery {
    /// The number of what has just been sent.
    sent: Option<String>,
}

/// The form about the portal. What the session ended on stands in it.
pub async fn feedback(
    State(state): State<AppState>,
    visit: Visit,
    Query(query): Query<FeedbackQuery>,
    headers: HeaderMap,
) -> Response {
    let visit = with_draft(&state, visit);
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let kept = KeptForm::Feedback.find(&state, &headers, &visit.draft);
    let problem = kept.is_some().then_some(FeedbackProblem::Restored);
    let sent = query.sent.and_then(|id| Uuid::try_parse(&id).ok()).map(|id| Report::spoken(&id.to_string()));
    feedback_form(&visit, viewer, &kept.unwrap_or_default(), sent.as_deref(), problem)
}

/// Sends what was written about the portal.
pub async fn say(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let visit = with_draft(&state, visit);
    let Some(viewer) = visit.viewer() else { return KeptForm::Feedback.session_over(&state, &visit, &typed) };
    let Some(topic) = typed.get("topic").and_then(|word| Topic::of_word(word)) else {
        return feedback_form(&visit, viewer, &typed, None, Some(FeedbackProblem::NotChosen));
    };
    // A form sends two characters for each line break.
    let words = text(&typed, "text").unwrap_or_default().replace("\r\n", "\n");
    let id = drawn(&typed);
    match state.reports.feedback(viewer, (id.clone(), topic, &words), state.clock.now().timestamp()).await {
        Ok(()) => {
            let done = Redirect::to(&format!("{}?sent={id}", paths::FEEDBACK)).into_response();
            KeptForm::Feedback.done(&state, &headers, &visit.draft, done)
        }
        Err(ReportError::Text(fault)) => {
            feedback_form(&visit, viewer, &typed, None, Some(FeedbackProblem::Text(fault)))
        }
        Err(error) => failed(&visit, error),
    }
}

/// Ties what is written to who writes it.
fn with_draft(state: &AppState, mut visit: Visit) -> Visit {
    visit.draft = visit.viewer().map(|viewer| form::label(state, viewer, &["feedback"])).unwrap_or_default();
    visit
}

fn feedback_form(
    visit: &Visit,
    viewer: &Viewer,
    typed: &Typed,
    sent: Option<&str>,
    problem: Option<FeedbackProblem>,
) -> Response {
    let page = FeedbackPage {
        organisation: &viewer.organisation_name,
        id: &drawn(typed),
        chosen: typed.get("topic").and_then(|word| Topic::of_word(word)),
        text: typed.get("text").map(String::as_str).unwrap_or_default(),
        sent,
        problem,
    };
    let status = match problem {
        None | Some(FeedbackProblem::Restored) => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, html(feedback_page(&visit.context(), &page))).into_response()
}

/// What the address of the lists may carry.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    saved: Option<String>,
}

/// What was reported, and what has become of it.
pub async fn list(State(state): State<AppState>, visit: Visit, Query(query): Query<ListQuery>) -> Response {
    lists(&state, &visit, (query.saved.is_some(), false)).await
}

/// What an administrator does with a report.
#[derive(Debug, Deserialize)]
pub struct StepForm {
    report: String,
    base: u32,
    step: String,
}

/// Takes a step.
pub async fn step(State(state): State<AppState>, visit: Visit, Form(form): Form<StepForm>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionOverWriting { kept: false }) };
    let Some(step) = Step::of_word(&form.step) else { return visit.refuse(&UserError::BadRequest) };
    match state.reports.take(viewer, (&form.report, step, form.base), state.clock.now().timestamp()).await {
        Ok(()) => Redirect::to(&format!("{}?saved=1", paths::REPORTS)).into_response(),
        Err(ReportError::Stale) => lists(&state, &visit, (false, true)).await,
        Err(error) => failed(&visit, error),
    }
}

async fn lists(state: &AppState, visit: &Visit, (saved, is_stale): (bool, bool)) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let administers = viewer.role == Role::Administrator;
    let (own, follow_up) = if administers {
        match state.reports.lists(viewer).await {
            Ok(lists) => (Vec::new(), lists),
            Err(error) => return failed(visit, error),
        }
    } else {
        match state.reports.own(viewer).await {
            Ok(own) => (own, FollowUpLists::default()),
            Err(error) => return failed(visit, error),
        }
    };
    let sources = match state.reports.sources().await {
        Ok(sources) => sources,
        Err(error) => return failed(visit, error),
    };
    let names = Names::of(state, viewer, &sources);
    let told = |side, filed| (side, names.lines(filed, administers));
    let lists = if administers {
        vec![told(ReportSide::ToUs, &follow_up.to_us), told(ReportSide::FromUs, &follow_up.from_us)]
    } else {
        vec![told(ReportSide::Own, &own)]
    };
    let status = if is_stale { StatusCode::CONFLICT } else { StatusCode::OK };
    (status, html(reports_page(&visit.context(), &ReportLists { lists, saved, stale: is_stale }))).into_response()
}

/// What sources and organisations are called.
struct Names<'a> {
    viewer: &'a Viewer,
    sources: BTreeMap<&'a str, &'a Source>,
    organisations: BTreeMap<&'a OrganisationId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(state: &'a AppState, viewer: &'a Viewer, sources: &'a [Source]) -> Self {
        let organisations = &state.overviews.catalogue().organisations;
        Self {
            viewer,
            sources: sources.iter().map(|source| (source.id.as_str(), source)).collect(),
            organisations: organisations.iter().map(|one| (&one.id, one.name.as_str())).collect(),
        }
    }

    fn lines<'f>(&self, filed: &'f [Filed], administers: bool) -> Vec<ReportLine<'f>> {
        filed.iter().map(|one| self.line(one, administers)).collect()
    }

    fn line<'f>(&self, filed: &'f Filed, administers: bool) -> ReportLine<'f> {
        let report = &filed.report;
        let source = match &report.about {
            About::Entry { entry: EntryReference { source, .. }, .. } => self.sources.get(source.as_str()),
            About::Portal { .. } => None,
        };
        let name = |id: &OrganisationId| self.organisations.get(id).map_or(id.as_str(), |name| name).to_owned();
        ReportLine {
            filed,
            source: source.map(|source| source.label()),
            contact: source.and_then(|source| source.contact.clone()),
            to: name(&report.to),
            from: name(&report.by.organisation),
            steps: if administers { filed.steps_for(&self.viewer.organisation) } else { Vec::new() },
        }
    }
}

fn failed(visit: &Visit, error: ReportError) -> Response {
    let who_can_grant = || visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
    let texts = visit.language_texts();
    match error {
        ReportError::NotReporter => visit.refuse(&UserError::NotAllowed {
            capability: texts.role_action.report().to_owned(),
            who_can_grant: who_can_grant(),
        }),
        ReportError::NotAdministrator => visit.refuse(&UserError::NotAllowed {
            capability: texts.reports.list_heading().to_owned(),
            who_can_grant: who_can_grant(),
        }),
        ReportError::Unknown | ReportError::NoSource => visit.refuse(&UserError::NotFound),
        ReportError::Stale | ReportError::Text(_) => visit.refuse(&UserError::BadRequest),
        ReportError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was reported: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        ReportError::Store(error) => failure::database(visit, "reports", &error),
    }
}
