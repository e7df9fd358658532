//! The slots in the form they are used: checked once at start, applied to a request by name.
//!
//! Not here: fetching tokens (`token`). Invariant: [`Keyring::apply`] writes a secret only into a request to an origin
//! the slot is bound to.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{
    CredentialKind, Credentials, Leaks, Slot,
    leak::{Needles, holds, refusal},
    token::TokenSource,
};
use crate::egress::{
    CallBudget, EgressError, EgressLimits, ErrorKind, GrantError, Origins, Reply, may_carry_credential,
};

/// One source's slots, ready for use.
pub(crate) struct Keyring {
    slots: BTreeMap<String, Ready>,
    needles: Arc<Needles>,
}

struct Ready {
    origins: Vec<String>,
    action: Action,
}

enum Action {
    Header(HeaderName, HeaderValue),
    Token(Box<TokenSource>),
    /// Part of the connection; nothing to write.
    Certificate,
    Hmac(SecretSlice<u8>),
}

impl Keyring {
    pub fn new(credentials: Credentials, origins: &Origins) -> Result<Self, GrantError> {
        let mut needles = Needles::default();
        for slot in credentials.slots.values() {
            collect_needles(&slot.kind, &mut needles);
        }
        let needles = Arc::new(needles);
        let mut slots = BTreeMap::new();
        for (name, slot) in credentials.slots {
            let error = |rule: String| GrantError::Slot { slot: name.clone(), rule };
            if let Some(unknown) = slot.origins.iter().find(|alias| !origins.contains_key(*alias)) {
                return Err(error(format!("it is bound to origin `{unknown}`, which is not granted")));
            }
            let ready = ready(slot, origins, &needles).map_err(error)?;
            slots.insert(name, ready);
        }
        Ok(Self { slots, needles })
    }

    /// Writes the slot into the headers; the token is returned so that it can be forgotten when it is refused.
    pub async fn apply(
        &self,
        slot: &str,
        alias: &str,
        headers: &mut HeaderMap,
        limits: &EgressLimits,
        budget: &CallBudget,
    ) -> Result<Option<Arc<SecretString>>, EgressError> {
        let shown = shown(slot);
        let ready = self.slots.get(slot).ok_or_else(|| {
            EgressError::new(
                ErrorKind::Credential,
                "slot-empty",
                format!("the credential slot `{shown}` is not filled"),
            )
        })?;
        if !ready.origins.iter().any(|origin| origin == alias) {
            let text =
                format!("the credential slot `{shown}` is not bound to origin `{alias}`; add it to the slot's origins");
            return Err(EgressError::denied("slot-not-bound", text));
        }
        match &ready.action {
            Action::Header(name, value) => {
                headers.insert(name.clone(), value.clone());
                Ok(None)
            }
            Action::Token(source) => {
                let token = source.token(slot, limits, budget).await?;
                headers.insert(header::AUTHORIZATION, bearer(&token, slot)?);
                Ok(Some(token))
            }
            Action::Certificate => Ok(None),
            Action::Hmac(_) => {
                let text = format!("the credential slot `{shown}` is a signing key; use hmac-sha256");
                Err(EgressError::invalid("slot-kind", text))
            }
        }
    }

    /// Drops a token the source refused, unless a newer one is there already.
    pub async fn forget(&self, slot: &str, refused: &Arc<SecretString>) {
        if let Some(Ready { action: Action::Token(source), .. }) = self.slots.get(slot) {
            source.forget(refused).await;
        }
    }

    pub fn hmac_sha256(&self, slot: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        let Some(Ready { action: Action::Hmac(key), .. }) = self.slots.get(slot) else {
            return Err(format!("the credential slot `{}` holds no signing key", shown(slot)));
        };
        let mac = Hmac::<Sha256>::new_from_slice(key.expose_secret());
        let mut mac = mac.map_err(|_| format!("the key of the credential slot `{}` cannot be used", shown(slot)))?;
        mac.update(data);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl Leaks for Keyring {
    fn refuse_secrets(&self, alias: &str, reply: &Reply) -> Result<(), EgressError> {
        self.needles.refuse_secrets(alias, reply)?;
        let tokens = self.slots.values().filter_map(|ready| match &ready.action {
            Action::Token(source) => Some(source.tokens_in_use()),
            _ => None,
        });
        let leaked = tokens.flatten().any(|token| holds(reply, token.expose_secret().as_bytes()));
        if leaked { Err(refusal(alias)) } else { Ok(()) }
    }
}

/// The slot's name as the adapter wrote it may be anything.
fn shown(slot: &str) -> String {
    slot.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).take(64).collect()
}

fn ready(slot: Slot, origins: &Origins, needles: &Arc<Needles>) -> Result<Ready, String> {
    let action = match slot.kind {
        CredentialKind::StaticHeader { name, value } => {
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| "the header's name cannot be used".to_owned())?;
            if !may_carry_credential(&name) {
                return Err(format!("the header `{name}` belongs to the connection"));
            }
            Action::Header(name, secret_value(value.expose_secret())?)
        }
        CredentialKind::Basic { user, password } => {
            if user.contains(':') {
                return Err("the user name must not hold a colon".to_owned());
            }
            let value = Zeroizing::new(format!("Basic {}", basic(&user, password.expose_secret()).as_str()));
            Action::Header(header::AUTHORIZATION, secret_value(&value)?)
        }
        CredentialKind::OAuth2(oauth) => {
            Action::Token(Box::new(TokenSource::new(oauth, origins, Arc::clone(needles))?))
        }
        CredentialKind::ClientCertificate { .. } => Action::Certificate,
        CredentialKind::Hmac { key } if key.expose_secret().is_empty() => return Err("the key is empty".to_owned()),
        CredentialKind::Hmac { key } => Action::Hmac(key),
    };
    Ok(Ready { origins: slot.origins, action })
}

/// The value of a Basic header after the scheme.
pub(super) fn basic(user: &str, password: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{user}:{password}"));
    Zeroizing::new(STANDARD.encode(pair.as_bytes()))
}

fn secret_value(text: &str) -> Result<HeaderValue, String> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("the value is empty or holds a control character".to_owned());
    }
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| "the value cannot be sent".to_owned())?;
    // Keeps it out of `Debug` and out of HTTP/2 header tables.
    value.set_sensitive(true);
    Ok(value)
}

fn bearer(token: &SecretString, slot: &str) -> Result<HeaderValue, EgressError> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    secret_value(&text).map_err(|_| {
        let text = format!("the token for the credential slot `{}` cannot be sent as a header", shown(slot));
        EgressError::new(ErrorKind::Credential, "token-malformed", text)
    })
}

fn collect_needles(kind: &CredentialKind, needles: &mut Needles) {
    match kind {
        CredentialKind::StaticHeader { value, .. } => needles.add_header_value(value.expose_secret()),
        CredentialKind::Basic { user, password } => {
            needles.add(password.expose_secret().as_bytes());
            needles.add(basic(user, password.expose_secret()).as_bytes());
        }
        CredentialKind::OAuth2(oauth) => oauth.collect_needles(needles),
        CredentialKind::ClientCertificate { key_pem, .. } => needles.add(key_pem.expose_secret().trim().as_bytes()),
        CredentialKind::Hmac { key } => needles.add(key.expose_secret()),
    }
}
