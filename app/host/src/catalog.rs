//! The adapters of this process, by id and by digest.
//!
//! Installing another version swaps it at once; running lookups keep the one they began with, and the earlier version
//! stays at hand for a rollback. Not here: what is stored on disk (`store`).
//! Invariant: a digest names one adapter for ever.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::prepared::Prepared;

/// Prepared adapters.
#[derive(Debug, Default)]
pub struct Catalog {
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    by_digest: BTreeMap<String, Arc<Prepared>>,
    current: BTreeMap<String, String>,
}

impl Catalog {
    /// Makes this the current version of its adapter and gives the version it replaces.
    pub fn install(&self, prepared: Arc<Prepared>) -> Option<Arc<Prepared>> {
        let mut shelves = self.lock();
        let digest = prepared.digest().to_owned();
        let replaced = shelves.current.insert(prepared.manifest().id.clone(), digest.clone());
        shelves.by_digest.insert(digest, prepared);
        replaced.and_then(|digest| shelves.by_digest.get(&digest).cloned())
    }

    /// The current version of an adapter.
    pub fn current(&self, id: &str) -> Option<Arc<Prepared>> {
        let shelves = self.lock();
        shelves.current.get(id).and_then(|digest| shelves.by_digest.get(digest)).cloned()
    }

    /// A version by its digest, current or not.
    pub fn by_digest(&self, digest: &str) -> Option<Arc<Prepared>> {
        self.lock().by_digest.get(digest).cloned()
    }

    /// Every current version, by id.
    pub fn all(&self) -> Vec<Arc<Prepared>> {
        let shelves = self.lock();
        shelves.current.values().filter_map(|digest| shelves.by_digest.get(digest)).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
