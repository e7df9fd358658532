//! Binding a package to a source of the own organisation: what it is granted, trying its own test, and what it is compared with.
//!
//! Not here: whether a binding is in use (`sources`), what of it cannot be used (`port::binder`).
//! Invariant: a binding alone reaches nobody and is asked about nobody; only a package that passed its trial, signed with a key that is enrolled at
//! this moment, is bound; a secret that is kept goes nowhere else than before; one goes from the form to the store and is never read back to a page.

use std::collections::BTreeSet;

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    binding::{Binding, BindingVersion, Fault, Wrong},
    logged::Became,
    package::{Signature, Uploaded},
    source::{OrganisationId, SourceId},
    trial::{Comparison, Tested},
    viewer::{Role, Viewer},
};
use secrecy::SecretString;

use super::{OwnSource, SourceError, SourceService, reason};
use crate::{
    outcome::Change,
    port::{
        audit_log::{Activity, AuditRecord},
        packages::Packages,
    },
    record::{Deed, SOURCE_ID_MAX_BYTES},
};

/// Characters of the part of an id that tells sources with one adapter apart.
const APART_CHARS: usize = 6;

/// What is to be bound.
#[derive(Debug)]
pub struct ToBind {
    /// The source that gets another binding; none is a new one.
    pub source: Option<SourceId>,
    /// Number of its newest binding when the form was made, 0 for a new one.
    pub base: u32,
    /// What is granted. A credential whose secret did not come along keeps the number of the former.
    pub binding: Binding,
    /// Secrets that came along, by slot.
    pub secrets: Vec<(String, SecretString)>,
    /// Why.
    pub reason: String,
}

/// The package, if the organisation may use it: it passed, and somebody whose key is enrolled now has signed it.
pub(super) async fn usable(
    packages: &dyn Packages,
    organisation: &OrganisationId,
    digest: &str,
) -> Result<Uploaded, SourceError> {
    let all = all_usable(packages, organisation).await?;
    all.into_iter().find(|package| package.digest == digest).ok_or(SourceError::Package)
}

async fn all_usable(packages: &dyn Packages, organisation: &OrganisationId) -> Result<Vec<Uploaded>, SourceError> {
    let (all, keys) = tokio::join!(packages.packages(organisation), packages.vendor_keys(organisation));
    let (mut all, keys) = (all.map_err(SourceError::Store)?, keys.map_err(SourceError::Store)?);
    all.retain(|package| {
        package.verdict.as_ref().is_some_and(|verdict| {
            let signed =
                matches!(&verdict.signature, Signature::Vendor { key } if keys.iter().any(|one| one.key == *key));
            signed && verdict.passed()
        })
    });
    Ok(all)
}

impl SourceService {
    /// The packages that can be bound, newest first.
    ///
    /// # Errors
    /// When the viewer is no administrator, or they cannot be read.
    pub async fn bindable(&self, viewer: &Viewer) -> Result<Vec<Uploaded>, SourceError> {
        if viewer.role != Role::Administrator {
            return Err(SourceError::NotAdministrator);
        }
        all_usable(&*self.packages, &viewer.organisation).await
    }

    /// Keeps what a source of the administrator's own organisation is granted. Nothing is asked with it until that is decided. Gives the
    /// source and the number.
    ///
    /// # Errors
    /// When the viewer is no administrator, the package may not be used, there is no such source, somebody else was first, something in it
    /// cannot be used, or it cannot be logged or kept. Then nothing has changed.
    pub async fn bind(&self, viewer: &Viewer, bind: ToBind, at: Timestamp) -> Result<(SourceId, u32), SourceError> {
        let own = self.own(viewer).await?;
        let package = usable(&*self.packages, &viewer.organisation, &bind.binding.package).await?;
        let former = match &bind.source {
            None => None,
            Some(id) => {
                let found = own.iter().find(|own| own.source.id == *id && !own.is_configured());
                Some(found.ok_or(SourceError::Unknown)?)
            }
        };
        let newest = former.and_then(|own| own.versions.first());
        if newest.map_or(0, |version| version.number) != bind.base {
            return Err(SourceError::Stale);
        }
        // Another adapter is another source: what is enabled of this one was decided for this one.
        if newest.is_some_and(|version| version.binding.described.id != bind.binding.described.id) {
            return Err(SourceError::NotPossible);
        }
        let reason = reason(&bind.reason)?;
        let number = bind.base.checked_add(1).ok_or(SourceError::Stale)?;
        let source = bind.source.clone().unwrap_or_else(|| new_id(&bind.binding.described.id, viewer));
        let mut binding = bind.binding;
        if package.verdict.as_ref().and_then(|verdict| verdict.component.as_deref()) != Some(&binding.component) {
            return Err(SourceError::Package);
        }
        let mut faults = unfit(&binding, &own, newest.map(|version| &version.binding), &bind.secrets);
        for credential in &mut binding.credentials {
            if bind.secrets.iter().any(|(slot, _)| *slot == credential.slot) {
                credential.secret = number;
            }
        }
        let by = Registrar::from(viewer);
        let organisation = viewer.organisation.clone();
        let version = BindingVersion { source, organisation, number, binding, reason, at, by };
        faults.extend(self.binder.faults(&version, &bind.secrets).await.map_err(SourceError::Store)?);
        if !faults.is_empty() {
            return Err(SourceError::Faults(faults));
        }
        let record = AuditRecord::intent(Activity::Write, viewer, None, at, Deed::from(&version).details());
        let change = Change::begin(&self.audit, record).await.map_err(SourceError::LogUnavailable)?;
        let bindings = self.book.bindings();
        let (became, told) = match bindings.keep_binding(&version, &bind.secrets).await {
            Ok(true) => (Became::Done, Ok(())),
            Ok(false) => (Became::NotKept, Err(SourceError::Stale)),
            // The answer to a commit can be lost on its way.
            Err(error) => match bindings.binding(&version.source, number).await {
                Ok(Some(kept)) if kept == version => (Became::Done, Ok(())),
                Ok(_) => (Became::NotKept, Err(SourceError::Store(error))),
                Err(_) => (Became::Unclear, Err(SourceError::Store(error))),
            },
        };
        change.ended(became).await;
        told.map(|()| (version.source, number))
    }

    /// Runs the adapter's own test with a binding. It reaches the source, so it is logged; it reads no patient.
    ///
    /// # Errors
    /// When the viewer is no administrator, there is no such source or binding, the package may not be used, it cannot be made ready, or it
    /// cannot be logged.
    pub async fn selftest(
        &self,
        viewer: &Viewer,
        id: &SourceId,
        number: u32,
        at: Timestamp,
    ) -> Result<Tested, SourceError> {
        let own = self.one(viewer, id).await?;
        if own.is_configured() {
            // The configuration file has one binding, which was made ready when the portal started.
            self.log_selftest(viewer, id, 0, at).await?;
            return Ok(self.tested(id, 0).await);
        }
        let version = own.version(number).ok_or(SourceError::Unknown)?;
        usable(&*self.packages, &viewer.organisation, &version.binding.package).await?;
        self.log_selftest(viewer, id, number, at).await?;
        Ok(self.tested(id, number).await)
    }

    async fn tested(&self, id: &SourceId, number: u32) -> Tested {
        self.binder.selftest(id, number).await.unwrap_or_else(|error| {
            tracing::error!(source = %id, number, %error, "a source could not be made ready for its own test");
            Tested::NotReady
        })
    }

    async fn log_selftest(
        &self,
        viewer: &Viewer,
        source: &SourceId,
        version: u32,
        at: Timestamp,
    ) -> Result<(), SourceError> {
        let deed = Deed::SourceTest { source, organisation: &viewer.organisation, version };
        let record = AuditRecord::intent(Activity::Read, viewer, None, at, deed.details());
        self.audit.append(&record).await.map(drop).map_err(SourceError::LogUnavailable)
    }

    /// What has become of the trial of a source on this node.
    pub fn comparison(&self, own: &OwnSource) -> Option<Comparison> {
        let trial = own.staged.as_ref()?.trial?;
        self.comparisons.of(&samsyn_domain::binding::running_as(&own.source.id, trial))
    }
}

/// What is wrong beside what was granted before: whoever changes where a secret goes has to know it, and nobody compares with another organisation's source.
fn unfit(
    binding: &Binding,
    own: &[OwnSource],
    former: Option<&Binding>,
    secrets: &[(String, SecretString)],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if binding.compared_with.as_ref().is_some_and(|id| !own.iter().any(|one| one.source.id == *id)) {
        faults.push(Fault::of("compared_with", Wrong::Choice));
    }
    let Some(former) = former else { return faults };
    let places = |binding: &Binding| -> BTreeSet<String> {
        binding.origins.iter().map(|origin| format!("{} {}", origin.alias, origin.base_url)).collect()
    };
    let elsewhere = !places(binding).is_subset(&places(former));
    for credential in &binding.credentials {
        let before = former.credentials.iter().find(|one| one.slot == credential.slot);
        let other_way =
            before.is_some_and(|before| (&before.kind, &before.token_url) != (&credential.kind, &credential.token_url));
        let typed = secrets.iter().any(|(slot, _)| *slot == credential.slot);
        if before.is_some() && (elsewhere || other_way) && !typed {
            faults.push(Fault::of(format!("credential.{}.secret", credential.slot), Wrong::Again));
        }
    }
    faults
}

/// An id for a new source, from its adapter and its organisation.
fn new_id(adapter: &str, viewer: &Viewer) -> SourceId {
    let apart: String = uuid::Uuid::new_v4().simple().to_string().chars().take(APART_CHARS).collect();
    let named: String = format!("{adapter}-{}", viewer.organisation);
    let named: String = named.chars().take(SOURCE_ID_MAX_BYTES - APART_CHARS - 1).filter(char::is_ascii).collect();
    SourceId::new(format!("{named}-{apart}"))
}
