//! SDK for adapters in Rust: the generated contract under shorter names.
//!
//! Not here: any HTTP, time or random source of its own; the contract gives what there is.
//! Invariant: adds nothing to an adapter's imports.

/// The contract as generated from `wit/`.
pub mod bindings {
    #![expect(missing_docs, clippy::all, clippy::pedantic, unsafe_code, reason = "generated from wit/")]
    wit_bindgen::generate!({
        world: "producer",
        path: "../../../wit",
        pub_export_macro: true,
        export_macro_name: "export_adapter",
        default_bindings_module: "samsyn_adapter::bindings",
        additional_derives: [PartialEq],
    });
}

pub use bindings::{
    exports::samsyn::adapter::adapter::{Guest as Adapter, Query, Viewer},
    samsyn::adapter::{http, keys, log, settings, sink, types},
};
