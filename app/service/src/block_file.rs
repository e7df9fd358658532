//! The file in which a provider's blocks come and go: one JSON document with the whole list.
//!
//! ```json
//! {
//!   "format": "samsyn-blocks-1",
//!   "provider": "SE0000000000-VG",
//!   "verified_at": "2026-11-21T03:00:00Z",
//!   "count": 1,
//!   "blocks": [
//!     {
//!       "id": "b-17",
//!       "patient": "YYYYMMDDNNNN",
//!       "kind": "inner",
//!       "unit": "SE0000000000-E104",
//!       "unit_name": "Psykiatrin",
//!       "information_from": "2020-01-01",
//!       "information_to": null,
//!       "except": ["upp"],
//!       "employees": {"all-but": ["SE0000000000-P1"]},
//!       "valid_from": "2024-05-02T08:00:00+02:00",
//!       "valid_to": null,
//!       "lifts": [
//!         {"reason": "patients-consent", "unit": "SE0000000000-E101", "employee": null, "from": null, "to": "2026-11-22T00:00:00+01:00"}
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! | Key | |
//! |---|---|
//! | `provider` | HSA-id of the provider whose information is blocked and who vouches that the list is complete |
//! | `verified_at` | when it was known to be complete; its age counts from here (`limits.block_register_max_age_hours`) |
//! | `count` | how many blocks there are: a list that lost some on its way is refused |
//! | `id` | the provider's own id for the block, unique in the list, at most 64 characters |
//! | `patient` | twelve characters: personal, coordination or reserve number |
//! | `kind` | `inner` (a unit, for other units of the provider) or `outer` (the provider, for other providers) |
//! | `unit`, `unit_name` | inner blocks: HSA-id, required, and name |
//! | `information_from`, `information_to` | first and last day of the information it covers |
//! | `except` | information types left open: `upp` (alerts and care limits), `lak` (medicines) |
//! | `employees` | `"everybody"`, `{"only": […]}` or `{"all-but": […]}` of those whom the kind keeps out, by HSA-id |
//! | `valid_from`, `valid_to` | the first moment at which it holds, and the first at which it holds no more |
//! | `lifts` | temporary lifts: `reason` (`patients-consent`, `emergency`), `unit` and perhaps `employee` they are for, `from`, `to` |
//!
//! What may be null may be left out; an unknown key is refused. Rooms: [`position`] where in the text something stands.
//! Not here: keeping the list (`blocks`), what a block hides (`domain::access`).
//! Invariant: a list is read completely or not at all; what is written is read back as the same list; no problem that is told
//! holds a value of the file, because it could be a patient's.
//! To add a key: a field of [`FileBlock`] with a default, its rule in [`FileBlock::listed`], a row in the table above.

mod position;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date};
use samsyn_domain::{
    access::{Block, BlockKind, CAN_BE_LEFT_OPEN, Employees, TemporaryLift},
    identifier::{IdentifierKind, PersonIdentifier, is_plausible_organisation_id},
    source::ProviderId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use self::position::Text;
pub use self::position::{FileProblem, FileProblems};
use crate::port::blocks::{BlockList, ListedBlock};

/// The only form there is.
const FORMAT: &str = "samsyn-blocks-1";
/// Largest file that is read: some hundred thousand blocks.
pub const FILE_MAX_BYTES: usize = 64 << 20;
/// Longest id and name.
const TEXT_MAX_CHARACTERS: usize = 64;
/// How much a clock may be ahead of ours. A list verified in the future would be fresh for too long.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// The document, its parts not yet read, so that each problem is told where it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    #[serde(borrow)]
    format: &'a RawValue,
    #[serde(borrow)]
    provider: &'a RawValue,
    #[serde(borrow)]
    verified_at: &'a RawValue,
    #[serde(borrow)]
    count: &'a RawValue,
    #[serde(borrow)]
    blocks: Vec<&'a RawValue>,
}

/// A block as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBlock {
    id: String,
    patient: String,
    kind: BlockKind,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    unit_name: Option<String>,
    #[serde(default)]
    information_from: Option<Date>,
    #[serde(default)]
    information_to: Option<Date>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    employees: Employees,
    #[serde(default)]
    valid_from: Option<Timestamp>,
    #[serde(default)]
    valid_to: Option<Timestamp>,
    #[serde(default)]
    lifts: Vec<TemporaryLift>,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    provider: &'a ProviderId,
    verified_at: Timestamp,
    count: usize,
    blocks: Vec<FileBlock>,
}

/// Reads a list. `known` are the providers it may be of.
///
/// # Errors
/// Everything that is wrong with it, by line and column.
pub fn read(bytes: &[u8], known: &[ProviderId], now: Timestamp) -> Result<BlockList, FileProblems> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(FileProblems::of_the_whole("the file is too large: at most 64 MiB are read"));
    }
    let text = str::from_utf8(bytes).map_err(|_| FileProblems::of_the_whole("the file is not UTF-8 text"))?;
    let mut text = Text::new(text);
    let document: Document<'_> = match serde_json::from_str(text.all()) {
        Ok(document) => document,
        Err(error) => {
            text.refuse_document(&error);
            return Err(text.into_problems());
        }
    };
    let provider = head(&mut text, &document, known);
    let verified_at = verified_at(&mut text, &document, now);
    let mut blocks = Vec::with_capacity(document.blocks.len());
    let mut ids = BTreeSet::new();
    for raw in &document.blocks {
        let Some(block) = part::<FileBlock>(&mut text, raw) else { continue };
        let id = block.id.clone();
        match provider.as_ref().map(|provider| block.listed(provider)) {
            Some(Ok(listed)) if ids.insert(id) => blocks.push(listed),
            Some(Ok(_)) => text.refuse(raw, "this id stands on another block too; each has its own"),
            Some(Err(why)) => text.refuse(raw, why),
            None => {}
        }
    }
    blocks.sort_by(|one: &ListedBlock, other| one.id.cmp(&other.id));
    match (provider, verified_at) {
        (Some(provider), Some(verified_at)) if text.is_fine() => Ok(BlockList { provider, verified_at, blocks }),
        _ => Err(text.into_problems()),
    }
}

/// Format, count and provider; the provider as the configuration writes it.
fn head(text: &mut Text<'_>, document: &Document<'_>, known: &[ProviderId]) -> Option<ProviderId> {
    if part::<String>(text, document.format).is_some_and(|format| format != FORMAT) {
        text.refuse(document.format, "this program reads `samsyn-blocks-1`");
    }
    if part::<usize>(text, document.count).is_some_and(|count| count != document.blocks.len()) {
        text.refuse(document.count, "there are not as many blocks as this says; export the list again");
    }
    let stated = part::<String>(text, document.provider)?;
    let provider = known.iter().find(|provider| provider.is(&stated)).cloned();
    if provider.is_none() {
        text.refuse(document.provider, "no organisation in the configuration is this provider");
    }
    provider
}

fn verified_at(text: &mut Text<'_>, document: &Document<'_>, now: Timestamp) -> Option<Timestamp> {
    let stated = part::<Timestamp>(text, document.verified_at)?;
    if now.checked_add(CLOCKS_DIFFER).is_ok_and(|latest| stated > latest) {
        text.refuse(document.verified_at, "this moment is in the future; set the clocks right");
    }
    // As precise as it is kept.
    Timestamp::from_microsecond(stated.as_microsecond()).ok()
}

/// Reads one part of the document.
fn part<T: DeserializeOwned>(text: &mut Text<'_>, raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).inspect_err(|error| text.refuse_part(raw, error)).ok()
}

/// Writes a list as [`read`] reads it.
///
/// # Errors
/// Never in practice: a list has no part that JSON cannot hold.
pub fn write(list: &BlockList) -> Result<String, serde_json::Error> {
    let blocks: Vec<FileBlock> = list.blocks.iter().map(FileBlock::of).collect();
    let count = blocks.len();
    let written = Written { format: FORMAT, provider: &list.provider, verified_at: list.verified_at, count, blocks };
    Ok(serde_json::to_string_pretty(&written)? + "\n")
}

impl FileBlock {
    fn of(listed: &ListedBlock) -> Self {
        let Block { kind, provider: _, unit, unit_name, from, to, except, employees, valid_from, valid_to, lifts } =
            listed.block.clone();
        Self {
            id: listed.id.clone(),
            patient: listed.patient.digits().to_owned(),
            kind,
            unit,
            unit_name,
            information_from: from,
            information_to: to,
            except,
            employees,
            valid_from,
            valid_to,
            lifts,
        }
    }

    /// The block, or what is wrong with it and what to write instead.
    fn listed(self, provider: &ProviderId) -> Result<ListedBlock, &'static str> {
        self.check()?;
        // A reserve number tells no date and has no check digit that is known.
        let is_somebody = |patient: &PersonIdentifier| {
            let dated = patient.birth_date().is_some() || patient.kind() == IdentifierKind::ReserveNumber;
            dated && patient.check_digit_matches()
        };
        let patient = PersonIdentifier::stated(&self.patient).ok().filter(is_somebody);
        let patient = patient.ok_or("`patient` is no personal, coordination or reserve number of twelve characters")?;
        let block = Block {
            kind: self.kind,
            provider: provider.clone(),
            unit: self.unit,
            unit_name: self.unit_name,
            from: self.information_from,
            to: self.information_to,
            except: self.except,
            employees: self.employees,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            lifts: self.lifts,
        };
        Ok(ListedBlock { id: self.id, patient, block })
    }

    fn check(&self) -> Result<(), &'static str> {
        let short = |text: &str| text.chars().count() <= TEXT_MAX_CHARACTERS && !text.chars().any(char::is_control);
        if self.id.trim().is_empty() || !short(&self.id) {
            return Err("`id` must be 1 to 64 characters");
        }
        match self.kind {
            BlockKind::Inner if !self.unit.as_deref().is_some_and(is_plausible_organisation_id) => {
                return Err("an inner block needs `unit`, the HSA-id of the unit whose information is blocked");
            }
            BlockKind::Outer if self.unit.is_some() || self.unit_name.is_some() => {
                return Err("an outer block is about the whole provider: leave `unit` and `unit_name` out");
            }
            BlockKind::Inner | BlockKind::Outer => {}
        }
        if self.unit_name.as_deref().is_some_and(|name| name.trim().is_empty() || name.chars().any(char::is_control)) {
            return Err("`unit_name` must be a name, or left out");
        }
        if self.information_from.zip(self.information_to).is_some_and(|(from, to)| to < from) {
            return Err("`information_to` is before `information_from`");
        }
        if self.except.iter().any(|kind| !CAN_BE_LEFT_OPEN.contains(&kind.as_str())) {
            return Err("`except` can only name `upp` and `lak`");
        }
        if let Employees::Only(ids) | Employees::AllBut(ids) = &self.employees
            && (ids.is_empty() || !ids.iter().all(|id| is_plausible_organisation_id(id)))
        {
            return Err("`employees` must name at least one, each by HSA-id");
        }
        if self.valid_from.zip(self.valid_to).is_some_and(|(from, to)| to <= from) {
            return Err("`valid_to` is not after `valid_from`");
        }
        self.lifts.iter().try_for_each(check_lift)
    }
}

fn check_lift(lift: &TemporaryLift) -> Result<(), &'static str> {
    let employee = lift.employee.as_deref();
    if !is_plausible_organisation_id(&lift.unit) || employee.is_some_and(|id| !is_plausible_organisation_id(id)) {
        return Err("a lift is for a `unit`, and perhaps an `employee`, by HSA-id");
    }
    if lift.from.is_some_and(|from| lift.to <= from) {
        return Err("a lift's `to` is not after its `from`");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
