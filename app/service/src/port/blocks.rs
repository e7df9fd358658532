//! The register of patients' blocks.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Block, identifier::PersonIdentifier};

use super::PortError;

/// The blocks of one patient, and how fresh the register is.
#[derive(Debug, Clone)]
pub struct PatientBlocks {
    /// Active blocks.
    pub blocks: Vec<Block>,
    /// When the register was last known to be complete.
    pub verified_at: Timestamp,
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
