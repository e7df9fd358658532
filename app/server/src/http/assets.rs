//! The stylesheet and the script, embedded in the program; their addresses change with their content.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// One asset by name; an unknown name is not found.
pub async fn show(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let (kind, body) = if path == samsyn_ui::style_path() {
        ("text/css; charset=utf-8", samsyn_ui::stylesheet())
    } else if path == samsyn_ui::script_path() {
        ("text/javascript; charset=utf-8", samsyn_ui::script())
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
