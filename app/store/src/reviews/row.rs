//! Rows of reviews ↔ the words of the domain.

use jiff::Timestamp;
use samsyn_domain::{
    logged::Place,
    review::{Closing, Mark, Pick, Review, Verdict},
};
use samsyn_service::port::PortError;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use serde::{Serialize, de::DeserializeOwned};

use super::{BEGIN, CLOSE, MARK, READ};
use crate::entity::{review, review_closing, review_mark, review_pick};

/// HSA-ids are the same in either case.
pub(super) fn lower(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

pub(super) fn of_review(new: &Review) -> Result<review::ActiveModel, PortError> {
    Ok(review::ActiveModel {
        id: Set(new.id.clone()),
        provider: Set(lower(new.begun_by.provider.id.as_str())),
        begun_us: Set(new.begun_at.as_microsecond()),
        begun_by: Set(json(BEGIN, &new.begun_by)?),
        selection: Set(json(BEGIN, &new.selection)?),
    })
}

pub(super) fn of_picks(review: &str, picks: &[Pick]) -> Result<Vec<review_pick::ActiveModel>, PortError> {
    let index = |place: &Place| i64::try_from(place.index).map_err(|_| PortError::new(BEGIN, "its place is none"));
    let row = |pick: &Pick| {
        let model = review_pick::Model {
            review: review.to_owned(),
            number: i32::try_from(pick.number).map_err(|_| PortError::new(BEGIN, "its number is none"))?,
            reader: json(BEGIN, &pick.reader)?,
            record: pick.record.clone(),
            record_index: index(&pick.place)?,
            record_us: pick.place.at.as_microsecond(),
            outcome_index: pick.outcome.as_ref().map(index).transpose()?,
            outcome_us: pick.outcome.map(|place| place.at.as_microsecond()),
            reasons: json(BEGIN, &pick.reasons)?,
        };
        Ok(model.into_active_model().reset_all())
    };
    picks.iter().map(row).collect()
}

pub(super) fn of_mark(review: &str, before: u64, mark: &Mark) -> Result<review_mark::ActiveModel, PortError> {
    let number = |number: u64| i32::try_from(number).map_err(|_| PortError::new(MARK, "its number is none"));
    Ok(review_mark::ActiveModel {
        review: Set(review.to_owned()),
        number: Set(number(before + 1)?),
        pick: Set(number(mark.pick.into())?),
        verdict: Set(mark.verdict.name().to_owned()),
        note: Set(mark.note.clone()),
        at_us: Set(mark.at.as_microsecond()),
        made_by: Set(json(MARK, &mark.by)?),
    })
}

pub(super) fn of_closing(review: &str, closing: &Closing) -> Result<review_closing::ActiveModel, PortError> {
    Ok(review_closing::ActiveModel {
        review: Set(review.to_owned()),
        result: Set(closing.result.clone()),
        at_us: Set(closing.at.as_microsecond()),
        made_by: Set(json(CLOSE, &closing.by)?),
    })
}

pub(super) fn review(row: &review::Model) -> Result<Review, PortError> {
    let id = &row.id;
    Ok(Review {
        id: id.clone(),
        begun_by: read(id, "reviewer", &row.begun_by)?,
        begun_at: moment(id, row.begun_us)?,
        selection: read(id, "selection", &row.selection)?,
    })
}

pub(super) fn pick(row: review_pick::Model) -> Result<Pick, PortError> {
    let id = &row.review;
    let place = |index: i64, us: i64| {
        let index = u64::try_from(index).map_err(|_| unreadable(id, "place"))?;
        Ok(Place { index, at: moment(id, us)? })
    };
    Ok(Pick {
        number: u32::try_from(row.number).map_err(|_| unreadable(id, "number"))?,
        reader: read(id, "reader", &row.reader)?,
        place: place(row.record_index, row.record_us)?,
        outcome: row.outcome_index.zip(row.outcome_us).map(|(index, us)| place(index, us)).transpose()?,
        reasons: read(id, "reasons", &row.reasons)?,
        record: row.record,
    })
}

pub(super) fn mark(row: review_mark::Model) -> Result<Mark, PortError> {
    let id = &row.review;
    let verdict = [Verdict::Justified, Verdict::Questioned].into_iter().find(|one| one.name() == row.verdict);
    Ok(Mark {
        pick: u32::try_from(row.pick).map_err(|_| unreadable(id, "pick"))?,
        verdict: verdict.ok_or_else(|| unreadable(id, "verdict"))?,
        at: moment(id, row.at_us)?,
        by: read(id, "judge", &row.made_by)?,
        note: row.note,
    })
}

pub(super) fn closing(row: review_closing::Model) -> Result<Closing, PortError> {
    let id = &row.review;
    Ok(Closing { at: moment(id, row.at_us)?, by: read(id, "closer", &row.made_by)?, result: row.result })
}

fn unreadable(review: &str, what: &str) -> PortError {
    PortError::new(READ, format_args!("review {review}: its {what} cannot be read"))
}

fn moment(review: &str, us: i64) -> Result<Timestamp, PortError> {
    Timestamp::from_microsecond(us).map_err(|_| unreadable(review, "time"))
}

fn read<T: DeserializeOwned>(review: &str, what: &str, text: &str) -> Result<T, PortError> {
    serde_json::from_str(text).map_err(|_| unreadable(review, what))
}

fn json(operation: &'static str, value: &impl Serialize) -> Result<String, PortError> {
    serde_json::to_string(value).map_err(|_| PortError::new(operation, "it cannot be written as JSON"))
}
