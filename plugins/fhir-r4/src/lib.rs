//! Adapter for FHIR R4: searches, or a patient summary document, read into the contract's entries.
//!
//! `settings` what the administrator chose · `fetch` requests, paging, budget · `lookup` which searches answer which section ·
//! `summary` a document bundle · `pool` resources and references · `origin` provenance · `map` what each resource means.
//! Not here: tokens and addresses (the host's). Invariant: mapping is pure; a section whose exchange failed is never complete.

pub mod fetch;
pub mod hours;
pub mod lookup;
pub mod map;
pub mod node;
pub mod origin;
pub mod pool;
pub mod selftest;
pub mod settings;
pub mod summary;

use samsyn_adapter::{Host, Plugin, Query, SelfTest, types::Failure};

/// Sections this adapter answers, the banner included.
pub const SECTIONS: [&str; 11] = [
    "person",
    "alerts",
    "care-limits",
    "services",
    "contacts",
    "medications",
    "functional-status",
    "plans",
    "covid-19",
    "consents",
    "documents",
];

/// The adapter.
#[derive(Debug, Clone, Copy)]
pub struct FhirR4;

impl Plugin for FhirR4 {
    fn describe() -> String {
        include_str!("manifest.json").to_owned()
    }

    fn lookup(host: &mut impl Host, query: &Query) -> Result<(), Failure> {
        lookup::lookup(host, query)
    }
}

impl SelfTest for FhirR4 {
    fn check(host: &mut impl Host) -> Result<String, Failure> {
        selftest::check(host)
    }
}

samsyn_adapter::plugin!(FhirR4, selftest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_declares_what_the_adapter_answers() {
        let manifest: serde_json::Value = serde_json::from_str(&FhirR4::describe()).unwrap();
        let declared: Vec<&str> = manifest["sections"].as_array().unwrap().iter().filter_map(|s| s.as_str()).collect();
        assert_eq!(declared, SECTIONS);
    }

    #[test]
    fn every_setting_read_is_declared_with_help() {
        let manifest: serde_json::Value = serde_json::from_str(&FhirR4::describe()).unwrap();
        let declared: Vec<&str> =
            manifest["settings"].as_array().unwrap().iter().filter_map(|setting| setting["key"].as_str()).collect();
        assert_eq!(declared, settings::KEYS);
    }
}
