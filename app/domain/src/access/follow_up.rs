//! What an emergency leaves behind: whoever opened it tells in words why, within a day.
//!
//! Rules: product.md Law 3, L-13; one task per emergency, of the reader who opened it. Not here: keeping it (`store`), reviewing (the log).
//! Invariant: ending the emergency early does not take the task away, extending it makes no second one, and what was written is never
//! changed.

use jiff::{SignedDuration, Timestamp};

use super::{
    block::same_id,
    registration::{Kind, REASON_MAX_CHARACTERS, Reason, Refusal, Registrar, Registration},
};
use crate::{identifier::PersonIdentifier, viewer::Viewer};

/// How long after the opening it must be written.
pub const FOLLOW_UP_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// UUID: that of the registration the emergency began with.
    pub id: String,
    /// About whom.
    pub patient: PersonIdentifier,
    /// Whose task it is.
    pub opened_by: Registrar,
    /// When the emergency began.
    pub opened_at: Timestamp,
    /// The moment from which it is overdue.
    pub due: Timestamp,
    /// Why, as it was said then.
    pub reason: Reason,
    /// In words, when they were given at the opening: a beginning, which still has to be confirmed.
    pub text: Option<String>,
    /// What was written, and when; none while it is open.
    pub written: Option<Written>,
}

/// What closes the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// When.
    pub at: Timestamp,
    /// Why, in words. Never empty.
    pub text: String,
}

impl FollowUp {
    /// The task of an emergency; none of any other registration.
    pub fn of(new: &Registration) -> Option<Self> {
        let reason = new.stated.reason.filter(|_| new.kind == Kind::Emergency)?;
        Some(Self {
            id: new.id.clone(),
            patient: new.patient.clone(),
            opened_by: new.registered_by.clone(),
            opened_at: new.registered_at,
            due: new.registered_at.checked_add(FOLLOW_UP_WITHIN).unwrap_or(Timestamp::MAX),
            reason,
            text: new.stated.text.clone(),
            written: None,
        })
    }

    /// Whether it is this viewer's: the same person, acting for the same provider. Another assignment there does not free from it.
    pub fn is_of(&self, viewer: &Viewer) -> bool {
        same_id(&self.opened_by.user_id, &viewer.user_id) && self.opened_by.provider.id.is(viewer.provider.id.as_str())
    }

    /// Whether it should have been written by now.
    pub fn is_overdue(&self, at: Timestamp) -> bool {
        self.written.is_none() && self.due <= at
    }

    /// Whether this task also stands for what the same reader opens about the same patient now: it is open and not yet due.
    pub fn stands_for(&self, new: &Registration) -> bool {
        self.written.is_none() && self.patient == new.patient && !self.is_overdue(new.registered_at)
    }
}

impl Written {
    /// What somebody wrote, without the blanks around it.
    ///
    /// # Errors
    /// When it is empty or longer than the national services take.
    pub fn new(text: &str, at: Timestamp) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::NotStated);
        }
        if text.chars().count() > REASON_MAX_CHARACTERS {
            return Err(Refusal::TextTooLong);
        }
        Ok(Self { at, text: text.to_owned() })
    }
}
