//! What each person tagged for care limits shows: conflict, ended, unsigned, palliative talk, end of life.

use serde_json::{Value, json};

use super::{
    browser::Browser,
    harness::shared,
    reading::{badge, entries, only, section},
};

async fn page_and_json(tag: &str) -> (String, Value) {
    let portal = shared().await;
    let mut doctor = Browser::signed_in(portal, "doctor").await;
    let patient = portal.showing(tag);
    (doctor.page(&patient, "shared").await, doctor.overview(&patient, "shared").await)
}

#[tokio::test]
async fn positions_that_contradict_each_other_stand_side_by_side() {
    let (page, overview) = page_and_json("conflict").await;
    let expected = json!({ "signed_by_physician": 1, "signed_by_other": 0, "unsigned": 1 });
    assert_eq!(section(&overview, "care-limits")["conflict"], expected);
    assert_eq!(entries(&overview, "care-limits").len(), 2);
    let marked = only(&overview, "care-limits", |limit| limit["most_restrictive"] == true);
    assert_eq!(marked["text"], "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov.");
    assert_eq!(marked["author_kind"], "physician");
    assert!(page.contains("Källorna skiljer sig åt: 1 signerat av läkare, 1 osignerat"));
    assert!(page.contains("Inga begränsningar beslutade vid inflyttning"));
}

#[tokio::test]
async fn an_ended_position_is_apart_and_not_marked() {
    let (page, overview) = page_and_json("ended-limit").await;
    let limit = only(&overview, "care-limits", |_| true);
    assert_eq!(limit["validity"], "ended");
    assert!(limit.get("most_restrictive").is_none());
    assert!(section(&overview, "care-limits").get("conflict").is_none());
    assert!(page.contains("1 avslutade eller ersatta"));
    assert!(page.contains("Saknas dokumenterat ställningstagande: HLR påbörjas (nationella riktlinjer)"));
}

#[tokio::test]
async fn an_unsigned_note_or_a_relatives_word_is_never_the_marked_one() {
    let (page, overview) = page_and_json("unsigned-limit").await;
    let limit = only(&overview, "care-limits", |_| true);
    assert_eq!(limit["provenance"]["signing"]["is"], "unsigned");
    assert_eq!(limit["author_kind"], "relative");
    assert!(limit.get("most_restrictive").is_none(), "{limit}");
    assert!(!page.contains("Mest begränsande"));
    assert!(!page.contains("Läkares ställningstagande"), "only `Ej läkares …` may be said");
    assert!(page.contains("Osignerat"));
}

#[tokio::test]
async fn a_palliative_talk_that_was_held_is_shown_as_that() {
    let (_, overview) = page_and_json("palliative-talk").await;
    let limit = only(&overview, "care-limits", |limit| limit["nature"] == "palliative-talk");
    assert_eq!(limit["patient_attitude"], "Önskar vara hemma så länge det går");
    assert!(section(&overview, "care-limits").get("conflict").is_none());
}

#[tokio::test]
async fn care_at_the_end_of_life_comes_with_the_plan_to_act_on() {
    let (page, overview) = page_and_json("end-of-life").await;
    let limit = only(&overview, "care-limits", |limit| limit["nature"] == "end-of-life-care");
    assert_eq!(limit["most_restrictive"], true);
    assert_eq!(badge(&overview, "home-nursing")["look"], "ongoing");
    let plan = only(&overview, "plans", |plan| plan["kind"] == "palliative");
    assert_eq!(plan["instruction"], "Vid andnöd eller oro: ring hemsjukvården 063-555 20 41, inte 112");
    assert!(page.contains("Vård i livets slutskede (VILSAD). Ej HLR, ej sjukhusvård. Symtomlindring i hemmet."));
}

#[tokio::test]
async fn every_position_opens_with_its_validity_before_its_words() {
    let (page, overview) = page_and_json("end-of-life").await;
    let text = entries(&overview, "care-limits")[0]["text"].as_str().unwrap();
    let heading = page.find(text).unwrap();
    let validity = page.find("Läkares ställningstagande, signerat 2026-11-16, omprövat 2026-11-20");
    assert!(validity.is_some_and(|validity| validity < heading), "{page}");
}
