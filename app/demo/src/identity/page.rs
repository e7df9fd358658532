//! The provider's three small pages: choose who you are, signed out, refused. No script, no outside resource.
//!
//! Invariant: everything that came in from outside is escaped.

use std::fmt::Write;

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::authorize::Ask;
use crate::staff::Staff;

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
form{margin:0 0 .6rem}button{font:inherit;width:100%;text-align:left;padding:.8rem 1rem;min-height:3rem;border:1px solid #5a5a5a;\
border-radius:.4rem;background:#f4f7fa;color:#1a1a1a;cursor:pointer}button:hover,button:focus-visible{outline:3px solid #0b5cad}\
small{display:block;color:#3d3d3d}";

/// The list of staff; each is a plain form that repeats the request with its hint.
pub(super) fn choose(ask: &Ask, staff: &[Staff]) -> Response {
    let mut body =
        String::from("<h1>Logga in</h1><p>Påhittad inloggningstjänst. Välj vem du är; inget lösenord behövs.</p>");
    if ask.login_hint.is_some() {
        body.push_str("<p role=\"alert\">Den du ville logga in som finns inte här.</p>");
    }
    let kept = hidden(ask);
    for member in staff {
        let assignments: Vec<&str> = member.commissions.iter().map(|commission| commission.name.as_str()).collect();
        // Writing to a String cannot fail.
        let _ = write!(
            body,
            "<form method=\"get\" action=\"/authorize\">{kept}<input type=\"hidden\" name=\"login_hint\" value=\"{}\">\
             <button type=\"submit\">{}<small>{} · {}</small></button></form>",
            escape(member.id),
            escape(&member.name()),
            escape(member.title),
            escape(&assignments.join(" · ")),
        );
    }
    page(StatusCode::OK, "Logga in", &body)
}

pub(super) fn signed_out() -> Response {
    page(StatusCode::OK, "Utloggad", "<h1>Du är utloggad</h1><p>Du kan stänga fliken.</p>")
}

/// A request that may not be sent anywhere.
pub(super) fn refusal(why: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "Kan inte logga in", &format!("<h1>Kan inte logga in</h1><p>{}</p>", escape(why)))
}

fn hidden(ask: &Ask) -> String {
    let fields = [
        ("response_type", &ask.response_type),
        ("response_mode", &ask.response_mode),
        ("client_id", &ask.client_id),
        ("redirect_uri", &ask.redirect_uri),
        ("scope", &ask.scope),
        ("state", &ask.state),
        ("nonce", &ask.nonce),
        ("code_challenge", &ask.code_challenge),
        ("code_challenge_method", &ask.code_challenge_method),
    ];
    fields.into_iter().fold(String::new(), |mut all, (name, value)| {
        if let Some(value) = value {
            let _ = write!(all, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
        }
        all
    })
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"sv\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>"
    );
    // No form-action: the form's redirect leads to the portal's origin, which that directive would forbid.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}
