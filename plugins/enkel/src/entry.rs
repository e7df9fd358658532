//! Records of every section, from the fields of the published schema to the types of the contract.
//!
//! Not here: sections and statuses ([`crate::document`]), shared parts ([`crate::part`]).
//! Invariant: a record without a required field is not pushed and leaves a note; one with an unreadable field is pushed
//! without it and leaves a note. Words of open vocabularies pass unchanged.

mod clinical;
mod social;

use samsyn_adapter::{Entries, Fields, Json, Notes, sink};

use crate::part;

/// The records of one section, in the order they came.
pub fn entries(section: &str, items: &[Json<'_>], notes: &Notes) -> Vec<Entries> {
    match section {
        "person" => person(items, notes).into_iter().map(Entries::from).collect(),
        "alerts" => one_kind(items, notes, clinical::alert),
        "care-limits" => one_kind(items, notes, clinical::care_limit),
        "services" => one_kind(items, notes, social::service),
        "contacts" => one_kind(items, notes, social::contact),
        "medications" => one_kind(items, notes, clinical::medication),
        "functional-status" => one_kind(items, notes, social::assessment),
        "plans" => one_kind(items, notes, social::plan),
        "covid-19" => items.iter().filter_map(|item| dose_or_infection(item, notes)).collect(),
        "consents" => one_kind(items, notes, social::consent),
        "documents" => one_kind(items, notes, social::document),
        _ => Vec::new(),
    }
}

fn each<T>(items: &[Json<'_>], notes: &Notes, read: fn(&Fields<'_>) -> Option<T>) -> Vec<T> {
    let one = |item| Fields::of(item, "entry", notes).and_then(|fields| fields.whole(read));
    items.iter().filter_map(one).collect()
}

fn one_kind<T>(items: &[Json<'_>], notes: &Notes, read: fn(&Fields<'_>) -> Option<T>) -> Vec<Entries>
where
    Vec<T>: Into<Entries>,
{
    vec![each(items, notes, read).into()]
}

/// Doses and infections share a section and are told apart by `type`.
fn dose_or_infection(item: &Json<'_>, notes: &Notes) -> Option<Entries> {
    let fields = Fields::of(item, "entry", notes)?;
    match fields.required("type")?.as_str() {
        "vaccination" => fields.whole(clinical::vaccination).map(|dose| vec![dose].into()),
        "infection" => fields.whole(clinical::infection).map(|infection| vec![infection].into()),
        _ => {
            notes.unreadable("type");
            None
        }
    }
}

/// The banner. Two of them cannot both be right, so that neither is shown.
fn person(items: &[Json<'_>], notes: &Notes) -> Option<sink::PersonDetails> {
    if items.len() > 1 {
        notes.unreadable("person");
        return None;
    }
    each(items, notes, one_person).into_iter().next()
}

fn one_person(fields: &Fields<'_>) -> Option<sink::PersonDetails> {
    let Some(identifier) = fields.inner("identifier") else {
        fields.required("identifier");
        return None;
    };
    let (identifier, provenance) = (identifier.whole(part::identifier), part::provenance(fields));
    let person = sink::PersonDetails {
        given_name: fields.text("givenName"),
        family_name: fields.text("familyName"),
        birth_date: fields.time("birthDate"),
        sex: fields.text("sex"),
        protection: part::protection(fields),
        life: life(fields),
        interpreter_language: fields.text("interpreterLanguage"),
        communication_need: fields.text("communicationNeed"),
        identifier: identifier?,
        provenance: provenance?,
    };
    Some(person)
}

fn life(fields: &Fields<'_>) -> sink::Life {
    let Some(inner) = fields.inner("life") else { return sink::Life::NotStated };
    inner.whole(|inner| {
        let at = inner.time("at");
        let life = inner.one_of("is", |word| match word {
            "alive" => Some(sink::Life::Alive),
            "deceased" => Some(sink::Life::Deceased(at)),
            "not-stated" => Some(sink::Life::NotStated),
            _ => None,
        });
        life.unwrap_or(sink::Life::NotStated)
    })
}

#[cfg(test)]
mod tests {
    use samsyn_adapter::Language;
    use serde_json::json;

    use super::*;

    fn read(section: &str, item: serde_json::Value) -> (Vec<Entries>, Vec<String>) {
        let notes = Notes::new(Language::Swedish);
        let entries = entries(section, &[item.into()], &notes);
        (entries, notes.texts())
    }

    #[test]
    fn an_unreadable_protection_label_protects() {
        let provenance = json!({ "id": "1" });
        let identifier = json!({ "value": "195009072553" });
        let (entries, notes) =
            read("person", json!({ "identifier": identifier, "protection": true, "provenance": provenance }));
        let [Entries::Person(person)] = entries.as_slice() else { panic!("one person") };
        assert_eq!(person.protection.as_deref(), Some("protected-registration"));
        assert_eq!(notes, ["fältet protection gick inte att läsa (1 st)"]);
    }

    #[test]
    fn a_contact_can_be_protected_too_and_an_unreadable_label_protects() {
        let labels = |protection: serde_json::Value| {
            let guardian = json!({ "kind": "guardian", "protection": protection, "provenance": { "id": "1" } });
            let (entries, notes) = read("contacts", guardian);
            let [Entries::Contacts(contacts)] = entries.as_slice() else { panic!("contacts") };
            let [contact] = contacts.as_slice() else { panic!("one contact") };
            let extensions = contact.provenance.extensions.iter();
            let labels: Vec<_> = extensions.map(|extra| (extra.key.clone(), extra.value.clone())).collect();
            (labels, notes.len())
        };
        let marked = |value: &str| vec![("protection".to_owned(), value.to_owned())];
        assert_eq!(labels(json!("confidentiality-mark")), (marked("confidentiality-mark"), 0));
        assert_eq!(labels(json!("något annat")), (marked("något annat"), 0));
        assert_eq!(labels(json!(true)), (marked("protected-registration"), 1));
        assert_eq!(labels(json!(null)), (Vec::new(), 0));
    }

    #[test]
    fn hours_that_cannot_be_read_are_never_widened_into_others() {
        let hours = |openings: serde_json::Value| {
            let contact = json!({ "kind": "clinic", "openings": openings, "provenance": { "id": "1" } });
            let (entries, notes) = read("contacts", contact);
            let [Entries::Contacts(contacts)] = entries.as_slice() else { panic!("contacts") };
            (contacts[0].openings.len(), notes.is_empty())
        };
        let weekdays = json!({ "days": ["monday"], "from": "08:00", "to": "16:30" });
        assert_eq!(hours(json!([weekdays])), (1, true));
        assert_eq!(hours(json!([{ "days": ["monday"], "from": "" }])), (1, true));
        for wrong in [
            json!({ "days": ["monday"], "from": "25:00", "to": "16:30" }),
            json!({ "days": ["monday", "lördag"], "from": "08:00" }),
            json!({ "days": [], "from": "08:00" }),
            json!({ "from": "08:00" }),
        ] {
            assert_eq!(hours(json!([weekdays, wrong])), (0, false), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_field_of_a_care_limit_is_named() {
        let limit = json!({ "text": "Ej HLR", "vaildTo": "2026-12-01", "provenance": { "id": "1" } });
        let (entries, notes) = read("care-limits", limit);
        assert_eq!(entries.iter().map(Entries::len).sum::<usize>(), 1);
        assert_eq!(notes, ["okänt fält vaildTo (1 st)"]);
    }

    #[test]
    fn a_word_outside_the_vocabulary_passes_unchanged() {
        let (entries, notes) = read("services", json!({ "kind": "ledsagning", "provenance": { "id": "1" } }));
        let [Entries::Services(services)] = entries.as_slice() else { panic!("services") };
        assert_eq!(services[0].kind, "ledsagning");
        assert_eq!(services[0].phase, sink::ServicePhase::Unknown);
        assert!(notes.is_empty());
    }

    #[test]
    fn an_unreadable_signature_is_never_taken_for_one() {
        let provenance = json!({ "id": "1", "signing": { "is": "yes", "by": { "name": "Anders Holm" } } });
        let (entries, notes) = read("care-limits", json!({ "text": "Ej HLR", "provenance": provenance }));
        let [Entries::CareLimits(limits)] = entries.as_slice() else { panic!("limits") };
        assert_eq!(limits[0].provenance.signing, samsyn_adapter::types::Signing::NotStated);
        assert_eq!(notes, ["fältet provenance.signing.is gick inte att läsa (1 st)"]);
    }

    #[test]
    fn a_record_without_an_id_is_not_pushed_and_is_said_to_be_missing() {
        let (entries, notes) = read("documents", json!({ "kind": "EKG", "title": "EKG", "provenance": {} }));
        assert!(entries.iter().all(Entries::is_empty));
        assert_eq!(notes, ["fältet provenance.id saknas, uppgiften visas inte (1 st)"]);
    }
}
