//! Records of the source, in the contract's words.
//!
//! Not here: asking (`lib.rs`). Invariants: the person of an entry is the one the reply names, never the one asked for; a field that
//! cannot be read is noted, and the rest of the record is kept.

use samsyn_adapter::{
    Fields, Json, Notes,
    sink::{Contact, Service, ServiceEvent, ServicePhase},
    types::{Identifier, Organisation, Phone, Provenance},
    when,
};

/// Kinds of contact: the source's words and the contract's.
const CONTACT_KINDS: [(&str, &str); 3] =
    [("fast omsorgskontakt", "named-social-contact"), ("handläggare", "case-officer"), ("anhörig", "next-of-kin")];

/// Reads every record of a list on every page. A record that cannot be shown is left out, and a note says why.
pub fn each<T>(
    pages: &[Json<'static>],
    list: &'static str,
    notes: &Notes,
    read: fn(&Fields<'_>, &Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let pages = pages.iter().filter_map(|page| Fields::of(page, "page", notes));
    pages.flat_map(|page| page.list(list).iter().filter_map(|record| read(&page, record)).collect::<Vec<_>>()).collect()
}

/// A service.
pub fn service(page: &Fields<'_>, record: &Fields<'_>) -> Option<Service> {
    let phase = match record.flag("active") {
        Some(true) => ServicePhase::Ongoing,
        Some(false) => ServicePhase::Ended,
        None => ServicePhase::Unknown,
    };
    let visits = record.words("visits", when::when);
    Some(Service {
        text: record.text("text"),
        started: record.time("from"),
        events: visits.into_iter().map(|at| ServiceEvent::new("visit", at)).collect(),
        unit: organisation(page, "unit"),
        ..Service::new("home-care", phase, provenance(page, record)?)
    })
}

/// A contact.
pub fn contact(page: &Fields<'_>, record: &Fields<'_>) -> Option<Contact> {
    let role = record.text("role");
    let known = CONTACT_KINDS.iter().find(|(word, _)| Some(*word) == role.as_deref());
    // A word that nobody knows is shown as it is.
    let kind = known.map_or_else(|| role.clone().unwrap_or_else(|| "other".to_owned()), |(_, kind)| (*kind).to_owned());
    Some(Contact {
        name: record.text("name"),
        role,
        phones: record.text("phone").into_iter().map(Phone::new).collect(),
        ..Contact::new(kind, provenance(page, record)?)
    })
}

/// Whom and whose a record is: in this source the page says it for all of its records. None when the record has no id.
fn provenance(page: &Fields<'_>, record: &Fields<'_>) -> Option<Provenance> {
    Some(Provenance {
        patient: page.text("person").map(Identifier::personal_number),
        care_provider: organisation(page, "provider"),
        care_unit: organisation(page, "unit"),
        ..Provenance::new(record.required("id")?)
    })
}

fn organisation(page: &Fields<'_>, key: &'static str) -> Option<Organisation> {
    page.inner(key).map(|fields| Organisation::new(fields.text("id"), fields.text("name")))
}
