//! Handles: what stands in the address instead of a patient. A handle belongs to the session that made it.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, viewer::Scope};

use super::PortError;

/// What a handle stands for.
#[derive(Debug, Clone)]
pub struct Handle {
    /// The random reference in the address.
    pub id: String,
    /// The patient.
    pub patient: PersonIdentifier,
    /// Own or shared.
    pub scope: Scope,
    /// The browser runs the page's script, so the page may arrive in pieces.
    pub live: bool,
    /// The assignment it was made in; another assignment may not use it.
    pub assignment: String,
    /// Also ask the sources without known link.
    pub ask_all: bool,
}

/// Keeps handles.
#[async_trait]
pub trait Handles: Send + Sync {
    /// Keeps a handle for a session until `expires`.
    ///
    /// # Errors
    /// When it cannot be stored.
    async fn keep(&self, session: &str, handle: &Handle, expires: Timestamp) -> Result<(), PortError>;

    /// The handle, if this session made it and it has not expired.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn find(&self, session: &str, id: &str, now: Timestamp) -> Result<Option<Handle>, PortError>;

    /// Every handle of a session that has not expired. For a session that gets a new reference and keeps its person.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn all(&self, session: &str, now: Timestamp) -> Result<Vec<Handle>, PortError>;
}
