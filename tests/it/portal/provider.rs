//! An identity provider under the test's control: it hands out exactly the ID token it was given.
//!
//! Not here: what a token must be (`tokens`), what the portal does with the rest (`login`). Invariant: everything but that token and
//! what a test changes is right, so that a refusal is about it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    http::{HeaderMap, StatusCode},
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
        self.sign_as(Header::new(Algorithm::ES256), claims)
    }

    /// A token with another header; the name of the key is added unless it has one.
    pub fn sign_as(&self, header: Header, claims: &Value) -> String {
        let kid = header.kid.clone().or_else(|| Some(self.id.clone()));
        encode(&Header { kid, ..header }, claims, &self.signing).unwrap()
    }

    /// The published half, as an attacker finds it.
    pub fn published(&self) -> &Value {
        &self.public
    }
}

/// What the token endpoint was sent.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    pub authorization: Option<String>,
    pub form: BTreeMap<String, String>,
}

struct Desk {
    metadata: Value,
    keys: Vec<Value>,
    key_fetches: usize,
    reply: Value,
    userinfo: Value,
    exchange: Exchange,
}

/// A running provider. Dropping it ends it.
pub struct Provider {
    pub issuer: String,
    /// The key it publishes at first.
    pub key: Key,
    desk: Arc<Mutex<Desk>>,
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
        let desk = Arc::new(Mutex::new(Desk {
            metadata: metadata(&issuer),
            keys: vec![key.public.clone()],
            key_fetches: 0,
            reply: Value::Null,
            userinfo: Value::Null,
            exchange: Exchange::default(),
        }));
        let [of_metadata, of_keys, of_tokens, of_userinfo] = [(); 4].map(|()| Arc::clone(&desk));
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async move || Json(of_metadata.lock().unwrap().metadata.clone())),
            )
            .route("/jwks", get(async move || Json(published(&mut of_keys.lock().unwrap()))))
            .route(
                "/token",
                post(async move |headers: HeaderMap, Form(form): Form<BTreeMap<String, String>>| {
                    let mut desk = of_tokens.lock().unwrap();
                    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
                    desk.exchange = Exchange { authorization, form };
                    answered(desk.reply.clone())
                }),
            )
            .route("/userinfo", get(async move || Json(of_userinfo.lock().unwrap().userinfo.clone())));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, key, desk, server }
    }

    /// What the next codes are exchanged for.
    pub fn hand_out(&self, id_token: &str) {
        self.answer(json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token }));
    }

    /// What the token endpoint answers; an `error` in it makes it a refusal.
    pub fn answer(&self, reply: Value) {
        self.desk.lock().unwrap().reply = reply;
    }

    /// What the userinfo endpoint states; discovery names it from now on.
    pub fn state(&self, userinfo: Value) {
        self.change("userinfo_endpoint", json!(format!("{}/userinfo", self.issuer)));
        self.desk.lock().unwrap().userinfo = userinfo;
    }

    /// Changes what discovery says.
    pub fn change(&self, name: &str, value: Value) {
        self.desk.lock().unwrap().metadata[name] = value;
    }

    /// Publishes these keys and no others.
    pub fn publish(&self, keys: &[&Key]) {
        self.desk.lock().unwrap().keys = keys.iter().map(|key| key.public.clone()).collect();
    }

    /// How often the keys have been fetched.
    pub fn key_fetches(&self) -> usize {
        self.desk.lock().unwrap().key_fetches
    }

    /// What the token endpoint was sent last.
    pub fn last_exchange(&self) -> Exchange {
        self.desk.lock().unwrap().exchange.clone()
    }
}

fn published(desk: &mut Desk) -> Value {
    desk.key_fetches += 1;
    json!({ "keys": desk.keys })
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
