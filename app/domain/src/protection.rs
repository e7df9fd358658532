//! Protected identity: places, phones, relatives and telling source names are taken out of the finished overview.
//!
//! Works on the overview itself, so that every projection (page, print, JSON, log) is masked in the same way. Applies also
//! while protection has not been ruled out: then nobody has said that the patient is *not* protected.
//! Rooms: `contacts` a contact who has protected personal data, whoever the patient is · `free_text` what in a written text tells where somebody is · `texts` which texts an entry has, and what becomes of them.
//! Rule: product.md Law 9; OSL 22:1. Not here: deciding that a person is protected (`person`).
//! Invariant: after [`mask`] no provider, unit, phone, relative, visit time or source name is left in a field of its own, and no
//! address or telephone number in a text.

mod contacts;
mod free_text;
mod texts;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::{
    access::{Proof, Registration},
    badge::{Badge, Look},
    entry::Entry,
    overview::{Overview, SectionView, ShownEntry},
    provenance::{Organisation, Provenance},
    section::Section,
    source::{OrganisationId, SourceId},
    state::{Partial, State, Withheld},
    vocabulary::{EventKind, ServiceKind},
};

pub use contacts::mask_contacts;
pub use free_text::STRUCK;
use free_text::Telling;

/// Stands instead of an organisation.
const MASKED: &str = "masked";

/// Masks the overview. Sources are numbered in an order that follows from what was drawn for the opening and nobody is told, so that a
/// number tells nothing; the same number is used everywhere on one page.
pub fn mask(overview: &mut Overview, sources: &[SourceId], numbering: &[u8]) {
    let mut order = sources.to_vec();
    order.sort_by_cached_key(|source| Sha256::new().chain_update(numbering).chain_update(source.as_str()).finalize());
    let names = Names { order: &order };
    let telling = telling(overview);
    let person = &mut overview.person;
    texts::strike(person.communication_need.iter_mut().chain(&mut person.interpreter_language), &telling);
    texts::strike(overview.alert_line.iter_mut().map(|item| &mut item.text), &telling);
    for section in &mut overview.sections {
        mask_section(section, &names, &telling);
    }
    for consent in overview.consents_here.iter_mut().flatten() {
        (consent.unit, consent.registered_by) = (None, None);
    }
    if let Some(emergency) = &mut overview.emergency {
        emergency.who = None;
    }
    for badge in &mut overview.badges {
        mask_badge(badge, &names);
    }
    for item in &mut overview.alert_line {
        item.sources = item.sources.iter().map(|source| names.id(source)).collect();
    }
    overview.completeness.silent.clear();
    overview.completeness.without_link.clear();
    overview.completeness.not_asked = 0;
    // That not everybody was asked is said in the line too, without a number.
    overview.completeness.others_not_asked = true;
}

/// Takes places, and staff whose place is known, out of what is registered. The ids stay: whom it is for must still be known.
pub fn mask_registration(one: &mut Registration) {
    if let Some(unit) = &mut one.receiver.unit {
        unit.name = None;
    }
    (one.registered_by.name, one.registered_by.title) = (String::new(), String::new());
    if let Some(ended) = &mut one.ended {
        (ended.by.name, ended.by.title) = (String::new(), String::new());
    }
    // Words of one's own may name a place as well.
    (one.stated.unit, one.stated.unit_name, one.stated.text) = (None, None, None);
    one.stated.proof.iter_mut().for_each(mask_proof);
}

/// Takes the source's name and the time of the visit out of a proof.
pub fn mask_proof(proof: &mut Proof) {
    (proof.label, proof.at) = (String::new(), None);
}

/// What the records themselves name, read before any of it is taken out.
fn telling(overview: &Overview) -> Telling {
    let mut telling = Telling::default();
    for section in &overview.sections {
        for cell in &section.cells {
            // `Storsjö kommun (Viva)`: whose it is, without its system.
            telling.name(cell.label.split(" (").next().unwrap_or_default());
            telling.phones(cell.phone.as_deref());
        }
        for shown in &section.entries {
            named_in(&shown.entry, &mut telling);
        }
    }
    telling
}

fn named_in(entry: &Entry, telling: &mut Telling) {
    for place in places(entry) {
        place.name.iter().chain(&place.id).for_each(|name| telling.name(name));
    }
    match entry {
        Entry::Service(service) => telling.phones(service.phones.iter().map(|phone| &phone.number)),
        Entry::Contact(contact) => {
            contact.name.iter().for_each(|name| telling.name(name));
            let substitute = contact.substitute.iter().flat_map(|substitute| &substitute.phones);
            telling.phones(contact.phones.iter().chain(substitute).map(|phone| &phone.number));
        }
        _ => {}
    }
}

fn places(entry: &Entry) -> Vec<&Organisation> {
    let provenance = entry.provenance();
    let author = provenance.author.iter().filter_map(|author| author.unit.as_ref());
    let mut places: Vec<&Organisation> =
        provenance.care_provider.iter().chain(&provenance.care_unit).chain(author).collect();
    match entry {
        Entry::Service(service) => places.extend(&service.unit),
        Entry::Contact(contact) => places.extend(&contact.unit),
        Entry::Document(document) => places.extend(&document.unit),
        Entry::Plan(plan) => places.extend(&plan.participants),
        Entry::Consent(consent) => places.extend(&consent.given_to),
        _ => {}
    }
    places
}

struct Names<'a> {
    order: &'a [SourceId],
}

impl Names<'_> {
    fn number(&self, source: &SourceId) -> usize {
        self.order.iter().position(|known| known == source).map_or(0, |index| index + 1)
    }

    fn id(&self, source: &SourceId) -> SourceId {
        SourceId::new(format!("source-{}", self.number(source)))
    }

    fn label(&self, source: &SourceId) -> String {
        format!("Källa {}", self.number(source))
    }
}

fn mask_section(section: &mut SectionView, names: &Names<'_>, telling: &Telling) {
    // Which sources were asked, and what they never have, would tell who they are. That somebody was not asked is said
    // without saying who, so that no silence reads as "none".
    section.cells.retain(|cell| !matches!(cell.state, State::NotAsked(_) | State::Unsupported));
    section.cells.sort_by_key(|cell| names.number(&cell.source));
    section.others_not_asked = true;
    let hides_places = section.name == Section::Contacts;
    for cell in &mut section.cells {
        cell.label = names.label(&cell.source);
        cell.source = names.id(&cell.source);
        cell.organisation = OrganisationId::new(MASKED);
        cell.phone = None;
        cell.decision = None;
        if hides_places && !cell.state.entries().is_empty() {
            cell.state = State::Withheld(Withheld::ProtectedPerson);
        }
        if let State::Partial { reason: Partial::Stated { text }, .. } = &mut cell.state {
            texts::replace([text], telling);
        }
    }
    for not_checked in &mut section.not_checked {
        not_checked.organisation = OrganisationId::new(MASKED);
        not_checked.label = names.label(&not_checked.source);
        not_checked.source = names.id(&not_checked.source);
        not_checked.phone = None;
    }
    let name = section.name;
    section.entries.retain(|shown| is_left(name, &shown.entry));
    section.named_care_contact_missing = false;
    for (index, shown) in section.entries.iter_mut().enumerate() {
        mask_shown(shown, names);
        texts::mask(&mut shown.entry, telling);
        // A record id tells the system it was made in.
        shown.entry.provenance_mut().id = (index + 1).to_string();
    }
}

/// Whether an entry of this section is left on the overview of a protected person.
pub(crate) fn is_left(section: Section, entry: &Entry) -> bool {
    section != Section::Contacts && !is_relative(entry)
}

fn is_relative(entry: &Entry) -> bool {
    matches!(entry, Entry::Contact(contact) if contact.kind.is_relative())
}

fn mask_shown(shown: &mut ShownEntry, names: &Names<'_>) {
    shown.label = names.label(&shown.source);
    shown.source = names.id(&shown.source);
    shown.organisation = OrganisationId::new(MASKED);
    for copy in &mut shown.copies {
        copy.label = names.label(&copy.source);
        copy.source = names.id(&copy.source);
    }
    mask_provenance(shown.entry.provenance_mut());
    mask_entry(&mut shown.entry);
}

fn mask_provenance(provenance: &mut Provenance) {
    provenance.care_provider = None;
    provenance.care_unit = None;
    provenance.link = None;
    if let Some(author) = &mut provenance.author {
        author.unit = None;
        author.id = None;
    }
    if let crate::provenance::Signing::Signed { by: Some(by), .. } = &mut provenance.signing {
        by.unit = None;
        by.id = None;
    }
    provenance.extensions.clear();
}

fn mask_entry(entry: &mut Entry) {
    match entry {
        Entry::Service(service) => {
            let service = Arc::make_mut(service);
            service.unit = None;
            service.phones.clear();
            service.last_noted = None;
            service.text = None;
            service.events.retain(|event| !matches!(event.kind, EventKind::Visit | EventKind::PlannedVisit));
            for event in &mut service.events {
                event.text = None;
            }
            if is_stay(&service.kind) {
                service.started = None;
                service.ended = None;
            }
        }
        Entry::CareLimit(limit) => {
            let limit = Arc::make_mut(limit);
            for actor in limit.decided_by.iter_mut().chain(&mut limit.consulted) {
                actor.unit = None;
                actor.id = None;
            }
            limit.relatives_attitude = None;
            limit.decision_id = None;
        }
        Entry::Plan(plan) => {
            let plan = Arc::make_mut(plan);
            plan.participants.clear();
            if let Some(responsible) = &mut plan.responsible {
                responsible.unit = None;
                responsible.id = None;
            }
        }
        Entry::Consent(consent) => Arc::make_mut(consent).given_to.clear(),
        Entry::Document(document) => Arc::make_mut(document).unit = None,
        Entry::Vaccination(vaccination) => {
            let vaccination = Arc::make_mut(vaccination);
            vaccination.performer = None;
            vaccination.unique_reference = None;
        }
        Entry::Medication(medication) => Arc::make_mut(medication).handled_by = None,
        Entry::Contact(contact) => {
            let contact = Arc::make_mut(contact);
            contact.phones.clear();
            contact.substitute = None;
            contact.unit = None;
        }
        Entry::Alert(_) | Entry::FunctionalAssessment(_) | Entry::Infection(_) => {}
    }
}

/// Kinds whose dates are visits.
const fn is_stay(kind: &ServiceKind) -> bool {
    matches!(kind, ServiceKind::EmergencyVisit | ServiceKind::Inpatient | ServiceKind::Discharged)
}

fn mask_badge(badge: &mut Badge, names: &Names<'_>) {
    badge.labels = badge.sources.iter().map(|source| names.label(source)).collect();
    badge.sources = badge.sources.iter().map(|source| names.id(source)).collect();
    // When something was last noted, or a stay began, is a visit time.
    if badge.look != Look::Ongoing || is_stay(&badge.kind) {
        badge.since = None;
    }
    if badge.event.as_ref().is_some_and(|event| matches!(event.kind, EventKind::Visit | EventKind::PlannedVisit)) {
        badge.event = None;
    }
}
