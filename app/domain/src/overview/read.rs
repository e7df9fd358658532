//! The canonical JSON read back as the overview it was made from, so that what was shown can be shown again.
//!
//! Not here: whose eyes it is for the second time (`replay`), where the JSON was kept (`store`).
//! Invariant: whatever a page shows is in the canonical JSON, so an overview that is read back is drawn alike, and gives the same JSON.
//! To add a field: it is read here as `to_json` writes it; `tests/it/domain/replay.rs` fails until it is.

use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Cell, CellDecision, Copy, CovidSummary, Identity, Overview, Person, SectionView, ShownEntry};
use crate::{
    access::{Access, Emergency},
    alert_line::AlertLineItem,
    badge::Badge,
    completeness::Completeness,
    consent_view::{AskConsent, ConsentHere},
    entry::{Entry, Life},
    identifier::{Identifier, PersonIdentifier},
    limits_view::{Conflict, NotChecked, Validity},
    section::Section,
    source::{OrganisationId, SourceId},
    state::{Entries, State},
    time::sweden,
    viewer::Scope,
    vocabulary::{Protection, Sex},
};

/// Why it is not the canonical JSON of an overview. Carries nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOverview {
    /// A member is missing or of another shape.
    #[error("it is not the canonical JSON of an overview")]
    Shape,
    /// The patient's identifier is none.
    #[error("the identifier is none")]
    Identifier,
    /// A source is said to have reported something, and nothing of it is there.
    #[error("a source has reported entries that are not there")]
    NothingReported,
}

#[derive(Deserialize)]
struct ReadOverview {
    scope: Scope,
    access: Access,
    ask_consent: Option<AskConsent>,
    emergency: Option<Emergency>,
    consents_here: Option<Vec<ConsentHere>>,
    blocked_exists: Option<bool>,
    #[serde(default)]
    block_lifted: bool,
    recent_since: jiff::civil::Date,
    completeness: Completeness,
    opened_at: Timestamp,
    finished: bool,
    care_limit_text: Option<String>,
    person: ReadPerson,
    alert_line: Vec<AlertLineItem>,
    badges: Vec<Badge>,
    sections: Vec<Value>,
}

#[derive(Deserialize)]
struct ReadPerson {
    identifier: Identifier,
    identity: Identity,
    name: Option<String>,
    age: Option<i16>,
    sex: Option<Sex>,
    life: Life,
    interpreter_language: Option<String>,
    communication_need: Option<String>,
    protection: Option<Protection>,
    places_masked: bool,
}

#[derive(Deserialize)]
struct ReadSection {
    name: Section,
    sources: Vec<ReadCell>,
    conflict: Option<Conflict>,
    #[serde(default)]
    not_checked: Vec<NotChecked>,
    covid: Option<CovidSummary>,
    others: Option<String>,
    #[serde(default)]
    role_limited: bool,
    #[serde(default)]
    named_care_contact_missing: bool,
}

#[derive(Deserialize)]
struct ReadCell {
    source: SourceId,
    organisation: OrganisationId,
    label: String,
    state: String,
    reason: Option<Value>,
    fetched_at: Option<Timestamp>,
    #[serde(default)]
    late: bool,
    phone: Option<String>,
    failing_since: Option<Timestamp>,
    decision: Option<CellDecision>,
}

/// What stands beside the fields of an entry.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the marks of an entry, as they are written")]
struct Marks {
    provenance: ReadOrigin,
    validity: Validity,
    #[serde(default)]
    late: bool,
    #[serde(default)]
    most_restrictive: bool,
    #[serde(default)]
    possible_duplicate: bool,
    #[serde(default)]
    absent_today: bool,
    #[serde(default)]
    lifted: bool,
    answers_now: Option<bool>,
    #[serde(default)]
    copies: Vec<Copy>,
}

#[derive(Deserialize)]
struct ReadOrigin {
    source: SourceId,
    organisation: OrganisationId,
    fetched_at: Timestamp,
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, NotAnOverview> {
    T::deserialize(value).map_err(|_| NotAnOverview::Shape)
}

impl Overview {
    /// The overview of this canonical JSON. What no page shows is not in it: the patient as each record states it, and entries of a source
    /// that read like another's, which stand as copies of that.
    ///
    /// # Errors
    /// When it is not the canonical JSON of an overview.
    pub fn from_json(json: &Value) -> Result<Self, NotAnOverview> {
        let all: ReadOverview = read(json)?;
        let sections: Vec<SectionView> = all.sections.iter().map(section).collect::<Result<_, _>>()?;
        Ok(Self {
            person: all.person.person()?,
            scope: all.scope,
            access: all.access,
            consents_here: all.consents_here,
            emergency: all.emergency,
            ask_consent: all.ask_consent,
            alert_line: all.alert_line,
            blocked_exists: all.blocked_exists,
            block_lifted: all.block_lifted,
            badges: all.badges,
            recent_since: all.recent_since,
            completeness: all.completeness,
            opened_at: all.opened_at.to_zoned(sweden()),
            finished: all.finished,
            care_limit_text: all.care_limit_text,
            sections,
        })
    }
}

impl ReadPerson {
    fn person(self) -> Result<Person, NotAnOverview> {
        let identifier = PersonIdentifier::stated(&self.identifier.value).map_err(|_| NotAnOverview::Identifier)?;
        Ok(Person {
            identifier,
            identity: self.identity,
            name: self.name,
            age: self.age,
            sex: self.sex,
            life: self.life,
            interpreter_language: self.interpreter_language,
            communication_need: self.communication_need,
            protection: self.protection,
            places_masked: self.places_masked,
        })
    }
}

fn section(value: &Value) -> Result<SectionView, NotAnOverview> {
    let read: ReadSection = read(value)?;
    let written = value.get("entries").and_then(Value::as_array).ok_or(NotAnOverview::Shape)?;
    let mut entries: Vec<ShownEntry> = written.iter().map(entry).collect::<Result<_, _>>()?;
    for shown in &mut entries {
        let from = read.sources.iter().find(|cell| cell.source == shown.source);
        shown.label = from.map(|cell| cell.label.clone()).unwrap_or_default();
    }
    let cells = read.sources.into_iter().map(|cell| cell.cell(&entries)).collect::<Result<_, _>>()?;
    Ok(SectionView {
        name: read.name,
        cells,
        entries,
        conflict: read.conflict,
        not_checked: read.not_checked,
        covid: read.covid,
        role_limited: read.role_limited,
        others_not_asked: read.others.is_some(),
        named_care_contact_missing: read.named_care_contact_missing,
    })
}

fn entry(value: &Value) -> Result<ShownEntry, NotAnOverview> {
    let entry: Entry = read(value)?;
    let marks: Marks = read(value)?;
    Ok(ShownEntry {
        entry,
        source: marks.provenance.source,
        organisation: marks.provenance.organisation,
        label: String::new(),
        fetched_at: marks.provenance.fetched_at,
        late: marks.late,
        validity: marks.validity,
        most_restrictive: marks.most_restrictive,
        copies: marks.copies,
        possible_duplicate: marks.possible_duplicate,
        answers_now: marks.answers_now,
        absent_today: marks.absent_today,
        lifted: marks.lifted,
        reference: None,
    })
}

impl ReadCell {
    fn cell(self, entries: &[ShownEntry]) -> Result<Cell, NotAnOverview> {
        let state = self.state(entries)?;
        Ok(Cell {
            source: self.source,
            organisation: self.organisation,
            label: self.label,
            state,
            fetched_at: self.fetched_at,
            late: self.late,
            phone: self.phone,
            failing_since: self.failing_since,
            decision: self.decision,
        })
    }

    fn state(&self, entries: &[ShownEntry]) -> Result<State, NotAnOverview> {
        let reason = self.reason.as_ref();
        let told = || reason.ok_or(NotAnOverview::Shape);
        // An entry that reads like another's stands as a copy of that.
        let is_from = |shown: &&ShownEntry| {
            shown.source == self.source || shown.copies.iter().any(|copy| copy.source == self.source)
        };
        let own = || entries.iter().filter(is_from).map(|shown| shown.entry.clone()).collect::<Vec<_>>();
        Ok(match self.state.as_str() {
            "waiting" => State::Waiting,
            "reported" => State::Reported(Entries::new(own()).ok_or(NotAnOverview::NothingReported)?),
            "stated-none" => State::StatedNone(reason.map(read).transpose()?),
            "nothing-held" => State::NothingHeld,
            "partial" => State::Partial { reason: read(told()?)?, entries: own() },
            "unanswered" => State::Unanswered(read(told()?)?),
            "not-asked" => State::NotAsked(read(told()?)?),
            "withheld" => State::Withheld(read(told()?)?),
            "unsupported" => State::Unsupported,
            _ => return Err(NotAnOverview::Shape),
        })
    }
}
