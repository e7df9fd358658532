//! Waiting for the database no longer than a question may take, also when the connection itself has fallen silent.
//!
//! The database's own limit ends a statement that takes too long; nobody but us ends one whose answer never comes. For everything that a
//! page asks; longer work behind no page, such as taking in a list, keeps to the database's limit alone.
//! Not here: the log (`audit::queue`, with a limit of its own).
//! Invariant: what was given up is told as an error; a connection that has fallen silent or takes no writes is not used again.

use std::time::Duration;

use samsyn_service::port::PortError;
use sea_orm::DbErr;

use crate::{
    Store,
    error::{failed, is_of_connection},
};

/// How much later than the database itself: its own limit, where it still keeps to it, says more.
const GRACE: Duration = Duration::from_millis(500);

impl Store {
    /// Asks one question.
    pub(crate) async fn answer<T: Send>(
        &self,
        operation: &'static str,
        question: impl Future<Output = Result<T, DbErr>> + Send,
    ) -> Result<T, PortError> {
        let mut question = std::pin::pin!(question);
        // Pinned, so that the connection goes back to its pool only when it is known that it must not.
        match tokio::time::timeout(self.answer_within + GRACE, &mut question).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                if is_of_connection(&error) {
                    self.connections.trust.end();
                }
                Err(failed(operation)(error))
            }
            Err(_) => Err(self.silent(operation)),
        }
    }

    /// Does what takes several questions, or a transaction: it may take as long as two, one to get the connection and one for the work.
    pub(crate) async fn work<T: Send>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, PortError>> + Send,
    ) -> Result<T, PortError> {
        let mut work = std::pin::pin!(work);
        let done = tokio::time::timeout(self.answer_within * 2 + GRACE, &mut work).await;
        done.unwrap_or_else(|_| Err(self.silent(operation)))
    }

    fn silent(&self, operation: &'static str) -> PortError {
        self.connections.trust.end();
        PortError::new(operation, "the database did not answer in time")
    }
}
