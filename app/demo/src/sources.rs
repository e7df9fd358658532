//! The demo's sources as plain data: which system, which adapter, whose, how it is reached.
//!
//! Not here: what a source holds (`people`), how it writes it (`source`), its address (known first when it has been started,
//! see `servers`).
//! Invariant: ids are a stable surface; one source belongs to one provider, except the national platform.
//! To add one: a row in [`all`], and if its format is new a renderer in `source`.

use std::collections::BTreeMap;

use jiff::civil::Time;
use samsyn_domain::{
    maintenance::{Day, Recurring},
    source::{LinkRule, OrganisationId, Provider, ProviderKind, SourceId},
};

use crate::{organisations as org, source::hemplan};

/// Wire format of a source, that is: which renderer in `source` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// HL7 FHIR R4.
    Fhir,
    /// RIV-TA SOAP.
    RivTa,
    /// The municipal system's own JSON.
    Viva,
    /// The simple contract, JSON or CSV.
    Enkel,
    /// The home-help planning system's own JSON.
    Hemplan,
    /// Files in a web folder, CSV and XML.
    Filfall,
}

impl Format {
    /// Name of the adapter that reads this format.
    pub const fn adapter(self) -> &'static str {
        match self {
            Self::Fhir => "fhir-r4",
            Self::RivTa => "riv-ta",
            Self::Viva => "viva",
            Self::Enkel => "enkel",
            Self::Hemplan => "hemplan",
            Self::Filfall => "filfall",
        }
    }

    /// Alias of the origin in that adapter's manifest.
    pub const fn origin(self) -> &'static str {
        match self {
            Self::Viva => "viva",
            Self::RivTa => "vp",
            Self::Fhir | Self::Enkel => "api",
            Self::Hemplan => "hemplan",
            Self::Filfall => "folder",
        }
    }

    /// Name of the credential slot in that adapter's manifest.
    pub const fn credential_slot(self) -> &'static str {
        match self {
            Self::Fhir => "token",
            Self::RivTa => "client-certificate",
            Self::Viva => "licens",
            Self::Enkel => "access",
            Self::Hemplan => "nyckel",
            Self::Filfall => "folder",
        }
    }

    /// Memory its adapter needs for a lookup, where that is more than the portal's default. A component in Python brings its interpreter.
    pub const fn memory_max_bytes(self) -> Option<usize> {
        match self {
            Self::Filfall => Some(192 * 1024 * 1024),
            Self::Fhir | Self::RivTa | Self::Viva | Self::Enkel | Self::Hemplan => None,
        }
    }
}

/// How a source wants to be authenticated. The secret itself is drawn at start; see [`crate::gate::Issued`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoCredential {
    /// No credential. The real platform has client certificates; plain HTTP on loopback has no place for them.
    None,
    /// The licence header of the municipal system, see [`crate::source::viva`].
    Licence,
    /// A key of its own in this header.
    Header(&'static str),
    /// HTTP Basic.
    Basic,
    /// OAuth2 client credentials with a client secret, for this scope.
    ClientCredentials(&'static str),
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSource {
    /// Id, e.g. `viva-storsjo-hsl`.
    pub id: SourceId,
    /// System name on screen.
    pub system: &'static str,
    /// Wire format; tells the adapter too.
    pub format: Format,
    /// Adapter name.
    pub adapter: &'static str,
    /// Organisation it belongs to.
    pub organisation: OrganisationId,
    /// Custodian; none for the multi-provider platform.
    pub provider: Option<Provider>,
    /// When it is asked in the shared overview.
    pub link_rule: LinkRule,
    /// A population register: only the banner, and asked whatever the scope.
    pub population_register: bool,
    /// Settings for the adapter.
    pub settings: BTreeMap<String, String>,
    /// Alias of the origin in the adapter's manifest.
    pub origin: &'static str,
    /// The source's own limit for an answer.
    pub answer_within_ms: u64,
    /// When it is left alone because it is worked on.
    pub maintenance: Vec<Recurring>,
    /// Whom to call when it is silent.
    pub phone: &'static str,
    /// Where errors are reported beside the portal.
    pub contact: Option<&'static str>,
    /// How it wants to be authenticated.
    pub credential: DemoCredential,
    /// Slot for that in the adapter's manifest.
    pub credential_slot: &'static str,
}

/// What the region's server can be searched for; `List` carries its statements that there are none.
const FHIR_RESOURCES: &str = "Flag AllergyIntolerance Consent CareTeam RelatedPerson Immunization Condition Observation \
    EpisodeOfCare Encounter ServiceRequest CarePlan MedicationStatement DocumentReference List";

/// Every source, the population register first.
pub fn all() -> Vec<DemoSource> {
    let care = |id: &str| Some(org::provider(id, ProviderKind::Care));
    let social = |id: &str| Some(org::provider(id, ProviderKind::SocialCare));
    let register = DemoSource {
        population_register: true,
        credential: DemoCredential::Basic,
        ..source("folkbokforing", "Befolkningsregistret", Format::Enkel, "folkbokforing", care(org::REGISTER))
    };
    let region = DemoSource {
        credential: DemoCredential::ClientCredentials("system/*.rs"),
        ..source("cosmic-region", "Cosmic", Format::Fhir, "region-fjall", care(org::REGION))
            .with_setting("resources", FHIR_RESOURCES)
            .with_setting("shared-record-codes", "shared-record")
    };
    let third_wednesday =
        Recurring { day: Day::Wednesday, week_of_month: Some(3), from: Time::constant(23, 0, 0, 0), minutes: 60 };
    let national = DemoSource {
        answer_within_ms: 15_000,
        maintenance: vec![third_wednesday],
        ..source("nationella", "Tjänsteplattformen", Format::RivTa, "nationella", None)
            .with_setting("logical-address", "SE9999700007-NT01")
    };
    let mut sources: Vec<DemoSource> = [register, region, national].into_iter().map(always).collect();
    sources.extend([
        viva("viva-storsjo-hsl", "storsjo", care(org::STORSJO_HSL)),
        viva("viva-storsjo-sol", "storsjo", social(org::STORSJO_SOL)),
        viva("viva-fjallnas-hsl", "fjallnas", care(org::FJALLNAS_HSL)),
        viva("viva-fjallnas-sol", "fjallnas", social(org::FJALLNAS_SOL)),
        lifecare("lifecare-granliden-hsl", "granliden", care(org::GRANLIDEN_HSL)),
        lifecare("lifecare-granliden-sol", "granliden", social(org::GRANLIDEN_SOL)),
        source("asgarden", "Omsorgspärmen", Format::Enkel, "asgarden", care(org::ASGARDEN))
            .with_setting("format", "csv"),
        source("tjarn-sjukvard", "Vårdjournalen", Format::Enkel, "region-tjarn", care(org::TJARN_CARE)),
        source("tjarn-habilitering", "Habjournalen", Format::Enkel, "region-tjarn", care(org::TJARN_HABILITATION)),
    ]);
    sources
}

/// The sources whose adapters are written in other languages than Rust: home-help planning (TypeScript) and a private provider's web folder
/// (Python). Not among [`all`], because those adapters are built with Node and Python.
pub fn other_languages() -> [DemoSource; 2] {
    let storsjo = Some(org::provider(org::STORSJO_SOL, ProviderKind::SocialCare));
    let hemrehab = Some(org::provider(org::HEMREHAB, ProviderKind::Care));
    [
        source("hemplan-storsjo", "Hemplan", Format::Hemplan, "storsjo", storsjo),
        source("filfall-hemrehab", "Hemrehabjournalen", Format::Filfall, "hemrehab", hemrehab),
    ]
}

impl DemoSource {
    fn with_setting(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// A municipal system of the one make.
pub(crate) fn viva(id: &str, organisation: &str, provider: Option<Provider>) -> DemoSource {
    // The two bindings of one system are told apart on screen: they answer for different providers.
    let (system, law) = match &provider {
        Some(Provider { kind: ProviderKind::SocialCare, .. }) => ("Viva SoL", "SOL"),
        _ => ("Viva HSL", "HSL"),
    };
    source(id, system, Format::Viva, organisation, provider).with_setting("lagrum", law)
}

/// A municipal system of the other make.
pub(crate) fn lifecare(id: &str, organisation: &str, provider: Option<Provider>) -> DemoSource {
    let system = match &provider {
        Some(Provider { kind: ProviderKind::SocialCare, .. }) => "Lifecare SoL",
        _ => "Lifecare HSL",
    };
    source(id, system, Format::Enkel, organisation, provider)
}

fn always(source: DemoSource) -> DemoSource {
    DemoSource { link_rule: LinkRule::Always, ..source }
}

fn source(
    id: &str,
    system: &'static str,
    format: Format,
    organisation: &str,
    provider: Option<Provider>,
) -> DemoSource {
    DemoSource {
        id: SourceId::new(id),
        system,
        format,
        adapter: format.adapter(),
        organisation: OrganisationId::new(organisation),
        provider,
        link_rule: LinkRule::Known,
        population_register: false,
        settings: BTreeMap::new(),
        origin: format.origin(),
        answer_within_ms: 5_000,
        maintenance: Vec::new(),
        phone: phone(id),
        contact: match id {
            "cosmic-region" => Some("journalfel@region-fjall.example"),
            "viva-storsjo-hsl" | "viva-storsjo-sol" => Some("viva@storsjo.example"),
            _ => None,
        },
        credential: match format {
            Format::Viva => DemoCredential::Licence,
            Format::Hemplan => DemoCredential::Header(hemplan::KEY_HEADER),
            Format::Enkel | Format::Filfall => DemoCredential::Basic,
            Format::Fhir | Format::RivTa => DemoCredential::None,
        },
        credential_slot: format.credential_slot(),
    }
}

/// Number that answers when the source is silent.
fn phone(id: &str) -> &'static str {
    match id {
        "cosmic-region" => "063-555 10 10",
        "viva-storsjo-hsl" => "063-555 20 40",
        "viva-storsjo-sol" => "063-555 20 50",
        "viva-fjallnas-hsl" => "063-555 30 40",
        "viva-fjallnas-sol" => "063-555 30 50",
        "lifecare-granliden-hsl" => "063-555 40 40",
        "lifecare-granliden-sol" => "063-555 40 50",
        "asgarden" => "063-555 50 40",
        "tjarn-sjukvard" => "063-555 80 40",
        "tjarn-habilitering" => "063-555 80 50",
        "folkbokforing" => "063-555 60 10",
        "hemplan-storsjo" => "063-555 20 60",
        "filfall-hemrehab" => "063-555 90 10",
        _ => "063-555 70 10",
    }
}
