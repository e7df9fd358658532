//! What a source is granted: choosing a package, the form, keeping it, and running a source's own test.
//!
//! Room: [`form`] a form read and written. Not here: who may (`service::sources::binding`), the pages (`ui::binding`, `ui::stages`).
//! Invariant: a secret that was sent goes to the service and nowhere else; a form that is refused comes back without it.

mod form;

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    package::{Described, Uploaded},
    source::{Source, SourceId},
    viewer::Viewer,
};
use samsyn_service::sources::{OwnSource, SourceError};
use samsyn_ui::{BindChoicePage, BindPage, BindProblem, Typed, UserError, bind_choice_page, bind_page, paths};
use serde::Deserialize;

use super::{
    AppState,
    page::{Visit, html},
    stages,
};

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct BindQuery {
    package: Option<String>,
    source: Option<String>,
}

/// The packages, or the form for one of them.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(query): Query<BindQuery>) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let room = match Room::enter(&state, viewer, query.source.map(SourceId::new)).await {
        Ok(room) => room,
        Err(error) => return stages::failed(&visit, error),
    };
    let Some(package) = query.package else {
        return html(room.choice(&visit, false));
    };
    let Some(described) = room.described(&package) else { return visit.refuse(&UserError::NotFound) };
    let typed = room
        .source
        .as_ref()
        .and_then(|own| own.versions.first())
        .map_or_else(|| form::beginning(described), |version| form::written(&version.binding));
    room.page(&visit, &package, described, &typed, None)
}

/// Keeps what is granted.
pub async fn keep(State(state): State<AppState>, visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let Some(sent) = form::Sent::read(pairs) else { return visit.refuse(&UserError::BadRequest) };
    let room = match Room::enter(&state, viewer, sent.source.clone()).await {
        Ok(room) => room,
        Err(error) => return stages::failed(&visit, error),
    };
    let package = sent.package.clone();
    let Some(uploaded) = room.packages.iter().find(|one| one.digest == package) else {
        return gone(&visit, &room);
    };
    let Some(described) = described(uploaded) else { return gone(&visit, &room) };
    let component = uploaded.verdict.as_ref().and_then(|verdict| verdict.component.clone()).unwrap_or_default();
    let former = room.source.as_ref().and_then(|own| own.versions.first()).map(|version| &version.binding);
    let typed = sent.typed.clone();
    let problem = match sent.into_grant(described, component, former) {
        Err(faults) => BindProblem::Faults(faults),
        Ok(to_bind) => match state.sources.bind(viewer, to_bind, state.clock.now().timestamp()).await {
            Ok((source, _)) => {
                return Redirect::to(&format!("{}?saved=1", paths::admin_source(&source))).into_response();
            }
            Err(SourceError::Faults(faults)) => BindProblem::Faults(faults),
            Err(SourceError::Reason) => BindProblem::Reason,
            Err(SourceError::Stale) => BindProblem::Stale,
            Err(SourceError::Package) => BindProblem::Package,
            Err(error) => return stages::failed(&visit, error),
        },
    };
    room.page(&visit, &package, described, &typed, Some(problem))
}

/// Which binding is tested.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestForm {
    binding: u32,
}

/// Runs a source's own test and shows how it went.
pub async fn test(
    State(state): State<AppState>,
    visit: Visit,
    Path(source): Path<String>,
    Form(form): Form<TestForm>,
) -> Response {
    let Some(viewer) = visit.viewer() else {
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    };
    let id = SourceId::new(source);
    match state.sources.selftest(viewer, &id, form.binding, state.clock.now().timestamp()).await {
        Ok(tested) => stages::tested(&state, &visit, viewer, &id, (form.binding, tested)).await,
        Err(error) => stages::failed(&visit, error),
    }
}

/// A package that may not be used any more: its key was withdrawn while the form was filled in.
fn gone(visit: &Visit, room: &Room<'_>) -> Response {
    (StatusCode::CONFLICT, html(room.choice(visit, true))).into_response()
}

fn described(uploaded: &Uploaded) -> Option<&Described> {
    uploaded.verdict.as_ref()?.described.as_ref()
}

/// What the administrator can choose from.
struct Room<'a> {
    state: &'a AppState,
    viewer: &'a Viewer,
    source: Option<OwnSource>,
    own: Vec<Source>,
    packages: Vec<Uploaded>,
}

impl<'a> Room<'a> {
    async fn enter(state: &'a AppState, viewer: &'a Viewer, source: Option<SourceId>) -> Result<Self, SourceError> {
        let (own, packages) = (state.sources.own(viewer).await?, state.sources.bindable(viewer).await?);
        let sources = own.iter().map(|own| own.source.clone()).collect();
        let source = match source {
            None => None,
            Some(id) => {
                let found = own.into_iter().find(|own| own.source.id == id && !own.is_configured());
                Some(found.ok_or(SourceError::Unknown)?)
            }
        };
        Ok(Self { state, viewer, source, own: sources, packages })
    }

    /// The packages to choose from.
    fn choice(&self, visit: &Visit, gone: bool) -> String {
        let newest = self.source.as_ref().and_then(|own| own.versions.first());
        let mut packages = self.packages.clone();
        packages.retain(|package| {
            let adapter = described(package).map(|described| &described.id);
            newest.is_none_or(|newest| adapter == Some(&newest.binding.described.id))
        });
        let source = self.source.as_ref().map(|own| &own.source);
        bind_choice_page(&visit.context(), &BindChoicePage { source, packages: &packages, gone })
    }

    fn described(&self, digest: &str) -> Option<&Described> {
        self.packages.iter().find(|package| package.digest == digest).and_then(described)
    }

    fn page(
        &self,
        visit: &Visit,
        package: &str,
        described: &Described,
        typed: &Typed,
        problem: Option<BindProblem>,
    ) -> Response {
        let organisation = self.state.overviews.catalogue().organisation(&self.viewer.organisation);
        let newest = self.source.as_ref().and_then(|own| own.versions.first());
        let held: BTreeSet<String> =
            newest.iter().flat_map(|version| &version.binding.credentials).map(|one| one.slot.clone()).collect();
        let status = match &problem {
            None => StatusCode::OK,
            Some(BindProblem::Stale) => StatusCode::CONFLICT,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let this = self.source.as_ref().map(|own| &own.source);
        let page = BindPage {
            source: this,
            base: newest.map_or(0, |version| version.number),
            package,
            described,
            providers: organisation.map(|organisation| organisation.providers.as_slice()).unwrap_or_default(),
            beside: &self.own.iter().filter(|one| this.is_none_or(|this| this.id != one.id)).collect::<Vec<_>>(),
            held: &held,
            typed,
            problem,
        };
        (status, html(bind_page(&visit.context(), &page))).into_response()
    }
}
