//! An organisation's catalogue of adapters: uploading a package, what was found of it, and the keys of vendors.
//!
//! Not here: who may, and trying a package (`service::catalogue`), the pages (`ui::catalogue`).
//! Invariant: nothing is read of an upload before it is known that whoever sends it may; no more than one package is held of each; a form that is
//! refused comes back as it was typed.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{FromRequest as _, Multipart, Path, Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    package::{Described, Uploaded, compare_versions, differences},
    stage::Stage,
    viewer::{Role, Viewer},
};
use samsyn_service::{
    catalogue::{CatalogueError, PACKAGE_MAX_BYTES, Trial},
    sources::OwnSource,
};
use samsyn_ui::{
    CataloguePage, CatalogueProblem, Compared, PackagePage, TrialLine, Typed, UserError, catalogue_page, package_page,
    paths,
};
use serde::Deserialize;

use super::{
    AppState, body, failure,
    page::{Visit, html},
};

/// How often a page with a trial that goes on is read again, in seconds.
const READ_AGAIN: HeaderValue = HeaderValue::from_static("2");
/// Name of the file in the form.
const FIELD: &str = "package";

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    done: Option<String>,
}

/// All packages, and the keys.
pub async fn list(State(state): State<AppState>, visit: Visit, Query(query): Query<ListQuery>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let told = Told { done: query.done.is_some(), ..Told::default() };
    list_page(&state, &visit, viewer, told).await
}

/// Takes a package.
pub async fn upload(State(state): State<AppState>, visit: Visit, request: Request) -> Response {
    let administers = visit.viewer().filter(|viewer| viewer.role == Role::Administrator);
    let Some(viewer) = administers else {
        // Read to its end, up to a point, so that the refusal reaches the browser.
        body::pass_over(request.into_body()).await;
        return match visit.viewer() {
            None => visit.refuse(&UserError::SessionOverWriting { kept: false }),
            Some(_) => failed(&visit, CatalogueError::NotAdministrator),
        };
    };
    let told = |problem| Told { problem: Some(problem), ..Told::default() };
    let package = match sent(&state, request).await {
        Ok(package) if package.is_empty() => Err(CatalogueProblem::NoFile),
        Ok(package) => Ok(package),
        Err(Unsent::TooLarge) => Err(CatalogueProblem::TooLarge),
        Err(Unsent::BrokenOff) => return visit.refuse(&UserError::BadRequest),
    };
    let package = match package {
        Ok(package) => package,
        Err(problem) => return list_page(&state, &visit, viewer, told(problem)).await,
    };
    match state.catalogue.upload(viewer, package, state.clock.now().timestamp()).await {
        Ok(digest) => Redirect::to(&paths::package(&digest)).into_response(),
        Err(CatalogueError::AlreadyThere(digest)) => {
            list_page(&state, &visit, viewer, told(CatalogueProblem::AlreadyThere(digest))).await
        }
        Err(CatalogueError::BeingTried(digest)) => {
            list_page(&state, &visit, viewer, told(CatalogueProblem::BeingTried(digest))).await
        }
        Err(CatalogueError::Busy) => list_page(&state, &visit, viewer, told(CatalogueProblem::Busy)).await,
        Err(error) => failed(&visit, error),
    }
}

/// Why there is no package in a request.
enum Unsent {
    TooLarge,
    BrokenOff,
}

/// The file of the form, empty when none was chosen.
async fn sent(state: &AppState, request: Request) -> Result<Vec<u8>, Unsent> {
    // A little more than the file: the form around it.
    let request = body::up_to(request, PACKAGE_MAX_BYTES + (64 << 10));
    let mut form = Multipart::from_request(request, state).await.map_err(|_| Unsent::BrokenOff)?;
    let mut package = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(|error| unsent(&error))? {
        let wanted = field.name() == Some(FIELD);
        while let Some(piece) = field.chunk().await.map_err(|error| unsent(&error))? {
            if wanted {
                package.extend_from_slice(&piece);
            }
        }
    }
    if package.len() > PACKAGE_MAX_BYTES { Err(Unsent::TooLarge) } else { Ok(package) }
}

fn unsent(error: &axum::extract::multipart::MultipartError) -> Unsent {
    if body::was_too_large(error) { Unsent::TooLarge } else { Unsent::BrokenOff }
}

/// Enrols a vendor's key, or withdraws it.
pub async fn keys(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let now = state.clock.now().timestamp();
    let result = match word("step") {
        "enrol" => state.catalogue.enrol(viewer, word("name"), word("key"), now).await,
        "withdraw" => state.catalogue.withdraw(viewer, word("key"), now).await,
        _ => return visit.refuse(&UserError::BadRequest),
    };
    let problem = match result {
        Ok(()) => return Redirect::to(&format!("{}?done=1", paths::CATALOGUE)).into_response(),
        Err(CatalogueError::Key) => CatalogueProblem::Key,
        Err(CatalogueError::Name) => CatalogueProblem::Name,
        Err(CatalogueError::KeyEnrolled) => CatalogueProblem::KeyEnrolled,
        Err(CatalogueError::Unknown) => CatalogueProblem::UnknownKey,
        Err(error) => return failed(&visit, error),
    };
    list_page(&state, &visit, viewer, Told { problem: Some(problem), typed, done: false }).await
}

/// What was typed, and what became of it.
#[derive(Default)]
struct Told {
    problem: Option<CatalogueProblem>,
    typed: Typed,
    done: bool,
}

async fn list_page(state: &AppState, visit: &Visit, viewer: &Viewer, told: Told) -> Response {
    let (packages, keys) = tokio::join!(state.catalogue.packages(viewer), state.catalogue.keys(viewer));
    let (packages, keys) = match (packages, keys) {
        (Ok(packages), Ok(keys)) => (packages, keys),
        (Err(error), _) | (_, Err(error)) => return failed(visit, error),
    };
    let packages: Vec<_> = packages.into_iter().map(|one| (one.clone(), trial(state, &one))).collect();
    let status = match &told.problem {
        None => StatusCode::OK,
        Some(CatalogueProblem::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Some(CatalogueProblem::AlreadyThere(_) | CatalogueProblem::BeingTried(_) | CatalogueProblem::KeyEnrolled) => {
            StatusCode::CONFLICT
        }
        Some(CatalogueProblem::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Some(CatalogueProblem::UnknownKey) => StatusCode::NOT_FOUND,
        Some(CatalogueProblem::NoFile | CatalogueProblem::Key | CatalogueProblem::Name) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    let page = CataloguePage {
        organisation: &viewer.organisation_name,
        packages: &packages,
        keys: &keys,
        typed: &told.typed,
        problem: told.problem,
        done: told.done,
    };
    (status, html(catalogue_page(&visit.context(), &page))).into_response()
}

fn trial(state: &AppState, uploaded: &Uploaded) -> TrialLine {
    match state.catalogue.trial(uploaded, state.clock.now().timestamp()) {
        Trial::Running(at) => TrialLine::Running(at),
        Trial::BrokenOff => TrialLine::BrokenOff,
        Trial::Ended => TrialLine::Ended,
    }
}

/// One package.
pub async fn show(State(state): State<AppState>, visit: Visit, Path(digest): Path<String>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let (uploaded, keys) = tokio::join!(state.catalogue.package(viewer, &digest), state.catalogue.keys(viewer));
    let (uploaded, keys) = match (uploaded, keys) {
        (Ok(uploaded), Ok(keys)) => (uploaded, keys),
        (Err(error), _) | (_, Err(error)) => return failed(&visit, error),
    };
    let described = uploaded.verdict.as_ref().and_then(|verdict| verdict.described.as_ref());
    let own = match state.sources.own(viewer).await {
        Ok(own) => own,
        Err(error) => return failure::database(&visit, "stages of sources", &error),
    };
    let compared = described.map(|described| compared(&own, described)).unwrap_or_default();
    let trial = trial(&state, &uploaded);
    let page = PackagePage { uploaded: &uploaded, trial: &trial, keys: &keys, compared: &compared };
    let page = html(package_page(&visit.context(), &page));
    if matches!(trial, TrialLine::Running(_)) { ([(header::REFRESH, READ_AGAIN)], page).into_response() } else { page }
}

/// The package beside each adapter of its name that the organisation's sources use; sources with the same one together.
fn compared(own: &[OwnSource], new: &Described) -> Vec<Compared> {
    let own = own.iter().filter(|own| own.stage() != Stage::Retired);
    let mut by_version: BTreeMap<&str, (Vec<String>, &Described)> = BTreeMap::new();
    for own in own {
        if let Some(used) = own.described.as_ref().filter(|used| used.id == new.id) {
            by_version.entry(&used.version).or_insert_with(|| (Vec::new(), used)).0.push(own.source.label());
        }
    }
    let beside = |(sources, used): (Vec<String>, &Described)| Compared {
        sources,
        version: used.version.clone(),
        newer: compare_versions(&new.version, &used.version),
        differences: differences(used, new),
    };
    by_version.into_values().map(beside).collect()
}

/// What was found of one, for its vendor.
pub async fn report(State(state): State<AppState>, visit: Visit, Path(digest): Path<String>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let uploaded = match state.catalogue.package(viewer, &digest).await {
        Ok(uploaded) => uploaded,
        Err(error) => return failed(&visit, error),
    };
    let Some(verdict) = uploaded.verdict else { return visit.refuse(&UserError::NotFound) };
    let name = format!("attachment; filename=\"samsyn-{}.json\"", uploaded.digest.get(..12).unwrap_or_default());
    let disposition = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let told = serde_json::json!({ "package": uploaded.digest, "at": uploaded.at, "passed": verdict.passed(), "found": verdict });
    ([(header::CONTENT_DISPOSITION, disposition)], axum::Json(told)).into_response()
}

fn failed(visit: &Visit, error: CatalogueError) -> Response {
    match error {
        CatalogueError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().catalogue.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        CatalogueError::Unknown => visit.refuse(&UserError::NotFound),
        CatalogueError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was changed in a catalogue: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "catalogue", &error),
    }
}
