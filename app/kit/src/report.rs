//! What a trial found, for people and for machines.
//!
//! Not here: finding it (`trial`, `judge`).
//! Invariant: no time and no duration stands in a report, so that the same adapter and cases give the same bytes; the report travels inside
//! the package.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};
use serde::{Deserialize, Serialize};

use crate::{judge::Finding, rehearsal::Stage};

/// A trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Which adapter.
    pub adapter: Adapter,
    /// Its cases, by name.
    pub cases: Vec<CaseReport>,
    /// Sections of the manifest that no case asks for.
    pub untried: Vec<String>,
}

/// Which adapter was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// Stable id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Who makes it.
    pub vendor: String,
    /// Version of the contract.
    pub contract: String,
    /// SHA-256 of the component, hex.
    pub digest: String,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseReport {
    /// Its name.
    pub name: String,
    /// Recorded exchanges.
    pub exchanges: usize,
    /// Lookups made, variations included.
    pub runs: usize,
    /// Records pushed as recorded.
    pub entries: usize,
    /// Requests as recorded.
    pub requests: usize,
    /// Instructions as recorded; the same on every machine. Counted when every case passes.
    pub fuel: Option<u64>,
    /// Most memory as recorded.
    pub memory_peak_bytes: usize,
    /// What went wrong.
    pub troubles: Vec<Trouble>,
}

/// Something that went wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// As recorded, or which variation.
    pub place: String,
    /// What.
    pub finding: Finding,
}

impl Trouble {
    /// A trouble.
    pub fn new(place: impl Into<String>, finding: Finding) -> Self {
        Self { place: place.into(), finding }
    }
}

impl Adapter {
    /// What a stage has admitted.
    pub fn of(stage: &Stage) -> Self {
        let manifest = stage.manifest();
        Self {
            id: manifest.id.clone(),
            version: manifest.version.clone(),
            vendor: manifest.vendor.clone(),
            contract: manifest.contract.clone(),
            digest: stage.digest().to_owned(),
        }
    }
}

impl Report {
    /// Whether nothing went wrong.
    pub fn passed(&self) -> bool {
        self.cases.iter().all(|case| case.troubles.is_empty())
    }

    /// Lookups made.
    pub fn runs(&self) -> usize {
        self.cases.iter().map(|case| case.runs).sum()
    }

    /// A table, and what went wrong, for a terminal.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let adapter = &self.adapter;
        let digest = adapter.digest.get(..12).unwrap_or(&adapter.digest);
        let _infallible = writeln!(
            text,
            "{} {} by {}, contract {}, sha256 {digest}…",
            adapter.id, adapter.version, adapter.vendor, adapter.contract
        );
        let width = self.cases.iter().map(|case| case.name.chars().count()).max().unwrap_or(4).max(4);
        let _infallible = writeln!(text, "  {:width$}  exchanges  runs  entries       fuel   memory  result", "case");
        for case in &self.cases {
            let result =
                if case.troubles.is_empty() { "ok".to_owned() } else { format!("{} wrong", case.troubles.len()) };
            let _infallible = writeln!(
                text,
                "  {:width$}  {:>9}  {:>4}  {:>7}  {:>9}  {:>7}  {result}",
                case.name,
                case.exchanges,
                case.runs,
                case.entries,
                case.fuel.map_or_else(|| "–".to_owned(), millions),
                mebibytes(case.memory_peak_bytes),
            );
        }
        for case in &self.cases {
            tell(&mut text, case);
        }
        for section in &self.untried {
            let _infallible =
                writeln!(text, "\nnote: no case asks for section `{section}`; add one, so that it is tried");
        }
        let verdict = if self.passed() { "passed" } else { "failed" };
        let _infallible = writeln!(text, "\n{verdict}: {} cases, {} lookups", self.cases.len(), self.runs());
        text
    }

    /// For build servers.
    ///
    /// # Errors
    /// When a text cannot be written as XML.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut junit = JUnit::new(format!("{} {}", self.adapter.id, self.adapter.version));
        let mut suite = TestSuite::new(&self.adapter.id);
        for case in &self.cases {
            let status = case.troubles.first().map_or_else(TestCaseStatus::success, |first| {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let mut told = String::new();
                tell(&mut told, case);
                status.set_type(&first.finding.rule).set_message(first_line(&first.finding.what)).set_description(told);
                status
            });
            suite.add_test_case(TestCase::new(&case.name, status));
        }
        junit.add_test_suite(suite);
        junit.to_string()
    }
}

/// The same trouble in several places is told once.
fn tell(text: &mut String, case: &CaseReport) {
    let mut told: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for trouble in &case.troubles {
        match told.iter_mut().find(|(finding, _)| **finding == trouble.finding) {
            Some((_, places)) => places.push(&trouble.place),
            None => told.push((&trouble.finding, vec![&trouble.place])),
        }
    }
    for (finding, places) in told {
        let _infallible = writeln!(text, "\n{}: {} [{}]", case.name, finding.what.trim_end(), finding.rule);
        let _infallible = writeln!(text, "  when: {}", shown(&places));
        let _infallible = writeln!(text, "  what to do: {}", finding.advice);
    }
}

/// The first few places; nobody reads forty.
fn shown(places: &[&str]) -> String {
    const FEW: usize = 4;
    let first: Vec<&str> = places.iter().take(FEW).copied().collect();
    match places.len().saturating_sub(FEW) {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Whole tenths, without floating point.
fn tenths(amount: u64, unit: u64) -> String {
    let tenths = amount.saturating_mul(10) / unit;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Fuel as people read it.
pub fn millions(fuel: u64) -> String {
    if fuel < 1_000_000 { format!("{} k", tenths(fuel, 1000)) } else { format!("{} M", tenths(fuel, 1_000_000)) }
}

/// Memory as people read it.
pub fn mebibytes(bytes: usize) -> String {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    if bytes < 1024 * 1024 {
        format!("{} kB", tenths(bytes, 1024))
    } else {
        format!("{} MB", tenths(bytes, 1024 * 1024))
    }
}
