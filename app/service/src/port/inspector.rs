//! Reading, admitting and trying a package, apart from the portal.

use std::sync::Arc;

use async_trait::async_trait;
use samsyn_domain::package::Verdict;

use super::PortError;

/// Hears what a trial is at.
pub type Told = Arc<dyn Fn(&str) + Send + Sync>;

/// What was found, and the component when the package passed.
#[derive(Debug)]
pub struct Inspected {
    /// What was found.
    pub verdict: Verdict,
    /// The component.
    pub component: Option<Vec<u8>>,
}

/// Tries packages. What is in one can be hostile: it is tried where nothing of the portal can be reached, with limits of time and memory.
#[async_trait]
pub trait Inspector: Send + Sync {
    /// Tries a package with its own cases, and looks for a signature by one of these keys. `told` hears what it is at.
    ///
    /// # Errors
    /// When the trial itself could not be made. What is wrong with the package is part of the verdict.
    async fn inspect(&self, package: &[u8], keys: &[String], told: Told) -> Result<Inspected, PortError>;
}
