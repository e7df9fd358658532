//! Values that many entries share.

use crate::bindings::samsyn::adapter::types::{
    Actor, Coding, Concept, Extension, Identifier, Opening, Organisation, Phone, Provenance, Signature, Signing,
    Weekday,
};

#[expect(clippy::unnecessary_wraps, reason = "nearly every field is an option, and each is to be filled")]
pub fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub fn concept(text: &str) -> Concept {
    let coding = Coding {
        system: "http://snomed.info/sct".to_owned(),
        code: "304253006".to_owned(),
        display: Some("display".to_owned()),
    };
    Concept { text: text.to_owned(), codings: vec![coding] }
}

pub fn unit() -> Organisation {
    Organisation { id: text("SE2321000016-1000"), name: text("Hemtjänst Nord") }
}

pub fn provider() -> Organisation {
    Organisation { id: text("SE2321000016-0000"), name: text("Exempelkommunen") }
}

pub fn actor() -> Actor {
    Actor { name: text("Anders Holm"), role: text("överläkare"), id: text("SE2321000016-2000"), unit: Some(unit()) }
}

pub fn openings() -> Vec<Opening> {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let days = vec![Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    vec![Opening { days, from: text("07:00"), to: text("16:30") }]
}

pub fn phones() -> Vec<Phone> {
    vec![Phone { number: "0555-123 45".to_owned(), openings: openings(), note: text("växel"), staff_only: true }]
}

pub fn provenance(id: &str, patient: &Identifier) -> Provenance {
    let signing = match id {
        "document" => Signing::Unsigned,
        "alert" => Signing::NotStated,
        _ => Signing::Signed(Signature { at: text("2026-11-02T10:00:00+01:00"), by: Some(actor()) }),
    };
    Provenance {
        id: id.to_owned(),
        patient: Some(patient.clone()),
        care_provider: Some(provider()),
        care_unit: Some(unit()),
        information_type: text("voo"),
        recorded: text("2026-11-01T09:30"),
        author: Some(actor()),
        signing,
        link: None,
        extensions: vec![Extension { key: "source-message".to_owned(), value: "utan anmärkning".to_owned() }],
    }
}
