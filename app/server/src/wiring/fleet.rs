//! Everything that runs: sources of the configuration file, ready when the portal starts, and those that were bound at the screen, made ready when
//! they are first needed on this node.
//!
//! Rooms: [`terms`] is what a binding says in the words of the configuration; [`faults`] is what of it cannot be used. Not here: which of them
//! may be asked (`service::sources`).
//! Invariant: each binding runs under a name of its own, so a lookup ends on what it began with; a binding that cannot be made ready fails that source
//! alone, within its own deadline.

mod faults;
mod terms;

use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use async_trait::async_trait;
use samsyn_domain::{
    binding::{BindingVersion, Fault, bound_as, running_as},
    source::SourceId,
    state::Unanswered,
    trial::Tested,
};
use samsyn_host::{
    prepared::{CompileBy, Prepared, prepare},
    runtime::{Host, SelftestError},
};
use samsyn_service::port::{
    PortError,
    adapters::{Adapters, Answer, Question},
    binder::Binder,
    bindings::Bindings,
    packages::Packages,
};
use secrecy::SecretString;
use tokio::time::{Instant, timeout};

use super::sources;
use crate::config::{Config, KeyPath};

const READY: &str = "make a source ready";
/// Bindings of one source that stay ready: the one in use, the one that is tried, and the one before.
const READY_OF_ONE: usize = 3;

/// What runs on this node.
#[derive(Clone)]
pub struct Fleet(Arc<Parts>);

struct Parts {
    host: Arc<Host>,
    config: Config,
    bindings: Arc<dyn Bindings>,
    packages: Arc<dyn Packages>,
    compile: CompileBy,
    cache: Option<PathBuf>,
    /// Whoever makes a binding ready holds its turn.
    turns: Mutex<BTreeMap<SourceId, Arc<tokio::sync::Mutex<()>>>>,
    /// Numbers of each source's bindings that are ready, the newest last.
    ready: Mutex<BTreeMap<SourceId, VecDeque<u32>>>,
    /// Bindings of one component share it.
    prepared: Mutex<BTreeMap<String, Weak<Prepared>>>,
}

impl Fleet {
    /// Over a host with the configured sources, and where bindings and packages are kept.
    pub fn new(
        host: Arc<Host>,
        config: Config,
        bindings: Arc<dyn Bindings>,
        packages: Arc<dyn Packages>,
        compile: CompileBy,
    ) -> Self {
        // What this process compiles itself is not kept: a process has one such directory, and tests have many portals.
        let by_child = matches!(compile, CompileBy::Child { .. });
        let cache = by_child.then(|| super::compiled_adapters(&config));
        let (turns, ready, prepared) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self(Arc::new(Parts { host, config, bindings, packages, compile, cache, turns, ready, prepared }))
    }

    /// Makes these ready, one after the other; what cannot be made ready is told in the log and tried again when it is asked.
    pub async fn make_ready(&self, names: &[SourceId]) {
        for name in names {
            if let Some((source, number)) = bound_as(name)
                && let Err(error) = self.ready(&source, number).await
            {
                tracing::error!(source = %name, %error, "a source could not be made ready");
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Parts {
    fn is_ready(&self, name: &SourceId) -> bool {
        self.host.is_bound(name)
    }

    async fn make(&self, source: &SourceId, number: u32) -> Result<(), PortError> {
        let name = running_as(source, number);
        if self.is_ready(&name) {
            return Ok(());
        }
        let turn = Arc::clone(locked(&self.turns).entry(name.clone()).or_default());
        let _turn = turn.lock().await;
        if self.is_ready(&name) {
            return Ok(());
        }
        let failed = |detail: String| PortError::new(READY, detail);
        let version = self.bindings.binding(source, number).await?;
        let version = version.ok_or_else(|| failed(format!("there is no binding {number} of {source}")))?;
        let adapter = self.prepared(&version.binding.component).await?;
        let secrets = self.secrets(&version).await?;
        let terms = terms::of(&version, &secrets)
            .map_err(|_| failed(format!("binding {number} of {source} cannot be read")))?;
        let binding = sources::binding(&terms, &self.config, &adapter, &KeyPath::default());
        let binding = binding.map_err(|error| failed(error.to_string()))?;
        self.host.bind(name, binding).map_err(|error| failed(error.to_string()))?;
        tracing::info!(%source, number, adapter = version.binding.described.id, "source ready");
        self.let_go_of_older(source, number);
        Ok(())
    }

    /// What was made ready longest ago is let go; whoever is being asked with it ends first.
    fn let_go_of_older(&self, source: &SourceId, number: u32) {
        let mut ready = locked(&self.ready);
        let of_source = ready.entry(source.clone()).or_default();
        of_source.retain(|one| *one != number);
        of_source.push_back(number);
        while of_source.len() > READY_OF_ONE {
            if let Some(oldest) = of_source.pop_front() {
                self.host.unbind(&running_as(source, oldest));
            }
        }
    }

    async fn prepared(&self, component: &str) -> Result<Arc<Prepared>, PortError> {
        if let Some(prepared) = locked(&self.prepared).get(component).and_then(Weak::upgrade) {
            return Ok(prepared);
        }
        let missing = || PortError::new(READY, format_args!("component {component} is not kept"));
        let bytes = self.packages.content(component).await?.ok_or_else(missing)?;
        let prepared = prepare(&bytes, self.cache.as_deref(), self.compile.clone()).await;
        let prepared = prepared.map_err(|error| PortError::new(READY, error))?;
        locked(&self.prepared).insert(component.to_owned(), Arc::downgrade(&prepared));
        Ok(prepared)
    }

    /// Every secret of a binding, by slot; one that is not kept is left out.
    async fn secrets(&self, version: &BindingVersion) -> Result<Vec<(String, SecretString)>, PortError> {
        let mut secrets = Vec::new();
        for credential in &version.binding.credentials {
            let secret = self.bindings.secret(&version.source, &credential.slot, credential.secret).await?;
            secrets.extend(secret.map(|secret| (credential.slot.clone(), secret)));
        }
        Ok(secrets)
    }
}

#[async_trait]
impl Adapters for Fleet {
    async fn ask(&self, source: &SourceId, question: &Question, within: Duration) -> Answer {
        let parts = &self.0;
        if parts.is_ready(source) {
            return parts.host.ask(source, question, within).await;
        }
        let Some((bound, number)) = bound_as(source) else { return parts.host.ask(source, question, within).await };
        let started = Instant::now();
        // A task of its own: whoever stops waiting leaves it to the next one.
        let making = Arc::clone(parts);
        let made = tokio::spawn(async move { making.make(&bound, number).await });
        match timeout(within, made).await {
            Ok(Ok(Ok(()))) => parts.host.ask(source, question, within.saturating_sub(started.elapsed())).await,
            Ok(Ok(Err(error))) => {
                tracing::error!(%source, %error, "a source could not be made ready");
                Answer::failed(question, Unanswered::AdapterFault, String::new())
            }
            Ok(Err(error)) => {
                tracing::error!(%source, %error, "making a source ready broke off");
                Answer::failed(question, Unanswered::AdapterFault, String::new())
            }
            Err(_) => Answer::failed(question, Unanswered::Timeout, String::new()),
        }
    }
}

#[async_trait]
impl Binder for Fleet {
    async fn faults(
        &self,
        version: &BindingVersion,
        secrets: &[(String, SecretString)],
    ) -> Result<Vec<Fault>, PortError> {
        // Those that stay as they are, and those that came along.
        let mut all = self.0.secrets(version).await?;
        all.retain(|(slot, _)| !secrets.iter().any(|(new, _)| new == slot));
        all.extend(secrets.iter().cloned());
        Ok(faults::of(version, &all, &self.0.config))
    }

    async fn ready(&self, source: &SourceId, number: u32) -> Result<(), PortError> {
        self.0.make(source, number).await
    }

    async fn selftest(&self, source: &SourceId, number: u32) -> Result<Tested, PortError> {
        let name = if number == 0 {
            source.clone()
        } else {
            self.0.make(source, number).await?;
            running_as(source, number)
        };
        match self.0.host.selftest(&name).await {
            Ok(said) => Ok(Tested::Said(said)),
            Err(SelftestError::NotOffered) => Ok(Tested::NotOffered),
            Err(SelftestError::Failed { code, message }) => Ok(Tested::Failed { code, message }),
            Err(SelftestError::Stopped(why)) => Ok(Tested::Stopped(why.to_string())),
            Err(SelftestError::TimedOut) => Ok(Tested::TimedOut),
            Err(error @ SelftestError::UnknownSource) => Err(PortError::new("test a source", error)),
        }
    }
}
