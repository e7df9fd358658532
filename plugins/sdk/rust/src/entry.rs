//! The records of the contract with everything left out that a source may lack.
//!
//! `new` takes what a record cannot be without; add the rest by struct update:
//! `Service { text, started, ..Service::new("home-care", ServicePhase::Ongoing, provenance) }`.
//! Not here: what a field means (`wit/reference.md`).
//! Invariant: what is left out says "not stated" or "unknown", never more.

use crate::{
    sink::{
        Alert, CareLimit, Consent, Contact, Document, FunctionalAssessment, Infection, Life, Medication, PersonDetails,
        Plan, Service, ServiceEvent, ServicePhase, Substitute, Vaccination,
    },
    types::{
        Actor, Coding, Concept, Extension, Failure, FailureKind, Identifier, Organisation, Phone, Provenance, Signing,
    },
};

/// Word of a phase, an author or a giver that the source does not state.
const UNKNOWN: &str = "unknown";

impl Identifier {
    /// A number in a system.
    pub fn new(system: impl Into<String>, value: impl Into<String>) -> Self {
        Self { system: system.into(), value: value.into() }
    }

    /// A personnummer.
    pub fn personal_number(value: impl Into<String>) -> Self {
        Self::new("urn:oid:1.2.752.129.2.1.3.1", value)
    }
}

impl Organisation {
    /// A unit or provider as the source states it.
    pub const fn new(id: Option<String>, name: Option<String>) -> Self {
        Self { id, name }
    }
}

impl Actor {
    /// A person by name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), role: None, id: None, unit: None }
    }
}

impl Concept {
    /// The source's own words, without a code.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), codings: Vec::new() }
    }

    /// The source's own words and its code.
    pub fn coded(text: impl Into<String>, system: impl Into<String>, code: impl Into<String>) -> Self {
        let coding = Coding { system: system.into(), code: code.into(), display: None };
        Self { text: text.into(), codings: vec![coding] }
    }
}

impl Phone {
    /// A number that may be given to anybody.
    pub fn new(number: impl Into<String>) -> Self {
        Self { number: number.into(), openings: Vec::new(), note: None, staff_only: false }
    }
}

impl Extension {
    /// A registered extra fact.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

impl Failure {
    /// A failure of the whole lookup. `message` is for the administrator and holds no patient data.
    pub fn new(kind: FailureKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into(), retry_after_ms: None }
    }

    /// The source does not know the person.
    pub fn patient_unknown() -> Self {
        Self::new(FailureKind::PatientUnknown, "unknown", "the source does not know the person")
    }
}

impl Provenance {
    /// A record with this id. Add the patient **that the record itself names**, the provider and the unit; without them the
    /// portal withholds the entry.
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
}

impl PersonDetails {
    /// The person the source answered for.
    pub const fn new(identifier: Identifier, provenance: Provenance) -> Self {
        Self {
            identifier,
            given_name: None,
            family_name: None,
            birth_date: None,
            sex: None,
            protection: None,
            life: Life::NotStated,
            interpreter_language: None,
            communication_need: None,
            provenance,
        }
    }
}

impl CareLimit {
    /// A position in the source's own words, of a nature such as `withhold`.
    pub fn new(text: impl Into<String>, nature: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            text: text.into(),
            nature: nature.into(),
            measures: Vec::new(),
            grounds: None,
            author_kind: UNKNOWN.to_owned(),
            decided_by: None,
            consulted: Vec::new(),
            patient_attitude: None,
            relatives_attitude: None,
            decided: None,
            valid_from: None,
            valid_to: None,
            reassessed: None,
            phase: UNKNOWN.to_owned(),
            decision_id: None,
            provenance,
        }
    }
}

impl Consent {
    /// A consent of a kind such as `shared-record`, with a status such as `active`.
    pub fn new(kind: impl Into<String>, status: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            kind: kind.into(),
            status: status.into(),
            text: None,
            given_to: Vec::new(),
            given_by: UNKNOWN.to_owned(),
            valid_from: None,
            valid_to: None,
            provenance,
        }
    }
}

impl Substitute {
    /// Somebody who stands in.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), role: None, phones: Vec::new() }
    }
}

impl Contact {
    /// Somebody to call, of a kind such as `next-of-kin`.
    pub fn new(kind: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            kind: kind.into(),
            name: None,
            role: None,
            unit: None,
            order: None,
            may_be_informed: None,
            call_at_night: None,
            openings: Vec::new(),
            absent: None,
            substitute: None,
            phones: Vec::new(),
            note: None,
            valid_from: None,
            valid_to: None,
            provenance,
        }
    }
}

impl Vaccination {
    /// A dose of which nothing more is known.
    pub const fn new(provenance: Provenance) -> Self {
        Self {
            target_diseases: Vec::new(),
            vaccine: None,
            batch: None,
            date: None,
            dose_number: None,
            prescribed_doses: None,
            dose_complete: None,
            unique_reference: None,
            note: None,
            performer: None,
            provenance,
        }
    }
}

impl Infection {
    /// An infection with a certainty such as `confirmed`.
    pub fn new(what: Concept, certainty: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            what,
            certainty: certainty.into(),
            method: None,
            date: None,
            ended: None,
            ongoing: None,
            precautions: None,
            provenance,
        }
    }
}

impl ServiceEvent {
    /// Something of a kind such as `visit`, at a time.
    pub fn new(kind: impl Into<String>, at: impl Into<String>) -> Self {
        Self { kind: kind.into(), at: at.into(), text: None }
    }
}

impl Service {
    /// A service of a kind such as `home-care`.
    pub fn new(kind: impl Into<String>, phase: ServicePhase, provenance: Provenance) -> Self {
        Self {
            kind: kind.into(),
            phase,
            text: None,
            started: None,
            ended: None,
            last_noted: None,
            events: Vec::new(),
            unit: None,
            phones: Vec::new(),
            provenance,
        }
    }
}

impl Alert {
    /// An alert of a kind such as `hypersensitivity`, in the source's own words.
    pub fn new(kind: impl Into<String>, text: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            kind: kind.into(),
            text: text.into(),
            severity: None,
            certainty: None,
            agent: None,
            label: None,
            comment: None,
            noted: None,
            valid_from: None,
            valid_to: None,
            provenance,
        }
    }
}

impl Plan {
    /// A plan of a kind such as `sip`.
    pub fn new(kind: impl Into<String>, title: impl Into<String>, provenance: Provenance) -> Self {
        Self {
            kind: kind.into(),
            title: title.into(),
            instruction: None,
            text: None,
            phase: UNKNOWN.to_owned(),
            responsible: None,
            participants: Vec::new(),
            decided: None,
            valid_from: None,
            valid_to: None,
            next_follow_up: None,
            provenance,
        }
    }
}

impl FunctionalAssessment {
    /// An ability and the source's own words about it.
    pub fn new(what: Concept, assessment: impl Into<String>, provenance: Provenance) -> Self {
        Self { what, assessment: assessment.into(), level: None, assessed: None, provenance }
    }
}

impl Medication {
    /// A medicine.
    pub fn new(drug: Concept, provenance: Provenance) -> Self {
        Self {
            drug,
            dosage: None,
            dose_dispensed: None,
            separate_instruction: None,
            handled_by: None,
            phase: UNKNOWN.to_owned(),
            as_needed: None,
            indication: None,
            started: None,
            ended: None,
            provenance,
        }
    }
}

impl Document {
    /// A document of a kind, with a title.
    pub fn new(kind: Concept, title: impl Into<String>, provenance: Provenance) -> Self {
        Self { kind, title: title.into(), date: None, unit: None, text: None, media_type: None, provenance }
    }
}
