//! An adapter ready to run: admitted, compiled, linked, described. All of it outside the request path.
//!
//! Compiling hostile input can take any time and memory, so a server does it in a child process with limits of its own,
//! which fills the directory of compiled code; the server then finds it there. Compiled code from anywhere else is never
//! read. Not here: which adapter serves which source (`runtime`).
//! Invariant: a [`Prepared`] has passed every check; there is no way to make one without them.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
};

use crate::{
    abi::Linked,
    admission::{self, Refusal},
    call::{Call, Gauge, SharedRecord},
    collected::Collected,
    engine::{EngineError, Sandbox},
    journal::Journal,
    limits::Limits,
    manifest::Manifest,
    report::StopKind,
};

/// Address space of a compiling child. Compiling an adapter in Python takes about 400 MB of memory.
const CHILD_ADDRESS_SPACE_KIB: u64 = 4 * 1024 * 1024;
/// Computing time of a compiling child.
const CHILD_CPU_S: u64 = 120;
/// Longest wait for a compiling child.
const CHILD_WALL: Duration = Duration::from_mins(4);
/// What is kept of a child's complaint.
const CHILD_COMPLAINT_MAX_BYTES: u64 = 4 * 1024;

/// Who compiles.
#[derive(Debug, Clone)]
pub enum CompileBy {
    /// This process. For tests and the kit, where the component is one's own.
    Here,
    /// A child: `program args… CACHE_DIR`, with the component on its standard input. It must end in
    /// [`compile_into_cache`].
    Child {
        /// Normally the running binary.
        program: PathBuf,
        /// What comes before the directory.
        args: Vec<OsString>,
    },
}

/// Why an adapter could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// It is not admitted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The sandbox does not run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The child did not compile it.
    #[error("compiling in a child process failed: {0}")]
    Child(String),
}

/// An adapter ready to run.
pub struct Prepared {
    sandbox: Sandbox,
    linked: Linked,
    manifest: Manifest,
    digest: String,
}

impl Prepared {
    /// What it says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the component, hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether an administrator can press "test".
    pub const fn has_selftest(&self) -> bool {
        self.linked.has_selftest()
    }

    pub(crate) const fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(crate) const fn linked(&self) -> &Linked {
        &self.linked
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("id", &self.manifest.id).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// Prepares an adapter under the default limits.
///
/// # Errors
/// Why it is not admitted, in words for its vendor; or that this machine cannot compile it.
pub async fn prepare(
    bytes: &[u8],
    cache_dir: Option<&Path>,
    compile: CompileBy,
) -> Result<Arc<Prepared>, PrepareError> {
    prepare_within(bytes, cache_dir, compile, &Limits::default()).await
}

/// Prepares an adapter under limits of its own.
///
/// # Errors
/// As [`prepare`].
pub async fn prepare_within(
    bytes: &[u8],
    cache_dir: Option<&Path>,
    compile: CompileBy,
    limits: &Limits,
) -> Result<Arc<Prepared>, PrepareError> {
    admission::inspect(bytes, limits)?;
    let sandbox = Sandbox::start(cache_dir)?;
    let in_child = matches!(compile, CompileBy::Child { .. });
    if let CompileBy::Child { program, args } = compile {
        let dir =
            sandbox.cache_dir().ok_or_else(|| PrepareError::Child("there is no directory to compile into".into()))?;
        compile_in_child(&program, &args, dir, bytes).await?;
    }
    finish(sandbox, bytes, in_child, limits).await
}

/// Prepares an adapter on an engine of its own that counts its instructions. For the adapter kit.
///
/// # Errors
/// As [`prepare`].
pub async fn prepare_metered(
    bytes: &[u8],
    cache_dir: Option<&Path>,
    limits: &Limits,
) -> Result<Arc<Prepared>, PrepareError> {
    admission::inspect(bytes, limits)?;
    finish(Sandbox::start_metered(cache_dir)?, bytes, false, limits).await
}

/// Compiles, links and describes what has passed the static admission.
async fn finish(
    sandbox: Sandbox,
    bytes: &[u8],
    in_child: bool,
    limits: &Limits,
) -> Result<Arc<Prepared>, PrepareError> {
    let digest = hex::encode(Sha256::digest(bytes));
    let linked = link(&sandbox, bytes.to_vec(), in_child).await?;
    let text = describe(&sandbox, &linked, limits).await?;
    let manifest = Manifest::read(&text).map_err(Refusal::from)?;
    tracing::info!(adapter = manifest.id, version = manifest.version, digest, "adapter prepared");
    Ok(Arc::new(Prepared { sandbox, linked, manifest, digest }))
}

/// Admits and compiles a component into the directory of compiled code. What the child process of [`prepare`] does.
///
/// # Errors
/// As [`prepare`].
pub fn compile_into_cache(component: &[u8], cache_dir: &Path) -> Result<(), PrepareError> {
    admission::inspect(component, &Limits::default())?;
    let sandbox = Sandbox::start_compiler(cache_dir)?;
    sandbox.compile(component).map(drop).map_err(|why| Refusal::Compile(why).into())
}

async fn link(sandbox: &Sandbox, bytes: Vec<u8>, expect_cached: bool) -> Result<Linked, PrepareError> {
    let sandbox = sandbox.clone();
    let linking = tokio::task::spawn_blocking(move || {
        let before = sandbox.cache_misses();
        let component = sandbox.compile(&bytes).map_err(Refusal::Compile)?;
        if expect_cached && sandbox.cache_misses() != before {
            tracing::warn!("a child process compiled the adapter, but its result was not found");
        }
        Linked::new(&sandbox, &component).map_err(Refusal::Link)
    });
    match linking.await {
        Ok(linked) => Ok(linked?),
        Err(error) => Err(Refusal::Compile(error.to_string()).into()),
    }
}

/// Asks the adapter for its manifest: no network, no settings, no patient.
async fn describe(sandbox: &Sandbox, linked: &Linked, limits: &Limits) -> Result<String, Refusal> {
    let gauge = Arc::new(Gauge::default());
    let limits = Arc::new(limits.clone());
    let record = SharedRecord::new(Collected::nothing(), Journal::new(&limits));
    let call = Call::new(None, Arc::default(), Arc::clone(&limits), record, Arc::clone(&gauge));
    let turn = sandbox.turn().await;
    let mut store = sandbox.store(call, &limits, &turn);
    let within = Duration::from_millis(limits.describe_ms);
    match tokio::time::timeout(within, linked.describe(&mut store)).await {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => {
            tracing::debug!(error = %format_args!("{error:#}"), "`describe` stopped");
            Err(Refusal::Describe(StopKind::of(&error, &gauge).to_string()))
        }
        Err(_) => Err(Refusal::Describe(format!("not within {} ms", limits.describe_ms))),
    }
}

async fn compile_in_child(program: &Path, args: &[OsString], dir: &Path, bytes: &[u8]) -> Result<(), PrepareError> {
    let failed = |why: String| PrepareError::Child(why);
    // The shell sets the limits and is then replaced by the program, so that they hold from its first instruction.
    let script = format!("ulimit -v {CHILD_ADDRESS_SPACE_KIB} && ulimit -t {CHILD_CPU_S} && exec \"$0\" \"$@\"");
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg(program)
        .args(args)
        .arg(dir)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    match tokio::time::timeout(CHILD_WALL, feed(&mut child, bytes)).await {
        Ok(Ok((true, _))) => Ok(()),
        Ok(Ok((false, complaint))) => Err(failed(complaint)),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed(format!("not done within {} s", CHILD_WALL.as_secs()))),
    }
}

/// Hands the component over and waits. Gives whether it went well, and the end of what was complained about.
async fn feed(child: &mut Child, bytes: &[u8]) -> std::io::Result<(bool, String)> {
    let mut complaint = Vec::new();
    let stdin = child.stdin.take();
    let stderr = child.stderr.take();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A child that refuses early closes its end; its complaint says more than the broken pipe.
            let _closed_early = stdin.write_all(bytes).await;
        }
    };
    let read = async {
        match stderr {
            Some(stderr) => stderr.take(CHILD_COMPLAINT_MAX_BYTES).read_to_end(&mut complaint).await,
            None => Ok(0),
        }
    };
    let ((), read) = tokio::join!(write, read);
    read?;
    let status = child.wait().await?;
    let text = String::from_utf8_lossy(&complaint).trim().to_owned();
    Ok((status.success(), if text.is_empty() { format!("it ended with {status}") } else { text }))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(script: &str, dir: &Path) -> Result<(), PrepareError> {
        let args = ["-c", script].map(OsString::from);
        compile_in_child(Path::new("/bin/sh"), &args, dir, b"component").await
    }

    #[tokio::test]
    async fn a_child_gets_the_component_and_the_directory_and_nothing_of_our_environment() {
        let dir = std::env::temp_dir().join(format!("samsyn-child-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&dir).unwrap();
        run("cat > \"$0/component\"; printenv HOME > \"$0/home\"; true", &dir).await.unwrap();
        assert_eq!(std::fs::read(dir.join("component")).unwrap(), b"component");
        assert_eq!(std::fs::read(dir.join("home")).unwrap(), b"");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[tokio::test]
    async fn a_child_that_refuses_is_quoted_even_when_it_reads_nothing() {
        let error = run("echo not today >&2; exit 3", Path::new("/")).await.unwrap_err();
        assert_eq!(error.to_string(), "compiling in a child process failed: not today");
        let silent = run("exit 3", Path::new("/")).await.unwrap_err();
        assert!(silent.to_string().contains('3'), "{silent}");
    }

    #[tokio::test]
    async fn a_child_runs_under_limits_of_memory_and_time() {
        let error = run("ulimit -v >&2; ulimit -t >&2; exit 1", Path::new("/")).await.unwrap_err();
        let expected = format!("{CHILD_ADDRESS_SPACE_KIB}\n{CHILD_CPU_S}");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
}
