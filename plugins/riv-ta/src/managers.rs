//! Named contacts (fasta kontakter): care contact, physician, social-care contact, contact nurse.
//!
//! Invariant: whom the person belongs to is the record's own access header; the telephone numbers are those of the person,
//! the team and the unit, in that order, each saying whose it is.

use samsyn_adapter::{
    sink::Contact,
    types::{Concept, Opening, Organisation, Phone, Provenance, Signing, Weekday},
};

use crate::{
    record::{Reading, concept_at, end_at, extension, extension_of, joined, named, patient, time_at, unreadable_times},
    xml::Node,
};

/// Reads every named contact of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Vec<Contact> {
    response.all("careManager").map(|record| contact(record, reading)).collect()
}

fn contact(record: &Node, reading: Reading<'_>) -> Contact {
    let code = concept_at(record, "code");
    let unit_node = record.at("careProvidingCareUnit").or_else(|| record.at("managingCareUnit"));
    let unit = unit_node.and_then(organisation);
    let team = record.at("careTeam");
    let mut phones = phones(record, None);
    phones.extend(team.map(|team| self::phones(team, team.text("name").as_deref())).unwrap_or_default());
    phones.extend(unit_node.map(|node| self::phones(node, node.text("name").as_deref())).unwrap_or_default());
    let team_notes = team.map(|team| [team.text("externalNotes"), team.text("internalNotes")]);
    let own_notes = [record.text("externalNotes"), record.text("internalNotes")];
    Contact {
        kind: kind(code.as_ref()).into(),
        name: record.text("practitioner/name"),
        role: concept_at(record, "practitioner/qualification").map(|role| role.text),
        unit,
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: Vec::new(),
        absent: None,
        substitute: None,
        phones,
        note: joined(own_notes.into_iter().chain(team_notes.into_iter().flatten()), "\n"),
        valid_from: time_at(record, "period/start"),
        valid_to: end_at(record, "period/end"),
        provenance: access_provenance(record, code.as_ref(), reading),
    }
}

/// KV typ av fast kontakt (1.2.752.129.5.1.69).
fn kind(code: Option<&Concept>) -> &'static str {
    let Some(code) = code else { return "other" };
    let words = code.text.to_lowercase();
    match code.codings.first().map_or("", |coding| coding.code.as_str()) {
        "1" | "4" => "named-care-contact",
        "2" => "named-physician",
        "3" => "named-social-contact",
        _ if words.contains("kontaktsjuksköterska") => "contact-nurse",
        _ if words.contains("läkarkontakt") => "named-physician",
        _ if words.contains("omsorgskontakt") => "named-social-contact",
        _ if words.contains("vårdkontakt") => "named-care-contact",
        _ => "other",
    }
}

fn access_provenance(record: &Node, code: Option<&Concept>, reading: Reading<'_>) -> Provenance {
    let nothing = Node::default();
    let header = record.at("careManagerHeader").unwrap_or(&nothing);
    let access = header.at("accessControlHeader").unwrap_or(&nothing);
    let organisations = ["managingCareGiver", "managingCareUnit", "careProvidingCareUnit"]
        .map(|name| record.at(name).and_then(organisation));
    let with_name = |id: String| {
        let same = organisations.iter().flatten().find(|known| known.id.as_ref() == Some(&id));
        named(id, same)
    };
    let mut extensions: Vec<_> = code.map(|code| extension("source-label", code.text.clone())).into_iter().collect();
    extensions.extend(reading.note.map(|note| extension("source-message", note)));
    extensions.extend(unreadable_times(record));
    Provenance {
        id: record_id(record, header, code),
        patient: patient(access.at("patientId")),
        care_provider: extension_of(access, "accountableHealthcareProviderId").map(with_name),
        care_unit: extension_of(access, "accountableCareUnitId").map(with_name),
        information_type: Some(reading.information_type.to_owned()),
        recorded: time_at(access, "blockComparisonTime"),
        author: None,
        signing: Signing::NotStated,
        link: None,
        extensions,
    }
}

/// The contract gives a contact no id of its own: who, as what, since when, from which system.
fn record_id(record: &Node, header: &Node, code: Option<&Concept>) -> String {
    let code = code.map(|code| code.codings.first().map_or_else(|| code.text.clone(), |coding| coding.code.clone()));
    let parts = [
        extension_of(header, "sourceSystemId"),
        code,
        extension_of(record, "practitioner/hsaId").or_else(|| record.text("practitioner/name")),
        record.text("period/start"),
    ];
    parts.map(Option::unwrap_or_default).join("#")
}

fn organisation(node: &Node) -> Option<Organisation> {
    let organisation = Organisation { id: extension_of(node, "hsaId"), name: node.text("name") };
    (organisation.id.is_some() || organisation.name.is_some()).then_some(organisation)
}

/// Telephone numbers of an element's contacts. What is not stated to be another kind, and can be dialled, is a number.
fn phones(owner: &Node, of: Option<&str>) -> Vec<Phone> {
    let telecoms = owner.all("contact").flat_map(|contact| contact.all("telecom"));
    let phone = |telecom: &Node| {
        let system = concept_at(telecom, "system");
        let code = system.as_ref().and_then(|system| system.codings.first().map(|coding| coding.code.to_lowercase()));
        let stated = code.or_else(|| system.map(|system| system.text.to_lowercase()));
        let number = telecom.text("value")?;
        let dialled = number.bytes().filter(u8::is_ascii_digit).count() >= 5 && !number.contains('@');
        let is_phone =
            stated.is_none_or(|stated| stated.contains("phone") || stated.contains("tele") || stated == "sms");
        (is_phone && dialled).then(|| Phone {
            number,
            openings: telecom.all("period").filter_map(opening).collect(),
            note: of.map(str::to_owned),
            staff_only: false,
        })
    };
    telecoms.filter_map(phone).collect()
}

/// Hours of service. A period without days or hours says nothing about when somebody answers.
fn opening(period: &Node) -> Option<Opening> {
    let days: Vec<Weekday> = period.all("weekDay").filter_map(|day| weekday(day.own_text()?)).collect();
    let from = period.text("time/start").and_then(|text| clock(&text));
    let to = period.text("time/end").and_then(|text| clock(&text));
    let is_stated = !days.is_empty() || from.is_some() || to.is_some();
    is_stated.then(|| Opening { days: if days.is_empty() { EVERY_DAY.to_vec() } else { days }, from, to })
}

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The contract is a release candidate whose enumeration we have not seen: Swedish and English names and 1 to 7 are read.
fn weekday(text: &str) -> Option<Weekday> {
    let start: String = text.to_lowercase().chars().take(2).collect();
    let index = match start.as_str() {
        "mo" | "må" | "1" => 0,
        "tu" | "ti" | "2" => 1,
        "we" | "on" | "3" => 2,
        "th" | "to" | "4" => 3,
        "fr" | "5" => 4,
        "sa" | "lö" | "6" => 5,
        "su" | "sö" | "7" => 6,
        _ => return None,
    };
    EVERY_DAY.get(index).copied()
}

/// `HHmmss` or `HH:mm` as `HH:MM`.
fn clock(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hour, minute) = (digits.get(0..2)?, digits.get(2..4)?);
    let valid = hour.parse::<u8>().is_ok_and(|hour| hour < 24) && minute.parse::<u8>().is_ok_and(|minute| minute < 60);
    valid.then(|| format!("{hour}:{minute}"))
}
