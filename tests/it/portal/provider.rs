//! An identity provider under the test's control: it hands out exactly the ID token it was given.
//!
//! Not here: what a token must be (`tokens`). Invariant: everything but that token is right, so that a refusal is about it.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// The access token that comes beside every ID token; nobody may keep it.
pub const ACCESS_TOKEN: &str = "access-token-that-nobody-keeps";

/// A signing key with its name.
pub struct Key {
    pub id: String,
    signing: EncodingKey,
    public: Value,
}

impl Key {
    /// A fresh ES256 key of this name.
    pub fn named(id: &str) -> Self {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        // Uncompressed: a leading 4, then both coordinates.
        let (x, y) = pair.public_key_raw()[1..].split_at(32);
        let public = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let signing = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
        Self { id: id.to_owned(), signing, public }
    }

    /// A token of these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.signing).unwrap()
    }
}

/// A running provider. Dropping it ends it.
pub struct Provider {
    pub issuer: String,
    /// The key it publishes.
    pub key: Key,
    reply: Arc<Mutex<Value>>,
    server: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let key = Key::named("the-published-key");
        let reply = Arc::new(Mutex::new(Value::Null));
        let (metadata, keys, given) = (metadata(&issuer), json!({ "keys": [key.public] }), Arc::clone(&reply));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async move || Json(metadata)))
            .route("/jwks", get(async move || Json(keys)))
            .route("/token", post(async move || answered(given.lock().unwrap().clone())));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, key, reply, server }
    }

    /// What the next codes are exchanged for.
    pub fn hand_out(&self, id_token: &str) {
        self.answer(json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token }));
    }

    /// What the token endpoint answers; an `error` in it makes it a refusal.
    pub fn answer(&self, reply: Value) {
        *self.reply.lock().unwrap() = reply;
    }
}

fn answered(reply: Value) -> (StatusCode, Json<Value>) {
    let status = if reply.get("error").is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, Json(reply))
}

fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}
