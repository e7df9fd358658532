//! The adapter that attacks its host: one component, one setting that picks what it does.
//!
//! For the host's own tests only; no product bundles it. It uses no SDK on purpose, because an SDK would keep it from
//! misbehaving. Not here: what the host is to answer (`tests/it/host`).
//! Invariant: every behaviour is named in [`BEHAVIOURS`], and an unknown one is refused rather than harmless.
//! To add one: its name in the list, its arm in the room it belongs to.

mod content;
mod isolation;
mod network;
mod resources;

/// Generated from `wit/`.
mod bindings {
    #![expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
    wit_bindgen::generate!({ world: "producer-with-selftest", path: "../../wit" });
    export!(Hostile with_types_in self);

    use crate::Hostile;
}

use bindings::{
    exports::samsyn::adapter::{
        adapter::{Guest, Query},
        selftest,
    },
    samsyn::adapter::{
        settings,
        types::{Failure, FailureKind},
    },
};

/// Everything it can do.
const BEHAVIOURS: &[&str] = &[
    "well-behaved",
    // resources
    "endless-loop",
    "grow-memory",
    "fragment",
    "deep-recursion",
    "pattern",
    "settings-spin",
    "string-copies",
    "hmac-grind",
    "entry-flood",
    "flood-after-complete",
    "log-flood",
    "log-large",
    "huge-call",
    "status-flood",
    "note-flood",
    "unreachable",
    "trap-after-entries",
    "trap-after-status",
    // network
    "get",
    "twice",
    "alias",
    "method",
    "link",
    "header",
    "header-flood",
    "get-with-body",
    "credential",
    "requests",
    "bodies",
    // content
    "wrong-patient",
    "wrong-person",
    "homoglyph-patient",
    "nameless-patient",
    "complete-without-entries",
    "nothing-held-with-entries",
    "stated-none-with-entries",
    "unsupported-with-entries",
    "none-after",
    "stated-none-after",
    "unknown-after",
    "partial-without-words",
    "two-statuses",
    "two-persons",
    "unasked-section",
    "no-status",
    "long-text",
    "long-list",
    "injection",
    "link-out",
    "same-id",
    "forged-time",
    "foreign-organisation",
    "patient-unknown",
    // isolation
    "remember",
    "log-patient",
    "fail-with-patient",
    "name-patient",
    "other-setting",
    "other-key",
    "replay",
];

struct Hostile;

impl Guest for Hostile {
    fn describe() -> String {
        serde_json::json!({
            "id": "hostile",
            "name": "Hostile",
            "vendor": "Samsyn tests",
            "version": env!("CARGO_PKG_VERSION"),
            "contract": "1.0",
            "sections": ["person", "alerts", "care-limits", "documents"],
            "identifier_kinds": ["personal-number"],
            "origins": [{"alias": "api", "description": "A server of the test", "methods": ["GET"]}],
            "credential_slots": [{"name": "seal", "kinds": ["hmac"], "description": "A key of the test"}],
            "settings": [
                {"key": "behaviour", "type": "choice", "choices": BEHAVIOURS, "required": true, "help": "What it does"},
                {"key": "target", "type": "string", "help": "What the behaviour is about: a path, a link, a header, an alias, a number"}
            ],
            "languages": ["sv"]
        })
        .to_string()
    }

    fn lookup(query: Query) -> Result<(), Failure> {
        let behaviour = settings::get("behaviour").unwrap_or_default();
        resources::run(&behaviour, &query)
            .or_else(|| network::run(&behaviour, &query))
            .or_else(|| content::run(&behaviour, &query))
            .or_else(|| isolation::run(&behaviour, &query))
            .unwrap_or_else(|| Err(failure(FailureKind::NotConfigured, "behaviour", &behaviour)))
    }
}

impl selftest::Guest for Hostile {
    fn check() -> Result<String, Failure> {
        network::check()
    }
}

/// What the administrator of the test has set the behaviour to be about.
fn target() -> String {
    settings::get("target").unwrap_or_default()
}

fn failure(kind: FailureKind, code: &str, message: &str) -> Failure {
    Failure { kind, code: code.to_owned(), message: message.to_owned(), retry_after_ms: None }
}
