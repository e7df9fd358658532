//! Going live: what an organisation has to have in place before its staff reach other providers' information, and the decision that it has.
//!
//! Rule: sammanhållen vård- och omsorgsdokumentation is joined by a provider that has agreed to it, has told its patients (SVOD 2:1), knows the
//! risks (HSLF-FS 2016:40 3 kap.), and reviews the log (4 kap. 9 §). Not here: who decides (`service::go_live`), whether a list of blocks is
//! current at an opening (`access`).
//! Invariant: nobody is live who has not said so with every item done, and taking one item back closes the shared overview at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Access, Missing, Registrar},
    source::OrganisationId,
};

/// Length of what is noted with a decision, in characters.
pub const NOTE_MAX_CHARS: usize = 300;

/// What is decided of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// The agreements with the others are signed.
    Agreements,
    /// The patients have been told what it means and that they can block (SVOD 2:1).
    PatientsInformed,
    /// The risks have been assessed.
    RiskAssessment,
    /// Somebody is named who reviews the log.
    LogReviewer,
    /// Staff reach other providers' information.
    Live,
}

impl Item {
    /// What has to be in place, in the order of the page.
    pub const REQUIRED: [Self; 4] = [Self::Agreements, Self::PatientsInformed, Self::RiskAssessment, Self::LogReviewer];

    /// The stable word of the form, the store and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agreements => "agreements",
            Self::PatientsInformed => "patients-informed",
            Self::RiskAssessment => "risk-assessment",
            Self::LogReviewer => "log-reviewer",
            Self::Live => "live",
        }
    }

    /// The item of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::REQUIRED.into_iter().chain([Self::Live]).find(|item| item.word() == word)
    }
}

/// One decision of an organisation's administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Whose.
    pub organisation: OrganisationId,
    /// 1, 2, 3 … of each organisation.
    pub number: u32,
    /// Of what.
    pub item: Item,
    /// It is in place, or not any more.
    pub done: bool,
    /// Where it can be read, who it is, or why not any more.
    pub note: String,
    /// By whom.
    pub by: Registrar,
    /// When.
    pub at: Timestamp,
}

/// How far an organisation has come: the newest decision of each item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    newest: BTreeMap<Item, Decided>,
    number: u32,
    live: bool,
}

impl Readiness {
    /// From everything that was decided, in order.
    pub fn of(decided: impl IntoIterator<Item = Decided>) -> Self {
        let mut readiness = Self::default();
        for one in decided {
            // What was taken back and put in place again is gone live with anew; a note that is changed closes nothing.
            let live = if one.item == Item::Live { one.done } else { readiness.live };
            readiness.number = one.number;
            readiness.newest.insert(one.item, one);
            readiness.live = live && readiness.missing().is_empty();
        }
        readiness
    }

    /// The number of the last decision, 0 while there is none.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// What was decided last of an item.
    pub fn decided(&self, item: Item) -> Option<&Decided> {
        self.newest.get(&item)
    }

    /// Whether it is in place.
    pub fn is_done(&self, item: Item) -> bool {
        self.decided(item).is_some_and(|decided| decided.done)
    }

    /// What is not in place.
    pub fn missing(&self) -> Vec<Item> {
        Item::REQUIRED.into_iter().filter(|item| !self.is_done(*item)).collect()
    }

    /// Whether staff reach other providers' information: it was decided after everything was in place, and everything still is.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// The decision on the ground, where the shared overview was chosen.
    pub fn gate(&self, access: Access) -> Access {
        let chosen = !matches!(&access, Access::Own(missing) if missing.contains(&Missing::ActiveChoice));
        if chosen && !self.is_live() { Access::Own(vec![Missing::GoLive]) } else { access }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        provenance::Organisation,
        source::{Provider, ProviderId, ProviderKind},
    };

    fn decisions(said: &[(Item, bool)]) -> Readiness {
        let by = Registrar {
            user_id: "SE-1".to_owned(),
            name: String::new(),
            title: String::new(),
            organisation: OrganisationId::new("o"),
            provider: Provider { id: ProviderId::new("SE"), kind: ProviderKind::Care },
            unit: Organisation::default(),
        };
        Readiness::of((1..).zip(said).map(|(number, (item, done))| Decided {
            organisation: OrganisationId::new("o"),
            number,
            item: *item,
            done: *done,
            note: "x".to_owned(),
            by: by.clone(),
            at: Timestamp::UNIX_EPOCH,
        }))
    }

    const ALL: [(Item, bool); 5] = [
        (Item::Agreements, true),
        (Item::PatientsInformed, true),
        (Item::RiskAssessment, true),
        (Item::LogReviewer, true),
        (Item::Live, true),
    ];

    #[test]
    fn one_is_live_who_said_so_once_everything_was_in_place() {
        assert!(decisions(&ALL).is_live());
        assert_eq!(decisions(&ALL[..4]).missing(), Vec::new());
        for (without, _) in ALL {
            let said: Vec<_> = ALL.into_iter().filter(|(item, _)| *item != without).collect();
            assert!(!decisions(&said).is_live(), "{without:?}");
        }
        let mut early = ALL.to_vec();
        early.swap(3, 4);
        assert!(!decisions(&early).is_live(), "said before the last was in place");
    }

    #[test]
    fn what_is_taken_back_closes_at_once_and_is_gone_live_with_anew() {
        let with = |more: &[(Item, bool)]| decisions(&[&ALL[..], more].concat());
        for item in Item::REQUIRED {
            assert!(!with(&[(item, false)]).is_live(), "{item:?}");
            assert!(!with(&[(item, false), (item, true)]).is_live(), "{item:?}");
            assert!(with(&[(item, false), (item, true), (Item::Live, true)]).is_live(), "{item:?}");
        }
        assert!(!with(&[(Item::Live, false)]).is_live());
        assert!(with(&[(Item::LogReviewer, true)]).is_live(), "somebody else is named");
    }

    #[test]
    fn only_what_was_chosen_is_closed() {
        let own = Access::Own(vec![Missing::ActiveChoice]);
        assert_eq!(decisions(&[]).gate(own.clone()), own);
        let shared = Access::Own(vec![Missing::Consent]);
        assert_eq!(decisions(&ALL).gate(shared.clone()), shared);
        assert_eq!(decisions(&ALL[..4]).gate(shared), Access::Own(vec![Missing::GoLive]));
    }
}
