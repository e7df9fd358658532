//! Care limits as they are read: validity, the most restrictive signed position, conflicts, where nobody could check.
//!
//! Rules CL-1 … CL-15 of `domain-facts` §6.2 (SOSFS 2011:7; ethical guidelines on CPR, 2021).
//! Not here: choosing between sources. Nothing is ever chosen, only marked.
//! Invariant: an unsigned note, or a patient's or relative's word, is never the marked one.

use jiff::{Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    entry::{CareLimit, Entry},
    overview::ShownEntry,
    provenance::Signing,
    source::{OrganisationId, SourceId},
    time::When,
    vocabulary::{AuthorKind, LimitNature, Phase},
};

/// Whether an entry holds at the moment of opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Validity {
    /// Holds now, or nothing says that it does not.
    Current,
    /// Begins later.
    NotYet,
    /// Its period has ended, or the source made it obsolete.
    Ended,
    /// Replaced by a newer one.
    Superseded,
}

/// Current positions that differ. They stay side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Positions signed by a physician.
    pub signed_by_physician: usize,
    /// Signed by somebody else.
    pub signed_by_other: usize,
    /// Unsigned, or signature not stated.
    pub unsigned: usize,
}

/// Where care limits could not be checked, and whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotChecked {
    /// The source.
    pub source: SourceId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// `Fjällnäs kommun (Viva)`.
    pub label: String,
    /// Number to call.
    pub phone: Option<String>,
}

/// Validity from phase and period. A period without readable end has not ended.
pub fn validity(phase: &Phase, from: Option<&When>, to: Option<&When>, now: &Zoned, zone: &TimeZone) -> Validity {
    let local = now.with_time_zone(zone.clone()).datetime();
    if *phase == Phase::Superseded {
        Validity::Superseded
    } else if *phase == Phase::Ended || to.and_then(|to| to.last_moment(zone)).is_some_and(|end| end < local) {
        Validity::Ended
    } else if *phase == Phase::Planned || from.and_then(|from| from.order_key(zone)).is_some_and(|start| start > local)
    {
        Validity::NotYet
    } else {
        Validity::Current
    }
}

/// Whether this is a position signed by a physician: the only kind that may be marked or obeyed in the field.
pub fn is_signed_by_physician(limit: &CareLimit) -> bool {
    limit.author_kind == AuthorKind::Physician && matches!(limit.provenance.signing, Signing::Signed { .. })
}

/// How much a position limits; zero limits nothing.
const fn restriction(nature: &LimitNature) -> u8 {
    match nature {
        LimitNature::NoLimits => 0,
        LimitNature::PalliativeTalk => 1,
        LimitNature::EndOfLifeCare => 2,
        LimitNature::Unspecified | LimitNature::Other(_) => 3,
        LimitNature::Withhold | LimitNature::Withdraw => 4,
    }
}

/// Marks the most restrictive signed physician's position among the current ones.
pub fn mark_most_restrictive(entries: &mut [ShownEntry], zone: &TimeZone) {
    let key = |shown: &ShownEntry| match &shown.entry {
        Entry::CareLimit(limit) if shown.validity == Validity::Current && is_signed_by_physician(limit) => {
            let dated = limit.reassessed.as_ref().or(limit.decided.as_ref()).and_then(|when| when.order_key(zone));
            Some((restriction(&limit.nature), limit.measures.len(), dated))
        }
        _ => None,
    };
    let best = entries.iter().filter_map(key).max();
    if let Some(first) = best.and_then(|best| entries.iter_mut().find(|shown| key(shown).as_ref() == Some(&best))) {
        first.most_restrictive = true;
    }
}

/// Whether the current positions differ, and how they are signed.
pub fn conflict(entries: &[ShownEntry]) -> Option<Conflict> {
    let current: Vec<(&ShownEntry, &CareLimit)> = entries
        .iter()
        .filter(|shown| shown.validity == Validity::Current)
        .filter_map(|shown| match &shown.entry {
            Entry::CareLimit(limit) if limit.nature != LimitNature::PalliativeTalk => Some((shown, &**limit)),
            _ => None,
        })
        .collect();
    let differs = current.iter().enumerate().any(|(index, (shown, limit))| {
        current.iter().skip(index + 1).any(|(other_shown, other)| positions_differ(shown, limit, other_shown, other))
    });
    differs.then(|| {
        let count = |test: fn(&CareLimit) -> bool| current.iter().filter(|(_, limit)| test(limit)).count();
        let signed = |limit: &CareLimit| matches!(limit.provenance.signing, Signing::Signed { .. });
        Conflict {
            signed_by_physician: count(is_signed_by_physician),
            signed_by_other: current.iter().filter(|(_, l)| signed(l) && !is_signed_by_physician(l)).count(),
            unsigned: current.iter().filter(|(_, l)| !signed(l)).count(),
        }
    })
}

fn positions_differ(a_shown: &ShownEntry, a: &CareLimit, b_shown: &ShownEntry, b: &CareLimit) -> bool {
    let opposite = (restriction(&a.nature) == 0) != (restriction(&b.nature) == 0);
    let same_words = normal(&a.text) == normal(&b.text);
    let same_decision = a.decision_id.is_some() && a.decision_id == b.decision_id;
    opposite || (!same_words && (a_shown.source != b_shown.source || same_decision))
}

/// Words compared without case, punctuation at the ends and runs of space.
pub(crate) fn normal(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}
