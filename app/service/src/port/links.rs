//! The agreed index of which organisations a patient is tied to.
//!
//! Not the national engagement index, whose purpose forbids this use (`domain-facts` §3.3).

use std::collections::BTreeSet;

use async_trait::async_trait;
use samsyn_domain::{identifier::PersonIdentifier, source::OrganisationId};

use super::PortError;

/// Reads known links. Every request reads anew.
#[async_trait]
pub trait Links: Send + Sync {
    /// Organisations this patient is tied to.
    ///
    /// # Errors
    /// When the index cannot be read; then every source is asked as if linked.
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<BTreeSet<OrganisationId>, PortError>;
}
