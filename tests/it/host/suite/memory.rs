//! Rows: wanting all memory, tables, stacks and instances, or claiming to have more than there is.

use samsyn_host::report::StopKind;

use super::{
    case::{Case, Family},
    component::{Core, looking_up, module, with_raw_module},
};

const MIB: usize = 1024 * 1024;
const LOG: &str = r#"(import "samsyn:adapter/log@1.0.0" "log" (func $log (param i32 i32 i32)))"#;
const DOCUMENTS: &str = r#"(import "samsyn:adapter/sink@1.0.0" "documents" (func $documents (param i32 i32)))"#;

pub fn cases() -> Vec<Case> {
    let adapter = |name| Case::adapter(Family::Memory, name, name, "");
    let component = |name, make: fn() -> Vec<u8>| Case::component(Family::Memory, name, make);
    let mut cases = growing(&adapter, &component);
    cases.extend(claiming(&component));
    cases
}

fn growing(
    adapter: &impl Fn(&'static str) -> Case,
    component: &impl Fn(&'static str, fn() -> Vec<u8>) -> Case,
) -> Vec<Case> {
    let small = |case: Case| case.limits(|limits| limits.memory_max_bytes = 16 * MIB);
    vec![
        small(adapter("grow-memory"))
            .does("takes memory by the megabyte until there is none", "refuses at the limit, and says which")
            .stopped(StopKind::MemoryLimit, "memory_max_bytes"),
        small(adapter("fragment"))
            .does("takes memory in pieces of 24 bytes and gives none back", "refuses at the limit, and says which")
            .stopped(StopKind::MemoryLimit, "memory_max_bytes"),
        component("grow-at-once", || {
            looking_up("(if (i32.eq (memory.grow (i32.const 60000)) (i32.const -1)) (then unreachable))")
        })
        .does("asks for 4 GiB in one step", "refuses without reserving it")
        .stopped(StopKind::MemoryLimit, "memory_max_bytes"),
        component("grow-table", || {
            let lookup = "(loop $again (br_if $again (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
                          unreachable";
            Core { lookup, more: "(table $t 1 funcref)", ..Core::default() }.component()
        })
        .does("grows a table for ever", "refuses when the pool's slot is full")
        .stopped(StopKind::Unreachable, "gave up"),
        small(component("three-memories", || {
            let grows = "(module (memory 1)
                (func $go (if (i32.eq (memory.grow (i32.const 96)) (i32.const -1)) (then unreachable))) (start $go))";
            with_raw_module(&module(grows), 3)
        }))
        .does("takes in three memories together what one may not have", "sums all memories")
        .not_admitted("memory_max_bytes"),
        adapter("deep-recursion")
            .does("calls itself with much to remember until its stack is full", "ends it; its neighbour's stack is another")
            .stopped(StopKind::StackOverflow, "stack overflowed"),
        component("bare-recursion", || {
            let more = "(func $down (param i32) (result i32) (i32.add (call $down (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))";
            Core { lookup: "(drop (call $down (i32.const 0)))", more, ..Core::default() }.component()
        })
        .does("calls itself without any memory of its own", "ends it at the engine's stack")
        .stopped(StopKind::StackOverflow, "stack overflowed"),
    ]
}

fn claiming(component: &impl Fn(&'static str, fn() -> Vec<u8>) -> Case) -> Vec<Case> {
    let bounds = "refuses before it looks";
    vec![
        component("four-gib-text", || {
            let lookup = "(call $log (i32.const 2) (i32.const 0) (i32.const -1))";
            Core { imports: LOG, lookup, ..Core::default() }.component()
        })
        .does("logs a text that claims to be 4 GiB long", bounds)
        .stopped(StopKind::Trap, "out of bounds"),
        component("text-beyond-the-end", || {
            let lookup = "(call $log (i32.const 2) (i32.const -16) (i32.const 32))";
            Core { imports: LOG, lookup, ..Core::default() }.component()
        })
        .does("logs a text that runs past the end of all addresses", bounds)
        .stopped(StopKind::Trap, "out of bounds"),
        component("four-gib-list", || {
            let lookup = "(call $documents (i32.const 0) (i32.const -1))";
            Core { imports: DOCUMENTS, lookup, ..Core::default() }.component()
        })
        .does("pushes a list that claims 2³² documents", bounds)
        .stopped(StopKind::Trap, "out of bounds"),
        component("list-of-one-byte", || {
            // Every element claims the same bytes, so that a small memory describes a very long list.
            let lookup = "(call $documents (i32.const 65536) (i32.const 80000))";
            Core { imports: DOCUMENTS, lookup, memory: "1000", ..Core::default() }.component()
        })
        .does("pushes 80 000 empty documents in one call", "refuses what one call may not carry")
        .stopped(StopKind::CallTooLarge, "hostcall_max_bytes"),
        component("declares-4-gib", || Core { memory: "65536", ..Core::default() }.component())
            .does("declares a memory of 4 GiB", "does not admit it")
            .not_admitted("memory_max_bytes"),
        component("five-memories", || {
            let five = module("(module (memory 1) (memory 1) (memory 1) (memory 1) (memory 1))");
            with_raw_module(&five, 1)
        })
        .does("declares five memories beside its own", "does not admit what the pool has no room for")
        .not_admitted("memories"),
        component("large-table", || with_raw_module(&module("(module (table 10000000 funcref))"), 1))
            .does("declares a table of ten million functions", "does not admit what the pool has no room for")
            .not_admitted("table"),
        component("hundred-instances", || with_raw_module(&module("(module (memory 1))"), 100))
            .does("is made of a hundred modules with a memory each", "does not admit what the pool has no room for")
            .not_admitted("instances"),
    ]
}
