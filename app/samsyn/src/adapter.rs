//! `samsyn adapter …`: the kit at a vendor's desk, as a command line.
//!
//! Not here: what it does (`samsyn-kit`).
//! Invariant: results go to standard output, progress and advice to standard error; exit 0 only when nothing is wrong.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use samsyn_kit::{
    acceptance::{self, Accepted},
    case::Case,
    judge,
    project::Project,
    rehearsal::{Metering, Stage},
    report::Adapter,
    trial,
};

#[derive(Subcommand)]
pub enum AdapterCommand {
    /// Says whether a portal would admit a component, and if not, why and what to do.
    Check(CheckArguments),
    /// Runs every case of a project, twice and with every variation, and tells what is wrong.
    Test(TestArguments),
    /// Writes what the adapter pushes now as what it is to push.
    Accept(AcceptArguments),
}

#[derive(Args)]
pub struct CheckArguments {
    /// A project's folder, or a .wasm file.
    path: PathBuf,
}

#[derive(Args)]
pub struct TestArguments {
    /// A project's folder.
    path: PathBuf,
    /// Only this case, as recorded; prints what was pushed, logged and asked.
    #[arg(long, value_name = "CASE")]
    show: Option<String>,
    /// Writes the report as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the report as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

#[derive(Args)]
pub struct AcceptArguments {
    /// A project's folder.
    path: PathBuf,
    /// Only this case.
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
}

/// Runs a command of the kit.
///
/// # Errors
/// What is wrong, with what to do.
pub fn run(command: AdapterCommand) -> Result<()> {
    match command {
        AdapterCommand::Check(arguments) => check(&arguments),
        AdapterCommand::Test(arguments) => test(&arguments),
        AdapterCommand::Accept(arguments) => accept(&arguments),
    }
}

/// Opens a project, and says when it was changed after it was built.
fn open(path: &Path) -> Result<Project> {
    let project = Project::open(path)?;
    if let Some(source) = project.newer_source() {
        let build = project.how_to_build();
        eprintln!("note: {} was changed after the component was built; {build}", source.display());
    }
    Ok(project)
}

fn check(arguments: &CheckArguments) -> Result<()> {
    let stage = Stage::open(&open(&arguments.path)?, Metering::Off)?;
    let (adapter, manifest) = (Adapter::of(&stage), stage.manifest());
    let mut out = io::stdout();
    writeln!(out, "admitted: {} {} by {}", adapter.id, adapter.version, adapter.vendor)?;
    writeln!(
        out,
        "contract: {}\nsha256:   {}\nsize:     {} kB",
        adapter.contract,
        adapter.digest,
        stage.component().len() / 1024
    )?;
    writeln!(out, "sections: {}", manifest.sections.join(" "))?;
    for origin in &manifest.origins {
        let methods: Vec<&str> = origin.methods.iter().map(http::Method::as_str).collect();
        writeln!(out, "origin:   {} ({}): {}", origin.alias, methods.join(" "), origin.description)?;
    }
    for slot in &manifest.credential_slots {
        writeln!(out, "slot:     {}: {}", slot.name, slot.description)?;
    }
    for setting in &manifest.settings {
        writeln!(
            out,
            "setting:  {}{}: {}",
            setting.key,
            if setting.required { " (required)" } else { "" },
            setting.help
        )?;
    }
    writeln!(out, "selftest: {}", if stage.has_selftest() { "yes" } else { "no" })?;
    Ok(())
}

fn test(arguments: &TestArguments) -> Result<()> {
    let project = open(&arguments.path)?;
    if let Some(name) = &arguments.show {
        return show(&project, name);
    }
    let report = trial::run(&project, &mut |case| eprintln!("── {case}"))?;
    let write = |file: &Path, text: String| {
        fs::write(file, text).with_context(|| format!("{}: cannot be written", file.display()))
    };
    if let Some(file) = &arguments.json {
        write(file, judge::pretty(&serde_json::to_value(&report)?))?;
    }
    if let Some(file) = &arguments.junit {
        write(file, report.junit()?)?;
    }
    write!(io::stdout(), "{}", report.table())?;
    if !report.passed() {
        bail!(
            "{} of {} cases failed",
            report.cases.iter().filter(|case| !case.troubles.is_empty()).count(),
            report.cases.len()
        );
    }
    Ok(())
}

/// One case as recorded, for whoever writes it.
fn show(project: &Project, name: &str) -> Result<()> {
    let folder = project.cases.as_ref().context("a component by itself has no cases; name the project's folder")?;
    let case = Case::read(&folder.join(name))?;
    let run = Stage::open(project, Metering::Off)?.run(&case, None)?;
    let mut out = io::stdout();
    write!(out, "{}", judge::pretty(&run.emission.canonical()))?;
    for (level, text) in &run.emission.log {
        writeln!(out, "log {level:?}: {text}")?;
    }
    for (exchange, used) in case.exchanges.iter().zip(&run.played.used) {
        writeln!(
            out,
            "line {}: {} {} asked {used} times",
            exchange.line, exchange.request.method, exchange.request.path
        )?;
    }
    for asked in &run.played.unanswered {
        writeln!(out, "no exchange answers {asked}")?;
    }
    for note in &run.report.notes {
        writeln!(out, "note of the host: {note}")?;
    }
    writeln!(out, "ended: {}", serde_json::to_string(&run.report.ended)?)?;
    for (section, word) in &run.report.sections {
        writeln!(out, "shown by the portal: {} = {word}", section.name())?;
    }
    Ok(())
}

fn accept(arguments: &AcceptArguments) -> Result<()> {
    let project = open(&arguments.path)?;
    let mut refused = 0;
    let mut out = io::stdout();
    for (name, accepted) in acceptance::accept(&project, arguments.case.as_deref())? {
        match accepted {
            Accepted::Unchanged => writeln!(out, "{name}: unchanged")?,
            Accepted::Written(difference) => writeln!(out, "{name}: written\n{}", difference.trim_end())?,
            Accepted::Refused(findings) => {
                refused += 1;
                writeln!(out, "{name}: not accepted")?;
                for finding in findings {
                    writeln!(out, "  {} [{}]\n  what to do: {}", finding.what, finding.rule, finding.advice)?;
                }
            }
        }
    }
    if refused > 0 {
        bail!("{refused} cases break a rule of the contract, so nothing was written for them");
    }
    Ok(())
}
