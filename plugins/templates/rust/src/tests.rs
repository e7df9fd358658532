//! What the cases do not say, on your own machine: `cargo rehearse`. The source is a closure.

use samsyn_adapter::{
    Entries, Plugin as _,
    rehearsal::{self, Rehearsal},
    types::SectionStatus,
};

use crate::{{Name}};

const SERVICES: &str = r#"{"person":"191212121212","provider":{"id":"SE2321000016-0000","name":"Exempelkommunen"},
    "unit":{"id":"SE2321000016-1000","name":"Hemtjänst Nord"},"contacts":[],"more":null,
    "services":[{"id":"h1","text":"Hjälp med dusch","from":"i våras","active":true,"visits":["2026-11-19T08:10"]}]}"#;

#[test]
fn a_time_that_cannot_be_read_is_named_and_the_service_is_kept() {
    let mut host = Rehearsal::new(|_| rehearsal::reply(200, SERVICES));
    let query = rehearsal::query("urn:oid:1.2.752.129.2.1.3.1", "191212121212", &["services", "contacts"]);
    {{Name}}::lookup(&mut host, &query).unwrap();
    let expected = SectionStatus::Partial("fältet services.from gick inte att läsa (1 st)".to_owned());
    assert_eq!(host.status_of("services"), Some(&expected));
    assert_eq!(host.status_of("contacts"), Some(&SectionStatus::NothingHeld));
    assert_eq!(host.pushed.iter().map(Entries::len).sum::<usize>(), 1);
}
