//! A case: what the adapter is asked, what the source answers, what the adapter is to push.
//!
//! A folder with `query.json`, `exchanges.jsonl` and `expected.json`. Not here: running it (`rehearsal`).
//! Invariant: a case that cannot be read names its file; nothing of it is guessed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{Timestamp, Zoned, fmt::temporal::DateTimeParser, tz::TimeZone};
use samsyn_domain::{
    access::Rights,
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::{PERSON, Section},
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
    viewer::{Role, Viewer},
};
use samsyn_service::port::adapters::Question;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    exchange::{self, Exchange},
    refusal::{Refusal, read_text},
};

/// File of what is asked.
pub const QUERY: &str = "query.json";
/// File of what the source answers.
pub const EXCHANGES: &str = "exchanges.jsonl";
/// File of what the adapter is to push.
pub const EXPECTED: &str = "expected.json";

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What is asked.
    pub question: Question,
    /// Deadline of the lookup.
    pub within: Duration,
    /// Settings of the source.
    pub settings: BTreeMap<String, String>,
    /// What the source answers.
    pub exchanges: Vec<Exchange>,
    /// What is to be pushed; none until it has been accepted once.
    pub expected: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Query {
    patient: Patient,
    sections: Vec<String>,
    now: String,
    #[serde(default = "swedish")]
    language: String,
    #[serde(default = "eight_seconds")]
    budget_ms: u64,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    viewer: Asking,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patient {
    system: String,
    value: String,
}

/// Who asks, in the contract's words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Asking {
    user_id: String,
    name: String,
    role: String,
    assignment: String,
    care_provider: Named,
    care_unit: Named,
    purpose: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: String,
    name: String,
}

impl Default for Asking {
    fn default() -> Self {
        let named = |id: &str, name: &str| Named { id: id.to_owned(), name: name.to_owned() };
        Self {
            user_id: "SE2321000016-KIT1".to_owned(),
            name: "Karin Kitt".to_owned(),
            role: "leg. sjuksköterska".to_owned(),
            assignment: "SE2321000016-UPPDRAG1".to_owned(),
            care_provider: named("SE2321000016-0000", "Exempelregionen"),
            care_unit: named("SE2321000016-0001", "Exempelenheten"),
            purpose: "Vård och behandling".to_owned(),
        }
    }
}

fn swedish() -> String {
    "sv".to_owned()
}

const fn eight_seconds() -> u64 {
    8_000
}

impl Case {
    /// Reads the case of a folder.
    ///
    /// # Errors
    /// Names the file, the line or key, and what to do.
    pub fn read(folder: &Path) -> Result<Self, Refusal> {
        let exchanges = exchange::read(&folder.join(EXCHANGES))?;
        let expected = read_expected(&folder.join(EXPECTED))?;
        Ok(Self { exchanges, expected, ..Self::to_record(folder)? })
    }

    /// Reads what a case asks and nothing else.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn to_record(folder: &Path) -> Result<Self, Refusal> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = folder.join(QUERY);
        let advice = "a case is a folder with query.json, exchanges.jsonl and expected.json";
        let query: Query = serde_json::from_str(&read_text(&file, advice)?)
            .map_err(|error| Refusal::file(&file, &error, "see the tutorial for the keys of query.json"))?;
        let within = Duration::from_millis(query.budget_ms);
        let settings = query.settings.clone();
        let question = query.question(&file)?;
        Ok(Self { name, folder: folder.to_owned(), question, within, settings, exchanges: Vec::new(), expected: None })
    }

    /// Every section that is asked for, the banner first.
    pub fn sections(&self) -> Vec<&'static str> {
        let person = self.question.person.then_some(PERSON);
        person.into_iter().chain(self.question.sections.iter().map(|section| section.name())).collect()
    }
}

/// Every case of a folder, by name.
///
/// # Errors
/// When there is none, or one cannot be read.
pub fn read_all(folder: &Path) -> Result<Vec<Case>, Refusal> {
    let advice =
        "make a folder there for each case, with query.json and exchanges.jsonl, and run `samsyn adapter accept`";
    let entries = fs::read_dir(folder).map_err(|error| Refusal::file(folder, &error, advice))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    if folders.is_empty() {
        return Err(Refusal::new(format!("{} holds no case", folder.display()), advice));
    }
    // A case that is left out would look like one that passes.
    if let Some(without) = folders.iter().find(|folder| !folder.join(QUERY).is_file()) {
        let why = format!("{} is a case without {QUERY}", without.display());
        return Err(Refusal::new(why, "write it, or move the folder elsewhere"));
    }
    folders.iter().map(|folder| Case::read(folder)).collect()
}

fn read_expected(file: &Path) -> Result<Option<Value>, Refusal> {
    if !file.exists() {
        return Ok(None);
    }
    let text = read_text(file, "make it readable")?;
    serde_json::from_str(&text).map(Some).map_err(|error| {
        Refusal::file(file, &error, "it is written by `samsyn adapter accept`; remove it and accept again")
    })
}

impl Query {
    fn question(self, file: &Path) -> Result<Question, Refusal> {
        let refuse = |why: String, advice: &str| Refusal::file(file, &why, advice);
        let patient = PersonIdentifier::stated(&self.patient.value).map_err(|error| {
            refuse(
                format!("patient.value: {error}"),
                "use a number of the official list of test numbers, twelve digits",
            )
        })?;
        if patient.to_identifier().system != self.patient.system {
            let system = patient.to_identifier().system;
            return Err(refuse("patient.system is not that of the number".to_owned(), &format!("write `{system}`")));
        }
        let now = zoned(&self.now).ok_or_else(|| {
            refuse("now is not an instant".to_owned(), "write it with offset, e.g. 2026-11-20T09:30:00+01:00")
        })?;
        let mut sections = Vec::new();
        for name in self.sections.iter().filter(|name| *name != PERSON) {
            let known = Section::ALL.map(Section::name).join(", ");
            let section = Section::named(name)
                .ok_or_else(|| refuse(format!("no section `{name}`"), &format!("use person, {known}")))?;
            sections.push(section);
        }
        let person = self.sections.iter().any(|name| name == PERSON);
        Ok(Question {
            patient,
            sections,
            person,
            now,
            language: self.language,
            viewer: self.viewer.viewer(),
            trace: None,
        })
    }
}

/// An instant with its offset kept.
fn zoned(text: &str) -> Option<Zoned> {
    let pieces = DateTimeParser::new().parse_pieces(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let instant: Timestamp = text.parse().ok()?;
    Some(instant.to_zoned(TimeZone::fixed(offset)))
}

impl Asking {
    fn viewer(self) -> Viewer {
        Viewer {
            user_id: self.user_id,
            name: self.name,
            title: self.role,
            role: Role::Nurse,
            organisation: OrganisationId::new("kit"),
            organisation_name: self.care_provider.name,
            provider: Provider { id: ProviderId::new(&self.care_provider.id), kind: ProviderKind::Care },
            unit: Organisation { id: Some(self.care_unit.id), name: Some(self.care_unit.name) },
            assignment: self.assignment,
            purpose: self.purpose,
            rights: Rights::default(),
            authorities: Vec::new(),
        }
    }
}
