//! The register of patients' blocks: one list per provider, replaced as a whole.
//!
//! Not here: what a block hides (`domain::access`), the file a list comes in (`block_file`).
//! Invariant: a list is the whole of one provider's blocks; it is known how old it is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Block, identifier::PersonIdentifier, source::ProviderId};

use super::PortError;

/// The blocks of one patient, and how fresh each provider's list is.
#[derive(Debug, Clone)]
pub struct PatientBlocks {
    /// Everything the lists say about the patient, whether it holds at the moment or not.
    pub blocks: Vec<Block>,
    /// When each provider's list was last known to be complete.
    pub verified: BTreeMap<ProviderId, Timestamp>,
}

/// A block as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBlock {
    /// The provider's own id for it, unique in its list.
    pub id: String,
    /// Whose block.
    pub patient: PersonIdentifier,
    /// What it blocks; its provider is the list's.
    pub block: Block,
}

/// All blocks of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockList {
    /// Whose information they block.
    pub provider: ProviderId,
    /// When the provider knew it to be complete.
    pub verified_at: Timestamp,
    /// In the order of their ids.
    pub blocks: Vec<ListedBlock>,
}

/// What became of a list that was to replace another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It is the one that counts now.
    Done,
    /// Nothing has changed: the list that is held was verified later, at this moment.
    NewerHeld(Timestamp),
}

/// Reads blocks. Every request reads anew.
#[async_trait]
pub trait Blocks: Send + Sync {
    /// The blocks of one patient.
    ///
    /// # Errors
    /// When the register cannot be read: then nothing that could be blocked is shown (L-14).
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<PatientBlocks, PortError>;
}

/// Keeps the lists.
#[async_trait]
pub trait BlockLists: Send + Sync {
    /// Replaces a provider's list, all of it or nothing. One that is older than the one held changes nothing.
    ///
    /// # Errors
    /// When it cannot be written; then the old list still stands.
    async fn replace(&self, list: &BlockList) -> Result<Replaced, PortError>;

    /// When a provider's list was last known to be complete; none when there has never been one.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn verified_at(&self, provider: &ProviderId) -> Result<Option<Timestamp>, PortError>;

    /// A provider's list; none when there has never been one.
    ///
    /// # Errors
    /// When it cannot be read, or a row of it cannot be understood.
    async fn list_of(&self, provider: &ProviderId) -> Result<Option<BlockList>, PortError>;
}
