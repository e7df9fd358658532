//! A change in two records: what is about to be kept, before it is, and what became of it.
//!
//! Not here: keeping it (`access`, `roles`, `review`). Invariant: a change that has begun leaves a second record. Whoever drops it without
//! knowing what became of it (a visitor who goes away in the middle) leaves "unclear".

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use samsyn_domain::logged::Became;
use serde_json::json;
use tokio::{runtime::Handle, time::timeout};

use crate::port::{
    PortError,
    audit_log::{AuditLog, AuditRecord, Stage},
};

/// How long the page of whoever changed something waits for the second record. After that it is written behind the page.
const WAITED_FOR: Duration = Duration::from_secs(1);

/// A change that has begun.
pub(crate) struct Change {
    audit: Arc<dyn AuditLog>,
    began: Instant,
    /// The second record, but for what became of the change; none once it has been written.
    second: Option<AuditRecord>,
}

impl Change {
    /// Writes the first record.
    ///
    /// # Errors
    /// When it is not durable: then nothing may be changed (L-35).
    pub async fn begin(audit: &Arc<dyn AuditLog>, first: AuditRecord) -> Result<Self, PortError> {
        let intent = audit.append(&first).await?;
        let second = AuditRecord { stage: Stage::Outcome, intent: Some(intent), ..first };
        Ok(Self { audit: Arc::clone(audit), began: Instant::now(), second: Some(second) })
    }

    /// Writes the second record.
    pub async fn ended(mut self, became: Became) {
        let Some(record) = self.second(became) else { return };
        let audit = Arc::clone(&self.audit);
        // In a task of its own: a visitor who goes away takes no record along, and one who stays does not wait for a log that is away.
        let written = tokio::spawn(async move { super::append(&*audit, &record).await });
        let _ = timeout(WAITED_FOR, written).await;
    }

    fn second(&mut self, became: Became) -> Option<AuditRecord> {
        let record = self.second.take()?;
        let since = SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        let at = record.at.saturating_add(since).unwrap_or(record.at);
        let details = json!({ "what": record.details.get("what"), "result": became });
        Some(AuditRecord { at, details, ..record })
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let Some(record) = self.second(Became::Unclear) else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let audit = Arc::clone(&self.audit);
        runtime.spawn(async move { super::append(&*audit, &record).await });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use jiff::Timestamp;

    use super::*;
    use crate::port::audit_log::Activity;

    /// A log that fails so many times after the first record.
    #[derive(Default)]
    struct Log(Mutex<(Vec<AuditRecord>, u32)>);

    #[async_trait]
    impl AuditLog for Log {
        async fn append(&self, record: &AuditRecord) -> Result<String, PortError> {
            let mut log = self.0.lock().unwrap();
            if !log.0.is_empty() && log.1 > 0 {
                log.1 -= 1;
                return Err(PortError::new("append audit record", "no space left"));
            }
            log.0.push(record.clone());
            Ok("first".into())
        }

        async fn has_outcome(&self, _: &str) -> Result<bool, PortError> {
            Ok(false)
        }
    }

    async fn begun(failures: u32) -> (Arc<Log>, Change) {
        let log = Arc::new(Log(Mutex::new((Vec::new(), failures))));
        let audit: Arc<dyn AuditLog> = log.clone();
        let (stage, activity, at) = (Stage::Intent, Activity::Write, Timestamp::UNIX_EPOCH);
        let details = json!({ "what": "register", "registration": "1" });
        let first = AuditRecord { stage, intent: None, activity, at, viewer: None, patient: None, details };
        let change = Change::begin(&audit, first).await.unwrap();
        (log, change)
    }

    fn results(log: &Log) -> Vec<String> {
        let records = &log.0.lock().unwrap().0;
        let second = records.iter().filter(|record| record.stage == Stage::Outcome);
        second
            .map(|record| {
                assert_eq!(
                    (record.intent.as_deref(), record.details["what"].as_str()),
                    (Some("first"), Some("register"))
                );
                record.details["result"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    #[tokio::test]
    async fn what_became_of_a_change_is_its_second_record() {
        for (became, word) in [(Became::Done, "done"), (Became::NotKept, "not-kept"), (Became::Unclear, "unclear")] {
            let (log, change) = begun(0).await;
            change.ended(became).await;
            assert_eq!(results(&log), [word]);
            assert_eq!(became.word(), word);
        }
    }

    #[tokio::test]
    async fn a_change_that_nobody_saw_the_end_of_is_told_as_unclear() {
        let (log, change) = begun(0).await;
        drop(change);
        tokio::time::timeout(Duration::from_secs(5), async {
            while results(&log).is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        assert_eq!(results(&log), ["unclear"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_that_is_away_keeps_no_page_waiting_and_has_the_record_when_it_is_back() {
        let (log, change) = begun(4).await;
        let asked = tokio::time::Instant::now();
        change.ended(Became::Done).await;
        assert_eq!((results(&log).len(), asked.elapsed()), (0, WAITED_FOR));
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(results(&log), ["done"]);
    }
}
