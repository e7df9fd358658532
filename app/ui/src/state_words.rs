//! What each state says on the screen, and its rank among the state lines of a section.
//!
//! Every match is exhaustive: a new state or reason does not compile until it has words.
//! Invariant: only [`State::StatedNone`] and [`State::NothingHeld`] read as "none"; every other state says that
//! information may exist or why it is not here.

use samsyn_domain::state::{NotAsked, Partial, State, Unanswered, Withheld};

use crate::{parts::date, text::Texts};

/// Order of the lines in every section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Waiting,
    Problem,
    Withheld,
    StatedNone,
    NothingHeld,
    Entries,
}

impl Rank {
    /// The class of the line.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Waiting => "state state-waiting",
            Self::Problem => "state state-problem",
            Self::Withheld => "state state-withheld",
            Self::StatedNone | Self::NothingHeld | Self::Entries => "state state-quiet",
        }
    }
}

/// Where the state's line stands.
pub(crate) const fn rank(state: &State) -> Rank {
    match state {
        State::Waiting => Rank::Waiting,
        State::Partial { .. } | State::Unanswered(_) | State::NotAsked(_) => Rank::Problem,
        State::Withheld(_) => Rank::Withheld,
        State::StatedNone(_) => Rank::StatedNone,
        State::NothingHeld | State::Unsupported => Rank::NothingHeld,
        State::Reported(_) => Rank::Entries,
    }
}

/// The line's words and, for a silent source, how it failed. None for entries: they speak for themselves.
pub(crate) fn line(texts: Texts, state: &State) -> Option<(String, Option<&'static str>)> {
    let words = texts.state;
    let plain = |text: &str| Some((text.to_owned(), None));
    match state {
        State::Waiting => plain(words.waiting()),
        State::Reported(_) => None,
        State::StatedNone(None) => plain(words.stated_none()),
        State::StatedNone(Some(at)) => Some((words.stated_none_at(&date(at)), None)),
        State::NothingHeld => plain(words.nothing_held()),
        State::Partial { reason, .. } => Some((partial(texts, reason), None)),
        State::Unanswered(why) => Some((words.unanswered().to_owned(), Some(problem(texts, *why)))),
        State::NotAsked(why) => plain(not_asked(texts, *why)),
        State::Withheld(why) => plain(withheld(texts, *why)),
        State::Unsupported => plain(words.unsupported()),
    }
}

/// Why an answer is incomplete.
pub(crate) fn partial(texts: Texts, reason: &Partial) -> String {
    match reason {
        Partial::Stated { text } => texts.state.partial(text),
        Partial::BrokenOff { problem: why } => texts.state.broken_off(problem(texts, *why)),
        Partial::InvalidEntries { count } => texts.state.invalid_entries(&count.to_string()),
        Partial::EntriesWithheld { count } => texts.state.entries_withheld(&count.to_string()),
    }
}

/// How a source failed.
pub(crate) const fn problem(texts: Texts, why: Unanswered) -> &'static str {
    match why {
        Unanswered::Timeout => texts.problem.timeout(),
        Unanswered::Down => texts.problem.down(),
        Unanswered::Refused => texts.problem.refused(),
        Unanswered::Malformed => texts.problem.malformed(),
        Unanswered::AdapterFault => texts.problem.adapter_fault(),
        Unanswered::Overloaded => texts.problem.overloaded(),
        Unanswered::WrongPatient => texts.problem.wrong_patient(),
        Unanswered::Paused => texts.problem.paused(),
        Unanswered::NoStatus => texts.problem.no_status(),
        Unanswered::Credential => texts.problem.credential(),
    }
}

const fn not_asked(texts: Texts, why: NotAsked) -> &'static str {
    match why {
        NotAsked::Scope => texts.state.not_asked_scope(),
        NotAsked::NotPermitted => texts.state.not_asked_not_permitted(),
        NotAsked::NotInEmergency => texts.state.not_asked_not_in_emergency(),
        NotAsked::NotSelected => texts.state.not_asked_not_selected(),
        NotAsked::NoLink => texts.state.not_asked_link(),
        NotAsked::LinksUnreadable => texts.state.not_asked_links_unreadable(),
        NotAsked::IdentifierType => texts.state.not_asked_identifier(),
        NotAsked::NotEnabled => texts.state.not_asked_not_enabled(),
        NotAsked::Maintenance => texts.state.not_asked_maintenance(),
        NotAsked::SwitchedOff => texts.state.not_asked_switched_off(),
        NotAsked::Quarantined => texts.state.not_asked_quarantined(),
    }
}

const fn withheld(texts: Texts, why: Withheld) -> &'static str {
    match why {
        Withheld::Role => texts.state.role(),
        Withheld::ProtectedPerson => texts.state.protected(),
        Withheld::MissingIds => texts.state.missing_ids(),
        Withheld::MayExist => texts.state.may_exist(),
        Withheld::IdentityConflict => texts.state.identity_conflict(),
        Withheld::BlockUnverified => texts.state.block_unverified(),
    }
}
