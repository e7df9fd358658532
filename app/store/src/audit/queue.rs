//! The writer of the log: one task that writes whoever is waiting in one transaction.
//!
//! While one COMMIT waits for the disk, the next records gather; they then share the next COMMIT. A group that fails, fails
//! for everybody in it, and the connection is opened anew before the next group, so the log works again as soon as the
//! disk does.
//! Not here: retries. The caller shows nothing and the user asks again.
//! Invariant: nobody is told of success before COMMIT has returned. The reverse cannot be promised: when the answer to a
//! COMMIT is lost, a refused record may be in the log, as an attempt of which nothing was shown.

use std::time::Duration;

use samsyn_service::port::PortError;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryOrder};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{chain, record::Columns};
use crate::{
    StoreError,
    entity::audit_record::{self, Entity},
    error::failed,
    migration::advisory_lock,
    open::{LogConnection, durability},
    store::begin_write,
};

const APPEND: &str = "append audit record";
/// Records in one transaction. 13 columns each must stay below 32 766 parameters.
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
    within: Duration,
}

impl Queue {
    /// Starts the writer on the current runtime.
    pub fn start(log: LogConnection, within: Duration) -> Self {
        let (messages, waiting) = mpsc::channel(WAITING_MAX);
        let writer = Writer { log, within, suspect: false };
        tokio::spawn(writer.run(waiting));
        Self { messages, within }
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
    within: Duration,
    /// The last group failed: the connection is new and must show that it is durable.
    suspect: bool,
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
        let failure = match timeout(self.within, self.write(&group)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.detail),
            Err(_) => Some("the database did not answer in time".to_owned()),
        };
        self.suspect = failure.is_some();
        if let Some(detail) = &failure {
            self.log.renew();
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

    async fn write(&self, group: &[Waiting]) -> Result<(), PortError> {
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
        let last =
            Entity::find().order_by_desc(audit_record::Column::Sequence).one(&transaction).await.map_err(&failed)?;
        let (mut sequence, mut hash) =
            last.map_or_else(|| (0, chain::BEGINNING.to_owned()), |row| (row.sequence, row.hash));
        let mut rows = Vec::with_capacity(group.len());
        // Asked only now, with every lock in hand: whoever has given up meanwhile has been refused, and is left out.
        for waiting in group.iter().filter(|waiting| !waiting.answer.is_closed()) {
            sequence += 1;
            let row = waiting.columns.placed(sequence, &hash);
            hash.clone_from(&row.hash);
            rows.push(row.into_active_model().reset_all());
        }
        Entity::insert_many(rows).exec_without_returning(&transaction).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }
}
