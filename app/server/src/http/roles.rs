//! Roles of the administrator's own organisation: the table, the changes to confirm, saving, restoring.
//!
//! Not here: what is fixed (`domain::access`), what holds (`service::roles`), the page (`ui::roles`). No form names an organisation, so
//! none but the own can be changed.
//! Invariant: a form that is refused comes back with what was ticked, and nothing has changed.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::{
    access::{Right, RoleMatrix, fixed},
    source::{OrganisationInfo, ProviderKind},
    viewer::{Role, Viewer},
};
use samsyn_service::{port::role_matrices::MatrixVersion, roles::RolesError};
use samsyn_ui::{RolesPage, RolesProblem, RolesStep, UserError, VersionLine, paths, role_field, roles_page};
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

/// The table.
pub async fn show(State(state): State<AppState>, visit: Visit, Query(query): Query<ShowQuery>) -> Response {
    let room = match Room::enter(&state, &visit).await {
        Ok(room) => room,
        Err(refusal) => return *refusal,
    };
    let chosen = room.current();
    room.page(&visit, &chosen, RolesStep::Edit, Outcome { problem: None, saved: query.saved.is_some() })
}

/// One of the steps: review what was ticked or a former version, go back to the table, save.
pub async fn change(State(state): State<AppState>, visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    if visit.viewer().is_none() {
        // More ticks than a cookie holds, and no text: they are lost, and it is said.
        return visit.refuse(&UserError::SessionOverWriting { kept: false });
    }
    let room = match Room::enter(&state, &visit).await {
        Ok(room) => room,
        Err(refusal) => return *refusal,
    };
    let Some(sent) = Sent::read(pairs) else { return visit.refuse(&UserError::BadRequest) };
    let chosen = match sent.restore {
        None => sent.matrix(),
        Some(number) => match room.version(number) {
            Some(matrix) => matrix,
            None => return visit.refuse(&UserError::BadRequest),
        },
    };
    let refused =
        |problem| room.page(&visit, &chosen, RolesStep::Edit, Outcome { problem: Some(problem), saved: false });
    if sent.base != room.number() {
        return refused(RolesProblem::Stale);
    }
    if sent.restore.is_none() && sent.grants_fixed(&room.kinds) {
        return refused(RolesProblem::Fixed);
    }
    if sent.step == Step::Edit {
        return room.page(&visit, &chosen, RolesStep::Edit, Outcome::default());
    }
    if room.current().changes(&chosen, &room.kinds).is_empty() {
        return refused(RolesProblem::Unchanged);
    }
    if sent.step == Step::Review {
        return room.page(&visit, &chosen, RolesStep::Review, Outcome::default());
    }
    let now = state.clock.now();
    match state.roles.change(room.viewer, sent.base, chosen.clone(), &room.kinds, &now).await {
        Ok(()) => Redirect::to(&format!("{}?saved=1", paths::ROLES)).into_response(),
        // Somebody was faster by a moment: what holds is read anew for the page.
        Err(RolesError::Stale) => match Room::enter(&state, &visit).await {
            Ok(room) => {
                let overtaken = Outcome { problem: Some(RolesProblem::Stale), saved: false };
                room.page(&visit, &chosen, RolesStep::Edit, overtaken)
            }
            Err(refusal) => *refusal,
        },
        Err(RolesError::Unchanged) => refused(RolesProblem::Unchanged),
        Err(error) => failed(&visit, error),
    }
}

fn failed(visit: &Visit, error: RolesError) -> Response {
    match error {
        RolesError::NotAdministrator => {
            let who = visit.viewer().map(|viewer| viewer.organisation_name.clone()).unwrap_or_default();
            let capability = visit.language_texts().roles.link().to_owned();
            visit.refuse(&UserError::NotAllowed { capability, who_can_grant: who })
        }
        RolesError::LogUnavailable(error) => {
            tracing::error!(%error, "no role was changed: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        error => failure::database(visit, "roles", &error),
    }
}

/// What the page says besides the table.
#[derive(Clone, Copy, Default)]
struct Outcome {
    problem: Option<RolesProblem>,
    saved: bool,
}

/// The administrator, the organisation and its versions.
struct Room<'a> {
    viewer: &'a Viewer,
    organisation: &'a OrganisationInfo,
    kinds: Vec<ProviderKind>,
    versions: Vec<MatrixVersion>,
}

impl<'a> Room<'a> {
    async fn enter(state: &'a AppState, visit: &'a Visit) -> Result<Self, Box<Response>> {
        let Some(viewer) = visit.viewer() else { return Err(Box::new(visit.refuse(&UserError::SessionExpired))) };
        let versions = state.roles.history(viewer).await.map_err(|error| Box::new(failed(visit, error)))?;
        let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
        let Some(organisation) = organisation else {
            return Err(Box::new(failure::internal(visit, "roles", &"the organisation is not configured")));
        };
        let kinds = organisation.providers.iter().map(|provider| provider.kind).collect();
        Ok(Self { viewer, organisation, kinds, versions })
    }

    /// Number of the version that holds; 0 is the defaults.
    fn number(&self) -> u32 {
        self.versions.first().map_or(0, |version| version.number)
    }

    fn current(&self) -> RoleMatrix {
        self.versions.first().map(|version| version.matrix.clone()).unwrap_or_default()
    }

    fn version(&self, number: u32) -> Option<RoleMatrix> {
        if number == 0 {
            return Some(RoleMatrix::default());
        }
        self.versions.iter().find(|version| version.number == number).map(|version| version.matrix.clone())
    }

    fn page(&self, visit: &Visit, chosen: &RoleMatrix, step: RolesStep, outcome: Outcome) -> Response {
        let by = |version: &MatrixVersion| format!("{}, {}", version.by.name, version.by.title);
        let line = |version: &MatrixVersion| VersionLine { number: version.number, at: version.at, by: by(version) };
        let status = match outcome.problem {
            None => StatusCode::OK,
            Some(RolesProblem::Stale) => StatusCode::CONFLICT,
            Some(RolesProblem::Fixed | RolesProblem::Unchanged) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = RolesPage {
            organisation: &self.organisation.name,
            kinds: &self.kinds,
            versions: &self.versions.iter().map(line).collect::<Vec<_>>(),
            current: &self.current(),
            chosen,
            step,
            problem: outcome.problem,
            saved: outcome.saved,
        };
        (status, html(roles_page(&visit.context(), &page))).into_response()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Edit,
    Review,
    Save,
}

/// A form, read.
struct Sent {
    base: u32,
    step: Step,
    restore: Option<u32>,
    ticked: BTreeSet<(Role, Right)>,
}

impl Sent {
    /// None when a field is missing, has the wrong form, or is not one of the page's.
    fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let (mut base, mut step, mut restore, mut ticked) = (None, None, None, BTreeSet::new());
        for (name, value) in pairs {
            match name.as_str() {
                "base" => base = Some(value.parse().ok()?),
                "restore" => restore = Some(value.parse().ok()?),
                "step" => {
                    step = Some(match value.as_str() {
                        "edit" => Step::Edit,
                        "review" => Step::Review,
                        "save" => Step::Save,
                        _ => return None,
                    });
                }
                _ => {
                    ticked.insert(cell(&name)?);
                }
            }
        }
        // A former version is reviewed like anything else before it is saved.
        let step = if restore.is_some() { Step::Review } else { step? };
        Some(Self { base: base?, step, restore, ticked })
    }

    fn matrix(&self) -> RoleMatrix {
        RoleMatrix::granting(|role, right| self.ticked.contains(&(role, right)))
    }

    fn grants_fixed(&self, kinds: &[ProviderKind]) -> bool {
        self.ticked.iter().any(|(role, right)| fixed(*role, kinds, *right).is_some())
    }
}

/// The cell of a box's name.
fn cell(name: &str) -> Option<(Role, Right)> {
    let cells = Role::ALL.into_iter().flat_map(|role| Right::all().map(move |right| (role, right)));
    cells.into_iter().find(|(role, right)| role_field(*role, *right) == name)
}
