//! Time at the precision a source has, and local dates in the source's zone.
//!
//! Room: [`When`] and calendar arithmetic. Not here: reading the clock (it comes in as a parameter).
//! Invariant: precision is never invented; what cannot be read is kept as text and never compared as a date.
//! Rule: RIV-TA times have no offset and mean Swedish local time (TKB 3.1; ISO 8601 elsewhere).

use jiff::{
    Timestamp, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// The zone of every Swedish source.
pub const SWEDEN: &str = "Europe/Stockholm";

/// The Swedish zone; UTC if the bundled database lacked it, which a test rules out.
pub fn sweden() -> TimeZone {
    TimeZone::get(SWEDEN).unwrap_or(TimeZone::UTC)
}

/// A point in time at the precision the source has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum When {
    /// `1987`
    Year(i16),
    /// `1987-04`
    Month(i16, i8),
    /// `1987-04-02`
    Day(Date),
    /// Local date and time in the source's zone.
    Local(DateTime),
    /// An instant.
    Instant(Timestamp),
    /// Something that cannot be read as a time; shown as it is.
    Unreadable(String),
}

impl When {
    /// Reads the forms of `types.when` in the contract. Never fails: an unreadable text is kept.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        match text.len() {
            4 if digits(text) => text.parse().map_or_else(|_| Self::Unreadable(text.into()), Self::Year),
            7 => match (text.get(..4).and_then(|y| y.parse().ok()), text.get(5..).and_then(|m| m.parse::<i8>().ok())) {
                (Some(year), Some(month)) if (1..=12).contains(&month) && text.as_bytes().get(4) == Some(&b'-') => {
                    Self::Month(year, month)
                }
                _ => Self::Unreadable(text.into()),
            },
            10 => text.parse().map_or_else(|_| Self::Unreadable(text.into()), Self::Day),
            _ => match (text.parse::<Timestamp>(), text.parse::<DateTime>()) {
                (Ok(instant), _) => Self::Instant(instant),
                (_, Ok(local)) if text.len() >= 16 => Self::Local(local),
                _ => Self::Unreadable(text.into()),
            },
        }
    }

    /// First local day this can mean, for ordering and for windows; none when unreadable.
    pub fn first_day(&self, zone: &TimeZone) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(*year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(*year, *month, 1).ok(),
            Self::Day(day) => Some(*day),
            Self::Local(local) => Some(local.date()),
            Self::Instant(instant) => Some(instant.to_zoned(zone.clone()).date()),
            Self::Unreadable(_) => None,
        }
    }

    /// Last local day this can mean; none when unreadable.
    pub fn last_day(&self, zone: &TimeZone) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(*year, 12, 31).ok(),
            Self::Month(year, month) => Date::new(*year, *month, 1).ok().map(Date::last_of_month),
            other => other.first_day(zone),
        }
    }

    /// The last local moment this can mean: the end of an imprecise day, month or year.
    pub fn last_moment(&self, zone: &TimeZone) -> Option<DateTime> {
        match self {
            Self::Local(local) => Some(*local),
            Self::Instant(instant) => Some(instant.to_zoned(zone.clone()).datetime()),
            other => other.last_day(zone).map(|day| day.at(23, 59, 59, 999_999_999)),
        }
    }

    /// A key for newest-first ordering; unreadable times sort last.
    pub fn order_key(&self, zone: &TimeZone) -> Option<DateTime> {
        match self {
            Self::Local(local) => Some(*local),
            Self::Instant(instant) => Some(instant.to_zoned(zone.clone()).datetime()),
            other => other.first_day(zone).map(|day| day.at(0, 0, 0, 0)),
        }
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Local(local) => write!(f, "{}", local.strftime("%Y-%m-%dT%H:%M:%S")),
            Self::Instant(instant) => write!(f, "{}", instant.to_zoned(sweden()).strftime("%Y-%m-%dT%H:%M:%S%:z")),
            Self::Unreadable(text) => f.write_str(text),
        }
    }
}

impl Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(&String::deserialize(deserializer)?))
    }
}

/// First day of a window of whole calendar months that ends today, inclusive.
///
/// Three months before 2026-11-21 is 2026-08-21; where the day does not exist, the last day of that month.
pub fn window_start(today: Date, months: u8) -> Date {
    today.saturating_sub(jiff::Span::new().months(i64::from(months)))
}

/// Today in Sweden.
pub fn today(now: &Zoned) -> Date {
    now.with_time_zone(sweden()).date()
}
