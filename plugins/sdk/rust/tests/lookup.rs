//! Lookups through `adapter!` from end to end, against a rehearsed source.

use samsyn_adapter::{
    Answer, Ask, Call, Entries, Fields, Json, Notes, Plugin as _, Problem,
    http::{Request, Response, Target},
    rehearsal::{self, Rehearsal},
    sink::{Contact, Document, Service, ServicePhase},
    types::{Concept, Failure, FailureKind, Provenance, SectionStatus},
};

/// A source with pages of services and a list of contacts of its own.
mod paged {
    use super::*;

    samsyn_adapter::adapter! {
        /// An adapter whose sections share the pages of one list.
        Paged {
            manifest: r#"{ "id": "paged", "sections": ["services", "contacts", "documents"] }"#,
            shared: Vec<Json<'static>>,
            sections: [services, contacts, documents],
        }
    }

    impl Sections for Paged {
        fn prepare(ask: &mut Ask<'_>) -> Result<Vec<Json<'static>>, Failure> {
            let Some(first) = ask.find(Call::get("api", "/visits"))? else { return Err(Failure::patient_unknown()) };
            Ok(ask.pages(&first, 3, |reply| {
                let page = reply.json()?;
                let more = page.get("more").and_then(Json::as_text).map(|path| Call::get("api", path));
                Ok((page.into_owned(), more))
            })?)
        }

        fn services(ask: &mut Ask<'_>, pages: &Vec<Json<'static>>) -> Result<Answer<Service>, Problem> {
            let notes = Notes::new(ask.language());
            let ids = pages.iter().filter_map(|page| Fields::of(page, "page", &notes)?.required("id"));
            let services =
                ids.map(|id| Service::new("home-care", ServicePhase::Ongoing, Provenance::new(id))).collect();
            Ok(Answer::held(services).noting(&notes))
        }

        fn contacts(ask: &mut Ask<'_>, _: &Vec<Json<'static>>) -> Result<Answer<Contact>, Problem> {
            let reply = ask.read(Call::get("api", "/contacts"))?;
            let id = reply.text()?.to_owned();
            Ok(Answer::held(vec![Contact::new("other", Provenance::new(id))]))
        }

        fn documents(ask: &mut Ask<'_>, _: &Vec<Json<'static>>) -> Result<Answer<Document>, Problem> {
            // Forgets that the exchange failed.
            let _ = ask.read(Call::get("api", "/contacts"));
            let sheet = Document::new(Concept::text("Blad"), "Blad", Provenance::new("d1"));
            Ok(Answer::held(vec![sheet]))
        }
    }
}

type Answered = Result<Response, samsyn_adapter::http::Error>;

/// What came of a lookup.
struct Found {
    result: Result<(), Failure>,
    statuses: Vec<(String, SectionStatus)>,
    pushed: usize,
    lines: Vec<String>,
}

fn lookup(mut answer: impl FnMut(&str) -> Answered) -> Found {
    let mut host = Rehearsal::new(move |request: &Request| match &request.target {
        Target::Path(path) => answer(path),
        Target::Link(_) => rehearsal::reply(400, ""),
    });
    let sections = ["services", "contacts", "documents", "plans"];
    let query = rehearsal::query("urn:oid:1.2.752.129.2.1.3.1", "191212121212", &sections);
    let result = paged::Paged::lookup(&mut host, &query);
    let pushed = host.pushed.iter().map(Entries::len).sum();
    Found { result, statuses: host.statuses, pushed, lines: host.lines }
}

fn statuses(found: &[(String, SectionStatus)]) -> Vec<(&str, &SectionStatus)> {
    found.iter().map(|(section, status)| (section.as_str(), status)).collect()
}

fn partial(text: &str) -> SectionStatus {
    SectionStatus::Partial(text.to_owned())
}

fn unavailable(text: &str) -> SectionStatus {
    SectionStatus::Unavailable(text.to_owned())
}

#[test]
fn every_section_gets_its_status_and_an_unknown_one_is_unsupported() {
    let Found { result, statuses: found, pushed, .. } = lookup(|path| match path {
        "/visits" => rehearsal::reply(200, r#"{"id":"1","more":"/visits?page=2"}"#),
        "/visits?page=2" => rehearsal::reply(200, r#"{"id":"2"}"#),
        _ => rehearsal::reply(200, "k1"),
    });
    assert_eq!(result, Ok(()));
    let complete = &SectionStatus::Complete;
    let expected = [
        ("services", complete),
        ("contacts", complete),
        ("documents", complete),
        ("plans", &SectionStatus::Unsupported),
    ];
    assert_eq!(statuses(&found), expected);
    assert_eq!(pushed, 4);
}

#[test]
fn a_page_that_fails_in_prepare_leaves_every_section_partial() {
    let Found { result, statuses: found, pushed, .. } = lookup(|path| match path {
        "/visits" => rehearsal::reply(200, r#"{"id":"1","more":"/visits?page=2"}"#),
        "/visits?page=2" => rehearsal::reply(503, ""),
        _ => rehearsal::reply(200, "k1"),
    });
    assert_eq!(result, Ok(()));
    let missing = partial("sida 2 kunde inte läsas (fel i källan)");
    assert_eq!(found.iter().filter(|(_, status)| *status == missing).count(), 3, "{found:?}");
    assert_eq!(pushed, 3);
}

#[test]
fn pages_in_a_circle_and_pages_without_end_are_cut_and_told() {
    let circle = lookup(|path| match path {
        "/visits" => rehearsal::reply(200, r#"{"id":"1","more":"/visits"}"#),
        _ => rehearsal::reply(200, "k1"),
    });
    assert_eq!(circle.statuses[0].1, partial("källans sidor hänvisar i en cirkel, resten kunde inte läsas"));
    let mut number = 0;
    let endless = lookup(move |path| {
        number += 1;
        if path.starts_with("/visits") {
            rehearsal::reply(200, format!(r#"{{"id":"{number}","more":"/visits?page={number}"}}"#))
        } else {
            rehearsal::reply(200, "k1")
        }
    });
    assert_eq!(endless.statuses[0].1, partial("fler än 3 sidor, resten hämtades inte"));
    assert_eq!(endless.pushed, 5);
}

#[test]
fn a_failed_exchange_that_a_section_forgets_still_keeps_it_from_being_complete() {
    let Found { statuses: found, lines, .. } = lookup(|path| match path {
        "/visits" => rehearsal::reply(200, r#"{"id":"1"}"#),
        _ => rehearsal::reply(500, ""),
    });
    assert_eq!(found[0].1, SectionStatus::Complete, "another section's exchange is no matter of this one");
    assert_eq!(found[1].1, unavailable("fel i källan"));
    assert_eq!(found[2].1, partial("fel i källan"));
    assert_eq!(lines, ["contacts: http-500: fel i källan"]);
}

#[test]
fn a_field_that_is_missing_is_named_and_the_record_left_out() {
    let found = lookup(|path| match path {
        "/visits" => rehearsal::reply(200, r#"{"text":"no id"}"#),
        _ => rehearsal::reply(200, "k1"),
    });
    assert_eq!(found.statuses[0].1, partial("fältet id saknas, uppgiften visas inte (1 st)"));
}

#[test]
fn an_unknown_person_and_a_silent_source_are_failures_of_the_whole_lookup() {
    let Found { result: unknown, statuses: found, .. } = lookup(|_| rehearsal::reply(404, ""));
    assert_eq!(unknown.unwrap_err().kind, FailureKind::PatientUnknown);
    assert_eq!(statuses(&found), [("plans", &SectionStatus::Unsupported)]);
    let failure = lookup(|_| rehearsal::reply(500, "")).result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::UpstreamUnavailable, "http-500"));
}
