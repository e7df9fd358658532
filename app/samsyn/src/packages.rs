//! Trying a package apart from the portal: in a child of this very program, with limits of memory and time and an empty environment.
//!
//! Not here: what the trial is (`samsyn_kit`), what becomes of its verdict (`service::catalogue`).
//! Invariant: what is wrong with a package is its verdict, in words for its vendor, and never an error of the portal; whatever the child leaves is
//! removed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use samsyn_domain::package::{Described, FailedCase, Signature, Verdict};
use samsyn_kit::{
    package::Package,
    refusal::Refusal,
    rehearsal::{Metering, Stage},
    report::Report,
    signature, trial,
};
use samsyn_service::port::{
    PortError,
    inspector::{Inspected, Inspector, Told},
};
use serde_json::{from_slice, to_value, to_vec};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{ChildStderr, ChildStdout, Command},
    time::timeout,
};

/// What the child is handed and leaves.
const PACKAGE: &str = "package.samsyn";
const KEYS: &str = "keys.json";
const VERDICT: &str = "verdict.json";
const COMPONENT: &str = "component.wasm";
/// Address space of the child. An adapter in Python takes about 400 MB to compile, twice, and its cases run beside each other.
const CHILD_ADDRESS_SPACE_KIB: u64 = 8 * 1024 * 1024;
/// Computing time of the child.
const CHILD_CPU_S: u64 = 900;
/// Longest wait for the child.
const CHILD_WALL: Duration = Duration::from_mins(12);
/// What is kept of the child's complaint.
const COMPLAINT_MAX_BYTES: u64 = 4 * 1024;
const INSPECT: &str = "try the package";

/// Tries packages in a child of a program: `program inspect-package DIR`, which must end in [`inspect`].
#[derive(Debug, Clone)]
pub struct ByChild {
    program: PathBuf,
    work: PathBuf,
}

impl ByChild {
    /// By this program, with its files under this directory.
    pub fn new(program: PathBuf, data_dir: &Path) -> Self {
        Self { program, work: data_dir.join("packages-on-trial") }
    }
}

#[async_trait]
impl Inspector for ByChild {
    async fn inspect(&self, package: &[u8], keys: &[String], told: Told) -> Result<Inspected, PortError> {
        let failed = |error: anyhow::Error| PortError::new(INSPECT, format_args!("{error:#}"));
        let dir = handed_over(&self.work, package, keys).map_err(failed)?;
        let ended = timeout(CHILD_WALL, followed(&self.program, dir.path(), &told)).await;
        match ended {
            Ok(Ok(None)) => read_back(dir.path()).map_err(failed),
            Ok(Ok(Some(complaint))) => {
                tracing::warn!(complaint, "the child that tried a package ended without a verdict");
                let what =
                    "the trial ended without a result: it took more than 8 GiB of memory or 15 minutes of computing";
                Ok(Inspected { verdict: too_much(what), component: None })
            }
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Ok(Inspected { verdict: too_much("the trial did not end within 12 minutes"), component: None }),
        }
    }
}

/// Tries packages in this process. For tests, where the package is one's own.
#[derive(Debug, Clone)]
pub struct Here;

#[async_trait]
impl Inspector for Here {
    async fn inspect(&self, package: &[u8], keys: &[String], told: Told) -> Result<Inspected, PortError> {
        let failed = |error: anyhow::Error| PortError::new(INSPECT, format_args!("{error:#}"));
        let dir = handed_over(&std::env::temp_dir(), package, keys).map_err(failed)?;
        let tried = tokio::task::spawn_blocking(move || {
            inspect(dir.path(), Kept::No, &mut |what| told(what))?;
            read_back(dir.path())
        });
        tried.await.map_err(|error| PortError::new(INSPECT, error))?.map_err(failed)
    }
}

fn too_much(what: &str) -> Verdict {
    Verdict::refused(what, "run `samsyn adapter test` on it: the cases are to take seconds each")
}

/// A fresh directory with what the child needs. It is removed when it is dropped.
fn handed_over(work: &Path, package: &[u8], keys: &[String]) -> Result<tempfile::TempDir> {
    fs::create_dir_all(work).with_context(|| work.display().to_string())?;
    let dir = tempfile::tempdir_in(work).with_context(|| work.display().to_string())?;
    fs::write(dir.path().join(PACKAGE), package)?;
    fs::write(dir.path().join(KEYS), to_vec(keys)?)?;
    Ok(dir)
}

/// Runs the child and tells each of its lines. Gives its complaint when it did not end well.
async fn followed(program: &Path, dir: &Path, told: &Told) -> Result<Option<String>> {
    // The shell sets the limits and is then replaced by the program, so that they hold from its first instruction.
    let script = format!("ulimit -v {CHILD_ADDRESS_SPACE_KIB} && ulimit -t {CHILD_CPU_S} && exec nice \"$0\" \"$@\"");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .arg(program)
        .arg("inspect-package")
        .arg(dir)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting the child")?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (lines, complaint) = tokio::join!(lines(out, told), complaint(err));
    lines?;
    let status = child.wait().await?;
    Ok((!status.success()).then(|| format!("{status}: {complaint}")))
}

async fn lines(out: Option<ChildStdout>, told: &Told) -> Result<()> {
    let Some(out) = out else { return Ok(()) };
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next_line().await? {
        told(&line);
    }
    Ok(())
}

async fn complaint(err: Option<ChildStderr>) -> String {
    let Some(err) = err else { return String::new() };
    let mut text = Vec::new();
    let mut reader = err.take(COMPLAINT_MAX_BYTES);
    let _unreadable = reader.read_to_end(&mut text).await;
    // What follows is read too, so that the child is not kept waiting.
    let _rest = tokio::io::copy(&mut reader.into_inner(), &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&text).trim().to_owned()
}

fn read_back(dir: &Path) -> Result<Inspected> {
    let verdict: Verdict = from_slice(&fs::read(dir.join(VERDICT)).context("reading the verdict")?)?;
    let component =
        if verdict.passed() { Some(fs::read(dir.join(COMPONENT)).context("reading the component")?) } else { None };
    Ok(Inspected { verdict, component })
}

/// Whether what was compiled is found again within a trial. A process has one place for it, so only a child that tries one package can say where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Yes,
    /// It is compiled each time.
    No,
}

/// Tries the package in a directory and leaves the verdict there: what the child does. `told` hears what it is at.
///
/// # Errors
/// When the directory cannot be read or written.
pub fn inspect(dir: &Path, kept: Kept, told: &mut dyn FnMut(&str)) -> Result<()> {
    let package = fs::read(dir.join(PACKAGE)).context("reading the package")?;
    let keys: Vec<String> = from_slice(&fs::read(dir.join(KEYS)).context("reading the keys")?)?;
    let verdict = tried(&package, &keys, (dir, kept), told)?;
    fs::write(dir.join(VERDICT), to_vec(&verdict)?).context("writing the verdict")
}

fn tried(bytes: &[u8], keys: &[String], (dir, kept): (&Path, Kept), told: &mut dyn FnMut(&str)) -> Result<Verdict> {
    let refused = |refusal: Refusal| Verdict::refused(refusal.what, refusal.advice);
    told("package");
    let package = match Package::read(bytes) {
        Ok(package) => package,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let signature = signed(&package, keys);
    let stated = match package.manifest() {
        Ok(manifest) => manifest,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let described: Option<Described> = Some(serde_json::from_value(to_value(&stated)?)?);
    // What it says of itself is told also of one that is not admitted.
    let with = |verdict: Verdict| Verdict { signature: signature.clone(), described: described.clone(), ..verdict };
    let folder = tempfile::tempdir_in(dir)?;
    let compiled = folder.path().join("compiled");
    fs::create_dir(&compiled)?;
    let project = match package.unpack(folder.path()) {
        Ok(project) => project.keeping((kept == Kept::Yes).then_some(compiled)),
        Err(refusal) => return Ok(with(refused(refusal))),
    };
    told("admission");
    match Stage::open(&project, Metering::Off) {
        Ok(stage) if *stage.manifest() != stated => {
            let what = "manifest.json in the package is not what the component says of itself";
            return Ok(with(Verdict::refused(what, "pack it again with `samsyn adapter pack`")));
        }
        Ok(_) => {}
        Err(refusal) => return Ok(with(refused(refusal))),
    }
    let report = match trial::run(&project, &mut |case| told(case)) {
        Ok(report) => report,
        Err(refusal) => return Ok(with(refused(refusal))),
    };
    fs::write(dir.join(COMPONENT), package.component()).context("writing the component")?;
    Ok(with(judged(&report, package.component().len())))
}

fn judged(report: &Report, bytes: usize) -> Verdict {
    let failed = report.cases.iter().filter(|case| !case.troubles.is_empty()).map(|case| FailedCase {
        case: case.name.clone(),
        found: case.troubles.iter().map(|trouble| format!("{}: {}", trouble.place, trouble.finding.what)).collect(),
    });
    Verdict {
        trouble: None,
        described: None,
        component: Some(report.adapter.digest.clone()),
        component_bytes: bytes as u64,
        signature: Signature::Nobody,
        cases: report.cases.len(),
        lookups: report.runs(),
        failed: failed.collect(),
        untried: report.untried.clone(),
    }
}

fn signed(package: &Package, keys: &[String]) -> Signature {
    if !package.is_signed() {
        return Signature::Nobody;
    }
    let by = keys.iter().find(|key| signature::key(key).is_ok_and(|public| package.verify(&public).is_ok()));
    by.map_or(Signature::Unknown, |key| Signature::Vendor { key: key.clone() })
}
