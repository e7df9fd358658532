//! An adapter made with the SDK by an author who makes mistakes: one setting says which.
//!
//! For the host's own tests only; no product bundles it. It shows what reaches the portal of a panic and of a failure that a section
//! forgets. Not here: attacks (`hostile`).
//! Invariant: the first section is always answered, so that it is seen what a mistake in the second one leaves of it.

#![expect(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "these are the mistakes")]

use samsyn_adapter::{
    Answer, Ask, Call, Problem,
    sink::{Contact, Document, Service, ServicePhase},
    types::{Concept, Organisation, Provenance},
};

samsyn_adapter::adapter! {
    /// The adapter.
    Faulty {
        manifest: include_str!("manifest.json"),
        sections: [services, contacts, documents],
    }
}

impl Sections for Faulty {
    fn services(ask: &mut Ask<'_>) -> Result<Answer<Service>, Problem> {
        let provenance = provenance(ask, "s1");
        Ok(Answer::held(vec![Service::new("home-care", ServicePhase::Ongoing, provenance)]))
    }

    fn contacts(ask: &mut Ask<'_>) -> Result<Answer<Contact>, Problem> {
        let number = &ask.patient().value;
        match ask.setting("mistake").as_deref() {
            Some("literal") => panic!("no unit was found"),
            Some("index") => {
                let digits: Vec<char> = number.chars().collect();
                Ok(Answer::unavailable(digits[ask.query().sections.len() + 100].to_string()))
            }
            Some("quote") => Ok(Answer::unavailable(unit_of(number).unwrap())),
            Some("forgotten") => {
                let _ = ask.read(Call::get("api", "/refused"));
                Ok(Answer::held(vec![Contact::new("other", provenance(ask, "k1"))]))
            }
            _ => Ok(Answer::nothing_held()),
        }
    }

    fn documents(ask: &mut Ask<'_>) -> Result<Answer<Document>, Problem> {
        let reply = ask.read(Call::get("api", "/records"))?;
        let text = reply.text()?.to_owned();
        let document = Document::new(Concept::text("Anteckning"), text, provenance(ask, "d1"));
        Ok(Answer::held(vec![document]))
    }
}

/// An error that quotes what it was given, as many parsers make them.
fn unit_of(number: &str) -> Result<String, String> {
    number.strip_prefix("unit ").map(str::to_owned).ok_or_else(|| format!("no unit in: {number}"))
}

fn provenance(ask: &Ask<'_>, id: &str) -> Provenance {
    let organisation = Some(Organisation::new(Some("SE2321000016-0000".to_owned()), None));
    Provenance {
        patient: Some(ask.patient().clone()),
        care_provider: organisation.clone(),
        care_unit: organisation,
        ..Provenance::new(id)
    }
}
