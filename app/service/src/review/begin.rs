//! Beginning a review: reading a period, letting the rules and chance choose, keeping what was chosen.
//!
//! Invariant: the record of the selection, with its seed, is durable before the selection is kept; who was looked for especially is neither
//! logged nor kept.

use std::collections::BTreeSet;

use jiff::{Zoned, civil::Date};
use samsyn_domain::{
    access::Registrar,
    identifier::PersonIdentifier,
    logged::Became,
    review::{
        Chosen, Look, PERIOD_MAX_YEARS, PICKS_MAX, Pick, Review, ReviewRefusal, ReviewRules, Rule, Selection, Wish,
        select,
    },
    viewer::Viewer,
};
use serde_json::json;

use super::{ReviewError, ReviewService};
use crate::log_reading::{LogAccessError, Part, period};

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
        Self::admit(viewer)?;
        let period = period(new.from, new.to, PERIOD_MAX_YEARS, now).map_err(ReviewRefusal::from)?;
        let number = |picks: u32| usize::try_from(picks).ok().filter(|picks| *picks <= PICKS_MAX);
        let random = number(new.random).ok_or(ReviewRefusal::Number)?;
        let by_rule = number(new.by_rule).ok_or(ReviewRefusal::Number)?;
        if random == 0 && (by_rule == 0 || new.rules.is_empty()) {
            return Err(ReviewRefusal::NothingChosen.into());
        }
        let seed = uuid::Uuid::new_v4().simple().to_string();
        let wish = Wish { seed, random, by_rule, rules: new.rules, named: new.named };
        let part = Part { provider: &viewer.provider.id, patient: None, period };
        let looks = self.log.acts(part, |act| Look::of(&act)).await?;
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
        let change = self.change(viewer, None, now, details).await?;
        let kept = self.reviews.begin_review(&review, &picks).await;
        change.ended(if kept.is_ok() { Became::Done } else { Became::Unclear }).await;
        kept.map(|()| review.id).map_err(ReviewError::Store)
    }

    /// What was chosen, each with its reader as the log names them.
    async fn picks(&self, viewer: &Viewer, chosen: &Chosen<'_>) -> Result<Vec<Pick>, ReviewError> {
        let mut picks = Vec::new();
        for ((look, reasons), number) in chosen.looks.iter().zip(1..) {
            let act = self.log.beginning(&viewer.provider.id, &look.id, look.place).await;
            let act = act.map_err(LogAccessError::Unreadable)?.ok_or(ReviewError::Unknown)?;
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
