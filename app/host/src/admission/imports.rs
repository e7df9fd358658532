//! What a component asks for, judged name by name.
//!
//! To support an interface of a later contract: its name in [`KNOWN`], a file in `abi`.

use wasmparser::{CanonicalFunction, CanonicalOption, ComponentTypeRef};

/// Package of the contract.
const PACKAGE: &str = "samsyn:adapter/";
/// Interfaces of the contract that an adapter may import.
const KNOWN: [&str; 6] = ["http", "log", "settings", "keys", "sink", "types"];

/// Something the contract does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}`: {remedy}")]
pub struct Offender {
    /// As it stands in the component.
    pub name: String,
    /// What removes it.
    pub remedy: &'static str,
}

/// An import at the top of the component.
pub(super) fn judge_import(name: &str, kind: &ComponentTypeRef) -> Option<Offender> {
    let offender = |remedy| Some(Offender { name: name.to_owned(), remedy });
    let Some(rest) = name.strip_prefix(PACKAGE) else {
        return offender(remedy(name));
    };
    if !matches!(kind, ComponentTypeRef::Instance(_)) {
        return offender("only whole interfaces are imported; build for the world `producer`");
    }
    match rest.split_once('@') {
        Some((_, version)) if !is_version_one(version) => {
            offender("another major version of the contract; this portal has 1.x")
        }
        Some((interface, _)) if KNOWN.contains(&interface) => None,
        Some(_) => offender("this portal does not have the interface; it belongs to a newer minor version"),
        None => offender("an interface without version; build against the published `wit` folder"),
    }
}

/// A built-in function of the component model.
pub(super) fn judge_builtin(function: &CanonicalFunction) -> Option<Offender> {
    let asynchronous = |options: &[CanonicalOption]| {
        options.iter().any(|option| matches!(option, CanonicalOption::Async | CanonicalOption::Callback(_)))
    };
    let name = match function {
        CanonicalFunction::Lift { options, .. } if asynchronous(options) => "canon lift async".to_owned(),
        CanonicalFunction::Lower { options, .. } if asynchronous(options) => "canon lower async".to_owned(),
        CanonicalFunction::Lift { .. }
        | CanonicalFunction::Lower { .. }
        | CanonicalFunction::ResourceNew { .. }
        | CanonicalFunction::ResourceDrop { .. }
        | CanonicalFunction::ResourceRep { .. } => return None,
        other => {
            let shown = format!("{other:?}");
            let case = shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            format!("canon {case}")
        }
    };
    Some(Offender { name, remedy: "the contract is synchronous: componentize-qjs --sync; elsewhere, switch async off" })
}

/// Whether `name` is `interface` in a supported version.
pub(super) fn is_supported(name: &str, interface: &str) -> bool {
    name.strip_prefix(interface).and_then(|rest| rest.strip_prefix('@')).is_some_and(is_version_one)
}

fn is_version_one(version: &str) -> bool {
    version.starts_with("1.") && !version.contains('-')
}

fn remedy(name: &str) -> &'static str {
    if name.starts_with("wasi:http/") {
        "requests go through `samsyn:adapter/http`; in JavaScript disable the features `http` and `fetch-event`; \
         in Rust build for wasm32-unknown-unknown"
    } else if name.starts_with("wasi:") {
        "there is no WASI: componentize-py --stub-wasi; componentize-qjs --stub-wasi; in Rust build for \
         wasm32-unknown-unknown; in C link without the WASI libc start files"
    } else {
        "only `samsyn:adapter/*` may be imported; remove it from the world"
    }
}
