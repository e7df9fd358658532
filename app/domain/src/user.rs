//! Who has signed in for an organisation, in which assignment and role: as the identity provider has stated it, sign-in by sign-in.
//!
//! The portal has no accounts: whoever the organisation's directory gives an assignment can sign in. What is kept here says who has, so that an
//! administrator sees who is new, whose assignment has changed, who has it no longer and who does not use it.
//! Not here: what a claim means (`server::login::claims`). Invariant: nothing here gives a right.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    provenance::Organisation,
    source::OrganisationId,
    viewer::{Role, Viewer},
};

/// For so long somebody is new, and a change is told.
pub const NEW_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// After so long without use an assignment is told of.
pub const UNUSED_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What can change of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Title.
    pub title: String,
    /// The role that the claims give.
    pub role: Role,
    /// The unit.
    pub unit: Organisation,
    /// e.g. `Vård och behandling`.
    pub purpose: String,
}

impl From<&Viewer> for Post {
    fn from(viewer: &Viewer) -> Self {
        Self {
            title: viewer.title.clone(),
            role: viewer.role,
            unit: viewer.unit.clone(),
            purpose: viewer.purpose.clone(),
        }
    }
}

/// One employee in one assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The organisation in the portal.
    pub organisation: OrganisationId,
    /// HSA-id of the employee.
    pub user_id: String,
    /// Id of the assignment.
    pub assignment: String,
    /// Name.
    pub name: String,
    /// What was stated last.
    pub post: Post,
    /// When it was first stated.
    pub first_at: Timestamp,
    /// When it was used last: chosen at a sign-in, or the only one.
    pub used_at: Option<Timestamp>,
    /// What it was before it changed last, and when.
    pub changed: Option<(Timestamp, Post)>,
    /// Since when the employee signs in without it.
    pub gone_at: Option<Timestamp>,
}

/// What an administrator should know of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The employee has signed in, and the assignment was not stated any more.
    Departed,
    /// Not used for [`UNUSED_AFTER`].
    Unused,
    /// Stated for the first time lately.
    New,
    /// Another unit, role or title lately.
    Changed,
    /// Nothing.
    Usual,
}

impl User {
    /// As it is once this assignment has been stated.
    #[must_use]
    pub fn stated(former: Option<&Self>, viewer: &Viewer, now: Timestamp) -> Self {
        let post = Post::from(viewer);
        let changed = former.and_then(|former| {
            if former.post == post { former.changed.clone() } else { Some((now, former.post.clone())) }
        });
        Self {
            organisation: viewer.organisation.clone(),
            user_id: viewer.user_id.clone(),
            assignment: viewer.assignment.clone(),
            name: viewer.name.clone(),
            post,
            first_at: former.map_or(now, |former| former.first_at),
            used_at: former.and_then(|former| former.used_at),
            changed,
            gone_at: None,
        }
    }

    /// What there is to know of it at a moment; the gravest, where there is more than one.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let within = |at: Timestamp, time: SignedDuration| now.duration_since(at) <= time;
        if self.gone_at.is_some() {
            Standing::Departed
        } else if !within(self.used_at.unwrap_or(self.first_at), UNUSED_AFTER) {
            Standing::Unused
        } else if within(self.first_at, NEW_FOR) {
            Standing::New
        } else if self.changed.as_ref().is_some_and(|(at, _)| within(*at, NEW_FOR)) {
            Standing::Changed
        } else {
            Standing::Usual
        }
    }
}

/// Everything that is known of an employee once these assignments have been stated, and no others: what has to be kept anew.
pub fn stated(known: &[User], assignments: &[Viewer], now: Timestamp) -> Vec<User> {
    let of = |viewer: &Viewer| {
        known.iter().find(|user| user.assignment == viewer.assignment && user.organisation == viewer.organisation)
    };
    let there = assignments.iter().map(|viewer| User::stated(of(viewer), viewer, now));
    let is_stated = |user: &&User| {
        assignments.iter().any(|one| one.assignment == user.assignment && one.organisation == user.organisation)
    };
    let gone = known.iter().filter(|user| user.gone_at.is_none() && !is_stated(user));
    there.chain(gone.map(|user| User { gone_at: Some(now), ..user.clone() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::Rights,
        source::{Provider, ProviderId, ProviderKind},
    };

    fn viewer(assignment: &str, title: &str) -> Viewer {
        Viewer {
            user_id: "SE-1".to_owned(),
            name: "Karin Dahl".to_owned(),
            title: title.to_owned(),
            role: Role::Nurse,
            organisation: OrganisationId::new("storsjo"),
            organisation_name: "Storsjö kommun".to_owned(),
            provider: Provider { id: ProviderId::new("SE"), kind: ProviderKind::Care },
            unit: Organisation::new("SE-U1", "Norr"),
            assignment: assignment.to_owned(),
            purpose: "Vård och behandling".to_owned(),
            rights: Rights::default(),
            authorities: Vec::new(),
        }
    }

    fn day(number: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * number)
    }

    #[test]
    fn one_is_new_then_usual_then_unused() {
        let user = stated(&[], &[viewer("a", "leg. sjuksköterska")], day(0)).remove(0);
        assert_eq!(user.standing(day(30)), Standing::New);
        assert_eq!(user.standing(day(31)), Standing::Usual);
        assert_eq!(user.standing(day(91)), Standing::Unused, "never used");
        let later = User { used_at: Some(day(80)), ..user };
        assert_eq!((later.standing(day(170)), later.standing(day(171))), (Standing::Usual, Standing::Unused));
    }

    #[test]
    fn what_changes_is_told_with_what_it_was() {
        let first = stated(&[], &[viewer("a", "undersköterska")], day(0));
        let same = stated(&first, &[viewer("a", "undersköterska")], day(40));
        assert_eq!((same[0].changed.as_ref(), same[0].first_at), (None, day(0)));
        let changed = stated(&same, &[viewer("a", "leg. sjuksköterska")], day(50)).remove(0);
        let (at, before) = changed.changed.clone().unwrap();
        assert_eq!(
            (at, before.title.as_str(), changed.standing(day(60))),
            (day(50), "undersköterska", Standing::Changed)
        );
        let again = stated(&[changed], &[viewer("a", "leg. sjuksköterska")], day(60)).remove(0);
        assert_eq!(again.changed.map(|(at, _)| at), Some(day(50)), "told until it is no news");
    }

    #[test]
    fn an_assignment_that_is_not_stated_any_more_has_departed_until_it_is_again() {
        let known = stated(&[], &[viewer("a", "t"), viewer("b", "t")], day(0));
        let left = stated(&known, &[viewer("b", "t")], day(1));
        let of = |users: &[User], assignment: &str| {
            users.iter().find(|user| user.assignment == assignment).cloned().unwrap()
        };
        assert_eq!(of(&left, "a").standing(day(2)), Standing::Departed);
        assert_eq!(of(&left, "b").gone_at, None);
        let none = stated(&left, &[], day(3));
        assert_eq!((none.len(), of(&none, "b").gone_at), (1, Some(day(3))), "when it departed first is kept");
        let back = stated(&left, &[viewer("a", "t")], day(4));
        assert_eq!((of(&back, "a").gone_at, of(&back, "a").first_at), (None, day(0)));
    }
}
