//! What every national record shares: the header, coded values, times.
//!
//! Invariant: a time is written only at a precision the schema has. Where seconds are demanded of a day, it is written as
//! its first second, or at the end of a period as its last; that is how real producers do.

use samsyn_domain::{
    provenance::{Actor, Concept, Organisation, Provenance, Signing},
    time::{When, sweden},
};

use crate::source::riv_ta::{SOURCE_SYSTEM, markup::Markup};

/// A patient, in a question or in a record.
#[derive(Debug, Clone)]
pub struct Patient {
    /// Twelve characters.
    pub value: String,
    /// OID of its kind.
    pub kind: String,
}

impl Patient {
    /// The one this record is about, which is not always the one asked for: a source can be mistaken about somebody.
    pub fn of(provenance: &Provenance) -> Option<Self> {
        let patient = provenance.patient.as_ref()?;
        let kind = patient.system.trim_start_matches("urn:oid:").to_owned();
        Some(Self { value: patient.value.clone(), kind })
    }
}

/// Code systems that the national contracts name by OID.
const SYSTEMS: [(&str, &str); 2] =
    [("http://snomed.info/sct", "1.2.752.116.2.1.1"), ("http://www.whocc.no/atc", "1.2.752.129.2.2.3.1.1")];
/// The HSA catalogue.
const HSA: &str = "1.2.752.129.2.1.4.1";

/// `YYYYMMDDhhmmss`, where the time is known to the day or better.
pub fn stamp(when: &When) -> Option<String> {
    moment(when, "000000")
}

/// The same for the end of a period.
pub fn end_stamp(when: &When) -> Option<String> {
    moment(when, "235959")
}

fn moment(when: &When, day_as: &str) -> Option<String> {
    match when {
        When::Day(day) => Some(format!("{}{day_as}", day.strftime("%Y%m%d"))),
        When::Local(local) => Some(local.strftime("%Y%m%d%H%M%S").to_string()),
        When::Instant(instant) => Some(instant.to_zoned(sweden()).strftime("%Y%m%d%H%M%S").to_string()),
        When::Year(_) | When::Month(..) | When::Unreadable(_) => None,
    }
}

/// `YYYYMMDD`, where the time is known to the day or better.
pub fn date(when: &When) -> Option<String> {
    stamp(when).and_then(|stamp| stamp.get(..8).map(str::to_owned))
}

/// A period.
pub fn period(from: Option<&When>, to: Option<&When>) -> Markup {
    let mut period = Markup::new();
    period.maybe("c:start", from.and_then(stamp)).maybe("c:end", to.and_then(end_stamp));
    period
}

/// A coded value: code, system and name together, or text alone.
pub fn coded(concept: &Concept) -> Markup {
    let mut value = Markup::new();
    let Some(coding) = concept.codings.first() else {
        value.text("c:originalText", &concept.text);
        return value;
    };
    let system = coding.system.trim_start_matches("urn:oid:");
    let oid = SYSTEMS.iter().find(|(uri, _)| *uri == system).map_or(system, |(_, oid)| *oid);
    value.text("c:code", &coding.code).text("c:codeSystem", oid);
    match &coding.display {
        Some(display) if *display != concept.text => {
            value.text("c:displayName", display).text("c:originalText", &concept.text);
        }
        _ => {
            value.text("c:displayName", &concept.text);
        }
    }
    value
}

/// An identifier in the HSA catalogue.
pub fn hsa(id: &str) -> Markup {
    let mut identifier = Markup::new();
    identifier.text("c:root", HSA).text("c:extension", id);
    identifier
}

/// A unit.
pub fn org_unit(unit: &Organisation, telephone: Option<&str>) -> Markup {
    let mut written = Markup::new();
    written.maybe("c:orgUnitHSAId", unit.id.as_ref()).maybe("c:orgUnitName", unit.name.as_ref());
    written.maybe("c:orgUnitTelecom", telephone);
    written
}

/// What some contracts put into the header besides.
#[derive(Debug, Default)]
pub struct Extra<'e> {
    /// Title.
    pub title: Option<&'e str>,
    /// The time that the contract gives a meaning of its own.
    pub time: Option<&'e When>,
    /// Unit the record is about, written where the author names none.
    pub unit: Option<&'e Organisation>,
    /// Its telephone number.
    pub telephone: Option<&'e str>,
    /// `GetCarePlans` names the time of signature differently.
    pub is_plan: bool,
}

/// The header.
pub fn header(provenance: &Provenance, patient: &Patient, extra: &Extra<'_>) -> Markup {
    let stated = |key: &str| provenance.extensions.iter().any(|fact| fact.key == key && fact.value == "true");
    let mut written = Markup::new();
    written
        .text("c:documentId", &provenance.id)
        .text("c:sourceSystemHSAId", SOURCE_SYSTEM)
        .maybe("c:documentTitle", extra.title)
        .maybe("c:documentTime", extra.time.and_then(stamp))
        .element("c:patientId", &person_id(patient))
        .element("c:accountableHealthcareProfessional", &accountable(provenance, extra))
        .some("c:legalAuthenticator", &authenticator(&provenance.signing, extra.is_plan))
        .text("c:approvedForPatient", if stated("not-for-patient") { "false" } else { "true" });
    written
}

fn person_id(patient: &Patient) -> Markup {
    let mut written = Markup::new();
    written.text("c:id", &patient.value).text("c:type", &patient.kind);
    written
}

fn accountable(provenance: &Provenance, extra: &Extra<'_>) -> Markup {
    let nobody = Actor::default();
    let author = provenance.author.as_ref().unwrap_or(&nobody);
    let unit = author.unit.as_ref().or(extra.unit);
    let is_about = unit.is_some_and(|unit| Some(unit) == extra.unit);
    let mut written = Markup::new();
    written
        .maybe("c:authorTime", provenance.recorded.as_ref().and_then(stamp))
        .maybe("c:healthcareProfessionalHSAId", author.id.as_ref())
        .maybe("c:healthcareProfessionalName", author.name.as_ref());
    if let Some(role) = &author.role {
        written.element("c:healthcareProfessionalRoleCode", &coded(&Concept::plain(role.as_str())));
    }
    if let Some(unit) = unit {
        let telephone = extra.telephone.filter(|_| is_about);
        written.element("c:healthcareProfessionalOrgUnit", &org_unit(unit, telephone));
    }
    written
        .maybe("c:healthcareProfessionalCareUnitHSAId", provenance.unit_id())
        .maybe("c:healthcareProfessionalCareGiverHSAId", provenance.provider_id());
    written
}

fn authenticator(signing: &Signing, is_plan: bool) -> Markup {
    let mut written = Markup::new();
    if let Signing::Signed { at: Some(at), by } = signing {
        let name = if is_plan { "c:legalAuthenticatorTime" } else { "c:signatureTime" };
        written.maybe(name, stamp(at));
        if let Some(by) = by {
            written.maybe("c:legalAuthenticatorHSAId", by.id.as_ref());
            written.maybe("c:legalAuthenticatorName", by.name.as_ref());
        }
    }
    written
}
