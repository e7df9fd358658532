//! Whom an organisation's staff turn to, and what they do while the portal is down: the organisation's own words.
//!
//! It stands on every page that fails, also when the database and the identity provider do, so it is configuration and never read from
//! either. Not here: the pages (`ui::support`).
//! Invariant: no part of it is empty; a card that names nobody to call is refused before anything starts.

use serde::{Deserialize, Serialize};

/// As long as one line may be, in characters.
const LINE_MAX_CHARS: usize = 200;
/// As long as the guide and the routine may be: what is read standing up.
const WORDS_MAX_CHARS: usize = 2_000;

/// The support card of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportCard {
    /// What to try and whom to ask first, e.g. `Fråga enhetens superanvändare`.
    pub first_line: String,
    /// Who answers next.
    pub helpdesk: Helpdesk,
    /// A number past the helpdesk, for those whom it is meant for.
    #[serde(default)]
    pub direct: Option<DirectNumber>,
    /// How the work goes on while the portal is down. An empty line begins a new paragraph.
    pub reserve_routine: String,
}

/// A helpdesk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helpdesk {
    /// Name, e.g. `Kommunens servicedesk`.
    pub name: String,
    /// Number.
    pub phone: String,
    /// When it answers, e.g. `vardagar 7–17`.
    pub hours: String,
}

/// A number that only some may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectNumber {
    /// Number, e.g. the region's operations.
    pub phone: String,
    /// Who may call it, e.g. `Tjänsteman i beredskap`.
    pub who: String,
}

impl SupportCard {
    /// What in it cannot be used: the key and why.
    pub fn unreasonable(&self) -> Vec<(&'static str, String)> {
        let lines = [
            ("helpdesk.name", &self.helpdesk.name),
            ("helpdesk.phone", &self.helpdesk.phone),
            ("helpdesk.hours", &self.helpdesk.hours),
        ];
        let direct =
            self.direct.iter().flat_map(|direct| [("direct.phone", &direct.phone), ("direct.who", &direct.who)]);
        let lines = lines.into_iter().chain(direct).filter_map(|(key, line)| bounded(key, line, LINE_MAX_CHARS));
        let words = [("first_line", &self.first_line), ("reserve_routine", &self.reserve_routine)];
        let words = words.into_iter().filter_map(|(key, text)| bounded(key, text, WORDS_MAX_CHARS));
        let phones = [
            ("helpdesk.phone", Some(&self.helpdesk.phone)),
            ("direct.phone", self.direct.as_ref().map(|one| &one.phone)),
        ];
        let phones = phones.into_iter().filter_map(|(key, phone)| not_a_number(key, phone?));
        lines.chain(words).chain(phones).collect()
    }
}

fn bounded(key: &'static str, text: &str, most: usize) -> Option<(&'static str, String)> {
    if text.trim().is_empty() {
        return Some((key, "is empty; it stands on the page that people see when nothing works".to_owned()));
    }
    (text.chars().count() > most).then(|| (key, format!("is longer than {most} characters")))
}

fn not_a_number(key: &'static str, phone: &str) -> Option<(&'static str, String)> {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    (!phone.trim().is_empty() && digits < 3).then(|| (key, "is no number that can be called".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> SupportCard {
        SupportCard {
            first_line: "Fråga enhetens superanvändare".to_owned(),
            helpdesk: Helpdesk {
                name: "Servicedesk".to_owned(),
                phone: "063-555 20 00".to_owned(),
                hours: "vardagar 7–17".to_owned(),
            },
            direct: Some(DirectNumber { phone: "063-555 10 99".to_owned(), who: "Tjänsteman i beredskap".to_owned() }),
            reserve_routine: "Ring källan.".to_owned(),
        }
    }

    #[test]
    fn a_card_names_somebody_to_call_and_what_to_do() {
        assert_eq!(card().unreasonable(), Vec::new());
        let without_direct = SupportCard { direct: None, ..card() };
        assert_eq!(without_direct.unreasonable(), Vec::new());
    }

    #[test]
    fn what_is_empty_too_long_or_cannot_be_called_is_refused() {
        let refused = |adjust: fn(&mut SupportCard)| {
            let mut card = card();
            adjust(&mut card);
            card.unreasonable().into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(refused(|card| card.first_line = " \n".to_owned()), ["first_line"]);
        assert_eq!(refused(|card| card.reserve_routine = "å".repeat(2_001)), ["reserve_routine"]);
        assert_eq!(refused(|card| card.helpdesk.hours = "å".repeat(201)), ["helpdesk.hours"]);
        assert_eq!(refused(|card| card.helpdesk.phone = "växeln".to_owned()), ["helpdesk.phone"]);
        assert_eq!(refused(|card| card.helpdesk.phone.clear()), ["helpdesk.phone"]);
        assert_eq!(refused(|card| card.direct.as_mut().unwrap().phone = "12".to_owned()), ["direct.phone"]);
        assert_eq!(refused(|card| card.direct.as_mut().unwrap().who.clear()), ["direct.who"]);
    }
}
