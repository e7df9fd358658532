//! The host as an adapter sees it: one trait, so that the same adapter runs in the sandbox, in a test and in a benchmark.
//!
//! [`Sandbox`] calls the contract's imports; [`crate::rehearsal::Rehearsal`] answers from a closure and keeps what was pushed.
//! Not here: bookkeeping of statuses ([`crate::answers`]).
//! Invariant: an adapter reaches the world through this trait only, so the same query and replies give the same answer.

use crate::{http, keys, log, settings, sink, types};

/// Entries of one section, as they are pushed.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "one case per function of `sink`")]
pub enum Entries {
    Person(Box<sink::PersonDetails>),
    CareLimits(Vec<sink::CareLimit>),
    Consents(Vec<sink::Consent>),
    Contacts(Vec<sink::Contact>),
    Vaccinations(Vec<sink::Vaccination>),
    Infections(Vec<sink::Infection>),
    Services(Vec<sink::Service>),
    Alerts(Vec<sink::Alert>),
    Plans(Vec<sink::Plan>),
    FunctionalStatus(Vec<sink::FunctionalAssessment>),
    Medications(Vec<sink::Medication>),
    Documents(Vec<sink::Document>),
}

impl Entries {
    /// The section the entries belong to.
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::CareLimits(_) => "care-limits",
            Self::Consents(_) => "consents",
            Self::Contacts(_) => "contacts",
            Self::Vaccinations(_) | Self::Infections(_) => "covid-19",
            Self::Services(_) => "services",
            Self::Alerts(_) => "alerts",
            Self::Plans(_) => "plans",
            Self::FunctionalStatus(_) => "functional-status",
            Self::Medications(_) => "medications",
            Self::Documents(_) => "documents",
        }
    }

    /// How many.
    pub const fn len(&self) -> usize {
        match self {
            Self::Person(_) => 1,
            Self::CareLimits(items) => items.len(),
            Self::Consents(items) => items.len(),
            Self::Contacts(items) => items.len(),
            Self::Vaccinations(items) => items.len(),
            Self::Infections(items) => items.len(),
            Self::Services(items) => items.len(),
            Self::Alerts(items) => items.len(),
            Self::Plans(items) => items.len(),
            Self::FunctionalStatus(items) => items.len(),
            Self::Medications(items) => items.len(),
            Self::Documents(items) => items.len(),
        }
    }

    /// Whether there is nothing to push.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Makes [`Entries`] from the list of one entry type, so that `answers.push(list)` needs no name of the section.
macro_rules! entries_from {
    ($($case:ident: $record:ident),+ $(,)?) => {
        $(impl From<Vec<sink::$record>> for Entries {
            fn from(items: Vec<sink::$record>) -> Self {
                Self::$case(items)
            }
        })+
    };
}
entries_from! {
    CareLimits: CareLimit, Consents: Consent, Contacts: Contact, Vaccinations: Vaccination, Infections: Infection,
    Services: Service, Alerts: Alert, Plans: Plan, FunctionalStatus: FunctionalAssessment, Medications: Medication,
    Documents: Document,
}

impl From<sink::PersonDetails> for Entries {
    fn from(person: sink::PersonDetails) -> Self {
        Self::Person(Box::new(person))
    }
}

/// What the contract's imports offer.
pub trait Host {
    /// Sends one request.
    fn send(&mut self, request: &http::Request) -> Result<http::Response, http::Error>;

    /// Sends several at once; results keep the order.
    fn send_all(&mut self, requests: &[http::Request]) -> Vec<Result<http::Response, http::Error>>;

    /// A setting of this source; none when left out or blank.
    fn setting(&self, key: &str) -> Option<String>;

    /// HMAC-SHA-256 under the secret of a credential slot.
    fn hmac_sha256(&mut self, slot: &str, data: &[u8]) -> Result<Vec<u8>, String>;

    /// A log line without patient data.
    fn log(&mut self, level: log::Level, message: &str);

    /// Pushes entries. Adapters use [`crate::answers::Answers::push`], which keeps count.
    fn push(&mut self, entries: Entries);

    /// Pushes a status. Adapters use [`crate::answers::Answers::finish`], which gives exactly one per section.
    fn status(&mut self, section: &str, status: &types::SectionStatus);
}

/// The real host, through the contract's imports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

impl Host for Sandbox {
    fn send(&mut self, request: &http::Request) -> Result<http::Response, http::Error> {
        http::send(request)
    }

    fn send_all(&mut self, requests: &[http::Request]) -> Vec<Result<http::Response, http::Error>> {
        http::send_all(requests)
    }

    fn setting(&self, key: &str) -> Option<String> {
        settings::get(key).filter(|value| !value.trim().is_empty())
    }

    fn hmac_sha256(&mut self, slot: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        keys::hmac_sha256(slot, data)
    }

    fn log(&mut self, level: log::Level, message: &str) {
        log::log(level, message);
    }

    fn push(&mut self, entries: Entries) {
        match entries {
            Entries::Person(person) => sink::person(&person),
            Entries::CareLimits(items) => sink::care_limits(&items),
            Entries::Consents(items) => sink::consents(&items),
            Entries::Contacts(items) => sink::contacts(&items),
            Entries::Vaccinations(items) => sink::vaccinations(&items),
            Entries::Infections(items) => sink::infections(&items),
            Entries::Services(items) => sink::services(&items),
            Entries::Alerts(items) => sink::alerts(&items),
            Entries::Plans(items) => sink::plans(&items),
            Entries::FunctionalStatus(items) => sink::functional_status(&items),
            Entries::Medications(items) => sink::medications(&items),
            Entries::Documents(items) => sink::documents(&items),
        }
    }

    fn status(&mut self, section: &str, status: &types::SectionStatus) {
        sink::status(section, status);
    }
}
