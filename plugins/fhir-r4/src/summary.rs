//! A patient summary: one document `Bundle` (IPS and its relatives) instead of many searches.
//!
//! Not here: what resources mean ([`crate::map`]). Invariant: a section of the document that is only prose, or says it has no
//! information, is unavailable to us, never empty; "nothing known" is the source's own statement.
//! To add a section: a row in [`COVERS`].

use samsyn_adapter::{Answers, Host, Query, types::Failure};

use crate::{
    SECTIONS,
    fetch::Server,
    lookup::{person, reader},
    map::{self, Found},
    node::Node,
    origin::Reader,
    settings::Settings,
};

/// Sections of the contract and the LOINC codes of the document sections that carry them.
const COVERS: [(&str, &[&str]); 7] = [
    ("alerts", &["104605-1", "75310-3", "48765-2"]),
    ("care-limits", &["42348-3", "104605-1"]),
    ("medications", &["10160-0"]),
    ("functional-status", &["47420-5"]),
    ("plans", &["18776-5"]),
    ("covid-19", &["11369-6", "11450-4"]),
    ("contacts", &["85847-2"]),
];
const FUNCTIONAL_STATUS: &str = "47420-5";
/// Codes of `list-empty-reason` that state that there are none.
const STATED_NONE: [&str; 1] = ["nilknown"];

/// Asks for the summary of one patient and reads it.
///
/// # Errors
/// When the document could not be read at all.
pub fn read<H: Host>(
    answers: &mut Answers<'_, H>,
    server: &mut Server,
    patient: &str,
    query: &Query,
    settings: &Settings,
) -> Result<(), Failure> {
    let request = server.get(&format!("/Patient/{patient}/$summary"));
    // A document is whole in itself; the search for the patient only gave the address.
    server.pool = crate::pool::Pool::default();
    let page = server.exchange(answers.host, &request).map_err(|problem| problem.failure)?;
    let mut reader = reader(server, query, settings, answers.language);
    let composition = reader.pool.of_kind("Composition").next().unwrap_or(Node::empty());
    if settings.trust_custodian {
        let custodian = reader.organisation(composition, composition.get("custodian"));
        reader.document_custodian = custodian.filter(|organisation| organisation.id.is_some());
    }
    person(answers, &reader);
    let mut found = map::records(&reader);
    functional_conditions(&reader, composition, &mut found);
    statuses(answers, &reader, composition, &mut found);
    if page.warned || page.unreadable > 0 {
        let text = answers.language.text("en del av svaret gick inte att läsa", "part of the reply could not be read");
        for section in SECTIONS {
            answers.missing(section, text);
        }
    }
    found.push_into(answers);
    Ok(())
}

/// `Condition`s that the document lists under functional status.
fn functional_conditions<'p>(reader: &Reader<'p>, composition: Node<'p>, found: &mut Found) {
    let sections =
        composition.get("section").items().filter(|section| section.get("code").has_code(&[FUNCTIONAL_STATUS]));
    for entry in sections.flat_map(|section| section.get("entry").items()) {
        let record = reader.pool.target(composition, entry);
        if record.get("resourceType").is("Condition") {
            found.functional.extend(map::functional::condition(reader, record));
        }
    }
}

fn statuses<H: Host>(answers: &mut Answers<'_, H>, reader: &Reader<'_>, composition: Node<'_>, found: &mut Found) {
    let date = composition.get("date").when();
    for (section, codes) in COVERS {
        let listed: Vec<Node<'_>> =
            composition.get("section").items().filter(|listed| listed.get("code").has_code(codes)).collect();
        if listed.is_empty() {
            // A summary leaves out what it holds nothing of.
            if section != "contacts" || found.holds(section) {
                answers.read(section);
            }
        }
        for listed in listed {
            match reading(reader, composition, listed) {
                Reading::Entries => answers.read(section),
                Reading::StatedNone => {
                    found.stated_none.insert(section, date.clone());
                }
                Reading::Missing(text) => answers.missing(section, text),
            }
        }
    }
    for section in SECTIONS {
        let covered = COVERS.iter().any(|(name, _)| *name == section) && section != "contacts";
        if !covered && section != "person" && !found.holds(section) {
            answers.unsupported(section);
        }
    }
}

/// What one section of the document is.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Entries,
    StatedNone,
    Missing(String),
}

fn reading(reader: &Reader<'_>, composition: Node<'_>, section: Node<'_>) -> Reading {
    let reason = section.get("emptyReason");
    if reason.has_code(&STATED_NONE) {
        return Reading::StatedNone;
    }
    if reason.exists() {
        let none = reader.language.text("källan saknar uppgift", "the source has no information");
        return Reading::Missing(reason.words().unwrap_or_else(|| none.into()));
    }
    let mut entries = section.get("entry").items().peekable();
    if entries.peek().is_none() {
        let text = "avsnittet finns bara som löpande text i källan";
        return Reading::Missing(reader.language.text(text, "the section is only prose in the source").into());
    }
    if entries.all(|entry| reader.pool.target(composition, entry).exists()) {
        Reading::Entries
    } else {
        let text = reader.language.text("en uppgift saknas i källans svar", "an entry is missing from the reply");
        Reading::Missing(text.into())
    }
}
