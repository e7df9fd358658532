//! Reading a provider's log back as acts: each beginning with its outcome.
//!
//! Rooms: [`join`] what belongs together · [`period`] days as a period. Not here: who may read (`review`, `extract`, `statistics`), what a record
//! says (`record::read`), the log itself (`port::audit_log`).
//! Invariant: always one provider's, read page by page so that no period has to fit in memory; a record that cannot be read fails the
//! whole reading, because a reading that leaves something out would look like one that does not.

mod join;
mod period;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    identifier::PersonIdentifier,
    logged::{LoggedAct, Place},
    review::{Period, PeriodRefusal},
    source::ProviderId,
};

pub use self::{
    join::{Event, Join, OUTCOME_WITHIN},
    period::{period, up_to},
};
use crate::{
    port::{
        PortError,
        audit_log::{AuditQuery, AuditReader, Logged},
    },
    record::read,
};

/// Records of one page.
const PAGE: u64 = 2_000;
/// Records of one reading: about what fits in a minute.
pub const RECORDS_MAX: u64 = 500_000;

/// Why nothing of the log is shown.
#[derive(Debug, thiserror::Error)]
pub enum LogAccessError {
    /// The assignment does not include it.
    #[error("the assignment does not include it")]
    MayNot,
    /// The period is refused.
    #[error(transparent)]
    Refused(#[from] PeriodRefusal),
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The log could not be read.
    #[error("the audit log could not be read")]
    Unreadable(#[source] PortError),
}

/// Whose log, about whom, and of which period.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The readers' provider.
    pub provider: &'a ProviderId,
    /// One patient; none is everybody, and everything that is about nobody.
    pub patient: Option<&'a PersonIdentifier>,
    /// When.
    pub period: Period,
}

/// Reads acts.
#[derive(Clone)]
pub struct LogReading {
    log: Arc<dyn AuditReader>,
    records_max: u64,
}

impl LogReading {
    /// From this log.
    pub fn new(log: Arc<dyn AuditReader>) -> Self {
        Self { log, records_max: RECORDS_MAX }
    }

    /// Every act about a patient that began in the period, in the order of the log, as far as it is made something of.
    ///
    /// # Errors
    /// When there are too many records, or one of them cannot be read.
    pub async fn acts<T: Send>(
        &self,
        part: Part<'_>,
        mut made: impl FnMut(LoggedAct) -> Option<T> + Send,
    ) -> Result<Vec<T>, LogAccessError> {
        let before = part.period.before;
        let with_outcomes = Period { before: before.saturating_add(OUTCOME_WITHIN).unwrap_or(before), ..part.period };
        let (mut join, mut done) = (Join::default(), Vec::new());
        let mut take = |event: Event| {
            let act = event.act()?;
            let index = act.place.index;
            made(act).map(|act| (index, act))
        };
        self.each(Part { period: with_outcomes, ..part }, |logged| {
            // What began later is read only for the outcomes among it.
            if logged.record.intent.is_some() || logged.record.at < before {
                done.extend(join.take(logged).into_iter().filter_map(&mut take));
            }
        })
        .await?;
        done.extend(join.finish().into_iter().filter_map(take));
        done.sort_by_key(|(index, _)| *index);
        Ok(done.into_iter().map(|(_, act)| act).collect())
    }

    /// Every record of a part, in the order of the log.
    async fn each(&self, part: Part<'_>, mut take: impl FnMut(Logged) + Send) -> Result<(), LogAccessError> {
        let (mut from_index, mut left) = (0, self.records_max);
        loop {
            // One more than may be left tells whether there are too many.
            let limit = PAGE.min(left + 1);
            let page = self.log.read(&AuditQuery { from_index, limit, ..query(part) }).await;
            let page = page.map_err(LogAccessError::Unreadable)?;
            let count = page.len() as u64;
            left = left.checked_sub(count).ok_or(PeriodRefusal::TooMany)?;
            for logged in page {
                from_index = logged.index + 1;
                take(logged);
            }
            if count < limit {
                return Ok(());
            }
        }
    }

    /// One act again, without its outcome. None when its record does not stand there.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn beginning(
        &self,
        provider: &ProviderId,
        record: &str,
        place: Place,
    ) -> Result<Option<LoggedAct>, PortError> {
        Ok(self.at(provider, place).await?.filter(|logged| logged.id == record).and_then(read::act))
    }

    /// One act again. None when its records do not stand there. Where the outcome stands is not always known: the act may have been
    /// going on when it was.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn act(
        &self,
        provider: &ProviderId,
        record: &str,
        place: Place,
        outcome: Option<Place>,
    ) -> Result<Option<LoggedAct>, PortError> {
        let Some(mut act) = self.beginning(provider, record, place).await? else { return Ok(None) };
        let Some(outcome) = outcome else {
            let found = self.log.with_outcome(provider.as_str(), record).await?;
            act.outcome = found.and_then(|(_, outcome)| outcome).as_ref().map(read::outcome);
            return Ok(Some(act));
        };
        let own = self.at(provider, outcome).await?.filter(|logged| logged.record.intent.as_deref() == Some(record));
        act.outcome = own.as_ref().map(read::outcome);
        Ok(Some(act))
    }

    /// One act by the id of its first record, wherever that stands.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn by_id(&self, provider: &ProviderId, record: &str) -> Result<Option<LoggedAct>, PortError> {
        let Some((first, outcome)) = self.log.with_outcome(provider.as_str(), record).await? else { return Ok(None) };
        let act = read::act(first);
        Ok(act.map(|act| LoggedAct { outcome: outcome.as_ref().map(read::outcome), ..act }))
    }

    async fn at(&self, provider: &ProviderId, place: Place) -> Result<Option<Logged>, PortError> {
        let before = place.at.saturating_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
        let part = query(Part { provider, patient: None, period: Period { from: place.at, before } });
        let found = self.log.read(&AuditQuery { from_index: place.index, limit: 1, ..part }).await?;
        Ok(found.into_iter().next().filter(|logged| logged.index == place.index))
    }
}

/// From the beginning, and nothing of it yet.
fn query(part: Part<'_>) -> AuditQuery<'_> {
    let Part { provider, patient, period: Period { from, before } } = part;
    AuditQuery { provider: provider.as_str(), patient, from, before, from_index: 0, limit: 0 }
}

#[cfg(test)]
mod tests;
