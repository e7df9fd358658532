//! How much one lookup may ask of the network, and the running count of it.
//!
//! Not here: memory and CPU of the guest (`limits` of the engine). Invariant: every figure is bounded by
//! [`EgressLimits::validate`], and a count never goes back. To add a limit: a field with a default, its bound in
//! `validate`, and the place that counts it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, Method};
use samsyn_service::port::adapters::TraceId;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{EgressError, ErrorKind};

/// Left of the deadline for the adapter to say what failed.
const REPORTING_TIME: Duration = Duration::from_millis(50);

/// What one lookup may use of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EgressLimits {
    /// Requests in one lookup.
    pub requests: u32,
    /// Requests of one lookup at the same time.
    pub parallel: u32,
    /// One request body.
    pub request_max_bytes: u64,
    /// One reply, headers and decompressed body.
    pub reply_max_bytes: u64,
    /// All replies of one lookup.
    pub total_max_bytes: u64,
    /// Until the connection stands, encryption included.
    pub connect_timeout_ms: u64,
    /// Until the whole reply is there.
    pub answer_timeout_ms: u64,
}

impl Default for EgressLimits {
    fn default() -> Self {
        Self {
            requests: 40,
            parallel: 4,
            request_max_bytes: 1024 * 1024,
            reply_max_bytes: 4 * 1024 * 1024,
            total_max_bytes: 16 * 1024 * 1024,
            connect_timeout_ms: 2_000,
            answer_timeout_ms: 5_000,
        }
    }
}

impl EgressLimits {
    /// Refuses a figure that would switch a protection off.
    pub fn validate(&self) -> Result<(), String> {
        match self.unreasonable().first() {
            Some((name, why)) => Err(format!("{name} = {why}")),
            None => Ok(()),
        }
    }

    /// Every such figure: its name, and the range in words.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        const MIB: u64 = 1024 * 1024;
        let rows = [
            ("requests", u64::from(self.requests), 1, 1_000),
            ("parallel", u64::from(self.parallel), 1, 64),
            ("request_max_bytes", self.request_max_bytes, 1, 16 * MIB),
            ("reply_max_bytes", self.reply_max_bytes, 1, 64 * MIB),
            ("total_max_bytes", self.total_max_bytes, self.reply_max_bytes, 256 * MIB),
            ("connect_timeout_ms", self.connect_timeout_ms, 1, 10_000),
            ("answer_timeout_ms", self.answer_timeout_ms, 1, 28_000),
        ];
        let outside = rows.into_iter().filter(|(_, value, least, most)| value < least || value > most);
        outside.map(|(name, value, least, most)| (name, format!("{value} is outside {least} … {most}"))).collect()
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// Longest wait for a whole reply.
    pub fn answer_timeout(&self) -> Duration {
        Duration::from_millis(self.answer_timeout_ms)
    }

    /// The body, when the verb may carry one and it is not too large.
    pub(crate) fn checked_body(
        &self,
        method: &Method,
        body: Option<Vec<u8>>,
        alias: &str,
    ) -> Result<Option<bytes::Bytes>, EgressError> {
        let Some(body) = body else { return Ok(None) };
        if matches!(*method, Method::GET | Method::HEAD) {
            return Err(EgressError::invalid("body", format!("{method} to origin `{alias}` must not carry a body")));
        }
        if u64::try_from(body.len()).is_ok_and(|length| length <= self.request_max_bytes) {
            return Ok(Some(body.into()));
        }
        Err(EgressError::new(
            ErrorKind::TooLarge,
            "request-too-large",
            format!(
                "the request body to origin `{alias}` is larger than request_max_bytes = {}",
                self.request_max_bytes
            ),
        ))
    }
}

/// What is left for one lookup: time, requests, bytes, and turns.
#[derive(Debug)]
pub struct CallBudget {
    deadline: Instant,
    requests: AtomicU32,
    bytes: AtomicU64,
    turns: Arc<Semaphore>,
    limits: EgressLimits,
    trace: Option<TraceId>,
}

impl CallBudget {
    /// A full budget for a lookup that must be over at `deadline`.
    pub fn new(deadline: Instant, limits: &EgressLimits) -> Self {
        Self {
            deadline,
            requests: AtomicU32::new(0),
            bytes: AtomicU64::new(0),
            turns: Arc::new(Semaphore::new(usize::try_from(limits.parallel).unwrap_or(1))),
            limits: limits.clone(),
            trace: None,
        }
    }

    /// The same for an opening whose requests are to be told together.
    #[must_use]
    pub fn traced(mut self, trace: Option<TraceId>) -> Self {
        self.trace = trace;
        self
    }

    /// The `traceparent` of the next request.
    pub(crate) fn traceparent(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.trace?.parent()).ok()
    }

    /// Requests so far, refused ones included.
    pub fn requests_made(&self) -> u32 {
        self.requests.load(Ordering::Relaxed).min(self.limits.requests)
    }

    /// Bytes of replies so far.
    pub fn bytes_received(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Refused requests count too, so that a flood of them ends as well.
    pub(crate) fn count_request(&self) -> Result<(), EgressError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) < self.limits.requests {
            return Ok(());
        }
        self.requests.store(self.limits.requests, Ordering::Relaxed);
        Err(Self::too_many(&self.limits))
    }

    pub(crate) fn too_many(limits: &EgressLimits) -> EgressError {
        let text = format!("the lookup has made its {} requests; the limit is `requests`", limits.requests);
        EgressError::new(ErrorKind::Busy, "request-limit", text)
    }

    /// Counts bytes before they are kept.
    pub(crate) fn count_bytes(&self, amount: u64) -> Result<(), EgressError> {
        let before = self.bytes.fetch_add(amount, Ordering::Relaxed);
        if before.saturating_add(amount) <= self.limits.total_max_bytes {
            return Ok(());
        }
        Err(EgressError::new(
            ErrorKind::TooLarge,
            "lookup-too-large",
            format!("the replies of the lookup exceed total_max_bytes = {}", self.limits.total_max_bytes),
        ))
    }

    /// How long until the adapter must have its answer; none when there is no time left.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now()).checked_sub(REPORTING_TIME)?;
        (!left.is_zero()).then_some(left)
    }

    /// Waits for a turn. A queue rather than a refusal: the adapter may hand over more than may run at once.
    pub(crate) async fn turn(&self, alias: &str) -> Result<OwnedSemaphorePermit, EgressError> {
        let left = self.time_left().ok_or_else(|| Self::too_late(alias))?;
        match tokio::time::timeout(left, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Self::too_late(alias)),
        }
    }

    pub(crate) fn too_late(alias: &str) -> EgressError {
        EgressError::new(
            ErrorKind::Deadline,
            "deadline",
            format!("the time for the whole lookup ran out before origin `{alias}` had answered"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_own_bounds() {
        assert_eq!(EgressLimits::default().validate(), Ok(()));
    }

    #[test]
    fn a_limit_that_would_switch_a_protection_off_is_refused_by_name() {
        for (name, limits) in [
            ("requests", EgressLimits { requests: 0, ..EgressLimits::default() }),
            ("parallel", EgressLimits { parallel: 1_000, ..EgressLimits::default() }),
            ("reply_max_bytes", EgressLimits { reply_max_bytes: u64::MAX, ..EgressLimits::default() }),
            ("total_max_bytes", EgressLimits { total_max_bytes: 1, ..EgressLimits::default() }),
            ("answer_timeout_ms", EgressLimits { answer_timeout_ms: 28_001, ..EgressLimits::default() }),
        ] {
            assert!(limits.validate().unwrap_err().contains(name), "{name}");
        }
    }

    #[test]
    fn an_unknown_limit_is_refused_when_read() {
        assert!(serde_json::from_str::<EgressLimits>(r#"{"requests": 10}"#).is_ok());
        assert!(serde_json::from_str::<EgressLimits>(r#"{"request": 10}"#).is_err());
    }

    #[tokio::test]
    async fn the_forty_first_request_is_busy() {
        let budget = CallBudget::new(Instant::now() + Duration::from_secs(5), &EgressLimits::default());
        for _ in 0..40 {
            budget.count_request().unwrap();
        }
        for _ in 0..3 {
            assert_eq!(budget.count_request().unwrap_err().kind, ErrorKind::Busy);
        }
        assert_eq!(budget.requests_made(), 40);
    }

    #[tokio::test]
    async fn bytes_of_all_replies_are_counted_together() {
        let limits = EgressLimits { reply_max_bytes: 10, total_max_bytes: 15, ..EgressLimits::default() };
        let budget = CallBudget::new(Instant::now() + Duration::from_secs(5), &limits);
        budget.count_bytes(15).unwrap();
        assert_eq!(budget.count_bytes(1).unwrap_err().code, "lookup-too-large");
    }
}
