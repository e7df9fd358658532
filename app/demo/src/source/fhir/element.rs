//! FHIR data types from the domain's words: concepts, references, periods, telephone numbers, extensions.
//!
//! Not here: whole resources (`record`). Invariant: what FHIR has no place for goes into extensions below [`BASE`], the ones that
//! `plugins/fhir-r4/README.md` lists; nothing is dropped.

use samsyn_domain::{
    entry::{Opening, Phone, Weekday},
    provenance::{Actor, Concept, Organisation},
    time::{When, sweden},
};
use serde_json::{Map, Value, json};

/// Canonical base of our own extensions and code systems.
pub(super) const BASE: &str = "https://samsyn.example/fhir/";
/// HSA-id as HL7 Sweden writes it.
const HSA: &str = "urn:oid:1.2.752.29.4.19";

/// A JSON object under construction; absent values leave no member.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    members: Map<String, Value>,
    extensions: Vec<Value>,
    contained: Vec<Value>,
}

impl Element {
    pub fn resource(kind: &str, id: &str) -> Self {
        Self::default().set("resourceType", json!(kind)).set("id", json!(id))
    }

    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.members.insert(key.to_owned(), value.into());
        self
    }

    pub fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Sets a list unless it is empty: FHIR knows no empty lists.
    pub fn list(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.set(key, values) }
    }

    pub fn when(self, key: &str, when: Option<&When>) -> Self {
        self.maybe(key, when.map(moment))
    }

    pub fn period(self, key: &str, start: Option<&When>, end: Option<&When>) -> Self {
        self.maybe(key, period(start, end))
    }

    /// Adds one of our own extensions, e.g. `ext("link", "valueUri", …)`.
    pub fn ext(mut self, name: &str, kind: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.extensions.push(extension(name, kind, value));
        }
        self
    }

    pub fn ext_text(self, name: &str, value: Option<&str>) -> Self {
        self.ext(name, "valueString", value)
    }

    pub fn ext_when(self, name: &str, value: Option<&When>) -> Self {
        self.ext(name, "valueDateTime", value.map(moment))
    }

    /// Adds extensions that are already built.
    pub fn exts(mut self, extensions: Vec<Value>) -> Self {
        self.extensions.extend(extensions);
        self
    }

    /// A reference to somebody in a role, who is described in `contained`.
    pub fn actor(&mut self, actor: &Actor) -> Value {
        let id = format!("a{}", self.contained.len());
        let practitioner = Self::default()
            .maybe("identifier", actor.id.as_deref().map(hsa))
            .maybe("display", actor.name.clone())
            .maybe_object();
        let role = Self::resource("PractitionerRole", &id)
            .maybe("practitioner", practitioner)
            .list("code", actor.role.iter().map(|role| json!({ "text": role })).collect())
            .maybe("organization", actor.unit.as_ref().map(organisation));
        self.contained.push(role.build());
        json!({ "reference": format!("#{id}") })
    }

    /// Puts a resource into `contained` and gives the reference to it.
    pub fn contain(&mut self, build: impl FnOnce(&str) -> Value) -> Value {
        let id = format!("a{}", self.contained.len());
        self.contained.push(build(&id));
        json!({ "reference": format!("#{id}") })
    }

    pub fn build(mut self) -> Value {
        if !self.contained.is_empty() {
            self.members.insert("contained".to_owned(), Value::Array(self.contained));
        }
        if !self.extensions.is_empty() {
            self.members.insert("extension".to_owned(), Value::Array(self.extensions));
        }
        Value::Object(self.members)
    }

    fn maybe_object(self) -> Option<Value> {
        let built = self.build();
        built.as_object().is_some_and(|members| !members.is_empty()).then_some(built)
    }
}

/// A time as FHIR has it: with a time of day there is always an offset, and ours is the Swedish one.
pub(super) fn moment(when: &When) -> String {
    match when {
        When::Local(local) => local
            .to_zoned(sweden())
            .map_or_else(|_| when.to_string(), |zoned| zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        other => other.to_string(),
    }
}

/// Whether FHIR's `instant` can hold it.
pub(super) const fn is_instant(when: &When) -> bool {
    matches!(when, When::Instant(_) | When::Local(_))
}

pub(super) fn period(start: Option<&When>, end: Option<&When>) -> Option<Value> {
    Element::default().when("start", start).when("end", end).maybe_object()
}

pub(super) fn concept(concept: &Concept) -> Value {
    let coding = |coding: &samsyn_domain::provenance::Coding| {
        let written = Element::default().set("system", coding.system.clone()).set("code", coding.code.clone());
        written.maybe("display", coding.display.clone()).build()
    };
    Element::default()
        .list("coding", concept.codings.iter().map(coding).collect())
        .set("text", concept.text.clone())
        .build()
}

/// A concept of our own code system.
pub(super) fn own(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": format!("{BASE}CodeSystem/{system}"), "code": code }] })
}

/// A concept with one code.
pub(super) fn code(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn hsa(id: &str) -> Value {
    json!({ "system": HSA, "value": id })
}

/// A logical reference to an organisation.
pub(super) fn organisation(organisation: &Organisation) -> Value {
    Element::default()
        .set("type", "Organization")
        .maybe("identifier", organisation.id.as_deref().map(hsa))
        .maybe("display", organisation.name.clone())
        .build()
}

pub(super) fn phone(phone: &Phone) -> Value {
    Element::default()
        .set("system", "phone")
        .set("value", phone.number.clone())
        .ext_text("phone-note", phone.note.as_deref())
        .ext("staff-only", "valueBoolean", phone.staff_only.then_some(true))
        .exts(phone.openings.iter().map(opening).collect())
        .build()
}

pub(super) fn phones(phones: &[Phone]) -> Vec<Value> {
    phones.iter().map(phone).collect()
}

/// An opening as our own extension, for elements where FHIR has none.
pub(super) fn opening(opening: &Opening) -> Value {
    let mut parts: Vec<Value> =
        opening.days.iter().map(|day| json!({ "url": "day", "valueCode": weekday(*day) })).collect();
    for (url, time) in [("from", &opening.from), ("to", &opening.to)] {
        parts.extend(time.as_ref().map(|time| json!({ "url": url, "valueTime": format!("{time}:00") })));
    }
    json!({ "url": format!("{BASE}StructureDefinition/opening"), "extension": parts })
}

/// An opening as `availableTime` of a `PractitionerRole`.
pub(super) fn available_time(opening: &Opening) -> Value {
    let all_day = opening.from.is_none() && opening.to.is_none();
    let clock = |time: &Option<String>| time.as_ref().map(|time| format!("{time}:00"));
    Element::default()
        .list("daysOfWeek", opening.days.iter().map(|day| json!(weekday(*day))).collect())
        .maybe("allDay", all_day.then_some(true))
        .maybe("availableStartTime", clock(&opening.from))
        .maybe("availableEndTime", clock(&opening.to))
        .build()
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

/// One of our own extensions.
pub(super) fn extension(name: &str, kind: &str, value: impl Into<Value>) -> Value {
    let url = format!("{BASE}StructureDefinition/{name}");
    Value::Object(Map::from_iter([("url".to_owned(), url.into()), (kind.to_owned(), value.into())]))
}

/// One of our own extensions that is made of parts.
pub(super) fn parted(name: &str, parts: Vec<Value>) -> Value {
    extension(name, "extension", parts)
}

/// A part of such an extension.
pub(super) fn part(url: &str, kind: &str, value: impl Into<Value>) -> Value {
    json!({ "url": url, kind: value.into() })
}
