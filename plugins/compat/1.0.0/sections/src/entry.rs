//! One entry of each kind, whole.

use crate::{
    bindings::samsyn::adapter::{
        sink::{
            self, Absence, Alert, CareLimit, Consent, Contact, Document, FunctionalAssessment, Infection, Life,
            Medication, PersonDetails, Plan, Service, ServiceEvent, ServicePhase, Substitute, Vaccination,
        },
        types::Identifier,
    },
    part::{actor, concept, openings, phones, provenance, provider, text, unit},
};

/// Pushes through every function of the sink.
pub fn push_all(patient: &Identifier) {
    sink::person(&person(patient));
    sink::care_limits(&[care_limit(patient)]);
    sink::consents(&[consent(patient)]);
    sink::contacts(&[contact(patient)]);
    sink::vaccinations(&[vaccination(patient)]);
    sink::infections(&[infection(patient)]);
    let phases = [ServicePhase::Planned, ServicePhase::Ongoing, ServicePhase::Ended, ServicePhase::Unknown];
    sink::services(&phases.map(|phase| service(patient, phase)));
    sink::alerts(&[alert(patient)]);
    sink::plans(&[plan(patient)]);
    sink::functional_status(&[assessment(patient)]);
    sink::medications(&[medication(patient)]);
    sink::documents(&[document(patient)]);
}

fn person(patient: &Identifier) -> PersonDetails {
    PersonDetails {
        identifier: patient.clone(),
        given_name: text("Tolvan"),
        family_name: text("Tolvansson"),
        birth_date: text("1912-12-12"),
        sex: text("male"),
        protection: text("confidentiality-mark"),
        life: Life::Deceased(text("2026-11-19")),
        interpreter_language: text("arabiska"),
        communication_need: text("hör dåligt"),
        provenance: provenance("person", patient),
    }
}

fn care_limit(patient: &Identifier) -> CareLimit {
    CareLimit {
        text: "Ej HLR".to_owned(),
        nature: "withhold".to_owned(),
        measures: vec![concept("HLR")],
        grounds: text("grund"),
        author_kind: "physician".to_owned(),
        decided_by: Some(actor()),
        consulted: vec![actor()],
        patient_attitude: text("samtycker"),
        relatives_attitude: text("informerade"),
        decided: text("2026-10-01"),
        valid_from: text("2026-10-01"),
        valid_to: text("2027-10-01"),
        reassessed: text("2026-11-01"),
        phase: "current".to_owned(),
        decision_id: text("beslut-1"),
        provenance: provenance("care-limit", patient),
    }
}

fn consent(patient: &Identifier) -> Consent {
    Consent {
        kind: "sip".to_owned(),
        status: "active".to_owned(),
        text: text("samtycke till SIP"),
        given_to: vec![provider()],
        given_by: "patient".to_owned(),
        valid_from: text("2026"),
        valid_to: text("2027-01"),
        provenance: provenance("consent", patient),
    }
}

fn contact(patient: &Identifier) -> Contact {
    Contact {
        kind: "next-of-kin".to_owned(),
        name: text("Ina Modig"),
        role: text("dotter"),
        unit: Some(unit()),
        order: Some(1),
        may_be_informed: Some(true),
        call_at_night: Some(false),
        openings: openings(),
        absent: Some(Absence { from: "2026-12-01".to_owned(), to: text("2026-12-08") }),
        substitute: Some(Substitute { name: text("Olle Modig"), role: text("son"), phones: phones() }),
        phones: phones(),
        note: text("ring på mobilen"),
        valid_from: text("2025"),
        valid_to: text("2027"),
        provenance: provenance("contact", patient),
    }
}

fn vaccination(patient: &Identifier) -> Vaccination {
    Vaccination {
        target_diseases: vec![concept("covid-19")],
        vaccine: Some(concept("Comirnaty")),
        batch: text("AB1234"),
        date: text("2026-10-10"),
        dose_number: Some(3),
        prescribed_doses: Some(4),
        dose_complete: Some(true),
        unique_reference: text("ref-1"),
        note: text("vänster arm"),
        performer: Some(actor()),
        provenance: provenance("vaccination", patient),
    }
}

fn infection(patient: &Identifier) -> Infection {
    Infection {
        what: concept("Covid-19"),
        certainty: "confirmed".to_owned(),
        method: text("PCR"),
        date: text("2026-11-15"),
        ended: text("2026-11-19"),
        ongoing: Some(false),
        precautions: text("eget rum"),
        provenance: provenance("infection", patient),
    }
}

fn service(patient: &Identifier, phase: ServicePhase) -> Service {
    let id = format!("service-{phase:?}");
    Service {
        kind: "home-care".to_owned(),
        phase,
        text: text("dusch två gånger i veckan"),
        started: text("2026-03-01"),
        ended: text("2026-12-31"),
        last_noted: text("2026-11-19T08:10"),
        events: vec![ServiceEvent {
            kind: "visit".to_owned(),
            at: "2026-11-19T08:10".to_owned(),
            text: text("som planerat"),
        }],
        unit: Some(unit()),
        phones: phones(),
        provenance: provenance(&id, patient),
    }
}

fn alert(patient: &Identifier) -> Alert {
    Alert {
        kind: "hypersensitivity".to_owned(),
        text: "Penicillin".to_owned(),
        severity: text("life-threatening"),
        certainty: text("confirmed"),
        agent: Some(concept("Penicillin")),
        label: Some(concept("Överkänslighet")),
        comment: text("anafylaxi 2011"),
        noted: text("2011"),
        valid_from: text("2011-05"),
        valid_to: text("2030"),
        provenance: provenance("alert", patient),
    }
}

fn plan(patient: &Identifier) -> Plan {
    Plan {
        kind: "crisis-plan".to_owned(),
        title: "Krisplan".to_owned(),
        instruction: text("Ring dottern först"),
        text: text("hela planen"),
        phase: "active".to_owned(),
        responsible: Some(actor()),
        participants: vec![provider(), unit()],
        decided: text("2026-01-02"),
        valid_from: text("2026-01-02"),
        valid_to: text("2027-01-02"),
        next_follow_up: text("2026-12-15"),
        provenance: provenance("plan", patient),
    }
}

fn assessment(patient: &Identifier) -> FunctionalAssessment {
    FunctionalAssessment {
        what: concept("Förflyttning"),
        assessment: "går med rollator".to_owned(),
        level: text("partly-dependent"),
        assessed: text("2026-09-09"),
        provenance: provenance("assessment", patient),
    }
}

fn medication(patient: &Identifier) -> Medication {
    Medication {
        drug: concept("Alvedon 500 mg"),
        dosage: text("1 + 0 + 1 + 0"),
        dose_dispensed: Some(true),
        separate_instruction: text("enligt särskild ordination"),
        handled_by: text("hemsjukvården"),
        phase: "current".to_owned(),
        as_needed: Some(false),
        indication: text("smärta"),
        started: text("2026-02"),
        ended: text("2026-12"),
        provenance: provenance("medication", patient),
    }
}

fn document(patient: &Identifier) -> Document {
    Document {
        kind: concept("Anteckning"),
        title: "Besök".to_owned(),
        date: text("2026-11-18"),
        unit: Some(unit()),
        text: text("Mår bra."),
        media_type: text("application/pdf"),
        provenance: provenance("document", patient),
    }
}
