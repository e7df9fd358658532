//! Hemplan: a home-help planning system, invented, with a JSON format of our own assumption.
//!
//! `POST /plan/v1/kunder/sok {personnummer}` gives Hemplan's own id, the banner with its protection label, and the lists the key may read.
//! `GET /plan/v1/kunder/{id}/LIST` gives one page of `insatser besok tilltrade kontakter genomforandeplaner delegeringar`; `besok` wants a
//! period (`fran`, `till`). Four records to a page, and each page names the next. The README of the adapter `hemplan` describes each field.
//! Rooms: `customers` whom it plans for. Not here: the key (`crate::gate`), faults and delay (`crate::fault`).
//! Invariant: protected people are answered for like everybody else, and a list of nobody's is empty, never missing.

mod customers;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

pub use customers::{Customer, Customers, LISTS};

/// Header that carries the key.
pub const KEY_HEADER: &str = "x-hemplan-nyckel";

const PAGE_SIZE: usize = 4;

/// The server of one provider of home help.
pub fn router(customers: Arc<Customers>) -> Router {
    Router::new()
        .route("/plan/v1/kunder/sok", post(search))
        .route("/plan/v1/kunder/{id}/{list}", get(list))
        .with_state(customers)
}

#[derive(Deserialize)]
struct Search {
    personnummer: String,
}

async fn search(State(customers): State<Arc<Customers>>, Json(search): Json<Search>) -> Response {
    let number: String = search.personnummer.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect();
    match customers.of(&number) {
        Some(customer) => Json(json!({ "kund": customer.banner, "behorigheter": LISTS })).into_response(),
        None => not_found("okänd kund", "okand_kund"),
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default = "first")]
    sida: usize,
    fran: Option<String>,
    till: Option<String>,
}

const fn first() -> usize {
    1
}

async fn list(
    State(customers): State<Arc<Customers>>,
    Path((id, list)): Path<(String, String)>,
    Query(page): Query<Page>,
    uri: OriginalUri,
) -> Response {
    let known = customers.with_id(&id).filter(|_| LISTS.contains(&list.as_str()) && page.sida >= 1);
    let Some(customer) = known else { return not_found("finns inte", "okand_adress") };
    let within = |post: &&Value| {
        let day = post.get("datum").and_then(Value::as_str);
        let after = |from: &str| day.is_none_or(|day| day >= from);
        let before = |to: &str| day.is_none_or(|day| day <= to);
        page.fran.as_deref().is_none_or(after) && page.till.as_deref().is_none_or(before)
    };
    let posts: Vec<&Value> = customer.list(&list).iter().filter(within).collect();
    let rows: Vec<&Value> = posts.iter().copied().skip((page.sida - 1) * PAGE_SIZE).take(PAGE_SIZE).collect();
    let more = page.sida * PAGE_SIZE < posts.len();
    Json(json!({
        "kund": { "kundId": id, "personnummer": customer.number() },
        "antal": posts.len(),
        "nasta": more.then(|| next(&uri, page.sida + 1)),
        "poster": rows,
    }))
    .into_response()
}

/// The same address with another page.
fn next(uri: &OriginalUri, page: usize) -> String {
    let query = uri.query().unwrap_or_default();
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("sida="));
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("sida={page}")]).collect();
    format!("{}?{}", uri.path(), pairs.join("&"))
}

fn not_found(why: &str, code: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "fel": why, "kod": code }))).into_response()
}

#[cfg(test)]
mod tests;
