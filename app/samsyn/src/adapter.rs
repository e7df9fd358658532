//! `samsyn adapter …`: the kit at a vendor's desk, as a command line.
//!
//! Not here: what it does (`samsyn-kit`).
//! Invariant: results go to standard output, progress and advice to standard error; exit 0 only when nothing is wrong.

mod arguments;

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use samsyn_kit::{
    acceptance::{self, Accepted},
    bench,
    case::{self, Case},
    judge,
    package::Package,
    project::Project,
    record,
    rehearsal::{Metering, Stage},
    report::Adapter,
    scaffold, signature, trial,
};

pub use self::arguments::AdapterCommand;
use self::arguments::{
    AcceptArguments, BenchArguments, CheckArguments, KeyArguments, NewArguments, PackArguments, RecordArguments,
    TestArguments,
};

/// Runs a command of the kit.
///
/// # Errors
/// What is wrong, with what to do.
pub fn run(command: AdapterCommand) -> Result<()> {
    match done(command) {
        // Whoever reads has seen enough, as `| head` does.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        done => done,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn done(command: AdapterCommand) -> Result<()> {
    match command {
        AdapterCommand::New(arguments) => new(&arguments),
        AdapterCommand::Check(arguments) => check(&arguments),
        AdapterCommand::Test(arguments) => test(&arguments),
        AdapterCommand::Accept(arguments) => accept(&arguments),
        AdapterCommand::Record(arguments) => record(&arguments),
        AdapterCommand::Bench(arguments) => bench(&arguments),
        AdapterCommand::Pack(arguments) => pack(&arguments),
        AdapterCommand::Key(arguments) => key(&arguments),
    }
}

/// Opens a project, and says when it was changed after it was built.
fn open(path: &Path) -> Result<Project> {
    let project = Project::open(path)?.keeping(compiled_adapters());
    if let Some(source) = project.newer_source() {
        let build = project.how_to_build();
        eprintln!("note: {} was changed after the component was built; {build}", source.display());
    }
    Ok(project)
}

/// Compiled adapters are kept between runs, where this user's programs keep such things.
fn compiled_adapters() -> Option<PathBuf> {
    let home = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = home.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))?;
    let dir = cache.join("samsyn").join("compiled");
    // Without a place to keep it, it is compiled each time.
    fs::create_dir_all(&dir).ok()?;
    Some(dir)
}

fn save(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content)
        .with_context(|| format!("{}: cannot be written; give a folder that exists", file.display()))
}

fn new(arguments: &NewArguments) -> Result<()> {
    let folder = scaffold::create(arguments.lang, &arguments.dir, &arguments.name)?;
    writeln!(io::stdout(), "written: {}\nnext:    read {}", folder.display(), folder.join("README.md").display())?;
    Ok(())
}

/// A package is checked against its own list and signature, then admitted like any component.
fn opened(arguments: &CheckArguments) -> Result<Stage> {
    if arguments.path.extension().is_none_or(|extension| extension != "samsyn") {
        if arguments.public_key.is_some() {
            bail!("only a package (.samsyn) is signed; leave --public-key out");
        }
        return Ok(Stage::open(&open(&arguments.path)?, Metering::Off)?);
    }
    let package = Package::read(&fs::read(&arguments.path).with_context(|| arguments.path.display().to_string())?)?;
    let mut out = io::stdout();
    if let Some(file) = &arguments.public_key {
        package.verify(&signature::public_key(file)?)?;
        writeln!(out, "signed:   by this key")?;
    } else {
        writeln!(out, "signed:   {}", if package.is_signed() { "yes, not checked; give --public-key" } else { "no" })?;
    }
    let report = package.report()?;
    let verdict = if report.passed() { "passed" } else { "failed" };
    writeln!(out, "report:   {} cases, {} lookups, {verdict}", report.cases.len(), report.runs())?;
    Ok(Stage::of(
        package.component().to_vec(),
        &Project::open(&arguments.path)?.keeping(compiled_adapters()),
        Metering::Off,
    )?)
}

fn check(arguments: &CheckArguments) -> Result<()> {
    let stage = opened(arguments)?;
    let (adapter, manifest) = (Adapter::of(&stage), stage.manifest());
    let mut out = io::stdout();
    writeln!(out, "admitted: {} {} by {}", adapter.id, adapter.version, adapter.vendor)?;
    writeln!(out, "contract: {}\nsha256:   {}", adapter.contract, adapter.digest)?;
    writeln!(out, "size:     {} kB\nsections: {}", stage.component().len() / 1024, manifest.sections.join(" "))?;
    for origin in &manifest.origins {
        let methods: Vec<&str> = origin.methods.iter().map(http::Method::as_str).collect();
        writeln!(out, "origin:   {} ({}): {}", origin.alias, methods.join(" "), origin.description)?;
    }
    for slot in &manifest.credential_slots {
        writeln!(out, "slot:     {}: {}", slot.name, slot.description)?;
    }
    for setting in &manifest.settings {
        let required = if setting.required { " (required)" } else { "" };
        writeln!(out, "setting:  {}{required}: {}", setting.key, setting.help)?;
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
    if let Some(file) = &arguments.json {
        save(file, judge::pretty(&serde_json::to_value(&report)?).as_bytes())?;
    }
    if let Some(file) = &arguments.junit {
        save(file, report.junit()?.as_bytes())?;
    }
    write!(io::stdout(), "{}", report.table())?;
    if !report.passed() {
        let failed = report.cases.iter().filter(|case| !case.troubles.is_empty()).count();
        bail!("{failed} of {} cases failed", report.cases.len());
    }
    Ok(())
}

fn record(arguments: &RecordArguments) -> Result<()> {
    let project = open(&arguments.path)?;
    let person = arguments.person_from_stdin.then(|| io::read_to_string(io::stdin())).transpose()?;
    let recorded = record::record(&project, &arguments.case, person.as_deref().map(str::trim), arguments.again)?;
    let (people, words) = recorded.pseudonyms;
    let mut out = io::stdout();
    writeln!(out, "written: {} ({} exchanges)", recorded.file.display(), recorded.exchanges)?;
    writeln!(out, "pseudonyms: {people} people, {words} words; read the file before you share it")?;
    if let Some(trouble) = recorded.trouble {
        writeln!(out, "note: the lookup did not end well: {trouble}")?;
    }
    writeln!(out, "next:    samsyn adapter test {} --show {}", arguments.path.display(), arguments.case)?;
    Ok(())
}

fn bench(arguments: &BenchArguments) -> Result<()> {
    let costs = bench::run(&open(&arguments.path)?)?;
    if let Some(file) = &arguments.json {
        save(file, judge::pretty(&serde_json::to_value(&costs)?).as_bytes())?;
    }
    write!(io::stdout(), "{}", bench::table(&costs))?;
    Ok(())
}

fn pack(arguments: &PackArguments) -> Result<()> {
    let project = open(&arguments.path)?;
    let key = arguments.key.as_deref().map(signature::secret_key).transpose()?;
    let (mut package, report) = Package::of(&project, &mut |case| eprintln!("── {case}"))?;
    if let Some(key) = &key {
        package.sign(key)?;
    }
    let file = arguments.out.as_ref().unwrap_or(&arguments.path).join(package.file_name());
    save(&file, &package.write()?)?;
    let mut out = io::stdout();
    write!(out, "{}", report.table())?;
    writeln!(out, "written: {} ({})", file.display(), if package.is_signed() { "signed" } else { "not signed" })?;
    Ok(())
}

fn key(arguments: &KeyArguments) -> Result<()> {
    let (secret, public) = signature::create(&arguments.file)?;
    writeln!(io::stdout(), "written: {} (keep it to yourself)\nwritten: {}", secret.display(), public.display())?;
    Ok(())
}

/// One case as recorded, for whoever writes it.
fn show(project: &Project, name: &str) -> Result<()> {
    let folder = project.cases.as_ref().context("a component by itself has no cases; name the project's folder")?;
    if !folder.join(name).is_dir() {
        let names: Vec<String> = case::read_all(folder)?.into_iter().map(|case| case.name).collect();
        bail!("there is no case `{name}`\n  what to do: name one of {}", names.join(", "));
    }
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
            Accepted::Written(difference) if difference.is_empty() => writeln!(out, "{name}: written")?,
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
        let (cases, them) = if refused == 1 { ("1 case breaks", "it") } else { ("cases break", "them") };
        let count = if refused == 1 { String::new() } else { format!("{refused} ") };
        bail!("{count}{cases} a rule of the contract, so nothing was written for {them}");
    }
    Ok(())
}
