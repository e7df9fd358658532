//! An opening: what is about to be shown under which decisions and rules, and what was.
//!
//! Not here: writing the records (`overview`), what of whose information was shown (`domain::resource`).
//! Invariant: what is equal stands once: sections by state, by reason and by unit, so that the largest opening fits in one record.

use std::collections::BTreeMap;

use jiff::Timestamp;
use samsyn_domain::{
    access::{Access, Relied, RoleMatrix},
    completeness::Completeness,
    merge::Answered,
    overview::Overview,
    plan::Ask,
    resource::{Resource, resources, withheld},
    section::Section,
    source::{OrganisationId, ProviderId, SourceId},
    state::State,
    viewer::Scope,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::DETAILS_MAX_BYTES;

/// Sections by a word.
type Grouped = BTreeMap<&'static str, Vec<Section>>;

/// The rules in force. Every request has them and few leave a record, so the matrix is hashed when it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    program: &'static str,
    #[serde(rename = "matrix_sha256", serialize_with = "as_sha256")]
    matrix: RoleMatrix,
    matrix_version: u32,
}

impl Policy {
    /// This program, and an organisation's matrix of roles with the number of its version, 0 for the defaults.
    pub const fn of(matrix: RoleMatrix, version: u32) -> Self {
        Self { program: PROGRAM, matrix, matrix_version: version }
    }
}

fn as_sha256<S: Serializer>(matrix: &RoleMatrix, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&sha256(&json!(matrix)))
}

/// Room for the shortest thing that is said of whose information was shown: how many lines it would have been.
const LINES_LEAST_BYTES: usize = 16;

/// Version of the program.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// SHA-256 of canonical JSON, hex. `serde_json` keeps object keys sorted.
pub fn sha256(json: &Value) -> String {
    hex::encode(Sha256::digest(json.to_string().as_bytes()))
}

/// Before the first byte.
#[derive(Debug, Serialize)]
pub struct Intent<'a> {
    /// Own or shared.
    pub active_choice: Scope,
    /// The ground, or what it lacks.
    pub access: &'a Access,
    /// Also the sources without known link.
    pub ask_all: bool,
    /// Of a print.
    pub preset: Option<&'static str>,
    /// Of the assignment.
    pub purpose: &'a str,
    /// Every provider's list of blocks is known.
    pub blocks_verified: bool,
    /// What the access relied on.
    pub decisions: &'a [Relied],
    /// Under which rules.
    pub policy: &'a Policy,
    /// The trace-id that every request to a source carries.
    pub trace: String,
    /// Bindings that are tried: asked alongside, never shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<&'a SourceId>,
    /// Who is asked what.
    pub sources: Vec<Planned<'a>>,
}

impl Intent<'_> {
    /// The details of the record.
    pub fn details(&self) -> Value {
        json!(self)
    }
}

/// What one source is to be asked.
#[derive(Debug, Serialize)]
pub struct Planned<'a> {
    source: &'a SourceId,
    asked: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sections: &'a [Section],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    not_asked: Grouped,
}

impl<'a> From<&'a Ask> for Planned<'a> {
    fn from(ask: &'a Ask) -> Self {
        let not_asked = ask.decided.iter().filter_map(|(section, state)| match state {
            State::NotAsked(why) => Some((*section, why.word())),
            _ => None,
        });
        Self { source: &ask.source.id, asked: ask.is_asked(), sections: &ask.sections, not_asked: grouped(not_asked) }
    }
}

/// After the last byte.
pub struct Outcome<'a> {
    /// None: everything was delivered. Otherwise how many pieces were before the reader went away.
    pub aborted_after: Option<usize>,
    /// Of a print.
    pub preset: Option<&'static str>,
    /// What was shown last; none when nothing was.
    pub shown: Option<Shown<'a>>,
    /// Everything that came.
    pub answers: &'a [Answered],
    /// What came, by source.
    pub came: &'a BTreeMap<String, Came>,
    /// Canonical JSON of what was shown, in bytes.
    pub content: Option<&'a [u8]>,
    /// What became of keeping it; none where nothing is kept.
    pub kept: Option<Kept>,
}

/// An answer, beside what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// SHA-256 of the adapter, hex.
    pub adapter_sha256: String,
    /// How long the source and its adapter took, in milliseconds; none when the source was left alone.
    pub took_ms: Option<u64>,
}

/// Whether what was shown is kept, to be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// Until this moment.
    Until(Timestamp),
    /// It should have been and could not.
    Failed,
}

/// What was shown last.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The whole overview.
    pub overview: &'a Overview,
    /// The sections of it that were; none is all of them.
    pub part: Option<&'a [Section]>,
    /// How many of the answers had come by then: the first so many of `arrived`.
    pub arrived: &'a [usize],
}

impl Outcome<'_> {
    /// The details of the record, which fit whatever the sources have said.
    pub fn details(&self) -> Value {
        let shown: Vec<Resource> = self.shown.map(|shown| self.shown_of(shown)).unwrap_or_default();
        let written = Written {
            conclusion: match self.aborted_after {
                None => json!("complete"),
                Some(pieces) => json!({ "aborted_after": pieces }),
            },
            preset: self.preset,
            shown_sha256: self.shown_sha256(),
            kept: self.kept,
            completeness: self.shown.map(|shown| Counts::from(&shown.overview.completeness)),
            protected: self.shown.map(|shown| shown.overview.person.protection.is_some()),
            sources: Value::Null,
            resources: Value::Null,
        };
        let rest = json!(written).to_string().len() + LINES_LEAST_BYTES;
        let sources = self.sources(DETAILS_MAX_BYTES.saturating_sub(rest));
        let written = Written { sources, ..written };
        let rest = json!(written).to_string().len();
        json!(Written { resources: lines(&shown, DETAILS_MAX_BYTES.saturating_sub(rest)), ..written })
    }

    /// What each source said, in the fullest form that takes no more bytes than this: with the reasons, without them, or only how many
    /// there were.
    fn sources(&self, room: usize) -> Value {
        let mut lines: Vec<SourceLine<'_>> = self.answers.iter().map(|answer| self.source(answer)).collect();
        let fits = |lines: &Value| lines.to_string().len() <= room;
        let full = json!(lines);
        if fits(&full) {
            return full;
        }
        for line in &mut lines {
            (line.unanswered, line.withheld) = (Grouped::new(), Grouped::new());
        }
        let short = json!(lines);
        if fits(&short) { short } else { json!(lines.len()) }
    }

    /// SHA-256 of what was shown, hex.
    pub fn shown_sha256(&self) -> Option<String> {
        self.content.map(|content| hex::encode(Sha256::digest(content)))
    }

    fn shown_of(&self, shown: Shown<'_>) -> Vec<Resource> {
        let arrived = self.answers.iter().enumerate().filter(|(index, _)| shown.arrived.contains(index));
        let answers: Vec<Answered> = arrived.map(|(_, answer)| answer.clone()).collect();
        resources(shown.overview, &answers, shown.part)
    }

    fn source<'b>(&'b self, answer: &'b Answered) -> SourceLine<'b> {
        let states = answer.cells.iter().filter(|(_, state)| **state != State::Unsupported);
        let unanswered = answer.cells.iter().filter_map(|(section, state)| match state {
            State::Unanswered(why) => Some((*section, why.word())),
            _ => None,
        });
        let came = self.came.get(answer.source.id.as_str());
        let kept_back = withheld(self.shown.map(|shown| shown.overview), answer);
        SourceLine {
            source: &answer.source.id,
            organisation: &answer.source.organisation,
            provider: answer.source.provider.as_ref().map(|provider| &provider.id),
            adapter_sha256: came.map(|came| came.adapter_sha256.as_str()),
            took_ms: came.and_then(|came| came.took_ms),
            late: answer.late,
            states: grouped(states.map(|(section, state)| (*section, state.word()))),
            unanswered: grouped(unanswered),
            withheld: grouped(kept_back.into_iter().map(|(section, why)| (section, why.word()))),
        }
    }
}

#[derive(Serialize)]
struct Written {
    conclusion: Value,
    preset: Option<&'static str>,
    shown_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Kept>,
    completeness: Option<Counts>,
    /// Whether the patient's personal data were known to be protected: a reviewer looks at those openings first.
    protected: Option<bool>,
    resources: Value,
    sources: Value,
}

#[derive(Serialize)]
struct SourceLine<'a> {
    source: &'a SourceId,
    organisation: &'a OrganisationId,
    provider: Option<&'a ProviderId>,
    adapter_sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u64>,
    late: bool,
    states: Grouped,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unanswered: Grouped,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    withheld: Grouped,
}

/// The counts of the completeness line, without the names in it.
#[derive(Serialize)]
struct Counts {
    asked: usize,
    answered: usize,
    not_asked: usize,
    withheld: usize,
    unanswered: usize,
    waiting: usize,
}

impl From<&Completeness> for Counts {
    fn from(line: &Completeness) -> Self {
        let Completeness { asked, answered, not_asked, withheld, unanswered, waiting, .. } = *line;
        Self { asked, answered, not_asked, withheld, unanswered, waiting }
    }
}

fn grouped(sections: impl IntoIterator<Item = (Section, &'static str)>) -> Grouped {
    let mut by_word = Grouped::new();
    for (section, word) in sections {
        by_word.entry(word).or_default().push(section);
    }
    by_word
}

/// What was shown of whose information, in the fullest form that takes no more bytes than this.
pub fn lines(shown: &[Resource], room: usize) -> Value {
    let all = [every_unit, counted_units, counted_providers].into_iter();
    let lines = all.map(|form| form(shown)).find(|lines| lines.to_string().len() <= room);
    lines.unwrap_or_else(|| json!(shown.len()))
}

fn every_unit(shown: &[Resource]) -> Value {
    json!(shown)
}

/// A source, or somebody who has got into it, can state more units than fit.
fn counted_units(shown: &[Resource]) -> Value {
    counted(
        shown,
        |line| (line.source.clone(), line.provider.clone()),
        |key, units| json!({ "source": key.0, "provider": key.1, "units": units.len(), "sections": sections_of(units) }),
    )
}

fn counted_providers(shown: &[Resource]) -> Value {
    counted(
        shown,
        |line| line.source.clone(),
        |source, units| {
            let mut providers: Vec<&Option<String>> = units.iter().map(|line| &line.provider).collect();
            providers.dedup();
            let sections = sections_of(units);
            json!({ "source": source, "providers": providers.len(), "units": units.len(), "sections": sections })
        },
    )
}

fn counted<K: Ord>(
    shown: &[Resource],
    key: impl Fn(&Resource) -> K,
    line: impl Fn(&K, &[&Resource]) -> Value,
) -> Value {
    let mut groups: BTreeMap<K, Vec<&Resource>> = BTreeMap::new();
    for one in shown {
        groups.entry(key(one)).or_default().push(one);
    }
    groups.iter().map(|(key, units)| line(key, units)).collect()
}

fn sections_of(units: &[&Resource]) -> Vec<Section> {
    Section::ALL.into_iter().filter(|section| units.iter().any(|unit| unit.sections.contains(section))).collect()
}
