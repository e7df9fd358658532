//! The entries of each section, as a source states them after the host has validated them.
//!
//! Field by field the records of `wit/sink.wit`; the reasons for each field stand there. Not here: what is shown to
//! whom (`access`), in which order (`merge`).
//! Invariant: nothing here is derived. A field the source lacks is `None`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    identifier::Identifier,
    provenance::{Actor, Concept, Organisation, Provenance},
    section::Section,
    time::When,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};

/// Day of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of the days say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A weekly opening; see `types.opening`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Days it applies to.
    pub days: Vec<Weekday>,
    /// Local start `HH:MM`; none is midnight.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Local end `HH:MM`; none is midnight. Before the start: past midnight.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As dialled.
    pub number: String,
    /// When answered; empty is not stated.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub openings: Vec<Opening>,
    /// e.g. `växel`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Not to be given to patients or relatives.
    #[serde(default)]
    pub staff_only: bool,
}

/// Whether the person lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Life {
    /// Alive, says the source.
    Alive,
    /// Deceased, at this time if stated.
    Deceased {
        /// When.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at: Option<When>,
    },
    /// The source does not say.
    NotStated,
}

/// What one source says of who the person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.person-details`")]
pub struct PersonDetails {
    #[serde(skip_serializing, default = "Identifier::unknown")]
    pub identifier: Identifier,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<When>,
    pub sex: Option<Sex>,
    pub protection: Option<Protection>,
    pub life: Life,
    pub interpreter_language: Option<String>,
    pub communication_need: Option<String>,
    pub provenance: Provenance,
}

/// A care limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.care-limit`")]
pub struct CareLimit {
    pub text: String,
    pub nature: LimitNature,
    pub measures: Vec<Concept>,
    pub grounds: Option<String>,
    pub author_kind: AuthorKind,
    pub decided_by: Option<Actor>,
    pub consulted: Vec<Actor>,
    pub patient_attitude: Option<String>,
    pub relatives_attitude: Option<String>,
    pub decided: Option<When>,
    pub valid_from: Option<When>,
    pub valid_to: Option<When>,
    pub reassessed: Option<When>,
    pub phase: Phase,
    pub decision_id: Option<String>,
    pub provenance: Provenance,
}

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.consent`")]
pub struct Consent {
    pub kind: ConsentKind,
    pub status: ConsentStatus,
    pub text: Option<String>,
    pub given_to: Vec<Organisation>,
    pub given_by: ConsentGiver,
    pub valid_from: Option<When>,
    pub valid_to: Option<When>,
    pub provenance: Provenance,
}

/// When somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// From.
    pub from: When,
    /// To; none is until further notice.
    pub to: Option<When>,
}

/// Who stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.substitute`")]
pub struct Substitute {
    pub name: Option<String>,
    pub role: Option<String>,
    pub phones: Vec<Phone>,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.contact`")]
pub struct Contact {
    pub kind: ContactKind,
    /// This very person has protected personal data: the extension `protection` of the contract.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub protection: Option<Protection>,
    pub name: Option<String>,
    pub role: Option<String>,
    pub unit: Option<Organisation>,
    pub order: Option<u32>,
    pub may_be_informed: Option<bool>,
    pub call_at_night: Option<bool>,
    pub openings: Vec<Opening>,
    pub absent: Option<Absence>,
    pub substitute: Option<Substitute>,
    pub phones: Vec<Phone>,
    pub note: Option<String>,
    pub valid_from: Option<When>,
    pub valid_to: Option<When>,
    pub provenance: Provenance,
}

/// A dose given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.vaccination`")]
pub struct Vaccination {
    pub target_diseases: Vec<Concept>,
    pub vaccine: Option<Concept>,
    pub batch: Option<String>,
    pub date: Option<When>,
    pub dose_number: Option<u32>,
    pub prescribed_doses: Option<u32>,
    pub dose_complete: Option<bool>,
    pub unique_reference: Option<String>,
    pub note: Option<String>,
    pub performer: Option<Actor>,
    pub provenance: Provenance,
}

/// An infection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.infection`")]
pub struct Infection {
    pub what: Concept,
    pub certainty: InfectionCertainty,
    pub method: Option<String>,
    pub date: Option<When>,
    pub ended: Option<When>,
    pub ongoing: Option<bool>,
    pub precautions: Option<String>,
    pub provenance: Provenance,
}

/// Something that happened within a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.service-event`")]
pub struct ServiceEvent {
    pub kind: EventKind,
    pub at: When,
    pub text: Option<String>,
}

/// An active service: what lights a badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.service`")]
pub struct Service {
    pub kind: ServiceKind,
    pub phase: ServicePhase,
    pub text: Option<String>,
    pub started: Option<When>,
    pub ended: Option<When>,
    pub last_noted: Option<When>,
    pub events: Vec<ServiceEvent>,
    pub unit: Option<Organisation>,
    pub phones: Vec<Phone>,
    pub provenance: Provenance,
}

/// Alert information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.alert`")]
pub struct Alert {
    pub kind: AlertKind,
    pub text: String,
    pub severity: Option<Severity>,
    pub certainty: Option<Certainty>,
    pub agent: Option<Concept>,
    pub label: Option<Concept>,
    pub comment: Option<String>,
    pub noted: Option<When>,
    pub valid_from: Option<When>,
    pub valid_to: Option<When>,
    pub provenance: Provenance,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.plan`")]
pub struct Plan {
    pub kind: PlanKind,
    pub title: String,
    pub instruction: Option<String>,
    pub text: Option<String>,
    pub phase: Phase,
    pub responsible: Option<Actor>,
    pub participants: Vec<Organisation>,
    pub decided: Option<When>,
    pub valid_from: Option<When>,
    pub valid_to: Option<When>,
    pub next_follow_up: Option<When>,
    pub provenance: Provenance,
}

/// One assessed ability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.functional-assessment`")]
pub struct FunctionalAssessment {
    pub what: Concept,
    pub assessment: String,
    pub level: Option<AbilityLevel>,
    pub assessed: Option<When>,
    pub provenance: Provenance,
}

/// A medicine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.medication`")]
pub struct Medication {
    pub drug: Concept,
    pub dosage: Option<String>,
    pub dose_dispensed: Option<bool>,
    pub separate_instruction: Option<String>,
    pub handled_by: Option<String>,
    pub phase: Phase,
    pub as_needed: Option<bool>,
    pub indication: Option<String>,
    pub started: Option<When>,
    pub ended: Option<When>,
    pub provenance: Provenance,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field `sink.document`")]
pub struct Document {
    pub kind: Concept,
    pub title: String,
    pub date: Option<When>,
    pub unit: Option<Organisation>,
    pub text: Option<String>,
    pub media_type: Option<String>,
    pub provenance: Provenance,
}

/// Any entry of any section. Shared, because the overview is put together again whenever an answer arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "one case per entry type above")]
pub enum Entry {
    Alert(Arc<Alert>),
    CareLimit(Arc<CareLimit>),
    Service(Arc<Service>),
    Contact(Arc<Contact>),
    Medication(Arc<Medication>),
    FunctionalAssessment(Arc<FunctionalAssessment>),
    Plan(Arc<Plan>),
    Vaccination(Arc<Vaccination>),
    Infection(Arc<Infection>),
    Consent(Arc<Consent>),
    Document(Arc<Document>),
}

impl Entry {
    /// The section this entry belongs to.
    pub const fn section(&self) -> Section {
        match self {
            Self::Alert(_) => Section::Alerts,
            Self::CareLimit(_) => Section::CareLimits,
            Self::Service(_) => Section::Services,
            Self::Contact(_) => Section::Contacts,
            Self::Medication(_) => Section::Medications,
            Self::FunctionalAssessment(_) => Section::FunctionalStatus,
            Self::Plan(_) => Section::Plans,
            Self::Vaccination(_) | Self::Infection(_) => Section::Covid19,
            Self::Consent(_) => Section::Consents,
            Self::Document(_) => Section::Documents,
        }
    }

    /// Where the entry comes from.
    pub fn provenance(&self) -> &Provenance {
        match self {
            Self::Alert(entry) => &entry.provenance,
            Self::CareLimit(entry) => &entry.provenance,
            Self::Service(entry) => &entry.provenance,
            Self::Contact(entry) => &entry.provenance,
            Self::Medication(entry) => &entry.provenance,
            Self::FunctionalAssessment(entry) => &entry.provenance,
            Self::Plan(entry) => &entry.provenance,
            Self::Vaccination(entry) => &entry.provenance,
            Self::Infection(entry) => &entry.provenance,
            Self::Consent(entry) => &entry.provenance,
            Self::Document(entry) => &entry.provenance,
        }
    }

    /// Where the entry comes from, to be completed by the host (absolute link) or a builder.
    pub fn provenance_mut(&mut self) -> &mut Provenance {
        match self {
            Self::Alert(entry) => &mut Arc::make_mut(entry).provenance,
            Self::CareLimit(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Service(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Contact(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Medication(entry) => &mut Arc::make_mut(entry).provenance,
            Self::FunctionalAssessment(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Plan(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Vaccination(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Infection(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Consent(entry) => &mut Arc::make_mut(entry).provenance,
            Self::Document(entry) => &mut Arc::make_mut(entry).provenance,
        }
    }
}
