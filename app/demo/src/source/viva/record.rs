//! Entries as Viva writes them.
//!
//! Not here: pages and search. Invariant: an absent field is left out or null; nothing is made up.

use jiff::Timestamp;
use samsyn_domain::{
    entry::{
        Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Life, Medication, Opening,
        PersonDetails, Phone, Plan, Service, Substitute,
    },
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    time::{When, sweden},
    vocabulary::Protection,
};
use serde_json::{Map, Value, json};

use super::words::{self, translate};

/// A person known by number only.
pub(super) fn unnamed(identifier: &str) -> Value {
    json!({ "personnummer": identifier })
}

/// The banner, protection as two flags.
pub(super) fn person(person: &PersonDetails) -> Value {
    let protection = |kind| person.protection == Some(kind);
    let (deceased, at) = match &person.life {
        Life::Alive => (Some(false), None),
        Life::Deceased { at } => (Some(true), at.as_ref()),
        Life::NotStated => (None, None),
    };
    let own = json!({
        "fornamn": person.given_name,
        "efternamn": person.family_name,
        "fodelsedatum": time(person.birth_date.as_ref()),
        "kon": person.sex.as_ref().map(|sex| translate(words::SEX, sex.word())),
        "sekretessmarkering": protection(Protection::ConfidentialityMark),
        "skyddadFolkbokforing": protection(Protection::ProtectedRegistration),
        "avliden": deceased,
        "avlidenDatum": time(at),
        "tolksprak": person.interpreter_language,
        "kommunikationsbehov": person.communication_need,
    });
    let mut record = post(own, &person.provenance, None);
    if let Some(fields) = record.as_object_mut() {
        fields.insert("personnummer".into(), person.identifier.value.clone().into());
    }
    record
}

/// One record of a list.
pub(super) fn entry(entry: &Entry, law: &'static str) -> Value {
    let own = match entry {
        Entry::Alert(alert) => self::alert(alert),
        Entry::CareLimit(limit) => care_limit(limit),
        Entry::Service(service) => self::service(service),
        Entry::Contact(contact) => self::contact(contact),
        Entry::Medication(medication) => self::medication(medication),
        Entry::FunctionalAssessment(assessment) => self::assessment(assessment),
        Entry::Plan(plan) => self::plan(plan),
        Entry::Consent(consent) => self::consent(consent),
        Entry::Document(document) => self::document(document),
        // Viva keeps no vaccinations and no infections; no list asks for them.
        Entry::Vaccination(_) | Entry::Infection(_) => json!({}),
    };
    post(own, entry.provenance(), Some(law))
}

/// Adds what every record has.
fn post(own: Value, provenance: &Provenance, law: Option<&str>) -> Value {
    let mut fields = match own {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let extensions: Vec<_> =
        provenance.extensions.iter().map(|extra| json!({ "nyckel": extra.key, "varde": extra.value })).collect();
    let shared = json!({
        "id": provenance.id,
        "personnummer": provenance.patient.as_ref().map(|patient| patient.value.as_str()),
        "lagrum": law,
        "givare": provenance.care_provider.as_ref().map(organisation),
        "enhet": provenance.care_unit.as_ref().map(organisation),
        "informationstyp": provenance.information_type,
        "registrerad": time(provenance.recorded.as_ref()),
        "registreradAv": provenance.author.as_ref().map(actor),
        "signering": signing(&provenance.signing),
        "lank": provenance.link,
        "tillagg": extensions,
    });
    if let Value::Object(shared) = shared {
        fields.extend(shared);
    }
    Value::Object(fields)
}

fn signing(signing: &Signing) -> Value {
    match signing {
        Signing::Signed { at, by } => {
            json!({ "status": "signerad", "tidpunkt": time(at.as_ref()), "av": by.as_ref().map(actor) })
        }
        Signing::Unsigned => json!({ "status": "osignerad" }),
        Signing::NotStated => Value::Null,
    }
}

fn alert(alert: &Alert) -> Value {
    json!({
        "typ": translate(words::ALERT_KIND, alert.kind.word()),
        "text": alert.text,
        "allvarlighet": alert.severity.as_ref().map(|severity| translate(words::SEVERITY, severity.word())),
        "visshet": alert.certainty.as_ref().map(|certainty| translate(words::CERTAINTY, certainty.word())),
        "agens": alert.agent.as_ref().map(term),
        "etikett": alert.label.as_ref().map(term),
        "kommentar": alert.comment,
        "noterad": time(alert.noted.as_ref()),
        "giltigFran": time(alert.valid_from.as_ref()),
        "giltigTill": time(alert.valid_to.as_ref()),
    })
}

fn care_limit(limit: &CareLimit) -> Value {
    json!({
        "text": limit.text,
        "typ": translate(words::LIMIT_NATURE, limit.nature.word()),
        "atgarder": limit.measures.iter().map(term).collect::<Vec<_>>(),
        "grund": limit.grounds,
        "stallningstagande": translate(words::AUTHOR_KIND, limit.author_kind.word()),
        "beslutadAv": limit.decided_by.as_ref().map(actor),
        "radgjortMed": limit.consulted.iter().map(actor).collect::<Vec<_>>(),
        "patientensInstallning": limit.patient_attitude,
        "narstaendesInstallning": limit.relatives_attitude,
        "beslutad": time(limit.decided.as_ref()),
        "giltigFran": time(limit.valid_from.as_ref()),
        "giltigTill": time(limit.valid_to.as_ref()),
        "omprovad": time(limit.reassessed.as_ref()),
        "status": translate(words::PHASE, limit.phase.word()),
        "beslutsId": limit.decision_id,
    })
}

fn service(service: &Service) -> Value {
    let event = |event: &samsyn_domain::entry::ServiceEvent| {
        json!({
            "typ": translate(words::EVENT_KIND, event.kind.word()),
            "tidpunkt": time(Some(&event.at)),
            "text": event.text,
        })
    };
    json!({
        "typ": translate(words::SERVICE_KIND, service.kind.word()),
        "status": translate(words::SERVICE_PHASE, service.phase.word()),
        "beskrivning": service.text,
        "start": time(service.started.as_ref()),
        "slut": time(service.ended.as_ref()),
        "senastNoterad": time(service.last_noted.as_ref()),
        "handelser": service.events.iter().map(event).collect::<Vec<_>>(),
        "utforare": service.unit.as_ref().map(organisation),
        "telefon": phones(&service.phones),
    })
}

fn contact(contact: &Contact) -> Value {
    let absence = |absence: &samsyn_domain::entry::Absence| json!({ "fran": time(Some(&absence.from)), "till": time(absence.to.as_ref()) });
    let stand_in = |substitute: &Substitute| json!({ "namn": substitute.name, "roll": substitute.role, "telefon": phones(&substitute.phones) });
    // Written only where they are raised, unlike the banner's.
    let raised = |kind| contact.protection.as_ref().filter(|protection| **protection == kind).map(|_| true);
    json!({
        "typ": translate(words::CONTACT_KIND, contact.kind.word()),
        "sekretessmarkering": raised(Protection::ConfidentialityMark),
        "skyddadFolkbokforing": raised(Protection::ProtectedRegistration),
        "namn": contact.name,
        "roll": contact.role,
        "tillhor": contact.unit.as_ref().map(organisation),
        "ordning": contact.order,
        "farInformeras": contact.may_be_informed,
        "ringNattetid": contact.call_at_night,
        "oppettider": openings(&contact.openings),
        "franvaro": contact.absent.as_ref().map(absence),
        "ersattare": contact.substitute.as_ref().map(stand_in),
        "telefon": phones(&contact.phones),
        "anmarkning": contact.note,
        "giltigFran": time(contact.valid_from.as_ref()),
        "giltigTill": time(contact.valid_to.as_ref()),
    })
}

fn medication(medication: &Medication) -> Value {
    json!({
        "preparat": term(&medication.drug),
        "dosering": medication.dosage,
        "dosdispenserat": medication.dose_dispensed,
        "sarskildOrdination": medication.separate_instruction,
        "hanterasAv": medication.handled_by,
        "status": translate(words::PHASE, medication.phase.word()),
        "vidBehov": medication.as_needed,
        "indikation": medication.indication,
        "insatt": time(medication.started.as_ref()),
        "utsatt": time(medication.ended.as_ref()),
    })
}

fn assessment(assessment: &FunctionalAssessment) -> Value {
    json!({
        "omrade": term(&assessment.what),
        "bedomning": assessment.assessment,
        "niva": assessment.level.as_ref().map(|level| translate(words::ABILITY_LEVEL, level.word())),
        "bedomd": time(assessment.assessed.as_ref()),
    })
}

fn plan(plan: &Plan) -> Value {
    json!({
        "typ": translate(words::PLAN_KIND, plan.kind.word()),
        "rubrik": plan.title,
        "gorSaHar": plan.instruction,
        "text": plan.text,
        "status": translate(words::PHASE, plan.phase.word()),
        "huvudansvarig": plan.responsible.as_ref().map(actor),
        "deltagare": plan.participants.iter().map(organisation).collect::<Vec<_>>(),
        "beslutad": time(plan.decided.as_ref()),
        "giltigFran": time(plan.valid_from.as_ref()),
        "giltigTill": time(plan.valid_to.as_ref()),
        "nastaUppfoljning": time(plan.next_follow_up.as_ref()),
    })
}

fn consent(consent: &Consent) -> Value {
    json!({
        "typ": translate(words::CONSENT_KIND, consent.kind.word()),
        "status": translate(words::CONSENT_STATUS, consent.status.word()),
        "text": consent.text,
        "lamnatTill": consent.given_to.iter().map(organisation).collect::<Vec<_>>(),
        "lamnatAv": translate(words::CONSENT_GIVER, consent.given_by.word()),
        "giltigFran": time(consent.valid_from.as_ref()),
        "giltigTill": time(consent.valid_to.as_ref()),
    })
}

fn document(document: &Document) -> Value {
    json!({
        "typ": term(&document.kind),
        "rubrik": document.title,
        "datum": time(document.date.as_ref()),
        "upprattadVid": document.unit.as_ref().map(organisation),
        "text": document.text,
        "mediatyp": document.media_type,
    })
}

fn term(concept: &Concept) -> Value {
    let code = |coding: &samsyn_domain::provenance::Coding| json!({ "system": coding.system, "kod": coding.code, "namn": coding.display });
    json!({ "text": concept.text, "koder": concept.codings.iter().map(code).collect::<Vec<_>>() })
}

fn organisation(organisation: &Organisation) -> Value {
    json!({ "hsaId": organisation.id, "namn": organisation.name })
}

fn actor(actor: &Actor) -> Value {
    json!({
        "namn": actor.name,
        "titel": actor.role,
        "hsaId": actor.id,
        "enhet": actor.unit.as_ref().map(organisation),
    })
}

fn phones(phones: &[Phone]) -> Vec<Value> {
    let phone = |phone: &Phone| {
        json!({
            "nummer": phone.number,
            "oppettider": openings(&phone.openings),
            "anmarkning": phone.note,
            "endastPersonal": phone.staff_only,
        })
    };
    phones.iter().map(phone).collect()
}

fn openings(openings: &[Opening]) -> Vec<Value> {
    let opening = |opening: &Opening| {
        let days: Vec<_> = opening.days.iter().map(|day| words::weekday(*day)).collect();
        json!({ "dagar": days, "fran": opening.from, "till": opening.to })
    };
    openings.iter().map(opening).collect()
}

/// Local time with a space and no zone, as Viva writes it.
fn time(when: Option<&When>) -> Option<String> {
    let local = |at: &Timestamp| at.to_zoned(sweden()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    when.map(|when| match when {
        When::Instant(at) => local(at),
        other => other.to_string().replacen('T', " ", 1),
    })
}
