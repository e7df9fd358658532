//! Reading a provider's log back as acts: each intent with its outcome.
//!
//! Rooms: `details` (what a record says, in the words of the domain). Not here: who may read (`review`, `extract`, `statistics`), the log itself
//! (`port::audit_log`).
//! Invariant: always one provider's, read page by page so that no period has to fit in memory; a record that cannot be read fails the
//! whole reading, because a reading that leaves something out would look like one that does not.

mod details;

use std::{collections::HashMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    logged::{LoggedAct, Place},
    review::Period,
    source::ProviderId,
};

use crate::port::{
    PortError,
    audit_log::{AuditQuery, AuditReader, Logged, Stage},
};

/// Records of one page.
const PAGE: u64 = 2_000;
/// Records of one reading: about what fits in a minute.
pub const RECORDS_MAX: u64 = 500_000;
/// An outcome is made when the slowest source has answered or the reader has left; later than this there is none.
const OUTCOME_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// Why a period could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// It has more than [`RECORDS_MAX`] records.
    #[error("the period has more than {RECORDS_MAX} records")]
    TooMany,
    /// The log could not be read.
    #[error(transparent)]
    Unreadable(#[from] PortError),
}

/// Reads acts.
#[derive(Clone)]
pub struct LogReading {
    log: Arc<dyn AuditReader>,
}

impl LogReading {
    /// From this log.
    pub fn new(log: Arc<dyn AuditReader>) -> Self {
        Self { log }
    }

    /// Every act about a patient that began in the period and is wanted by its first record, in the order of the log.
    ///
    /// # Errors
    /// When there are too many records, or one of them cannot be read.
    pub async fn acts<T: Send>(
        &self,
        provider: &ProviderId,
        period: Period,
        wanted: impl Fn(&Logged) -> bool + Send + Sync,
        mut made: impl FnMut(LoggedAct) -> Option<T> + Send,
    ) -> Result<Vec<T>, ReadingError> {
        let mut open: HashMap<String, LoggedAct> = HashMap::new();
        let mut done: Vec<(u64, T)> = Vec::new();
        let with_outcomes =
            Period { before: period.before.saturating_add(OUTCOME_WITHIN).unwrap_or(period.before), ..period };
        self.each(provider, with_outcomes, |logged| {
            if let Some(mut act) = logged.record.intent.as_ref().and_then(|intent| open.remove(intent)) {
                act.outcome = Some(details::outcome(&logged));
                let index = act.place.index;
                done.extend(made(act).map(|act| (index, act)));
            } else if logged.record.stage == Stage::Intent && logged.record.at < period.before && wanted(&logged) {
                open.extend(details::act(logged).map(|act| (act.id.clone(), act)));
            }
        })
        .await?;
        done.extend(open.into_values().filter_map(|act| Some((act.place.index, made(act)?))));
        done.sort_by_key(|(index, _)| *index);
        Ok(done.into_iter().map(|(_, act)| act).collect())
    }

    /// Every record of a period, in the order of the log.
    ///
    /// # Errors
    /// As [`Self::acts`].
    pub async fn each(
        &self,
        provider: &ProviderId,
        period: Period,
        mut take: impl FnMut(Logged) + Send,
    ) -> Result<(), ReadingError> {
        let (mut from_index, mut read) = (0, 0);
        loop {
            let Period { from, before } = period;
            let query = AuditQuery { provider: provider.as_str(), from, before, from_index, limit: PAGE };
            let page = self.log.read(&query).await?;
            let is_last = (page.len() as u64) < PAGE;
            read += page.len() as u64;
            for logged in page {
                from_index = logged.index + 1;
                take(logged);
            }
            if is_last {
                return Ok(());
            }
            if read >= RECORDS_MAX {
                return Err(ReadingError::TooMany);
            }
        }
    }

    /// One act again. None when its records do not stand there.
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
        let first = self.at(provider, place).await?.filter(|logged| logged.id == record);
        let Some(mut act) = first.and_then(details::act) else { return Ok(None) };
        if let Some(outcome) = outcome {
            let logged = self.at(provider, outcome).await?;
            let own = logged.filter(|logged| logged.record.intent.as_deref() == Some(record));
            act.outcome = own.as_ref().map(details::outcome);
        }
        Ok(Some(act))
    }

    async fn at(&self, provider: &ProviderId, place: Place) -> Result<Option<Logged>, PortError> {
        let before = place.at.saturating_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
        let query =
            AuditQuery { provider: provider.as_str(), from: place.at, before, from_index: place.index, limit: 1 };
        Ok(self.log.read(&query).await?.into_iter().next().filter(|logged| logged.index == place.index))
    }
}
