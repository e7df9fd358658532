//! One adapter on the real host, asked one case at a time with no network and no clock of its own.
//!
//! Not here: what is right (`judge`), which cases and variations there are (`trial`).
//! Invariant: every run has a fresh instance, a fresh host and a clock at rest that only recorded delays move.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use samsyn_domain::source::SourceId;
use samsyn_host::{
    admission::Refusal as Refused,
    credential::{CredentialKind, Credentials, Slot},
    egress::{AddressRule, Grant, SourceEgress, wire::Wire},
    limits::Limits,
    manifest::{CredentialKind as SlotKind, Manifest},
    prepared::{CompileBy, PrepareError, Prepared, prepare_metered, prepare_within},
    report::LookupReport,
    runtime::{Binding, Host},
};
use secrecy::{SecretSlice, SecretString};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::{
    canary,
    case::Case,
    component,
    emission::{Emission, Scribe},
    project::Project,
    refusal::Refusal,
    script::{Played, Script},
    variation::Variation,
};

/// The only source of a rehearsal.
const SOURCE: &str = "case";

/// An admitted adapter with what it is run under.
pub struct Stage {
    adapter: Arc<Prepared>,
    component: Vec<u8>,
    limits: Limits,
    bases: BTreeMap<String, Url>,
}

/// One lookup, from both sides.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the adapter did.
    pub emission: Emission,
    /// How the host saw it.
    pub report: LookupReport,
    /// What was asked of the source.
    pub played: Played,
}

/// What the engine is to do beside running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metering {
    /// Nothing: the engine of a portal.
    Off,
    /// Count instructions.
    Fuel,
}

impl Stage {
    /// Admits a project's component.
    ///
    /// # Errors
    /// Why it is not admitted, with what to do.
    pub fn open(project: &Project, metering: Metering) -> Result<Self, Refusal> {
        Self::of(component::read(project)?, project, metering)
    }

    /// Admits these bytes under a project's limits and base URLs.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn of(component: Vec<u8>, project: &Project, metering: Metering) -> Result<Self, Refusal> {
        let limits = project.limits.clone();
        let adapter = admit(&component, &limits, metering, project.compiled.as_deref())?;
        let bases = bases(adapter.manifest(), project)?;
        // Counting makes a guest slower; its computing time is judged where it is not counted.
        let limits = match metering {
            Metering::Off => limits,
            Metering::Fuel => Limits { guest_cpu_ms: 28_000, ..limits },
        };
        Ok(Self { adapter, component, limits, bases })
    }

    /// What the adapter says of itself.
    pub fn manifest(&self) -> &Manifest {
        self.adapter.manifest()
    }

    /// SHA-256 of the component, hex.
    pub fn digest(&self) -> &str {
        self.adapter.digest()
    }

    /// The component.
    pub fn component(&self) -> &[u8] {
        &self.component
    }

    /// Whether an administrator can press "test".
    pub fn has_selftest(&self) -> bool {
        self.adapter.has_selftest()
    }

    /// Limits of every run.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Names of the credential slots.
    pub fn slots(&self) -> Vec<String> {
        self.manifest().credential_slots.iter().map(|slot| slot.name.clone()).collect()
    }

    /// Base URL that an origin has in a case.
    pub fn base(&self, alias: &str) -> Option<&Url> {
        self.bases.get(alias)
    }

    /// Runs a case, with one of its exchanges made worse when asked.
    ///
    /// # Errors
    /// When the case does not fit the adapter: a setting it does not have, a section it does not answer.
    pub fn run(&self, case: &Case, variation: Option<Variation>) -> Result<Run, Refusal> {
        let script = Arc::new(Script::new(Arc::new(case.exchanges.clone()), self.bases.clone(), variation));
        let wire: Arc<dyn Wire> = Arc::clone(&script) as Arc<dyn Wire>;
        let manifest = self.manifest();
        let limits = self.limits.egress.clone();
        let egress = SourceEgress::over(&wire, grants(manifest, &self.bases), credentials(manifest), limits)
            .map_err(|error| Refusal::new(error.to_string(), "correct [origins] in adapter.toml, or the manifest"))?;
        let (emission, report) = self.ask(case, egress)?;
        Ok(Run { emission, report, played: script.played() })
    }

    /// Asks a case over any network.
    ///
    /// # Errors
    /// As [`Self::run`].
    fn ask(&self, case: &Case, egress: SourceEgress) -> Result<(Emission, LookupReport), Refusal> {
        let scribe = Arc::new(Scribe::default());
        let runtime = runtime(true)?;
        let report = runtime.block_on(self.rehearse(case, egress, Arc::clone(&scribe) as _))?;
        Ok((scribe.written(), report))
    }

    /// Asks a case over any network before any witness, on the caller's runtime.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn rehearse(
        &self,
        case: &Case,
        egress: SourceEgress,
        witness: Arc<dyn samsyn_host::witness::Witness>,
    ) -> Result<LookupReport, Refusal> {
        let unfit =
            |why: String| Refusal::new(format!("case `{}`: {why}", case.name), "correct query.json, or the manifest");
        let host = Host::new();
        let source = SourceId::new(SOURCE);
        let binding = Binding {
            adapter: Arc::clone(&self.adapter),
            egress: Arc::new(egress),
            settings: case.settings.clone(),
            limits: self.limits.clone(),
        };
        host.bind(source.clone(), binding).map_err(|error| unfit(error.to_string()))?;
        let asked = host.rehearse(&source, &case.question, case.within, witness).await;
        asked.map(|(_, report)| report).ok_or_else(|| {
            unfit("the manifest answers none of its sections, or cannot be asked by its kind of identifier".to_owned())
        })
    }
}

/// A runtime of one thread; with its clock at rest, time passes only when nothing else can happen.
///
/// # Errors
/// When this machine cannot start one.
pub fn runtime(clock_at_rest: bool) -> Result<Runtime, Refusal> {
    let built = Builder::new_current_thread().enable_all().start_paused(clock_at_rest).build();
    built.map_err(|error| Refusal::new(format!("no runtime: {error}"), "free some memory or file handles"))
}

fn admit(
    component: &[u8],
    limits: &Limits,
    metering: Metering,
    compiled: Option<&Path>,
) -> Result<Arc<Prepared>, Refusal> {
    let preparing = async {
        match metering {
            Metering::Off => prepare_within(component, compiled, CompileBy::Here, limits).await,
            Metering::Fuel => prepare_metered(component, compiled, limits).await,
        }
    };
    runtime(false)?
        .block_on(preparing)
        .map_err(|error| Refusal::new(format!("not admitted, and no portal would: {error}"), admission_advice(&error)))
}

fn admission_advice(error: &PrepareError) -> &'static str {
    let PrepareError::Refused(refused) = error else {
        return "try again; if it comes again, this machine lacks memory or the rights to start a process";
    };
    match refused {
        Refused::TooLarge { .. } => "build it without debug information, and leave out what it does not use",
        Refused::Precompiled | Refused::Module | Refused::NoAdapter => {
            "build it with the project's build command, and give the .wasm that this writes"
        }
        Refused::Unreadable(_) => "the file is damaged or was cut short; build it again",
        Refused::Nested => "wrap it into a component once, by the project's build command",
        Refused::Foreign(_) => "do what stands under the names, and build again; the templates do so by themselves",
        Refused::Compile(_) => "build it again with the versions that the project's files name",
        Refused::Link(_) => {
            "`sdk/` and `wit/` are of different versions: replace both by those of one release, and build again"
        }
        Refused::Describe(_) => "`describe` only hands over the manifest: build with the SDK, which writes it",
        Refused::Manifest(_) => {
            "correct this in manifest.json, whose keys manifest.schema.json explains, and build again"
        }
    }
}

fn bases(manifest: &Manifest, project: &Project) -> Result<BTreeMap<String, Url>, Refusal> {
    let advice = "correct [origins] in adapter.toml";
    if let Some(unknown) =
        project.origins.keys().find(|alias| manifest.origins.iter().all(|origin| origin.alias != **alias))
    {
        return Err(Refusal::new(format!("the manifest has no origin `{unknown}`"), advice));
    }
    manifest
        .origins
        .iter()
        .map(|origin| {
            let invented = format!("https://{}.example/", origin.alias.replace('_', "-"));
            let base = match project.origins.get(&origin.alias) {
                Some(base) => base.clone(),
                None => Url::parse(&invented)
                    .map_err(|error| Refusal::new(format!("origin `{}`: {error}", origin.alias), advice))?,
            };
            Ok((origin.alias.clone(), base))
        })
        .collect()
}

fn grants(manifest: &Manifest, bases: &BTreeMap<String, Url>) -> Vec<Grant> {
    let grant = |origin: &samsyn_host::manifest::Origin| {
        let base = bases.get(&origin.alias)?.clone();
        Some(Grant {
            methods: origin.methods.clone(),
            address_ranges: AddressRule::Public,
            allow_loopback: base.scheme() == "http",
            allow_http: base.scheme() == "http",
            ..Grant::read_only(&origin.alias, base)
        })
    };
    manifest.origins.iter().filter_map(grant).collect()
}

/// Every slot of the manifest, filled with a canary.
fn credentials(manifest: &Manifest) -> Credentials {
    let origins: Vec<String> = manifest.origins.iter().map(|origin| origin.alias.clone()).collect();
    manifest.credential_slots.iter().fold(Credentials::new(), |credentials, slot| {
        let secret = canary::secret(&slot.name);
        let kind = if slot.kinds.contains(&SlotKind::Hmac) {
            CredentialKind::Hmac { key: SecretSlice::from(secret.into_bytes()) }
        } else {
            let value = SecretString::from(format!("Bearer {secret}"));
            CredentialKind::StaticHeader { name: "authorization".to_owned(), value }
        };
        credentials.with(&slot.name, Slot { origins: origins.clone(), kind })
    })
}
