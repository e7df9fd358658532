//! What was filled in in a form when the session ended, kept as the text of a task is: sealed, in the browser it was filled in in.
//!
//! When such a form is sent nobody is signed in, so the form itself says, under a [`label`], who filled it in, in which assignment, and about
//! whom or what. The label is keyed: nobody can make one, and it tells nothing. It is made anew for whoever opens the same form again.
//! One draft is kept at a time, the last. Not here: the ticks of the matrix of roles, which are more than a cookie holds.
//! Invariant: what is found was filled in by this person, in this assignment, about this patient, in this form.
//! To keep another form: a case of [`Form`], `ui`'s `draft_field` in it, and the three calls in its handler.

use axum::{
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use samsyn_domain::viewer::Viewer;
use samsyn_ui::{DRAFT_FIELD, Typed, UserError};

use super::{find, forget, keep, with_cookie};
use crate::{
    clock::real_now,
    http::{AppState, page::Visit},
};

/// The forms whose content is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Consent, relation, exceptions.
    Access,
    /// Lifting a block.
    Blocks,
    /// The result of a review.
    Close,
    /// Danger to life.
    Emergency,
    /// What is said of the portal.
    Feedback,
    /// What was found of a pick.
    Mark,
}

/// Ties what is filled in to who fills it in and about what.
pub fn label(state: &AppState, viewer: &Viewer, about: &[&str]) -> String {
    let who = [viewer.user_id.as_str(), viewer.assignment.as_str()];
    state.drafts.label(&[&who[..], about].concat())
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Blocks => "blocks",
            Self::Close => "close",
            Self::Emergency => "emergency",
            Self::Feedback => "feedback",
            Self::Mark => "mark",
        }
    }

    fn task(self, label: &str) -> String {
        format!("{} {label}", self.name())
    }

    /// Whether there is something in it that somebody would have to fill in again.
    fn is_filled_in(self, typed: &Typed) -> bool {
        typed.iter().any(|(name, value)| {
            let counts = match self {
                // A tap is no writing.
                Self::Emergency | Self::Feedback => name == "text",
                Self::Access | Self::Blocks | Self::Close | Self::Mark => name != DRAFT_FIELD && name != "kind",
            };
            counts && !value.trim().is_empty()
        })
    }

    /// The cookie that keeps it; none when it says not whose it is, or is longer than a cookie can be.
    pub fn keep(self, state: &AppState, typed: &Typed) -> Option<HeaderValue> {
        let label = typed.get(DRAFT_FIELD).filter(|label| !label.is_empty())?;
        let filled: Typed = typed.clone().into_iter().filter(|(name, _)| name != DRAFT_FIELD).collect();
        let text = serde_json::to_string(&filled).ok()?;
        keep(&*state.drafts, &self.task(label), &text, real_now())
    }

    /// What is kept of it under this label.
    pub fn find(self, state: &AppState, headers: &HeaderMap, label: &str) -> Option<Typed> {
        let text = find(&*state.drafts, headers, &self.task(label), real_now())?;
        serde_json::from_str(&text).ok()
    }

    /// An answer that has done what the form asked for: the browser keeps the draft no longer, if it was this one.
    pub fn done(self, state: &AppState, headers: &HeaderMap, label: &str, response: Response) -> Response {
        let kept = self.find(state, headers, label).and_then(|_| forget(headers));
        with_cookie(response, kept)
    }

    /// The answer to a form that nobody who is signed in has sent.
    pub fn session_over(self, state: &AppState, visit: &Visit, typed: &Typed) -> Response {
        if !self.is_filled_in(typed) {
            return visit.refuse(&UserError::SessionExpired);
        }
        let cookie = self.keep(state, typed);
        with_cookie(visit.refuse(&UserError::SessionOverWriting { kept: cookie.is_some() }), cookie)
    }
}
