//! What the process says of itself: structured lines on standard error, never about a patient.
//!
//! Not here: metrics. Invariant: no identifier, name, address with query, or secret is ever a field; `tests/` reads the lines.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Lines for people or for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// For a terminal.
    Text,
    /// One JSON object per line.
    Json,
}

/// Starts logging. Called once; a second call changes nothing. Libraries that could print requests are held at `warn`.
pub fn start(shape: Shape) {
    let filter = EnvFilter::try_from_env("SAMSYN_LOG").unwrap_or_else(|_| {
        EnvFilter::new(
            "info,hyper=warn,reqwest=warn,sqlx=warn,sea_orm=warn,tower_sessions=error,tower_sessions_core=error",
        )
    });
    let registry = tracing_subscriber::registry().with(filter);
    let outcome = match shape {
        Shape::Text => registry.with(fmt::layer().with_writer(std::io::stderr).with_target(false)).try_init(),
        Shape::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init(),
    };
    drop(outcome);
    // A panic's text can quote what it stumbled over; where it happened is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
