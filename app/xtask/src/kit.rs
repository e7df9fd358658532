//! The vendor's way, walked: a project of each language is made, built and tried with the commands of its own README, broken and packed.
//!
//! Not here: what the commands do (`app/kit`).
//! Invariant: nothing is run that the README does not tell a vendor to run.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::{adapters, demo, step, ten_ways};

/// Languages of `samsyn adapter new`.
const LANGUAGES: [&str; 4] = ["rust", "js", "ts", "python"];
/// Written into a project whose README was walked to its end.
const BUILT: &str = ".built";

/// All that a vendor relies on.
///
/// # Errors
/// The first that fails.
pub fn everything() -> Result<()> {
    adapters::build_all_languages()?;
    adapters::test_all_languages()?;
    let binary = demo::binary(false)?;
    in_tree(&binary)?;
    projects(&binary)
}

/// Makes, builds, tries and packs a project of each language.
///
/// # Errors
/// The first command of a README that fails.
pub fn projects(binary: &Path) -> Result<()> {
    for language in LANGUAGES {
        let project = project(binary, language)?;
        ten_ways::walk(binary, &project, language)?;
        let mut packed = Command::new(binary);
        packed.args(["adapter", "pack"]).arg(&project);
        step::run(&format!("Packing the project in {language}"), &mut packed, "see the message above")?;
    }
    Ok(())
}

/// Makes and builds a project of each language that is not there yet: what the benchmark measures.
///
/// # Errors
/// The first command of a README that fails.
pub fn samples(binary: &Path) -> Result<()> {
    for language in LANGUAGES {
        if !folder(language).join(BUILT).is_file() {
            project(binary, language)?;
        }
    }
    Ok(())
}

fn folder(language: &str) -> PathBuf {
    step::root().join("target/kit-projects").join(format!("demo-{language}"))
}

/// Makes a project and walks its README.
fn project(binary: &Path, language: &str) -> Result<PathBuf> {
    let project = folder(language);
    if project.exists() {
        fs::remove_dir_all(&project)?;
    }
    let mut made = Command::new(binary);
    let (dir, name) = (project.parent().context("no folder")?, project.file_name().context("no name")?);
    made.args(["adapter", "new", "--lang", language, "--dir"]).arg(dir).arg(name);
    step::run(&format!("A new project in {language}"), &mut made, "see the message above")?;
    let commands = first_commands(&project.join("README.md"))?;
    let mut shell = Command::new("sh");
    shell.current_dir(&project).args(["-euxc", &commands]).env("PATH", with_binary(binary)?);
    step::run(&format!("The README of a project in {language}, walked"), &mut shell, "see the message above")?;
    fs::write(project.join(BUILT), "")?;
    Ok(project)
}

/// Tries every adapter of this repository with its own cases.
///
/// # Errors
/// When a case fails, or there is none to try.
pub fn in_tree(binary: &Path) -> Result<()> {
    let mut projects: Vec<PathBuf> = fs::read_dir(step::root().join("plugins"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| folder.join("adapter.toml").is_file())
        .collect();
    projects.sort();
    ensure!(!projects.is_empty(), "no adapter in plugins/ has an adapter.toml: nothing would be tried");
    for project in projects {
        let name = project.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut tried = Command::new(binary);
        tried.args(["adapter", "test"]).arg(&project);
        step::run(&format!("The cases of {name}"), &mut tried, "see the message above")?;
    }
    Ok(())
}

/// The first block of commands in a README, which is to build and to try.
fn first_commands(readme: &Path) -> Result<String> {
    let text = fs::read_to_string(readme).with_context(|| readme.display().to_string())?;
    let block = text.split_once("```sh\n").and_then(|(_, rest)| rest.split_once("```"));
    let (commands, _) = block.with_context(|| format!("{}: no block of commands", readme.display()))?;
    ensure!(commands.contains("samsyn adapter test"), "{}: the first block does not try the adapter", readme.display());
    Ok(commands.to_owned())
}

/// The path with the folder of the program first, as on the machine of whoever has installed it.
fn with_binary(binary: &Path) -> Result<OsString> {
    let folder = binary.parent().context("a program without a folder")?;
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(std::iter::once(folder.to_owned()).chain(env::split_paths(&path)))?)
}
