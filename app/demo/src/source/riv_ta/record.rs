//! Entries as national records: one function per contract, none for an entry the contract has no place for.
//!
//! Not here: the header. Invariant: the order of elements is the schema's.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use samsyn_domain::{
    entry::{Alert, CareLimit, Contact, Entry, Medication, Opening, Plan, Service, Vaccination, Weekday},
    provenance::{Concept, Organisation, Provenance},
    time::When,
    vocabulary::{
        AlertKind, Certainty, ContactKind, LimitNature, Phase, PlanKind, ServiceKind, ServicePhase, Severity,
    },
};

use crate::source::riv_ta::{
    SOURCE_SYSTEM,
    header::{Extra, Patient, coded, date, end_stamp, header, hsa, org_unit, period, stamp},
    markup::Markup,
};

const SNOMED: &str = "http://snomed.info/sct";

/// Header and body in a record.
fn record(name: &str, prefix: &str, head: &Markup, body: &Markup) -> Markup {
    let mut inside = Markup::new();
    inside.element(&format!("c:{prefix}Header"), head).element(&format!("c:{prefix}Body"), body);
    let mut whole = Markup::new();
    whole.element(&format!("r:{name}"), &inside);
    whole
}

fn extension<'p>(provenance: &'p Provenance, key: &str) -> Option<&'p str> {
    provenance.extensions.iter().find(|fact| fact.key == key).map(|fact| fact.value.as_str())
}

/// `GetAlertInformation`: alerts and care limits.
pub fn alert_information(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let body = match entry {
        Entry::Alert(alert) => alert_body(alert),
        Entry::CareLimit(limit) => limit_body(limit),
        _ => return None,
    };
    let head = header(entry.provenance(), patient, &Extra::default());
    Some(record("alertInformation", "alertInformation", &head, &body))
}

fn alert_body(alert: &Alert) -> Markup {
    let label = alert.label.clone().unwrap_or_else(|| alert_type(&alert.kind));
    let mut body = Markup::new();
    body.element("c:typeOfAlertInformation", &coded(&label));
    validity(&mut body, alert.noted.as_ref(), alert.valid_from.as_ref(), alert.valid_to.as_ref());
    body.maybe("c:alertInformationComment", alert.comment.as_ref());
    let (name, content) = match &alert.kind {
        AlertKind::Hypersensitivity => ("c:hypersensitivity", hypersensitivity(alert)),
        AlertKind::Infection => ("c:communicableDisease", disease("c:communicableDiseaseCode", alert)),
        AlertKind::SeriousDisease => ("c:seriousDisease", disease("c:disease", alert)),
        AlertKind::Treatment => ("c:treatment", treatment(alert)),
        _ => ("c:unstructuredAlertInformation", unstructured(&alert.text)),
    };
    body.element(name, &content);
    body
}

fn validity(body: &mut Markup, noted: Option<&When>, from: Option<&When>, to: Option<&When>) {
    body.maybe("c:ascertainedDate", noted.and_then(date)).element("c:validityTimePeriod", &period(from, to));
}

/// The type a record gets whose entry names none. Threat and special routine have only a SNOMED code nationally.
fn alert_type(kind: &AlertKind) -> Concept {
    match kind {
        AlertKind::Hypersensitivity => Concept::plain("Överkänslighet"),
        AlertKind::Infection => Concept::plain("Smittsam sjukdom"),
        AlertKind::SeriousDisease => Concept::plain("Allvarlig sjukdom"),
        AlertKind::Treatment => Concept::plain("Allvarlig behandling"),
        AlertKind::Threat => Concept::coded("Hotbild mot patient", SNOMED, "60781000052105"),
        AlertKind::SpecialRoutine => Concept::coded("Hänvisning till specifik vårdenhet", SNOMED, "306103005"),
        _ => Concept::plain("Historisk varningsinformation"),
    }
}

fn hypersensitivity(alert: &Alert) -> Markup {
    let mut body = Markup::new();
    body.element("c:typeOfHypersensitivity", &coded(&Concept::plain(alert.text.as_str())));
    if let Some(severity) = &alert.severity {
        body.element("c:degreeOfSeverity", &coded(&severity_concept(severity)));
    }
    if let Some(certainty) = &alert.certainty {
        body.element("c:degreeOfCertainty", &coded(&Concept::plain(certainty_words(certainty))));
    }
    if let Some(agent) = &alert.agent {
        let is_drug = agent.codings.first().is_some_and(|coding| coding.system.ends_with("atc"));
        let mut inside = Markup::new();
        if is_drug {
            inside.element("c:atcSubstance", &coded(agent));
            body.element("c:pharmaceuticalHypersensitivity", &inside);
        } else if agent.codings.is_empty() {
            inside.text("c:hypersensitivityAgent", &agent.text);
            body.element("c:otherHypersensitivity", &inside);
        } else {
            inside.element("c:hypersensitivityAgentCode", &coded(agent));
            body.element("c:otherHypersensitivity", &inside);
        }
    }
    body
}

fn severity_concept(severity: &Severity) -> Concept {
    match severity {
        Severity::LifeThreatening => Concept::coded("Livshotande", SNOMED, "442452003"),
        Severity::Harmful => Concept::coded("Skadlig", SNOMED, "59021000052107"),
        Severity::Discomforting => Concept::coded("Besvärande", SNOMED, "59031000052109"),
        Severity::Other(word) => Concept::plain(word.as_str()),
    }
}

fn certainty_words(certainty: &Certainty) -> &str {
    match certainty {
        Certainty::Confirmed => "Konstaterad",
        Certainty::Probable => "Sannolik",
        Certainty::Suspected => "Misstänkt",
        Certainty::Refuted => "Avfärdad",
        Certainty::Other(word) => word,
    }
}

/// The disease; the text of the alert where no agent is named.
fn disease(name: &str, alert: &Alert) -> Markup {
    let disease = alert.agent.clone().unwrap_or_else(|| Concept::plain(alert.text.as_str()));
    let mut body = Markup::new();
    body.element(name, &coded(&disease));
    body
}

fn treatment(alert: &Alert) -> Markup {
    let mut body = Markup::new();
    body.text("c:treatmentDescription", &alert.text);
    if let Some(agent) = &alert.agent {
        body.element("c:treatmentCode", &coded(agent));
    }
    body
}

fn unstructured(text: &str) -> Markup {
    let mut body = Markup::new();
    body.text("c:unstructuredAlertInformationHeading", "").text("c:unstructuredAlertInformationContent", text);
    body
}

fn limit_body(limit: &CareLimit) -> Markup {
    let label = match &limit.nature {
        LimitNature::Withhold => {
            Concept::coded("Läkarbeslut om att inte utföra hjärt-lungräddning", SNOMED, "61921000052102")
        }
        LimitNature::Withdraw => {
            Concept::coded("Läkarbeslut om att avsluta livsuppehållande behandling", SNOMED, "61931000052100")
        }
        LimitNature::PalliativeTalk => Concept::coded("Läkarbeslut från brytpunktssamtal", SNOMED, "60741000052100"),
        _ => Concept::plain("Vårdbegränsning"),
    };
    let mut restriction = Markup::new();
    restriction.text("c:restrictionOfCareComment", &limit.text);
    let mut body = Markup::new();
    body.element("c:typeOfAlertInformation", &coded(&label));
    validity(&mut body, limit.decided.as_ref(), limit.valid_from.as_ref(), limit.valid_to.as_ref());
    body.maybe("c:alertInformationComment", extension(&limit.provenance, "comment"));
    body.element("c:restrictionOfCare", &restriction);
    body
}

/// `GetVaccinationHistory`: one record per dose.
pub fn vaccination(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::Vaccination(dose) = entry else { return None };
    let head = header(&dose.provenance, patient, &Extra::default());
    let mut body = Markup::new();
    body.element("c:registrationRecord", &registration(dose));
    body.some("c:administrationRecord", &administration(dose));
    Some(record("vaccinationMedicalRecord", "vaccinationMedicalRecord", &head, &body))
}

fn registration(dose: &Vaccination) -> Markup {
    let nobody = Organisation::default();
    let giver = dose.provenance.care_provider.as_ref().unwrap_or(&nobody);
    let mut contact = Markup::new();
    contact.text("c:hsaid", SOURCE_SYSTEM);
    let mut body = Markup::new();
    body.element("c:careGiverOrg", &org_unit(giver, None))
        .text("c:sourceSystemName", "Demo")
        .element("c:sourceSystemContact", &contact)
        .maybe("c:date", dose.date.as_ref().and_then(date))
        .maybe("c:vaccinationUnstructuredNote", dose.note.as_ref());
    body
}

fn administration(dose: &Vaccination) -> Markup {
    let mut body = Markup::new();
    if let Some(performer) = &dose.performer {
        let unit = performer.unit.as_ref().map(|unit| org_unit(unit, None)).unwrap_or_default();
        let mut person = Markup::new();
        person.maybe("c:hsaid", performer.id.as_ref()).maybe("c:personName", performer.name.as_ref());
        body.some("c:performerOrg", &unit).some("c:performer", &person);
    }
    body.maybe("c:isDoseComplete", dose.dose_complete.map(|complete| complete.to_string()))
        .maybe("c:doseOrdinalNumber", dose.dose_number.map(|number| number.to_string()))
        .maybe("c:numberOfPrescribedDoses", dose.prescribed_doses.map(|number| number.to_string()));
    if let Some(vaccine) = &dose.vaccine {
        body.element("c:vaccineName", &coded(vaccine));
    }
    body.maybe("c:vaccineBatchId", dose.batch.as_ref());
    for disease in &dose.target_diseases {
        body.element("c:vaccineTargetDisease", &coded(disease));
    }
    if let Some(reference) = &dose.unique_reference {
        body.element("c:vaccinationUniqueReference", &reference_parts(reference));
    }
    body
}

/// `root#extension`, or an extension alone.
fn reference_parts(reference: &str) -> Markup {
    let (root, value) = reference.split_once('#').unwrap_or(("", reference));
    let mut written = Markup::new();
    written.text("c:root", root).text("c:extension", value);
    written
}

/// `GetCareServices`: the five national kinds.
pub fn care_service(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::Service(service) = entry else { return None };
    let kind = match service.kind {
        ServiceKind::HomeNursing => "HSJV",
        ServiceKind::HomeCare => "HTJ",
        ServiceKind::Lss => "LSS",
        ServiceKind::SocialService => "SVTJ",
        ServiceKind::CareHome => "SÄBO",
        _ => return None,
    };
    let head = header(&service.provenance, patient, &service_extra(service));
    let mut body = Markup::new();
    if let Some(id) = service.unit.as_ref().and_then(Organisation::known_id) {
        body.element("c:performerHealthCareUnit", &hsa(id));
    }
    body.text("c:typeOfCareService", kind)
        .element("c:timePeriod", &period(service.started.as_ref(), service.ended.as_ref()))
        .text("c:input", service.text.as_deref().unwrap_or_default())
        .text("c:scope", "");
    Some(record("careService", "careService", &head, &body))
}

fn service_extra(service: &Service) -> Extra<'_> {
    Extra {
        unit: service.unit.as_ref(),
        telephone: service.phones.first().map(|phone| phone.number.as_str()),
        ..Extra::default()
    }
}

/// `GetCareContacts`: stays and visits to an emergency department.
pub fn care_contact(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::Service(service) = entry else { return None };
    let kind = match service.kind {
        ServiceKind::Inpatient => Concept::coded("Vårdtillfälle", "1.2.752.129.2.2.2.25", "3"),
        ServiceKind::EmergencyVisit => Concept::coded("Besök", "1.2.752.129.2.2.2.25", "1"),
        _ => return None,
    };
    let status = match service.phase {
        ServicePhase::Planned => Some(Concept::coded("tidbokad vårdkontakt", SNOMED, "53631000052103")),
        ServicePhase::Ongoing => Some(Concept::coded("pågående vårdkontakt", SNOMED, "53651000052107")),
        ServicePhase::Ended => Some(Concept::coded("avslutad vårdkontakt", SNOMED, "53671000052101")),
        _ => None,
    };
    let nowhere = Organisation::default();
    let unit = service.unit.as_ref().unwrap_or(&nowhere);
    let telephone = service.phones.first().map(|phone| phone.number.as_str());
    let mut body = Markup::new();
    body.element("c:careContactCode", &coded(&kind))
        .maybe("c:careContactReason", service.text.as_ref())
        .element("c:careContactOrgUnit", &org_unit(unit, telephone))
        .element("c:careContactTimePeriod", &period(service.started.as_ref(), service.ended.as_ref()));
    if let Some(status) = status {
        body.element("c:careContactStatus", &coded(&status));
    }
    let head = header(&service.provenance, patient, &Extra::default());
    Some(record("careContact", "careContact", &head, &body))
}

/// `GetCarePlans`: plans of the national types that hold.
pub fn care_plan(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::Plan(plan) = entry else { return None };
    let kind = plan_type(plan)?;
    let extra = Extra { title: Some(&plan.title), time: plan.decided.as_ref(), is_plan: true, ..Extra::default() };
    let mut body = Markup::new();
    if let Some(text) = &plan.text {
        let mut content = Markup::new();
        content.text("c:mediaType", "text/plain").text("c:value", &STANDARD.encode(text));
        body.element("c:content", &content);
    }
    for unit in plan.participants.iter().filter_map(Organisation::known_id) {
        body.element("c:participatingCareUnitHSAId", &hsa(unit));
    }
    body.text("c:typeOfCarePlanEnum", kind);
    Some(record("carePlan", "carePlan", &header(&plan.provenance, patient, &extra), &body))
}

/// The contract has neither status nor period, so only plans that hold are returned at all.
fn plan_type(plan: &Plan) -> Option<&'static str> {
    if !matches!(plan.phase, Phase::Active | Phase::Current) {
        return None;
    }
    match plan.kind {
        PlanKind::Sip => Some("SIP"),
        PlanKind::CarePlan => Some("VP"),
        PlanKind::Rehabilitation => Some("RP"),
        PlanKind::Implementation => Some("GP"),
        _ => None,
    }
}

/// `GetCareManagers`: the four kinds of named contact.
pub fn care_manager(entry: &Entry, patient: &Patient) -> Option<Markup> {
    const KINDS: &str = "1.2.752.129.5.1.69";
    let Entry::Contact(contact) = entry else { return None };
    let kind = match contact.kind {
        ContactKind::NamedCareContact => Concept::coded("fast vårdkontakt", KINDS, "1"),
        ContactKind::NamedPhysician => Concept::coded("fast läkarkontakt i primärvård", KINDS, "2"),
        ContactKind::NamedSocialContact => Concept::coded("fast omsorgskontakt i hemtjänsten", KINDS, "3"),
        ContactKind::ContactNurse => Concept::plain("kontaktsjuksköterska"),
        _ => return None,
    };
    let mut body = Markup::new();
    body.element("c:careManagerHeader", &access_header(&contact.provenance, patient))
        .element("c:code", &coded(&kind))
        .element("c:practitioner", &practitioner(contact))
        .some("c:contact", &telecoms(contact))
        .element("c:period", &plain_period(contact))
        .maybe("c:externalNotes", contact.note.as_ref());
    if let Some(giver) = &contact.provenance.care_provider {
        body.element("c:managingCareGiver", &organisation(giver));
    }
    if let Some(unit) = &contact.provenance.care_unit {
        body.element("c:managingCareUnit", &organisation(unit));
    }
    if let Some(unit) = &contact.unit {
        body.element("c:careProvidingCareUnit", &organisation(unit));
    }
    let mut whole = Markup::new();
    whole.element("r:careManager", &body);
    Some(whole)
}

fn access_header(provenance: &Provenance, patient: &Patient) -> Markup {
    let mut person = Markup::new();
    person.text("c:root", &patient.kind).text("c:extension", &patient.value);
    let mut access = Markup::new();
    if let Some(id) = provenance.provider_id() {
        access.element("c:accountableHealthcareProviderId", &hsa(id));
    }
    if let Some(id) = provenance.unit_id() {
        access.element("c:accountableCareUnitId", &hsa(id));
    }
    access.element("c:patientId", &person);
    access.maybe("c:blockComparisonTime", provenance.recorded.as_ref().and_then(stamp));
    let mut written = Markup::new();
    written.element("c:accessControlHeader", &access).element("c:sourceSystemId", &hsa(SOURCE_SYSTEM));
    written
}

/// Who: the record's own id stands in for the HSA-id of the person, which an entry does not hold.
fn practitioner(contact: &Contact) -> Markup {
    let mut written = Markup::new();
    written.element("c:hsaId", &hsa(&contact.provenance.id)).maybe("c:name", contact.name.as_ref());
    if let Some(role) = &contact.role {
        written.element("c:qualification", &coded(&Concept::plain(role.as_str())));
    }
    written
}

fn organisation(unit: &Organisation) -> Markup {
    let mut written = Markup::new();
    if let Some(id) = &unit.id {
        written.element("c:hsaId", &hsa(id));
    }
    written.maybe("c:name", unit.name.as_ref());
    written
}

fn telecoms(contact: &Contact) -> Markup {
    let mut written = Markup::new();
    for phone in &contact.phones {
        let mut telecom = Markup::new();
        telecom.element("c:system", &coded(&Concept::plain("phone"))).text("c:value", &phone.number);
        for opening in &phone.openings {
            telecom.element("c:period", &hours(opening));
        }
        written.element("c:telecom", &telecom);
    }
    written
}

fn hours(opening: &Opening) -> Markup {
    let clock = |text: &String| format!("{}00", text.replace(':', ""));
    let mut time = Markup::new();
    time.maybe("c:start", opening.from.as_ref().map(clock)).maybe("c:end", opening.to.as_ref().map(clock));
    let mut written = Markup::new();
    for day in &opening.days {
        written.text("c:weekDay", day_name(*day));
    }
    written.some("c:time", &time);
    written
}

const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// This contract has dates where the others have seconds.
fn plain_period(contact: &Contact) -> Markup {
    let mut written = Markup::new();
    written
        .maybe("c:start", contact.valid_from.as_ref().and_then(date))
        .maybe("c:end", contact.valid_to.as_ref().and_then(date));
    written
}

/// `GetFunctionalStatus`: one record per assessed activity.
pub fn functional_status(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::FunctionalAssessment(assessed) = entry else { return None };
    let mut activity = Markup::new();
    activity.element("c:typeOfAssessment", &coded(&assessed.what)).text("c:assessment", &assessed.assessment);
    let mut body = Markup::new();
    body.text("c:assessmentCategory", "pad-pad").element("c:padl", &activity);
    let extra = Extra { time: assessed.assessed.as_ref(), ..Extra::default() };
    let head = header(&assessed.provenance, patient, &extra);
    Some(record("functionalStatusAssessment", "functionalStatusAssessment", &head, &body))
}

/// `GetMedicationHistory`: one record per prescription.
pub fn medication(entry: &Entry, patient: &Patient) -> Option<Markup> {
    let Entry::Medication(medicine) = entry else { return None };
    let mut body = Markup::new();
    body.element("c:medicationPrescription", &prescription(medicine));
    let head = header(&medicine.provenance, patient, &Extra::default());
    Some(record("medicationMedicalRecord", "medicationMedicalRecord", &head, &body))
}

fn prescription(medicine: &Medication) -> Markup {
    let mut id = Markup::new();
    id.text("c:root", "1.2.752.129.2.1.2.1").text("c:extension", &medicine.provenance.id);
    let ended = medicine.phase == Phase::Ended;
    let mut written = Markup::new();
    written
        .element("c:prescriptionId", &id)
        .text("c:typeOfPrescription", "I")
        .text("c:prescriptionStatus", if ended { "Inactive" } else { "Active" })
        .maybe("c:prescriptionNote", extension(&medicine.provenance, "comment"));
    if let Some(indication) = &medicine.indication {
        let mut reason = Markup::new();
        reason.element("c:reason", &coded(&Concept::plain(indication.as_str())));
        written.element("c:principalPrescriptionReason", &reason);
    }
    written
        .maybe("c:startOfTreatment", medicine.started.as_ref().and_then(stamp))
        .maybe("c:endOfTreatment", medicine.ended.as_ref().and_then(end_stamp))
        .text("c:selfMedication", "false")
        .element("c:drug", &drug(medicine));
    if medicine.dose_dispensed == Some(true) {
        let mut dispensed = Markup::new();
        dispensed.text("c:distributionMethod", "Dosdispensering");
        written.element("c:dispensationAuthorization", &dispensed);
    }
    written
}

fn drug(medicine: &Medication) -> Markup {
    let mut written = Markup::new();
    let is_atc = medicine.drug.codings.first().is_some_and(|coding| coding.system.ends_with("atc"));
    let mut product = Markup::new();
    if is_atc {
        product.element("c:nplId", &coded(&Concept::plain(medicine.drug.text.as_str())));
        product.element("c:atcCode", &coded(&medicine.drug));
    } else {
        product.element("c:nplId", &coded(&medicine.drug));
    }
    written.element("c:drug", &product);
    if medicine.dosage.is_some() || medicine.as_needed == Some(true) {
        let mut dosage = Markup::new();
        dosage.maybe("c:dosageInstruction", medicine.dosage.as_ref());
        if medicine.as_needed == Some(true) {
            let mut condition = Markup::new();
            condition.text("c:conditionDescription", "vid behov");
            dosage.element("c:conditionalDosage", &condition);
        }
        written.element("c:dosage", &dosage);
    }
    written
}
