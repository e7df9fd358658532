//! The national times, `YYYYMMDD` and `YYYYMMDDhhmmss` without zone, as times of the contract.
//!
//! Not here: the zone (the host applies the source's).
//! Invariant: what is no time is none, and the caller says so. The schemas demand seconds where a source often has only a
//! day, which producers fill with `000000`, and with `235959` at the end of a period: both are read as the day they stand for.
//! An end at `000000` is kept as that instant, because as a day it would last 24 hours longer.

/// A point in time, or the start of a period.
pub fn start(text: &str) -> Option<String> {
    read(text, "00:00:00")
}

/// The end of a period.
pub fn end(text: &str) -> Option<String> {
    read(text, "23:59:59")
}

fn read(text: &str, means_day: &str) -> Option<String> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, '-' | ':' | 'T')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok());
    let year = number(0..4)?;
    if !(1800..=2200).contains(&year) {
        return None;
    }
    let month = || number(4..6).filter(|month| (1..=12).contains(month));
    let day = || month().and_then(|month| number(6..8).filter(|day| (1..=days_in(year, month)).contains(day)));
    let date = || Some(format!("{year:04}-{:02}-{:02}", month()?, day()?));
    match digits.len() {
        4 => Some(digits),
        6 => month().map(|month| format!("{year:04}-{month:02}")),
        8 => date(),
        12 => Some(format!("{}T{}", date()?, clock(&digits, false)?)),
        14 => {
            let (date, clock) = (date()?, clock(&digits, true)?);
            Some(if clock == means_day { date } else { format!("{date}T{clock}") })
        }
        _ => None,
    }
}

fn clock(digits: &str, seconds: bool) -> Option<String> {
    let part = |range: std::ops::Range<usize>, below: u32| {
        digits.get(range).filter(|part| part.parse::<u32>().is_ok_and(|value| value < below))
    };
    let (hour, minute) = (part(8..10, 24)?, part(10..12, 60)?);
    if seconds { Some(format!("{hour}:{minute}:{}", part(12..14, 60)?)) } else { Some(format!("{hour}:{minute}")) }
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether the first time is before the second. A day counts from its first moment as the second and to its last as the
/// first, so that nothing ends before its last day has passed.
pub fn is_before(first: &str, second: &str) -> bool {
    let head = |text: &str, length: usize| text.get(..length.min(text.len())).unwrap_or(text).to_owned();
    let shared = first.len().min(second.len());
    head(first, shared) < head(second, shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_times_become_local_times_at_their_precision() {
        for (text, expected) in [
            ("20111111", "2011-11-11"),
            ("20111111111111", "2011-11-11T11:11:11"),
            ("201111111111", "2011-11-11T11:11"),
            ("201604", "2016-04"),
            ("1987", "1987"),
            ("2024-01-01", "2024-01-01"),
            ("20261119000000", "2026-11-19"),
        ] {
            assert_eq!(start(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_end_at_midnight_stays_at_midnight() {
        assert_eq!(end("20261231235959").as_deref(), Some("2026-12-31"));
        assert_eq!(end("20261231000000").as_deref(), Some("2026-12-31T00:00:00"));
        assert_eq!(start("20261231235959").as_deref(), Some("2026-12-31T23:59:59"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "?", "20111331", "20230229", "20111111241111", "2011111", "igår", "99999999", "201111111111119"]
        {
            assert_eq!(start(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_lasts_until_it_has_passed() {
        let now = "2026-11-21T12:00:00";
        assert!(is_before("2026-11-20", now));
        assert!(!is_before("2026-11-21", now));
        assert!(is_before("2026-11-21T11:59:59", now));
        assert!(!is_before("2026", now));
        assert!(is_before(now, "2026-11-22"));
    }
}
