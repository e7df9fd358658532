//! Where a record comes from: patient as stated, provider, unit, author, signature.
//!
//! Order of trust: `Provenance` resources about the record, our own extensions on it, its own elements.
//! Not here: what the record says. Invariant: the patient is what the record's own subject states; the query only chooses
//! between several identifiers that the source itself states for that one patient.

use samsyn_adapter::{
    Language,
    types::{Actor, Extension, Identifier, Organisation, Phone, Provenance, Signature, Signing},
};

use crate::{
    hours,
    node::{BASE, Node},
    pool::{Pool, local_address},
};

/// HSA-id: HL7 Sweden's OID and the one of the national service contracts mean the same.
const HSA: [&str; 2] = ["1.2.752.29.4.19", "1.2.752.129.2.1.4.1"];
/// Swedish organisation number.
const ORGANISATION_NUMBER: &str = "2.5.4.97";
/// How far `partOf` is followed.
const MAX_PART_OF: usize = 6;

/// What `meta.source` names in this source (setting `meta-source`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetaSource {
    /// The system; says nothing of who is responsible.
    #[default]
    System,
    /// The responsible provider.
    Provider,
    /// The responsible unit.
    Unit,
}

/// Reads records out of a pool.
#[derive(Debug)]
pub struct Reader<'p> {
    /// Every resource of the lookup.
    pub pool: &'p Pool,
    /// The identifiers asked for; used only to choose among those the source states.
    pub asked: &'p [Identifier],
    /// Language of the few words the adapter writes itself.
    pub language: Language,
    /// What `meta.source` names.
    pub meta_source: MetaSource,
    /// Category codes that mean consent to sammanhållen vård- och omsorgsdokumentation in this source.
    pub shared_record_codes: Vec<String>,
    /// Provider of records that name none, when the administrator trusts the document's custodian to be it.
    pub document_custodian: Option<Organisation>,
}

/// The elements of a resource that say who is responsible, by role.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    /// Elements that name who made the record, best first; a dot leads into an element.
    pub author: &'static [&'static str],
    /// Elements that name the organisation, best first.
    pub organisation: &'static [&'static str],
    /// Elements that say when it was made, best first.
    pub recorded: &'static [&'static str],
}

impl<'p> Reader<'p> {
    /// The provenance of a record.
    pub fn provenance(&self, record: Node<'p>, roles: Roles) -> Provenance {
        let stated = self.pool.provenances(record).next();
        let mut provenance = Provenance {
            id: Self::record_id(record),
            patient: self.patient(record),
            care_provider: None,
            care_unit: None,
            information_type: record.ext("information-type").text().or_else(|| information_type(record)),
            recorded: None,
            author: None,
            signing: Signing::NotStated,
            link: record.ext("link").text(),
            extensions: extras(record),
        };
        match stated {
            Some(stated) => self.read_provenance(stated, &mut provenance),
            None => self.read_elements(record, roles, &mut provenance),
        }
        self.read_meta_source(record, &mut provenance);
        provenance
    }

    /// Id that stays the same: our own record id, otherwise `Type/id`, otherwise the first business identifier.
    fn record_id(record: Node<'_>) -> String {
        let own = format!("{BASE}record-id");
        let identifiers = record.get("identifier");
        let stated =
            identifiers.items().find(|item| item.get("system").is(&own)).and_then(|item| item.get("value").text());
        // A number of a person is nobody's record id.
        let is_persons =
            |item: &Node<'_>| item.get("system").str().is_some_and(|system| person_system(system).is_some());
        let business = || identifiers.items().find(|item| !is_persons(item)).and_then(|item| item.get("value").text());
        let kind = || record.get("resourceType").text().filter(|kind| kind == "Patient");
        stated.or_else(|| local_address(record)).or_else(business).or_else(kind).unwrap_or_default()
    }

    /// The patient as the record states it.
    pub fn patient(&self, record: Node<'p>) -> Option<Identifier> {
        if record.get("resourceType").is("Patient") {
            return self.best_identifier(record.get("identifier"));
        }
        let subject =
            ["subject", "patient", "beneficiary"].iter().map(|key| record.get(key)).find(|node| node.exists())?;
        self.best_identifier(subject.get("identifier"))
            .or_else(|| self.best_identifier(self.pool.target(record, subject).get("identifier")))
    }

    fn best_identifier(&self, identifiers: Node<'p>) -> Option<Identifier> {
        let current = |item: &Node<'_>| !item.get("use").is("old");
        let stated: Vec<Identifier> = identifiers.items().filter(current).filter_map(identifier).collect();
        let asked = stated.iter().find(|item| self.asked.iter().any(|asked| same(asked, item)));
        asked.or_else(|| stated.iter().find(|item| person_system(&item.system).is_some())).or(stated.first()).cloned()
    }

    fn read_provenance(&self, stated: Node<'p>, provenance: &mut Provenance) {
        provenance.recorded = stated.get("recorded").when().or_else(|| stated.ext("recorded").when());
        for agent in stated.get("agent").items() {
            let organisation = || {
                let behalf = self.organisation(stated, agent.get("onBehalfOf"));
                behalf.or_else(|| self.organisation(stated, agent.get("who")))
            };
            if agent.get("type").has_code(&["custodian"]) {
                provenance.care_provider = provenance.care_provider.take().or_else(organisation);
            } else if agent.get("type").has_code(&["author"]) {
                provenance.care_unit = provenance.care_unit.take().or_else(organisation);
                if !self.is_organisation(stated, agent.get("who")) {
                    provenance.author = provenance.author.take().or_else(|| self.actor(stated, agent.get("who")));
                }
            }
        }
        let signature = stated.get("signature").first();
        if signature.exists() {
            let by = self.actor(stated, signature.get("who"));
            let at = signature.get("when").when().or_else(|| signature.ext("signed-at").when());
            provenance.signing = Signing::Signed(Signature { at, by });
        } else if stated.ext("signing").is("unsigned") {
            provenance.signing = Signing::Unsigned;
        }
    }

    fn read_elements(&self, record: Node<'p>, roles: Roles, provenance: &mut Provenance) {
        let first = |paths: &[&str]| {
            let at = |path: &&str| path.split('.').fold(record, |node, key| node.get(key).first());
            paths.iter().map(at).find(|node| node.exists())
        };
        provenance.recorded = roles.recorded.iter().find_map(|key| record.get(key).when());
        if let Some(author) = first(roles.author) {
            provenance.author = self.actor(record, author).filter(|_| !self.is_organisation(record, author));
            let unit = provenance.author.as_ref().and_then(|actor| actor.unit.clone());
            provenance.care_unit =
                unit.or_else(|| self.organisation(record, author).filter(|_| self.is_organisation(record, author)));
        }
        if let Some(stated) = first(roles.organisation) {
            let unit = self.organisation(record, stated);
            provenance.care_unit = unit.or(provenance.care_unit.take());
            provenance.care_provider = self.provider_above(record, stated);
        }
        if provenance.care_provider.is_none()
            && let Some(author) = first(roles.author)
        {
            provenance.care_provider = self.provider_above(record, author);
        }
        provenance.care_unit = self.organisation(record, record.ext("care-unit")).or(provenance.care_unit.take());
        provenance.care_provider = self
            .organisation(record, record.ext("care-provider"))
            .or(provenance.care_provider.take())
            .or_else(|| self.document_custodian.clone());
        if record.ext("signing").is("unsigned") || record.get("docStatus").is("preliminary") {
            provenance.signing = Signing::Unsigned;
        } else if record.get("authenticator").exists() {
            let by = self.actor(record, record.get("authenticator"));
            provenance.signing = Signing::Signed(Signature { at: None, by });
        }
    }

    /// `meta.source = urn:oid:1.2.752.129.2.1.4.1#HSAID`, when the administrator says what it names.
    fn read_meta_source(&self, record: Node<'p>, provenance: &mut Provenance) {
        let source = record.get("meta").get("source").str().and_then(|source| source.rsplit_once('#'));
        let Some((_, id)) = source.filter(|(system, id)| is_hsa(system) && !id.is_empty()) else { return };
        let named = Some(Organisation { id: Some(id.to_owned()), name: None });
        match self.meta_source {
            MetaSource::System => {}
            MetaSource::Provider => provenance.care_provider = provenance.care_provider.take().or(named),
            MetaSource::Unit => provenance.care_unit = provenance.care_unit.take().or(named),
        }
    }

    /// The topmost organisation that has an id and stands above the one referred to (`partOf`).
    fn provider_above(&self, owner: Node<'p>, reference: Node<'p>) -> Option<Organisation> {
        let mut at = self.pool.target(owner, reference);
        if !at.get("resourceType").is("Organization") {
            at = self.pool.target(owner, at.get("organization"));
        }
        let mut top = None;
        for _ in 0..MAX_PART_OF {
            let parent = at.get("partOf");
            if !parent.exists() {
                break;
            }
            top = self.organisation(at, parent).filter(|organisation| organisation.id.is_some()).or(top);
            at = self.pool.target(at, parent);
        }
        top
    }

    fn is_organisation(&self, owner: Node<'p>, reference: Node<'p>) -> bool {
        let target = self.pool.target(owner, reference);
        target.get("resourceType").is("Organization")
            || reference.get("type").is("Organization")
            || reference.get("reference").str().is_some_and(|address| address.starts_with("Organization/"))
    }

    /// The organisation a `Reference` names, by target or by what the reference itself says.
    pub fn organisation(&self, owner: Node<'p>, reference: Node<'p>) -> Option<Organisation> {
        let target = self.pool.target(owner, reference);
        if target.get("resourceType").is("PractitionerRole") {
            return self.organisation(target, target.get("organization"));
        }
        if target.exists() && !target.get("resourceType").is("Organization") {
            return None;
        }
        let id = organisation_id(target.get("identifier")).or_else(|| organisation_id(reference.get("identifier")));
        let name = target.get("name").text().or_else(|| reference.get("display").text());
        (id.is_some() || name.is_some()).then_some(Organisation { id, name })
    }

    /// The person a `Reference` names, with role and unit.
    pub fn actor(&self, owner: Node<'p>, reference: Node<'p>) -> Option<Actor> {
        let target = self.pool.target(owner, reference);
        let display = || reference.get("display").text();
        let actor = match target.get("resourceType").str() {
            Some("PractitionerRole") => {
                let who = target.get("practitioner");
                let practitioner = self.practitioner(target, who);
                let role = target.get("code").first().words().or(practitioner.role);
                let unit = self.organisation(target, target.get("organization"));
                Actor { name: practitioner.name.or_else(display), role, id: practitioner.id, unit }
            }
            Some("Organization") => {
                let unit = self.organisation(owner, reference);
                Actor { name: None, role: None, id: None, unit }
            }
            Some("Patient" | "RelatedPerson") => Actor { name: person_name(target), role: None, id: None, unit: None },
            _ => self.practitioner(owner, reference),
        };
        let says_something = actor.name.is_some() || actor.id.is_some() || actor.role.is_some() || actor.unit.is_some();
        says_something.then_some(actor)
    }

    fn practitioner(&self, owner: Node<'p>, reference: Node<'p>) -> Actor {
        let target = self.pool.target(owner, reference);
        let id = hsa_id(target.get("identifier")).or_else(|| hsa_id(reference.get("identifier")));
        let name = person_name(target).or_else(|| reference.get("display").text());
        Actor { name, role: target.get("qualification").first().get("code").words(), id, unit: None }
    }
}

/// One telephone number of a `ContactPoint`; none for other kinds of address.
pub fn phone(point: Node<'_>) -> Option<Phone> {
    if !matches!(point.get("system").str(), Some("phone" | "sms" | "pager") | None) {
        return None;
    }
    let value = point.get("value").text()?;
    Some(Phone {
        number: value.strip_prefix("tel:").map_or(value.clone(), str::to_owned),
        openings: hours::openings(point),
        note: point.ext("phone-note").text(),
        staff_only: point.ext("staff-only").flag().unwrap_or(false),
    })
}

/// Telephone numbers of a list of `ContactPoint`.
pub fn phones(points: Node<'_>) -> Vec<Phone> {
    points.items().filter_map(phone).collect()
}

/// `Given Family` of a `HumanName`, or its text.
pub fn person_name(resource: Node<'_>) -> Option<String> {
    let name = official_name(resource);
    let given: Vec<&str> = name.get("given").items().filter_map(Node::str).collect();
    let parts: Vec<&str> = given.into_iter().chain(name.get("family").str()).collect();
    name.get("text").text().or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
}

/// The name in use: official before usual before the first.
pub fn official_name(resource: Node<'_>) -> Node<'_> {
    let names = resource.get("name");
    let of_use = |kind: &str| names.items().find(|name| name.get("use").is(kind));
    of_use("official").or_else(|| of_use("usual")).unwrap_or_else(|| names.first())
}

fn identifier(item: Node<'_>) -> Option<Identifier> {
    let system = item.get("system").text()?;
    let value = item.get("value").text()?;
    let value = match person_system(&system) {
        Some(_) => value.chars().filter(|c| !matches!(c, '-' | ' ')).collect(),
        None => value,
    };
    Some(Identifier { system, value })
}

/// The kind of a person identifier system, whichever way it is written.
pub fn person_system(system: &str) -> Option<&'static str> {
    match system.strip_prefix("urn:oid:").unwrap_or(system) {
        "1.2.752.129.2.1.3.1" | "http://electronichealth.se/identifier/personnummer" => Some("personal-number"),
        "1.2.752.129.2.1.3.3" | "http://electronichealth.se/identifier/samordningsnummer" => {
            Some("coordination-number")
        }
        "1.2.752.74.9.1" | "http://electronichealth.se/identifier/nationelltReservnummer" => Some("reserve-number"),
        _ => None,
    }
}

fn same(asked: &Identifier, stated: &Identifier) -> bool {
    let same_system = match (person_system(&asked.system), person_system(&stated.system)) {
        (Some(asked), Some(stated)) => asked == stated,
        _ => asked.system == stated.system,
    };
    same_system && asked.value.eq_ignore_ascii_case(&stated.value)
}

/// Whether the server gave somebody else than was asked for: its `Patient` states numbers of persons, and none is one of those asked.
pub fn names_somebody_else(pool: &Pool, asked: &[Identifier]) -> bool {
    let numbers = |patient: Node<'_>| -> Vec<Identifier> {
        let stated = patient.get("identifier").items().filter_map(identifier);
        stated.filter(|item| person_system(&item.system).is_some()).collect()
    };
    let stated: Vec<Identifier> = pool.of_kind("Patient").flat_map(numbers).collect();
    !stated.is_empty() && !stated.iter().any(|item| asked.iter().any(|asked| same(asked, item)))
}

fn is_hsa(system: &str) -> bool {
    HSA.contains(&system.strip_prefix("urn:oid:").unwrap_or(system))
}

fn hsa_id(identifiers: Node<'_>) -> Option<String> {
    let mut hsa = identifiers.items().filter(|item| item.get("system").str().is_some_and(is_hsa));
    hsa.find_map(|item| item.get("value").text())
}

fn organisation_id(identifiers: Node<'_>) -> Option<String> {
    let number = |item: &Node<'_>| {
        let system = item.get("system").str().unwrap_or_default();
        system.strip_prefix("urn:oid:").unwrap_or(system) == ORGANISATION_NUMBER
    };
    hsa_id(identifiers).or_else(|| identifiers.items().find(number).and_then(|item| item.get("value").text()))
}

/// National information type among the security labels.
fn information_type(record: Node<'_>) -> Option<String> {
    let labels = record.get("meta").get("security");
    let national =
        |label: &Node<'_>| label.get("system").str().is_some_and(|system| system.ends_with("1.2.752.129.2.2.2.1"));
    labels.items().find(national).and_then(|label| label.get("code").text())
}

fn extras(record: Node<'_>) -> Vec<Extension> {
    let extra = |item: Node<'_>| Some(Extension { key: item.part("key").text()?, value: item.part("value").text()? });
    record.exts("extra").filter_map(extra).collect()
}
