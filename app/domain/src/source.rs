//! Sources, the organisations behind them, and what the portal knows of each before asking.
//!
//! A source is one adapter bound to one custodian (provider), or a declared multi-provider platform.
//! Not here: how a source is reached (`host`), whether it may be asked (`access`).
//! Invariant: a municipality that is both care and social-care provider appears as two providers and two sources.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    extract::ReaderNames, identifier::IdentifierKind, maintenance::Recurring, review::ReviewRules, section::Section,
    snapshot::SnapshotTerms, support::SupportCard, vocabulary::ServiceKind,
};

/// Defines a newtype over a string id.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as it is written in configuration.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Id of a source, e.g. `viva-storsjo-hsl`.
    SourceId
}
id! {
    /// Id of an organisation in the portal, e.g. `storsjo`.
    OrganisationId
}
id! {
    /// HSA-id (or organisation number) of a provider: what access decisions compare.
    ProviderId
}

impl ProviderId {
    /// Whether a stated id means this provider. HSA-ids are the same in either case.
    pub fn is(&self, stated: &str) -> bool {
        self.0.trim().eq_ignore_ascii_case(stated.trim())
    }
}

/// Which law a provider acts under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// Vårdgivare.
    Care,
    /// Omsorgsgivare.
    SocialCare,
}

/// An organisation that takes part: a region, a municipality, a private provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInfo {
    /// Id in the portal.
    pub id: OrganisationId,
    /// Name on screen, e.g. `Storsjö kommun`.
    pub name: String,
    /// Providers this organisation is, by law.
    pub providers: Vec<Provider>,
    /// Number to call when its information is missing.
    pub phone: Option<String>,
    /// Months of the "recently" window, 1–12; default 3.
    #[serde(default = "three_months")]
    pub recent_months: u8,
    /// The organisation's own closing text on the care-limit card; none means the national default.
    #[serde(default)]
    pub care_limit_text: Option<String>,
    /// Units of this organisation that staff of others may be asked to register a consent for: ambulance, emergency department,
    /// health centre, home care.
    #[serde(default)]
    pub receiving_units: Vec<ReceivingUnit>,
    /// Whether consents that another provider has registered for a unit here count [J]. Strict unless the organisation says so.
    #[serde(default)]
    pub accepts_others_consents: bool,
    /// Length of a shift in hours, 1–24; default 12. Whoever signed in longer ago signs in anew before opening an emergency.
    #[serde(default = "twelve_hours")]
    pub shift_hours: u8,
    /// The organisation's own text on confidentiality, which its staff acknowledge before their first patient; an empty line begins a
    /// new paragraph. None means the portal's.
    #[serde(default)]
    pub confidentiality_text: Option<String>,
    /// What counts as unusual when the organisation's log is reviewed.
    #[serde(default)]
    pub review: ReviewRules,
    /// How its staff are named in the extract of the log that a patient is given.
    #[serde(default)]
    pub extract_names: ReaderNames,
    /// A region or municipality that runs health care through several authorities (boards), and lets each have direct access to the
    /// others' health records (PDL 5:4) [J]: its care providers are then those authorities. Strict unless the organisation says so.
    #[serde(default)]
    pub authorities_have_direct_access: bool,
    /// On which terms what its staff are shown is kept, to be shown again. Without them nothing is kept.
    #[serde(default)]
    pub snapshots: Option<SnapshotTerms>,
    /// Whom its staff turn to and what they do while the portal is down. Without it the pages that fail name nobody.
    #[serde(default)]
    pub support: Option<SupportCard>,
    /// Whether its administrators publish notices to the staff of all organisations. About its own sources every organisation does.
    #[serde(default)]
    pub publishes_for_all: bool,
}

impl OrganisationInfo {
    /// The authorities whose health records are reached from this one without a ground of SVOD. Social services are none: the law
    /// speaks of health care only, on both sides.
    pub fn authorities_beside(&self, own: &Provider) -> Vec<ProviderId> {
        let care = |one: &&Provider| one.kind == ProviderKind::Care;
        let opened = self.authorities_have_direct_access && care(&own) && self.providers.contains(own);
        let others = self.providers.iter().filter(care).filter(|one| opened && one.id != own.id);
        others.map(|one| one.id.clone()).collect()
    }
}

const fn twelve_hours() -> u8 {
    12
}

const fn three_months() -> u8 {
    3
}

/// A unit that a consent can be registered for in advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivingUnit {
    /// HSA-id of its provider, one of the organisation's.
    pub provider: ProviderId,
    /// HSA-id of the unit.
    pub unit: String,
    /// Name on screen.
    pub name: String,
}

/// A provider by law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// HSA-id.
    pub id: ProviderId,
    /// Care or social care.
    pub kind: ProviderKind,
}

/// Which law each provider of the catalogue acts under.
#[derive(Debug, Clone, Default)]
pub struct ProviderKinds(BTreeMap<String, ProviderKind>);

impl ProviderKinds {
    /// Of these organisations.
    pub fn new<'a>(organisations: impl IntoIterator<Item = &'a OrganisationInfo>) -> Self {
        let providers = organisations.into_iter().flat_map(|organisation| &organisation.providers);
        Self(providers.map(|provider| (key(provider.id.as_str()), provider.kind)).collect())
    }

    /// The kind of a provider; none when it is not in the catalogue.
    pub fn of(&self, provider: &str) -> Option<ProviderKind> {
        self.0.get(&key(provider)).copied()
    }
}

/// HSA-ids are the same in either case.
fn key(provider: &str) -> String {
    provider.trim().to_ascii_uppercase()
}

/// When a source is asked in the shared overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkRule {
    /// For every patient (a region's record system for its inhabitants, the national platform).
    Always,
    /// Only when an agreed index ties the patient to the source's organisation.
    Known,
}

/// What the portal knows of a source before asking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id, e.g. `viva-storsjo-hsl`.
    pub id: SourceId,
    /// System name on screen, e.g. `Viva`.
    pub system: String,
    /// Adapter name, e.g. `viva`.
    pub adapter: String,
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// Name of that organisation on screen.
    pub organisation_name: String,
    /// The custodian; none for a multi-provider platform, whose records are decided one by one.
    pub provider: Option<Provider>,
    /// Sections the adapter declares.
    pub sections: Vec<Section>,
    /// Whether it answers the banner (`person`).
    pub answers_person: bool,
    /// Badges it can light.
    pub service_kinds: Vec<ServiceKind>,
    /// Identifier kinds it can be asked by.
    pub identifier_kinds: Vec<IdentifierKind>,
    /// When it is asked in the shared overview.
    pub link_rule: LinkRule,
    /// Its own limit for an answer, at most 28 s.
    pub answer_within: Duration,
    /// Whom to call when it is silent.
    pub phone: Option<String>,
    /// Where errors in its information are reported beside the portal: an e-mail address, a number, a page.
    pub contact: Option<String>,
    /// When it is left alone because it is worked on.
    pub maintenance: Vec<Recurring>,
}

impl Source {
    /// The kind of provider it answers for. A platform of several providers is the care providers' own.
    pub fn provider_kind(&self) -> ProviderKind {
        self.provider.as_ref().map_or(ProviderKind::Care, |provider| provider.kind)
    }

    /// Organisation before system: `Fjällnäs kommun (Viva)`.
    pub fn label(&self) -> String {
        format!("{} ({})", self.organisation_name, self.system)
    }
}

/// After repeated failures a source is not asked for a while. Care limits are always asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Failing since.
    pub since: Timestamp,
}
