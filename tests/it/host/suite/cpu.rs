//! Rows: computing without end, in every way a guest or its host can be made to.

use samsyn_host::report::StopKind;

use super::{
    case::{Case, Family},
    component::{Core, looking_up},
};

const STOP: &str = "stops it at its computing time; the neighbour computes meanwhile";

pub fn cases() -> Vec<Case> {
    let adapter = |name| Case::adapter(Family::Cpu, name, name, "");
    let component = |name, make: fn() -> Vec<u8>| Case::component(Family::Cpu, name, make);
    [
        adapter("endless-loop").does("loops for ever", STOP),
        adapter("pattern").does("matches `(a+)+b` by backtracking", STOP),
        adapter("settings-spin").does("asks the host for a setting for ever", STOP),
        component("branch-spin", || looking_up("(loop $again (br $again))")).does("one jump to itself", STOP),
        component("table-jump", || {
            looking_up(
                "(loop $again (block $b (block $a (br_table $a $b $again (local.get $i)))
                 (local.set $i (i32.const 1)) (br $again)) (br $again))",
            )
        })
        .does("jumps through a table for ever", STOP),
        component("call-spin", || {
            let lookup = "(loop $again (call_indirect $t (type $f) (i32.const 0)) (br $again))";
            let more = "(type $f (func)) (func $nothing) (table $t 1 funcref) (elem (i32.const 0) $nothing)";
            Core { lookup, more, ..Core::default() }.component()
        })
        .does("calls nothing through a table for ever", STOP),
        component("bulk-copy", || {
            let lookup = "(loop $again (memory.fill (i32.const 65536) (i32.const 7) (i32.const 60000000)) (br $again))";
            Core { lookup, memory: "1000", ..Core::default() }.component()
        })
        .does("fills 60 MB in one instruction, for ever", "counts a long instruction too, and stops it"),
        component("divide-spin", || {
            let lookup = "(local.set $i (i32.const 7)) (loop $again
                (local.set $i (i32.div_u (i32.const -1) (local.get $i))) (local.set $i (i32.or (local.get $i) (i32.const 1)))
                (br $again))";
            looking_up(lookup)
        })
        .does("divides for ever", STOP),
        component("realloc-loop", || {
            let realloc = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable)"#;
            Core { realloc, ..Core::default() }.component()
        })
        .does("loops in the function that gives the host room for the question", STOP),
        component("post-return-loop", || {
            let more = r#"(func (export "cabi_post_samsyn:adapter/adapter@1.0.0#lookup") (param i32) (loop $again (br $again)))"#;
            Core { more, ..Core::default() }.component()
        })
        .does("answers, and loops when it may clean up", STOP),
        adapter("hmac-grind").does("has the host compute seals of 7 MiB for ever", "counts the host's work as the guest's"),
        adapter("string-copies")
            .does("asks for a setting whose name has 4 MiB, for ever", "counts the host's work as the guest's"),
    ]
    .into_iter()
    .map(|case| case.stopped(StopKind::CpuLimit, "guest_cpu_ms").limits(|limits| limits.guest_cpu_ms = 100))
    .collect()
}
