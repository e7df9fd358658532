//! Where an entry comes from: record id, patient as stated, provider, unit, author, signature.
//!
//! Every entry carries one [`Provenance`]; nothing is shown without it.
//! Invariant: ids are what the source stated. A placeholder (`?`, empty) is read as missing by [`Organisation::known_id`].

use serde::{Deserialize, Serialize};

use crate::{identifier::Identifier, time::When};

/// One code of a code system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// URI or OID of the code system.
    pub system: String,
    /// The code, unchanged.
    pub code: String,
    /// The source's own display text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub display: Option<String>,
}

/// A term: the source's own words, with codes as additions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// What the clinician reads.
    pub text: String,
    /// Codes for machines.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub codings: Vec<Coding>,
}

impl Concept {
    /// A term without codes.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), codings: Vec::new() }
    }

    /// A term with one code.
    pub fn coded(text: impl Into<String>, system: impl Into<String>, code: impl Into<String>) -> Self {
        Self { text: text.into(), codings: vec![Coding { system: system.into(), code: code.into(), display: None }] }
    }

    /// Whether any coding has this code, in any system.
    pub fn has_code(&self, code: &str) -> bool {
        self.codings.iter().any(|coding| coding.code.eq_ignore_ascii_case(code))
    }
}

/// An organisation or unit as a record states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Organisation {
    /// HSA-id or organisation number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// Name as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
}

impl Organisation {
    /// An organisation with both id and name.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: Some(id.into()), name: Some(name.into()) }
    }

    /// The id, unless it is missing or a placeholder such as `?`.
    pub fn known_id(&self) -> Option<&str> {
        // Compared without regard to case by `source::ProviderId::is`.
        self.id.as_deref().map(str::trim).filter(|id| id.chars().filter(char::is_ascii_alphanumeric).count() >= 2)
    }
}

/// A person acting in a role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Actor {
    /// Name as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Title or role in the source's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
    /// HSA-id of the person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The unit the person acted for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<Organisation>,
}

/// Whether a record is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Signing {
    /// Signed, at this time by this person where stated.
    Signed {
        /// When.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at: Option<When>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        by: Option<Actor>,
    },
    /// The source says it is not signed.
    Unsigned,
    /// The source has no signing information. Never shown as signed.
    NotStated,
}

/// Key of the extension that says that an entry's telephone numbers were taken away, and why: `role` or `protection`.
pub const PHONES_WITHHELD: &str = "phones-withheld";

/// A registered extra fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Registered key.
    pub key: String,
    /// Plain text.
    pub value: String,
}

/// Where an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Stable id of the record in the source.
    pub id: String,
    /// The patient as this very record states it. Never serialised into the page: the host has checked it.
    #[serde(skip_serializing, default)]
    pub patient: Option<Identifier>,
    /// Responsible provider: key of outer blocks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub care_provider: Option<Organisation>,
    /// Responsible unit: key of inner blocks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub care_unit: Option<Organisation>,
    /// National information type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub information_type: Option<String>,
    /// When the record was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recorded: Option<When>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author: Option<Actor>,
    /// Signed or not.
    pub signing: Signing,
    /// Absolute deep link, made by the host.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// Registered extra facts.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub extensions: Vec<Extension>,
}

impl Provenance {
    /// Whether telephone numbers were taken away from the entry.
    pub fn phones_withheld(&self) -> bool {
        self.extensions.iter().any(|extension| extension.key == PHONES_WITHHELD)
    }

    /// A bare provenance; fields are filled by the builder of the test or the seed.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            patient: None,
            care_provider: None,
            care_unit: None,
            information_type: None,
            recorded: None,
            author: None,
            signing: Signing::NotStated,
            link: None,
            extensions: Vec::new(),
        }
    }

    /// Id of the responsible provider, when it is a real one.
    pub fn provider_id(&self) -> Option<&str> {
        self.care_provider.as_ref().and_then(Organisation::known_id)
    }

    /// Id of the responsible unit, when it is a real one.
    pub fn unit_id(&self) -> Option<&str> {
        self.care_unit.as_ref().and_then(Organisation::known_id)
    }
}
