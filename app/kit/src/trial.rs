//! Every case of an adapter, each twice, with every variation, and one patient after another.
//!
//! Not here: what is right (`judge`), how it is told (`report`).
//! Invariant: every case and every variation runs, whatever went wrong before it.

use crate::{
    canary::{self, Canaries},
    case::{self, Case},
    isolation,
    judge::{self, Finding},
    project::Project,
    refusal::Refusal,
    rehearsal::{Metering, Run, Stage},
    report::{Adapter, CaseReport, Report, Trouble},
    variation,
};

/// Tries an adapter with the cases of its project. `progress` is told the name of each case before it runs.
///
/// # Errors
/// When the adapter is not admitted, or a case cannot be read; what an adapter does wrong stands in the report.
pub fn run(project: &Project, progress: &mut dyn FnMut(&str)) -> Result<Report, Refusal> {
    let Some(folder) = &project.cases else {
        return Err(Refusal::new(
            format!("{} is a component by itself, without cases", project.component.display()),
            "name the project's folder, or use `samsyn adapter check`",
        ));
    };
    let cases = case::read_all(folder)?;
    try_cases(project, &cases, progress)
}

/// Tries an adapter with these cases.
///
/// # Errors
/// As [`run`].
pub fn try_cases(project: &Project, cases: &[Case], progress: &mut dyn FnMut(&str)) -> Result<Report, Refusal> {
    let stage = Stage::open(project, Metering::Off)?;
    let mut reports = Vec::new();
    for case in cases {
        progress(&case.name);
        reports.push(try_case(&stage, case)?);
    }
    if reports.iter().all(|report| report.troubles.is_empty()) {
        count(&stage, project, cases, &mut reports)?;
    }
    let untried = untried(&stage, cases);
    Ok(Report { adapter: Adapter::of(&stage), cases: reports, untried })
}

/// Sections of the manifest that no case asks for.
fn untried(stage: &Stage, cases: &[Case]) -> Vec<String> {
    let asked = |section: &String| cases.iter().any(|case| case.sections().contains(&section.as_str()));
    stage.manifest().sections.iter().filter(|section| !asked(section)).cloned().collect()
}

/// Counts what each case costs. Not before all of them pass: it takes compiling once more, and whoever mends waits for it.
fn count(stage: &Stage, project: &Project, cases: &[Case], reports: &mut [CaseReport]) -> Result<(), Refusal> {
    let metered = Stage::of(stage.component().to_vec(), project, Metering::Fuel)?;
    for (case, report) in cases.iter().zip(reports) {
        report.runs += 1;
        report.fuel = metered.run(case, None)?.report.used.fuel;
    }
    Ok(())
}

fn try_case(stage: &Stage, case: &Case) -> Result<CaseReport, Refusal> {
    let base = stage.run(case, None)?;
    let canaries = Canaries::of(&case.question.patient, &base.emission, &stage.slots(), stage.component());
    let mut troubles = grouped(judge::recorded(case, &base, &canaries), "as recorded");
    troubles.extend(grouped(judge::unlisted_kinds(&base.emission, &stage.manifest().service_kinds), "as recorded"));
    let mut runs = 2;
    let again = stage.run(case, None)?;
    if again.emission != base.emission {
        troubles.push(Trouble::new("run twice", repeatable(&base, &again)));
    }
    let spellings = canary::as_another(case.question.patient.digits());
    for variation in variation::of(&case.exchanges, stage.limits().egress.answer_timeout(), &spellings) {
        let run = stage.run(case, Some(variation.clone()))?;
        runs += 1;
        let place = place(case, &variation);
        troubles.extend(grouped(judge::varied(case, &base, &run, &variation, &canaries), &place));
    }
    let isolation = isolation::check(stage, case, &base)?;
    troubles.extend(grouped(isolation, "one patient after another"));
    Ok(CaseReport {
        name: case.name.clone(),
        exchanges: case.exchanges.len(),
        runs: runs + 2,
        entries: base.emission.len(),
        requests: base.report.used.requests,
        fuel: None,
        memory_peak_bytes: base.report.used.memory_peak_bytes,
        troubles,
    })
}

fn place(case: &Case, variation: &variation::Variation) -> String {
    let name = variation.fault.name();
    match variation.exchange.and_then(|index| case.exchanges.get(index)) {
        Some(exchange) => {
            format!("{name}, line {} ({} {})", exchange.line, exchange.request.method, exchange.request.path)
        }
        None => name.to_owned(),
    }
}

fn grouped(findings: Vec<Finding>, place: &str) -> Vec<Trouble> {
    findings.into_iter().map(|finding| Trouble::new(place, finding)).collect()
}

fn repeatable(first: &Run, second: &Run) -> Finding {
    let (before, after) = (judge::pretty(&first.emission.canonical()), judge::pretty(&second.emission.canonical()));
    let difference = similar::TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(1)
        .header("first run", "second run")
        .to_string();
    let difference = if difference.is_empty() { "the log lines differ".to_owned() } else { difference };
    Finding::new(
        "repeatable",
        format!("the same query and replies gave two answers:\n{difference}"),
        "look for a clock, a random number, or the order of an unordered map; query.now is the time",
    )
}
