//! What is kept of a review: who selected what and how, each pick, each judgement, the result.
//!
//! Rule: the checks themselves are documented, who, when, selection and result (HSLF-FS 2016:40 4:9, SVOD 4:4, L-32).
//! Not here: keeping (`store`), the record in the log that comes before (`service::review`).
//! Invariant: nothing kept names a patient but what a reviewer writes; the pick points to the log, where the patient is sealed. A
//! judgement is never changed: a changed mind is a later one. Nobody judges the own acts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Period, PeriodRefusal, Reason, ReviewRules, Rule};
use crate::{access::Registrar, logged::Place, viewer::Viewer};

/// The longest period of one selection, in years.
pub const PERIOD_MAX_YEARS: i16 = 1;
/// The most picks of each sort, by chance or by rule.
pub const PICKS_MAX: usize = 200;
/// The longest note or result, in characters.
pub const NOTE_MAX_CHARACTERS: usize = 2000;

/// How the acts were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Of which period.
    pub period: Period,
    /// The seed of the draw.
    pub seed: String,
    /// So many were to be drawn by chance.
    pub random: u32,
    /// At most so many by rule.
    pub by_rule: u32,
    /// The rules that were applied.
    pub rules: BTreeSet<Rule>,
    /// What counted as unusual.
    pub unusual: ReviewRules,
    /// How many persons were looked for especially. Who is not kept.
    pub named: u32,
    /// Acts of the period.
    pub acts: u64,
    /// Readers of the period.
    pub readers: u64,
    /// How many acts each rule found.
    pub found: BTreeMap<Rule, u64>,
}

/// A review. What it chose and found stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// UUID.
    pub id: String,
    /// Who selected; the log of this person's provider is reviewed.
    pub begun_by: Registrar,
    /// When.
    pub begun_at: Timestamp,
    /// How.
    pub selection: Selection,
}

/// One act that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// 1, 2, 3 …
    pub number: u32,
    /// Whose act it is.
    pub reader: Registrar,
    /// Id of its record in the log.
    pub record: String,
    /// Where that stands.
    pub place: Place,
    /// Where the record of its outcome stands; none when there was none at the time of the selection.
    pub outcome: Option<Place>,
    /// Why it was chosen, at least one.
    pub reasons: Vec<Reason>,
}

impl Pick {
    /// Whether it is this person's own act.
    pub fn is_of(&self, viewer: &Viewer) -> bool {
        self.reader.user_id.trim().eq_ignore_ascii_case(viewer.user_id.trim())
    }
}

/// What a reviewer finds of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There was a reason to look.
    Justified,
    /// It has to be asked about.
    Questioned,
}

impl Verdict {
    /// Its name in forms, in the log and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::Questioned => "questioned",
        }
    }
}

/// One judgement of one pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Number of the pick.
    pub pick: u32,
    /// What was found.
    pub verdict: Verdict,
    /// In words; may be empty where the act was justified.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Registrar,
}

/// The end of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// What came of it, in words.
    pub result: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Registrar,
}

/// A review with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFile {
    /// The review.
    pub review: Review,
    /// By number.
    pub picks: Vec<Pick>,
    /// In the order they were made.
    pub marks: Vec<Mark>,
    /// None while it is open.
    pub closing: Option<Closing>,
}

impl ReviewFile {
    /// A pick by number.
    pub fn pick(&self, number: u32) -> Option<&Pick> {
        self.picks.iter().find(|pick| pick.number == number)
    }

    /// The judgement that stands for a pick: the last one.
    pub fn mark(&self, number: u32) -> Option<&Mark> {
        self.marks.iter().rev().find(|mark| mark.pick == number)
    }

    /// Picks nobody has judged yet.
    pub fn unmarked(&self) -> impl Iterator<Item = &Pick> {
        self.picks.iter().filter(|pick| self.mark(pick.number).is_none())
    }

    /// How many picks stand as judged so.
    pub fn judged(&self, verdict: Verdict) -> usize {
        let standing = self.picks.iter().filter_map(|pick| self.mark(pick.number));
        standing.filter(|mark| mark.verdict == verdict).count()
    }
}

/// Why nothing was selected, judged or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefusal {
    /// The period is refused.
    #[error(transparent)]
    Period(#[from] PeriodRefusal),
    /// A number of picks is none, or more than [`PICKS_MAX`].
    #[error("the number of picks is none")]
    Number,
    /// Neither chance nor any rule was chosen.
    #[error("nothing was chosen to select by")]
    NothingChosen,
    /// The line of the list of persons that is no number, counted from 1.
    #[error("line {0} is no identifier")]
    Named(u32),
    /// No verdict was given.
    #[error("no verdict was given")]
    Verdict,
    /// Questioning takes words.
    #[error("a questioned act takes a note")]
    NoteMissing,
    /// Longer than [`NOTE_MAX_CHARACTERS`].
    #[error("the text is too long")]
    TextTooLong,
    /// It is the reviewer's own act.
    #[error("nobody judges the own acts")]
    Own,
    /// So many picks have not been judged.
    #[error("{0} picks have not been judged")]
    Unmarked(u32),
    /// Closing takes words.
    #[error("a result is missing")]
    ResultMissing,
    /// It has been closed.
    #[error("the review is closed")]
    Closed,
}

/// A note as it is kept.
///
/// # Errors
/// When it is missing where it is needed, or too long.
pub fn checked_note(verdict: Verdict, text: &str) -> Result<String, ReviewRefusal> {
    let text = short_enough(text)?;
    if text.is_empty() && verdict == Verdict::Questioned { Err(ReviewRefusal::NoteMissing) } else { Ok(text) }
}

/// A result as it is kept.
///
/// # Errors
/// When it is missing or too long, or picks are left to judge.
pub fn checked_result(file: &ReviewFile, text: &str) -> Result<String, ReviewRefusal> {
    let left = file.unmarked().count();
    if left > 0 {
        return Err(ReviewRefusal::Unmarked(u32::try_from(left).unwrap_or(u32::MAX)));
    }
    let text = short_enough(text)?;
    if text.is_empty() { Err(ReviewRefusal::ResultMissing) } else { Ok(text) }
}

fn short_enough(text: &str) -> Result<String, ReviewRefusal> {
    let text = text.trim();
    if text.chars().count() > NOTE_MAX_CHARACTERS { Err(ReviewRefusal::TextTooLong) } else { Ok(text.to_owned()) }
}
