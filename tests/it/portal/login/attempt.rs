//! A sign-in that has come as far as the provider, and the claims that would complete it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use samsyn_server::config::Config;
use serde_json::{Value, json};
use url::Url;

use crate::portal::{
    browser::{Browser, Reply},
    harness::{NOON, Portal},
    provider::Provider,
};

/// What only the token knows: none of it may stand on a page or in a log.
pub const SUBJECT: &str = "SE9999100001-PTOKEN";
pub const NAME: &str = "Tora Tokensdotter";
pub const TITLE: &str = "överläkare i pappersläsning";

/// A portal with a provider of the test, and that provider.
pub async fn portal() -> (Portal, Provider) {
    portal_with(|_| {}).await
}

/// The same with the configuration adjusted.
pub async fn portal_with(adjust: impl FnOnce(&mut Config) + Send + 'static) -> (Portal, Provider) {
    let provider = Provider::start().await;
    let portal = portal_of(&provider, adjust).await;
    (portal, provider)
}

/// A portal with this provider.
pub async fn portal_of(provider: &Provider, adjust: impl FnOnce(&mut Config) + Send + 'static) -> Portal {
    let issuer: Url = provider.issuer.parse().unwrap();
    let adjust_all = move |config: &mut Config| {
        config.identity.issuer = issuer;
        adjust(config);
    };
    Portal::start_at(NOON, "", adjust_all).await
}

/// An attempt that has come as far as the provider.
pub struct Attempt {
    pub browser: Browser,
    pub state: String,
    pub nonce: String,
    /// What the provider was asked, by name.
    pub asked: BTreeMap<String, String>,
}

impl Attempt {
    pub async fn begin(portal: &Portal) -> Self {
        Self::begin_in(Browser::new(portal), "/login").await
    }

    /// In a browser that may have been signed in already, at an address that leads to the provider.
    pub async fn begin_in(mut browser: Browser, address: &str) -> Self {
        let reply = browser.get(address).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let asked: Url = reply.location().parse().unwrap();
        let asked: BTreeMap<String, String> = asked.query_pairs().into_owned().collect();
        Self { state: asked["state"].clone(), nonce: asked["nonce"].clone(), asked, browser }
    }

    pub async fn come_back(&mut self) -> Reply {
        self.come_back_with("").await
    }

    /// With something more in the address.
    pub async fn come_back_with(&mut self, more: &str) -> Reply {
        let address = format!("/login/callback?code=a-code&state={}{more}", self.state);
        self.browser.get(&address).await
    }

    /// With a token of these claims.
    pub async fn come_back_as(&mut self, provider: &Provider, claims: &Value) -> Reply {
        provider.hand_out(&provider.key.sign(claims));
        self.come_back().await
    }
}

/// A browser in which somebody is signed in with these claims beside the usual ones.
pub async fn signed_in(portal: &Portal, provider: &Provider, more: &Value) -> Browser {
    let mut attempt = Attempt::begin(portal).await;
    let own = merged(claims(provider, &attempt.nonce), more);
    let reply = attempt.come_back_as(provider, &own).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    attempt.browser
}

/// The claims of somebody who may sign in, as a provider would state them now.
pub fn claims(provider: &Provider, nonce: &str) -> Value {
    let now = Timestamp::now().as_second();
    let staff = samsyn_demo::staff::all();
    let doctor = staff.iter().find(|member| member.id == "doctor").unwrap();
    let own = json!({
        "iss": provider.issuer, "aud": "samsyn", "sub": SUBJECT, "iat": now, "exp": now + 300, "nonce": nonce,
        "employeeHsaId": SUBJECT, "name": NAME, "title": TITLE,
    });
    merged(Value::Object(doctor.claims()), &own)
}

pub fn merged(mut claims: Value, more: &Value) -> Value {
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

pub fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

pub fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// A refusal on a page, with this code.
#[track_caller]
pub fn assert_error(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains(&format!("data-error=\"{code}\"")), "{code}: {}", reply.body);
}
