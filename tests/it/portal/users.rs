//! Who uses the portal: new, changed, gone and unused, for the own organisation's administrator.
//!
//! Not here: what there is to know of a user (`domain::user`), what a claim means (`login::claims`).

use super::{
    browser::{Browser, Reply},
    harness::Portal,
    reading::main,
};

const PAGE: &str = "/admin/users";

async fn told(portal: &Portal, staff: &str) -> String {
    let mut admin = Browser::new(portal);
    admin.sign_in(staff).await;
    let page: Reply = admin.get(PAGE).await;
    assert_eq!(page.status, 200, "{}", page.body);
    main(&page.body).to_owned()
}

/// What stands under a heading.
fn under<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<h2 id=\"{id}\">")).unwrap();
    rest.split("</section>").next().unwrap()
}

#[tokio::test]
async fn whoever_signs_in_is_new_for_the_own_administrator_and_nobody_elses() {
    let portal = Portal::start("").await;
    Browser::signed_in(&portal, "nurse").await;
    let page = told(&portal, "admin").await;
    assert!(under(&page, "new").contains("Karin Dahl") && under(&page, "new").contains("Britt Wallin"), "{page}");
    assert!(under(&page, "roles").contains("samsyn;admin") && under(&page, "roles").contains("Vård och behandling"));
    assert!(!told(&portal, "admin-region").await.contains("Karin Dahl"));
    let mut nurse = Browser::signed_in(&portal, "nurse").await;
    assert_eq!(nurse.get(PAGE).await.status, 403);
}

#[tokio::test]
async fn what_is_not_used_has_changed_or_is_gone_is_told() {
    let portal = Portal::start("").await;
    Browser::signed_in(&portal, "nurse").await;
    let ninety_one_days = 91_i64 * 24 * 3600 * 1_000_000;
    let nurse = "name = 'Karin Dahl'";
    portal
        .run_sql(&format!(
            "UPDATE portal_user SET first_us = first_us - {ninety_one_days}, used_us = used_us - {ninety_one_days} \
             WHERE {nurse}"
        ))
        .await;
    assert!(under(&told(&portal, "admin").await, "unused").contains("Karin Dahl"));

    // Another assignment that is stated no more, and what was another role when it was last.
    portal
        .run_sql(&format!(
            "INSERT INTO portal_user SELECT organisation, employee, 'SE-FORMER', user_id, name, post, first_us, used_us, \
             changed_us, former, gone_us FROM portal_user WHERE {nurse}"
        ))
        .await;
    portal
        .run_sql(&format!(
            "UPDATE portal_user SET post = replace(post, 'leg. sjuksköterska', 'undersköterska') \
             WHERE {nurse} AND assignment <> 'SE-FORMER'"
        ))
        .await;
    Browser::signed_in(&portal, "nurse").await;
    let page = told(&portal, "admin").await;
    assert!(under(&page, "departed").contains("SE-FORMER"), "{page}");
    let changed = under(&page, "changed");
    assert!(changed.contains("Karin Dahl") && changed.contains("undersköterska"), "{page}");
    assert!(!under(&page, "unused").contains("Karin Dahl"), "used again: {page}");
}

#[tokio::test]
async fn of_two_assignments_the_one_that_is_chosen_is_used() {
    let portal = Portal::start("").await;
    let never = "SELECT COUNT(*) FROM portal_user WHERE name LIKE 'Eva%' AND used_us IS NULL";
    let mut eva = Browser::new(&portal);
    eva.sign_in("two-hats").await;
    assert_eq!(portal.number(never).await, 1, "one was chosen at the sign-in");
    let page = eva.get("/assignment").await.body;
    for assignment in super::browser::assignments(&page) {
        assert_eq!(eva.post("/assignment", &[("assignment", &assignment)]).await.status, 303);
    }
    assert_eq!(portal.number(never).await, 0);
}
