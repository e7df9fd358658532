//! Reviewing an organisation's log: which acts are looked at more closely, why each was chosen, and what came of it.
//!
//! Rooms: [`look`] an act as the rules see it · [`reason`] the rules' names and what they found · [`rules`] the rules, one function each ·
//! [`select`] the draw · [`file`] what is kept of a review · [`period`]
//! which part of the log.
//! Rules: PDL 4:3, SVOD 4:4, L-32, L-33, L-37; IMY on systematic checks: "a combination of system and randomness".
//! Not here: reading the log (`service`), keeping a review (`store`), words (`ui`).
//! Invariant: pure; the same log, period, seed and rules give the same picks. A rule that has nothing to judge by is not applied.
//! To add a rule: a case in [`Rule`] and [`Reason`], a function in `rules` with a row in its table test, its texts.

mod file;
mod look;
mod period;
mod reason;
mod rules;
mod select;

pub use file::{
    Closing, Mark, NOTE_MAX_CHARACTERS, PERIOD_MAX_YEARS, PICKS_MAX, Pick, Review, ReviewFile, ReviewRefusal,
    Selection, Verdict, checked_note, checked_result,
};
pub use look::Look;
pub use period::{Period, PeriodRefusal};
pub use reason::{Reason, Rule};
pub use rules::ReviewRules;
pub use select::{Chosen, Wish, select};
