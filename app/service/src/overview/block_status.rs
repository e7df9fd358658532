//! What the register of blocks is worth now.
//!
//! Not here: reading it, and what a block does (`domain::access`). Invariant: what cannot be read, or is older than the limit, verifies nothing.

use jiff::Zoned;
use samsyn_domain::{
    access::BlockStatus,
    plan::is_register,
    source::{ProviderId, Source},
};

use crate::{
    limits::ServiceLimits,
    port::{PortError, blocks::PatientBlocks},
};

/// What the register says. A provider whose list cannot be read, or is too old, is not verified (L-14).
pub fn judged(
    read: Result<PatientBlocks, PortError>,
    sources: &[Source],
    limits: &ServiceLimits,
    now: &Zoned,
) -> BlockStatus {
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            tracing::error!(%error, "block register unreadable; what could be blocked is withheld");
            return BlockStatus::Unverified;
        }
    };
    let current = read.verified.into_iter().filter(|(_, at)| limits.is_current(*at, now.timestamp()));
    let verified: Vec<ProviderId> = current.map(|(provider, _)| provider).collect();
    let is_verified = |provider: &ProviderId| verified.iter().any(|one| one.is(provider.as_str()));
    let blocks = read.blocks.into_iter().filter(|block| is_verified(&block.provider)).collect();
    // Registers of the population hold nothing that could be blocked.
    let mut custodians = sources.iter().filter(|source| !is_register(source));
    if verified.is_empty() {
        BlockStatus::Unverified
    } else if custodians.all(|source| source.provider.as_ref().is_none_or(|provider| is_verified(&provider.id))) {
        BlockStatus::Verified(blocks)
    } else {
        BlockStatus::Partly { blocks, verified }
    }
}
