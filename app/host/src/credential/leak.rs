//! The search for our own secrets in what comes back.
//!
//! Not here: what happens to a reply without one. Invariant: every form of a secret that we send or hold is looked
//! for, and a secret under [`SHORTEST`] bytes is not, because it would be found by chance.

use memchr::memmem;
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use crate::egress::{EgressError, ErrorKind, Reply};

/// Shorter secrets are not searched for.
const SHORTEST: usize = 8;

/// Something that knows which bytes must not come back.
pub(crate) trait Leaks {
    /// Refuses a reply that holds one of them.
    fn refuse_secrets(&self, alias: &str, reply: &Reply) -> Result<(), EgressError>;
}

/// Forms of secrets that never change while the source lives.
#[derive(Debug, Default)]
pub(crate) struct Needles(Vec<SecretSlice<u8>>);

impl Needles {
    pub fn add(&mut self, secret: &[u8]) {
        if secret.len() >= SHORTEST {
            self.0.push(SecretSlice::from(secret.to_vec()));
        }
    }

    /// A header value like `Bearer abc`: what follows the scheme is the secret.
    pub fn add_header_value(&mut self, value: &str) {
        self.add(value.as_bytes());
        if let Some((_, secret)) = value.split_once(' ') {
            self.add(secret.trim().as_bytes());
        }
    }
}

impl Leaks for Needles {
    fn refuse_secrets(&self, alias: &str, reply: &Reply) -> Result<(), EgressError> {
        let found = self.0.iter().any(|needle| holds(reply, needle.expose_secret()));
        if found { Err(refusal(alias)) } else { Ok(()) }
    }
}

/// Whether a secret that is long enough is anywhere in the reply. Names of headers arrive in lower case, whatever was sent.
pub(crate) fn holds(reply: &Reply, secret: &[u8]) -> bool {
    let finder = memmem::Finder::new(secret);
    let in_values = || reply.headers.iter().any(|(_, value)| finder.find(value.as_bytes()).is_some());
    let lower = Zeroizing::new(secret.to_ascii_lowercase());
    let in_names = || reply.headers.iter().any(|(name, _)| memmem::find(name.as_bytes(), &lower).is_some());
    secret.len() >= SHORTEST && (finder.find(&reply.body).is_some() || in_values() || in_names())
}

pub(crate) fn refusal(alias: &str) -> EgressError {
    EgressError::new(
        ErrorKind::Credential,
        "secret-in-reply",
        format!("the reply of origin `{alias}` held a secret of this source and was dropped; change the secret"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(header: &str, body: &str) -> Reply {
        Reply { status: 200, headers: vec![("x-a".to_owned(), header.to_owned())], body: body.into() }
    }

    #[test]
    fn a_secret_is_found_in_body_and_headers_and_a_short_one_is_not_searched_for() {
        let mut needles = Needles::default();
        needles.add_header_value("ApiKey 0123456789");
        needles.add(b"short");
        for bad in [reply("", "a 0123456789 b"), reply("0123456789", ""), reply("", "0123456789")] {
            assert_eq!(needles.refuse_secrets("api", &bad).unwrap_err().code, "secret-in-reply");
        }
        for fine in [reply("", ""), reply("ApiKey", "012345678"), reply("short", "short")] {
            assert!(needles.refuse_secrets("api", &fine).is_ok());
        }
    }

    #[test]
    fn a_secret_that_comes_back_as_the_name_of_a_header_is_found() {
        let mut needles = Needles::default();
        needles.add(b"S3cret-Key-Of-Ours");
        let headers = vec![("x-s3cret-key-of-ours".to_owned(), String::new())];
        let named = Reply { status: 200, headers, body: Vec::new() };
        assert_eq!(needles.refuse_secrets("api", &named).unwrap_err().code, "secret-in-reply");
    }

    #[test]
    fn the_refusal_does_not_repeat_the_secret() {
        let mut needles = Needles::default();
        needles.add(b"0123456789");
        let error = needles.refuse_secrets("api", &reply("", "0123456789")).unwrap_err();
        assert!(!format!("{error:?}{needles:?}").contains("0123456789"));
    }
}
