//! Viva: the demo's municipal record system, one server per law, in a JSON format of our own assumption.
//!
//! `POST /api/v2/brukare/sok {personnummer, lagrum}` gives Viva's own id and the banner with its protection flags, unfiltered.
//! `GET /api/v2/brukare/{id}/LIST?lagrum=HSL&sida=1` gives one page of `insatser kontakter planer vardbegransningar adl
//! lakemedel dokument samtycken uppmarksamhet`. Swedish field names, local times without zone, four records to a page.
//! Every request needs the licence header. The README of the adapter `viva` describes each field.
//! Rooms: `record` entries in this format · `words` its codes. Not here: faults and delay (`crate::fault`).
//! Invariant: what the holdings say is on the wire, except that an instant becomes Swedish local time.

mod record;
mod words;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use samsyn_domain::{entry::Entry, section::Section};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::holdings::{Holdings, PatientRecords};

/// Header that carries the licence key.
pub const LICENCE_HEADER: &str = "x-viva-licens";
/// The demo's licence key.
pub const LICENCE: &str = "DEMO-LICENS-2026";

const PAGE_SIZE: usize = 4;

/// Which law a server keeps records under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Hälso- och sjukvårdslagen.
    Hsl,
    /// Socialtjänstlagen and LSS.
    Sol,
}

impl Law {
    const fn word(self) -> &'static str {
        match self {
            Self::Hsl => "HSL",
            Self::Sol => "SOL",
        }
    }
}

#[derive(Clone)]
struct Viva {
    holdings: Arc<Holdings>,
    law: Law,
}

/// The server of one municipality and law.
pub fn router(holdings: Arc<Holdings>, law: Law) -> Router {
    Router::new()
        .route("/api/v2/brukare/sok", post(search))
        .route("/api/v2/brukare/{id}/{list}", get(list))
        .layer(middleware::from_fn(licensed))
        .with_state(Viva { holdings, law })
}

async fn licensed(request: Request, next: Next) -> Response {
    let licensed = request.headers().get(LICENCE_HEADER).is_some_and(|value| value.as_bytes() == LICENCE.as_bytes());
    if licensed {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, Json(json!({ "fel": "licens saknas eller är ogiltig" }))).into_response()
    }
}

#[derive(Deserialize)]
struct Search {
    personnummer: String,
    lagrum: String,
}

async fn search(State(viva): State<Viva>, Json(search): Json<Search>) -> Json<Value> {
    let number: String = search.personnummer.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect();
    let known = viva.holdings.patients.iter().enumerate().find(|(_, (identifier, _))| **identifier == number);
    let user = known.filter(|_| search.lagrum == viva.law.word()).map(|(place, (identifier, records))| {
        let mut user = records.person.as_ref().map_or_else(|| record::unnamed(identifier), record::person);
        if let Some(fields) = user.as_object_mut() {
            fields.insert("brukarId".into(), user_id(place).into());
        }
        user
    });
    let users: Vec<_> = user.into_iter().collect();
    Json(json!({ "antal": users.len(), "brukare": users }))
}

/// Viva's own id says nothing of the person.
fn user_id(place: usize) -> String {
    format!("B{:05}", place + 1000)
}

fn user<'h>(holdings: &'h Holdings, id: &str) -> Option<&'h PatientRecords> {
    let place: usize = id.strip_prefix('B')?.parse::<usize>().ok()?.checked_sub(1000)?;
    holdings.patients.values().nth(place)
}

#[derive(Deserialize)]
struct Page {
    lagrum: String,
    sida: usize,
}

async fn list(
    State(viva): State<Viva>,
    Path((id, list)): Path<(String, String)>,
    Query(page): Query<Page>,
) -> Response {
    let found = user(&viva.holdings, &id).zip(section(&list));
    let Some((records, section)) = found.filter(|_| page.sida >= 1) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "fel": "finns inte" }))).into_response();
    };
    let own_law = page.lagrum == viva.law.word();
    let entries: Vec<&Entry> = records.entries.iter().filter(|entry| own_law && entry.section() == section).collect();
    let pages = entries.len().div_ceil(PAGE_SIZE).max(1);
    let rows = entries.iter().skip((page.sida - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let rows: Vec<_> = rows.map(|entry| record::entry(entry, viva.law.word())).collect();
    Json(json!({
        "brukarId": id,
        "sida": page.sida,
        "antalSidor": pages,
        "antal": entries.len(),
        "angerInga": own_law && records.stated_none.contains(&section),
        "poster": rows,
    }))
    .into_response()
}

fn section(list: &str) -> Option<Section> {
    Some(match list {
        "uppmarksamhet" => Section::Alerts,
        "vardbegransningar" => Section::CareLimits,
        "insatser" => Section::Services,
        "kontakter" => Section::Contacts,
        "lakemedel" => Section::Medications,
        "adl" => Section::FunctionalStatus,
        "planer" => Section::Plans,
        "samtycken" => Section::Consents,
        "dokument" => Section::Documents,
        _ => return None,
    })
}
