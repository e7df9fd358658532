//! Parts that several records share: provenance, units, staff, phones, terms.
//!
//! Invariant: the person of a record is the `personnummer` in that record, never the one asked for.

use samsyn_adapter::{
    Fields, Json,
    types::{
        Actor, Coding, Concept, Extension, Identifier, Opening, Organisation, Phone, Provenance, Signature, Signing,
    },
};

use crate::words::{self, Words};

const PERSONNUMMER: &str = "urn:oid:1.2.752.129.2.1.3.1";
const SAMORDNINGSNUMMER: &str = "urn:oid:1.2.752.129.2.1.3.3";

/// Digits without separators.
pub fn compact(number: &str) -> String {
    number.chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect()
}

/// Viva writes both kinds of number in one field; a day above 60 tells a coordination number.
pub fn identifier(number: String) -> Identifier {
    let day = compact(&number).get(6..8).and_then(|day| day.parse::<u8>().ok());
    let system = if day.is_some_and(|day| day > 60) { SAMORDNINGSNUMMER } else { PERSONNUMMER };
    Identifier { system: system.into(), value: number }
}

/// Viva returns protected persons and contacts like everybody else; the flags are all there is. A flag that cannot be read protects.
pub fn protection(fields: &Fields<'_>) -> Option<String> {
    let raised = |key| fields.flag(key).unwrap_or_else(|| fields.has(key));
    let (registration, mark) = (raised("skyddadFolkbokforing"), raised("sekretessmarkering"));
    if registration { Some("protected-registration".into()) } else { mark.then(|| "confidentiality-mark".into()) }
}

/// Where a record comes from; none when it has no id.
pub fn provenance(record: &Fields<'_>) -> Option<Provenance> {
    Some(Provenance {
        id: record.required("id")?,
        patient: record.text("personnummer").map(identifier),
        care_provider: organisation(record, "givare"),
        care_unit: organisation(record, "enhet"),
        information_type: record.text("informationstyp"),
        recorded: record.time("registrerad"),
        author: actor(record, "registreradAv"),
        signing: signing(record),
        link: record.text("lank"),
        extensions: record.list("tillagg").iter().filter_map(extension).collect(),
    })
}

fn extension(fields: &Fields<'_>) -> Option<Extension> {
    Some(Extension { key: fields.required("nyckel")?, value: fields.required("varde")? })
}

fn signing(record: &Fields<'_>) -> Signing {
    let Some(inner) = record.inner("signering") else { return Signing::NotStated };
    let signature = Signature { at: inner.time("tidpunkt"), by: actor(&inner, "av") };
    let signing = inner.one_of("status", |word| match word {
        "signerad" => Some(Signing::Signed(signature)),
        "osignerad" => Some(Signing::Unsigned),
        _ => None,
    });
    // An unreadable word is never taken for a signature.
    signing.unwrap_or(Signing::NotStated)
}

/// A unit or provider.
pub fn organisation(fields: &Fields<'_>, key: &'static str) -> Option<Organisation> {
    fields.inner(key).as_ref().map(one_organisation)
}

/// Units or providers in a list.
pub fn organisations(fields: &Fields<'_>, key: &'static str) -> Vec<Organisation> {
    fields.list(key).iter().map(one_organisation).collect()
}

fn one_organisation(fields: &Fields<'_>) -> Organisation {
    Organisation { id: fields.text("hsaId"), name: fields.text("namn") }
}

/// A member of staff.
pub fn actor(fields: &Fields<'_>, key: &'static str) -> Option<Actor> {
    fields.inner(key).as_ref().map(one_actor)
}

/// Staff in a list.
pub fn actors(fields: &Fields<'_>, key: &'static str) -> Vec<Actor> {
    fields.list(key).iter().map(one_actor).collect()
}

fn one_actor(fields: &Fields<'_>) -> Actor {
    Actor {
        name: fields.text("namn"),
        role: fields.text("titel"),
        id: fields.text("hsaId"),
        unit: organisation(fields, "enhet"),
    }
}

/// A term (`text` and `koder`).
pub fn term(fields: &Fields<'_>, key: &'static str) -> Option<Concept> {
    fields.inner(key).as_ref().and_then(one_term)
}

/// A term without which the record cannot be shown.
pub fn required_term(fields: &Fields<'_>, key: &'static str) -> Option<Concept> {
    if !fields.has(key) {
        fields.required(key);
    }
    term(fields, key)
}

/// Terms in a list.
pub fn terms(fields: &Fields<'_>, key: &'static str) -> Vec<Concept> {
    fields.list(key).iter().filter_map(one_term).collect()
}

fn one_term(fields: &Fields<'_>) -> Option<Concept> {
    let coding = |code: &Fields<'_>| {
        Some(Coding { system: code.required("system")?, code: code.required("kod")?, display: code.text("namn") })
    };
    let codings = fields.list("koder").iter().filter_map(coding).collect();
    Some(Concept { text: fields.required("text")?, codings })
}

/// Telephone numbers.
pub fn phones(fields: &Fields<'_>) -> Vec<Phone> {
    let phone = |fields: &Fields<'_>| {
        Some(Phone {
            number: fields.required("nummer")?,
            openings: openings(fields),
            note: fields.text("anmarkning"),
            // A flag that is there but cannot be read keeps the number from outsiders.
            staff_only: fields.flag("endastPersonal").unwrap_or_else(|| fields.has("endastPersonal")),
        })
    };
    fields.list("telefon").iter().filter_map(phone).collect()
}

/// Weekly openings. When one of them cannot be read they are not stated at all: an hour left out would widen or narrow the others.
pub fn openings(fields: &Fields<'_>) -> Vec<Opening> {
    let opening = |fields: &Fields<'_>| {
        let opening = Opening {
            days: fields.words("dagar", words::weekday),
            from: fields.clock("fran"),
            to: fields.clock("till"),
        };
        let stated = fields.raw("dagar").and_then(Json::as_list).map_or(0, <[_]>::len);
        if fields.raw("dagar").is_none_or(|days| days.as_list().is_some_and(<[_]>::is_empty)) {
            fields.unreadable("dagar");
        }
        let whole = stated == opening.days.len()
            && !opening.days.is_empty()
            && fields.says("fran") == opening.from.is_some()
            && fields.says("till") == opening.to.is_some();
        whole.then_some(opening)
    };
    let read: Vec<Option<Opening>> = fields.list("oppettider").iter().map(opening).collect();
    read.into_iter().collect::<Option<_>>().unwrap_or_default()
}

/// A word of a table.
pub fn word(fields: &Fields<'_>, key: &'static str, words: Words) -> Option<String> {
    fields.text(key).map(|word| words::translate(words, word))
}

/// A word without which the record cannot be shown.
pub fn required_word(fields: &Fields<'_>, key: &'static str, words: Words) -> Option<String> {
    fields.required(key).map(|word| words::translate(words, word))
}

/// A word that means "not stated" when it is absent.
pub fn word_or(fields: &Fields<'_>, key: &'static str, words: Words, absent: &str) -> String {
    word(fields, key, words).unwrap_or_else(|| absent.to_owned())
}
