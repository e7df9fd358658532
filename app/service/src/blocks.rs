//! Importing and exporting a provider's list of blocks: what the operator does, not a member of staff.
//!
//! Not here: the file (`block_file`), keeping (`store`), what a block hides (`domain::access`).
//! Invariant: nothing is replaced or handed out before its record is durable in the log; the log says how many blocks and of whom they
//! are, never about which patients.

use std::sync::Arc;

use crate::{
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord, Stage},
        blocks::{BlockList, BlockLists, Replaced},
    },
    record::{Deed, deed::HeldList},
};
use jiff::Timestamp;
use samsyn_domain::source::ProviderId;

/// Why nothing was imported or exported.
#[derive(Debug, thiserror::Error)]
pub enum BlockListError {
    /// The list that is held was verified later.
    #[error("the list that is held was verified later, at {held}; nothing has changed")]
    NewerHeld {
        /// When.
        held: Timestamp,
    },
    /// There is no list of this provider.
    #[error("no list of this provider has been imported")]
    NoList,
    /// The log could not be written.
    #[error("the audit log could not be written; nothing has changed")]
    LogUnavailable(#[source] PortError),
    /// The list is in its place, but the log does not say so.
    #[error("the list was imported, but that it was could not be written to the audit log; import it again")]
    OutcomeNotLogged(#[source] PortError),
    /// The register could not be read or written.
    #[error("the register of blocks could not be used; nothing has changed")]
    Register(#[source] PortError),
}

/// The use cases.
#[derive(Clone)]
pub struct BlockListService {
    lists: Arc<dyn BlockLists>,
    audit: Arc<dyn AuditLog>,
}

impl BlockListService {
    /// Puts the ports together.
    pub fn new(lists: Arc<dyn BlockLists>, audit: Arc<dyn AuditLog>) -> Self {
        Self { lists, audit }
    }

    /// Replaces a provider's whole list. `sha256` is that of the file it came in, hex.
    ///
    /// # Errors
    /// When the list that is held is newer, or something cannot be written.
    pub async fn import(&self, list: &BlockList, sha256: &str, now: Timestamp) -> Result<(), BlockListError> {
        let held = self.lists.list_of(&list.provider).await.map_err(BlockListError::Register)?;
        let before = held.map(|held| HeldList { verified_at: held.verified_at, blocks: held.blocks.len() });
        let deed = |result: Option<&'static str>| Deed::BlocksImport {
            provider: &list.provider,
            before,
            verified_at: list.verified_at,
            blocks: list.blocks.len(),
            sha256,
            result,
        };
        let intent = self.log(Stage::Intent, None, Activity::Write, now, &deed(None)).await;
        let intent = intent.map_err(BlockListError::LogUnavailable)?;
        let replaced = self.lists.replace(list).await;
        let result = match replaced {
            Ok(Replaced::Done) => "done",
            Ok(Replaced::NewerHeld(_)) => "newer-held",
            Err(_) => "failed",
        };
        let outcome = self.log(Stage::Outcome, Some(intent), Activity::Write, now, &deed(Some(result))).await;
        match replaced.map_err(BlockListError::Register)? {
            Replaced::Done => outcome.map(drop).map_err(BlockListError::OutcomeNotLogged),
            Replaced::NewerHeld(held) => Err(BlockListError::NewerHeld { held }),
        }
    }

    /// A provider's whole list.
    ///
    /// # Errors
    /// When there is none, or it cannot be read or logged.
    pub async fn export(&self, provider: &ProviderId, now: Timestamp) -> Result<BlockList, BlockListError> {
        let intent = self.log(Stage::Intent, None, Activity::Read, now, &Deed::BlocksExport { provider }).await;
        intent.map_err(BlockListError::LogUnavailable)?;
        let list = self.lists.list_of(provider).await.map_err(BlockListError::Register)?;
        list.ok_or(BlockListError::NoList)
    }

    async fn log(
        &self,
        stage: Stage,
        intent: Option<String>,
        activity: Activity,
        at: Timestamp,
        deed: &Deed<'_>,
    ) -> Result<String, PortError> {
        let details = deed.details();
        let record = AuditRecord { stage, intent, activity, at, viewer: None, patient: None, details };
        self.audit.append(&record).await
    }
}
