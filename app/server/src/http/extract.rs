//! The patient's extract of the log: the form, and what it gives, as a page to print or as CSV.
//!
//! The number travels in the body of a POST, there and back. Not here: who may and what is logged (`service::extract`), the page
//! (`ui::extract`). Invariant: a form that is refused comes back as it was typed, and nothing was read.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use samsyn_domain::{identifier::PersonIdentifier, source::OrganisationInfo, time::today, viewer::Viewer};
use samsyn_service::{
    extract::{Extract, ExtractRequest, ExtractService},
    log_reading::LogAccessError,
};
use samsyn_ui::{
    ExtractForm, ExtractPage, ExtractProblem, Typed, UserError, extract_csv, extract_form_page, extract_page,
};

use super::{
    AppState, failure,
    page::{Visit, html},
    review::{as_csv, date, names, owner, refuse_role},
};

/// The form.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match ExtractService::admit(viewer) {
        Ok(()) => form(&state, &visit, viewer, None, &Typed::new()),
        Err(error) => failed(&state, &visit, viewer, error, &Typed::new()),
    }
}

/// Makes one.
pub async fn make(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let now = state.clock.now();
    // Whoever may not is told so before what is wrong with the form.
    if let Err(error) = ExtractService::admit(viewer) {
        return failed(&state, &visit, viewer, error, &typed);
    }
    let as_table = typed.get("form").is_some_and(|form| form == "csv");
    let request = match read(&state, &typed, if as_table { "csv" } else { "page" }) {
        Ok(request) => request,
        Err(problem) => return form(&state, &visit, viewer, Some(problem), &typed),
    };
    let extract = match state.extracts.make(viewer, request, &now).await {
        Ok(extract) => extract,
        Err(error) => return failed(&state, &visit, viewer, error, &typed),
    };
    let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
    let reader_names = organisation.map(|organisation: &OrganisationInfo| organisation.extract_names);
    let Extract { patient, period, acts, protected } = &extract;
    let names = names(&state);
    let page = ExtractPage {
        owner: owner(viewer),
        kind: viewer.provider.kind,
        patient,
        period: *period,
        acts,
        protected: *protected,
        reader_names: reader_names.unwrap_or_default(),
        names: &if *protected { names.hidden() } else { names },
        made_at: &now,
        made_by: &viewer.name,
        typed: &typed,
    };
    if as_table {
        as_csv("loggutdrag", extract_csv(&visit.context(), &page))
    } else {
        html(extract_page(&visit.context(), &page))
    }
}

fn read(state: &AppState, typed: &Typed, form: &'static str) -> Result<ExtractRequest, ExtractProblem> {
    let number = typed.get("patient").map(String::as_str).unwrap_or_default();
    let patient = PersonIdentifier::typed(number, today(&state.clock.now())).map_err(ExtractProblem::Number)?;
    let day = |name: &str| date(typed, name).map_err(ExtractProblem::Period);
    let protected = typed.contains_key("protected");
    Ok(ExtractRequest { patient, from: day("from")?, to: day("to")?, protected, form })
}

fn form(state: &AppState, visit: &Visit, viewer: &Viewer, problem: Option<ExtractProblem>, typed: &Typed) -> Response {
    let form = ExtractForm { owner: owner(viewer), now: state.clock.now().timestamp(), problem, typed };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(extract_form_page(&visit.context(), &form))).into_response()
}

fn failed(state: &AppState, visit: &Visit, viewer: &Viewer, error: LogAccessError, typed: &Typed) -> Response {
    match error {
        LogAccessError::MayNot => refuse_role(visit, visit.language_texts().extract.heading()),
        LogAccessError::Refused(refusal) => form(state, visit, viewer, Some(ExtractProblem::Period(refusal)), typed),
        LogAccessError::LogUnavailable(error) => {
            tracing::error!(%error, "no extract was shown: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        LogAccessError::Unreadable(error) => failure::database(visit, "extract", &error),
    }
}
