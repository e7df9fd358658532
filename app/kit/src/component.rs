//! The bytes of an adapter: a component as it stands, or a core module wrapped into one.
//!
//! Rust's compiler writes a core module with the contract in a section of its own; the portal admits components only. Not here:
//! whether it is admitted (`samsyn_host::admission`).
//! Invariant: the same module gives the same component, byte for byte.

use std::fs;

use wit_component::ComponentEncoder;

use crate::{project::Project, refusal::Refusal};

/// How every WebAssembly file begins.
const WEBASSEMBLY: &[u8] = b"\0asm";
/// How a core module begins; a component has another version after `\0asm`.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Reads a project's component.
///
/// # Errors
/// When it is not built, or its module is none of this contract.
pub fn read(project: &Project) -> Result<Vec<u8>, Refusal> {
    let bytes = fs::read(&project.component)
        .map_err(|error| Refusal::file(&project.component, &error, project.how_to_build()))?;
    if !bytes.starts_with(WEBASSEMBLY) {
        let what = if bytes.is_empty() { "it is empty" } else { "it is not WebAssembly" };
        return Err(Refusal::file(&project.component, &what, project.how_to_build()));
    }
    if bytes.starts_with(CORE_MODULE) { wrap(project, &bytes) } else { Ok(bytes) }
}

fn wrap(project: &Project, module: &[u8]) -> Result<Vec<u8>, Refusal> {
    let encoded = ComponentEncoder::default().validate(true).module(module).and_then(|mut encoder| encoder.encode());
    encoded.map_err(|error| {
        Refusal::file(
            &project.component,
            &format!("a core module that cannot be made a component: {error:#}"),
            "build it for wasm32-unknown-unknown (not wasip1 or wasip2) with the SDK's `adapter!` or wit-bindgen for the world `producer`, \
             and export nothing else",
        )
    })
}
