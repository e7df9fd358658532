//! What the administrator chose for this source. Keys, defaults and help stand in `manifest.json`.
//!
//! Not here: secrets, addresses. Invariant: a value that cannot be read stops the lookup with a reason; it is never replaced
//! by a default in silence.

use samsyn_adapter::{
    Host,
    types::{Failure, FailureKind},
};

use crate::origin::MetaSource;

/// Every key, in the order of the manifest.
pub const KEYS: [&str; 10] = [
    "mode",
    "authentication",
    "search-method",
    "identifier-systems",
    "resources",
    "includes",
    "max-pages",
    "meta-source",
    "document-custodian",
    "shared-record-codes",
];

const RESOURCES: &str = "Flag AllergyIntolerance Consent CareTeam RelatedPerson Immunization Condition Observation \
                         EpisodeOfCare Encounter ServiceRequest CarePlan MedicationStatement DocumentReference";

/// How the server writes identifier systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Systems {
    /// HL7 Sweden's addresses.
    ElectronicHealth,
    /// `urn:oid:`.
    Oid,
    /// Searched by value alone.
    None,
}

/// The administrator's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one choice of the administrator, not a state")]
pub struct Settings {
    /// One document instead of searches.
    pub summary: bool,
    /// The credential slot is applied to every request.
    pub credential: bool,
    /// `POST …/_search` rather than `GET`.
    pub post: bool,
    /// How identifier systems are written.
    pub systems: Systems,
    /// Resource types that may be searched for.
    pub resources: Vec<String>,
    /// Ask for referred resources in the same reply.
    pub includes: bool,
    /// Pages read of one search.
    pub max_pages: usize,
    /// What `meta.source` names.
    pub meta_source: MetaSource,
    /// The document's custodian is the provider of records that name none.
    pub trust_custodian: bool,
    /// Category codes that mean consent to shared records.
    pub shared_record_codes: Vec<String>,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// The first value that cannot be read.
    pub fn read(host: &impl Host) -> Result<Self, Failure> {
        let value = |key: &str, default: &str| host.setting(key).unwrap_or_else(|| default.to_owned());
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let max_pages = value("max-pages", "5").parse().ok().filter(|pages| (1..=20).contains(pages));
        Ok(Self {
            summary: choice("mode", &value("mode", "search"), &[("search", false), ("summary", true)])?,
            credential: choice(
                "authentication",
                &value("authentication", "token"),
                &[("token", true), ("none", false)],
            )?,
            post: choice("search-method", &value("search-method", "post"), &[("post", true), ("get", false)])?,
            systems: choice(
                "identifier-systems",
                &value("identifier-systems", "electronichealth"),
                &[("electronichealth", Systems::ElectronicHealth), ("oid", Systems::Oid), ("none", Systems::None)],
            )?,
            resources: words(value("resources", RESOURCES)),
            includes: choice("includes", &value("includes", "true"), &[("true", true), ("false", false)])?,
            max_pages: max_pages.ok_or_else(|| unreadable("max-pages"))?,
            meta_source: choice(
                "meta-source",
                &value("meta-source", "system"),
                &[
                    ("system", MetaSource::System),
                    ("care-provider", MetaSource::Provider),
                    ("care-unit", MetaSource::Unit),
                ],
            )?,
            trust_custodian: choice(
                "document-custodian",
                &value("document-custodian", "ignore"),
                &[("ignore", false), ("care-provider", true)],
            )?,
            shared_record_codes: words(value("shared-record-codes", "")),
        })
    }
}

fn choice<T: Copy>(key: &str, value: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
    choices.iter().find(|(word, _)| *word == value).map(|(_, choice)| *choice).ok_or_else(|| unreadable(key))
}

fn unreadable(key: &str) -> Failure {
    Failure {
        kind: FailureKind::NotConfigured,
        code: "setting-unreadable".into(),
        message: format!("setting `{key}` has a value this adapter does not know"),
        retry_after_ms: None,
    }
}
