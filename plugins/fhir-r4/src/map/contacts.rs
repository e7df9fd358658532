//! Whom to call: `CareTeam`, `RelatedPerson`, and the contacts and general practitioner named in a `Patient`.
//!
//! Not here: who answers now (the host). Invariant: whether a next of kin may be told, or called at night, is said only when
//! the source says it.

use samsyn_adapter::{
    sink::{Absence, Contact, Substitute},
    types::{Extension, Provenance},
};

use super::{Found, notes, person::contact_protection};
use crate::{
    hours,
    node::Node,
    origin::{Reader, Roles, person_name, phones},
};

const TEAM_ROLES: Roles = Roles { author: &[], organisation: &["managingOrganization"], recorded: &[] };
const KIN_ROLES: Roles = Roles { author: &[], organisation: &[], recorded: &[] };

/// Words of a role that say which kind of contact it is, most telling first.
const KINDS: [(&str, &str); 9] = [
    ("patientansvarig läkare", "responsible-physician"),
    ("fast läkarkontakt", "named-physician"),
    ("fast vårdkontakt", "named-care-contact"),
    ("fast omsorgskontakt", "named-social-contact"),
    ("kontaktsjuksköterska", "contact-nurse"),
    ("biståndshandläggare", "case-officer"),
    ("jourläkare", "on-call-physician"),
    ("hemsjukvård", "home-nursing"),
    ("pal", "responsible-physician"),
];

/// Each participant of a care team that is not the patient or a relative.
pub fn care_team<'p>(reader: &Reader<'p>, team: Node<'p>, found: &mut Found) {
    if matches!(team.get("status").str(), Some("inactive" | "proposed")) {
        return;
    }
    let participants = team.get("participant").items().enumerate();
    for (at, participant) in participants {
        let member = reader.pool.target(team, participant.get("member"));
        if matches!(member.get("resourceType").str(), Some("Patient" | "RelatedPerson")) {
            continue;
        }
        let mut provenance = reader.provenance(team, TEAM_ROLES);
        if at > 0 {
            provenance.id = format!("{}#{at}", provenance.id);
        }
        found.contacts.push(participant_contact(reader, team, participant, provenance));
    }
}

fn participant_contact<'p>(
    reader: &Reader<'p>,
    team: Node<'p>,
    participant: Node<'p>,
    provenance: Provenance,
) -> Contact {
    let reference = participant.get("member");
    let member = reader.pool.target(team, reference);
    let is_unit = member.get("resourceType").is("Organization");
    let actor = reader.actor(team, reference).filter(|_| !is_unit);
    let role = participant.get("role").first();
    let stated_role =
        role.get("text").text().or_else(|| role.words().filter(|_| role.own_code("contact-kind").is_none()));
    let role = stated_role.or_else(|| actor.as_ref().and_then(|actor| actor.role.clone()));
    let unit = reader.organisation(team, participant.get("onBehalfOf"));
    let unit = unit.or_else(|| actor.as_ref().and_then(|actor| actor.unit.clone()));
    let period = participant.get("period");
    let mut numbers = phones(member.get("telecom"));
    numbers.extend(phones(reader.pool.target(member, member.get("practitioner")).get("telecom")));
    let mut openings = hours::available_time(member);
    openings.extend(hours::openings(member));
    Contact {
        kind: kind(participant.get("role"), role.as_deref(), is_unit),
        name: actor.and_then(|actor| actor.name).or_else(|| unit_name(reader, team, reference, is_unit)),
        role,
        unit: unit.or_else(|| reader.organisation(team, reference).filter(|_| is_unit)),
        order: participant.ext("contact-order").count(),
        may_be_informed: participant.ext("may-be-informed").flag(),
        call_at_night: participant.ext("call-at-night").flag(),
        openings,
        absent: absence(member),
        substitute: substitute(participant),
        phones: numbers,
        note: participant.ext("note").text().or_else(|| notes(team)),
        valid_from: period.get("start").when(),
        valid_to: period.get("end").when(),
        provenance: protected(provenance, participant),
    }
}

fn unit_name<'p>(reader: &Reader<'p>, team: Node<'p>, reference: Node<'p>, is_unit: bool) -> Option<String> {
    reader.organisation(team, reference).filter(|_| is_unit).and_then(|organisation| organisation.name)
}

fn kind(roles: Node<'_>, words: Option<&str>, is_unit: bool) -> String {
    if let Some(own) = roles.own_code("contact-kind") {
        return own.into();
    }
    let words = words.unwrap_or_default().to_lowercase();
    let telling = KINDS.iter().find(|(word, _)| match *word {
        "pal" => words.split(|c: char| !c.is_alphabetic()).any(|part| part == "pal"),
        word => words.contains(word),
    });
    telling.map_or(if is_unit { "clinic" } else { "other" }, |(_, kind)| kind).into()
}

/// `notAvailable` of a role.
fn absence(member: Node<'_>) -> Option<Absence> {
    away(member.get("notAvailable").first().get("during"))
}

fn away(during: Node<'_>) -> Option<Absence> {
    Some(Absence { from: during.get("start").when()?, to: during.get("end").when() })
}

fn substitute(element: Node<'_>) -> Option<Substitute> {
    let stated = element.ext("substitute");
    stated.exists().then(|| Substitute {
        name: stated.part("name").text(),
        role: stated.part("role").text(),
        phones: stated.parts("telecom").filter_map(crate::origin::phone).collect(),
    })
}

/// A relative, guardian or representative.
pub fn related_person<'p>(reader: &Reader<'p>, person: Node<'p>) -> Contact {
    let relationship = person.get("relationship");
    let legal = relationship.has_code(&["GUARD", "POWATT", "HPOWATT", "DPOWATT", "RESPRSN"]);
    let told = |node: Node<'_>| {
        node.get("text").text().or_else(|| node.words().filter(|_| node.own_code("contact-kind").is_none()))
    };
    let role = relationship.items().find_map(told);
    // `GUARD` is anybody who is responsible for somebody, an adult's too; only the word says that it is a child's.
    let guardian = role.as_ref().is_some_and(|role| role.to_lowercase().contains("vårdnadshavare"));
    let default = match (guardian, legal) {
        (true, _) => "guardian",
        (false, true) => "legal-representative",
        (false, false) => "next-of-kin",
    };
    Contact {
        kind: relationship.own_code("contact-kind").unwrap_or(default).into(),
        name: person_name(person),
        role,
        unit: reader.organisation(person, person.ext("contact-unit")),
        order: person.ext("contact-order").count(),
        may_be_informed: person.ext("may-be-informed").flag(),
        call_at_night: person.ext("call-at-night").flag(),
        openings: hours::openings(person),
        absent: away(person.ext("absent")),
        substitute: substitute(person),
        phones: phones(person.get("telecom")),
        note: person.ext("note").text(),
        valid_from: person.get("period").get("start").when(),
        valid_to: person.get("period").get("end").when(),
        provenance: protected(reader.provenance(person, KIN_ROLES), person),
    }
}

/// With the extension that says that the contact has protected personal data, when the element's security labels say so, or
/// our own extension where FHIR has no place for a label (`Patient.contact`, a participant of a `CareTeam`).
fn protected(mut provenance: Provenance, element: Node<'_>) -> Provenance {
    let own = element.ext("protection");
    // One that is there but cannot be read protects.
    let stated = own.exists().then(|| own.text().unwrap_or_else(|| "protected-registration".into()));
    let value = contact_protection(element).or(stated);
    provenance.extensions.extend(value.map(|value| Extension { key: "protection".into(), value }));
    provenance
}

/// Contacts and the general practitioner that the `Patient` itself names.
pub fn of_patient<'p>(reader: &Reader<'p>, patient: Node<'p>, found: &mut Found) {
    const ROLES: Roles = Roles { author: &[], organisation: &["managingOrganization"], recorded: &[] };
    let blank = |suffix: String| {
        let mut provenance = reader.provenance(patient, ROLES);
        provenance.id = format!("{}#{suffix}", provenance.id);
        provenance
    };
    for (at, contact) in patient.get("contact").items().enumerate() {
        let mut entry = related_person(reader, contact);
        let name = contact.get("name");
        let given: Vec<&str> = name.get("given").items().filter_map(Node::str).collect();
        let whole: Vec<&str> = given.into_iter().chain(name.get("family").str()).collect();
        entry.name = name.get("text").text().or_else(|| (!whole.is_empty()).then(|| whole.join(" ")));
        entry.unit = reader.organisation(patient, contact.get("organization"));
        if entry.name.is_none() && entry.unit.is_some() {
            entry.kind = "other".into();
        }
        entry.provenance = protected(blank(format!("contact-{at}")), contact);
        found.contacts.push(entry);
    }
    for (at, reference) in patient.get("generalPractitioner").items().enumerate() {
        found.contacts.extend(general_practitioner(reader, patient, reference, blank(format!("gp-{at}"))));
    }
}

fn general_practitioner<'p>(
    reader: &Reader<'p>,
    patient: Node<'p>,
    reference: Node<'p>,
    provenance: Provenance,
) -> Option<Contact> {
    let target = reader.pool.target(patient, reference);
    let is_unit = target.get("resourceType").is("Organization");
    let actor = reader.actor(patient, reference)?;
    let unit = if is_unit { reader.organisation(patient, reference) } else { actor.unit };
    Some(Contact {
        kind: if is_unit { "health-centre" } else { "named-physician" }.into(),
        name: actor.name.or_else(|| unit.as_ref().and_then(|unit| unit.name.clone()).filter(|_| is_unit)),
        role: actor.role,
        unit,
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: hours::available_time(target),
        absent: absence(target),
        substitute: None,
        phones: phones(target.get("telecom")),
        note: None,
        valid_from: None,
        valid_to: None,
        provenance,
    })
}
