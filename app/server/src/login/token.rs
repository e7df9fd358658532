//! What an ID token must be before anything in it is believed.
//!
//! The library checks signature, issuer, audience, expiry and nonce; here is what it leaves to the client: which algorithms, the
//! authorised party, times that lie ahead, and when the person was asked. Not here: claims of the trade (`claims`), levels (`flow`).
//! Invariant: only asymmetric algorithms; a token for a sign-in that is not this one is refused whatever else it says.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openidconnect::{
    Nonce,
    core::{CoreIdToken, CoreJwsSigningAlgorithm},
};
use serde_json::{Map, Value};

use super::{
    flow::{Client, Verified},
    provider::describe,
};

/// By how much two clocks may differ.
pub const LEEWAY_S: i64 = 60;

/// Claims that belong to the protocol, not to the person. Only a signed token states them.
pub const PROTOCOL: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "jti",
    "at_hash",
    "c_hash",
    "s_hash",
    "events",
];

/// No algorithm with a shared secret: who can check could also sign.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
];

/// What this sign-in demands.
pub struct Expected<'e> {
    /// Our id at the provider.
    pub client_id: &'e str,
    /// Of the attempt.
    pub nonce: &'e Nonce,
    /// When stepping up: the person must have been asked after this moment, in seconds since 1970.
    pub signed_in_after_s: Option<i64>,
}

/// Why a token is refused. The text is for the log and holds nothing of the token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token for this sign-in.
    #[error("{0}")]
    Refused(String),
    /// The person was not asked just now.
    #[error("not fresh")]
    NotFresh,
}

/// The name of the key that a token says it was signed with. Nothing else of its header is believed: keys come from the issuer only.
pub fn key_id(token: &str) -> Option<String> {
    let header: Map<String, Value> = part(token, 0)?;
    header.get("kid").and_then(Value::as_str).map(str::to_owned)
}

/// The token's content, once everything about it is right.
///
/// # Errors
/// What is not.
pub fn verify(client: &Client, raw: &str, expected: &Expected<'_>, now: Timestamp) -> Result<Verified, TokenError> {
    let token: CoreIdToken = raw.parse().map_err(|_| refused("it cannot be read"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    token.claims(&verifier, expected.nonce).map_err(|error| TokenError::Refused(describe(&error)))?;
    // The library's own type keeps only the standard claims.
    let claims: Map<String, Value> = part(raw, 1).ok_or_else(|| refused("it cannot be read"))?;
    check(&claims, expected, now.as_second())?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let auth_time = seconds(&claims, "auth_time").and_then(|second| Timestamp::from_second(second).ok());
    let subject = text("sub").unwrap_or_default();
    let sid = text("sid");
    Ok(Verified { id_token: raw.to_owned(), subject, sid, auth_time, claims })
}

/// What the library does not look at.
fn check(claims: &Map<String, Value>, expected: &Expected<'_>, now_s: i64) -> Result<(), TokenError> {
    if claims.get("azp").is_some_and(|party| party.as_str() != Some(expected.client_id)) {
        return Err(refused("it was made for another client"));
    }
    for name in ["iat", "nbf"] {
        if claims.contains_key(name) && seconds(claims, name).is_none_or(|second| second > now_s + LEEWAY_S) {
            return Err(refused("it is not valid yet"));
        }
    }
    match expected.signed_in_after_s {
        Some(begun) if seconds(claims, "auth_time").is_none_or(|second| second < begun - LEEWAY_S) => {
            Err(TokenError::NotFresh)
        }
        _ => Ok(()),
    }
}

/// A moment as providers write it: a number, with or without fractions. Not part of a second is of use here.
#[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 becomes its end, which is refused or harmless")]
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| value.as_f64().map(|fraction| fraction.floor() as i64))
}

fn part(token: &str, number: usize) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(number)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn refused(why: &str) -> TokenError {
    TokenError::Refused(why.to_owned())
}
