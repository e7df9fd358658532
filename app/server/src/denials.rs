//! Denied attempts on their way to the log: the first of a minute and how many of the same followed, told apart by who, why, where and about
//! whom.
//!
//! Not here: what is a denial, and what it is called (`http::denied`). Each node counts for itself.
//! Invariants: a refusal that cannot be logged is still a refusal; what was counted is written within [`WINDOW`] and a moment, or when the
//! program stops; nobody can fill the log or the memory by being refused.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use samsyn_domain::{identifier::PersonIdentifier, viewer::Viewer};
use samsyn_service::{
    port::audit_log::{Activity, AuditLog, AuditRecord, Stage},
    record::session::Refused,
};
use uuid::Uuid;

use crate::clock::Clock;

/// How long the same refusal of the same session is one record.
const WINDOW: Duration = Duration::from_mins(1);
/// How many are told apart at a time. Beyond that, what has no window of its own yet shares one.
const WINDOWS_MAX: usize = 10_000;
/// How many of nobody who is signed in: what is left is for those who are.
const WINDOWS_OF_STRANGERS_MAX: usize = 200;

/// One attempt that was refused.
#[derive(Debug, Clone)]
pub struct Denied {
    /// Why, as a stable word.
    pub reason: &'static str,
    /// Method and pattern of the route.
    pub route: String,
    /// What tells one who is refused from another: the key of a session, or an address.
    pub by: String,
    /// Who, when somebody is signed in.
    pub viewer: Option<Viewer>,
    /// About whom.
    pub patient: Option<PersonIdentifier>,
    /// Which review or task, of the first of those that share a record.
    pub about: Option<Uuid>,
    /// From where.
    pub client: Option<IpAddr>,
    /// The identity provider's code, when it refused somebody.
    pub provider_error: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    by: String,
    reason: &'static str,
    route: String,
    patient: Option<PersonIdentifier>,
}

struct Window {
    opened: Instant,
    repeats: u32,
    denied: Denied,
}

/// The way to the log.
pub struct Denials {
    audit: Arc<dyn AuditLog>,
    clock: Clock,
    windows: Mutex<HashMap<Key, Window>>,
}

impl Denials {
    /// To this log.
    pub fn new(audit: Arc<dyn AuditLog>, clock: Clock) -> Self {
        Self { audit, clock, windows: Mutex::default() }
    }

    /// Writes it, or counts it.
    pub async fn note(&self, denied: Denied) {
        let Some(first) = self.first(denied) else { return };
        // In a task of its own: a visitor who goes away takes no record along.
        let (audit, clock) = (self.audit.clone(), self.clock.clone());
        let written = tokio::spawn(async move { write(&*audit, &clock, &first, 0).await });
        if let Err(error) = written.await {
            tracing::error!(%error, "a refusal could not be logged");
        }
    }

    /// Writes what was counted in windows that are over by now.
    pub async fn settle(&self, now: Instant) {
        self.write_counted(|window| now.duration_since(window.opened) >= WINDOW).await;
    }

    /// Writes everything that was counted: the program stops.
    pub async fn close(&self) {
        self.write_counted(|_| true).await;
    }

    /// What is to be written: what opens a window, and nothing of what is counted in one.
    fn first(&self, mut denied: Denied) -> Option<Denied> {
        let mut windows = self.windows();
        let Denied { by, reason, route, patient, .. } = &denied;
        let mut key = Key { by: by.clone(), reason, route: route.clone(), patient: patient.clone() };
        let max = if denied.viewer.is_some() { WINDOWS_MAX } else { WINDOWS_OF_STRANGERS_MAX };
        if windows.len() >= max && !windows.contains_key(&key) {
            // One window for several: it is nobody's.
            key = Key { by: String::new(), patient: None, ..key };
            (denied.viewer, denied.patient, denied.client, denied.provider_error) = (None, None, None, None);
            denied.about = None;
        }
        if let Some(window) = windows.get_mut(&key) {
            window.repeats = window.repeats.saturating_add(1);
            return None;
        }
        windows.insert(key, Window { opened: Instant::now(), repeats: 0, denied: denied.clone() });
        Some(denied)
    }

    async fn write_counted(&self, is_over: impl Fn(&Window) -> bool) {
        let over: Vec<Window> =
            self.windows().extract_if(|_, window| is_over(window)).map(|(_, window)| window).collect();
        for window in over.into_iter().filter(|window| window.repeats > 0) {
            write(&*self.audit, &self.clock, &window.denied, window.repeats).await;
        }
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<Key, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(audit: &dyn AuditLog, clock: &Clock, denied: &Denied, repeats: u32) {
    let viewer = denied.viewer.as_ref();
    let details = Refused {
        reason: denied.reason,
        route: &denied.route,
        repeats,
        client_address: denied.client,
        about: denied.about.filter(|_| repeats == 0),
        assignment: viewer.map(|viewer| viewer.assignment.as_str()),
        purpose: viewer.map(|viewer| viewer.purpose.as_str()),
        provider_error: denied.provider_error.as_deref(),
    };
    let record = AuditRecord {
        stage: Stage::Outcome,
        intent: None,
        activity: Activity::Refused,
        at: clock.now().timestamp(),
        viewer: denied.viewer.clone(),
        patient: denied.patient.clone(),
        details: details.details(),
    };
    if let Err(error) = audit.append(&record).await {
        tracing::error!(%error, reason = denied.reason, "a refusal could not be logged; it is refused all the same");
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use samsyn_service::port::PortError;

    use super::*;

    #[derive(Default)]
    struct Log(Mutex<Vec<AuditRecord>>, bool);

    #[async_trait]
    impl AuditLog for Log {
        async fn append(&self, record: &AuditRecord) -> Result<String, PortError> {
            if self.1 {
                return Err(PortError::new("append audit record", "no space left"));
            }
            self.0.lock().unwrap().push(record.clone());
            Ok(String::new())
        }

        async fn has_outcome(&self, _: &str) -> Result<bool, PortError> {
            Ok(false)
        }
    }

    fn denied(by: &str, reason: &'static str, patient: Option<&str>) -> Denied {
        Denied {
            reason,
            route: "GET /overview/{handle}".into(),
            by: by.into(),
            viewer: None,
            patient: patient.map(|digits| PersonIdentifier::stated(digits).unwrap()),
            about: None,
            client: None,
            provider_error: None,
        }
    }

    fn of(log: &Arc<Log>) -> Denials {
        Denials::new(log.clone(), Clock::System)
    }

    /// Reasons with their repeats, as written so far.
    fn written(log: &Log) -> Vec<(String, u64)> {
        let records = log.0.lock().unwrap();
        let word = |record: &AuditRecord| record.details["reason"].as_str().unwrap().to_owned();
        records.iter().map(|record| (word(record), record.details["repeats"].as_u64().unwrap())).collect()
    }

    #[tokio::test]
    async fn the_same_refusal_is_one_record_a_minute_with_the_number_of_those_that_followed() {
        let log = Arc::new(Log::default());
        let denials = of(&log);
        for _ in 0..5 {
            denials.note(denied("a", "other-session", None)).await;
        }
        denials.note(denied("b", "other-session", None)).await;
        denials.note(denied("a", "rate-limited", None)).await;
        let first = [("other-session".to_owned(), 0), ("other-session".to_owned(), 0), ("rate-limited".to_owned(), 0)];
        assert_eq!(written(&log), first, "another session and another reason are others");
        denials.settle(Instant::now()).await;
        assert_eq!(written(&log).len(), 3, "the minute is not over");
        let later = Instant::now() + WINDOW;
        denials.settle(later).await;
        assert_eq!(written(&log)[3..], [("other-session".to_owned(), 4)]);
        denials.settle(later).await;
        assert_eq!(written(&log).len(), 4, "nothing is counted twice");
        denials.note(denied("a", "other-session", None)).await;
        assert_eq!(written(&log)[4..], [("other-session".to_owned(), 0)], "a new minute");
        denials.note(denied("a", "other-session", None)).await;
        denials.close().await;
        assert_eq!(written(&log)[5..], [("other-session".to_owned(), 1)], "what was counted is written at the end");
    }

    #[tokio::test]
    async fn each_patient_is_a_record_and_the_same_again_is_counted() {
        let log = Arc::new(Log::default());
        let denials = of(&log);
        for patient in ["195009072553", "195009072553", "189001019802"] {
            denials.note(denied("a", "rate-limited", Some(patient))).await;
        }
        assert_eq!(written(&log).len(), 2);
        denials.close().await;
        assert_eq!(written(&log)[2..], [("rate-limited".to_owned(), 1)]);
        let patients: Vec<String> =
            log.0.lock().unwrap().iter().map(|record| record.patient.as_ref().unwrap().digits().to_owned()).collect();
        assert_eq!(patients, ["195009072553", "189001019802", "195009072553"]);
    }

    #[tokio::test]
    async fn nobody_fills_the_memory_and_a_log_that_is_away_breaks_nothing() {
        let log = Arc::new(Log(Mutex::default(), true));
        let denials = of(&log);
        for number in 0..WINDOWS_OF_STRANGERS_MAX + 50 {
            denials.note(denied(&number.to_string(), "no-attempt", None)).await;
        }
        assert_eq!(denials.windows().len(), WINDOWS_OF_STRANGERS_MAX + 1);
        denials.close().await;
        assert!(denials.windows().is_empty() && written(&log).is_empty());
    }

    #[tokio::test]
    async fn what_shares_a_window_is_told_of_nobody() {
        let log = Arc::new(Log::default());
        let denials = of(&log);
        for number in 0..WINDOWS_OF_STRANGERS_MAX + 3 {
            let from = Some(IpAddr::from([10, 0, 0, 1]));
            denials.note(Denied { client: from, ..denied(&number.to_string(), "no-attempt", None) }).await;
        }
        denials.close().await;
        let records = log.0.lock().unwrap();
        let shared: Vec<_> = records.iter().skip(WINDOWS_OF_STRANGERS_MAX).collect();
        assert_eq!(shared.len(), 2, "the first of those that share it, and how many followed");
        assert!(shared.iter().all(|one| one.details.get("client_address").is_none_or(serde_json::Value::is_null)));
    }
}
