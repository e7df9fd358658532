//! {{Name}}: asks the source once and answers two sections from what came.
//!
//! Change first: what is asked (`prepare`), then how a record is read ([`record`]). What may be said of a section, and when:
//! `wit/README.md`. Invariant: no answer never looks like "none".

mod record;
#[cfg(test)]
mod tests;

use samsyn_adapter::{
    Answer, Ask, Call, Json, Notes, Problem,
    serde_json::json,
    sink::{Contact, Service},
    types::Failure,
};

/// The pages of one person, as they came.
type Visits = Vec<Json<'static>>;

/// More pages than any person has; the rest is said to be missing.
const PAGES_MAX: usize = 20;

samsyn_adapter::adapter! {
    /// The adapter. A section that has no function below does not compile.
    {{Name}} {
        manifest: include_str!("../manifest.json"),
        shared: Visits,
        sections: [services, contacts],
    }
}

impl Sections for {{Name}} {
    // Runs first. Both sections come in one reply, page by page. An error that leaves here with `?` ends the lookup with a failure.
    fn prepare(ask: &mut Ask<'_>) -> Result<Visits, Failure> {
        let person = &ask.patient().value;
        let call = |path: &str| {
            Call::post("api", path)
                .credential("key")
                .header("accept", "application/json")
                .json(&json!({ "person": person }))
        };
        // `find` takes 404 for "not here"; `read` would take it for a problem.
        let Some(first) = ask.find(call("/visits"))? else { return Err(Failure::patient_unknown()) };
        let pages = ask.pages(&first, PAGES_MAX, |reply| {
            let page = reply.json()?;
            // A list that is missing is no empty list.
            let is_list = |name| page.get(name).and_then(Json::as_list).is_some();
            if !is_list("services") || !is_list("contacts") {
                return Err(reply.malformed("no-lists", "services or contacts is no list"));
            }
            let more = page.get("more").and_then(Json::as_text).map(&call);
            Ok((page.into_owned(), more))
        })?;
        Ok(pages)
    }

    // Each function answers for one section: held, complete, partial, unavailable, stated_none, nothing_held or unsupported.
    fn services(ask: &mut Ask<'_>, visits: &Visits) -> Result<Answer<Service>, Problem> {
        let notes = Notes::new(ask.language());
        Ok(Answer::held(record::each(visits, "services", &notes, record::service)).noting(&notes))
    }

    fn contacts(ask: &mut Ask<'_>, visits: &Visits) -> Result<Answer<Contact>, Problem> {
        let notes = Notes::new(ask.language());
        Ok(Answer::held(record::each(visits, "contacts", &notes, record::contact)).noting(&notes))
    }
}
