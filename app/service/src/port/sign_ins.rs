//! Sessions of the identity provider behind ours, so that it can end them, and who has tested signing in.
//!
//! Not here: sessions themselves (`sessions`), the protocol (`server::login`).
//! Invariant: what the provider has ended is ended on every node with the next request, and does not come back.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{PortError, sessions::StoredSession};

/// A session at the identity provider. Both are kept only as hashes: a provider may use a personal number as subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSession {
    /// Who it is about, in the provider's words; with a logout, none when the provider names only the session.
    pub subject: Option<String>,
    /// The provider's session, when it names one.
    pub sid: Option<String>,
}

/// Whether a notice of logout counted.
#[derive(Debug)]
pub enum Logout {
    /// It did, and ended these, as they were.
    Ended(Vec<StoredSession>),
    /// This very notice has been used before; nothing happened.
    Replayed,
}

/// Somebody who says that signing in works as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginTest {
    /// Id of the organisation in the portal.
    pub organisation: String,
    /// HSA-id of the employee.
    pub user_id: String,
    /// Id of the assignment it was tested in.
    pub assignment: String,
    /// Name on screen.
    pub name: String,
    /// Unit of the assignment.
    pub unit: String,
    /// When, in real time.
    pub at: Timestamp,
}

/// Keeps both.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Ties a stored session to the provider's. False when the provider has ended that one in the meantime: nobody is signed in then.
    ///
    /// # Errors
    /// When it cannot be stored.
    async fn tie(&self, session: &str, provider: &ProviderSession) -> Result<bool, PortError>;

    /// Ends every session that is tied to the provider's: to its `sid` when it names one, to its subject otherwise. `notice` is the
    /// id of the logout and counts once; it is remembered until `until`.
    ///
    /// # Errors
    /// When they cannot be ended. Then the notice has not been used.
    async fn end_tied(
        &self,
        notice: &str,
        provider: &ProviderSession,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Logout, PortError>;

    /// Notes that somebody has tested signing in; a later test replaces the former.
    ///
    /// # Errors
    /// When it cannot be stored.
    async fn note_test(&self, test: &LoginTest) -> Result<(), PortError>;

    /// Who has, in one organisation, the latest first.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn tests(&self, organisation: &str) -> Result<Vec<LoginTest>, PortError>;
}
