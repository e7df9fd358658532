//! The writer of the log: one task that writes whoever is waiting in one transaction.
//!
//! While one COMMIT waits for the disk, the next records gather; they then share the next COMMIT. A group that fails, fails
//! for everybody in it, and the connection is opened anew before the next group, so the log works again as soon as the
//! disk does.
//! Not here: retries. The caller shows nothing and the user asks again.
//! Invariant: nobody is told of success before COMMIT has returned. The reverse cannot be promised: when the answer to a
//! COMMIT is lost, a refused record may be in the log, as an attempt of which nothing was shown.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use samsyn_service::port::PortError;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use super::{
    checkpoint::LogKey,
    head::{self, HeadError, Tree},
    patient,
    record::Columns,
    tree::Place,
};
use crate::{
    AuditBreak, StoreError, StoreKey,
    entity::audit_record::Entity,
    error::failed,
    migration::advisory_lock,
    open::{LogConnection, durability},
    store::begin_write,
};

const APPEND: &str = "append audit record";
/// Records in one transaction. 11 columns each must stay below 32 766 parameters.
const GROUP_MAX: usize = 256;
/// Records that may wait before callers wait for a place.
const WAITING_MAX: usize = 4096;
/// PostgreSQL: the advisory lock of whoever appends, so that nodes do so one after the other.
const APPEND_LOCK: i64 = 0x5a5a_0002;

type Answer = Result<String, PortError>;

enum Message {
    Append(Box<Waiting>),
    Close(oneshot::Sender<()>),
}

/// A record and whoever waits for it.
struct Waiting {
    columns: Columns,
    answer: oneshot::Sender<Answer>,
}

/// Where records wait for the writer.
#[derive(Clone)]
pub(crate) struct Queue {
    messages: mpsc::Sender<Message>,
    checkpoints: watch::Receiver<Option<Arc<str>>>,
    groups: Arc<AtomicU64>,
    within: Duration,
}

impl Queue {
    /// Starts the writer on the current runtime.
    pub fn start(log: LogConnection, key: Arc<StoreKey>, within: Duration) -> Self {
        let (messages, waiting) = mpsc::channel(WAITING_MAX);
        let (newest, checkpoints) = watch::channel(None);
        let groups = Arc::<AtomicU64>::default();
        let writer = Writer { log, key, within, suspect: false, tree: None, newest, groups: Arc::clone(&groups) };
        tokio::spawn(writer.run(waiting));
        Self { messages, checkpoints, groups, within }
    }

    /// The signed note of the last group that was committed; none before the first.
    pub fn checkpoints(&self) -> watch::Receiver<Option<Arc<str>>> {
        self.checkpoints.clone()
    }

    /// How many groups have been committed.
    pub fn groups(&self) -> u64 {
        self.groups.load(Ordering::Relaxed)
    }

    /// Waits until the record is durable, or fails.
    pub(super) async fn append(&self, columns: Columns) -> Answer {
        let closed = || PortError::new(APPEND, "the log is closed");
        let append = async {
            let (answer, answered) = oneshot::channel();
            self.messages.send(Message::Append(Box::new(Waiting { columns, answer }))).await.map_err(|_| closed())?;
            answered.await.map_err(|_| closed())?
        };
        timeout(self.within, append).await.map_err(|_| PortError::new(APPEND, "the database did not answer in time"))?
    }

    /// Lets what is waiting be written, then stops the writer.
    pub async fn close(&self) {
        let (done, stopped) = oneshot::channel();
        if self.messages.send(Message::Close(done)).await.is_ok() {
            let _ = stopped.await;
        }
    }
}

struct Writer {
    log: LogConnection,
    key: Arc<StoreKey>,
    within: Duration,
    /// The last group failed: the connection is new and must show that it is durable.
    suspect: bool,
    /// The tree as this writer has last seen it, and what it is signed with. Another node may have moved on from it.
    tree: Option<(Tree, Arc<LogKey>)>,
    newest: watch::Sender<Option<Arc<str>>>,
    groups: Arc<AtomicU64>,
}

/// The tree that a group has made, what it is signed with, and the signed note.
type Written = ((Tree, Arc<LogKey>), String);

/// What a group makes of the tree.
struct Next {
    tree: Tree,
    checkpoint: String,
    /// Tiles that have grown.
    grown: BTreeMap<Place, Vec<u8>>,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Message>) {
        let mut messages = Vec::with_capacity(GROUP_MAX);
        while waiting.recv_many(&mut messages, GROUP_MAX).await > 0 {
            let mut group = Vec::with_capacity(messages.len());
            let mut closing = None;
            for message in messages.drain(..) {
                match message {
                    Message::Append(waiting) if closing.is_none() => group.push(*waiting),
                    Message::Append(..) => {}
                    Message::Close(done) => closing = Some(done),
                }
            }
            self.serve(group).await;
            if let Some(done) = closing {
                let _ = done.send(());
                return;
            }
        }
    }

    async fn serve(&mut self, group: Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let failure = match self.write_in_time(&group).await {
            Ok(None) => None,
            Ok(Some((tree, checkpoint))) => {
                self.tree = Some(tree);
                self.groups.fetch_add(1, Ordering::Relaxed);
                self.newest.send_replace(Some(checkpoint.into()));
                None
            }
            Err(error) => Some(error.detail),
        };
        self.suspect = failure.is_some();
        if let Some(detail) = &failure {
            tracing::error!(records = group.len(), %detail, "audit records could not be written; what they were for is refused");
        }
        for Waiting { columns, answer } in group {
            let told = match &failure {
                None => Ok(columns.id().to_owned()),
                Some(detail) => Err(PortError::new(APPEND, detail)),
            };
            // Whoever stopped waiting has been told by its own time limit.
            let _ = answer.send(told);
        }
    }

    /// Writes a group, or gives up together with the connection.
    async fn write_in_time(&self, group: &[Waiting]) -> Result<Option<Written>, PortError> {
        let mut write = std::pin::pin!(self.write(group));
        // Pinned, so that the connection goes back to its pool only when it is known that it must not.
        let written = timeout(self.within, &mut write).await;
        let written = written.unwrap_or_else(|_| Err(PortError::new(APPEND, "the database did not answer in time")));
        if written.is_err() {
            self.log.renew();
        }
        written
    }

    /// Writes a group after whatever stands there, and returns the tree it has made. None when nobody waits any more.
    async fn write(&self, group: &[Waiting]) -> Result<Option<Written>, PortError> {
        let failed = failed(APPEND);
        let transaction = begin_write(self.log.database()).await.map_err(&failed)?;
        if self.suspect {
            durability::verify(&transaction).await.map_err(|error| match error {
                StoreError::Database(error) => error,
                other => PortError::new(APPEND, other),
            })?;
        }
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction.execute_raw(advisory_lock(APPEND_LOCK)).await.map_err(&failed)?;
        }
        // Asked only now, with every lock in hand: whoever has given up meanwhile has been refused, and is left out.
        let group: Vec<&Waiting> = group.iter().filter(|waiting| !waiting.answer.is_closed()).collect();
        if group.is_empty() {
            return Ok(None);
        }
        let (mut tree, mut log) = match &self.tree {
            Some(seen) => seen.clone(),
            None => self.read_tree(&transaction).await?,
        };
        let mut next = grow(&tree, &log, &group)?;
        if !head::swap(&transaction, &tree, &next.tree, &next.checkpoint).await.map_err(&failed)? {
            (tree, log) = self.read_tree(&transaction).await?;
            next = grow(&tree, &log, &group)?;
            if !head::swap(&transaction, &tree, &next.tree, &next.checkpoint).await.map_err(&failed)? {
                return Err(PortError::new(APPEND, "another node wrote at the same time"));
            }
        }
        let first = i64::try_from(tree.edge.size()).map_err(|_| PortError::new(APPEND, "the log is full"))?;
        let rows =
            (first..).zip(&group).map(|(place, waiting)| waiting.columns.placed(place).into_active_model().reset_all());
        Entity::insert_many(rows).exec_without_returning(&transaction).await.map_err(&failed)?;
        let about = (first..).zip(&group).filter_map(|(place, waiting)| waiting.columns.about(place));
        patient::insert(&transaction, about.collect()).await.map_err(&failed)?;
        head::keep(&transaction, tree.edge.size(), next.grown).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(Some(((next.tree, log), next.checkpoint)))
    }

    /// The tree as it stands in the database. One that has become shorter is not gone on with: what this node has told its readers
    /// is no longer there.
    async fn read_tree(&self, database: &impl ConnectionTrait) -> Result<(Tree, Arc<LogKey>), PortError> {
        let failed = failed(APPEND);
        let row = head::row(database).await.map_err(&failed)?;
        let row = row.ok_or_else(|| PortError::new(APPEND, AuditBreak::NoHead))?;
        let tree = head::tree(database, &row).await.map_err(|error| match error {
            HeadError::Broken(broken) => PortError::new(APPEND, broken),
            HeadError::Database(error) => failed(error),
        })?;
        if let Some((seen, _)) = &self.tree {
            let then = head::edge(database, seen.edge.size()).await.map_err(&failed)?;
            if tree.edge.size() < seen.edge.size() || then != Ok(seen.edge.clone()) {
                return Err(PortError::new(
                    APPEND,
                    "the log is no longer the one this program has written; nothing is added to it",
                ));
            }
        }
        Ok((tree, Arc::new(LogKey::of(&self.key, &row.origin))))
    }
}

fn grow(from: &Tree, log: &LogKey, group: &[&Waiting]) -> Result<Next, PortError> {
    let unsigned = |_| PortError::new(APPEND, "its tree has no head");
    let (mut edge, mut grown) = (from.edge.clone(), BTreeMap::new());
    for waiting in group {
        edge.push(waiting.columns.leaf(), |place, tile| drop(grown.insert(place, tile.to_vec())));
    }
    let kept = |place: Place, tile: &[u8]| from.edge.partial().any(|(at, before)| at == place && before == tile);
    grown
        .extend(edge.partial().filter(|(place, tile)| !kept(*place, tile)).map(|(place, tile)| (place, tile.to_vec())));
    let tree = Tree::of(edge).map_err(unsigned)?;
    let checkpoint = log.sign(tree.edge.size(), tree.root).map_err(|error| PortError::new(APPEND, error))?;
    Ok(Next { tree, checkpoint, grown })
}
