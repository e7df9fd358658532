//! Records of today, of tomorrow, and nonsense.

use jiff::Timestamp;
use samsyn_domain::{
    access::Rights,
    identifier::PersonIdentifier,
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
    viewer::{Role, Viewer},
};
use serde_json::json;

use super::*;
use crate::port::audit_log::Stage;

fn logged(activity: Activity, details: Value) -> Logged {
    let viewer = Viewer {
        user_id: "p1".into(),
        name: "Åsa Exempel".into(),
        title: "leg. sjuksköterska".into(),
        role: Role::Nurse,
        organisation: OrganisationId::new("o"),
        organisation_name: "O".into(),
        provider: Provider { id: ProviderId::new("SE1"), kind: ProviderKind::Care },
        unit: Organisation { id: None, name: None },
        assignment: "a".into(),
        purpose: "Vård och behandling".into(),
        rights: Rights::default(),
        authorities: Vec::new(),
    };
    let record = AuditRecord {
        stage: Stage::Intent,
        intent: None,
        activity,
        at: Timestamp::UNIX_EPOCH,
        viewer: Some(viewer),
        patient: Some(PersonIdentifier::stated("189001019802").unwrap()),
        details,
    };
    Logged { index: 7, id: "r".into(), record }
}

#[test]
fn each_kind_of_record_is_its_act() {
    for (activity, details, expected) in [
        (Activity::Read, json!({ "active_choice": "own" }), Act::Overview),
        (Activity::Print, json!({ "active_choice": "own", "preset": "akutblad" }), Act::Print(Some("akutblad".into()))),
        (Activity::Emergency, json!({ "what": "register", "kind": "emergency" }), Act::Emergency),
        (Activity::Read, json!({ "what": "access-register" }), Act::Beside),
        (Activity::Read, json!({ "what": "follow-up" }), Act::FollowUp),
        (Activity::Write, json!({ "what": "write-follow-up" }), Act::FollowUp),
        (Activity::Write, json!({ "what": "register", "kind": "consent" }), Act::Registered(Some("consent".into()))),
        (Activity::Write, json!({ "what": "end" }), Act::Ended),
        (Activity::Read, json!({ "what": "review-look" }), Act::Reviewed),
        (Activity::Read, json!({ "what": "extract" }), Act::Extracted),
        (Activity::Refused, json!({ "what": "extract" }), Act::Refused),
        (Activity::Write, json!({ "what": "of next year" }), Act::Other),
        (Activity::Write, Value::Null, Act::Other),
    ] {
        assert_eq!(act(logged(activity, details.clone())).unwrap().act, expected, "{details}");
    }
}

#[test]
fn a_ground_is_granted_lacking_or_not_stated() {
    for (access, expected) in [
        (json!({ "granted": { "basis": "emergency", "registration": "x" } }), Ground::Granted(Basis::Emergency)),
        (json!({ "own": ["relation", "consent"] }), Ground::Lacking(vec![Missing::Relation, Missing::Consent])),
        (json!({ "granted": { "basis": "of next year" } }), Ground::NotStated),
        (Value::Null, Ground::NotStated),
        (json!("own"), Ground::NotStated),
    ] {
        assert_eq!(ground(&access), expected, "{access}");
    }
}

#[test]
fn an_outcome_says_what_each_source_gave_and_why_something_was_withheld() {
    let details = json!({
        "conclusion": "complete",
        "protected": true,
        "sources": [{ "source": "s1", "provider": "SE2", "late": true, "states": {
            "reported": ["alerts", "of-next-year"], "partial": ["plans"], "stated-none": ["contacts"],
            "nothing-held": ["services"], "withheld": ["medications", "documents"], "unanswered": ["care-limits"],
            "not-asked": ["consents"], "unsupported": ["covid-19"], "waiting": ["functional-status"],
        }, "withheld": { "role": ["medications"], "of-next-year": ["documents"] } }, { "no": "source" }],
        "resources": [
            { "source": "s1", "provider": "SE3", "unit": "E1", "sections": ["alerts"] },
            { "source": "s1", "provider": "SE3", "unit": "E1", "sections": ["alerts"] },
            { "source": "s1", "provider": "SE3", "units": 40, "sections": ["plans"] },
            { "source": "s1", "sections": ["alerts"] },
            3,
        ],
    });
    let outcome = outcome(&logged(Activity::Read, details));
    let told: Vec<_> = outcome.sources[0].sections.iter().map(|(section, told)| (section.name(), *told)).collect();
    assert_eq!(
        told,
        [
            ("alerts", Told::Shown),
            ("care-limits", Told::Failed),
            ("services", Told::Nothing),
            ("contacts", Told::Nothing),
            ("medications", Told::Withheld(Some(Withheld::Role))),
            ("functional-status", Told::Failed),
            ("plans", Told::Shown),
            ("consents", Told::NotAsked),
            ("documents", Told::Withheld(None)),
        ]
    );
    assert!(outcome.complete && outcome.sources.len() == 1 && outcome.sources[0].late);
    assert_eq!((outcome.resources.len(), outcome.is_protected()), (2, Some(true)));
    assert_eq!(outcome.resources.iter().map(|line| line.unit.as_deref()).collect::<Vec<_>>(), [Some("E1"), None]);
    assert_eq!(outcome.sections(|told| told == Told::Shown), [Section::Alerts, Section::Plans]);
}

#[test]
fn of_an_outcome_without_any_of_it_nothing_is_said() {
    let outcome = outcome(&logged(Activity::Read, json!({ "conclusion": { "aborted_after": 2 } })));
    assert!(!outcome.complete && outcome.sources.is_empty() && outcome.resources.is_empty());
    assert_eq!(outcome.is_protected(), None);
}

#[test]
fn what_was_reported_and_kept_from_the_reader_was_not_shown() {
    let source = json!({ "source": "s1", "states": { "reported": ["contacts", "alerts"] }, "withheld": { "protected-person": ["contacts"] } });
    let outcome = outcome(&logged(Activity::Read, json!({ "conclusion": "complete", "sources": [source] })));
    assert_eq!(outcome.sections(|told| told == Told::Shown), [Section::Alerts]);
    assert_eq!(outcome.is_protected(), Some(true));
}
