//! Consent and access of the patient of a handle: the page, registering, ending, danger to life.
//!
//! Not here: the rules (`domain::access`), the forms (`ui::access`). Nothing about a patient stands in an address.
//! Invariant: a form that a rule refuses comes back with what was typed, and nothing has changed.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::{
        Assertion, EMERGENCY, GivenBy, Kind, Period, Preset, Proof, Reason, Receiver, Refusal, Registrar, Registration,
        RelationReason, Stated,
    },
    provenance::Organisation,
    section::Section,
    source::ReceivingUnit,
    viewer::{Scope, Viewer},
};
use samsyn_service::{
    access::{AccessError, Ending},
    port::handles::Handle,
};
use samsyn_ui::{AccessPage, AccessProblem, EmergencyStep, Typed, UserError, access_page, emergency_page, paths};
use serde::{Deserialize, de::value::StrDeserializer};

use super::{
    AppState, failure,
    freshness::{self, Freshness},
    overview::handle_of,
    page::{Visit, html},
    proof,
    search::{keep, new_id},
};

/// What is registered, and the forms.
pub async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    page(&state, &visit, &handle, None, &Typed::new()).await
}

/// Registers what a form says.
pub async fn register(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let typed: Typed = pairs.into_iter().collect();
    let now = state.clock.now();
    // What the form says of a proof counts for nothing: the source is asked again.
    let proof = match typed.get("relation").map(String::as_str) {
        Some("proven") => match proof::reported(&state, &visit, &handle, viewer, &now).await {
            Ok(proofs) => proofs.found.into_iter().next(),
            Err(refusal) => return *refusal,
        },
        _ => None,
    };
    let units = receiving_units(&state, viewer);
    let made = Draft { viewer, handle: &handle, typed: &typed, now: &now, units: &units, proof };
    let new = match made.registrations() {
        Ok(new) => new,
        Err(refusal) => return refused(&state, &visit, &handle, refusal, &typed).await,
    };
    // All are checked before the first is kept.
    if let Some(refusal) = new.iter().find_map(|one| one.check(viewer, &now).err()) {
        return refused(&state, &visit, &handle, refusal, &typed).await;
    }
    for one in &new {
        if let Err(error) = state.access.register(viewer, one, &now).await {
            return failed(&state, &visit, &handle, error, &typed).await;
        }
    }
    let back = if handle.scope == Scope::Shared { paths::overview(&handle.id) } else { paths::access(&handle.id) };
    Redirect::to(&back).into_response()
}

/// What ends a registration.
#[derive(Debug, Deserialize)]
pub struct EndRequest {
    how: Option<String>,
}

/// Ends one.
pub async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, registration)): Path<(String, String)>,
    Form(request): Form<EndRequest>,
) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let how = match request.how.as_deref() {
        Some("withdrawn") => Ending::Withdrawn,
        Some("voided") => Ending::Voided,
        _ => return visit.refuse(&UserError::BadRequest),
    };
    match state.access.end(viewer, &handle.patient, &registration, how, &state.clock.now()).await {
        Ok(()) => Redirect::to(&paths::access(&handle.id)).into_response(),
        Err(error) => failed(&state, &visit, &handle, error, &Typed::new()).await,
    }
}

/// The first step of an emergency: why.
pub async fn emergency(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let problem = match freshness::of(&state, &visit).await {
        Freshness::Fresh => None,
        Freshness::Old => return freshness::renew(&handle.id),
        Freshness::OldAndUnrenewable => Some(AccessProblem::SignInNotRenewed),
    };
    html(emergency_page(&visit.context(), &handle.id, &EmergencyStep::Reason, problem))
}

/// The next steps: with a reason, who may have information; with sections chosen, the overview.
pub async fn open_emergency(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    let typed: Typed = pairs.into_iter().collect();
    let fetch = typed.contains_key("fetch");
    let seen = viewer.rights.sections();
    let chosen = seen.iter().filter(|section| typed.contains_key(&field(**section)));
    let now = state.clock.now();
    let made = Draft { viewer, handle: &handle, typed: &typed, now: &now, units: &[], proof: None };
    let sections = if fetch { chosen.copied().collect() } else { Vec::new() };
    let refused = |refusal| {
        let problem = Some(AccessProblem::Refused(refusal));
        let page = emergency_page(&visit.context(), &handle.id, &EmergencyStep::Reason, problem);
        (StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response()
    };
    if fetch && sections.is_empty() {
        return refused(Refusal::NotStated);
    }
    let new = made.emergency(sections);
    // What a rule refuses is refused before anything is noted.
    if let Err(refusal) = new.check(viewer, &now) {
        return refused(refusal);
    }
    match freshness::of(&state, &visit).await {
        Freshness::Fresh => {}
        Freshness::Old => return freshness::renew(&handle.id),
        Freshness::OldAndUnrenewable => {
            if let Err(error) = state.access.note_unrenewed(viewer, &handle.patient, &now).await {
                return failed(&state, &visit, &handle, error, &typed).await;
            }
        }
    }
    match state.access.register(viewer, &new, &now).await {
        Ok(()) if fetch => {
            // Danger to life is an active choice of its own.
            keep(&state, &visit, Handle { id: new_id(), scope: Scope::Shared, ..handle }).await
        }
        Ok(()) => {
            let who = state.overviews.care_providers_of(viewer, &handle.patient).await;
            let step = EmergencyStep::Needed {
                reason: typed.get("reason").map(String::as_str).unwrap_or_default(),
                text: typed.get("text").map(String::as_str).filter(|text| !text.trim().is_empty()),
                who: &who,
                sections: &seen,
            };
            html(emergency_page(&visit.context(), &handle.id, &step, None))
        }
        Err(AccessError::Refused(refusal)) => refused(refusal),
        Err(error) => failed(&state, &visit, &handle, error, &typed).await,
    }
}

/// Another hour.
pub async fn extend(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, registration)): Path<(String, String)>,
) -> Response {
    let handle = match handle_of(&state, &visit, &id).await {
        Ok(handle) => handle,
        Err(refusal) => return *refusal,
    };
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    match state.access.extend(viewer, &handle.patient, &registration, &state.clock.now()).await {
        Ok(()) => Redirect::to(&paths::overview(&handle.id)).into_response(),
        Err(error) => failed(&state, &visit, &handle, error, &Typed::new()).await,
    }
}

async fn page(
    state: &AppState,
    visit: &Visit,
    handle: &Handle,
    problem: Option<AccessProblem>,
    typed: &Typed,
) -> Response {
    let Some(viewer) = visit.viewer() else { return visit.refuse(&UserError::SessionExpired) };
    if !viewer.has_care_purpose() {
        return visit.refuse(&UserError::NoCarePurpose);
    }
    let now = state.clock.now();
    let registered = match state.access.list(viewer, &handle.patient, &now).await {
        Ok(registered) => registered,
        Err(AccessError::LogUnavailable(error)) => {
            tracing::error!(%error, "nothing is shown: the audit log cannot be written");
            return visit.refuse(&UserError::LogUnavailable);
        }
        Err(error) => return failure::internal(visit, "read the register", &error),
    };
    let proofs = match proof::for_page(state, visit, handle, viewer, &registered, &now).await {
        Ok(proofs) => proofs,
        Err(refusal) => return *refusal,
    };
    let page = AccessPage {
        handle: &handle.id,
        patient: &handle.patient,
        viewer,
        registered: &registered,
        receiving_units: &receiving_units(state, viewer),
        proof_incomplete: proofs.incomplete,
        proof: proofs.found.into_iter().next(),
        now: &now,
        problem,
        typed,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, html(access_page(&visit.context(), &page))).into_response()
}

async fn refused(state: &AppState, visit: &Visit, handle: &Handle, refusal: Refusal, typed: &Typed) -> Response {
    page(state, visit, handle, Some(AccessProblem::Refused(refusal)), typed).await
}

async fn failed(state: &AppState, visit: &Visit, handle: &Handle, error: AccessError, typed: &Typed) -> Response {
    match error {
        AccessError::Refused(refusal) => refused(state, visit, handle, refusal, typed).await,
        AccessError::Unknown => page(state, visit, handle, Some(AccessProblem::Unknown), typed).await,
        AccessError::LogUnavailable(error) => {
            tracing::error!(%error, "nothing was registered: the audit log cannot be written");
            visit.refuse(&UserError::LogUnavailable)
        }
        AccessError::Register(error) => failure::internal(visit, "write the register", &error),
    }
}

/// Units of others, and other units of the own organisation.
fn receiving_units(state: &AppState, viewer: &Viewer) -> Vec<ReceivingUnit> {
    let all = state.config.organisations.iter().flat_map(|organisation| &organisation.receiving_units);
    all.filter(|unit| viewer.unit.known_id() != Some(unit.unit.as_str())).cloned().collect()
}

fn field(section: Section) -> String {
    format!("section-{}", section.name())
}

/// A form on its way to become registrations.
struct Draft<'a> {
    viewer: &'a Viewer,
    handle: &'a Handle,
    typed: &'a Typed,
    now: &'a Zoned,
    units: &'a [ReceivingUnit],
    proof: Option<Proof>,
}

impl Draft<'_> {
    fn registrations(&self) -> Result<Vec<Registration>, Refusal> {
        let kind: Kind = self.word("kind").ok_or(Refusal::NotStated)?;
        let preset: Preset = self.word("period").ok_or(Refusal::NotStated)?;
        let period = preset.period(self.now);
        let main = match kind {
            Kind::Consent => {
                let stated = Stated { given_by: self.word::<GivenBy>("given_by"), ..Stated::default() };
                Some(self.made(kind, self.receiver()?, period, stated))
            }
            Kind::Child => Some(self.made(kind, Receiver::unit_of(self.viewer), period, Stated::default())),
            Kind::Relation => None,
            Kind::Incapable => {
                let all = [
                    ("necessary", Assertion::Necessary),
                    ("attitude-clarified", Assertion::AttitudeClarified),
                    ("no-objection", Assertion::NoObjection),
                ];
                let given = all.into_iter().filter(|(name, _)| self.typed.contains_key(*name));
                let stated =
                    Stated { assertions: given.map(|(_, assertion)| assertion).collect(), ..Stated::default() };
                Some(self.made(kind, Receiver::unit_of(self.viewer), period, stated))
            }
            Kind::Emergency | Kind::Lift => return Err(Refusal::NotStated),
        };
        let relation = self.word::<RelationReason>("relation");
        let related = relation.map(|reason| {
            // A relation has an end even where the consent has none.
            let longest = Preset::TwelveMonths.period(self.now);
            let to = period.to.or(longest.to).min(longest.to);
            let proof = self.proof.clone().filter(|_| reason == RelationReason::Proven);
            let stated = Stated { relation: Some(reason), proof, ..Stated::default() };
            self.made(Kind::Relation, Receiver::unit_of(self.viewer), Period { to, ..period }, stated)
        });
        let all: Vec<Registration> = related.into_iter().chain(main).collect();
        if all.is_empty() { Err(Refusal::NotStated) } else { Ok(all) }
    }

    fn emergency(&self, sections: Vec<Section>) -> Registration {
        let from = self.now.timestamp();
        let period = Period { from, to: Some(from.checked_add(EMERGENCY).unwrap_or(Timestamp::MAX)) };
        let text = self.typed.get("text").map(|text| text.trim()).filter(|text| !text.is_empty());
        let stated = Stated {
            reason: self.word::<Reason>("reason"),
            text: text.map(str::to_owned),
            sections,
            ..Stated::default()
        };
        self.made(Kind::Emergency, Receiver::only(self.viewer), period, stated)
    }

    fn receiver(&self) -> Result<Receiver, Refusal> {
        match self.typed.get("for").map(String::as_str) {
            Some("me") => Ok(Receiver::only(self.viewer)),
            Some("unit") => Ok(Receiver::unit_of(self.viewer)),
            Some(id) => {
                let unit = self.units.iter().find(|unit| unit.unit == id).ok_or(Refusal::Receiver)?;
                Ok(Receiver {
                    provider: unit.provider.clone(),
                    unit: Some(Organisation { id: Some(unit.unit.clone()), name: Some(unit.name.clone()) }),
                    employee: None,
                })
            }
            None => Err(Refusal::NotStated),
        }
    }

    fn made(&self, kind: Kind, receiver: Receiver, period: Period, stated: Stated) -> Registration {
        Registration {
            id: uuid::Uuid::new_v4().to_string(),
            kind,
            patient: self.handle.patient.clone(),
            receiver,
            period,
            stated,
            registered_at: self.now.timestamp(),
            registered_by: Registrar::from(self.viewer),
            ended: None,
        }
    }

    /// A field as the word of a kind; none when it is missing or unknown.
    fn word<'t, T: Deserialize<'t>>(&'t self, name: &str) -> Option<T> {
        let text = self.typed.get(name)?;
        T::deserialize(StrDeserializer::<serde::de::value::Error>::new(text)).ok()
    }
}
