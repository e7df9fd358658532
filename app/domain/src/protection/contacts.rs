//! A contact who has protected personal data, whoever the patient is: a child's guardian, a relative, somebody on the staff.
//!
//! A source marks the contact (extension `protection` of the contract; any value protects). Law 9 grants a treating user the name
//! of the *patient*; of everybody else it grants nothing, so kind, order, whether the person may be informed and who keeps
//! the record is all that is left ([decision 0017](../../../decisions/0017-a-protected-contact-has-no-name.md)).
//! The mark holds for the person and not for the record: another source's copy, by record or by name, is masked too, and the
//! number is taken out of relatives' numbers and of what others wrote.
//! Not here: a patient who is protected (`super::mask`: there no relative is left at all).
//! Invariant: after [`mask_contacts`] no number of a protected relative is left, in a field or in a text, unless it is also one
//! of a unit's or the staff's own.

use std::sync::Arc;

use super::{free_text::Telling, texts};
use crate::{
    entry::{Contact, Entry, Phone},
    overview::{Overview, SectionView, ShownEntry},
    provenance::{Extension, PHONES_WITHHELD, Provenance},
    section::Section,
    state::{Partial, State},
};

/// Masks every contact that is marked, and its copies. Nothing is touched when nobody is.
pub fn mask_contacts(overview: &mut Overview) {
    mark_copies(overview);
    if !contacts(overview).any(|contact| contact.protection.is_some()) {
        return;
    }
    let telling = numbers(overview);
    for shown in entries(overview) {
        mask_entry(shown, &telling);
        texts::mask(&mut shown.entry, &telling);
    }
    let person = &mut overview.person;
    texts::strike(person.communication_need.iter_mut().chain(&mut person.interpreter_language), &telling);
    texts::strike(overview.alert_line.iter_mut().map(|item| &mut item.text), &telling);
    for cell in overview.sections.iter_mut().flat_map(|section| &mut section.cells) {
        if let State::Partial { reason: Partial::Stated { text }, .. } = &mut cell.state {
            texts::strike([text], &telling);
        }
    }
}

fn contacts(overview: &Overview) -> impl Iterator<Item = &Contact> {
    overview.sections.iter().flat_map(|section| &section.entries).filter_map(|shown| match &shown.entry {
        Entry::Contact(contact) => Some(&**contact),
        _ => None,
    })
}

fn entries(overview: &mut Overview) -> impl Iterator<Item = &mut ShownEntry> {
    overview.sections.iter_mut().flat_map(|section| &mut section.entries)
}

/// The person is protected, wherever else it stands without the mark.
fn mark_copies(overview: &mut Overview) {
    let marked: Vec<Contact> = contacts(overview).filter(|contact| contact.protection.is_some()).cloned().collect();
    for shown in entries(overview) {
        if let Entry::Contact(contact) = &mut shown.entry
            && contact.protection.is_none()
            && let Some(same) = marked.iter().find(|marked| is_same_person(marked, contact))
        {
            Arc::make_mut(contact).protection.clone_from(&same.protection);
        }
    }
}

fn is_same_person(a: &Contact, b: &Contact) -> bool {
    same_record(&a.provenance, &b.provenance) || same_name(a.name.as_deref(), b.name.as_deref())
}

fn same_record(a: &Provenance, b: &Provenance) -> bool {
    a.id == b.id && a.provider_id().is_some() && a.provider_id() == b.provider_id()
}

/// In any order, with or without a middle name: `Sandell, Ali` is `Ali Karim Sandell`. Doubt protects.
fn same_name(a: Option<&str>, b: Option<&str>) -> bool {
    let words = |name: Option<&str>| -> Vec<String> {
        let name = name.unwrap_or_default().to_lowercase();
        name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && (short.len() > 1 || long.len() == 1) && short.iter().all(|word| long.contains(word))
}

/// The numbers of protected relatives, without those that somebody on the staff or a unit answers too: a unit that speaks for
/// a guardian must still be possible to reach.
fn numbers(overview: &Overview) -> Telling {
    let theirs = contacts(overview).filter(|contact| contact.protection.is_some() && contact.kind.is_relative());
    let staff = contacts(overview).filter(|contact| contact.protection.is_none() && !contact.kind.is_relative());
    let services = overview.section(Section::Services).into_iter().flat_map(|section: &SectionView| &section.entries);
    let services = services.filter_map(|shown| match &shown.entry {
        Entry::Service(service) => Some(&service.phones),
        _ => None,
    });
    let units = Telling::numbers(staff.flat_map(phones).chain(services.flatten()).map(|phone| &phone.number));
    Telling::numbers(theirs.flat_map(phones).map(|phone| &phone.number).filter(|number| !units.has_number(number)))
}

fn phones(contact: &Contact) -> impl Iterator<Item = &Phone> {
    contact.phones.iter().chain(contact.substitute.iter().flat_map(|substitute| &substitute.phones))
}

fn mask_entry(shown: &mut ShownEntry, telling: &Telling) {
    let Entry::Contact(contact) = &mut shown.entry else { return };
    if contact.protection.is_some() {
        mask(Arc::make_mut(contact));
        // When somebody answers, or is away, is when somebody is where.
        (shown.answers_now, shown.absent_today) = (None, false);
    } else if contact.kind.is_relative() && phones(contact).any(|phone| telling.has_number(&phone.number)) {
        // A number that two guardians share is the protected one's as well.
        let contact = Arc::make_mut(contact);
        let is_theirs = |phone: &Phone| telling.has_number(&phone.number);
        contact.phones.retain(|phone| !is_theirs(phone));
        if let Some(substitute) = &mut contact.substitute {
            substitute.phones.retain(|phone| !is_theirs(phone));
        }
        let why = Extension { key: PHONES_WITHHELD.into(), value: "protection".into() };
        contact.provenance.extensions.push(why);
    }
}

/// Taken apart field by field, so that a new field does not compile until somebody has decided.
fn mask(contact: &mut Contact) {
    let Contact {
        kind: _,
        protection: _,
        name,
        role,
        unit,
        order: _,
        may_be_informed: _,
        call_at_night,
        openings,
        absent,
        substitute,
        phones,
        note,
        valid_from: _,
        valid_to: _,
        provenance,
    } = contact;
    (*name, *role, *unit, *note) = (None, None, None, None);
    (*call_at_night, *absent, *substitute) = (None, None, None);
    openings.clear();
    phones.clear();
    // Who keeps the record is whom to ask; what is added to it, and its own page in the source, can tell anything.
    provenance.link = None;
    provenance.extensions.clear();
}

#[cfg(test)]
mod tests {
    use super::same_name;

    #[test]
    fn a_name_is_the_same_in_any_order_and_with_a_middle_name() {
        for (a, b, same) in [
            ("Ali Sandell", "Sandell, Ali", true),
            ("Ali Sandell", "Ali Karim SANDELL", true),
            ("Ali", "Ali", true),
            ("Ali", "Ali Sandell", false),
            ("Moa Sandell", "Ali Sandell", false),
            ("", "Ali Sandell", false),
            ("", "", false),
            ("–", "–", false),
        ] {
            assert_eq!(same_name(Some(a), Some(b)), same, "{a} / {b}");
            assert_eq!(same_name(Some(b), Some(a)), same, "{b} / {a}");
        }
        assert!(!same_name(None, None));
    }
}
