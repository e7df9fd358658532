//! The provider's signing key (ES256), made at start, and its public half as a JWK.

use anyhow::{Context, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::{
    SecretKey,
    elliptic_curve::sec1::ToEncodedPoint,
    pkcs8::{EncodePrivateKey, LineEnding},
};
use serde_json::{Map, Value, json};

use crate::random;

/// One key pair.
pub(super) struct Keys {
    signing: EncodingKey,
    public: Value,
    id: String,
}

impl Keys {
    pub(super) fn generate() -> anyhow::Result<Self> {
        // Almost every 32 bytes are a valid scalar; a handful of draws is certain for all purposes.
        let secret = (0..8)
            .find_map(|_| SecretKey::from_slice(&random::bytes()).ok())
            .ok_or_else(|| anyhow!("no signing key could be drawn"))?;
        let pem = secret.to_pkcs8_pem(LineEnding::LF).context("writing the signing key")?;
        let signing = EncodingKey::from_ec_pem(pem.as_bytes()).context("reading the signing key")?;
        let point = secret.public_key().to_encoded_point(false);
        let (x, y) = point.x().zip(point.y()).ok_or_else(|| anyhow!("the public key has no coordinates"))?;
        let id = random::token();
        let public = json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x),
            "y": URL_SAFE_NO_PAD.encode(y),
        });
        Ok(Self { signing, public, id })
    }

    pub(super) fn public(&self) -> &Value {
        &self.public
    }

    /// A token of this kind (`typ`).
    pub(super) fn sign(&self, kind: &str, claims: &Map<String, Value>) -> anyhow::Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(kind.to_owned());
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.signing).context("signing a token")
    }
}
