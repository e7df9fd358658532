//! Parts that several records share: provenance, organisations, people, phones, terms.
//!
//! Invariant: the patient of a record is what the record states, never what was asked.

use samsyn_adapter::{
    Fields, Json,
    types::{
        Actor, Coding, Concept, Extension, Identifier, Opening, Organisation, Phone, Provenance, Signature, Signing,
        Weekday,
    },
};

use crate::ask;

/// Where a record comes from; none when it has no id.
pub fn provenance(record: &Fields<'_>) -> Option<Provenance> {
    let Some(fields) = record.inner("provenance") else {
        record.required("provenance");
        return None;
    };
    fields.whole(|fields| {
        let made = Provenance {
            id: fields.required("id").unwrap_or_default(),
            patient: fields.inner("patient").and_then(|patient| patient.whole(identifier)),
            care_provider: organisation(fields, "careProvider"),
            care_unit: organisation(fields, "careUnit"),
            information_type: fields.text("informationType"),
            recorded: fields.time("recorded"),
            author: actor(fields, "author"),
            signing: signing(fields),
            link: fields.text("link"),
            extensions: extensions(fields),
        };
        (!made.id.is_empty()).then_some(made)
    })
}

/// An identifier; a Swedish number without a system gets the one its form says.
pub fn identifier(fields: &Fields<'_>) -> Option<Identifier> {
    let (system, value) = (fields.text("system"), fields.required("value")?);
    let system = system.map_or_else(|| ask::system_by_form(&value), |system| ask::full_system(&system));
    Some(Identifier { system, value })
}

fn signing(fields: &Fields<'_>) -> Signing {
    let Some(inner) = fields.inner("signing") else { return Signing::NotStated };
    inner.whole(|inner| {
        let signature = Signature { at: inner.time("at"), by: actor(inner, "by") };
        let signed = inner.one_of("is", |word| match word {
            "signed" => Some(Signing::Signed(signature)),
            "unsigned" => Some(Signing::Unsigned),
            "not-stated" => Some(Signing::NotStated),
            _ => None,
        });
        // An unreadable word is never taken for a signature.
        signed.unwrap_or(Signing::NotStated)
    })
}

/// Protected personal data, of a person or a contact. A label that is there but cannot be read still protects: the strictest
/// reading is the safe one.
pub fn protection(fields: &Fields<'_>) -> Option<String> {
    fields.text("protection").or_else(|| {
        let unreadable = fields.raw("protection").is_some_and(|value| value.as_text().is_none());
        unreadable.then(|| "protected-registration".to_owned())
    })
}

fn extensions(fields: &Fields<'_>) -> Vec<Extension> {
    let extension = |fields: Fields<'_>| {
        fields.whole(|fields| {
            let (key, value) = (fields.required("key"), fields.required("value"));
            Some(Extension { key: key?, value: value? })
        })
    };
    fields.list("extensions").into_iter().filter_map(extension).collect()
}

/// An organisation or unit.
pub fn organisation(fields: &Fields<'_>, key: &'static str) -> Option<Organisation> {
    fields.inner(key).map(|inner| inner.whole(one_organisation))
}

/// Organisations in a list.
pub fn organisations(fields: &Fields<'_>, key: &'static str) -> Vec<Organisation> {
    fields.list(key).into_iter().map(|inner| inner.whole(one_organisation)).collect()
}

fn one_organisation(fields: &Fields<'_>) -> Organisation {
    Organisation { id: fields.text("id"), name: fields.text("name") }
}

/// A person in a role.
pub fn actor(fields: &Fields<'_>, key: &'static str) -> Option<Actor> {
    fields.inner(key).map(|inner| inner.whole(one_actor))
}

/// People in a list.
pub fn actors(fields: &Fields<'_>, key: &'static str) -> Vec<Actor> {
    fields.list(key).into_iter().map(|inner| inner.whole(one_actor)).collect()
}

fn one_actor(fields: &Fields<'_>) -> Actor {
    Actor {
        name: fields.text("name"),
        role: fields.text("role"),
        id: fields.text("id"),
        unit: organisation(fields, "unit"),
    }
}

/// A term: plain text, or text with codes.
pub fn concept(fields: &Fields<'_>, key: &'static str) -> Option<Concept> {
    fields.raw(key).and_then(|value| one_concept(fields, key, value))
}

/// A term without which the record cannot be shown.
pub fn required_concept(fields: &Fields<'_>, key: &'static str) -> Option<Concept> {
    if fields.has(key) { concept(fields, key) } else { fields.required(key).map(plain) }
}

/// Terms in a list.
pub fn concepts(fields: &Fields<'_>, key: &'static str) -> Vec<Concept> {
    match fields.raw(key) {
        Some(Json::List(items)) => items.iter().filter_map(|value| one_concept(fields, key, value)).collect(),
        // One term where a list is expected is read as a list of one; any other shape leaves a note.
        Some(value) => one_concept(fields, key, value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn one_concept<'a>(fields: &Fields<'a>, key: &'static str, value: &'a Json<'a>) -> Option<Concept> {
    if let Json::Text(text) = value {
        return (!text.trim().is_empty()).then(|| plain(text.clone().into_owned()));
    }
    fields.within(key, value)?.whole(|inner| {
        let (text, codings) = (inner.required("text"), codings(inner));
        Some(Concept { text: text?, codings })
    })
}

const fn plain(text: String) -> Concept {
    Concept { text, codings: Vec::new() }
}

fn codings(fields: &Fields<'_>) -> Vec<Coding> {
    let coding = |fields: Fields<'_>| {
        fields.whole(|fields| {
            let (system, code, display) = (fields.required("system"), fields.required("code"), fields.text("display"));
            Some(Coding { system: system?, code: code?, display })
        })
    };
    fields.list("codings").into_iter().filter_map(coding).collect()
}

/// Telephone numbers.
pub fn phones(fields: &Fields<'_>) -> Vec<Phone> {
    let phone = |fields: Fields<'_>| {
        fields.whole(|fields| {
            Some(Phone {
                openings: openings(fields),
                note: fields.text("note"),
                // Not stated is read as "not only for staff"; a value that cannot be read is kept from outsiders.
                staff_only: fields.flag("staffOnly").unwrap_or_else(|| fields.has("staffOnly")),
                number: fields.required("number")?,
            })
        })
    };
    fields.list("phones").into_iter().filter_map(phone).collect()
}

/// Weekly openings. When one of them cannot be read they are not stated at all: an hour left out would widen or narrow the others.
pub fn openings(fields: &Fields<'_>) -> Vec<Opening> {
    let opening = |fields: Fields<'_>| {
        fields.whole(|fields| {
            let opening =
                Opening { days: fields.words("days", weekday), from: fields.clock("from"), to: fields.clock("to") };
            let stated = fields.raw("days").and_then(Json::as_list).map_or(0, <[_]>::len);
            if fields.raw("days").is_none_or(|days| days.as_list().is_some_and(<[_]>::is_empty)) {
                fields.unreadable("days");
            }
            let whole = stated == opening.days.len()
                && !opening.days.is_empty()
                && fields.says("from") == opening.from.is_some()
                && fields.says("to") == opening.to.is_some();
            whole.then_some(opening)
        })
    };
    let read: Vec<Option<Opening>> = fields.list("openings").into_iter().map(opening).collect();
    read.into_iter().collect::<Option<_>>().unwrap_or_default()
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}
