//! The overview as it is shown: one canonical form that HTML, print and JSON are projections of.
//!
//! Rooms: the types and [`Overview::to_json`] here · `read` the same from JSON · `replay` for somebody who looks later. How they are filled: `merge`.
//! Invariant: whatever is on the screen is in here, and nothing is on the screen that is not.

mod read;
mod replay;

use jiff::{Timestamp, Zoned, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    access::{Access, Basis, Emergency},
    alert_line::AlertLineItem,
    badge::Badge,
    completeness::Completeness,
    consent_view::{AskConsent, ConsentHere},
    entry::{Entry, Life},
    identifier::PersonIdentifier,
    limits_view::{Conflict, NotChecked, Validity},
    section::Section,
    source::{OrganisationId, SourceId},
    state::State,
    time::When,
    viewer::Scope,
    vocabulary::{Protection, Sex},
};

pub use read::NotAnOverview;

/// Everything of one opening.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The banner.
    pub person: Person,
    /// Whose information was asked for: the own provider's, or that of others as well.
    pub scope: Scope,
    /// The ground for reaching others, or what it lacks.
    pub access: Access,
    /// Consents registered in the portal; beside what sources report of consents, and never among it. None when they could not be
    /// read: then nobody knows.
    pub consents_here: Option<Vec<ConsentHere>>,
    /// Danger to life that the viewer has opened.
    pub emergency: Option<Emergency>,
    /// It is time to ask for consent.
    pub ask_consent: Option<AskConsent>,
    /// One line directly under the name.
    pub alert_line: Vec<AlertLineItem>,
    /// True for care providers when blocked information exists; otherwise none, also when nothing is blocked.
    pub blocked_exists: Option<bool>,
    /// A block has been lifted for the viewer; what it would have hidden is marked.
    pub block_lifted: bool,
    /// One per service kind, in registry order.
    pub badges: Vec<Badge>,
    /// First day of the "recently" window.
    pub recent_since: Date,
    /// How many sources answered.
    pub completeness: Completeness,
    /// The ten sections in page order.
    pub sections: Vec<SectionView>,
    /// The moment of the opening: every "now" on the page is this one.
    pub opened_at: Zoned,
    /// No source is awaited any more.
    pub finished: bool,
    /// The closing text on the care-limit card when the organisation has its own; none is the national default.
    pub care_limit_text: Option<String>,
}

/// What is known of who the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The identifier the viewer typed, normalised.
    pub identifier: PersonIdentifier,
    /// Whether the sources agree.
    pub identity: Identity,
    /// Given and family name; none while waiting, unanswered or in conflict.
    pub name: Option<String>,
    /// Age in whole years at the opening, from the identifier or the source.
    pub age: Option<i16>,
    /// From the source, else from the identifier.
    pub sex: Option<Sex>,
    /// Alive, deceased, not stated.
    pub life: Life,
    /// Language an interpreter is needed for.
    pub interpreter_language: Option<String>,
    /// How to communicate.
    pub communication_need: Option<String>,
    /// Protected identity, when a source says so.
    pub protection: Option<Protection>,
    /// Whether places, phones and source names are masked: protected, or protection not yet ruled out.
    pub places_masked: bool,
}

/// Whether the sources agree on who this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// No source has answered yet.
    Waiting,
    /// At least one source named the person, and none contradicts it.
    Confirmed,
    /// No source could say; number and age only.
    Unanswered,
    /// Sources disagree: no content is shown.
    Conflict,
    /// Sources answered and none knows this identifier.
    Unknown,
}

/// One section as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionView {
    /// Which.
    pub name: Section,
    /// One per source that was considered, in a stable order.
    pub cells: Vec<Cell>,
    /// Merged entries in reading order; duplicates linked, never dropped.
    pub entries: Vec<ShownEntry>,
    /// Care limits only: current positions that differ.
    pub conflict: Option<Conflict>,
    /// Care limits only: where they could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// Covid-19 only.
    pub covid: Option<CovidSummary>,
    /// The viewer's role sees only a part of this section (plans for staff without licence).
    pub role_limited: bool,
    /// Others' sources were not asked; said the same way for every patient ("Ej efterfrågat hos andra").
    pub others_not_asked: bool,
    /// Contacts only: SIP or ready-for-discharge glows, everyone answered, and nobody is named care contact.
    pub named_care_contact_missing: bool,
}

/// What one source says of one section, as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The source.
    pub source: SourceId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// `Fjällnäs kommun (Viva)`; a neutral word when places are masked.
    pub label: String,
    /// The state.
    pub state: State,
    /// When the answer was complete; none while waiting or when not asked.
    pub fetched_at: Option<Timestamp>,
    /// Arrived after the page was complete.
    pub late: bool,
    /// Whom to call.
    pub phone: Option<String>,
    /// A source that is not asked after repeated failures: failing since.
    pub failing_since: Option<Timestamp>,
    /// Why it may be asked, or that it may not; none when places are masked.
    pub decision: Option<CellDecision>,
}

/// On what a source is asked or listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellDecision {
    /// The own provider's.
    Own,
    /// Another authority's of the own region or municipality (PDL 5:4).
    OtherAuthority,
    /// Another provider's, which the ground does not open.
    NotPermitted,
    /// Another provider's, on this ground.
    #[serde(untagged)]
    On(Basis),
}

/// One entry as shown.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the page; none excludes another")]
pub struct ShownEntry {
    /// What the source said.
    pub entry: Entry,
    /// Which source.
    pub source: SourceId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Its label.
    pub label: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Arrived after the page was complete.
    pub late: bool,
    /// Whether it holds now; care limits, plans, alerts, consents, medicines.
    pub validity: Validity,
    /// Care limits: the most restrictive signed physician's position among the current ones.
    pub most_restrictive: bool,
    /// Same record or decision, from elsewhere: source and its own date.
    pub copies: Vec<Copy>,
    /// May be the same dose as another; never counted as certain.
    pub possible_duplicate: bool,
    /// Contacts: whether somebody answers at the moment of opening; none when hours are not stated.
    pub answers_now: Option<bool>,
    /// Contacts: absent today, so the substitute is the one to call.
    pub absent_today: bool,
    /// Seen only because a block has been lifted for the viewer.
    pub lifted: bool,
    /// By what it is reported, if the viewer may; of this page alone, and in no other projection.
    pub reference: Option<String>,
}

/// Another copy of the same record or decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Where.
    pub source: SourceId,
    /// Its label.
    pub label: String,
    /// Its own date.
    pub dated: Option<When>,
}

/// Covid at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CovidSummary {
    /// Date of the latest dose known.
    pub latest_dose: Option<When>,
    /// Fewest doses this can be (possible duplicates counted once).
    pub doses_at_least: usize,
    /// Most doses this can be.
    pub doses_at_most: usize,
    /// Latest confirmed infection.
    pub confirmed_infection: Option<When>,
}

impl SectionView {
    /// Whether anything is still awaited.
    pub fn is_waiting(&self) -> bool {
        self.cells.iter().any(|cell| cell.state == State::Waiting)
    }
}

impl Overview {
    /// The section of this name. Every overview has all ten.
    pub fn section(&self, name: Section) -> Option<&SectionView> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Only these sections of it, and what is computed from them: a print shows a part.
    #[must_use]
    pub fn part(&self, sections: &[Section]) -> Self {
        let has = |section| sections.contains(&section);
        let mut part = self.clone();
        part.sections.retain(|section| has(section.name));
        if !has(Section::Alerts) {
            part.alert_line.clear();
        }
        if !has(Section::Services) {
            part.badges.clear();
        }
        if !has(Section::Consents) {
            part.consents_here = Some(Vec::new());
        }
        part
    }

    /// The canonical JSON: what is hashed, replayed, tested and exported. Keys are sorted; times are instants or local dates.
    pub fn to_json(&self) -> Value {
        let mut overview = members(json!({
            "scope": self.scope,
            "access": self.access,
            "ask_consent": self.ask_consent,
            "emergency": self.emergency,
            "consents_here": self.consents_here,
            "blocked_exists": self.blocked_exists,
            "recent_since": self.recent_since,
            "completeness": self.completeness,
            "opened_at": self.opened_at.timestamp(),
            "finished": self.finished,
            "care_limit_text": self.care_limit_text,
        }));
        if self.block_lifted {
            overview.insert("block_lifted".into(), json!(true));
        }
        overview.insert("person".into(), self.person.to_json());
        overview.insert("alert_line".into(), json!(self.alert_line));
        overview.insert("badges".into(), json!(self.badges));
        overview.insert("sections".into(), self.sections.iter().map(SectionView::to_json).collect());
        Value::Object(overview)
    }
}

/// The members of a JSON object. What `json!` is given as an expression it copies, so whatever is large is inserted instead.
fn members(object: Value) -> Map<String, Value> {
    if let Value::Object(members) = object { members } else { Map::new() }
}

impl Person {
    fn to_json(&self) -> Value {
        json!({
            "identifier": { "system": self.identifier.kind().system(), "value": self.identifier.digits() },
            "identity": self.identity,
            "name": self.name,
            "age": self.age,
            "sex": self.sex,
            "life": self.life,
            "interpreter_language": self.interpreter_language,
            "communication_need": self.communication_need,
            "protection": self.protection,
            "places_masked": self.places_masked,
        })
    }
}

impl SectionView {
    fn to_json(&self) -> Value {
        let mut section = members(json!({ "name": self.name }));
        section.insert("sources".into(), self.cells.iter().map(Cell::to_json).collect());
        section.insert("entries".into(), self.entries.iter().map(ShownEntry::to_json).collect());
        if let Some(conflict) = &self.conflict {
            section.insert("conflict".into(), json!(conflict));
        }
        if !self.not_checked.is_empty() {
            section.insert("not_checked".into(), json!(self.not_checked));
        }
        if let Some(covid) = &self.covid {
            section.insert("covid".into(), json!(covid));
        }
        if self.others_not_asked {
            section.insert("others".into(), json!("not-asked"));
        }
        if self.role_limited {
            section.insert("role_limited".into(), json!(true));
        }
        if self.named_care_contact_missing {
            section.insert("named_care_contact_missing".into(), json!(true));
        }
        Value::Object(section)
    }
}

impl Cell {
    fn to_json(&self) -> Value {
        let mut cell = json!({
            "source": self.source,
            "organisation": self.organisation,
            "label": self.label,
            "state": self.state.word(),
            "fetched_at": self.fetched_at,
        });
        if let Some(object) = cell.as_object_mut() {
            let reason = match &self.state {
                State::Partial { reason, .. } => Some(json!(reason)),
                State::Unanswered(why) => Some(json!(why)),
                State::NotAsked(why) => Some(json!(why)),
                State::Withheld(why) => Some(json!(why)),
                State::StatedNone(Some(at)) => Some(json!(at)),
                _ => None,
            };
            if let Some(reason) = reason {
                object.insert("reason".into(), reason);
            }
            if let Some(decision) = self.decision {
                object.insert("decision".into(), json!(decision));
            }
            if self.late {
                object.insert("late".into(), json!(true));
            }
            if let Some(phone) = &self.phone {
                object.insert("phone".into(), json!(phone));
            }
            if let Some(since) = self.failing_since {
                object.insert("failing_since".into(), json!(since));
            }
        }
        cell
    }
}

impl ShownEntry {
    fn to_json(&self) -> Value {
        let mut value = json!(self.entry);
        if let Some(object) = value.as_object_mut() {
            if let Some(provenance) = object.get_mut("provenance").and_then(Value::as_object_mut) {
                provenance.insert("source".into(), json!(self.source));
                provenance.insert("organisation".into(), json!(self.organisation));
                provenance.insert("fetched_at".into(), json!(self.fetched_at));
            }
            object.insert("validity".into(), json!(self.validity));
            let flags = [
                ("late", self.late),
                ("most_restrictive", self.most_restrictive),
                ("possible_duplicate", self.possible_duplicate),
                ("absent_today", self.absent_today),
                ("lifted", self.lifted),
            ];
            for (key, set) in flags {
                if set {
                    object.insert(key.into(), json!(true));
                }
            }
            if let Some(answers) = self.answers_now {
                object.insert("answers_now".into(), json!(answers));
            }
            if !self.copies.is_empty() {
                object.insert("copies".into(), json!(self.copies));
            }
        }
        value
    }
}
