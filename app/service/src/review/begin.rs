//! Beginning a review: reading a period, letting the rules and chance choose, keeping what was chosen.
//!
//! Invariant: the record of the selection, with its seed, is durable before the selection is kept; who was looked for especially is neither
//! logged nor kept.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, Zoned, civil::Date};
use samsyn_domain::{
    access::Registrar,
    identifier::PersonIdentifier,
    review::{
        Chosen, Look, PERIOD_MAX_DAYS, PICKS_MAX, Period, Pick, Review, ReviewRefusal, ReviewRules, Rule, Selection,
        Wish, select,
    },
    time::{sweden, today},
    viewer::Viewer,
};
use serde_json::json;

use super::{ReviewError, ReviewService};
use crate::port::audit_log::Activity;

/// What a reviewer wants to look at, as a form says it.
#[derive(Debug, Clone)]
pub struct New {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// So many by chance.
    pub random: u32,
    /// At most so many by rule.
    pub by_rule: u32,
    /// The rules to apply.
    pub rules: BTreeSet<Rule>,
    /// Persons to look for especially.
    pub named: BTreeSet<PersonIdentifier>,
}

/// The period of these days in Sweden, up to this moment.
///
/// # Errors
/// When it ends before it begins, has not begun, or is longer than allowed.
pub fn period(from: Date, to: Date, longest_days: i32, now: &Zoned) -> Result<Period, ReviewRefusal> {
    if to < from {
        return Err(ReviewRefusal::Period);
    }
    if from > today(now) {
        return Err(ReviewRefusal::PeriodAhead);
    }
    if from.until(to).map_or(i32::MAX, |span| span.get_days()) >= longest_days {
        return Err(ReviewRefusal::PeriodTooLong);
    }
    let start = |day: Date| day.to_zoned(sweden()).map(|day| day.timestamp()).map_err(|_| ReviewRefusal::Period);
    let end = start(to.tomorrow().map_err(|_| ReviewRefusal::Period)?)?;
    // What is made at this very moment belongs to it; what comes later does not, so that the same period gives the same acts again.
    let now = now.timestamp().saturating_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
    Ok(Period { from: start(from)?, before: end.min(now) })
}

impl ReviewService {
    /// Selects, and gives the new review's id.
    ///
    /// # Errors
    /// When the viewer is no reviewer, a rule refuses it, or something cannot be read, logged or kept. Then there is no new review.
    pub async fn begin(
        &self,
        viewer: &Viewer,
        new: New,
        unusual: &ReviewRules,
        now: &Zoned,
    ) -> Result<String, ReviewError> {
        self.admit(viewer, "review-begin", None, now).await?;
        let period = period(new.from, new.to, PERIOD_MAX_DAYS, now)?;
        let number = |picks: u32| usize::try_from(picks).ok().filter(|picks| *picks <= PICKS_MAX);
        let random = number(new.random).ok_or(ReviewRefusal::Number)?;
        let by_rule = number(new.by_rule).ok_or(ReviewRefusal::Number)?;
        if random == 0 && (by_rule == 0 || new.rules.is_empty()) {
            return Err(ReviewRefusal::NothingChosen.into());
        }
        let seed = uuid::Uuid::new_v4().simple().to_string();
        let wish = Wish { seed, random, by_rule, rules: new.rules, named: new.named };
        let looks = self
            .log
            .acts(&viewer.provider.id, period, |logged| logged.record.patient.is_some(), |act| Look::of(&act))
            .await?;
        let chosen = select(&looks, &wish, unusual);
        let readers: BTreeSet<&str> = looks.iter().map(|look| look.reader.as_str()).collect();
        let review = Review {
            id: uuid::Uuid::new_v4().to_string(),
            begun_by: Registrar::from(viewer),
            begun_at: now.timestamp(),
            selection: Selection {
                period,
                random: new.random,
                by_rule: new.by_rule,
                unusual: unusual.clone(),
                named: u32::try_from(wish.named.len()).unwrap_or(u32::MAX),
                acts: looks.len() as u64,
                readers: readers.len() as u64,
                found: chosen.found.clone(),
                rules: wish.rules,
                seed: wish.seed,
            },
        };
        let picks = self.picks(viewer, &chosen).await?;
        let details = json!({
            "what": "review-begin",
            "review": review.id,
            "selection": review.selection,
            "picks": picks.len(),
        });
        self.record(Activity::Write, viewer, None, now, details).await?;
        self.reviews.begin_review(&review, &picks).await.map_err(ReviewError::Store)?;
        Ok(review.id)
    }

    /// What was chosen, each with its reader as the log names them.
    async fn picks(&self, viewer: &Viewer, chosen: &Chosen<'_>) -> Result<Vec<Pick>, ReviewError> {
        let mut picks = Vec::new();
        for ((look, reasons), number) in chosen.looks.iter().zip(1..) {
            let act = self.log.act(&viewer.provider.id, &look.id, look.place, None).await;
            let act = act.map_err(ReviewError::Unreadable)?.ok_or(ReviewError::Unknown)?;
            picks.push(Pick {
                number,
                reader: Registrar::from(&act.reader),
                record: look.id.clone(),
                place: look.place,
                outcome: look.outcome,
                reasons: reasons.clone(),
            });
        }
        Ok(picks)
    }
}
