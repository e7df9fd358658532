//! The ten sections of the overview and the banner, in the order they stand on the page.
//!
//! Invariant: names are those of the contract and of the canonical JSON; they never change.
//! To add a section: a case here, an entry type in `entry`, a sink function in the contract, a view in `ui`.

use serde::{Deserialize, Serialize};

/// A section of the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Uppmärksamhetsinformation.
    Alerts,
    /// Vårdbegränsningar.
    CareLimits,
    /// Insatser.
    Services,
    /// Kontakter.
    Contacts,
    /// Läkemedel.
    Medications,
    /// ADL-status.
    FunctionalStatus,
    /// Planer.
    Plans,
    /// Vaccination och smitta.
    #[serde(rename = "covid-19")]
    Covid19,
    /// Samtycke.
    Consents,
    /// Dokument.
    Documents,
}

impl Section {
    /// Every section, in page order of the canonical JSON.
    pub const ALL: [Self; 10] = [
        Self::Alerts,
        Self::CareLimits,
        Self::Services,
        Self::Contacts,
        Self::Medications,
        Self::FunctionalStatus,
        Self::Plans,
        Self::Covid19,
        Self::Consents,
        Self::Documents,
    ];

    /// The contract's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::CareLimits => "care-limits",
            Self::Services => "services",
            Self::Contacts => "contacts",
            Self::Medications => "medications",
            Self::FunctionalStatus => "functional-status",
            Self::Plans => "plans",
            Self::Covid19 => "covid-19",
            Self::Consents => "consents",
            Self::Documents => "documents",
        }
    }

    /// The section of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

/// Name of the banner in the contract; it is asked for like a section.
pub const PERSON: &str = "person";
