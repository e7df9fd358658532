//! Memories, tables and stacks of guests, reserved once and used again.
//!
//! A fresh instance that takes its memory from the operating system pays for every page it touches: with a reply of 50 kB that
//! was a third of the whole lookup. A slot of the pool keeps its pages and is wiped after every call. Not here: how much one
//! guest may use (`limits`); the pool only has to be at least as large.
//! Invariant: [`CALLS_AT_ONCE`] calls fit, whatever their components look like within the figures below; a slot holds nothing
//! of the call before.

use wasmtime::{Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Calls into guests at the same time, in the whole process: thirty sources may each be silent to as many as may ask them.
pub(super) const CALLS_AT_ONCE: usize = 512;

/// Parts of one component. A component of Rust has three instances, one memory and two tables; one of Python a dozen.
const INSTANCES_PER_COMPONENT: u32 = 64;
const MEMORIES_PER_COMPONENT: u32 = 4;
const TABLES_PER_COMPONENT: u32 = 16;
/// Largest table: an interpreter has some ten thousand functions.
const TABLE_ELEMENTS: usize = 65_536;
/// What a slot keeps of a memory, in bytes: more than an adapter touches for an ordinary reply. Of what a call used beyond it the
/// operating system gets the pages back.
const MEMORY_KEPT_BYTES: usize = 2 << 20;
/// What a slot keeps of a table or a stack, in bytes.
const SMALL_KEPT_BYTES: usize = 64 << 10;
/// Slots that keep anything while nobody uses them.
const WARM_SLOTS: u32 = 32;

/// The pool.
pub(super) fn strategy() -> InstanceAllocationStrategy {
    let calls = u32::try_from(CALLS_AT_ONCE).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_stacks(calls)
        .total_core_instances(calls * INSTANCES_PER_COMPONENT)
        .max_core_instances_per_component(INSTANCES_PER_COMPONENT)
        .total_memories(calls * MEMORIES_PER_COMPONENT)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .total_tables(calls * TABLES_PER_COMPONENT)
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .table_elements(TABLE_ELEMENTS)
        .max_tables_per_module(TABLES_PER_COMPONENT)
        .max_unused_warm_slots(WARM_SLOTS)
        .linear_memory_keep_resident(MEMORY_KEPT_BYTES)
        .table_keep_resident(SMALL_KEPT_BYTES)
        .async_stack_keep_resident(SMALL_KEPT_BYTES)
        .pagemap_scan(Enabled::Auto);
    InstanceAllocationStrategy::Pooling(pool)
}
