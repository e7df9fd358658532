//! One opening as the access decision sees it: what the store knows of somebody, and one source's answer of usual size.
//!
//! For the benchmark and for the tests of the same: what a decision costs, and how many statements its facts take. The facts are
//! read by the portal's own services, never by statements of ours. Not here: what is decided, and whether rightly.
//! Invariant: the whole answer is decided on; what is counted has been sent to the database.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result, ensure};
use jiff::Zoned;
use samsyn::demo_portal;
use samsyn_demo::{organisations::REGION, seed::Seed};
use samsyn_domain::{
    access::{Block, BlockStatus, Decision, Facts, Registration, access},
    entry::Entry,
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::Section,
    source::{OrganisationId, Provider, ProviderId, ProviderKind, ProviderKinds},
    state::{Entries, State},
    viewer::{Role, Scope, Viewer},
};
use samsyn_host::runtime::Host;
use samsyn_server::clock::Clock;
use samsyn_service::{
    limits::ServiceLimits,
    overview::{Catalogue, OverviewService, Request},
    port::{access_register::AccessRegister, acknowledgements::Acknowledgements as _, audit_log::Activity},
    roles::RoleService,
};
use samsyn_store::{Acknowledgement, Store, StoreConfig, StoreKey};

use crate::build::{now, viewer};

/// Of the row that is read by its primary key.
const DIGEST: &str = "of the text that was acknowledged";
/// Blocks that every record is held against and that hide none: more than most patients have.
const BLOCKS: usize = 3;

/// A portal that nobody looks at forgets what it has read.
const READS_KEPT: usize = 2_000;

/// Every section with its cell.
pub type Cells = Vec<(Section, State)>;

/// The statements that a store has been sent to read, in order.
#[derive(Debug, Clone, Default)]
pub struct Reads(Arc<Mutex<Vec<String>>>);

impl Reads {
    /// Notes what this store, and every later clone of it, reads.
    pub fn of(store: &mut Store) -> Self {
        let reads = Self::default();
        let noted = reads.clone();
        store.on_read(move |sql| {
            let mut all = noted.all();
            if all.len() >= READS_KEPT {
                all.clear();
            }
            all.push(sql.to_owned());
        });
        reads
    }

    /// Everything since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.all())
    }

    fn all(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that read facts of the decision: what is registered, blocks with their freshness, the matrix of roles.
pub fn of_facts(reads: &[String]) -> Vec<&str> {
    let tables = ["registration", "block", "block_register", "role_matrix"].map(|table| format!("\"{table}\""));
    reads.iter().map(String::as_str).filter(|sql| tables.iter().any(|table| sql.contains(table))).collect()
}

/// A physician of the region opens the demo's person with everything.
pub struct OneOpening {
    store: Store,
    reads: Reads,
    overviews: OverviewService,
    roles: RoleService,
    viewer: Viewer,
    patient: PersonIdentifier,
    registered: Vec<Registration>,
    accepts_others_consents: bool,
    blocks: BlockStatus,
    kinds: ProviderKinds,
    cells: Cells,
    at: Zoned,
}

impl OneOpening {
    /// In a new store in `dir` that holds what the demo's holds. The answer has so many entries in each section.
    ///
    /// # Errors
    /// When the store cannot be made, or the demo has nobody to show.
    pub async fn new(dir: &Path, sizes: &BTreeMap<Section, usize>) -> Result<Self> {
        let (at, seed) = (now(), Seed::new(&now()));
        let person = seed.person_showing("everything").context("the demo shows nobody with everything")?;
        let patient = PersonIdentifier::stated(&person.personal_number)?;
        let config = StoreConfig::in_data_dir(dir);
        StoreKey::make(&config.key_file)?;
        let mut store = Store::open(&config).await?;
        let reads = Reads::of(&mut store);
        demo_portal::plant(&store, &seed, &Clock::Frozen(at.clone())).await?;
        let viewer = physician(&seed)?;
        store.acknowledge(&acknowledged(&viewer, &at)).await?;
        let region = seed.organisations.iter().find(|organisation| organisation.id == viewer.organisation);
        let shared = Arc::new(store.clone());
        Ok(Self {
            overviews: OverviewService::new(
                Arc::new(Host::new()),
                shared.clone(),
                shared.clone(),
                shared.clone(),
                shared.clone(),
                Catalogue { sources: Vec::new(), organisations: seed.organisations.clone() },
                ServiceLimits::default(),
            ),
            roles: RoleService::new(shared.clone(), shared),
            registered: AccessRegister::of_patient(&store, &patient).await?,
            accepts_others_consents: region.is_some_and(|region| region.accepts_others_consents),
            blocks: BlockStatus::Verified((0..BLOCKS).map(outer_of_nobody).collect()),
            kinds: ProviderKinds::new(&seed.organisations),
            cells: answer(&seed, &person.personal_number, sizes)?,
            store,
            reads,
            viewer,
            patient,
            at,
        })
    }

    /// What is read for one opening: the reader's rights, then everything before the sources are asked.
    ///
    /// # Errors
    /// When something cannot be read, or nothing may be opened.
    pub async fn statements(&self) -> Result<Vec<String>> {
        let mut viewer = self.viewer.clone();
        drop(self.reads.take());
        let policy = self.roles.equip_for_use(&mut viewer).await?;
        let request = Request {
            viewer,
            patient: self.patient.clone(),
            scope: Scope::Shared,
            ask_all: false,
            opened_at: self.at.clone(),
            language: "sv".to_owned(),
            activity: Activity::Read,
            preset: None,
            policy,
            refer: None,
        };
        let opened = self.overviews.open(request).await?;
        let reads = self.reads.take();
        drop(opened);
        Ok(reads)
    }

    /// A copy of the answer, to be decided on.
    pub fn cells(&self) -> Cells {
        self.cells.clone()
    }

    /// The decision as one opening makes it for one source: the ground, then every record. Gives how many are shown.
    ///
    /// # Errors
    /// When there is no ground: then nothing was measured that anybody waits for.
    pub fn decide(&self, cells: Cells) -> Result<usize> {
        let facts = Facts {
            patient: &self.patient,
            registered: Some(&self.registered),
            accepts_others_consents: self.accepts_others_consents,
        };
        let access = access(&self.viewer, Scope::Shared, facts, &self.at);
        let grant = access.grant();
        ensure!(grant.is_some(), "there is no ground to see others' information");
        let decision = Decision {
            viewer: &self.viewer,
            grant,
            blocks: &self.blocks,
            kinds: &self.kinds,
            otherwise: ProviderKind::Care,
        };
        let decided = cells.into_iter().map(|(section, state)| decision.apply(section, state));
        Ok(decided.map(|state| state.entries().len()).sum())
    }

    /// One row read by its primary key, as every opening reads one.
    ///
    /// # Errors
    /// When it cannot be read, or is not there.
    pub async fn read_by_key(&self) -> Result<()> {
        let found = self.store.is_acknowledged(&self.viewer.organisation, &self.viewer.user_id, DIGEST).await?;
        ensure!(found, "the row is not there");
        Ok(())
    }
}

fn physician(seed: &Seed) -> Result<Viewer> {
    let region = OrganisationId::new("region-fjall");
    ensure!(seed.organisations.iter().any(|organisation| organisation.id == region), "the demo has no region");
    Ok(Viewer {
        organisation: region,
        provider: Provider { id: ProviderId::new(REGION), kind: ProviderKind::Care },
        unit: Organisation::new("SE9999100001-E101", "Medicinkliniken"),
        ..viewer(Role::Physician, ProviderKind::Care)
    })
}

fn acknowledged(viewer: &Viewer, at: &Zoned) -> Acknowledgement {
    Acknowledgement {
        organisation: viewer.organisation.clone(),
        user_id: viewer.user_id.clone(),
        digest: DIGEST.to_owned(),
        name: viewer.name.clone(),
        assignment: viewer.assignment.clone(),
        at: at.timestamp(),
    }
}

fn outer_of_nobody(number: usize) -> Block {
    Block::outer(ProviderId::new(format!("SE0000000000-V{number}")))
}

/// The person's entries from every source, over again until each section has its size.
fn answer(seed: &Seed, patient: &str, sizes: &BTreeMap<Section, usize>) -> Result<Cells> {
    let held = seed.holdings.values().filter_map(|holdings| holdings.of(patient));
    let all: Vec<&Entry> = held.flat_map(|records| &records.entries).collect();
    let cell = |(section, size): (&Section, &usize)| {
        let of_section: Vec<Entry> =
            all.iter().filter(|entry| entry.section() == *section).map(|entry| (*entry).clone()).collect();
        ensure!(!of_section.is_empty() || *size == 0, "the demo's person has nothing in {}", section.name());
        let entries: Vec<Entry> = of_section.iter().cycle().take(*size).cloned().collect();
        Ok((*section, Entries::new(entries).map_or(State::NothingHeld, State::Reported)))
    };
    sizes.iter().map(cell).collect()
}
