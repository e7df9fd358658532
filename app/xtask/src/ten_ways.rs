//! A new project broken in ten ways: each message has to say what is wrong, where, and what to do.
//!
//! The ways stand in `plugins/templates/ten-ways/LANGUAGE.toml`. Not here: the messages (`app/kit`, `plugins/sdk`).
//! Invariant: a way that no longer applies to the template fails, and so does one after which everything passes.

use std::{env, fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::step;

/// How many ways a language has.
const WAYS: usize = 10;

#[derive(Deserialize)]
struct Ways {
    way: Vec<Way>,
}

/// One way to break a project.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    name: String,
    /// The file that is changed.
    file: String,
    find: String,
    put: String,
    /// The first step that fails.
    fails: Stage,
    /// What its message holds.
    says: Vec<String>,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    Build,
    Check,
    Test,
}

/// Breaks a built project of this language in each of the ways, and mends it again.
///
/// # Errors
/// The way whose message does not say what it should.
pub fn walk(binary: &Path, project: &Path, language: &str) -> Result<()> {
    let file = step::root().join(format!("plugins/templates/ten-ways/{language}.toml"));
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let ways: Ways = toml::from_str(&text).with_context(|| file.display().to_string())?;
    ensure!(ways.way.len() >= WAYS, "{} has {} ways", file.display(), ways.way.len());
    let build = build_command(project)?;
    for way in &ways.way {
        step::say(&format!("A project in {language}, broken: {}", way.name));
        broken(binary, project, &build, way).with_context(|| format!("{language}, {}", way.name))?;
    }
    // As it was, so that what is built belongs to what stands there.
    ensure!(run(shell(project, &build))?.0, "the project does not build again");
    Ok(())
}

fn broken(binary: &Path, project: &Path, build: &str, way: &Way) -> Result<()> {
    let file = project.join(&way.file);
    let whole = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    ensure!(whole.contains(&way.find), "{} no longer holds what is to be changed", way.file);
    fs::write(&file, whole.replacen(&way.find, &way.put, 1))?;
    let outcome = first_failure(binary, project, build, way.fails);
    fs::write(&file, whole)?;
    let (stage, said) = outcome?;
    ensure!(stage == Some(way.fails), "{:?} was to fail, and {stage:?} did:\n{said}", way.fails);
    for words in &way.says {
        ensure!(said.contains(words.as_str()), "the message does not hold `{words}`:\n{said}");
    }
    Ok(())
}

/// The first of build and the stage that is to fail that does fail, and what it said. What is tried is admitted before it, so that checking
/// would only compile it once more.
fn first_failure(binary: &Path, project: &Path, build: &str, until: Stage) -> Result<(Option<Stage>, String)> {
    let verb = |verb: &str| {
        let mut command = Command::new(binary);
        command.args(["adapter", verb]).arg(project);
        command
    };
    let last = if until == Stage::Check { (Stage::Check, verb("check")) } else { (Stage::Test, verb("test")) };
    for (stage, command) in [(Stage::Build, shell(project, build)), last] {
        let (well, said) = run(command)?;
        if !well {
            return Ok((Some(stage), said));
        }
    }
    Ok((None, String::new()))
}

fn shell(project: &Path, command: &str) -> Command {
    let mut shell = Command::new("sh");
    // What a project in Python was told to install into.
    let path = env::var_os("PATH").unwrap_or_default();
    let first = std::iter::once(project.join(".venv/bin"));
    if let Ok(path) = env::join_paths(first.chain(env::split_paths(&path))) {
        shell.env("PATH", path);
    }
    shell.current_dir(project).args(["-c", command]);
    shell
}

fn run(mut command: Command) -> Result<(bool, String)> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

/// The command that `adapter.toml` names.
fn build_command(project: &Path) -> Result<String> {
    let text = fs::read_to_string(project.join("adapter.toml"))?;
    let table: toml::Table = toml::from_str(&text)?;
    match table.get("build").and_then(toml::Value::as_str) {
        Some(build) => Ok(build.to_owned()),
        None => bail!("adapter.toml names no build command"),
    }
}
