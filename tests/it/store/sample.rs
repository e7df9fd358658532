//! Records, sessions and patients to store. Numbers are from the official list of test numbers.

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    access::Rights,
    identifier::PersonIdentifier,
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
    viewer::{Role, Viewer},
};
use samsyn_service::port::{
    audit_log::{Activity, AuditRecord, Stage},
    sessions::StoredSession,
};
use serde_json::json;

/// The moment all cases start from.
pub fn noon() -> Timestamp {
    "2026-11-21T11:00:00.123456789Z".parse().unwrap()
}

/// Some minutes after noon.
pub fn after(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

pub fn patient() -> PersonIdentifier {
    PersonIdentifier::stated("189001019802").unwrap()
}

pub fn other_patient() -> PersonIdentifier {
    PersonIdentifier::stated("189001029819").unwrap()
}

pub fn viewer() -> Viewer {
    Viewer {
        user_id: "SE0000000000-NURSE1".into(),
        name: "Åsa Exempel".into(),
        title: "leg. sjuksköterska".into(),
        role: Role::Nurse,
        organisation: OrganisationId::new("storsjo"),
        organisation_name: "Storsjö kommun".into(),
        provider: Provider { id: ProviderId::new("SE0000000000-HSL"), kind: ProviderKind::Care },
        unit: Organisation { id: Some("SE0000000000-UNIT".into()), name: Some("Hemsjukvården".into()) },
        assignment: "assignment-1".into(),
        purpose: "Vård och behandling".into(),
        rights: Rights::default(),
        authorities: Vec::new(),
    }
}

/// An intent whose details carry a mark to find it by.
pub fn intent(mark: &str) -> AuditRecord {
    AuditRecord {
        stage: Stage::Intent,
        intent: None,
        activity: Activity::Read,
        at: noon(),
        viewer: Some(viewer()),
        patient: Some(patient()),
        details: json!({ "scope": "shared", "mark": mark, "asked": ["b", "a"] }),
    }
}

/// A session under a one-letter key.
pub fn session(letter: char, expires: Timestamp) -> StoredSession {
    StoredSession { key: letter.to_string().repeat(64), data: format!("{{\"who\":\"{letter}\"}}"), expires }
}
