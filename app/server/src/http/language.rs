//! The language of the answer: chosen (cookie), else what the browser prefers, else Swedish.

use axum::{
    Form,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use samsyn_ui::Language;
use serde::Deserialize;

use super::local::is_local;

const COOKIE: &str = "samsyn-language";

/// The language of a request.
pub fn of(headers: &HeaderMap) -> Language {
    chosen(headers).or_else(|| preferred(headers)).unwrap_or_default()
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| Language::tagged(value)).flatten()
    })
}

/// The first of our languages that the browser names.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(|one| {
        let tag = one.split(';').next()?.trim();
        Language::tagged(tag.split('-').next()?)
    })
}

/// What the switch sends.
#[derive(Debug, Deserialize)]
pub struct Choice {
    language: String,
    #[serde(rename = "return", default)]
    back: String,
}

/// Remembers the choice and goes back to the page, if it is one of ours.
pub async fn choose(Form(choice): Form<Choice>) -> Response {
    let language = Language::tagged(&choice.language).unwrap_or_default();
    let back = if is_local(&choice.back) { choice.back.as_str() } else { "/" };
    let mut response = Redirect::to(back).into_response();
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly", language.tag());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_the_portal() {
        assert!(is_local("/overview/aB-_9"));
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a?b", "/%2f"] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn the_browsers_preference_counts_until_a_choice_is_made() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("de, en-GB;q=0.8, sv;q=0.5"));
        assert_eq!(of(&headers), Language::English);
        headers.insert(header::COOKIE, HeaderValue::from_static("x=y; samsyn-language=sv"));
        assert_eq!(of(&headers), Language::Swedish);
    }
}
