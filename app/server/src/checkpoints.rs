//! The log's checkpoints, kept elsewhere: written to a file and sent to others while the portal runs, compared with the log when it
//! starts.
//!
//! Not here: signing (`store`). Invariant: a portal does not start on a log that does not begin with the one its last checkpoint was signed
//! of; a checkpoint that cannot be kept elsewhere stops nobody's work and is told to the operator.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use samsyn_store::{LogCheckpoint, Store};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};
use url::Url;

use crate::{
    config::{AuditConfig, ConfigError},
    wiring::StartError,
};

/// How long a receiver may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What keeps checkpoints elsewhere while the portal runs.
pub struct Checkpoints {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Checkpoints {
    /// Compares the log with the checkpoint in the file, and begins to keep those that follow.
    ///
    /// # Errors
    /// When the file cannot be read, holds no checkpoint of this log, or the log does not begin with the one it was signed of.
    pub async fn start(config: &AuditConfig, store: &Store) -> Result<Self, StartError> {
        if let Some(file) = &config.checkpoint_file {
            compare(file, store).await?;
        }
        let keeper = Keeper {
            file: config.checkpoint_file.clone(),
            to: config.checkpoint_to.clone(),
            client: client().map_err(|error| ConfigError::refused("audit.checkpoint_to", error.to_string()))?,
            newest: store.checkpoints(),
        };
        let (stop, stopped) = oneshot::channel();
        let every = Duration::from_secs(config.checkpoint_every_seconds.into());
        Ok(Self { stop, task: tokio::spawn(keeper.run(every, stopped)) })
    }

    /// Keeps the last one, when the log has been closed.
    pub async fn finish(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(Duration::from_secs(2))
        .timeout(ANSWER_WITHIN)
        .build()
}

async fn compare(file: &Path, store: &Store) -> Result<(), StartError> {
    let unusable = |why: String| ConfigError::refused("audit.checkpoint_file", format!("{}: {why}", file.display()));
    let note = match fs::read_to_string(file) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unusable(error.kind().to_string()).into()),
    };
    let kept = LogCheckpoint::open(&note, &store.audit_key().await?).map_err(|error| {
        unusable(format!(
            "{error}. Nothing was changed. If the portal has begun on a new database, put the file aside and keep it with the old one"
        ))
    })?;
    match store.goes_on_from(&kept).await? {
        Ok(()) => Ok(()),
        Err(broken) => Err(StartError::Log { file: file.to_owned(), broken }),
    }
}

struct Keeper {
    file: Option<PathBuf>,
    to: Vec<Url>,
    client: reqwest::Client,
    newest: watch::Receiver<Option<Arc<str>>>,
}

impl Keeper {
    async fn run(mut self, every: Duration, mut stopped: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                changed = self.newest.changed() => {
                    let last = changed.is_err();
                    self.keep().await;
                    if last {
                        return;
                    }
                }
                _ = &mut stopped => break,
            }
            tokio::select! {
                () = sleep(every) => {}
                _ = &mut stopped => break,
            }
        }
        self.keep().await;
    }

    async fn keep(&mut self) {
        let Some(note) = self.newest.borrow_and_update().clone() else { return };
        if let Some(file) = self.file.clone()
            && let Err(error) = replace(file.clone(), Arc::clone(&note)).await
        {
            tracing::error!(file = %file.display(), %error, "the log's checkpoint could not be written; nothing shows a log put back to before it");
        }
        for (number, url) in self.to.iter().enumerate() {
            let told = self
                .client
                .post(url.clone())
                .header("content-type", "text/plain; charset=utf-8")
                .body(note.to_string());
            let told = timeout(ANSWER_WITHIN, told.send()).await;
            let taken = matches!(&told, Ok(Ok(answer)) if answer.status().is_success());
            if !taken {
                tracing::warn!(
                    receiver = number + 1,
                    "the log's checkpoint was not taken; it is sent again with the next records"
                );
            }
        }
    }
}

/// Puts a new content in the place of the old one, whole or not at all. Waits for the disk beside the runtime, not on it.
async fn replace(file: PathBuf, note: Arc<str>) -> io::Result<()> {
    let replaced = tokio::task::spawn_blocking(move || {
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(dir)?;
        io::Write::write_all(&mut new, note.as_bytes())?;
        new.as_file().sync_all()?;
        new.persist(&file)?;
        fs::File::open(dir)?.sync_all()
    });
    replaced.await?
}
