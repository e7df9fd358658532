//! What came of an act: what was shown of whose information, what each source did not let be shown, and whether what was to change has.
//!
//! Invariant: where a record has a line for whose information was shown, those lines alone say what was: what a source reported and
//! nobody saw is [`Told::NotShown`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;
use crate::{
    section::Section,
    state::{Unanswered, Withheld},
};

/// What became of a change, once its record was in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Became {
    /// It is kept and holds.
    Done,
    /// It is not there: nothing has changed.
    NotKept,
    /// Nobody could read whether it is there.
    Unclear,
}

impl Became {
    /// Its word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotKept => "not-kept",
            Self::Unclear => "unclear",
        }
    }
}

/// What came of an opening, or of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOutcome {
    /// Where its record stands.
    pub place: Place,
    /// False: the reader went away before every part had come; of a change too, which has no parts.
    pub complete: bool,
    /// What each source that was planned for gave, in page order.
    pub sources: Vec<SourceTold>,
    /// What was shown of whose information; none when the record does not say.
    pub resources: Option<Vec<Resource>>,
    /// SHA-256 of the canonical JSON that was shown last, hex; none when nothing was.
    pub shown_sha256: Option<String>,
    /// Whether the patient's identity was known to be protected; none when the record does not say.
    pub protected: Option<bool>,
    /// What became of a change; none of what changes nothing.
    pub became: Option<Became>,
}

/// What one source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTold {
    /// Its id.
    pub source: String,
    /// Its custodian's HSA-id; none for a platform of several.
    pub provider: Option<String>,
    /// What became of each of its sections.
    pub sections: BTreeMap<Section, Told>,
    /// It answered after the page counted as complete.
    pub late: bool,
    /// How long it took, in milliseconds; none when it was not asked or the record does not say.
    pub took_ms: Option<u64>,
}

/// What became of a section of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// What it had was shown.
    Shown,
    /// Something of it was shown, and something was kept from the reader.
    InPart(Why),
    /// It had something that was not shown, and not because it was kept from the reader: not part of a print, or the reader had left.
    NotShown,
    /// It held nothing, or said that there is nothing.
    Nothing,
    /// Kept from the reader.
    Withheld(Why),
    /// It had not answered when the reader left.
    Awaited,
    /// It gave no usable answer; why, when the record says so in words known here.
    Failed(Option<Unanswered>),
    /// It was not asked.
    NotAsked,
}

impl Told {
    /// Whether the reader saw anything of it.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shown | Self::InPart(_))
    }

    /// Why something was kept from the reader, if it was.
    pub const fn withheld(self) -> Option<Why> {
        match self {
            Self::InPart(why) | Self::Withheld(why) => Some(why),
            _ => None,
        }
    }
}

/// Why something was kept from the reader, as the log says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The reader's role does not include it.
    Role,
    /// The personal data are protected.
    ProtectedPerson,
    /// Nobody could say that the personal data are not protected.
    ProtectionNotRuledOut,
    /// The record names no provider or unit, or no patient.
    MissingIds,
    /// Information may exist that the reader may not see.
    MayExist,
    /// Block status could not be verified.
    BlockUnverified,
    /// Sources disagree on who this is.
    IdentityConflict,
    /// Some of the entries, for want of ids or of a verified list of blocks; the others were shown.
    SomeEntries,
    /// The record does not say, or in a word of a later version. Never written.
    #[serde(other)]
    NotStated,
}

impl Why {
    /// Every reason that is written.
    pub const ALL: [Self; 8] = [
        Self::Role,
        Self::ProtectedPerson,
        Self::ProtectionNotRuledOut,
        Self::MissingIds,
        Self::MayExist,
        Self::BlockUnverified,
        Self::IdentityConflict,
        Self::SomeEntries,
    ];

    /// Its word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Role => Withheld::Role.word(),
            Self::ProtectedPerson => Withheld::ProtectedPerson.word(),
            Self::ProtectionNotRuledOut => "protection-not-ruled-out",
            Self::MissingIds => Withheld::MissingIds.word(),
            Self::MayExist => Withheld::MayExist.word(),
            Self::BlockUnverified => Withheld::BlockUnverified.word(),
            Self::IdentityConflict => Withheld::IdentityConflict.word(),
            Self::SomeEntries => "some-entries",
            Self::NotStated => "not-stated",
        }
    }
}

impl From<Withheld> for Why {
    fn from(why: Withheld) -> Self {
        match why {
            Withheld::Role => Self::Role,
            Withheld::ProtectedPerson => Self::ProtectedPerson,
            Withheld::MissingIds => Self::MissingIds,
            Withheld::MayExist => Self::MayExist,
            Withheld::BlockUnverified => Self::BlockUnverified,
            Withheld::IdentityConflict => Self::IdentityConflict,
        }
    }
}

/// What was shown of one unit's information, by one source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// The source it came through.
    pub source: String,
    /// HSA-id of the provider; none when the information names none, or when there were too many to name.
    pub provider: Option<String>,
    /// HSA-id of the unit; none as above.
    pub unit: Option<String>,
    /// There were more providers than the record could name: so many.
    pub providers: Option<u64>,
    /// The information types, in page order.
    pub sections: Vec<Section>,
}

impl LoggedOutcome {
    /// The sections of which something was shown, in page order.
    pub fn shown(&self) -> Vec<Section> {
        let mut found: Vec<Section> = if let Some(resources) = &self.resources {
            resources.iter().flat_map(|line| line.sections.iter().copied()).collect()
        } else {
            let all = self.sources.iter().flat_map(|source| &source.sections);
            all.filter(|(_, told)| told.is_shown()).map(|(section, _)| *section).collect()
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the personal data were known to be protected: what the record says, and if it does not, whether anything was withheld
    /// because they were.
    pub fn is_protected(&self) -> Option<bool> {
        let protected = Some(Why::ProtectedPerson);
        let seen = self.sources.iter().any(|source| source.sections.values().any(|told| told.withheld() == protected));
        self.protected.or(seen.then_some(true))
    }
}
