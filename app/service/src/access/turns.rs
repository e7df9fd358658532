//! One registration about a patient at a time on this node, so that a form that is sent twice in the same moment is not kept twice.
//!
//! Not here: other nodes, what counts as the same (`domain::access`). Invariant: whoever waits, waits for registrations about a few
//! patients, never for all.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use samsyn_domain::identifier::PersonIdentifier;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Patients who share a turn are few, and what is held is small.
const STRIPES: usize = 64;

/// The turns.
#[derive(Clone)]
pub(super) struct Turns(Arc<[Arc<Mutex<()>>]>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }
}

impl Turns {
    /// Waits for the patient's turn; it ends when the guard is dropped.
    pub(super) async fn take(&self, patient: &PersonIdentifier) -> Option<OwnedMutexGuard<()>> {
        let mut hasher = DefaultHasher::new();
        patient.digits().hash(&mut hasher);
        let stripe = usize::try_from(hasher.finish() % STRIPES as u64).ok()?;
        Some(Arc::clone(self.0.get(stripe)?).lock_owned().await)
    }
}
