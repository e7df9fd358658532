//! Small builders for seeded records: a clock, a case, and one constructor per entry type with everything optional left out.
//!
//! Not here: who the people are. Invariant: every entry gets its provenance from [`Case::add`], complete and naming the patient.
//! To add an entry type: a constructor below and a line in `into_entry!`.

use std::collections::BTreeMap;

use jiff::{
    Span, Timestamp, Zoned,
    civil::{Date, Time},
};
use samsyn_domain::{
    access::Block,
    entry::{
        Alert, CareLimit, Consent, Contact, Document, Entry, FunctionalAssessment, Infection, Life, Medication,
        Opening, PersonDetails, Phone, Plan, Service, Vaccination, Weekday,
    },
    identifier::PersonIdentifier,
    provenance::{Actor, Concept, Provenance, Signing},
    section::Section,
    source::OrganisationId,
    time::{When, sweden},
    vocabulary::{
        AlertKind, AuthorKind, ConsentGiver, ConsentKind, ConsentStatus, ContactKind, InfectionCertainty, LimitNature,
        Phase, PlanKind, ServiceKind, ServicePhase,
    },
};

use super::{
    DemoPerson,
    origin::{Origin, REGISTER},
};
use crate::{
    fault::{Behaviour, Conduct},
    holdings::PatientRecords,
};

/// Days and moments counted from the moment the demo was started, in Swedish local time.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    now: Zoned,
}

impl Clock {
    pub fn new(now: &Zoned) -> Self {
        Self { now: now.with_time_zone(sweden()) }
    }

    /// The local date this many days ago; negative is ahead.
    pub fn date(&self, days_ago: i32) -> Date {
        self.now.date().saturating_sub(Span::new().days(days_ago))
    }

    /// The same as a day without time.
    pub fn day(&self, days_ago: i32) -> When {
        When::Day(self.date(days_ago))
    }

    /// A local time of day, without offset: what most Swedish systems keep.
    pub fn local(&self, days_ago: i32, hour: i8, minute: i8) -> When {
        When::Local(self.date(days_ago).at(hour, minute, 0, 0))
    }

    /// Whether an hour of that day, e.g. `09:00`, is past.
    pub fn has_passed(&self, days_ago: i32, hour: &str) -> bool {
        let day = self.date(days_ago);
        hour.parse::<Time>().is_ok_and(|time| day.to_datetime(time) <= self.now.datetime())
    }

    /// An instant some minutes ago, whole seconds.
    pub fn minutes_ago(&self, minutes: i64) -> When {
        let second = self.now.timestamp().as_second() - minutes * 60;
        When::Instant(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// When a record of that day was made: mid-morning, but never in the future.
    fn recorded(&self, source: &str, days_ago: i32) -> When {
        if days_ago <= 0 {
            return self.minutes_ago(60);
        }
        let local = self.date(days_ago).at(10, 15, 0, 0);
        if source != "cosmic-region" {
            return When::Local(local);
        }
        local.to_zoned(sweden()).map_or(When::Local(local), |zoned| When::Instant(zoned.timestamp()))
    }
}

/// One invented person while being put together.
pub(crate) struct Case {
    pub clock: Clock,
    pub person: DemoPerson,
    pub identifier: PersonIdentifier,
    pub details: PersonDetails,
    pub records: BTreeMap<&'static str, PatientRecords>,
    pub blocks: Vec<Block>,
    pub links: Vec<OrganisationId>,
    pub behaviours: Vec<Behaviour>,
    first_origins: BTreeMap<&'static str, Origin>,
    taken_for: BTreeMap<&'static str, PersonDetails>,
    number: usize,
    made: usize,
    in_register: bool,
}

/// Who a case is about: identifier, given name, family name, home organisation.
pub(crate) type Who = (&'static str, &'static str, &'static str, &'static str);

impl Case {
    /// A living person, known to the population register and to the region's record system.
    pub fn new(
        clock: &Clock,
        number: usize,
        (digits, given, family, home): Who,
        shows: &[&'static str],
    ) -> Option<Self> {
        let identifier = PersonIdentifier::stated(digits).ok()?;
        let birth = identifier.birth_date();
        let details = PersonDetails {
            identifier: identifier.to_identifier(),
            given_name: Some(given.to_owned()),
            family_name: Some(family.to_owned()),
            birth_date: birth.map(When::Day),
            sex: identifier.sex(),
            protection: None,
            life: Life::Alive,
            interpreter_language: None,
            communication_need: None,
            provenance: Provenance::new(format!("p{number:02}")),
        };
        let mut case = Self {
            clock: clock.clone(),
            person: DemoPerson {
                personal_number: digits.to_owned(),
                name: format!("{given} {family}"),
                organisation: OrganisationId::new(home),
                shows: shows.to_vec(),
            },
            identifier,
            details,
            records: BTreeMap::new(),
            blocks: Vec::new(),
            links: Vec::new(),
            behaviours: Vec::new(),
            first_origins: BTreeMap::new(),
            taken_for: BTreeMap::new(),
            number,
            made: 0,
            in_register: true,
        };
        case.known_by(&super::origin::HEALTH_CENTRE);
        Some(case)
    }

    /// Newborns and visitors are not in the population register.
    pub const fn not_in_register(&mut self) -> &mut Self {
        self.in_register = false;
        self
    }

    /// The source knows the person, with or without records; the organisation is thereby linked.
    pub fn known_by(&mut self, origin: &Origin) -> &mut Self {
        self.records.entry(origin.source).or_default();
        self.first_origins.entry(origin.source).or_insert(*origin);
        self.link(origin)
    }

    /// Every organisation in the agreed index, so that every source is asked.
    pub fn linked_everywhere(mut self) -> Self {
        for organisation in crate::sources::all().into_iter().map(|source| source.organisation) {
            if !self.links.contains(&organisation) && organisation.as_str() != "nationella" {
                self.links.push(organisation);
            }
        }
        self
    }

    fn link(&mut self, origin: &Origin) -> &mut Self {
        let organisation = crate::sources::all()
            .into_iter()
            .find(|source| source.id.as_str() == origin.source)
            .map(|source| source.organisation)
            .filter(|organisation| organisation.as_str() != "nationella");
        if let Some(organisation) = organisation
            && !self.links.contains(&organisation)
        {
            self.links.push(organisation);
        }
        self
    }

    /// Adds a record that `origin` made and signed so many days ago.
    pub fn add<E: IntoEntry>(
        &mut self,
        origin: &Origin,
        days_ago: i32,
        make: impl FnOnce(Provenance, &Clock) -> E,
    ) -> &mut Self {
        self.known_by(origin);
        self.made += 1;
        let provenance = self.provenance(origin, days_ago, format!("p{:02}-{:03}", self.number, self.made));
        let mut entry = make(provenance, &self.clock).into_entry();
        if entry.provenance().information_type.is_none() {
            entry.provenance_mut().information_type = Some(information_type(entry.section()).to_owned());
        }
        self.records.entry(origin.source).or_default().entries.push(entry);
        self
    }

    /// The source states that there are none of these.
    pub fn states_none(&mut self, origin: &Origin, section: Section) -> &mut Self {
        self.known_by(origin);
        self.records.entry(origin.source).or_default().stated_none.push(section);
        self
    }

    /// For this person the source answers in a certain way.
    pub fn behaves(&mut self, origin: &Origin, conduct: Conduct) -> &mut Self {
        self.behaviours.push(Behaviour {
            source: samsyn_domain::source::SourceId::new(origin.source),
            identifier: self.identifier.digits().to_owned(),
            conduct,
        });
        self
    }

    /// The source has this number on somebody else, as when it was mistyped at a registration.
    pub fn takes_for_another(&mut self, origin: &Origin, (given, family): (&str, &str), born: Date) -> &mut Self {
        self.known_by(origin);
        let other = PersonDetails {
            given_name: some(given),
            family_name: some(family),
            birth_date: Some(When::Day(born)),
            ..self.details.clone()
        };
        self.taken_for.insert(origin.source, other);
        self
    }

    fn provenance(&self, origin: &Origin, days_ago: i32, id: String) -> Provenance {
        let recorded = self.clock.recorded(origin.source, days_ago);
        Provenance {
            patient: Some(self.identifier.to_identifier()),
            care_provider: Some(origin.provider()),
            care_unit: Some(origin.unit()),
            recorded: Some(recorded.clone()),
            author: Some(origin.author()),
            signing: Signing::Signed { at: Some(recorded), by: Some(origin.author()) },
            ..Provenance::new(id)
        }
    }

    /// Puts the banner into every source that knows the person, and sorts entries newest first.
    pub fn finish(mut self) -> Self {
        if self.in_register {
            self.records.entry(REGISTER.source).or_default();
            self.first_origins.insert(REGISTER.source, REGISTER);
        }
        let origins = std::mem::take(&mut self.first_origins);
        for (source, origin) in &origins {
            let mut provenance = self.provenance(origin, 400, format!("p{:02}", self.number));
            provenance.information_type = Some("pat".to_owned());
            let states_life = matches!(*source, "folkbokforing" | "cosmic-region");
            let life = if states_life { self.details.life.clone() } else { Life::NotStated };
            let stated = self.taken_for.get(source).unwrap_or(&self.details);
            let details = PersonDetails { provenance, life, ..stated.clone() };
            if let Some(records) = self.records.get_mut(source) {
                records.person = Some(details);
                let zone = sweden();
                records.entries.sort_by_key(|entry| {
                    std::cmp::Reverse(entry.provenance().recorded.as_ref().and_then(|when| when.order_key(&zone)))
                });
            }
        }
        self
    }
}

/// National information type of a section's records (KV informationstyp), where the section has one.
const fn information_type(section: Section) -> &'static str {
    match section {
        Section::Alerts | Section::CareLimits => "upp",
        Section::Medications => "lak",
        Section::Plans => "vpo",
        Section::Services | Section::Contacts => "vko",
        Section::FunctionalStatus => "fun",
        Section::Covid19 | Section::Consents | Section::Documents => "voo",
    }
}

/// Turns an entry type into an [`Entry`].
pub(crate) trait IntoEntry {
    fn into_entry(self) -> Entry;
}

macro_rules! into_entry {
    ($($entry:ident),+) => {
        $(impl IntoEntry for $entry {
            fn into_entry(self) -> Entry {
                Entry::$entry(std::sync::Arc::new(self))
            }
        })+
    };
}
into_entry!(
    Alert,
    CareLimit,
    Service,
    Contact,
    Medication,
    FunctionalAssessment,
    Plan,
    Vaccination,
    Infection,
    Consent,
    Document
);

/// The same record without signature.
pub(crate) fn unsigned(provenance: Provenance) -> Provenance {
    Provenance { signing: Signing::Unsigned, ..provenance }
}

/// Owned text, in a field a source may lack.
#[expect(clippy::unnecessary_wraps, reason = "fields a source may lack are options")]
pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Somebody by name and role.
pub(crate) fn actor(name: &str, role: &str) -> Actor {
    Actor { name: some(name), role: some(role), id: None, unit: None }
}

/// A SNOMED CT term.
pub(crate) fn snomed(text: &str, code: &str) -> Concept {
    Concept::coded(text, "http://snomed.info/sct", code)
}

/// An ATC-coded substance or vaccine.
pub(crate) fn atc(text: &str, code: &str) -> Concept {
    Concept::coded(text, "http://www.whocc.no/atc", code)
}

/// Every day of the week.
pub(crate) const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];
/// Monday to Friday.
pub(crate) const WORKDAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// A weekly opening.
pub(crate) fn open(days: &[Weekday], from: &str, to: &str) -> Opening {
    Opening { days: days.to_vec(), from: some(from), to: some(to) }
}

/// Open round the clock.
pub(crate) fn always_open() -> Vec<Opening> {
    vec![Opening { days: EVERY_DAY.to_vec(), from: None, to: None }]
}

/// A number whose hours are not stated.
pub(crate) fn phone(number: &str) -> Phone {
    Phone { number: number.to_owned(), openings: Vec::new(), note: None, staff_only: false }
}

/// A number for staff only.
pub(crate) fn staff_phone(number: &str, note: &str) -> Phone {
    Phone { note: some(note), staff_only: true, ..phone(number) }
}

pub(crate) fn care_limit(
    text: &str,
    nature: LimitNature,
    author_kind: AuthorKind,
    provenance: Provenance,
) -> CareLimit {
    CareLimit {
        text: text.to_owned(),
        nature,
        measures: Vec::new(),
        grounds: None,
        author_kind,
        decided_by: provenance.author.clone(),
        consulted: Vec::new(),
        patient_attitude: None,
        relatives_attitude: None,
        decided: None,
        valid_from: None,
        valid_to: None,
        reassessed: None,
        phase: Phase::Current,
        decision_id: None,
        provenance,
    }
}

pub(crate) fn alert(kind: AlertKind, text: &str, provenance: Provenance) -> Alert {
    Alert {
        kind,
        text: text.to_owned(),
        severity: None,
        certainty: None,
        agent: None,
        label: None,
        comment: None,
        noted: None,
        valid_from: None,
        valid_to: None,
        provenance,
    }
}

pub(crate) fn service(kind: ServiceKind, phase: ServicePhase, text: &str, provenance: Provenance) -> Service {
    Service {
        kind,
        phase,
        text: some(text),
        started: None,
        ended: None,
        last_noted: None,
        events: Vec::new(),
        unit: provenance.care_unit.clone(),
        phones: Vec::new(),
        provenance,
    }
}

pub(crate) fn contact(kind: ContactKind, name: &str, role: &str, number: &str, provenance: Provenance) -> Contact {
    let is_relative = kind.is_relative();
    Contact {
        kind,
        protection: None,
        name: some(name),
        role: some(role),
        unit: provenance.care_unit.clone().filter(|_| !is_relative),
        order: None,
        may_be_informed: None,
        call_at_night: None,
        openings: Vec::new(),
        absent: None,
        substitute: None,
        phones: vec![phone(number)],
        note: None,
        valid_from: None,
        valid_to: None,
        provenance,
    }
}

pub(crate) fn medication(drug: Concept, dosage: &str, provenance: Provenance) -> Medication {
    Medication {
        drug,
        dosage: some(dosage),
        dose_dispensed: None,
        separate_instruction: None,
        handled_by: None,
        phase: Phase::Current,
        as_needed: None,
        indication: None,
        started: provenance.recorded.clone().map(day_of),
        ended: None,
        provenance,
    }
}

/// The local day of a moment: medicines are started on a day.
fn day_of(when: When) -> When {
    when.first_day(&sweden()).map_or(when, When::Day)
}

pub(crate) fn ability(what: Concept, assessment: &str, provenance: Provenance) -> FunctionalAssessment {
    FunctionalAssessment {
        what,
        assessment: assessment.to_owned(),
        level: None,
        assessed: provenance.recorded.clone().map(day_of),
        provenance,
    }
}

pub(crate) fn plan(kind: PlanKind, title: &str, provenance: Provenance) -> Plan {
    Plan {
        kind,
        title: title.to_owned(),
        instruction: None,
        text: None,
        phase: Phase::Active,
        responsible: provenance.author.clone(),
        participants: Vec::new(),
        decided: provenance.recorded.clone().map(day_of),
        valid_from: None,
        valid_to: None,
        next_follow_up: None,
        provenance,
    }
}

pub(crate) fn vaccination(disease: Concept, vaccine: Concept, date: When, provenance: Provenance) -> Vaccination {
    Vaccination {
        target_diseases: vec![disease],
        vaccine: Some(vaccine),
        batch: None,
        date: Some(date),
        dose_number: None,
        prescribed_doses: None,
        dose_complete: None,
        unique_reference: None,
        note: None,
        performer: provenance.author.clone(),
        provenance,
    }
}

pub(crate) fn infection(what: Concept, certainty: InfectionCertainty, provenance: Provenance) -> Infection {
    Infection { what, certainty, method: None, date: None, ended: None, ongoing: None, precautions: None, provenance }
}

pub(crate) fn consent(kind: ConsentKind, status: ConsentStatus, text: &str, provenance: Provenance) -> Consent {
    Consent {
        kind,
        status,
        text: some(text),
        given_to: Vec::new(),
        given_by: ConsentGiver::Patient,
        valid_from: provenance.recorded.clone().map(day_of),
        valid_to: None,
        provenance,
    }
}

pub(crate) fn document(kind: Concept, title: &str, text: &str, provenance: Provenance) -> Document {
    Document {
        kind,
        title: title.to_owned(),
        date: provenance.recorded.clone(),
        unit: provenance.care_unit.clone(),
        text: some(text),
        media_type: some("text/plain"),
        provenance,
    }
}

/// Covid-19 as target disease and as infection.
pub(crate) fn covid() -> Concept {
    snomed("Covid-19", "840539006")
}

/// The mRNA covid vaccine.
pub(crate) fn covid_vaccine() -> Concept {
    atc("Comirnaty", "J07BN01")
}
