//! What `samsyn adapter …` can be told.
//!
//! Not here: doing it (`adapter`).
//! Invariant: every argument says what it is for in words of the vendor.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samsyn_kit::scaffold::Language;

#[derive(Subcommand)]
pub enum AdapterCommand {
    /// Writes a new project: a template with one sample source and one passing case, the SDK, and the contract.
    New(NewArguments),
    /// Says whether a portal would admit a component, and if not, why and what to do.
    Check(CheckArguments),
    /// Runs every case of a project, twice and with every variation, and tells what is wrong.
    Test(TestArguments),
    /// Writes what the adapter pushes now as what it is to push.
    Accept(AcceptArguments),
    /// Asks a real test system what a case's query asks, and writes its exchanges with pseudonyms and without credentials.
    Record(RecordArguments),
    /// Tells what each case costs: instructions, which are the same on every machine, time and memory.
    Bench(BenchArguments),
    /// Tries a project and writes the one file that is handed over.
    Pack(PackArguments),
    /// Writes a key pair for signing packages.
    Key(KeyArguments),
}

#[derive(Args)]
pub struct NewArguments {
    /// Language: rust, ts, js or python.
    #[arg(long, value_parser = language)]
    pub lang: Language,
    /// Folder to make the project's folder in.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Name of the adapter, e.g. home-care.
    pub name: String,
}

fn language(text: &str) -> Result<Language, String> {
    let names = Language::ALL.map(Language::name).join(", ");
    Language::ALL.into_iter().find(|language| language.name() == text).ok_or_else(|| format!("use one of {names}"))
}

#[derive(Args)]
pub struct CheckArguments {
    /// A project's folder, a .wasm file, or a package.
    pub path: PathBuf,
    /// Of a package: the vendor's public key that must have signed it.
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
}

#[derive(Args)]
pub struct TestArguments {
    /// A project's folder.
    pub path: PathBuf,
    /// Only this case, as recorded; prints what was pushed, logged and asked.
    #[arg(long, value_name = "CASE")]
    pub show: Option<String>,
    /// Writes the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes the report as `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

#[derive(Args)]
pub struct AcceptArguments {
    /// A project's folder.
    pub path: PathBuf,
    /// Only this case.
    #[arg(long, value_name = "CASE")]
    pub case: Option<String>,
}

#[derive(Args)]
pub struct RecordArguments {
    /// A project's folder with record.toml.
    pub path: PathBuf,
    /// Name of the case; its folder holds query.json.
    pub case: String,
    /// Reads the number of the person to ask for from standard input, when the test system knows another than the query's.
    #[arg(long)]
    pub person_from_stdin: bool,
    /// Writes over what was recorded before.
    #[arg(long)]
    pub again: bool,
}

#[derive(Args)]
pub struct BenchArguments {
    /// A project's folder.
    pub path: PathBuf,
    /// Writes the figures as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[derive(Args)]
pub struct PackArguments {
    /// A project's folder.
    pub path: PathBuf,
    /// Folder to write the package in; the project's own when left out.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// minisign secret key to sign it with. A password is asked for when the key has one.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

#[derive(Args)]
pub struct KeyArguments {
    /// Files to write: FILE.key, which nobody else may have, and FILE.pub for whoever is to trust it.
    pub file: PathBuf,
}
