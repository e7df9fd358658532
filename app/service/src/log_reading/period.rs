//! The days somebody asks for, as a period of the log.

use jiff::{SignedDuration, Span, Timestamp, Zoned, civil::Date};
use samsyn_domain::{
    review::{Period, PeriodRefusal},
    time::{sweden, today},
};

/// The period of these days in Sweden, up to this moment.
///
/// # Errors
/// When it ends before it begins, has not begun, or is longer than allowed.
pub fn period(from: Date, to: Date, longest_years: i16, now: &Zoned) -> Result<Period, PeriodRefusal> {
    if to < from {
        return Err(PeriodRefusal::None);
    }
    if from > today(now) {
        return Err(PeriodRefusal::Ahead);
    }
    if from.saturating_add(Span::new().years(longest_years)) < to {
        return Err(PeriodRefusal::TooLong { years: longest_years });
    }
    let start = |day: Date| day.to_zoned(sweden()).map(|day| day.timestamp()).map_err(|_| PeriodRefusal::None);
    let end = start(to.tomorrow().map_err(|_| PeriodRefusal::None)?)?;
    // What is made at this very moment belongs to it; what comes later does not, so that the same period gives the same acts again.
    Ok(Period { from: start(from)?, before: end.min(up_to(now)) })
}

/// The first moment after this one.
pub fn up_to(now: &Zoned) -> Timestamp {
    now.timestamp().saturating_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX)
}
