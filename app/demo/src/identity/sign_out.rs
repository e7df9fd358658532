//! The end-session endpoint. The provider keeps no session, so signing out is only the way back.
//!
//! Invariant: only a registered address is redirected to; anything else gets a page that says that one is signed out.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use url::Url;

use super::{Provider, page};

#[derive(Deserialize)]
pub(super) struct Leave {
    post_logout_redirect_uri: Option<String>,
    client_id: Option<String>,
    state: Option<String>,
}

pub(super) async fn get(State(provider): State<Provider>, Query(leave): Query<Leave>) -> Response {
    answer(&provider, &leave)
}

pub(super) async fn post(State(provider): State<Provider>, Form(leave): Form<Leave>) -> Response {
    answer(&provider, &leave)
}

fn answer(provider: &Provider, leave: &Leave) -> Response {
    let client = &provider.0.client;
    if leave.client_id.as_ref().is_some_and(|id| *id != client.client_id) {
        return page::refusal("Okänd klient.");
    }
    let Some(wanted) = &leave.post_logout_redirect_uri else { return page::signed_out() };
    let registered = client.post_logout_redirect_uris.contains(wanted);
    let Some(mut address) = registered.then(|| Url::parse(wanted).ok()).flatten() else {
        return page::refusal("Adressen att återvända till är inte registrerad.");
    };
    if let Some(state) = &leave.state {
        address.query_pairs_mut().append_pair("state", state);
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_string())]).into_response()
}
