//! An organisation's catalogue of adapters: uploading a package, trying it apart from the portal, and the keys of vendors.
//!
//! Not here: trying it (the kit, through `port::inspector`), binding it to a source, the pages (`ui::catalogue`).
//! Invariant: a package that did not pass is told of and its content is not kept; one trial at a time on each node; nothing that is uploaded
//! reaches a network or a patient.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{
    access::Registrar,
    logged::Became,
    package::{Uploaded, VendorKey, Verdict},
    source::OrganisationId,
    viewer::{Role, Viewer},
};
use sha2::{Digest as _, Sha256};
use tokio_util::task::TaskTracker;

use crate::{
    outcome::Change,
    port::{
        PortError,
        audit_log::{Activity, AuditLog, AuditRecord},
        inspector::{Inspector, Told},
        packages::Packages,
    },
    record::Deed,
};

/// Largest package that is taken.
pub const PACKAGE_MAX_BYTES: usize = 64 << 20;
/// A trial that has not ended by then was broken off: its node was stopped.
const TRIAL_MOST: SignedDuration = SignedDuration::from_mins(15);
/// Length of a vendor's name.
pub const NAME_MAX_CHARS: usize = 100;

/// Why nothing was taken or changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Only an organisation's administrator may.
    #[error("only an administrator may see and change the catalogue")]
    NotAdministrator,
    /// The organisation's catalogue has no such package or key.
    #[error("there is no such package or key")]
    Unknown,
    /// The package has passed already.
    #[error("the package is in the catalogue already")]
    AlreadyThere(String),
    /// It is being tried.
    #[error("the package is being tried")]
    BeingTried(String),
    /// Another package is being tried on this node.
    #[error("another package is being tried")]
    Busy,
    /// No key, or no name for it.
    #[error("the key cannot be used")]
    Key,
    /// The name of the vendor is missing or too long.
    #[error("the vendor's name cannot be used")]
    Name,
    /// The key is enrolled already.
    #[error("the key is enrolled already")]
    KeyEnrolled,
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
    /// The catalogue could not be read or written.
    #[error(transparent)]
    Store(PortError),
}

/// How a trial stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// It goes on; what it is at, when it goes on here.
    Running(Option<String>),
    /// It was broken off: the package is to be uploaded again.
    BrokenOff,
    /// It has ended.
    Ended,
}

/// The use cases around the catalogue.
#[derive(Clone)]
pub struct CatalogueService(Arc<Parts>);

struct Parts {
    packages: Arc<dyn Packages>,
    audit: Arc<dyn AuditLog>,
    inspector: Arc<dyn Inspector>,
    /// What the trial of each package is at.
    trials: Mutex<BTreeMap<String, String>>,
    unfinished: TaskTracker,
}

impl CatalogueService {
    /// Puts the ports together. Trials are among what must end before the store is closed.
    pub fn new(
        packages: Arc<dyn Packages>,
        audit: Arc<dyn AuditLog>,
        inspector: Arc<dyn Inspector>,
        unfinished: TaskTracker,
    ) -> Self {
        Self(Arc::new(Parts { packages, audit, inspector, trials: Mutex::default(), unfinished }))
    }

    /// The packages of the administrator's own organisation, newest first.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn packages(&self, viewer: &Viewer) -> Result<Vec<Uploaded>, CatalogueError> {
        administers(viewer)?;
        self.0.packages.packages(&viewer.organisation).await.map_err(CatalogueError::Store)
    }

    /// One of them.
    ///
    /// # Errors
    /// When the viewer is no administrator, the organisation has no such package, or it cannot be read.
    pub async fn package(&self, viewer: &Viewer, digest: &str) -> Result<Uploaded, CatalogueError> {
        let all = self.packages(viewer).await?;
        all.into_iter().find(|package| package.digest == digest).ok_or(CatalogueError::Unknown)
    }

    /// How the trial of one stands.
    pub fn trial(&self, uploaded: &Uploaded, now: Timestamp) -> Trial {
        if uploaded.verdict.is_some() {
            return Trial::Ended;
        }
        let here = self.0.trials().get(&uploaded.digest).cloned();
        if here.is_none() && now.duration_since(uploaded.at) > TRIAL_MOST {
            return Trial::BrokenOff;
        }
        Trial::Running(here)
    }

    /// The keys that the administrator's own organisation has enrolled.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn keys(&self, viewer: &Viewer) -> Result<Vec<VendorKey>, CatalogueError> {
        administers(viewer)?;
        self.0.packages.vendor_keys(&viewer.organisation).await.map_err(CatalogueError::Store)
    }

    /// Takes a package into the catalogue of the administrator's own organisation and begins to try it, behind the page. Gives its digest.
    ///
    /// # Errors
    /// When the viewer is no administrator, the package is there already, it or another is being tried, or it cannot be logged or kept.
    pub async fn upload(&self, viewer: &Viewer, package: Vec<u8>, now: Timestamp) -> Result<String, CatalogueError> {
        let all = self.packages(viewer).await?;
        let digest = hex::encode(Sha256::digest(&package));
        let before = all.into_iter().find(|one| one.digest == digest);
        if let Some(before) = &before {
            match (self.trial(before, now), &before.verdict) {
                (Trial::Running(_), _) => return Err(CatalogueError::BeingTried(digest)),
                (Trial::Ended, Some(verdict)) if verdict.passed() => return Err(CatalogueError::AlreadyThere(digest)),
                _ => {}
            }
        }
        let turn = self.0.take_turn(&digest).ok_or(CatalogueError::Busy)?;
        let number = before.map_or(0, |before| before.number).saturating_add(1);
        let by = Registrar::from(viewer);
        let uploaded = Uploaded { digest: digest.clone(), number, at: now, by, verdict: None };
        let deed = Deed::Package {
            organisation: &viewer.organisation,
            package: &digest,
            version: number,
            bytes: package.len(),
        };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        let change = Change::begin(&self.0.audit, record).await.map_err(CatalogueError::LogUnavailable)?;
        let (became, told) = match self.0.packages.keep_uploaded(&uploaded).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(CatalogueError::BeingTried(digest.clone()))),
            Err(error) => (Became::Unclear, Err(CatalogueError::Store(error))),
        };
        change.ended(became).await;
        told?;
        let parts = Arc::clone(&self.0);
        self.0.unfinished.spawn(async move { parts.try_package(&uploaded, &package, turn).await });
        Ok(digest)
    }

    /// Enrols the key of a vendor for the administrator's own organisation. The text of the public key's file will do.
    ///
    /// # Errors
    /// When the viewer is no administrator, it is no key or has no name, it is enrolled already, or it cannot be logged or kept.
    pub async fn enrol(&self, viewer: &Viewer, name: &str, key: &str, now: Timestamp) -> Result<(), CatalogueError> {
        administers(viewer)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS {
            return Err(CatalogueError::Name);
        }
        let key = public_key(key).ok_or(CatalogueError::Key)?;
        let key = VendorKey { key, name: name.to_owned(), at: now, by: Registrar::from(viewer) };
        let change = self.0.begin_key(viewer, &key.key, "enrol", now).await?;
        let kept = self.0.packages.enrol(&key).await;
        ended(change, kept, CatalogueError::KeyEnrolled).await
    }

    /// Withdraws one of the organisation's keys: what it signed is unsigned from then on.
    ///
    /// # Errors
    /// When the viewer is no administrator, the key is not enrolled, or it cannot be logged or kept.
    pub async fn withdraw(&self, viewer: &Viewer, key: &str, now: Timestamp) -> Result<(), CatalogueError> {
        if !self.keys(viewer).await?.iter().any(|one| one.key == key) {
            return Err(CatalogueError::Unknown);
        }
        let change = self.0.begin_key(viewer, key, "withdraw", now).await?;
        let kept = self.0.packages.withdraw_key(key, now, &Registrar::from(viewer)).await;
        ended(change, kept, CatalogueError::Unknown).await
    }
}

async fn ended(change: Change, kept: Result<bool, PortError>, not_kept: CatalogueError) -> Result<(), CatalogueError> {
    let (became, told) = match kept {
        Ok(true) => (Became::Done, Ok(())),
        Ok(false) => (Became::NotKept, Err(not_kept)),
        Err(error) => (Became::Unclear, Err(CatalogueError::Store(error))),
    };
    change.ended(became).await;
    told
}

fn administers(viewer: &Viewer) -> Result<(), CatalogueError> {
    if viewer.role == Role::Administrator { Ok(()) } else { Err(CatalogueError::NotAdministrator) }
}

/// The key of the text of a minisign public key's file: two letters for the algorithm, eight bytes of id, thirty-two of key.
fn public_key(text: &str) -> Option<String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let bytes = STANDARD.decode(line).ok()?;
    (bytes.len() == 42 && bytes.starts_with(b"Ed")).then(|| line.to_owned())
}

/// The one trial that goes on here; dropping it lets the next begin.
struct Turn {
    parts: Arc<Parts>,
    digest: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.parts.trials().remove(&self.digest);
    }
}

impl Parts {
    fn trials(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.trials.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_turn(self: &Arc<Self>, digest: &str) -> Option<Turn> {
        let mut trials = self.trials();
        if !trials.is_empty() {
            return None;
        }
        trials.insert(digest.to_owned(), String::new());
        Some(Turn { parts: Arc::clone(self), digest: digest.to_owned() })
    }

    async fn begin_key(
        &self,
        viewer: &Viewer,
        key: &str,
        step: &'static str,
        now: Timestamp,
    ) -> Result<Change, CatalogueError> {
        let deed = Deed::VendorKey { organisation: &viewer.organisation, key, step };
        let record = AuditRecord::intent(Activity::Write, viewer, None, now, deed.details());
        Change::begin(&self.audit, record).await.map_err(CatalogueError::LogUnavailable)
    }

    /// Tries a package to the end and keeps what was found.
    async fn try_package(self: &Arc<Self>, uploaded: &Uploaded, package: &[u8], turn: Turn) {
        let organisation = &uploaded.by.organisation;
        let (verdict, component) = match self.inspected(organisation, package, &turn.digest).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(package = uploaded.digest, %error, "a package could not be tried");
                let advice = "upload it again; if it happens again, ask whoever operates the portal";
                (Verdict::refused("the portal could not try the package", advice), None)
            }
        };
        let content = component.as_deref().filter(|_| verdict.passed()).map(|component| (package, component));
        tracing::info!(package = uploaded.digest, passed = verdict.passed(), "package tried");
        if let Err(error) = self.packages.keep_verdict(uploaded, &verdict, content).await {
            tracing::error!(package = uploaded.digest, %error, "what the trial of a package found could not be kept");
        }
    }

    async fn inspected(
        self: &Arc<Self>,
        organisation: &OrganisationId,
        package: &[u8],
        digest: &str,
    ) -> Result<(Verdict, Option<Vec<u8>>), PortError> {
        let keys = self.packages.vendor_keys(organisation).await?;
        let keys: Vec<String> = keys.into_iter().map(|key| key.key).collect();
        let (parts, digest) = (Arc::clone(self), digest.to_owned());
        let told: Told = Arc::new(move |what| {
            parts.trials().insert(digest.clone(), what.to_owned());
        });
        let found = self.inspector.inspect(package, &keys, told).await?;
        Ok((found.verdict, found.component))
    }
}

#[cfg(test)]
mod tests {
    use super::public_key;

    #[test]
    fn the_file_of_a_public_key_and_its_last_line_are_the_same_key() {
        let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
        let file = format!("untrusted comment: minisign public key\n{key}\n");
        assert_eq!((public_key(key), public_key(&file)), (Some(key.to_owned()), Some(key.to_owned())));
        for wrong in ["", "untrusted comment: nothing follows", "RWQf6LRC", &key[..54], "åäö"] {
            assert_eq!(public_key(wrong), None, "{wrong}");
        }
    }
}
