//! What was being written when the session ended: it stays, sealed, in the browser it was written in, and stands in the form again
//! when somebody who may open the task has signed in there.
//!
//! Shown back on the page that says so it would also be shown to whoever sits down next, and come back with every repeated request.
//! Rooms: [`form`] the forms beside the task. Not here: the key (`store`), whose task it is (`domain::access`).
//! Invariant: without signing in nothing of it is shown, by nobody but the task's own reader, and after [`KEPT_FOR`] by nobody.

pub mod form;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use samsyn_service::port::drafts::Drafts;

/// `__Host-`: this host only, this scheme only, whole path.
const COOKIE: &str = "__Host-samsyn-draft";
/// Time to sign in again.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Browsers keep 4096 bytes of name, value and attributes.
const SEALED_MAX_BYTES: usize = 3_800;

/// The cookie that keeps a text for a task; none when it is longer than a cookie can be, or cannot be sealed.
pub fn keep(drafts: &dyn Drafts, task: &str, text: &str, now: Timestamp) -> Option<HeaderValue> {
    let dated = format!("{}\n{text}", now.as_second());
    let sealed = drafts.seal_draft(task, &dated);
    let sealed = sealed.inspect_err(|error| tracing::error!(%error, "a draft is not kept")).ok()?;
    (sealed.len() <= SEALED_MAX_BYTES).then(|| cookie(&sealed, KEPT_FOR.as_secs())).flatten()
}

/// What is kept for this task.
pub fn find(drafts: &dyn Drafts, headers: &HeaderMap, task: &str, now: Timestamp) -> Option<String> {
    let opened = drafts.open_draft(task, sealed(headers)?)?;
    let (at, text) = opened.split_once('\n')?;
    let age = now.duration_since(Timestamp::from_second(at.parse().ok()?).ok()?);
    (age >= SignedDuration::ZERO && age <= KEPT_FOR).then(|| text.to_owned())
}

/// The cookie that removes it; none when there is none.
pub fn forget(headers: &HeaderMap) -> Option<HeaderValue> {
    sealed(headers).and_then(|_| cookie("", 0))
}

/// An answer with the cookie, where there is one.
pub fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn cookie(value: &str, max_age: i64) -> Option<HeaderValue> {
    // Lax: the way back from the identity provider is a cross-site navigation.
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={max_age}; SameSite=Lax; Secure; HttpOnly");
    HeaderValue::from_str(&cookie).ok()
}

fn sealed(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
}

#[cfg(test)]
mod tests {
    use samsyn_service::port::PortError;

    use super::*;

    /// Seals nothing: it only says what belongs to what.
    struct Open;

    impl Drafts for Open {
        fn label(&self, words: &[&str]) -> String {
            words.join(" ")
        }

        fn seal_draft(&self, task: &str, text: &str) -> Result<String, PortError> {
            Ok(hex::encode(format!("{task}|{text}")))
        }

        fn open_draft(&self, task: &str, sealed: &str) -> Option<String> {
            let text = String::from_utf8(hex::decode(sealed).ok()?).ok()?;
            text.strip_prefix(&format!("{task}|")).map(str::to_owned)
        }
    }

    fn sent_back(set: &HeaderValue) -> HeaderMap {
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(header::COOKIE, format!("a=b; {pair}; c=d").parse().unwrap())])
    }

    #[test]
    fn a_text_is_kept_for_its_task_and_for_an_hour() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let text = "rad ett\nrad två; med=tecken";
        let headers = sent_back(&keep(&Open, "t1", text, now).unwrap());
        assert_eq!(find(&Open, &headers, "t1", now).as_deref(), Some(text));
        assert_eq!(find(&Open, &headers, "t1", now + KEPT_FOR).as_deref(), Some(text));
        for at in [now + KEPT_FOR + SignedDuration::from_secs(1), now - SignedDuration::from_secs(1)] {
            assert_eq!(find(&Open, &headers, "t1", at), None, "{at}");
        }
        assert_eq!(find(&Open, &headers, "t2", now), None);
        assert_eq!(find(&Open, &HeaderMap::new(), "t1", now), None);
        assert!(forget(&headers).unwrap().to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(forget(&HeaderMap::new()), None);
    }

    #[test]
    fn what_no_cookie_can_hold_is_not_kept() {
        assert_eq!(keep(&Open, "t1", &"x".repeat(SEALED_MAX_BYTES), Timestamp::UNIX_EPOCH), None);
    }
}
