//! Notices to staff: publishing one, taking it back, and what stands on the board now.
//!
//! The board is read at most every few seconds and never awaited by anything that is about a patient for longer than the database's own
//! limit. Not here: what a notice may say (`domain::notice`), the pages (`ui::notices`).
//! Invariant: no notice stands before its record is durable in the log. A board that cannot be read says so and keeps no source from being
//! asked: its answer, or its failure, is then told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, Zoned};
use samsyn_domain::{
    access::Registrar,
    logged::Became,
    maintenance::{self, Occasion},
    notice::{Notice, NoticeFault, NoticePhase, Published},
    source::{OrganisationId, Source, SourceId},
    viewer::{Role, Viewer},
};
use serde_json::json;

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        notices::Notices,
    },
    record::{Deed, opening::sha256},
    sources::SourceBook,
};

/// What was read so recently is not read again.
const FRESH_FOR: Duration = Duration::from_secs(2);
/// What was read so long ago is not told any more when the database fails.
const KEPT_FOR: Duration = Duration::from_mins(10);
/// So long after their end notices can still be read.
pub const READ_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Why nothing was published or taken back.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// Only an organisation's administrator may.
    #[error("only an administrator may publish notices")]
    NotAdministrator,
    /// What is wrong with it.
    #[error("the notice cannot be published as it is written")]
    Fault(NoticeFault),
    /// The organisation has no such notice, or it was taken back already.
    #[error("there is no such notice to take back")]
    Unknown,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The notices could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// What stands on the board, as it was read.
#[derive(Debug, Clone)]
struct Held {
    notices: Arc<[Published]>,
    read: Instant,
}

/// The board of all notices, read again every few seconds.
pub struct NoticeBoard {
    notices: Arc<dyn Notices>,
    held: Mutex<Option<Held>>,
}

impl NoticeBoard {
    /// Over the notices that are kept.
    pub fn new(notices: Arc<dyn Notices>) -> Self {
        Self { notices, held: Mutex::default() }
    }

    /// Everything that holds, is to come or ended lately.
    ///
    /// # Errors
    /// When it cannot be read and was not for some minutes.
    pub async fn all(&self, now: Timestamp) -> Result<Arc<[Published]>, PortError> {
        let held = self.held();
        if let Some(held) = &held
            && held.read.elapsed() < FRESH_FOR
        {
            return Ok(held.notices.clone());
        }
        let since = now.checked_sub(READ_BACK).unwrap_or(Timestamp::MIN);
        match self.notices.ending_after(since).await {
            Ok(read) => {
                let notices: Arc<[Published]> = read.into();
                self.hold(Some(Held { notices: notices.clone(), read: Instant::now() }));
                Ok(notices)
            }
            Err(error) => match held.filter(|held| held.read.elapsed() < KEPT_FOR) {
                Some(held) => {
                    tracing::warn!(%error, "notices could not be read again; what was read before is told");
                    Ok(held.notices)
                }
                None => Err(error),
            },
        }
    }

    /// Those that hold now for the staff of an organisation, the gravest first; of no organisation, those that are for everybody.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn now(
        &self,
        organisation: Option<&OrganisationId>,
        now: Timestamp,
    ) -> Result<Vec<Published>, PortError> {
        let all = self.all(now).await?;
        let holds = |one: &&Published| one.phase(now) == NoticePhase::Now && one.reaches(organisation);
        let mut hold: Vec<Published> = all.iter().filter(holds).cloned().collect();
        hold.sort_by_key(|one| std::cmp::Reverse((one.notice.kind, one.notice.from)));
        Ok(hold)
    }

    /// When each source is worked on, now or next, by a notice of its custodian or by its calendar; without the sources of which nothing is
    /// planned.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn work(&self, sources: &[Source], now: &Zoned) -> Result<BTreeMap<SourceId, Occasion>, PortError> {
        let told = self.all(now.timestamp()).await?;
        let of = |source: &Source| {
            let planned = told.iter().filter(|one| {
                one.phase(now.timestamp()) == NoticePhase::Coming
                    && one.keeps_from_asking(source, one.notice.from).is_some()
            });
            let holds = told.iter().filter(|one| one.keeps_from_asking(source, now.timestamp()).is_some());
            let noticed = planned.chain(holds).map(|one| (one.notice.from, one.notice.until));
            let recurring = maintenance::now_or_next(&source.maintenance, now);
            noticed.chain(recurring).min()
        };
        Ok(sources.iter().filter_map(|source| Some((source.id.clone(), of(source)?))).collect())
    }

    /// Sources that are worked on at a moment, by a notice of their custodian or by their calendar.
    pub async fn worked_on(&self, sources: &[Source], now: &Zoned) -> BTreeSet<SourceId> {
        let told = self.all(now.timestamp()).await.unwrap_or_else(|error| {
            tracing::error!(%error, "notices could not be read; no source is left alone for planned work");
            Arc::default()
        });
        let by_notice =
            |source: &Source| told.iter().any(|one| one.keeps_from_asking(source, now.timestamp()).is_some());
        let left = |source: &&Source| maintenance::until(&source.maintenance, now).is_some() || by_notice(source);
        sources.iter().filter(left).map(|source| source.id.clone()).collect()
    }

    fn held(&self) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, held: Option<Held>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
    }
}

/// The use cases around notices.
#[derive(Clone)]
pub struct NoticeService {
    notices: Arc<dyn Notices>,
    audit: Arc<dyn AuditLog>,
    board: Arc<NoticeBoard>,
    book: SourceBook,
    for_all: Arc<[OrganisationId]>,
}

impl NoticeService {
    /// Puts the ports together, with the sources there are and the organisations that may write to everybody.
    pub fn new(
        notices: Arc<dyn Notices>,
        audit: Arc<dyn AuditLog>,
        board: Arc<NoticeBoard>,
        book: SourceBook,
        for_all: Arc<[OrganisationId]>,
    ) -> Self {
        Self { notices, audit, board, book, for_all }
    }

    /// The board.
    pub fn board(&self) -> &NoticeBoard {
        &self.board
    }

    /// The sources of the viewer's own organisation: what it can write to everybody about.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn own_sources(&self, viewer: &Viewer) -> Result<Vec<Source>, PortError> {
        let mut all = self.book.now().await?.sources().to_vec();
        all.retain(|source| source.organisation == viewer.organisation);
        Ok(all)
    }

    /// Whether the viewer's organisation may write to everybody's staff about anything.
    pub fn may_write_to_everyone(&self, viewer: &Viewer) -> bool {
        self.for_all.contains(&viewer.organisation)
    }

    /// The notices of the administrator's own organisation that hold, are to come or ended lately, newest first, as they are now.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn own(&self, viewer: &Viewer, now: Timestamp) -> Result<Vec<Published>, NoticeError> {
        admit(viewer)?;
        let since = now.checked_sub(READ_BACK).unwrap_or(Timestamp::MIN);
        let mut all = self.notices.ending_after(since).await.map_err(NoticeError::Store)?;
        all.retain(|one| one.by.organisation == viewer.organisation);
        Ok(all)
    }

    /// Publishes a notice of the administrator's own organisation.
    ///
    /// # Errors
    /// When the viewer is no administrator, something is wrong with the notice, or it cannot be logged or kept. Then nothing was published.
    pub async fn publish(&self, viewer: &Viewer, notice: Notice, now: Timestamp) -> Result<(), NoticeError> {
        admit(viewer)?;
        let own = self.own_sources(viewer).await.map_err(NoticeError::Store)?;
        let own: Vec<&Source> = own.iter().collect();
        notice.check(&own, self.may_write_to_everyone(viewer), now).map_err(NoticeError::Fault)?;
        let published = Published {
            id: uuid::Uuid::new_v4().to_string(),
            notice,
            at: now,
            by: Registrar::from(viewer),
            withdrawn: None,
        };
        let change = self.begin(viewer, &published, "publish", now).await?;
        let kept = self.notices.publish(&published).await;
        let (became, told) = match kept {
            Ok(()) => (Became::Done, Ok(())),
            // The answer to a commit can be lost on its way.
            Err(error) => self.read_back(viewer, now, error, |all| all.iter().any(|one| one.id == published.id)).await,
        };
        self.board.hold(None);
        change.ended(became).await;
        told
    }

    /// Takes one back before its end.
    ///
    /// # Errors
    /// When the viewer is no administrator, the own organisation has no such notice that still holds or is to come, or it cannot be logged or
    /// written. Then it stands as it did.
    pub async fn withdraw(&self, viewer: &Viewer, id: &str, now: Timestamp) -> Result<(), NoticeError> {
        let own = self.own(viewer, now).await?;
        let notice = own.iter().find(|one| one.id == id && one.phase(now) != NoticePhase::Past);
        let notice = notice.ok_or(NoticeError::Unknown)?;
        let change = self.begin(viewer, notice, "withdraw", now).await?;
        let by = Registrar::from(viewer);
        let (became, told) = match self.notices.withdraw(&viewer.organisation, id, now, &by).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(NoticeError::Unknown)),
            Err(error) => {
                let gone = |all: &[Published]| all.iter().any(|one| one.id == id && one.withdrawn.is_some());
                self.read_back(viewer, now, error, gone).await
            }
        };
        self.board.hold(None);
        change.ended(became).await;
        told
    }

    async fn begin(
        &self,
        viewer: &Viewer,
        published: &Published,
        step: &'static str,
        now: Timestamp,
    ) -> Result<Change, NoticeError> {
        let notice = &published.notice;
        let deed = Deed::Notice {
            organisation: &viewer.organisation,
            notice: &published.id,
            step,
            kind: notice.kind,
            source: notice.source.as_ref(),
            everyone: notice.everyone,
            from: notice.from,
            until: notice.until,
            sha256: &sha256(&json!(notice)),
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        Change::begin(&self.audit, record).await.map_err(NoticeError::LogUnavailable)
    }

    async fn read_back(
        &self,
        viewer: &Viewer,
        now: Timestamp,
        error: PortError,
        is_there: impl Fn(&[Published]) -> bool,
    ) -> (Became, Result<(), NoticeError>) {
        match self.own(viewer, now).await {
            Ok(all) if is_there(&all) => (Became::Done, Ok(())),
            Ok(_) => (Became::NotKept, Err(NoticeError::Store(error))),
            Err(_) => (Became::Unclear, Err(NoticeError::Store(error))),
        }
    }
}

fn admit(viewer: &Viewer) -> Result<(), NoticeError> {
    if viewer.role == Role::Administrator { Ok(()) } else { Err(NoticeError::NotAdministrator) }
}
