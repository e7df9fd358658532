//! Cases of who has signed in.

use jiff::Timestamp;
use samsyn_domain::{
    source::OrganisationId,
    user::{Post, User},
};
use samsyn_service::port::users::Users;

use crate::store::{
    place::Here,
    sample::{after, noon, viewer},
};

fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

fn user(organisation: &str, name: &str, assignment: &str) -> User {
    let new = User::stated(None, &viewer(), kept(noon()));
    User { organisation: OrganisationId::new(organisation), name: name.into(), assignment: assignment.into(), ..new }
}

pub async fn what_was_stated_last_of_an_assignment_stands_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let storsjo = OrganisationId::new("storsjo");
    let (first, second, other) = (user("storsjo", "Bo", "1"), user("storsjo", "Ada", "2"), user("region", "Bo", "1"));
    one.keep(&[first.clone(), second.clone(), other.clone()]).await.unwrap();
    assert_eq!(two.of_organisation(&storsjo).await.unwrap(), [second.clone(), first.clone()], "by name");
    let employee = viewer().user_id.to_uppercase();
    assert_eq!(two.of_employee(&employee).await.unwrap().len(), 3, "HSA-ids are the same in either case");
    let former = Post { title: "annan".into(), ..first.post.clone() };
    let (used, gone) = (Some(kept(after(1))), Some(kept(after(2))));
    let changed = User { used_at: used, gone_at: gone, changed: Some((kept(after(2)), former)), ..first };
    two.keep(std::slice::from_ref(&changed)).await.unwrap();
    assert_eq!(one.of_organisation(&storsjo).await.unwrap(), [second, changed]);
}

pub async fn a_user_that_cannot_be_understood_is_an_error_and_never_nobody(here: Here) {
    let store = here.open().await;
    store.keep(&[user("storsjo", "Bo", "1")]).await.unwrap();
    here.run("UPDATE portal_user SET post = '{}'").await.unwrap();
    let said = store.of_organisation(&OrganisationId::new("storsjo")).await.unwrap_err().to_string();
    assert!(said.contains("post of assignment 1"), "{said}");
}
