//! "Testa min inloggning": what the identity provider stated and what came of it, before anybody needs a patient.
//!
//! For the person who is signed in, or whose sign-in was refused a moment ago in this browser. Whoever finds it right says so, and
//! administrators see who has. Not here: what may be shown of a claim (`login::shown`), the page (`ui`).
//! Invariants: nothing of a patient; nobody sees the claims of anybody else; only a sign-in that succeeded can be confirmed, and that it
//! was is logged before it is kept.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_domain::viewer::{Role, Viewer};
use samsyn_service::{
    port::{PortError, audit_log::Activity, sign_ins::LoginTest},
    record::{Deed, session::Event},
};
use samsyn_ui::{ClaimLine, FieldLine, LoginTestPage, ReachLine, TestedLine, UserError, login_test_page};

use super::{
    AppState, failure,
    page::{Visit, html},
    sign_in,
};
use crate::{
    clock::real_now,
    config::ClaimField,
    login::{
        claims::{assignments, found, list_of_objects},
        shown,
    },
    session::{self, Received},
};

/// The page.
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    match (session::refused(&visit.session).await, session::received(&visit.session).await) {
        (Ok(refused), Ok(received)) => match refused.map(|one| (one, true)).or(received.map(|one| (one, false))) {
            Some((received, was_refused)) => draw(&state, &visit, &received, was_refused).await,
            None => visit.refuse(&UserError::SignedOut),
        },
        (Err(error), _) | (_, Err(error)) => failure::internal(&visit, "read claims", &error),
    }
}

async fn draw(state: &AppState, visit: &Visit, received: &Received, was_refused: bool) -> Response {
    let mut viewers = assignments(&received.claims, &state.config.identity, &state.config.organisations);
    if let Err(error) = state.roles.equip(&mut viewers).await {
        return failure::internal(visit, "read matrix of roles", &error);
    }
    let stated = |name: &str| received.claims.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let tests = match visit.viewer().filter(|_| !was_refused) {
        Some(viewer) => match tests_for(state, viewer).await {
            Ok(tests) => tests,
            Err(error) => return failure::internal(visit, "read tests of signing in", &error),
        },
        None => Tests::default(),
    };
    let auth_time = visit.signed_in.as_ref().filter(|_| !was_refused).and_then(|signed_in| signed_in.auth_time);
    html(login_test_page(
        &visit.context(),
        &LoginTestPage {
            refused: was_refused,
            level: stated("acr"),
            levels_accepted: state.config.identity.required_acr.clone(),
            auth_time,
            mapping: state.config.identity.claims.mapping.key(),
            fields: fields(state, received),
            claims: lines(received),
            reach: viewers.into_iter().map(reach).collect(),
            confirmed: tests.own,
            tested: tests.of_organisation,
        },
    ))
}

/// Notes that the person finds it right.
pub async fn confirm(State(state): State<AppState>, visit: Visit) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let event = Event::Deed(Deed::LoginTest { organisation: &viewer.organisation });
    if let Err(error) = sign_in::log(&state, &visit, Activity::Write, viewer, event).await {
        tracing::error!(%error, "nothing was confirmed: the audit log cannot be written");
        return visit.refuse(&UserError::LogUnavailable);
    }
    let test = LoginTest {
        organisation: viewer.organisation.as_str().to_owned(),
        user_id: viewer.user_id.clone(),
        assignment: viewer.assignment.clone(),
        name: viewer.name.clone(),
        unit: viewer.unit.name.clone().unwrap_or_default(),
        at: real_now(),
    };
    match state.sign_ins.note_test(&test).await {
        Ok(()) => Redirect::to(samsyn_ui::paths::LOGIN_TEST).into_response(),
        Err(error) => failure::internal(&visit, "note a test of signing in", &error),
    }
}

/// Who has confirmed: the person itself, and for an administrator everybody in the organisation.
#[derive(Default)]
struct Tests {
    own: Option<jiff::Timestamp>,
    of_organisation: Option<Vec<TestedLine>>,
}

async fn tests_for(state: &AppState, viewer: &Viewer) -> Result<Tests, PortError> {
    let all = state.sign_ins.tests(viewer.organisation.as_str()).await?;
    let is_own = |test: &&LoginTest| test.user_id == viewer.user_id && test.assignment == viewer.assignment;
    let own = all.iter().find(is_own).map(|test| test.at);
    let line = |test: LoginTest| TestedLine { name: test.name, user_id: test.user_id, unit: test.unit, at: test.at };
    let of_organisation = (viewer.role == Role::Administrator).then(|| all.into_iter().map(line).collect());
    Ok(Tests { own, of_organisation })
}

/// Each field with the names that were tried and the one that was found, in the claims or in the first assignment of their list.
fn fields(state: &AppState, received: &Received) -> Vec<FieldLine> {
    let names = &state.config.identity.claims;
    let listed = list_of_objects(found(&received.claims, names, ClaimField::Assignments).map(|(_, value)| value));
    ClaimField::ALL
        .into_iter()
        .map(|field| {
            let inner = listed.iter().find_map(|one| found(one, names, field)).map(|(name, _)| name);
            let name = inner.or_else(|| found(&received.claims, names, field).map(|(name, _)| name));
            FieldLine {
                key: field.key(),
                found: name.map(str::to_owned),
                tried: names.names(field).into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

fn lines(received: &Received) -> Vec<ClaimLine> {
    shown::claims(&received.claims).into_iter().map(|(name, value)| ClaimLine { name, value }).collect()
}

fn reach(viewer: Viewer) -> ReachLine {
    let sections = if viewer.has_care_purpose() { viewer.rights.sections() } else { Vec::new() };
    ReachLine { viewer, sections }
}
