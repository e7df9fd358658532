//! Reading a log that is made up: how much is read at most, and which outcome belongs to what.

use std::sync::Mutex;

use async_trait::async_trait;
use samsyn_domain::{
    access::Rights,
    logged::{Act, Became},
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderKind},
    viewer::{Role, Viewer},
};
use serde_json::{Value, json};

use super::*;
use crate::port::audit_log::{Activity, AuditRecord, Stage};

fn provider() -> ProviderId {
    ProviderId::new("SE1")
}

fn patient() -> PersonIdentifier {
    PersonIdentifier::stated("189001019802").unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn record(minute: i64, activity: Activity, details: Value) -> AuditRecord {
    let viewer = Viewer {
        user_id: "p1".into(),
        name: "Åsa Exempel".into(),
        title: "leg. sjuksköterska".into(),
        role: Role::Nurse,
        organisation: OrganisationId::new("o"),
        organisation_name: "O".into(),
        provider: Provider { id: provider(), kind: ProviderKind::Care },
        unit: Organisation { id: None, name: None },
        assignment: "a".into(),
        purpose: "Vård och behandling".into(),
        rights: Rights::default(),
        authorities: Vec::new(),
    };
    AuditRecord::intent(activity, &viewer, Some(&patient()), at(minute), details)
}

fn opening(minute: i64) -> AuditRecord {
    record(minute, Activity::Read, json!({ "active_choice": "own" }))
}

fn outcome(minute: i64, of: u64) -> AuditRecord {
    let complete = record(minute, Activity::Read, json!({ "conclusion": "complete" }));
    AuditRecord { stage: Stage::Outcome, intent: Some(of.to_string()), ..complete }
}

/// Records whose ids are their indices.
#[derive(Default)]
struct Log {
    records: Vec<AuditRecord>,
    asked: Mutex<u64>,
}

#[async_trait]
impl AuditReader for Log {
    async fn read(&self, query: &AuditQuery<'_>) -> Result<Vec<Logged>, PortError> {
        *self.asked.lock().unwrap() += query.limit;
        let all = self.records.iter().zip(0..).filter(|(record, index)| {
            *index >= query.from_index
                && query.patient.is_none_or(|patient| record.patient.as_ref() == Some(patient))
                && Period { from: query.from, before: query.before }.holds(record.at)
        });
        let page = all.take(usize::try_from(query.limit).unwrap());
        Ok(page.map(|(record, index)| Logged { index, id: index.to_string(), record: record.clone() }).collect())
    }

    async fn with_outcome(&self, _: &str, id: &str) -> Result<Option<(Logged, Option<Logged>)>, PortError> {
        let all = || {
            let all = self.records.iter().zip(0..);
            all.map(|(record, index)| Logged { index, id: index.to_string(), record: record.clone() })
        };
        let second = all().find(|logged| logged.record.intent.as_deref() == Some(id));
        Ok(all().find(|logged| logged.id == id).map(|first| (first, second)))
    }
}

fn reading(records: Vec<AuditRecord>, records_max: u64) -> LogReading {
    LogReading { log: Arc::new(Log { records, ..Log::default() }), records_max }
}

async fn acts(reading: &LogReading, before: i64) -> Result<Vec<LoggedAct>, LogAccessError> {
    let period = Period { from: at(0), before: at(before) };
    reading.acts(Part { provider: &provider(), patient: None, period }, Some).await
}

#[tokio::test]
async fn a_period_with_exactly_as_many_records_as_are_read_is_read_and_one_more_is_too_many() {
    for (records, read) in [(4_999, true), (5_000, true), (5_001, false), (8_000, false)] {
        let log = (0..records).map(|_| record(0, Activity::Read, json!({ "what": "person" }))).collect();
        let acts = acts(&reading(log, 5_000), 9).await;
        assert_eq!(acts.is_ok(), read, "{records}");
        match acts {
            Ok(acts) => assert_eq!(acts.len(), records),
            Err(error) => assert!(matches!(error, LogAccessError::Refused(PeriodRefusal::TooMany)), "{error}"),
        }
    }
}

#[tokio::test]
async fn an_outcome_belongs_to_its_opening_for_an_hour_also_when_it_came_after_the_period() {
    let log = vec![opening(0), opening(5), outcome(9, 0), opening(20), outcome(65, 1), outcome(90, 3)];
    let found = acts(&reading(log, 100), 10).await.unwrap();
    let seen: Vec<_> =
        found.iter().map(|act| (act.id.as_str(), act.outcome.as_ref().map(|told| told.place.index))).collect();
    assert_eq!(seen, [("0", Some(2)), ("1", Some(4))], "what began after the period is not in it");
    let late = acts(&reading(vec![opening(0), outcome(61, 0)], 100), 10).await.unwrap();
    assert_eq!((late.len(), late[0].outcome.is_some()), (1, false), "nobody waits so long");
}

#[tokio::test]
async fn a_change_is_one_act_with_what_became_of_it() {
    let change = |what: &str| record(0, Activity::Write, json!({ "what": what, "kind": "consent" }));
    let told = |of: u64, result: &str| {
        let second = record(1, Activity::Write, json!({ "what": "register", "result": result }));
        AuditRecord { stage: Stage::Outcome, intent: Some(of.to_string()), ..second }
    };
    let log = vec![change("register"), change("end"), change("register"), told(2, "unclear"), told(0, "not-kept")];
    let reading = reading(log, 100);
    let found = acts(&reading, 10).await.unwrap();
    let seen: Vec<_> = found.iter().map(|act| (act.id.as_str(), act.became())).collect();
    // The one in the middle is from before second records.
    assert_eq!(seen, [("0", Some(Became::NotKept)), ("1", None), ("2", Some(Became::Unclear))]);
    let one = reading.by_id(&provider(), "2").await.unwrap().unwrap();
    assert_eq!((one.place.index, one.became()), (2, Some(Became::Unclear)));
    assert!(reading.by_id(&provider(), "9").await.unwrap().is_none());
}

#[tokio::test]
async fn a_refusal_that_names_a_patient_is_an_act_whatever_its_stage() {
    let refused = record(1, Activity::Refused, json!({ "reason": "rate-limited" }));
    let without = AuditRecord { patient: None, ..refused.clone() };
    let log = vec![AuditRecord { stage: Stage::Outcome, ..refused.clone() }, refused, without];
    let found = acts(&reading(log, 100), 10).await.unwrap();
    assert_eq!(found.iter().map(|act| act.act.clone()).collect::<Vec<_>>(), [Act::Refused, Act::Refused]);
}

#[tokio::test]
async fn what_was_going_on_when_it_was_chosen_has_its_outcome_later() {
    let place = Place { index: 1, at: at(1) };
    let going_on = vec![opening(0), opening(1), outcome(2, 0)];
    let act = reading(going_on.clone(), 9).act(&provider(), "1", place, None).await.unwrap().unwrap();
    assert_eq!(act.outcome, None);
    let ended = reading([going_on, vec![outcome(3, 1)]].concat(), 9);
    let act = ended.act(&provider(), "1", place, None).await.unwrap().unwrap();
    assert_eq!(act.outcome.unwrap().place, Place { index: 3, at: at(3) });
    let foreign = ended.act(&provider(), "1", place, Some(Place { index: 2, at: at(2) })).await.unwrap().unwrap();
    assert_eq!(foreign.outcome, None, "another's is not taken for it");
    assert_eq!(ended.act(&provider(), "2", place, None).await.unwrap(), None, "another record stands there");
}

#[test]
fn days_are_refused_that_are_none_have_not_begun_or_are_too_many() {
    let now: jiff::Zoned = "2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap();
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    for (from, to, years, refused) in [
        ("2025-11-21", "2026-11-21", 1, None),
        ("2025-11-20", "2026-11-21", 1, Some(PeriodRefusal::TooLong { years: 1 })),
        ("2016-11-21", "2026-11-21", 10, None),
        ("2016-11-20", "2026-11-21", 10, Some(PeriodRefusal::TooLong { years: 10 })),
        ("2026-11-21", "2026-11-20", 1, Some(PeriodRefusal::None)),
        ("2026-11-22", "2026-11-22", 1, Some(PeriodRefusal::Ahead)),
    ] {
        assert_eq!(period(day(from), day(to), years, &now).err(), refused, "{from} {to}");
    }
}
