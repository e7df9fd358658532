//! Reading times at the precision a source has.
//!
//! Not here: what is current now (the host decides, with the clock of the opening).
//! Invariant: precision is neither invented nor lost; what is not a form of `types.when` is none.

/// The text as a `when` of the contract: `1987`, `1987-04`, `1987-04-02`, local date and time with or without seconds (a
/// space may stand for the `T`), or an instant with offset.
pub fn when(text: &str) -> Option<String> {
    let text = text.trim();
    let Some((date, clock)) = text.split_once(['T', ' ']) else {
        return is_date(text).then(|| text.to_owned());
    };
    (date.len() == 10 && is_date(date) && is_clock_with_offset(clock)).then(|| [date, clock].join("T"))
}

/// A local clock time `HH:MM`, up to `24:00`.
pub fn clock(text: &str) -> Option<String> {
    let text = text.trim();
    (text == "24:00" || (text.len() == 5 && is_clock(text))).then(|| text.to_owned())
}

fn is_date(text: &str) -> bool {
    let Some(year) = number(text.get(..4)) else { return false };
    let separated = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let month = number(text.get(5..7)).filter(|month| separated(4) && (1..=12).contains(month));
    match (text.len(), month) {
        (4, _) | (7, Some(_)) => true,
        (10, Some(month)) => {
            let day = number(text.get(8..10)).filter(|_| separated(7));
            day.is_some_and(|day| (1..=days_in(year, month)).contains(&day))
        }
        _ => false,
    }
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fff`.
fn is_clock(text: &str) -> bool {
    let part = |at: usize, below: u32| number(text.get(at..at + 2)).is_some_and(|value| value < below);
    let colon = |at: usize| text.as_bytes().get(at) == Some(&b':');
    let minutes = part(0, 24) && colon(2) && part(3, 60);
    match text.len() {
        5 => minutes,
        8 => minutes && colon(5) && part(6, 60),
        10.. => {
            let fraction = text.get(9..).is_some_and(|fraction| fraction.bytes().all(|b| b.is_ascii_digit()));
            minutes && colon(5) && part(6, 60) && text.as_bytes().get(8) == Some(&b'.') && fraction
        }
        _ => false,
    }
}

fn is_clock_with_offset(text: &str) -> bool {
    if let Some(utc) = text.strip_suffix('Z') {
        return utc.len() >= 8 && is_clock(utc);
    }
    match text.rfind(['+', '-']).and_then(|at| text.split_at_checked(at)) {
        Some((clock, offset)) => {
            clock.len() >= 8 && is_clock(clock) && offset.get(1..).is_some_and(|o| o.len() == 5 && is_clock(o))
        }
        None => is_clock(text),
    }
}

fn number(digits: Option<&str>) -> Option<u32> {
    digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_precision_of_the_contract_is_kept() {
        for text in [
            "1987",
            "1987-04",
            "1987-04-02",
            "1987-04-02T14:05",
            "1987-04-02T14:05:30",
            "1987-04-02T14:05:30+02:00",
            "1987-04-02T14:05:30Z",
            "2024-02-29",
            "2026-11-19T08:00:00.250",
        ] {
            assert_eq!(when(text).as_deref(), Some(text));
        }
        assert_eq!(when("2026-11-19 08:00").as_deref(), Some("2026-11-19T08:00"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "x",
            "19870402",
            "1987-13",
            "1987-02-30",
            "2023-02-29",
            "1987-04-02T25:00",
            "1987-04-02T14",
            "1987-4-2",
            "i går",
            "1987-04-02T14:05+02:00",
            "1987-04T14:05",
            "åäö!",
            "1987-04-02T14:05:30+2",
        ] {
            assert_eq!(when(text), None, "{text}");
        }
        assert_eq!(clock("07:30").as_deref(), Some("07:30"));
        assert_eq!(clock("24:00").as_deref(), Some("24:00"));
        assert_eq!(clock("24:01"), None);
        assert_eq!(clock("7:30"), None);
    }
}
