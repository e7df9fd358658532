//! The simple contract: the demo's population register, a small provider, and anybody with a few lines of code.
//!
//! `POST /samsyn/v1/patient {identifiers, sections}` gives one JSON document by `plugins/enkel/enkel.schema.json`;
//! `POST /samsyn/v1/csv/SECTION` with a form body (`system`, `value`) gives one CSV file.
//! Rooms: `json` entries as the schema has them · `table` the files. Not here: faults and delay (`crate::fault`).
//! Invariant: every section asked for gets an explicit status; what is not held is said to be not held.

mod json;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Form, Json, Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use samsyn_domain::section::{PERSON, Section};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::holdings::{Holdings, PatientRecords};

/// User name and password of basic authentication.
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

/// The server, open to whoever reaches it.
pub fn router(holdings: Arc<Holdings>) -> Router {
    Router::new()
        .route("/samsyn/v1/patient", post(patient))
        .route("/samsyn/v1/csv/{section}", post(file))
        .with_state(holdings)
}

/// The server behind basic authentication.
pub fn router_with_login(holdings: Arc<Holdings>, login: &Login) -> Router {
    let expected = Arc::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", login.user, login.password))));
    router(holdings).layer(middleware::from_fn(move |request, next| signed_in(Arc::clone(&expected), request, next)))
}

async fn signed_in(expected: Arc<String>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    if given.is_some_and(|value| value.as_bytes() == expected.as_bytes()) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"samsyn\"")]).into_response()
    }
}

#[derive(Deserialize)]
struct Stated {
    system: String,
    value: String,
}

#[derive(Deserialize)]
struct Question {
    contract: String,
    identifiers: Vec<Stated>,
    sections: Vec<String>,
}

async fn patient(State(holdings): State<Arc<Holdings>>, Json(question): Json<Question>) -> Response {
    let known = question.identifiers.iter().find(|stated| holdings.of(&stated.value).is_some());
    let Some(stated) = known.or(question.identifiers.first()).filter(|_| question.contract == json::CONTRACT) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "contract or identifiers" }))).into_response();
    };
    let records = holdings.of(&stated.value);
    let part = |name: &String| (name.clone(), section(records, name));
    let sections: BTreeMap<String, Value> = question.sections.iter().map(part).collect();
    Json(json!({
        "contract": json::CONTRACT,
        "patient": { "system": stated.system, "value": stated.value },
        "sections": sections,
    }))
    .into_response()
}

fn section(records: Option<&PatientRecords>, name: &str) -> Value {
    let nothing = json!({ "status": "nothing-held" });
    if name == PERSON {
        let person = records.and_then(|records| records.person.as_ref());
        return person.map_or(nothing, |person| json!({ "status": "complete", "entries": [json::person(person)] }));
    }
    let Some(section) = Section::named(name) else { return json!({ "status": "unsupported" }) };
    let Some(records) = records else { return nothing };
    let entries: Vec<_> = records.entries.iter().filter(|entry| entry.section() == section).map(json::entry).collect();
    match entries.len() {
        0 if records.stated_none.contains(&section) => json!({ "status": "none-stated" }),
        0 => nothing,
        _ => json!({ "status": "complete", "entries": entries }),
    }
}

async fn file(State(holdings): State<Arc<Holdings>>, Path(name): Path<String>, Form(stated): Form<Stated>) -> Response {
    let Some(section) = Section::named(&name).filter(|_| table::columns(&name).is_some()) else {
        return (StatusCode::NOT_FOUND, "no such file").into_response();
    };
    let records = holdings.of(&stated.value);
    let own = records.into_iter().flat_map(|records| &records.entries).filter(|entry| entry.section() == section);
    let entries: Vec<_> = own.map(json::entry).collect();
    match table::write(&name, &entries) {
        Ok(text) => {
            let headers =
                [("content-type", "text/csv; charset=utf-8".to_owned()), ("x-samsyn-rows", entries.len().to_string())];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a demo file could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
