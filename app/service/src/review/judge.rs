//! Looking at a pick, judging it, closing the review.
//!
//! Invariant: the patient of a pick is shown with a record of its own in the log, and a judgement has one before it is kept.

use jiff::{SignedDuration, Zoned};
use samsyn_domain::{
    access::{FollowUp, Registrar},
    logged::{Became, LoggedAct},
    review::{Closing, Mark, Pick, ReviewFile, ReviewRefusal, Verdict, checked_note, checked_result},
    viewer::Viewer,
};
use serde_json::json;

use super::{ReviewError, ReviewService};
use crate::port::PortError;

/// An emergency lasts an hour and can be extended through a shift; what was opened later than this belongs to another one.
const SAME_EMERGENCY: SignedDuration = SignedDuration::from_hours(24);

/// A pick, ready to be judged.
#[derive(Debug, Clone)]
pub struct PickRead {
    /// The review it belongs to.
    pub file: ReviewFile,
    /// The pick.
    pub pick: Pick,
    /// What the log tells; none when the record no longer stands where it stood.
    pub act: Option<LoggedAct>,
    /// What the reader has told, or is yet to tell, of the emergency it belongs to.
    pub follow_up: Option<FollowUp>,
}

/// The pick that an address names. It may say anything: what is no number is no pick, and that is known only once the viewer is let in.
fn numbered(file: &ReviewFile, number: &str) -> Option<Pick> {
    number.parse().ok().and_then(|number| file.pick(number)).cloned()
}

/// What the log says became of what was to be kept. What failed may be there all the same: the answer to a commit can be lost on its way.
const fn became(kept: &Result<bool, PortError>) -> Became {
    match kept {
        Ok(true) => Became::Done,
        Ok(false) => Became::NotKept,
        Err(_) => Became::Unclear,
    }
}

impl ReviewService {
    /// A pick with its patient.
    ///
    /// # Errors
    /// When the viewer is no reviewer, there is none, or something cannot be read or logged.
    pub async fn pick(
        &self,
        viewer: &Viewer,
        review: &str,
        number: &str,
        now: &Zoned,
    ) -> Result<PickRead, ReviewError> {
        let file = self.own(viewer, review).await?;
        let pick = numbered(&file, number).ok_or(ReviewError::Unknown)?;
        let number = pick.number;
        let act = self.act(viewer, &pick).await?;
        let patient = act.as_ref().map(|act| &act.patient);
        let details = json!({ "what": "review-pick", "review": file.review.id, "pick": number, "record": pick.record });
        self.look(viewer, patient, now, details).await?;
        let follow_up = match &act {
            Some(act) => self.follow_up_of(viewer, act).await?,
            None => None,
        };
        Ok(PickRead { file, pick, act, follow_up })
    }

    /// Judges a pick. The number of the next one that nobody has judged, if there is one.
    ///
    /// # Errors
    /// When the viewer is no reviewer, there is none, a rule refuses it, or it cannot be logged or kept.
    pub async fn mark(
        &self,
        viewer: &Viewer,
        review: &str,
        number: &str,
        judgement: (Verdict, &str),
        now: &Zoned,
    ) -> Result<Option<u32>, ReviewError> {
        let mut file = self.own(viewer, review).await?;
        let pick = numbered(&file, number).ok_or(ReviewError::Unknown)?;
        let number = pick.number;
        if file.closing.is_some() {
            return Err(ReviewRefusal::Closed.into());
        }
        if pick.is_of(viewer) {
            return Err(ReviewRefusal::Own.into());
        }
        let (verdict, note) = judgement;
        let note = checked_note(verdict, note)?;
        let patient = self.act(viewer, &pick).await?.map(|act| act.patient);
        let details = json!({
            "what": "review-mark", "review": file.review.id, "pick": number, "record": pick.record, "verdict": verdict,
        });
        let change = self.change(viewer, patient.as_ref(), now, details).await?;
        let mark = Mark { pick: number, verdict, note, at: now.timestamp(), by: Registrar::from(viewer) };
        let kept = self.reviews.mark_pick(&viewer.provider.id, review, &mark).await;
        change.ended(became(&kept)).await;
        if !kept.map_err(ReviewError::Store)? {
            return Err(ReviewRefusal::Closed.into());
        }
        file.marks.push(mark);
        let left = |after: u32| file.unmarked().map(|pick| pick.number).find(|next| *next > after);
        Ok(left(number).or_else(|| left(0)))
    }

    /// Closes a review with its result.
    ///
    /// # Errors
    /// When the viewer is no reviewer, there is none, a rule refuses it, or it cannot be logged or kept.
    pub async fn close(&self, viewer: &Viewer, review: &str, result: &str, now: &Zoned) -> Result<(), ReviewError> {
        let file = self.own(viewer, review).await?;
        if file.closing.is_some() {
            return Err(ReviewRefusal::Closed.into());
        }
        let result = checked_result(&file, result)?;
        let details = json!({
            "what": "review-close",
            "review": file.review.id,
            "justified": file.judged(Verdict::Justified),
            "questioned": file.judged(Verdict::Questioned),
        });
        let change = self.change(viewer, None, now, details).await?;
        let closing = Closing { result, at: now.timestamp(), by: Registrar::from(viewer) };
        let done = self.reviews.close_review(&viewer.provider.id, review, &closing).await;
        change.ended(became(&done)).await;
        if done.map_err(ReviewError::Store)? { Ok(()) } else { Err(ReviewRefusal::Closed.into()) }
    }

    /// The task that the emergency of an act left: the reader's latest about the patient before it.
    async fn follow_up_of(&self, viewer: &Viewer, act: &LoggedAct) -> Result<Option<FollowUp>, ReviewError> {
        let all = self.follow_ups.of_provider(&viewer.provider.id).await.map_err(ReviewError::Store)?;
        let of_act = |task: &FollowUp| {
            let since = act.place.at.duration_since(task.opened_at);
            task.patient == act.patient
                && task.is_of(&act.reader)
                && since >= -SignedDuration::from_secs(1)
                && since < SAME_EMERGENCY
        };
        Ok(all.into_iter().filter(of_act).max_by_key(|task| task.opened_at))
    }
}
