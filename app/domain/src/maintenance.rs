//! Maintenance of a source that comes back, in Swedish local time: every Wednesday night, the third Sunday of the month.
//!
//! Not here: a single planned occasion (`notice`). Invariant: what is said to be next is what will hold; on the nights when the clocks change
//! the beginning is moved as clocks are, and the length is real time.

use jiff::{SignedDuration, Span, Timestamp, ToSpan as _, Zoned, civil::Time, civil::Weekday};
use serde::{Deserialize, Serialize};

/// The longest that one occasion may be, in minutes.
const MOST_MINUTES: u32 = 24 * 60;
/// So many days ahead the next occasion is looked for: the fifth of a weekday can be some four months away.
const LOOKED_AHEAD_DAYS: i64 = 190;

/// One recurring occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurring {
    /// Day of the week, e.g. `wednesday`.
    pub day: Day,
    /// Which of them in the month, 1–5; every week without it.
    #[serde(default)]
    pub week_of_month: Option<i8>,
    /// When it begins, Swedish local time, e.g. `23:30`.
    pub from: Time,
    /// How long it lasts, 1–1440.
    pub minutes: u32,
}

/// A day of the week as configuration has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names of the days")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

/// One occasion: its beginning, and the first moment after it.
pub type Occasion = (Timestamp, Timestamp);

impl Recurring {
    /// What in it cannot be used: the key and why.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        let minutes = (!(1..=MOST_MINUTES).contains(&self.minutes))
            .then(|| ("minutes", format!("{} is outside 1 … {MOST_MINUTES}", self.minutes)));
        let week = self.week_of_month.filter(|week| !(1..=5).contains(week));
        let week = week.map(|week| ("week_of_month", format!("{week} is outside 1 … 5")));
        [minutes, week].into_iter().flatten().collect()
    }

    /// The occasion that holds at a moment, or the next one.
    pub fn now_or_next(&self, now: &Zoned) -> Option<Occasion> {
        // Yesterday's may not be over.
        let days = (-1..=LOOKED_AHEAD_DAYS).filter_map(|day| now.date().checked_add(Span::new().days(day)).ok());
        let on = days.filter(|date| {
            date.weekday() == self.day.into() && self.week_of_month.is_none_or(|week| (date.day() - 1) / 7 + 1 == week)
        });
        let occasions = on.filter_map(|date| {
            let from = date.to_datetime(self.from).to_zoned(now.time_zone().clone()).ok()?.timestamp();
            let until = from.checked_add(i64::from(self.minutes).minutes()).ok()?;
            Some((from, until))
        });
        occasions.into_iter().find(|(_, until)| *until > now.timestamp())
    }
}

/// The occasion among several that holds at a moment, and otherwise the one that comes first.
pub fn now_or_next(all: &[Recurring], now: &Zoned) -> Option<Occasion> {
    all.iter().filter_map(|one| one.now_or_next(now)).min()
}

/// Until when maintenance that holds at a moment lasts; what begins before the former ends goes on.
pub fn until(all: &[Recurring], now: &Zoned) -> Option<Timestamp> {
    let held = all.iter().filter_map(|one| one.now_or_next(now)).filter(|(from, _)| *from <= now.timestamp());
    held.map(|(_, until)| until).max().filter(|until| until.duration_since(now.timestamp()) > SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::sweden;

    fn at(text: &str) -> Zoned {
        text.parse::<Timestamp>().unwrap().to_zoned(sweden())
    }

    fn every(day: Day, week_of_month: Option<i8>, from: &str, minutes: u32) -> Recurring {
        Recurring { day, week_of_month, from: from.parse().unwrap(), minutes }
    }

    fn told(occasion: Option<Occasion>) -> (String, String) {
        let (from, until) = occasion.unwrap();
        let local = |at: Timestamp| at.to_zoned(sweden()).strftime("%F %H:%M").to_string();
        (local(from), local(until))
    }

    #[test]
    fn the_third_wednesday_of_the_month_is_found_across_its_end() {
        let one = every(Day::Wednesday, Some(3), "17:00", 360);
        let before = told(one.now_or_next(&at("2026-11-18T12:00:00+01:00")));
        assert_eq!(before, ("2026-11-18 17:00".into(), "2026-11-18 23:00".into()));
        let after = told(one.now_or_next(&at("2026-11-18T23:00:00+01:00")));
        assert_eq!(after, ("2026-12-16 17:00".into(), "2026-12-16 23:00".into()));
    }

    #[test]
    fn what_began_yesterday_holds_until_it_is_over() {
        let night = [every(Day::Saturday, None, "23:30", 120)];
        let now = at("2026-11-22T01:29:59+01:00");
        assert_eq!(until(&night, &now).map(|at| at.to_string()), Some("2026-11-22T00:30:00Z".into()));
        assert_eq!(until(&night, &at("2026-11-22T01:30:00+01:00")), None);
        assert_eq!(until(&night, &at("2026-11-21T23:29:59+01:00")), None);
        assert!(until(&night, &at("2026-11-21T23:30:00+01:00")).is_some());
    }

    #[test]
    fn a_fifth_monday_is_waited_for() {
        let one = every(Day::Monday, Some(5), "02:00", 60);
        let next = told(one.now_or_next(&at("2026-12-01T00:00:00+01:00")));
        assert_eq!(next.0, "2027-03-29 02:00".to_owned());
    }

    #[test]
    fn in_the_night_without_two_o_clock_it_begins_as_clocks_do_and_lasts_as_long() {
        let one = every(Day::Sunday, None, "02:30", 60);
        let next = told(one.now_or_next(&at("2026-03-29T00:00:00+01:00")));
        assert_eq!(next, ("2026-03-29 03:30".into(), "2026-03-29 04:30".into()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let keys = |one: Recurring| one.unreasonable().into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(every(Day::Monday, Some(6), "02:00", 0)), ["minutes", "week_of_month"]);
        assert_eq!(keys(every(Day::Monday, Some(0), "02:00", 1441)), ["minutes", "week_of_month"]);
        assert!(keys(every(Day::Monday, Some(5), "02:00", 1440)).is_empty());
    }
}
