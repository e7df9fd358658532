//! A region that runs its care through two authorities: each reads the other's health records without consent, blocks hold between them,
//! and a region that has not said so keeps them apart (PDL 5:4).
//!
//! Not here: every combination (`domain::access_model`), the row of the decision table (`decision_table`).

use samsyn_demo::organisations::TJARN_HABILITATION;
use samsyn_domain::{access::Block, identifier::PersonIdentifier, source::ProviderId};
use samsyn_service::port::blocks::{BlockList, BlockLists as _, ListedBlock};

use super::{
    browser::Browser,
    harness::{NOON, Portal, shared},
    reading::{all_entries, cell, cells_of, text},
};

const OWN: &str = "tjarn-sjukvard";
const BESIDE: &str = "tjarn-habilitering";
/// The unit whose information there is at the other authority, and what it says.
const UNIT: (&str, &str) = ("SE9999800008-E851", "Vuxenhabiliteringen");
const HELD: &str = "gångträning";

#[tokio::test]
async fn another_authority_is_asked_beside_the_own_and_said_to_be_one() {
    let portal = shared().await;
    let patient = portal.showing("other-authority");
    let mut nurse = Browser::signed_in(portal, "nurse-tjarn").await;
    for scope in ["own", "shared"] {
        let overview = nurse.overview(&patient, scope).await;
        assert_eq!(cell(&overview, "services", OWN)["decision"], "own", "{scope}");
        assert_eq!(cell(&overview, "services", BESIDE)["decision"], "other-authority", "{scope}");
        assert!(overview.to_string().contains(HELD), "{scope}");
        assert!(all_entries(&overview).iter().all(|one| text(&one["provenance"]["source"]).starts_with("tjarn")));
    }
    // An emergency names those who could be asked besides; the own region is none of them.
    let page = nurse.page(&patient, "own").await;
    assert!(page.contains("Habjournalen") && !page.contains("såromläggning"));
    let log = portal.log().await;
    let mine = log.iter().filter(|one| one.record.patient.as_ref().is_some_and(|whose| whose.digits() == patient));
    let of_nurse = |user: &str| user == "SE9999800008-P801";
    let intent = mine
        .filter(|one| one.record.viewer.as_ref().is_some_and(|viewer| of_nurse(&viewer.user_id)))
        .find(|one| one.record.details["active_choice"] == "own")
        .unwrap();
    let asked = intent.record.details["sources"].as_array().unwrap().iter().find(|one| one["source"] == BESIDE);
    assert_eq!(asked.unwrap()["asked"], true);
}

#[tokio::test]
async fn a_region_that_has_not_said_so_keeps_its_authorities_apart() {
    let portal = Portal::start_at(NOON, "", |config| {
        for one in &mut config.organisations {
            one.authorities_have_direct_access = false;
        }
    })
    .await;
    let patient = portal.showing("other-authority");
    let mut nurse = Browser::signed_in(&portal, "nurse-tjarn").await;
    let own = nurse.overview(&patient, "own").await;
    assert!(!own.to_string().contains(BESIDE) && !own.to_string().contains(HELD), "others are not named: {own}");
    assert!(all_entries(&own).iter().any(|one| one["provenance"]["source"] == OWN));
}

#[tokio::test]
async fn what_is_blocked_within_one_authority_is_blocked_for_the_other_and_lifted_by_its_own() {
    let portal = Portal::start("").await;
    let patient = portal.showing("other-authority");
    let provider = ProviderId::new(TJARN_HABILITATION);
    let block = Block::inner(provider.clone(), UNIT.0);
    let listed = ListedBlock { id: "inner".into(), patient: PersonIdentifier::stated(&patient).unwrap(), block };
    let verified_at = NOON.parse().unwrap();
    portal.store.replace(&BlockList { provider, verified_at, blocks: vec![listed] }).await.unwrap();

    let mut nurse = Browser::signed_in(&portal, "nurse-tjarn").await;
    let address = nurse.open(&patient, "own").await;
    let overview = nurse.json(&address).await.json();
    assert_eq!(overview["blocked_exists"], true);
    let page = nurse.get(&address).await.body;
    for told in [&overview.to_string(), &page] {
        assert!(!told.contains(HELD) && !told.contains("Latex") && !told.contains(UNIT.1), "{told}");
    }
    for (section, cell) in cells_of(&overview, BESIDE) {
        assert!(!matches!(text(&cell["state"]), "stated-none" | "nothing-held"), "{section}: {cell}");
    }
    // The other authority is responsible for its own records: its block is not lifted from here, and its unit not named.
    let blocks = nurse.get(&format!("{address}/blocks")).await.body;
    assert!(blocks.contains("Ingen enhet hos din vårdgivare") && !blocks.contains(UNIT.1), "{blocks}");
    let field = samsyn_ui::unit_field(
        address.rsplit('/').next().unwrap(),
        &samsyn_domain::provenance::Organisation { id: Some(UNIT.0.into()), name: None },
    );
    let refused = nurse.post(&format!("{address}/blocks"), &[(&*field, "1"), ("ground", "patient")]).await;
    assert_eq!(refused.status, 422);
    assert!(!nurse.json(&address).await.body.contains(HELD));
}
