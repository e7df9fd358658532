//! What one call into a guest may use, and what came of it.
//!
//! [`Call`] lives in the store and dies with it; [`Record`] lives outside, so that what was pushed before a trap or a
//! deadline survives. Not here: the host functions themselves (`abi`), conclusions (`outcome`).
//! Invariant: every counter here only grows, and the guest stops when one passes its limit.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use wasmtime::ResourceLimiter;

use crate::{
    collected::Collected,
    egress::{CallBudget, SourceEgress},
    engine::TICK,
    journal::Journal,
    limits::Limits,
    witness::Witness,
};

/// Everything of a call that outlives its store.
pub(crate) struct Record {
    /// What was pushed.
    pub sink: Collected,
    /// What happened.
    pub journal: Journal,
}

/// The record, shared between the store and whoever waits.
#[derive(Clone)]
pub(crate) struct SharedRecord(Arc<Mutex<Record>>);

impl SharedRecord {
    pub(crate) fn new(sink: Collected, journal: Journal) -> Self {
        Self(Arc::new(Mutex::new(Record { sink, journal })))
    }

    /// Takes everything out, once the call is over.
    pub(crate) fn take(&self) -> (Collected, Journal) {
        let mut record = self.lock();
        (std::mem::replace(&mut record.sink, Collected::nothing()), record.journal.clone())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The network as one call has it; none while an adapter is being admitted.
#[derive(Clone)]
pub(crate) struct Network {
    pub egress: Arc<SourceEgress>,
    pub budget: Arc<CallBudget>,
}

/// Data of a store.
pub(crate) struct Call {
    pub network: Option<Network>,
    pub settings: Arc<BTreeMap<String, String>>,
    pub limits: Arc<Limits>,
    pub record: SharedRecord,
    pub memory: MemoryMeter,
    pub cpu: CpuMeter,
    /// Of a rehearsal; none in a portal.
    pub witness: Option<Arc<dyn Witness>>,
}

impl Call {
    pub(crate) fn new(
        network: Option<Network>,
        settings: Arc<BTreeMap<String, String>>,
        limits: Arc<Limits>,
        record: SharedRecord,
        gauge: Arc<Gauge>,
    ) -> Self {
        Self {
            network,
            settings,
            record,
            memory: MemoryMeter { used: 0, last: 0, limits: Arc::clone(&limits), gauge: Arc::clone(&gauge) },
            cpu: CpuMeter { budget: limits.guest_cpu_ms / TICK_MS, waited: false, gauge },
            witness: None,
            limits,
        }
    }

    /// The same before a witness.
    pub(crate) fn before(mut self, witness: Option<Arc<dyn Witness>>) -> Self {
        self.witness = witness;
        self
    }
}

const TICK_MS: u64 = 5;
const _: () = assert!(TICK.as_millis() == TICK_MS as u128, "the tick and its number of milliseconds are one figure");

/// Readings that outlive the store.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    memory_peak_bytes: AtomicUsize,
    memory_refused: AtomicBool,
    cpu_ticks: AtomicU64,
    fuel: AtomicU64,
}

impl Gauge {
    /// What a metered engine counted; none on any other.
    pub(crate) fn fuel(&self) -> Option<u64> {
        Some(self.fuel.load(Ordering::Relaxed)).filter(|fuel| *fuel > 0)
    }

    pub(crate) fn set_fuel(&self, used: u64) {
        self.fuel.store(used, Ordering::Relaxed);
    }

    pub(crate) fn memory_peak_bytes(&self) -> usize {
        self.memory_peak_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn memory_refused(&self) -> bool {
        self.memory_refused.load(Ordering::Relaxed)
    }

    pub(crate) fn guest_cpu_ms(&self) -> u64 {
        self.cpu_ticks.load(Ordering::Relaxed) * TICK_MS
    }
}

/// Counts the ticks during which the guest computed.
pub(crate) struct CpuMeter {
    budget: u64,
    waited: bool,
    gauge: Arc<Gauge>,
}

impl CpuMeter {
    /// One tick passed while the guest ran. False when its time is used up.
    pub(crate) fn tick(&mut self) -> bool {
        // The first tick after a host call that waited is the wait itself.
        if std::mem::take(&mut self.waited) {
            return true;
        }
        self.gauge.cpu_ticks.fetch_add(1, Ordering::Relaxed) < self.budget
    }

    /// The host has worked for the guest since `started`, without waiting: that is the guest's time. One tick is counted anyway
    /// when the guest goes on, however long the call was.
    pub(crate) fn worked_since(&mut self, started: Instant) {
        let ticks = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) / TICK_MS;
        self.gauge.cpu_ticks.fetch_add(ticks.saturating_sub(1), Ordering::Relaxed);
    }

    /// A host call that began at `started` is over. Shorter than a tick, it earns nothing: a guest could otherwise
    /// buy computing time with empty calls.
    pub(crate) fn waited_since(&mut self, started: Instant) {
        let waited: Duration = started.elapsed();
        self.waited |= waited >= TICK;
    }
}

/// Sums linear memories and tables of one store. Wasmtime's own limiter counts each memory by itself.
pub(crate) struct MemoryMeter {
    used: usize,
    last: usize,
    limits: Arc<Limits>,
    gauge: Arc<Gauge>,
}

impl MemoryMeter {
    fn grow(&mut self, more: usize) -> bool {
        let Some(total) = self.used.checked_add(more).filter(|total| *total <= self.limits.memory_max_bytes) else {
            self.gauge.memory_refused.store(true, Ordering::Relaxed);
            return false;
        };
        self.used = total;
        self.last = more;
        self.gauge.memory_peak_bytes.fetch_max(total, Ordering::Relaxed);
        true
    }
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last));
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current).saturating_mul(size_of::<usize>())))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last));
        Ok(())
    }

    fn instances(&self) -> usize {
        self.limits.instances_max
    }

    fn tables(&self) -> usize {
        self.limits.instances_max
    }

    fn memories(&self) -> usize {
        self.limits.instances_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(memory_max_bytes: usize) -> (MemoryMeter, Arc<Gauge>) {
        let gauge = Arc::new(Gauge::default());
        let limits = Arc::new(Limits { memory_max_bytes, ..Limits::default() });
        (MemoryMeter { used: 0, last: 0, limits, gauge: Arc::clone(&gauge) }, gauge)
    }

    #[test]
    fn two_memories_and_a_table_share_one_limit() {
        let (mut meter, gauge) = meter(1_000);
        assert!(meter.memory_growing(0, 500, None).unwrap());
        assert!(meter.memory_growing(0, 400, None).unwrap());
        assert!(meter.table_growing(0, 12, None).unwrap());
        assert!(!meter.memory_growing(500, 505, None).unwrap());
        assert_eq!(gauge.memory_peak_bytes(), 996);
        assert!(gauge.memory_refused());
    }

    #[test]
    fn a_growth_that_failed_is_given_back() {
        let (mut meter, _) = meter(1_000);
        assert!(meter.memory_growing(0, 900, None).unwrap());
        meter.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert!(meter.memory_growing(0, 900, None).unwrap());
    }

    #[test]
    fn computing_time_ends_and_waiting_costs_none_of_it() {
        let gauge = Arc::new(Gauge::default());
        let mut cpu = CpuMeter { budget: 2, waited: false, gauge: Arc::clone(&gauge) };
        cpu.waited_since(Instant::now());
        assert!(cpu.tick() && cpu.tick());
        cpu.waited_since(Instant::now().checked_sub(TICK).unwrap());
        assert!(cpu.tick(), "the wait itself");
        assert!(!cpu.tick());
        assert_eq!(gauge.guest_cpu_ms(), 15);
    }

    #[test]
    fn what_the_host_computes_for_the_guest_is_the_guests_time() {
        let gauge = Arc::new(Gauge::default());
        let mut cpu = CpuMeter { budget: 10, waited: false, gauge: Arc::clone(&gauge) };
        cpu.worked_since(Instant::now());
        assert!(cpu.tick(), "a short call costs nothing but its tick");
        cpu.worked_since(Instant::now().checked_sub(TICK * 10).unwrap());
        assert!(!cpu.tick());
    }
}
