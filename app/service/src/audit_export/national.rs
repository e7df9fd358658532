//! Posts of the national log service: requests of `StoreLog` (`urn:riv:informationsecurity:auditing:log:2`, TKB 2.0.8), at most 500 posts in
//! each, as the service asks.
//!
//! A post belongs to the reader's provider; its resources carry the provider and unit whose information was shown. Only what was done with
//! a patient in the service's own words of activity becomes a post: signing in and out, refusals and what concerns no patient do not.
//! Not here: sending them. Invariant: elements stand in the order of the schema; a text is no longer than it allows; information is posted
//! under no other provider than the one that answers for it: a line of more providers than the log could name is left out and counted.

use std::io::{self, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event as Xml},
};
use samsyn_domain::{
    identifier::PersonIdentifier,
    logged::Resource,
    section::Section,
    viewer::{Scope, Viewer},
};

use crate::{log_reading::Event, record::read};

/// Posts in one request at most (TKB 7.1.3, rule 2).
pub const BATCH_MAX: usize = 500;
const RESPONDER: &str = "urn:riv:informationsecurity:auditing:log:StoreLogResponder:2";
const DOMAIN: &str = "urn:riv:informationsecurity:auditing:log:2";
/// What an opening that showed nothing was about.
const OVERVIEW: &str = "Patientöversikt";
const LEVEL_MAX_CHARS: usize = 256;

/// The system that posts, as the service knows it.
#[derive(Debug, Clone)]
pub struct System {
    /// HSA-id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Whether an event becomes a post.
pub fn is_posted(event: &Event) -> bool {
    let record = &event.first.record;
    record.activity.is_national() && record.viewer.is_some() && record.patient.is_some()
}

/// Of so many providers the information was shown under no name, so that it stands in no post.
pub fn unnamed_providers(event: &Event) -> u64 {
    lines(event).filter_map(|line| line.providers).sum()
}

fn lines(event: &Event) -> impl Iterator<Item = &Resource> {
    event.outcome.iter().flat_map(|outcome| outcome.resources.iter().flatten())
}

/// The word of the information type in a resource.
const fn resource_type(section: Section) -> &'static str {
    match section {
        Section::Alerts => "Uppmärksamhetsinformation",
        Section::CareLimits => "Vårdbegränsning",
        Section::Services => "Insatser",
        Section::Contacts => "Vård- och omsorgskontakter",
        Section::Medications => "Läkemedel",
        Section::FunctionalStatus => "Funktionstillstånd",
        Section::Plans => "Vård- och omsorgsplaner",
        Section::Covid19 => "Vaccination och smitta",
        Section::Consents => "Samtycken",
        Section::Documents => "Vård- och omsorgsdokument",
    }
}

/// Writes one request. Events that become no post are left out.
///
/// # Errors
/// When it cannot be written.
pub fn store_log<W: Write>(to: W, events: &[Event], system: &System) -> io::Result<()> {
    let mut xml = Element { xml: Writer::new_with_indent(to, b' ', 1) };
    xml.xml.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = BytesStart::new("StoreLog").with_attributes([("xmlns", RESPONDER), ("xmlns:log", DOMAIN)]);
    xml.xml.write_event(Xml::Start(root))?;
    for event in events.iter().filter(|event| is_posted(event)) {
        let record = &event.first.record;
        let (Some(viewer), Some(patient)) = (&record.viewer, &record.patient) else { continue };
        xml.within("log", |xml| post(xml, event, viewer, patient, system))?;
    }
    xml.xml.write_event(Xml::End(BytesEnd::new("StoreLog")))
}

fn post<W: Write>(
    xml: &mut Element<W>,
    event: &Event,
    viewer: &Viewer,
    patient: &PersonIdentifier,
    system: &System,
) -> io::Result<()> {
    let record = &event.first.record;
    xml.text("log:logId", &event.first.id)?;
    xml.within("log:system", |xml| {
        xml.text("log:systemId", &system.id)?;
        xml.text("log:systemName", &system.name)
    })?;
    xml.within("log:activity", |xml| {
        xml.text("log:activityType", record.activity.word())?;
        let level = read::scope(record).map(Scope::name).or_else(|| read::named(record));
        if let Some(level) = level {
            xml.text("log:activityLevel", &level.chars().take(LEVEL_MAX_CHARS).collect::<String>())?;
        }
        xml.text("log:startDate", &record.at.to_string())?;
        xml.text("log:purpose", &viewer.purpose)
    })?;
    xml.within("log:user", |xml| {
        xml.text("log:userId", &viewer.user_id)?;
        xml.text("log:name", &viewer.name)?;
        xml.text("log:assignment", &viewer.assignment)?;
        xml.text("log:title", &viewer.title)?;
        provider(xml, viewer.provider.id.as_str())?;
        // The schema asks for a unit. An assignment without one is its provider's.
        unit(xml, viewer.unit.known_id().unwrap_or(viewer.provider.id.as_str()), viewer.unit.name.as_deref())
    })?;
    xml.within("log:resources", |xml| {
        let mut named = lines(event).filter(|line| line.providers.is_none()).peekable();
        if named.peek().is_none() {
            return resource(xml, OVERVIEW, patient, viewer.provider.id.as_str(), None);
        }
        named.try_for_each(|line| resources(xml, line, patient, viewer))
    })
}

fn resources<W: Write>(
    xml: &mut Element<W>,
    line: &Resource,
    patient: &PersonIdentifier,
    viewer: &Viewer,
) -> io::Result<()> {
    // Information that names no provider is shown only of the reader's own.
    let of = line.provider.as_deref().unwrap_or(viewer.provider.id.as_str());
    for section in &line.sections {
        resource(xml, resource_type(*section), patient, of, line.unit.as_deref())?;
    }
    Ok(())
}

fn resource<W: Write>(
    xml: &mut Element<W>,
    kind: &str,
    patient: &PersonIdentifier,
    of: &str,
    made_at: Option<&str>,
) -> io::Result<()> {
    xml.within("log:resource", |xml| {
        xml.text("log:resourceType", kind)?;
        xml.within("log:patient", |xml| {
            xml.within("log:patientId", |xml| {
                let system = patient.kind().system();
                xml.text("log:root", system.strip_prefix("urn:oid:").unwrap_or(system))?;
                xml.text("log:extension", patient.digits())
            })
        })?;
        provider(xml, of)?;
        made_at.map_or(Ok(()), |made_at| unit(xml, made_at, None))
    })
}

fn provider<W: Write>(xml: &mut Element<W>, id: &str) -> io::Result<()> {
    xml.within("log:careProvider", |xml| xml.text("log:careProviderId", id))
}

fn unit<W: Write>(xml: &mut Element<W>, id: &str, name: Option<&str>) -> io::Result<()> {
    xml.within("log:careUnit", |xml| {
        xml.text("log:careUnitId", id)?;
        name.map_or(Ok(()), |name| xml.text("log:careUnitName", name))
    })
}

struct Element<W: Write> {
    xml: Writer<W>,
}

impl<W: Write> Element<W> {
    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.xml.write_event(Xml::Start(BytesStart::new(name)))?;
        inside(self)?;
        self.xml.write_event(Xml::End(BytesEnd::new(name)))
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.within(name, |element| element.xml.write_event(Xml::Text(BytesText::new(text))))
    }
}
