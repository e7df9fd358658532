//! State changes only from our own pages: `Origin` and `Sec-Fetch-Site` of every request that is not a plain read.
//!
//! A browser of the last years sends at least one of the two with every POST; a client that sends neither is no browser and
//! carries no session that another site could ride on (the cookie is also `SameSite=Lax`).
//! Invariant: a request that names another origin changes nothing.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};

use super::{AppState, denied};

/// Refuses a state change from elsewhere.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let ours = state.config.portal.public_url.origin().ascii_serialization();
    if reads || is_ours(request.headers(), &ours) {
        next.run(request).await
    } else {
        denied::cross_site(&state, request).await
    }
}

fn is_ours(headers: &HeaderMap, ours: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let origin = text(header::ORIGIN.as_str()).is_none_or(|origin| origin == ours);
    let site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    origin && site
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        let ours = "https://samsyn.example";
        assert!(is_ours(&headers(&[("origin", ours), ("sec-fetch-site", "same-origin")]), ours));
        assert!(is_ours(&headers(&[]), ours), "a client that is no browser");
        for foreign in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://samsyn.example")],
            &[("origin", "https://samsyn.example.evil.example")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", ours), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(!is_ours(&headers(foreign), ours), "{foreign:?}");
        }
    }
}
