//! The JSON form: one question, one document, an explicit status for every section.
//!
//! Not here: single records ([`crate::entry`]).
//! Invariant: what a status claims and what came must agree; otherwise the section is partial or unavailable, with the reason.

use samsyn_adapter::{
    Answers, Call, Fields, Host, Json, Notes, Object, Problem, Query, request,
    types::{Failure, FailureKind},
};

use crate::{ask, entry};

/// Where the question goes.
pub const PATH: &str = "/samsyn/v1/patient";

/// Asks, and answers every section from the one document.
pub fn lookup<H: Host>(mut answers: Answers<'_, H>, query: &Query) -> Result<(), Failure> {
    let body = ask::question(query).to_string();
    let call = Call::post("api", PATH).header("accept", "application/json").body("application/json", body);
    let call = ask::signed(call, answers.host);
    let reply = request::success(answers.language, answers.host.send(&call)).map_err(|problem| problem.failure)?;
    let document = parse(&answers, &reply.body)?;
    let sections = open(&answers, &document)?;
    let stated = document.get("patient").and_then(|patient| patient.get("value")).and_then(Json::as_text);
    for section in &query.sections {
        if let Some(part) = sections.get(section) {
            read_section(&mut answers, section, part);
        } else {
            let why = answers.language.text("källans svar saknar denna del", "the reply lacks this section");
            answers.missing(section, why);
        }
    }
    // The entries are pushed first, so that the host sees whom each record names; then nothing may look answered.
    let why = answers.language.text("svaret gäller inte den som frågan gällde", "the reply is about somebody else");
    match stated {
        Some(value) if ask::is_asked(query, value) => {
            answers.finish();
            Ok(())
        }
        Some(_) => Err(Problem::new(FailureKind::UpstreamMalformed, "wrong-patient", why).failure),
        None => Err(Problem::malformed(answers.language, "no-patient", "field patient.value is missing").failure),
    }
}

fn parse<'d, H: Host>(answers: &Answers<'_, H>, body: &'d [u8]) -> Result<Json<'d>, Failure> {
    Json::parse(body).map_err(|error| {
        let place = format!("not JSON at line {} column {}", error.line(), error.column());
        Problem::malformed(answers.language, "not-json", place).failure
    })
}

fn open<'d, H: Host>(answers: &Answers<'_, H>, document: &'d Json<'d>) -> Result<&'d Object<'d>, Failure> {
    let malformed = |code, what: &str| Problem::malformed(answers.language, code, what).failure;
    if document.get("contract").and_then(Json::as_text) != Some(ask::CONTRACT) {
        return Err(malformed("contract", "field contract is not samsyn-enkel/1"));
    }
    document
        .get("sections")
        .and_then(Json::as_object)
        .ok_or_else(|| malformed("no-sections", "field sections is missing"))
}

/// What the source says of a section, before it is compared with what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Complete,
    NoneStated,
    NothingHeld,
    Partial,
    Unavailable,
    Unsupported,
}

impl Claim {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "complete" => Self::Complete,
            "none-stated" => Self::NoneStated,
            "nothing-held" => Self::NothingHeld,
            "partial" => Self::Partial,
            "unavailable" => Self::Unavailable,
            "unsupported" => Self::Unsupported,
            _ => return None,
        })
    }
}

fn read_section<H: Host>(answers: &mut Answers<'_, H>, section: &str, part: &Json<'_>) {
    let notes = Notes::new(answers.language);
    let Some(fields) = Fields::of(part, "section", &notes) else {
        return notes.tell(answers, section);
    };
    fields.whole(|fields| {
        let claim = fields.one_of("status", Claim::read);
        let reason = fields.text("reason");
        let stated_at = fields.time("statedAt");
        let items = match fields.raw("entries") {
            None => &[][..],
            Some(Json::List(items)) => items.as_slice(),
            Some(_) => {
                notes.unreadable("entries");
                &[][..]
            }
        };
        if claim.is_none() && !fields.has("status") {
            notes.missing("status");
        }
        let pushed = push(answers, section, items, &notes);
        settle(answers, section, claim, Came { items: items.len(), pushed, reason, stated_at });
    });
    notes.tell(answers, section);
}

fn push<H: Host>(answers: &mut Answers<'_, H>, section: &str, items: &[Json<'_>], notes: &Notes) -> usize {
    let mut pushed = 0;
    for entries in entry::entries(section, items, notes) {
        pushed += entries.len();
        answers.push(entries);
    }
    pushed
}

/// What came with a claim.
struct Came {
    items: usize,
    pushed: usize,
    reason: Option<String>,
    stated_at: Option<String>,
}

fn settle<H: Host>(answers: &mut Answers<'_, H>, section: &str, claim: Option<Claim>, came: Came) {
    let language = answers.language;
    if came.items > 0 {
        // Something could be read to its end, even if every record in it was faulty.
        answers.read(section);
    }
    let contradiction = language.text("källan säger emot sig själv", "the source contradicts itself");
    match claim {
        Some(Claim::Complete) if came.items == 0 => {
            let why =
                language.text("källan lovade uppgifter men lämnade inga", "the source promised entries and gave none");
            answers.missing(section, why);
        }
        Some(Claim::NoneStated) if came.items == 0 => answers.stated_none(section, came.stated_at),
        Some(Claim::NothingHeld) if came.items == 0 => answers.read(section),
        Some(Claim::Unsupported) if came.items == 0 => answers.unsupported(section),
        Some(Claim::NoneStated | Claim::NothingHeld | Claim::Unsupported) => answers.missing(section, contradiction),
        Some(Claim::Partial) => {
            answers.read(section);
            answers.missing(section, came.reason.unwrap_or_else(|| unsaid(language).into()));
        }
        Some(Claim::Unavailable) => answers.missing(section, came.reason.unwrap_or_else(|| unsaid(language).into())),
        None if came.pushed == 0 => {
            let why = language.text("källan angav inget läge", "the source gave no status");
            answers.missing(section, why);
        }
        // Entries came; a missing status has left its note.
        Some(Claim::Complete) | None => {}
    }
}

const fn unsaid(language: samsyn_adapter::Language) -> &'static str {
    language.text("källan angav inte varför", "the source did not say why")
}

#[cfg(test)]
mod tests {
    use samsyn_adapter::{
        Plugin, http,
        rehearsal::{self, Rehearsal},
        types::SectionStatus,
    };

    use super::*;
    use crate::Enkel;

    const PERSONNUMMER: &str = "urn:oid:1.2.752.129.2.1.3.1";

    type Outcome = (Result<(), Failure>, Vec<(String, SectionStatus)>, Vec<samsyn_adapter::Entries>);

    fn lookup(body: &str) -> Outcome {
        let reply = body.to_owned();
        let mut host = Rehearsal::new(move |_: &http::Request| rehearsal::reply(200, reply.clone()));
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &["services"]);
        let result = Enkel::lookup(&mut host, &query);
        (result, host.statuses, host.pushed)
    }

    fn services(section: &str) -> SectionStatus {
        let body = format!(
            r#"{{"contract":"samsyn-enkel/1","patient":{{"system":"personnummer","value":"19500907-2553"}},"sections":{{"services":{section}}}}}"#
        );
        let (result, statuses, _) = lookup(&body);
        assert_eq!(result, Ok(()));
        assert_eq!(statuses.len(), 1);
        statuses[0].1.clone()
    }

    const ENTRY: &str =
        r#"{"kind":"home-care","phase":"ongoing","provenance":{"id":"1","patient":{"value":"195009072553"}}}"#;

    #[test]
    fn each_status_word_becomes_its_state() {
        assert_eq!(services(&format!(r#"{{"status":"complete","entries":[{ENTRY}]}}"#)), SectionStatus::Complete);
        let stated = SectionStatus::StatedNone(Some("2026-11-01".into()));
        assert_eq!(services(r#"{"status":"none-stated","statedAt":"2026-11-01"}"#), stated);
        assert_eq!(services(r#"{"status":"nothing-held"}"#), SectionStatus::NothingHeld);
        assert_eq!(services(r#"{"status":"unsupported"}"#), SectionStatus::Unsupported);
        assert_eq!(
            services(r#"{"status":"partial","reason":"ett register nere"}"#),
            SectionStatus::Partial("ett register nere".into())
        );
        assert_eq!(
            services(r#"{"status":"unavailable","reason":"registret nere"}"#),
            SectionStatus::Unavailable("registret nere".into())
        );
    }

    #[test]
    fn a_claim_that_does_not_fit_what_came_is_never_believed() {
        assert!(matches!(services(r#"{"status":"complete","entries":[]}"#), SectionStatus::Unavailable(_)));
        assert!(matches!(services(r#"{"status":"complete"}"#), SectionStatus::Unavailable(_)));
        assert!(matches!(services(r#"{"status":"complete","entries":{}}"#), SectionStatus::Unavailable(_)));
        assert!(matches!(
            services(&format!(r#"{{"status":"nothing-held","entries":[{ENTRY}]}}"#)),
            SectionStatus::Partial(_)
        ));
        assert!(matches!(services(r#"{"entries":[]}"#), SectionStatus::Unavailable(_)));
        assert!(matches!(services(r#"{"status":"empty"}"#), SectionStatus::Unavailable(_)));
        assert!(matches!(services("[]"), SectionStatus::Unavailable(_)));
        assert!(matches!(services("null"), SectionStatus::Unavailable(_)));
    }

    #[test]
    fn a_record_without_its_required_field_leaves_the_section_partial_and_names_the_field() {
        let section = format!(r#"{{"status":"complete","entries":[{ENTRY},{{"provenance":{{"id":"2"}}}}]}}"#);
        assert_eq!(
            services(&section),
            SectionStatus::Partial("fältet kind saknas, uppgiften visas inte (1 st)".into())
        );
    }

    #[test]
    fn replies_that_are_not_the_document_are_typed_failures() {
        for (body, code) in [
            ("", "not-json"),
            ("<html><body>Inloggning</body></html>", "not-json"),
            (r#"{"contract":"samsyn-enkel/1","sections":{"serv"#, "not-json"),
            ("{}", "contract"),
            ("[]", "contract"),
            (r#"{"contract":"samsyn-enkel/1"}"#, "no-sections"),
            (r#"{"contract":"samsyn-enkel/1","sections":{"services":{"status":"nothing-held"}}}"#, "no-patient"),
        ] {
            let (result, statuses, _) = lookup(body);
            let failure = result.unwrap_err();
            assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::UpstreamMalformed, code), "{body}");
            assert!(statuses.is_empty());
        }
    }

    #[test]
    fn a_document_about_somebody_else_is_a_failure_and_its_records_still_say_whom_they_name() {
        let body = format!(
            r#"{{"contract":"samsyn-enkel/1","patient":{{"value":"196101182803"}},"sections":{{"services":{{"status":"complete","entries":[{}]}}}}}}"#,
            ENTRY.replace("195009072553", "196101182803")
        );
        let (result, statuses, pushed) = lookup(&body);
        assert_eq!(result.unwrap_err().code, "wrong-patient");
        assert!(statuses.is_empty());
        let [samsyn_adapter::Entries::Services(services)] = pushed.as_slice() else { panic!("one push") };
        assert_eq!(services[0].provenance.patient.as_ref().unwrap().value, "196101182803");
    }

    #[test]
    fn the_identifier_is_in_the_body_and_never_in_the_path() {
        let mut host = Rehearsal::new(|_: &http::Request| rehearsal::reply(500, ""));
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &["services"]);
        let failure = Enkel::lookup(&mut host, &query).unwrap_err();
        assert_eq!(failure.kind, FailureKind::UpstreamUnavailable);
        let request = &host.requests[0];
        assert_eq!(request.target, http::Target::Path(PATH.into()));
        assert_eq!(request.credential.as_deref(), Some("access"));
        let body: serde_json::Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
        assert_eq!(body["identifiers"][0]["system"], "personnummer");
        assert_eq!(body["identifiers"][0]["value"], "195009072553");
    }
}
