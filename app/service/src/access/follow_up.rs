//! What an emergency leaves behind for whoever opened it: listing, reading and writing the tasks.
//!
//! Not here: the rules (`domain::access`). Invariant: a task is read and written by the reader whose it is, and by nobody else here;
//! no emergency is opened without one.

use jiff::Zoned;
use samsyn_domain::{
    access::{FollowUp, Registration, Written},
    logged::Became,
    viewer::Viewer,
};

use super::{AccessError, AccessService};
use crate::{port::audit_log::Activity, record::Deed};

impl AccessService {
    /// The viewer's own open tasks, soonest due first. They are listed by when they were opened and are due, and tell nothing of whom they
    /// are about; so this alone is not logged.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn open_follow_ups(&self, viewer: &Viewer) -> Result<Vec<FollowUp>, AccessError> {
        let found = self.follow_ups.open_of_reader(&viewer.provider.id, &viewer.user_id).await;
        Ok(found.map_err(AccessError::Register)?.into_iter().filter(|task| task.is_of(viewer)).collect())
    }

    /// One of the viewer's own tasks, open or written.
    ///
    /// # Errors
    /// When it is not there or another's, or the reading cannot be logged.
    pub async fn follow_up(&self, viewer: &Viewer, id: &str, now: &Zoned) -> Result<FollowUp, AccessError> {
        let task = self.own_follow_up(viewer, id).await?;
        let deed = Deed::FollowUp { registration: &task.id };
        self.log(Activity::Read, viewer, &task.patient, now, &deed).await?;
        Ok(task)
    }

    /// Writes one of the viewer's own tasks, and thereby closes it.
    ///
    /// # Errors
    /// When the text is refused, the task is not there, another's or written already, or it cannot be logged or kept.
    pub async fn write_follow_up(&self, viewer: &Viewer, id: &str, text: &str, now: &Zoned) -> Result<(), AccessError> {
        let task = self.own_follow_up(viewer, id).await?;
        if task.written.is_some() {
            return Err(AccessError::Unknown);
        }
        let written = Written::new(text, now.timestamp())?;
        let (registration, overdue) = (task.id.as_str(), task.is_overdue(now.timestamp()));
        let deed = Deed::WriteFollowUp { registration, opened: task.opened_at, due: task.due, overdue };
        let change = self.begin(Activity::Write, viewer, &task.patient, now, &deed).await?;
        let provider = &viewer.provider.id;
        let (became, told) = match self.follow_ups.write(provider, &task.id, &written).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(AccessError::Unknown)),
            // The answer to a commit can be lost on its way.
            Err(error) => match self.follow_ups.follow_up(provider, &task.id).await {
                Ok(Some(FollowUp { written: Some(there), .. })) if is_same(&there, &written) => (Became::Done, Ok(())),
                Ok(_) => (Became::NotKept, Err(AccessError::Register(error))),
                Err(_) => (Became::Unclear, Err(AccessError::Unclear(error))),
            },
        };
        change.ended(became).await;
        told
    }

    /// Leaves the task of a new emergency, before the emergency itself is kept: should that fail, a task too many is the
    /// lesser harm. The second step of an emergency, and more sections in it, are followed up with its first.
    pub(super) async fn leave_follow_up(
        &self,
        viewer: &Viewer,
        new: &Registration,
        now: &Zoned,
    ) -> Result<(), AccessError> {
        let Some(task) = FollowUp::of(new) else { return Ok(()) };
        let ongoing = !self.emergency(viewer, &new.patient, now).await?.is_empty();
        if ongoing && self.open_follow_ups(viewer).await?.iter().any(|open| open.stands_for(new)) {
            return Ok(());
        }
        self.follow_ups.leave(&task).await.map_err(AccessError::Register)
    }

    async fn own_follow_up(&self, viewer: &Viewer, id: &str) -> Result<FollowUp, AccessError> {
        let found = self.follow_ups.follow_up(&viewer.provider.id, id).await.map_err(AccessError::Register)?;
        found.filter(|task| viewer.has_care_purpose() && task.is_of(viewer)).ok_or(AccessError::Unknown)
    }
}

/// As the register keeps a moment: to the microsecond.
fn is_same(there: &Written, sent: &Written) -> bool {
    there.text == sent.text && there.at.as_microsecond() == sent.at.as_microsecond()
}
