//! Fuzz target of the values a guest pushes: any entries and statuses in any order, through conversion to the states of the answer.
//!
//! Not here: the canonical ABI, which is wasmtime's (`tests/it/host/suite` has hand-made components for it).
//! Invariant: what is pushed is built from the contract's own types, so nothing a guest could say is left out but for its length.

use std::{cell::RefCell, sync::Arc};

use samsyn_domain::{
    identifier::PersonIdentifier,
    section::Section,
    state::{Partial, State},
};
use samsyn_fuzz::{
    arbitrary::{Arbitrary, Result, Unstructured},
    fuzz, outcome, size,
};
use samsyn_service::port::adapters::PersonAnswer;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::bindings::samsyn::adapter::{
    log, sink,
    sink::Host as _,
    types::{
        Actor, Coding, Concept, Extension, Identifier, Opening, Organisation, Phone, Provenance, SectionStatus,
        Signature, Signing, Weekday,
    },
};
use crate::{
    call::{Call, Gauge, Network, SharedRecord},
    collected::Collected,
    credential::Credentials,
    egress::{CallBudget, EgressLimits, Grant, SourceEgress},
    journal::Journal,
    limits::{Limits, TextLimits},
    outcome::{End, conclude},
};

const PATIENT: &str = "195009072553";
const OTHER: &str = "189001019802";
/// Stands in every text, so that it can be looked for where no content may be.
const CANARY: &str = "kanarie";
const BASE: &str = "http://127.0.0.1:1/base";
const ASKED: [Section; 4] = [Section::Documents, Section::CareLimits, Section::Contacts, Section::Services];
const WORDS: [&str; 6] = [PATIENT, OTHER, "protection", "/records/1", "2026-11-21", "\u{202e}"];

/// Short limits, so that short inputs reach them.
fn limits() -> Limits {
    let text = TextLimits {
        word_max_bytes: 64,
        name_max_bytes: 128,
        prose_max_bytes: 1_024,
        document_max_bytes: 2_048,
        list_max: 4,
    };
    Limits { entries_max: 12, text, ..Limits::default() }
}

/// Draws values of the contract.
struct Draw<'a, 'b>(&'a mut Unstructured<'b>);

impl Draw<'_, '_> {
    fn text(&mut self) -> Result<String> {
        let pieces = [
            "",
            " ",
            "\n",
            "\t",
            "\0",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{200b}",
            "\u{feff}",
            "\u{e0041}",
            "\u{85}",
            "<b>",
            "å",
            "\u{200d}",
            PATIENT,
            "2026",
            "-11-21",
            "T10:00",
            "08:30",
            "24:00",
            "home-care",
            "current",
            "other",
            "/x",
            "/../x",
            "//h",
            "https:",
            "alerts",
        ];
        let mut text = if self.0.ratio(1, 2)? { CANARY.to_owned() } else { String::new() };
        for _ in 0..self.0.int_in_range(0..=3)? {
            text.push_str(self.0.choose(&pieces)?);
        }
        if self.0.ratio(1, 8)? {
            text.push_str(&String::arbitrary(self.0)?);
        }
        let times = if self.0.ratio(1, 12)? { self.0.int_in_range(1..=300)? } else { 1 };
        Ok(text.repeat(times))
    }

    fn maybe<T>(&mut self, draw: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.0.arbitrary()? { draw(self).map(Some) } else { Ok(None) }
    }

    fn texts(&mut self) -> Result<Option<String>> {
        self.maybe(Self::text)
    }

    fn list<T>(&mut self, mut draw: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let length = if self.0.ratio(1, 16)? { 6 } else { self.0.int_in_range(0..=2)? };
        (0..length).map(|_| draw(self)).collect()
    }

    fn flag(&mut self) -> Result<Option<bool>> {
        self.0.arbitrary()
    }

    fn concept(&mut self) -> Result<Concept> {
        Ok(Concept {
            text: self.text()?,
            codings: self.list(|d| Ok(Coding { system: d.text()?, code: d.text()?, display: d.texts()? }))?,
        })
    }

    fn organisation(&mut self) -> Result<Organisation> {
        Ok(Organisation { id: self.texts()?, name: self.texts()? })
    }

    fn actor(&mut self) -> Result<Actor> {
        Ok(Actor { name: self.texts()?, role: self.texts()?, id: self.texts()?, unit: self.maybe(Self::organisation)? })
    }

    fn opening(&mut self) -> Result<Opening> {
        let days = self.list(|d| d.0.choose(&[Weekday::Monday, Weekday::Sunday]).copied())?;
        Ok(Opening { days, from: self.texts()?, to: self.texts()? })
    }

    fn phone(&mut self) -> Result<Phone> {
        Ok(Phone {
            number: self.text()?,
            openings: self.list(Self::opening)?,
            note: self.texts()?,
            staff_only: self.0.arbitrary()?,
        })
    }

    /// Mostly the patient's, in one of the ways to write it; sometimes somebody else's; sometimes nonsense.
    fn identifier(&mut self) -> Result<Identifier> {
        let value = match self.0.int_in_range(0..=40)? {
            0 => OTHER.to_owned(),
            1 => PATIENT.replace('5', "\u{ff15}"),
            2 => self.text()?,
            3 => format!(" {}-{} ", &PATIENT[..8], &PATIENT[8..]),
            _ => PATIENT.to_owned(),
        };
        Ok(Identifier { system: self.text()?, value })
    }

    fn provenance(&mut self) -> Result<Provenance> {
        Ok(Provenance {
            id: self.text()?,
            patient: self.maybe(Self::identifier)?,
            care_provider: self.maybe(Self::organisation)?,
            care_unit: self.maybe(Self::organisation)?,
            information_type: self.texts()?,
            recorded: self.texts()?,
            author: self.maybe(Self::actor)?,
            signing: match self.0.int_in_range(0..=2)? {
                0 => Signing::Signed(Signature { at: self.texts()?, by: self.maybe(Self::actor)? }),
                1 => Signing::Unsigned,
                _ => Signing::NotStated,
            },
            link: self.texts()?,
            extensions: self.list(|d| Ok(Extension { key: d.text()?, value: d.text()? }))?,
        })
    }

    fn document(&mut self) -> Result<sink::Document> {
        Ok(sink::Document {
            kind: self.concept()?,
            title: self.text()?,
            date: self.texts()?,
            unit: self.maybe(Self::organisation)?,
            text: self.texts()?,
            media_type: self.texts()?,
            provenance: self.provenance()?,
        })
    }

    fn care_limit(&mut self) -> Result<sink::CareLimit> {
        Ok(sink::CareLimit {
            text: self.text()?,
            nature: self.text()?,
            measures: self.list(Self::concept)?,
            grounds: self.texts()?,
            author_kind: self.text()?,
            decided_by: self.maybe(Self::actor)?,
            consulted: self.list(Self::actor)?,
            patient_attitude: self.texts()?,
            relatives_attitude: self.texts()?,
            decided: self.texts()?,
            valid_from: self.texts()?,
            valid_to: self.texts()?,
            reassessed: self.texts()?,
            phase: self.text()?,
            decision_id: self.texts()?,
            provenance: self.provenance()?,
        })
    }

    fn contact(&mut self) -> Result<sink::Contact> {
        Ok(sink::Contact {
            kind: self.text()?,
            name: self.texts()?,
            role: self.texts()?,
            unit: self.maybe(Self::organisation)?,
            order: self.0.arbitrary()?,
            may_be_informed: self.flag()?,
            call_at_night: self.flag()?,
            openings: self.list(Self::opening)?,
            absent: self.maybe(|d| Ok(sink::Absence { from: d.text()?, to: d.texts()? }))?,
            substitute: self
                .maybe(|d| Ok(sink::Substitute { name: d.texts()?, role: d.texts()?, phones: d.list(Self::phone)? }))?,
            phones: self.list(Self::phone)?,
            note: self.texts()?,
            valid_from: self.texts()?,
            valid_to: self.texts()?,
            provenance: self.provenance()?,
        })
    }

    fn service(&mut self) -> Result<sink::Service> {
        Ok(sink::Service {
            kind: self.text()?,
            phase: *self.0.choose(&[
                sink::ServicePhase::Planned,
                sink::ServicePhase::Ongoing,
                sink::ServicePhase::Unknown,
            ])?,
            text: self.texts()?,
            started: self.texts()?,
            ended: self.texts()?,
            last_noted: self.texts()?,
            events: self.list(|d| Ok(sink::ServiceEvent { kind: d.text()?, at: d.text()?, text: d.texts()? }))?,
            unit: self.maybe(Self::organisation)?,
            phones: self.list(Self::phone)?,
            provenance: self.provenance()?,
        })
    }

    fn alert(&mut self) -> Result<sink::Alert> {
        Ok(sink::Alert {
            kind: self.text()?,
            text: self.text()?,
            severity: self.texts()?,
            certainty: self.texts()?,
            agent: self.maybe(Self::concept)?,
            label: self.maybe(Self::concept)?,
            comment: self.texts()?,
            noted: self.texts()?,
            valid_from: self.texts()?,
            valid_to: self.texts()?,
            provenance: self.provenance()?,
        })
    }

    fn person(&mut self) -> Result<sink::PersonDetails> {
        Ok(sink::PersonDetails {
            identifier: self.identifier()?,
            given_name: self.texts()?,
            family_name: self.texts()?,
            birth_date: self.texts()?,
            sex: self.texts()?,
            protection: self.texts()?,
            life: if self.0.arbitrary()? { sink::Life::Deceased(self.texts()?) } else { sink::Life::NotStated },
            interpreter_language: self.texts()?,
            communication_need: self.texts()?,
            provenance: self.provenance()?,
        })
    }

    fn status(&mut self) -> Result<SectionStatus> {
        Ok(match self.0.int_in_range(0..=6)? {
            0 => SectionStatus::Partial(self.text()?.replace(CANARY, "sida")),
            1 => SectionStatus::Unavailable(self.text()?.replace(CANARY, "sida")),
            2 => SectionStatus::StatedNone(self.texts()?),
            3 => SectionStatus::NothingHeld,
            4 => SectionStatus::Unsupported,
            _ => SectionStatus::Complete,
        })
    }
}

/// What a guest was seen to do, told from its calls alone.
#[derive(Debug, Default)]
struct Account {
    somebody_else: bool,
    pushed: usize,
    entries: Vec<Section>,
    /// The section of the first entry that was one too many.
    cut: Option<Section>,
}

impl Account {
    fn push<'a>(&mut self, section: Section, provenances: impl Iterator<Item = &'a Provenance>) {
        for provenance in provenances {
            self.pushed += 1;
            if self.pushed > limits().entries_max {
                self.cut = self.cut.or(Some(section));
            }
            // Whoever comes after somebody else, or after too many, is not looked at any more.
            if self.somebody_else || self.cut.is_some() {
                return;
            }
            self.somebody_else = provenance.patient.as_ref().is_some_and(is_somebody_else);
            self.entries.push(section);
        }
    }
}

/// The number with everything taken out but letters and digits of ASCII; anything beyond is somebody else's.
fn is_somebody_else(stated: &Identifier) -> bool {
    let kept: String = stated.value.trim().chars().filter(|c| !matches!(c, '-' | '+' | ' ')).collect();
    kept != PATIENT
}

/// A call that pushes what the bytes say, until it is stopped or has nothing more to say.
fn play(call: &mut Call, bytes: &mut Unstructured<'_>) -> (Account, bool) {
    let mut account = Account::default();
    for _ in 0..8 {
        if bytes.is_empty() {
            break;
        }
        match step(call, &mut Draw(bytes), &mut account) {
            Ok(Ok(())) => {}
            Ok(Err(_stopped)) => return (account, true),
            Err(_no_more_bytes) => break,
        }
    }
    (account, false)
}

fn step(call: &mut Call, draw: &mut Draw<'_, '_>, account: &mut Account) -> Result<wasmtime::Result<()>> {
    macro_rules! push {
        ($section:ident, $record:ident, $function:ident) => {{
            let items = draw.list(Draw::$record)?;
            account.push(Section::$section, items.iter().map(|item| &item.provenance));
            call.$function(items)
        }};
    }
    Ok(match draw.0.int_in_range(0..=8)? {
        0 => push!(Documents, document, documents),
        1 => push!(CareLimits, care_limit, care_limits),
        2 => push!(Contacts, contact, contacts),
        3 => push!(Services, service, services),
        4 => push!(Alerts, alert, alerts),
        5 => {
            let person = draw.person()?;
            let named = person.provenance.patient.as_ref();
            account.somebody_else |= is_somebody_else(&person.identifier) || named.is_some_and(is_somebody_else);
            call.person(person)
        }
        6 => {
            let line = draw.text()?.replace(CANARY, "rad");
            log::Host::log(call, log::Level::Warn, line)
        }
        _ => {
            let name = draw
                .0
                .choose(&["documents", "care-limits", "contacts", "services", "person", "alerts", PATIENT])?
                .to_string();
            let status = draw.status()?;
            call.status(name, status)
        }
    })
}

fn call(record: &SharedRecord) -> Call {
    let limits = Arc::new(limits());
    let grant = Grant { allow_loopback: true, allow_http: true, ..Grant::read_only("api", Url::parse(BASE).unwrap()) };
    let egress = Arc::new(SourceEgress::new(vec![grant], Credentials::new(), EgressLimits::default()).unwrap());
    let budget = Arc::new(CallBudget::new(Instant::now(), &EgressLimits::default()));
    Call::new(Some(Network { egress, budget }), Arc::default(), limits, record.clone(), Arc::new(Gauge::default()))
}

#[test]
fn whatever_is_pushed_becomes_one_honest_state_per_section() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let call = RefCell::new(call(&record()));
    fuzz("values", &WORDS, |input| {
        let record = record();
        let mut call = call.borrow_mut();
        call.record = record.clone();
        let (account, stopped) = play(&mut call, &mut Unstructured::new(input));
        let (collected, journal) = record.take();
        assert_eq!(collected.wrong_patient, account.somebody_else, "{account:?}");
        assert!(stopped || !account.somebody_else && account.pushed <= limits().entries_max, "went on: {account:?}");
        judge_journal(&journal);
        let (states, person) = conclude(collected, End::Returned, None);
        assert_eq!(states.keys().copied().collect::<Vec<_>>(), sorted(ASKED), "one state per section asked");
        for (section, state) in &states {
            judge_state(*section, state, &account);
        }
        if account.somebody_else {
            assert!(matches!(person, PersonAnswer::Unanswered(_)), "a person beside somebody else");
        }
        if let PersonAnswer::Known(person) = &person {
            judge_texts(&serde_json::to_value(person).unwrap());
        }
        outcome((
            states.values().map(State::word).collect::<Vec<_>>(),
            stopped,
            size(account.pushed),
            journal.notes.len().min(9),
        ))
    });
}

fn record() -> SharedRecord {
    let patient = PersonIdentifier::stated(PATIENT).unwrap();
    SharedRecord::new(Collected::new(patient, &ASKED, true, limits().entries_max), Journal::new(&limits()))
}

fn sorted(mut sections: [Section; 4]) -> Vec<Section> {
    sections.sort();
    sections.to_vec()
}

fn judge_journal(journal: &Journal) {
    let told = format!("{:?} {:?}", journal.notes, journal.log);
    assert!(!told.contains(PATIENT) && !told.contains(OTHER), "a number was kept: {told}");
    let rules = journal.notes.iter().filter(|note| note.contains("an entry is not shown"));
    assert!(rules.clone().all(|note| !note.contains(CANARY)), "content in a note: {told}");
}

fn judge_state(section: Section, state: &State, account: &Account) {
    let pushed = account.entries.iter().filter(|found| **found == section).count();
    let entries = state.entries();
    if account.somebody_else {
        assert!(matches!(state, State::Unanswered(_)), "{section:?} beside somebody else: {state:?}");
    }
    if account.cut == Some(section) {
        assert!(
            matches!(state, State::Unanswered(_) | State::Partial { reason: Partial::BrokenOff { .. }, .. }),
            "called whole: {state:?}"
        );
    }
    match state {
        State::Reported(_) => assert!(!entries.is_empty() && entries.len() <= pushed),
        State::NothingHeld | State::StatedNone(_) | State::Unsupported => {
            assert_eq!(pushed, 0, "{section:?} is said to be empty, and entries were pushed");
        }
        State::Partial { reason: Partial::InvalidEntries { count }, .. } => assert_eq!(count + entries.len(), pushed),
        State::Partial { .. } | State::Unanswered(_) => {}
        other => panic!("{section:?}: {other:?}"),
    }
    for entry in entries {
        judge_texts(&serde_json::to_value(entry).unwrap());
    }
}

/// Every text of an entry: within the limits, without a character that steers, and every link below the granted base.
fn judge_texts(value: &Value) {
    match value {
        Value::String(text) => {
            assert!(text.len() <= limits().text.document_max_bytes, "{} bytes", text.len());
            let steers = |c: char| {
                c.is_control() && !matches!(c, '\n' | '\t')
                    || matches!(u32::from(c), 0x200b | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfeff | 0xe0000..=0xe007f)
            };
            assert!(!text.chars().any(steers), "{text:?}");
        }
        Value::Array(items) => {
            assert!(items.len() <= limits().text.list_max, "{} elements", items.len());
            items.iter().for_each(judge_texts);
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                if let Some(link) = field.as_str().filter(|_| key == "link") {
                    assert!(link.starts_with(&format!("{BASE}/")) && !link.contains(".."), "{link}");
                }
                judge_texts(field);
            }
        }
        _ => {}
    }
}
