//! SDK for adapters in Rust: the generated contract under shorter names, and the few helpers every adapter needs.
//!
//! Two ways in. [`adapter!`] is for most: name your sections, write one function for each, and the compiler refuses an adapter that
//! leaves one out. [`Plugin`] with [`plugin!`] and [`Answers`] is for an adapter whose sections cannot be told apart so simply. Reach the
//! world through what you are given ([`Ask`] or [`Host`]); then the same code runs in the sandbox, in `cargo test` and in a benchmark.
//! Not here: any HTTP, time or random source of its own; the contract gives what there is.
//! Invariant: adds nothing to an adapter's imports.

pub mod answer;
pub mod answers;
pub mod ask;
#[cfg(feature = "csv")]
pub mod csv;
pub mod entry;
pub mod fields;
pub mod host;
pub mod json;
pub mod language;
mod number;
pub mod pages;
pub mod rehearsal;
pub mod request;
pub mod sections;
pub mod uncaught;
pub mod when;
#[cfg(feature = "xml")]
pub mod xml;

/// The contract as generated from `wit/`.
pub mod bindings {
    #![expect(missing_docs, clippy::pedantic, reason = "generated from wit/")]

    /// Generates from the contract at this path.
    macro_rules! contract {
        ($path:literal) => {
            wit_bindgen::generate!({
                world: "producer",
                path: $path,
                pub_export_macro: true,
                export_macro_name: "export_adapter",
                default_bindings_module: "samsyn_adapter::bindings",
                additional_derives: [PartialEq],
            });
        };
    }

    #[cfg(contract_beside)]
    contract!("../wit");
    #[cfg(not(contract_beside))]
    contract!("../../../wit");
}

/// The optional self test as generated from `wit/`, with the types of [`bindings`].
pub mod selftest_bindings {
    #![expect(missing_docs, reason = "generated from wit/")]

    /// Generates from the contract at this path.
    macro_rules! contract {
        ($path:literal) => {
            wit_bindgen::generate!({
                inline: "package samsyn:sdk; world with-selftest { export samsyn:adapter/selftest@1.0.0; }",
                world: "samsyn:sdk/with-selftest",
                path: $path,
                pub_export_macro: true,
                export_macro_name: "export_selftest",
                default_bindings_module: "samsyn_adapter::selftest_bindings",
                with: { "samsyn:adapter/types@1.0.0": crate::bindings::samsyn::adapter::types },
            });
        };
    }

    #[cfg(contract_beside)]
    contract!("../wit");
    #[cfg(not(contract_beside))]
    contract!("../../../wit");
}

pub use answer::{Answer, NonEmpty};
pub use answers::Answers;
pub use ask::{Ask, Reply};
pub use bindings::{
    exports::samsyn::adapter::adapter::{Guest as Adapter, Query, Viewer},
    samsyn::adapter::{http, keys, log, settings, sink, types},
};
pub use fields::{Fields, Notes};
pub use host::{Entries, Host, Sandbox};
pub use json::{Json, Object};
pub use language::Language;
pub use request::{Call, Problem};
pub use selftest_bindings::exports::samsyn::adapter::selftest::Guest as SelfTestExport;
pub use serde_json;

/// What an adapter is, independent of where it runs.
pub trait Plugin {
    /// The manifest as JSON following `wit/manifest.schema.json`.
    fn describe() -> String;

    /// Reads one patient through the host.
    ///
    /// # Errors
    /// A failure of the whole lookup; what was pushed before is kept and marked partial.
    fn lookup(host: &mut impl Host, query: &Query) -> Result<(), types::Failure>;
}

/// A test that an administrator presses: whether the source can be reached and lets this adapter in. It reads no patient.
pub trait SelfTest: Plugin {
    /// A sentence for the administrator, e.g. `answers, version 4.0.1`.
    ///
    /// # Errors
    /// Why the source cannot be asked, in the words of a lookup's failure.
    fn check(host: &mut impl Host) -> Result<String, types::Failure>;
}

/// Exports a [`Plugin`] as the component's adapter, with `selftest` its [`SelfTest`] too. Does nothing when compiled for anything but wasm.
#[macro_export]
macro_rules! plugin {
    ($plugin:ident, selftest) => {
        $crate::plugin!($plugin);

        #[cfg(target_arch = "wasm32")]
        mod exported_selftest {
            /// Hands the contract's call to the plugin.
            struct Exported;

            impl $crate::SelfTestExport for Exported {
                fn check() -> Result<String, $crate::types::Failure> {
                    $crate::uncaught::listen(&[]);
                    <super::$plugin as $crate::SelfTest>::check(&mut $crate::Sandbox)
                }
            }

            $crate::selftest_bindings::export_selftest!(Exported with_types_in $crate::selftest_bindings);
        }
    };
    ($plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        mod exported {
            /// Hands the contract's calls to the plugin.
            struct Exported;

            impl $crate::Adapter for Exported {
                fn describe() -> String {
                    $crate::uncaught::listen(&[]);
                    <super::$plugin as $crate::Plugin>::describe()
                }

                fn lookup(query: $crate::Query) -> Result<(), $crate::types::Failure> {
                    $crate::uncaught::listen(&query.identifiers);
                    <super::$plugin as $crate::Plugin>::lookup(&mut $crate::Sandbox, &query)
                }
            }

            $crate::bindings::export_adapter!(Exported with_types_in $crate::bindings);
        }
    };
}
