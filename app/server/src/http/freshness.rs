//! Whether the person at the keyboard has shown who it is within a shift, before danger to life opens others' information.
//!
//! Not here: stepping up itself (`sign_in`). Invariant: an identity provider that is down never stands between a clinician and a
//! patient in danger: the opening goes ahead, and the log says that the sign-in was old and could not be renewed.

use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use samsyn_ui::paths;

use super::{AppState, page::Visit};
use crate::clock::real_now;

/// How recent the sign-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Within the organisation's shift.
    Fresh,
    /// Older; the identity provider can ask anew.
    Old,
    /// Older, and the identity provider cannot be reached.
    OldAndUnrenewable,
}

/// How recent the sign-in of this visit is. A provider that does not say when it asked is taken to have asked when it answered.
pub async fn of(state: &AppState, visit: &Visit) -> Freshness {
    let Some((signed_in, viewer)) = visit.signed_in.as_ref().zip(visit.viewer()) else { return Freshness::Old };
    let organisation = state.overviews.catalogue().organisation(&viewer.organisation);
    let shift_hours = organisation.map_or(1, |organisation| organisation.shift_hours);
    if is_within(signed_in.auth_time.unwrap_or(signed_in.at), shift_hours, real_now()) {
        Freshness::Fresh
    } else if state.identity.is_reachable().await {
        Freshness::Old
    } else {
        Freshness::OldAndUnrenewable
    }
}

/// Through the identity provider and back to this emergency.
pub fn renew(handle: &str) -> Response {
    Redirect::to(&format!("{}?to={}", paths::STEP_UP, paths::emergency(handle))).into_response()
}

fn is_within(asked: Timestamp, shift_hours: u8, now: Timestamp) -> bool {
    now.duration_since(asked) <= SignedDuration::from_hours(i64::from(shift_hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_fresh_to_the_end_of_the_shift() {
        let asked: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        for (now, fresh) in [("2026-11-21T18:00:00Z", true), ("2026-11-21T18:00:01Z", false)] {
            assert_eq!(is_within(asked, 12, now.parse().unwrap()), fresh, "{now}");
        }
    }
}
