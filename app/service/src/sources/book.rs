//! Which sources there are: those of the configuration file, and those that were bound at the screen, as each stands at the moment it is asked.
//!
//! What a binding says never changes, so it is held once it was read; which binding is in use is read on every request.
//! Invariant: a source that was bound for a provider is never taken for one without: when the configuration does not know that provider any
//! more, nobody is asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use samsyn_domain::{
    binding::{BindingVersion, running_as},
    package::Described,
    source::{OrganisationId, OrganisationInfo, Source, SourceId},
    stage::{Stage, Staged},
    state::NotAsked,
};

use crate::port::{PortError, bindings::Bindings, stages::Stages};

/// A binding that is tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What it would be.
    pub source: Source,
    /// What it is called where it runs.
    pub runs_as: SourceId,
    /// Number of the source's stage.
    pub number: u32,
    /// The source it is compared with.
    pub beside: Option<SourceId>,
}

/// The sources there are, as they stood when it was asked.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    stages: BTreeMap<SourceId, Staged>,
    sources: Arc<[Source]>,
    runs: BTreeMap<SourceId, SourceId>,
    trials: Vec<Trial>,
}

impl Standings {
    /// Of these sources nothing was decided.
    pub fn undecided(sources: Arc<[Source]>) -> Self {
        Self { sources, ..Self::default() }
    }

    /// The sources that have a place in an overview: in use, switched off or stopped.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The stage of a source that has a place.
    pub fn stage(&self, source: &SourceId) -> Stage {
        self.stages.get(source).map_or(Stage::Live, |staged| staged.stage)
    }

    /// How many of an organisation's sources the portal has stopped.
    pub fn stopped(&self, organisation: &OrganisationId) -> usize {
        let of_it = self.stages.values().filter(|staged| staged.organisation == *organisation);
        of_it.filter(|staged| staged.stage == Stage::Quarantined).count()
    }

    /// What was decided last of a source; none while nothing was.
    pub fn staged(&self, source: &SourceId) -> Option<&Staged> {
        self.stages.get(source)
    }

    /// Number of the stage it is at.
    pub fn number(&self, source: &SourceId) -> u32 {
        self.stages.get(source).map_or(0, |staged| staged.number)
    }

    /// What a source is called where it runs.
    pub fn runs_as<'a>(&'a self, source: &'a SourceId) -> &'a SourceId {
        self.runs.get(source).unwrap_or(source)
    }

    /// The bindings that are tried.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// Every binding that runs: in use or tried.
    pub fn running(&self) -> impl Iterator<Item = &SourceId> {
        self.runs.values().chain(self.trials.iter().map(|trial| &trial.runs_as))
    }

    /// Whether any of the sources was bound at the screen.
    pub fn has_bound(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Sources that are left alone, and why.
    pub fn left_alone(&self) -> BTreeMap<SourceId, NotAsked> {
        let why = |staged: &Staged| Some((staged.source.clone(), staged.stage.left_alone()?));
        self.stages.values().filter_map(why).collect()
    }
}

/// The sources of this portal.
#[derive(Clone)]
pub struct SourceBook(Arc<Parts>);

struct Parts {
    configured: Arc<[Source]>,
    described: BTreeMap<SourceId, Described>,
    organisations: BTreeMap<OrganisationId, OrganisationInfo>,
    stages: Arc<dyn Stages>,
    bindings: Arc<dyn Bindings>,
    held: Mutex<BTreeMap<SourceId, Arc<BindingVersion>>>,
}

impl SourceBook {
    /// The configured sources with what their adapters say of themselves, the organisations, and where the rest is kept.
    pub fn new(
        configured: Arc<[Source]>,
        described: BTreeMap<SourceId, Described>,
        organisations: &[OrganisationInfo],
        stages: Arc<dyn Stages>,
        bindings: Arc<dyn Bindings>,
    ) -> Self {
        let organisations = organisations.iter().map(|one| (one.id.clone(), one.clone())).collect();
        Self(Arc::new(Parts { configured, described, organisations, stages, bindings, held: Mutex::default() }))
    }

    /// The sources that the configuration file binds.
    pub fn configured(&self) -> &Arc<[Source]> {
        &self.0.configured
    }

    /// What the adapter of a configured source says of itself.
    pub fn described(&self, source: &SourceId) -> Option<&Described> {
        self.0.described.get(source)
    }

    pub(super) fn stages(&self) -> &Arc<dyn Stages> {
        &self.0.stages
    }

    pub(super) fn bindings(&self) -> &Arc<dyn Bindings> {
        &self.0.bindings
    }

    /// How everything stands, now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn now(&self) -> Result<Standings, PortError> {
        let newest = self.0.stages.newest().await?;
        let mut bound = Vec::new();
        let mut standings = Standings::undecided(Arc::clone(&self.0.configured));
        for staged in newest {
            let id = &staged.source;
            if let Some(number) = staged.running.filter(|_| staged.stage.has_a_place())
                && let Some(source) = self.source(id, number).await?
            {
                standings.runs.insert(id.clone(), running_as(id, number));
                bound.push(source);
            }
            if let Some(number) = staged.trial.filter(|_| staged.stage.is_watched())
                && let Some(version) = self.version(id, number).await?
                && let Some(source) = self.described_by(&version)
            {
                let beside = staged.running.map(|_| id.clone()).or_else(|| version.binding.compared_with.clone());
                let (runs_as, number) = (running_as(id, number), staged.number);
                standings.trials.push(Trial { source, runs_as, number, beside });
            }
            standings.stages.insert(id.clone(), staged);
        }
        if !bound.is_empty() {
            standings.sources = self.0.configured.iter().cloned().chain(bound).collect();
        }
        Ok(standings)
    }

    /// Reads every source that was ever in use, also those that have no place any more: for [`known`](Self::known).
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read_all(&self) -> Result<(), PortError> {
        for staged in self.0.stages.newest().await? {
            if let Some(number) = staged.running.or(staged.trial) {
                self.source(&staged.source, number).await?;
            }
        }
        Ok(())
    }

    /// The sources that this node has seen so far, also those that have no place any more: for names, and for nothing that is decided.
    pub fn known(&self) -> Vec<Source> {
        let held: Vec<_> = self.0.held.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let mut newest: BTreeMap<&SourceId, &BindingVersion> = BTreeMap::new();
        for version in &held {
            let known = newest.entry(&version.source).or_insert(version);
            if version.number > known.number {
                *known = version;
            }
        }
        let bound = newest.into_values().filter_map(|version| self.described_by(version));
        self.0.configured.iter().cloned().chain(bound).collect()
    }

    /// A source as one of its bindings has it; none when the configuration does not know its organisation or provider any more.
    async fn source(&self, id: &SourceId, number: u32) -> Result<Option<Source>, PortError> {
        Ok(self.version(id, number).await?.and_then(|version| self.described_by(&version)))
    }

    pub(super) fn described_by(&self, version: &BindingVersion) -> Option<Source> {
        let organisation = self.0.organisations.get(&version.organisation);
        let source = organisation.map(|organisation| version.binding.source(&version.source, organisation));
        let known = source.filter(|source| source.provider.is_some() == version.binding.provider.is_some());
        if known.is_none() {
            tracing::error!(source = %version.source, "its organisation or provider is not in the configuration any more; it is not asked");
        }
        known
    }

    pub(super) async fn version(&self, id: &SourceId, number: u32) -> Result<Option<Arc<BindingVersion>>, PortError> {
        let name = running_as(id, number);
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if held.is_some() {
            return Ok(held);
        }
        let Some(version) = self.0.bindings.binding(id, number).await? else { return Ok(None) };
        let version = Arc::new(version);
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&version));
        Ok(Some(version))
    }
}
