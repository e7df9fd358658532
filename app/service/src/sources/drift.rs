//! Tries the packages in use again, with their own cases, when the portal starts and once a day: one that does not pass any more is stopped.
//!
//! The same component and the same cases; what can have changed is the portal itself. Not here: trying a package (`port::inspector`).
//! Invariant: a package that could not be tried is stopped for nothing; that is told in the program's log and tried again.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use samsyn_domain::{
    binding::bound_as,
    source::{Source, SourceId},
    stage::Cause,
};

use super::{SourceBook, watch::Watch};
use crate::port::{
    PortError,
    inspector::{Inspector, Told},
    packages::Packages,
};

/// Whoever tries them again.
#[derive(Clone)]
pub struct Drift {
    book: SourceBook,
    packages: Arc<dyn Packages>,
    inspector: Arc<dyn Inspector>,
    watch: Arc<Watch>,
}

impl Drift {
    /// Puts the ports together.
    pub fn new(
        book: SourceBook,
        packages: Arc<dyn Packages>,
        inspector: Arc<dyn Inspector>,
        watch: Arc<Watch>,
    ) -> Self {
        Self { book, packages, inspector, watch }
    }

    /// Tries every package in use once.
    ///
    /// # Errors
    /// When it cannot be read which there are.
    pub async fn check(&self, now: Timestamp) -> Result<(), PortError> {
        let standings = self.book.now().await?;
        let mut tried: BTreeMap<String, bool> = BTreeMap::new();
        for (source, runs_as, is_trial) in running(&standings) {
            let Some((id, number)) = bound_as(&runs_as) else { continue };
            let Some(version) = self.book.version(&id, number).await? else { continue };
            let package = &version.binding.package;
            let passes = match tried.get(package) {
                Some(passes) => *passes,
                None => match self.passes(package).await {
                    Ok(passes) => *tried.entry(package.clone()).or_insert(passes),
                    Err(error) => {
                        tracing::error!(source = %runs_as, %error, "a package in use could not be tried again");
                        continue;
                    }
                },
            };
            match (passes, is_trial) {
                (true, _) => {}
                (false, true) => self.watch.stop_trial(&source, &runs_as, Cause::Drift, now).await,
                (false, false) => self.watch.stop(&source, Cause::Drift, now).await,
            }
        }
        Ok(())
    }

    async fn passes(&self, package: &str) -> Result<bool, PortError> {
        let missing = || PortError::new("try a package again", "it is not kept");
        let content = self.packages.content(package).await?.ok_or_else(missing)?;
        let nobody_listens: Told = Arc::new(|_| {});
        Ok(self.inspector.inspect(&content, &[], nobody_listens).await?.verdict.passed())
    }
}

/// Every binding that runs: as which source, what it is called there, and whether it is only tried.
fn running(standings: &super::Standings) -> Vec<(Source, SourceId, bool)> {
    let in_use = standings.sources().iter().filter(|source| standings.stage(&source.id).is_watched());
    let in_use = in_use.map(|source| (source.clone(), standings.runs_as(&source.id).clone(), false));
    let tried = standings.trials().iter().map(|trial| (trial.source.clone(), trial.runs_as.clone(), true));
    in_use.chain(tried).collect()
}
