//! A patient with protected personal data and an inner block: that something is blocked is told, and on no projection where the
//! patient is or which unit it was, not even while the block is lifted.
//!
//! Not here: protection alone (`identity`), lifting alone (`lifting`), whose outer block it is (`blocks`).

use std::collections::BTreeSet;

use samsyn_domain::{protection::STRUCK, provenance::Organisation};
use samsyn_ui::unit_field;

use super::{browser::Browser, harness::Portal, identity::telling, reading::entries};

const TAG: &str = "protected-inner-block";
/// The unit that is blocked.
const PSYCHIATRY: &str = "SE9999100001-E104";
/// What it wrote, and what no projection may say before the block is lifted.
const HIDDEN: [&str; 2] = ["Kvetiapin", "\"Samtal\""];
/// Of the reader's own: on pages, not in the JSON.
const READERS_OWN: [&str; 2] = ["Region Fjäll", "Medicinkliniken"];

/// Everything that one reader can have of the patient under one handle.
async fn projections(doctor: &mut Browser, patient: &str, address: &str) -> Vec<(&'static str, String)> {
    let form = [("patient", patient), ("scope", "own"), ("live", "1")];
    let live = doctor.open_with(&form).await;
    let mut all = vec![("JSON", doctor.json(address).await.body), ("page", doctor.get(address).await.body)];
    all.push(("stream", doctor.get(&live).await.body));
    for (name, more) in [("blocks", "/blocks"), ("access", "/access"), ("emergency", "/emergency")] {
        all.push((name, doctor.get(&format!("{address}{more}")).await.body));
    }
    for (name, preset) in [("sheet", "akutblad"), ("list", "lakemedelslista")] {
        all.push((name, doctor.post(&format!("{address}/print/{preset}"), &[]).await.body));
    }
    all
}

/// Takes away what is the same for every patient: the form that notes whom one has asked, and the units a consent can be for.
fn without_choices(page: &str) -> String {
    let after = |part: &str| part.split_once("</label>").map_or(String::new(), |(_, rest)| rest.to_owned());
    let mut parts = page.split("<label class=\"option\">");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.map(after).fold(first, |done, rest| done + &rest)
}

fn assert_says_nothing(name: &str, told: &str, telling: &BTreeSet<String>) {
    let told = without_choices(told);
    for word in telling {
        let own = name != "JSON" && READERS_OWN.contains(&word.as_str());
        assert!(own || !told.contains(word.as_str()), "the {name} tells {word}: {told}");
    }
}

#[tokio::test]
async fn no_projection_tells_where_a_protected_person_is_or_who_has_blocked() {
    let portal = Portal::start("").await;
    let person = portal.seed.person_showing(TAG).unwrap();
    let patient = portal.showing(TAG);
    let mut telling = telling(&portal, person);
    telling.extend(["Tallbacken", "Psykiatriska", PSYCHIATRY].map(str::to_owned));
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    let address = doctor.open(&patient, "own").await;

    let before = projections(&mut doctor, &patient, &address).await;
    for (name, told) in &before {
        assert!(told.contains("Vendela Rask") || *name == "emergency", "the {name} is about somebody else: {told}");
        assert_says_nothing(name, told, &telling);
        // Until it is lifted, nobody on that staff is named either, nor what they are.
        for hidden in HIDDEN.into_iter().chain(["Ylva Franzén", "psykiatri"]) {
            assert!(!told.contains(hidden), "{hidden} on the {name}");
        }
    }
    let told = |name: &str| before.iter().find(|(one, _)| *one == name).unwrap().1.as_str();
    assert!(told("JSON").contains("\"blocked_exists\":true") && told("JSON").contains("\"places_masked\":true"));
    assert!(told("page").contains("Spärrade uppgifter finns") && told("page").contains("Skyddade personuppgifter"));
    assert!(told("blocks").contains("Enhet 1 (namnet visas inte)"), "{}", told("blocks"));
    assert!(told("JSON").contains("Metoprolol"), "what nobody has blocked is there");

    // Lifted: the content is there, the place still is not.
    let psychiatry = Organisation { id: Some(PSYCHIATRY.into()), name: None };
    let field = unit_field(address.rsplit('/').next().unwrap(), &psychiatry);
    let lift = doctor.post(&format!("{address}/blocks"), &[(&*field, "1"), ("ground", "patient")]).await;
    assert_eq!(lift.status, 303);
    let after = projections(&mut doctor, &patient, &address).await;
    for (name, told) in &after {
        assert_says_nothing(name, told, &telling);
    }
    let json = doctor.json(&address).await.json();
    assert!(entries(&json, "medications").iter().any(|one| one.to_string().contains("Kvetiapin")));
    let note = entries(&json, "documents").iter().find(|one| one["title"] == "Samtal").unwrap();
    assert!(note.to_string().contains(STRUCK), "{note}");
}

#[tokio::test]
async fn whoever_reads_by_consent_meets_no_block_and_still_no_place() {
    let portal = super::harness::shared().await;
    let patient = portal.showing(TAG);
    let mut nurse = Browser::signed_in(portal, "nurse").await;
    let overview = nurse.overview(&patient, "shared").await;
    // An inner block is a matter within the provider.
    assert_eq!(overview["blocked_exists"], serde_json::Value::Null);
    assert!(overview.to_string().contains("Kvetiapin"), "{overview}");
    assert!(!overview.to_string().contains("Psykiatriska"));
}
