//! R4 and R5: what the sandbox costs an adapter, in computing time of one thread.
//!
//! The same adapter source is linked into this program and loaded as the component; both read the same 50 kB reply and push
//! into a host that keeps what comes. The engine has the profile of `samsyn_host::engine`. Not here: the network, and the
//! host's checks of what was pushed, which are the same on both sides of a portal.
//! Invariant: both sides push the same number of entries, or nothing is measured.

use std::{any::Any, path::Path};

use anyhow::{Context as _, Result, anyhow, ensure};
use cpu_time::ThreadTime;
use futures::executor::block_on;
use samsyn_adapter::{Entries, Host as _, Plugin as _, Query, rehearsal};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits,
    StoreLimitsBuilder, UpdateDeadline, WasmFeatures,
    component::{Component, HasSelf, Linker},
};

use self::contract::{exports::samsyn::adapter::adapter, samsyn::adapter as imports};
use crate::{
    figures::{Goal, Pairs, Ratio, to_f64},
    portal::adapter_path,
    producers::{self, Density},
};

/// Generated from `wit/`, as in the host.
mod contract {
    wasmtime::component::bindgen!({ path: "../wit", world: "producer", exports: { default: async } });
}

/// Calls per measurement: long enough for the clock, short enough for many rounds.
const CALLS: usize = 25;
/// Calls per measurement when a call does next to nothing.
const TRIVIAL_CALLS: usize = 400;
/// What the host lets one call carry.
const HOSTCALL_MAX_BYTES: usize = 8 << 20;
/// What the host lets a guest hold.
const MEMORY_MAX_BYTES: usize = 128 << 20;
/// The host's tick.
const TICK: std::time::Duration = std::time::Duration::from_millis(5);
/// Identifier system of personal numbers.
const PERSONAL_NUMBER: &str = "urn:oid:1.2.752.129.2.1.3.1";

/// The host of the guest: one reply to every request, and whatever is pushed is kept.
struct Stage {
    reply: Vec<u8>,
    kept: Vec<Box<dyn Any + Send>>,
    entries: usize,
    complete: usize,
    limits: StoreLimits,
}

impl Stage {
    fn keep<T: Send + 'static>(&mut self, count: usize, items: T) {
        self.entries += count;
        self.kept.push(Box::new(items));
    }

    fn forget(&mut self) {
        self.kept.clear();
        (self.entries, self.complete) = (0, 0);
    }
}

impl imports::http::Host for Stage {
    fn send(&mut self, _: imports::http::Request) -> Result<imports::http::Response, imports::http::Error> {
        Ok(imports::http::Response { status: 200, headers: Vec::new(), body: self.reply.clone() })
    }

    fn send_all(
        &mut self,
        requests: Vec<imports::http::Request>,
    ) -> Vec<Result<imports::http::Response, imports::http::Error>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl imports::log::Host for Stage {
    fn log(&mut self, _: imports::log::Level, _: String) {}
}

impl imports::settings::Host for Stage {
    fn get(&mut self, key: String) -> Option<String> {
        match key.as_str() {
            "anonymous" => Some("true".to_owned()),
            "zone" => Some("Europe/Stockholm".to_owned()),
            _ => None,
        }
    }
}

impl imports::keys::Host for Stage {
    fn hmac_sha256(&mut self, _: String, _: Vec<u8>) -> Result<Vec<u8>, String> {
        Err("no keys here".to_owned())
    }
}

impl imports::types::Host for Stage {}

macro_rules! kept {
    ($($function:ident: $record:ident),+ $(,)?) => {
        impl imports::sink::Host for Stage {
            fn person(&mut self, item: imports::sink::PersonDetails) {
                self.keep(1, item);
            }

            $(fn $function(&mut self, items: Vec<imports::sink::$record>) {
                self.keep(items.len(), items);
            })+

            fn status(&mut self, _: String, status: imports::sink::SectionStatus) {
                self.complete += usize::from(matches!(status, imports::sink::SectionStatus::Complete));
            }
        }
    };
}
kept! {
    care_limits: CareLimit, consents: Consent, contacts: Contact, vaccinations: Vaccination, infections: Infection,
    services: Service, alerts: Alert, plans: Plan, functional_status: FunctionalAssessment, medications: Medication,
    documents: Document,
}

/// The component, linked.
pub struct Guest {
    engine: Engine,
    pre: contract::ProducerPre<Stage>,
}

/// One case: what the source says and what is asked.
pub struct Case {
    reply: Vec<u8>,
    native: Query,
    guest: adapter::Query,
}

impl Guest {
    /// Loads a component into an engine with the host's profile.
    ///
    /// # Errors
    /// When it cannot be read or compiled.
    pub fn load(component: &Path) -> Result<Self> {
        let mut config = Config::new();
        let off = WasmFeatures::THREADS
            | WasmFeatures::SHARED_EVERYTHING_THREADS
            | WasmFeatures::MEMORY64
            | WasmFeatures::RELAXED_SIMD
            | WasmFeatures::TAIL_CALL
            | WasmFeatures::STACK_SWITCHING
            | WasmFeatures::EXCEPTIONS
            | WasmFeatures::FUNCTION_REFERENCES
            | WasmFeatures::GC
            | WasmFeatures::CM_ASYNC;
        config.wasm_component_model(true).concurrency_support(false).epoch_interruption(true).wasm_features(off, false);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
        let engine = Engine::new(&config).map_err(wasm)?;
        let bytes = std::fs::read(component)
            .with_context(|| format!("{}: build the adapters first: cargo xtask adapters", component.display()))?;
        let component = Component::from_binary(&engine, &bytes).map_err(wasm)?;
        let mut linker = Linker::<Stage>::new(&engine);
        contract::Producer::add_to_linker::<_, HasSelf<_>>(&mut linker, |stage| stage).map_err(wasm)?;
        let pre = linker.instantiate_pre(&component).and_then(contract::ProducerPre::new).map_err(wasm)?;
        let ticked = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = ticked.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        });
        Ok(Self { engine, pre })
    }

    fn store(&self, case: &Case) -> Store<Stage> {
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY_MAX_BYTES).build();
        let stage = Stage { reply: case.reply.clone(), kept: Vec::new(), entries: 0, complete: 0, limits };
        let mut store = Store::new(&self.engine, stage);
        store.limiter(|stage| &mut stage.limits);
        store.set_hostcall_fuel(HOSTCALL_MAX_BYTES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store
    }

    /// A fresh instance for one lookup, as in the portal. Gives back how many entries came and how many sections were whole.
    ///
    /// # Errors
    /// When the adapter fails.
    pub fn fresh(&self, case: &Case) -> Result<(usize, usize)> {
        let mut store = self.store(case);
        let producer = block_on(self.pre.instantiate_async(&mut store)).map_err(wasm)?;
        lookup(&producer, &mut store, case)
    }

    /// Several lookups on one instance: the time of them without the instance.
    ///
    /// # Errors
    /// When the adapter fails.
    pub fn live(&self, case: &Case, calls: usize) -> Result<f64> {
        let mut store = self.store(case);
        let producer = block_on(self.pre.instantiate_async(&mut store)).map_err(wasm)?;
        lookup(&producer, &mut store, case)?;
        timed(calls, || lookup(&producer, &mut store, case))
    }
}

/// Slots are used again, as in the host.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(8)
        .total_tables(64)
        .max_tables_per_module(16)
        .table_elements(65_536)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    pool
}

fn wasm(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}

fn lookup(producer: &contract::Producer, store: &mut Store<Stage>, case: &Case) -> Result<(usize, usize)> {
    store.data_mut().forget();
    let answered = block_on(producer.samsyn_adapter_adapter().call_lookup(&mut *store, &case.guest)).map_err(wasm)?;
    ensure!(answered.is_ok(), "the adapter refused its own reply: {answered:?}");
    let stage = store.data();
    Ok((stage.entries, stage.complete))
}

/// The same adapter without a sandbox.
fn native(case: &Case) -> Result<(usize, usize)> {
    let mut host =
        rehearsal::Rehearsal::new(|_: &samsyn_adapter::http::Request| rehearsal::reply(200, case.reply.clone()))
            .with_setting("anonymous", "true");
    ensure!(host.setting("anonymous").is_some(), "the setting is lost");
    enkel::Enkel::lookup(&mut host, &case.native).map_err(|failure| anyhow!("{failure:?}"))?;
    let complete = host.statuses.iter().filter(|(_, status)| *status == samsyn_adapter::types::SectionStatus::Complete);
    Ok((host.pushed.iter().map(Entries::len).sum(), complete.count()))
}

impl Case {
    /// This reply to every request.
    ///
    /// # Errors
    /// When there is no patient.
    pub fn new(reply: Vec<u8>, sections: &[&str]) -> Result<Self> {
        let patient = producers::patient()?;
        let native = rehearsal::query(PERSONAL_NUMBER, &patient, sections);
        let guest = adapter::Query {
            identifiers: vec![imports::types::Identifier { system: PERSONAL_NUMBER.to_owned(), value: patient }],
            sections: native.sections.clone(),
            since: None,
            now: native.now.clone(),
            language: native.language.clone(),
            budget_ms: native.budget_ms,
            viewer: None,
            extensions: Vec::new(),
        };
        Ok(Self { reply, native, guest })
    }

    /// About 50 kB in every section.
    fn whole(density: Density) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Self::new(runtime.block_on(producers::reply(0, density))?.to_vec(), &producers::sections())
    }

    /// One section that holds nothing.
    fn trivial() -> Result<Self> {
        let reply = serde_json::json!({
            "contract": "samsyn-enkel/1",
            "patient": { "system": "personnummer", "value": producers::patient()? },
            "sections": { "plans": { "status": "nothing-held" } },
        });
        Self::new(reply.to_string().into_bytes(), &["plans"])
    }
}

/// Computing time of one of several calls, in milliseconds.
///
/// # Errors
/// What a call fails with.
pub fn timed<T>(calls: usize, mut call: impl FnMut() -> Result<T>) -> Result<f64> {
    let started = ThreadTime::now();
    for _ in 0..calls {
        std::hint::black_box(call()?);
    }
    Ok(started.elapsed().as_secs_f64() * 1_000.0 / to_f64(calls))
}

/// Measures both.
///
/// # Errors
/// When the adapter is not built, or the two sides do not do the same.
pub fn measure(share: usize) -> Result<Vec<Ratio>> {
    let guest = Guest::load(&adapter_path("enkel"))?;
    let (whole, dense, trivial) = (Case::whole(Density::Usual)?, Case::whole(Density::Dense)?, Case::trivial()?);
    for (case, least) in [(&whole, 15), (&dense, 40)] {
        let (in_sandbox, outside) = (guest.fresh(case)?, native(case)?);
        ensure!(in_sandbox == outside && outside.0 > least, "not the same work: {in_sandbox:?} and {outside:?}");
    }
    native(&trivial)?;
    let rounds = (20 * share / 100).max(3);
    let fresh = async |case: &Case, calls: usize| timed(calls, || guest.fresh(case));
    let live = async |case: &Case, calls: usize| guest.live(case, calls);
    let bare = async |case: &Case| timed(CALLS, || native(case));
    // Another executor than the one inside: that one refuses to be nested.
    tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
        let r4 = Pairs::abba(rounds, async || fresh(&whole, CALLS).await, async || bare(&whole).await).await?;
        let r4_dense = Pairs::abba(rounds, async || fresh(&dense, CALLS).await, async || bare(&dense).await).await?;
        let r4_live = Pairs::abba(rounds, async || live(&whole, CALLS).await, async || bare(&whole).await).await?;
        let r5 = Pairs::abba(rounds, async || fresh(&whole, CALLS).await, async || live(&whole, CALLS).await).await?;
        let r5_trivial = Pairs::abba(
            rounds,
            async || fresh(&trivial, TRIVIAL_CALLS).await,
            async || live(&trivial, TRIVIAL_CALLS).await,
        )
        .await?;
        Ok(vec![
            Ratio::of("R4", "adapter in a fresh sandbox / same source native, 50 kB reply", &r4, Goal::gate(2.0)),
            Ratio::of(
                "R4",
                "adapter in a fresh sandbox / same source native, 50 kB of nothing but entries",
                &r4_dense,
                None,
            ),
            Ratio::of("R4", "adapter in a living sandbox / same source native, 50 kB reply", &r4_live, None),
            Ratio::of("R5", "fresh instance / living instance, 50 kB reply", &r5, Goal::reported(1.10)),
            Ratio::of("R5", "fresh instance / living instance, trivial reply", &r5_trivial, Goal::reported(1.5)),
        ])
    })
}
