//! Writing down what an adapter pushes as what it is to push.
//!
//! Not here: judging it afterwards (`trial`).
//! Invariant: an answer that breaks a rule of the contract is never accepted, and a case that gives what it gave is left as it is.

use std::fs;

use crate::{
    canary::Canaries,
    case::{self, Case},
    judge::{self, Finding},
    project::Project,
    refusal::Refusal,
    rehearsal::{Metering, Stage},
};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It gives what stands there.
    Unchanged,
    /// Written; this is the difference, empty for a first time.
    Written(String),
    /// It breaks a rule, so nothing was written.
    Refused(Vec<Finding>),
}

/// Accepts the cases of a project, or the one of this name.
///
/// # Errors
/// When the adapter is not admitted, or a file cannot be read or written.
pub fn accept(project: &Project, only: Option<&str>) -> Result<Vec<(String, Accepted)>, Refusal> {
    let Some(folder) = &project.cases else {
        return Err(Refusal::new("a component by itself has no cases", "name the project's folder"));
    };
    let stage = Stage::open(project, Metering::Off)?;
    let cases = case::read_all(folder)?;
    let chosen: Vec<&Case> = cases.iter().filter(|case| only.is_none_or(|name| case.name == name)).collect();
    if chosen.is_empty() {
        return Err(Refusal::new(
            format!("no case `{}`", only.unwrap_or_default()),
            "name one of the folders of cases",
        ));
    }
    chosen.into_iter().map(|case| Ok((case.name.clone(), accept_case(&stage, case)?))).collect()
}

fn accept_case(stage: &Stage, case: &Case) -> Result<Accepted, Refusal> {
    let run = stage.run(case, None)?;
    let canaries = Canaries::of(&case.question.patient, &run.emission, &stage.slots(), stage.component());
    let (differences, broken): (Vec<Finding>, Vec<Finding>) =
        judge::recorded(case, &run, &canaries).into_iter().partition(|finding| finding.rule == "expected");
    if !broken.is_empty() {
        return Ok(Accepted::Refused(broken));
    }
    let Some(difference) = differences.into_iter().next() else { return Ok(Accepted::Unchanged) };
    let file = case.folder.join(case::EXPECTED);
    fs::write(&file, judge::pretty(&run.emission.canonical()))
        .map_err(|error| Refusal::file(&file, &error, "make the folder writable"))?;
    let told = if case.expected.is_some() { difference.what } else { String::new() };
    Ok(Accepted::Written(told))
}
