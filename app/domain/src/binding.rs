//! An adapter tied to a source at the screen: what it is granted, with what it is set up, and which patients it is asked about.
//!
//! A binding is never changed. Another one of the same source has a number of its own; which of them is in use says the source's stage (`stage`).
//! Not here: secrets (kept sealed, by the number of the binding they came with), what the adapter asks for (`package`), sources that the
//! configuration file binds.
//! Invariant: a binding grants what it names and nothing else; what it was made of is told by two SHA-256, of the package and of its component.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    maintenance::Recurring,
    package::Described,
    section::{PERSON, Section},
    source::{LinkRule, OrganisationId, OrganisationInfo, ProviderId, Source, SourceId},
    vocabulary::ServiceKind,
};

/// Length of a system's name, a phone number or a contact, in characters.
pub const NAME_MAX_CHARS: usize = 80;
/// Between a source's id and the number of a binding, where the two stand together.
const NUMBERED: char = '@';

/// What an adapter is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// SHA-256 of the package, hex.
    pub package: String,
    /// SHA-256 of its component, hex.
    pub component: String,
    /// What the adapter says of itself.
    pub described: Described,
    /// Name of the system, on screen.
    pub system: String,
    /// The custodian; none for a platform of several providers.
    pub provider: Option<ProviderId>,
    /// When it is asked in the shared overview.
    pub link_rule: LinkRule,
    /// Its limit for an answer.
    pub answer_within_ms: u64,
    /// Lookups at the same time, where they differ from the default.
    pub lookups_at_once: Option<usize>,
    /// Memory of one lookup in MiB, where it differs from the default: adapters in Python need more.
    pub memory_mib: Option<usize>,
    /// Whom to call when it is silent.
    pub phone: Option<String>,
    /// Where errors in its information are reported.
    pub contact: Option<String>,
    /// When it is left alone, again and again.
    pub maintenance: Vec<Recurring>,
    /// By key.
    pub settings: BTreeMap<String, String>,
    /// Where it may go.
    pub origins: Vec<GrantedOrigin>,
    /// What is added to its requests.
    pub credentials: Vec<GrantedCredential>,
    /// The source that a trial is compared with while this one is not in use itself.
    pub compared_with: Option<SourceId>,
}

/// An origin that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedOrigin {
    /// The adapter's name for it.
    pub alias: String,
    /// Base URL; nothing outside it is reached.
    pub base_url: String,
    /// Methods.
    pub methods: Vec<String>,
    /// Private address ranges it may resolve to. None: public addresses only.
    pub address_ranges: Vec<String>,
    /// Certificate authority, PEM.
    pub ca_pem: Option<String>,
}

/// A credential that was granted, without its secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedCredential {
    /// The adapter's name for it.
    pub slot: String,
    /// Kind, as in the configuration file.
    pub kind: String,
    /// Number of the binding that its secret came with.
    pub secret: u32,
    /// Name of the header.
    pub header: Option<String>,
    /// User name.
    pub user: Option<String>,
    /// The token endpoint.
    pub token_url: Option<String>,
    /// Client id.
    pub client_id: Option<String>,
    /// Scope.
    pub scope: Option<String>,
    /// Key id in an assertion's header.
    pub key_id: Option<String>,
    /// The certificate chain, PEM.
    pub certificate_pem: Option<String>,
}

impl Binding {
    /// What the portal knows of the source before asking it.
    pub fn source(&self, id: &SourceId, organisation: &OrganisationInfo) -> Source {
        let says = |name: &str| self.described.sections.iter().any(|one| one == name);
        let sections: Vec<Section> = Section::ALL.into_iter().filter(|section| says(section.name())).collect();
        let kinds = || self.described.service_kinds.iter().map(|kind| ServiceKind::read(kind)).collect();
        let identifiers = self.described.identifier_kinds.iter();
        Source {
            id: id.clone(),
            system: self.system.clone(),
            adapter: self.described.id.clone(),
            organisation: organisation.id.clone(),
            organisation_name: organisation.name.clone(),
            provider: self
                .provider
                .as_ref()
                .and_then(|id| organisation.providers.iter().find(|provider| provider.id == *id))
                .cloned(),
            answers_person: says(PERSON),
            service_kinds: if sections.contains(&Section::Services) { kinds() } else { Vec::new() },
            sections,
            identifier_kinds: identifiers
                .filter_map(|kind| serde_json::from_value(serde_json::Value::from(kind.as_str())).ok())
                .collect(),
            link_rule: self.link_rule,
            answer_within: Duration::from_millis(self.answer_within_ms),
            maintenance: self.maintenance.clone(),
            phone: self.phone.clone().or_else(|| organisation.phone.clone()),
            contact: self.contact.clone(),
        }
    }
}

/// One binding of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingVersion {
    /// Which source.
    pub source: SourceId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// 1, 2, 3 … for each source.
    pub number: u32,
    /// What was granted.
    pub binding: Binding,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Registrar,
}

/// What a binding of a source is called where it runs: another binding is another, so that what began on one ends on it.
pub fn running_as(source: &SourceId, number: u32) -> SourceId {
    SourceId::new(format!("{source}{NUMBERED}{number}"))
}

/// The source and number of a name that [`running_as`] gave.
pub fn bound_as(name: &SourceId) -> Option<(SourceId, u32)> {
    let (source, number) = name.as_str().rsplit_once(NUMBERED)?;
    Some((SourceId::new(source), number.parse().ok()?))
}

/// Something in a binding that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field of the form, e.g. `origin.api.base_url`.
    pub field: String,
    /// What is wrong.
    pub why: Wrong,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It has to be filled in.
    Missing,
    /// It is longer than this.
    TooLong(usize),
    /// It is no address, or one without https.
    Address,
    /// It is no address range.
    Range,
    /// It leads to a private network, and no range permits that.
    Private,
    /// It is no number from the first to the second.
    Number(u64, u64),
    /// It lies outside the private networks that whoever operates the portal permits.
    NotPermitted,
    /// It goes somewhere else than before, or in another way: it has to be typed again.
    Again,
    /// It is none of the choices.
    Choice,
    /// It is no time of day.
    Time,
    /// Something else, in the host's words, in English.
    Detail(String),
}

impl Fault {
    /// A fault of a field.
    pub fn of(field: impl Into<String>, why: Wrong) -> Self {
        Self { field: field.into(), why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_has_a_name_of_its_own_where_it_runs() {
        let source = SourceId::new("viva@storsjo-1a2b");
        assert_eq!(bound_as(&running_as(&source, 12)), Some((source.clone(), 12)));
        assert_ne!(running_as(&source, 1), running_as(&source, 2));
        for none in ["viva", "viva@", "viva@x"] {
            assert_eq!(bound_as(&SourceId::new(none)), None, "{none}");
        }
    }
}
