//! Every shape of this room written and read; records of tomorrow, and nonsense.

use jiff::Timestamp;
use samsyn_domain::{
    access::{Reason, Receiver, Registrar, Registration, Rights, Stated},
    identifier::PersonIdentifier,
    logged::{Became, Told, Why},
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderId, ProviderKind, SourceId},
    state::{Unanswered, Withheld},
    viewer::{Role, Viewer},
};
use serde_json::json;

use super::*;
use crate::record::{
    Deed, Policy,
    session::{EndedBy, Event, Refused},
    start::Configuration,
};

fn viewer() -> Viewer {
    Viewer {
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
    }
}

fn record(activity: Activity, details: Value) -> AuditRecord {
    let patient = PersonIdentifier::stated("189001019802").unwrap();
    AuditRecord::intent(activity, &viewer(), Some(&patient), Timestamp::UNIX_EPOCH, details)
}

fn logged(activity: Activity, details: Value) -> Logged {
    Logged { index: 7, id: "r".into(), record: record(activity, details) }
}

fn registration(kind: Kind, sections: Vec<Section>, reason: Option<Reason>) -> Registration {
    let mut new = Registration {
        id: "1".into(),
        kind,
        patient: PersonIdentifier::stated("189001019802").unwrap(),
        receiver: Receiver { provider: ProviderId::new("SE1"), unit: None, employee: None },
        period: samsyn_domain::access::Period { from: Timestamp::UNIX_EPOCH, to: None },
        stated: Stated::default(),
        registered_at: Timestamp::UNIX_EPOCH,
        registered_by: Registrar::from(&viewer()),
        ended: None,
    };
    (new.stated.sections, new.stated.reason) = (sections, reason);
    new
}

/// What a deed is read back as. Without a case for everybody, a new one does not compile.
fn expected(deed: &Deed<'_>) -> Act {
    match deed {
        Deed::AccessRegister => Act::Beside(Beside::AccessRegister),
        Deed::BlockedUnits => Act::Beside(Beside::BlockedUnits),
        Deed::RelationProof { .. } => Act::Beside(Beside::RelationProof),
        Deed::Person { .. } => Act::Beside(Beside::Person),
        Deed::FollowUp { .. } | Deed::WriteFollowUp { .. } => Act::FollowUp,
        // By its activity: see below.
        Deed::Register(_) => Act::Registered(Some("consent".into())),
        Deed::End { .. } => Act::Ended(Some("relation".into())),
        Deed::Extend { .. } => Act::Emergency(Urgent::Extended),
        Deed::LiftRequest { .. } => Act::AskedToLift,
        Deed::Report { .. } => Act::Reported,
        Deed::RoleMatrix { .. }
        | Deed::Enablement { .. }
        | Deed::GoLive { .. }
        | Deed::Unit { .. }
        | Deed::Notice { .. }
        | Deed::Feedback { .. }
        | Deed::ReportStep { .. }
        | Deed::SourceStage { .. }
        | Deed::SourceBinding { .. }
        | Deed::Package { .. }
        | Deed::VendorKey { .. }
        | Deed::Confidentiality { .. }
        | Deed::LoginTest { .. }
        | Deed::Assignment { .. }
        | Deed::BlocksImport { .. } => Act::Other,
        Deed::AuditExport { .. }
        | Deed::BlocksExport { .. }
        | Deed::OrganisationExport { .. }
        | Deed::SourceTest { .. } => Act::Beside(Beside::NotStated),
    }
}

#[test]
fn every_deed_is_read_back_as_what_it_was() {
    let (source, organisation, provider) = (SourceId::new("s"), OrganisationId::new("o"), ProviderId::new("SE1"));
    let (sources, at) = ([&source], Timestamp::UNIX_EPOCH);
    let policy = Policy::of(samsyn_domain::access::RoleMatrix::default(), 0);
    let consent = registration(Kind::Consent, Vec::new(), None);
    let read = Activity::Read;
    let deeds = [
        (read, Deed::AccessRegister),
        (read, Deed::BlockedUnits),
        (read, Deed::RelationProof { sources: &sources, policy: &policy }),
        (read, Deed::Person { sources: &sources, policy: &policy }),
        (read, Deed::FollowUp { registration: "1" }),
        (Activity::Write, Deed::WriteFollowUp { registration: "1", opened: at, due: at, overdue: false }),
        (Activity::Write, Deed::from(&consent)),
        (Activity::Write, Deed::End { registration: "1", steps: &[], kind: Kind::Relation, voided: false }),
        (
            Activity::Emergency,
            Deed::Extend { registration: "1", steps: &["1"], kind: Kind::Emergency, before: None, to: at },
        ),
        (Activity::Write, Deed::LiftRequest { asked: &organisation }),
        (
            Activity::Write,
            Deed::Report {
                report: "1",
                source: &source,
                section: Section::Contacts,
                mistake: samsyn_domain::report::Mistake::Outdated,
                to: &organisation,
            },
        ),
        (Activity::Write, Deed::Feedback { report: "1", topic: samsyn_domain::report::Topic::Wish, to: &organisation }),
        (Activity::Write, Deed::ReportStep { report: "1", step: samsyn_domain::report::Step::Received, version: 1 }),
        (Activity::Write, Deed::Confidentiality { organisation: &organisation, text: "x" }),
        (Activity::Write, Deed::LoginTest { organisation: &organisation }),
        (
            Activity::Write,
            Deed::Unit { organisation: &organisation, version: 1, unit: "SE1", sha256: "x", reason: "y" },
        ),
        (
            Activity::Write,
            Deed::GoLive {
                organisation: &organisation,
                version: 1,
                item: samsyn_domain::go_live::Item::Live,
                done: true,
            },
        ),
        (
            Activity::Write,
            Deed::Notice {
                organisation: &organisation,
                notice: "1",
                step: "publish",
                kind: samsyn_domain::notice::NoticeKind::News,
                source: Some(&source),
                everyone: true,
                from: at,
                until: at,
                sha256: "x",
            },
        ),
        (
            Activity::Write,
            Deed::SourceStage {
                source: &source,
                organisation: &organisation,
                version: 1,
                before: samsyn_domain::stage::Stage::Live,
                stage: samsyn_domain::stage::Stage::Paused,
                running: Some(1),
                trial: None,
                reason: Some("x"),
                cause: None,
            },
        ),
        (
            Activity::Write,
            Deed::SourceBinding {
                source: &source,
                organisation: &organisation,
                version: 1,
                package: "x",
                adapter_sha256: "x",
                origins: [("api", "https://one.example/")].into(),
                credentials: [("key", 1)].into(),
                sha256: "x".into(),
                reason: "x",
            },
        ),
        (Activity::Write, Deed::Package { organisation: &organisation, package: "x", version: 1, bytes: 1 }),
        (Activity::Write, Deed::VendorKey { organisation: &organisation, key: "x", step: "enrol" }),
        (read, Deed::SourceTest { source: &source, organisation: &organisation, version: 1 }),
        (Activity::SignIn, Deed::Assignment { before: None }),
        (read, Deed::OrganisationExport { organisation: &organisation }),
        (read, Deed::AuditExport { format: "csv", provider: None, from: None, before: None }),
        (read, Deed::BlocksExport { provider: &provider }),
    ];
    for (activity, deed) in deeds {
        assert_eq!(what(&record(activity, deed.details())), expected(&deed), "{deed:?}");
    }
}

#[test]
fn a_step_of_an_emergency_says_which_it_was() {
    for (kind, sections, reason, act) in [
        (Kind::Emergency, vec![], Some(Reason::Confused), Act::Emergency(Urgent::Begun)),
        (Kind::Emergency, vec![Section::Alerts], Some(Reason::Confused), Act::Emergency(Urgent::Fetched)),
        (Kind::Lift, vec![], Some(Reason::Confused), Act::Emergency(Urgent::BlockLifted)),
    ] {
        let new = registration(kind, sections, reason);
        assert_eq!(what(&record(Activity::Emergency, Deed::from(&new).details())), act);
    }
}

#[test]
fn sessions_refusals_and_the_start_are_no_acts_about_a_patient_but_refusals_are() {
    let address = Some([127, 0, 0, 9].into());
    let sign_in = Event::sign_in(false, None, "https://idp.example").details(&viewer(), address);
    let sign_out = Event::SignOut { ended_by: EndedBy::User, expired: None }.details(&viewer(), address);
    for (activity, details) in [(Activity::SignIn, sign_in), (Activity::SignOut, sign_out)] {
        let record = record(activity, details);
        assert_eq!((what(&record), client_address(&record)), (Act::Other, address));
    }
    let refused = Refused {
        reason: "rate-limited",
        route: "GET /overview/{handle}",
        repeats: 0,
        client_address: address,
        about: None,
        assignment: None,
        purpose: None,
        provider_error: None,
    };
    let refused = record(Activity::Refused, refused.details());
    assert_eq!((what(&refused), client_address(&refused)), (Act::Refused, address));
    let started = Configuration::default().record(Timestamp::UNIX_EPOCH);
    assert_eq!(act(Logged { index: 0, id: "r".into(), record: started }), None);
}

#[test]
fn each_other_kind_of_record_is_its_act() {
    for (activity, details, expected) in [
        (Activity::Read, json!({ "active_choice": "own" }), Act::Overview),
        (Activity::Print, json!({ "active_choice": "own", "preset": "akutblad" }), Act::Print(Some("akutblad".into()))),
        (Activity::Read, json!({ "what": "review-pick" }), Act::Reviewed),
        (Activity::Write, json!({ "what": "review-mark" }), Act::Reviewed),
        (Activity::Read, json!({ "what": "review-follow-up" }), Act::ReviewedFollowUp),
        (Activity::Read, json!({ "what": "extract" }), Act::Extracted),
        (Activity::Read, json!({ "what": "snapshots" }), Act::Beside(Beside::Snapshots)),
        (Activity::Read, json!({ "what": "replay" }), Act::Replayed),
        (Activity::Refused, json!({ "what": "extract" }), Act::Refused),
        (Activity::Emergency, json!({ "what": "of next year" }), Act::Emergency(Urgent::NotStated)),
        (Activity::Read, json!({ "what": "of next year" }), Act::Beside(Beside::NotStated)),
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
        assert_eq!(ground(&record(Activity::Read, json!({ "access": access }))), expected, "{access}");
    }
}

/// What became of the alerts of one source.
fn told(resources: &Value, source: &Value) -> Option<Told> {
    let mut line = json!({ "source": "s1" });
    line.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
    let details = json!({ "conclusion": "complete", "resources": resources, "sources": [line] });
    outcome(&logged(Activity::Read, details)).sources[0].sections.get(&Section::Alerts).copied()
}

#[test]
fn what_was_shown_stands_among_the_resources_and_not_in_what_a_source_reported() {
    let of = |states: &str, withheld: Option<&str>| {
        let mut source = json!({ "states": { states: ["alerts"] } });
        if let Some(why) = withheld {
            source["withheld"] = json!({ why: ["alerts"] });
        }
        source
    };
    let line = json!([{ "source": "s1", "provider": "SE3", "unit": "E1", "sections": ["alerts"] }]);
    let none = json!([{ "source": "another", "provider": "SE3", "sections": ["alerts"] }]);
    let (conflict, some) = (Why::IdentityConflict, Why::SomeEntries);
    for (state, withheld, in_resources, outside, old) in [
        ("reported", None, Told::Shown, Told::NotShown, Told::Shown),
        ("partial", None, Told::Shown, Told::NotShown, Told::Shown),
        (
            "partial",
            Some("identity-conflict"),
            Told::InPart(conflict),
            Told::Withheld(conflict),
            Told::Withheld(conflict),
        ),
        ("partial", Some("some-entries"), Told::InPart(some), Told::Withheld(some), Told::InPart(some)),
        (
            "reported",
            Some("of-next-year"),
            Told::InPart(Why::NotStated),
            Told::Withheld(Why::NotStated),
            Told::Withheld(Why::NotStated),
        ),
        ("of-next-year", None, Told::Shown, Told::Failed(None), Told::Failed(None)),
        ("stated-none", None, Told::Nothing, Told::Nothing, Told::Nothing),
        ("waiting", None, Told::Awaited, Told::Awaited, Told::Awaited),
        ("not-asked", None, Told::NotAsked, Told::NotAsked, Told::NotAsked),
        ("withheld", Some("role"), Told::Withheld(Why::Role), Told::Withheld(Why::Role), Told::Withheld(Why::Role)),
    ] {
        let source = of(state, withheld);
        assert_eq!(told(&line, &source), Some(in_resources), "{source}");
        assert_eq!(told(&none, &source), Some(outside), "{source}");
        assert_eq!(told(&json!([]), &source), Some(outside), "{source}");
        for unstated in [Value::Null, json!(3)] {
            assert_eq!(told(&unstated, &source), Some(old), "{source}");
        }
    }
    assert_eq!(told(&line, &of("unsupported", None)), None);
}

#[test]
fn no_reason_of_the_writer_is_unknown_to_the_reader() {
    use Unanswered::{AdapterFault, Credential, Down, Malformed, NoStatus, Overloaded, Paused, Timeout, WrongPatient};
    use Withheld::{BlockUnverified, IdentityConflict, MayExist, MissingIds, ProtectedPerson, Role};

    for why in Why::ALL {
        let source = json!({ "states": { "withheld": ["alerts"] }, "withheld": { why.word(): ["alerts"] } });
        assert_eq!(told(&json!([]), &source), Some(Told::Withheld(why)));
    }
    for why in [Role, ProtectedPerson, MissingIds, MayExist, BlockUnverified, IdentityConflict] {
        assert_eq!(Why::from(why).word(), why.word());
    }
    for why in [
        Timeout,
        Down,
        Unanswered::Refused,
        Malformed,
        AdapterFault,
        Overloaded,
        WrongPatient,
        Paused,
        NoStatus,
        Credential,
    ] {
        let source = json!({ "states": { "unanswered": ["alerts"] }, "unanswered": { why.word(): ["alerts"] } });
        assert_eq!(told(&json!([]), &source), Some(Told::Failed(Some(why))));
    }
}

#[test]
fn lines_say_whose_information_was_shown_also_where_there_were_too_many_to_name() {
    let details = json!({ "conclusion": "complete", "took": 1, "resources": [
        { "source": "s1", "provider": "SE3", "unit": "E1", "sections": ["alerts", "of-next-year"] },
        { "source": "s1", "provider": "SE3", "units": 40, "sections": ["plans"] },
        { "source": "s2", "providers": 900, "units": 1800, "sections": ["documents"] },
        { "source": "s3", "sections": ["contacts"] },
        { "no": "source" },
        3,
    ] });
    let outcome = outcome(&logged(Activity::Read, details));
    let lines = outcome.resources.clone().unwrap();
    let told: Vec<_> =
        lines.iter().map(|line| (line.provider.as_deref(), line.unit.as_deref(), line.providers)).collect();
    assert_eq!(
        told,
        [(Some("SE3"), Some("E1"), None), (Some("SE3"), None, None), (None, None, Some(900)), (None, None, None)]
    );
    assert_eq!(outcome.shown(), [Section::Alerts, Section::Contacts, Section::Plans, Section::Documents]);
}

#[test]
fn of_an_outcome_without_any_of_it_nothing_is_said() {
    let outcome = outcome(&logged(Activity::Read, json!({ "conclusion": { "aborted_after": 2 } })));
    assert!(!outcome.complete && outcome.sources.is_empty() && outcome.resources.is_none());
    assert_eq!(outcome.is_protected(), None);
}

#[test]
fn protected_is_what_the_record_says_and_only_without_a_word_what_it_withheld() {
    let of = |protected: Value, why: &str| {
        let source =
            json!({ "source": "s1", "states": { "reported": ["contacts"] }, "withheld": { why: ["contacts"] } });
        outcome(&logged(Activity::Read, json!({ "protected": protected, "sources": [source] }))).is_protected()
    };
    for (protected, why, expected) in [
        (json!(true), "role", Some(true)),
        (json!(false), "protected-person", Some(false)),
        (Value::Null, "protected-person", Some(true)),
        (Value::Null, "protection-not-ruled-out", None),
    ] {
        assert_eq!(of(protected.clone(), why), expected, "{protected} {why}");
    }
}

#[test]
fn a_second_record_says_what_became_of_a_change_and_an_unknown_word_is_no_mild_one() {
    let became =
        |result: Value| outcome(&logged(Activity::Write, json!({ "what": "register", "result": result }))).became;
    for told in [Became::Done, Became::NotKept, Became::Unclear] {
        assert_eq!(became(json!(told)), Some(told));
        assert_eq!(json!(told), told.word());
    }
    assert_eq!(became(json!("newer-held")), Some(Became::NotKept), "a list of blocks");
    assert_eq!(became(json!("of-next-year")), Some(Became::Unclear));
    assert_eq!(became(Value::Null), None);
}

#[test]
fn whatever_leaves_a_second_record_is_waited_for_and_nothing_else() {
    let two = |activity, details: Value| has_second(&record(activity, details));
    let consent = registration(Kind::Consent, Vec::new(), None);
    for details in [
        Deed::from(&consent).details(),
        Deed::End { registration: "1", steps: &[], kind: Kind::Relation, voided: false }.details(),
        Deed::WriteFollowUp {
            registration: "1",
            opened: Timestamp::UNIX_EPOCH,
            due: Timestamp::UNIX_EPOCH,
            overdue: false,
        }
        .details(),
        json!({ "what": "review-begin" }),
        json!({ "what": "review-mark" }),
        json!({ "what": "review-close" }),
    ] {
        assert!(two(Activity::Write, details.clone()), "{details}");
        let second =
            AuditRecord { stage: Stage::Outcome, intent: Some("r".into()), ..record(Activity::Write, details.clone()) };
        assert!(!has_second(&second), "{details}");
    }
    assert!(two(Activity::Read, json!({ "active_choice": "own" })) && two(Activity::Read, json!({ "what": "replay" })));
    let (organisation, at) = (OrganisationId::new("o"), Timestamp::UNIX_EPOCH);
    assert!(two(
        Activity::Emergency,
        Deed::Extend { registration: "1", steps: &["1"], kind: Kind::Emergency, before: None, to: at }.details()
    ));
    for details in [
        Deed::AccessRegister.details(),
        Deed::LiftRequest { asked: &organisation }.details(),
        Deed::FollowUp { registration: "1" }.details(),
        json!({ "what": "extract" }),
    ] {
        assert!(!two(Activity::Read, details.clone()), "{details}");
    }
}
