//! R4 and R5 of the same adapter written in each language: the sample of `samsyn adapter new`, which every template reads alike.
//!
//! The other side of R4 is the same source in the language's own runtime (`benches/native`), warmed up, in a process that measures its own
//! computing time. Not here: the contract's own cost for Rust, source against source ([`crate::sandbox`]), and memory ([`crate::in_flight`]).
//! Invariant: every side pushes the same number of entries from the same reply, or nothing is measured.

use std::{
    fmt, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    figures::{Pairs, Ratio},
    producers,
    sandbox::{Case, Guest, timed},
};

/// Sections of the sample.
const SECTIONS: [&str; 2] = ["services", "contacts"];
/// Services in a reply of about 50 kB, with three visits each.
const SERVICES: usize = 150;
const CONTACTS: usize = 50;
/// Calls per measurement.
const CALLS: usize = 10;

/// A language with a template of its own. What is written in TypeScript is compiled to JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Compiled.
    Rust,
    /// Interpreted by QuickJS; outside by Node.
    JavaScript,
    /// Interpreted by CPython on both sides.
    Python,
}

impl Language {
    /// All, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Rust, Self::JavaScript, Self::Python];

    const fn short(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::Python => "python",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        })
    }
}

fn project(language: Language) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/kit-projects/demo-{}", language.short()))
}

/// The built sample.
///
/// # Errors
/// When it is not built.
pub fn component(language: Language) -> Result<PathBuf> {
    let project = project(language);
    let text = fs::read_to_string(project.join("adapter.toml")).context("make the samples first: cargo xtask bench")?;
    let table: toml::Table = toml::from_str(&text)?;
    let named = table.get("component").and_then(toml::Value::as_str).context("adapter.toml names no component")?;
    let component = project.join(named);
    if !fs::read(&component)?.starts_with(b"\0asm\x01\0\0\0") {
        return Ok(component);
    }
    // Rust's compiler writes a core module; `samsyn adapter` wraps it as this does.
    let wrapped = component.with_extension("component.wasm");
    let mut encoder = wit_component::ComponentEncoder::default().validate(true).module(&fs::read(&component)?)?;
    fs::write(&wrapped, encoder.encode()?)?;
    Ok(wrapped)
}

/// A reply of the sample's source, about 50 kB.
fn reply() -> Result<Vec<u8>> {
    let visit = |day: usize| format!("2026-11-{:02}T08:15:00+01:00", day % 28 + 1);
    let services: Vec<_> = (0..SERVICES)
        .map(|at| {
            json!({ "id": format!("h{at}"), "text": format!("Hjälp med dusch och påklädning, insats {at}"), "from": "2026-03-01",
                "active": at % 3 != 0, "visits": [visit(at), visit(at + 7), visit(at + 14)] })
        })
        .collect();
    let contacts: Vec<_> = (0..CONTACTS)
        .map(|at| json!({ "id": format!("k{at}"), "name": format!("Karin Kontakt {at}"), "role": "handläggare", "phone": "0911-000 00" }))
        .collect();
    let unit = |id: &str| json!({ "id": id, "name": "Hemtjänst Nord" });
    let page = json!({
        "person": producers::patient()?, "provider": unit("SE2321000016-0000"), "unit": unit("SE2321000016-1000"),
        "services": services, "contacts": contacts, "more": null,
    });
    Ok(page.to_string().into_bytes())
}

/// The same source in the language's own runtime: told a number of lookups by line, it says what one of them took.
struct Native {
    process: Child,
    asked: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Native {
    fn start(language: Language, reply: &Path) -> Result<Self> {
        let project = project(language);
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/native");
        let (program, script) = match language {
            Language::Python => (project.join(".venv/bin/python"), scripts.join("sample.py")),
            _ => (PathBuf::from("node"), scripts.join("sample.mjs")),
        };
        let mut command = Command::new(program);
        command.arg(script).arg(&project).arg(reply).arg(producers::patient()?);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let asked = process.stdin.take().context("no input")?;
        let said = BufReader::new(process.stdout.take().context("no output")?);
        Ok(Self { process, asked, said })
    }

    /// Milliseconds of one of several lookups, and how many entries it pushed.
    fn run(&mut self, calls: usize) -> Result<(f64, usize)> {
        writeln!(self.asked, "{calls}")?;
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        let (took, entries) = line.trim().split_once(' ').with_context(|| format!("it said {line:?}"))?;
        Ok((took.parse()?, entries.parse()?))
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        let _has_ended = self.process.kill();
        let _is_gone = self.process.wait();
    }
}

/// Measures every language.
///
/// # Errors
/// When a sample is not built, a runtime is missing, or two sides do not do the same.
pub fn measure(share: usize) -> Result<Vec<Ratio>> {
    let (reply, rounds) = (reply()?, (8 * share / 100).max(3));
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("reply.json");
    fs::write(&file, &reply)?;
    let case = Case::new(reply, &SECTIONS)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let rust = Guest::load(&component(Language::Rust)?)?;
    let mut ratios = Vec::new();
    for language in Language::ALL {
        let guest = Guest::load(&component(language)?)?;
        let (entries, complete) = guest.fresh(&case)?;
        ensure!((entries, complete) == (SERVICES + CONTACTS, 2), "{language}: {entries} entries, {complete} complete");
        let fresh = async || timed(CALLS, || guest.fresh(&case));
        if language != Language::Rust {
            let mut native = Native::start(language, &file)?;
            // Until the runtime has compiled what it compiles.
            let (_, outside) = native.run(300)?;
            ensure!(outside == entries, "{language}: {entries} entries in the sandbox and {outside} outside");
            let pairs = runtime.block_on(Pairs::abba(rounds, fresh, async || native.run(CALLS).map(|told| told.0)))?;
            let own = if language == Language::Python { "CPython" } else { "Node" };
            let what = format!("sample adapter in {language}, fresh sandbox / same source in {own}, 50 kB reply");
            ratios.push(Ratio::of("R4", what, &pairs, None));
            let pairs = runtime.block_on(Pairs::abba(rounds, fresh, async || timed(CALLS, || rust.fresh(&case))))?;
            let what = format!("sample adapter in {language} / in Rust, both in a fresh sandbox, 50 kB reply");
            ratios.push(Ratio::of("R4", what, &pairs, None));
        }
        let pairs = runtime.block_on(Pairs::abba(rounds, fresh, async || guest.live(&case, CALLS)))?;
        let what = format!("sample adapter in {language}, fresh instance / living instance, 50 kB reply");
        ratios.push(Ratio::of("R5", what, &pairs, None));
    }
    Ok(ratios)
}
