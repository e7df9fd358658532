//! Rows: using up what the host has for everybody, through calls that are allowed.

use samsyn_host::report::StopKind;
use wit_component::StringEncoding;

use super::{
    case::{Case, Family},
    component::Core,
};

const LOG: &str = r#"(import "samsyn:adapter/log@1.0.0" "log" (func $log (param i32 i32 i32)))"#;
const SETTINGS: &str = r#"(import "samsyn:adapter/settings@1.0.0" "get" (func $get (param i32 i32 i32)))"#;
/// A world with a resource of the adapter's own.
const WITH_RESOURCE: &str = "package attack:handles@1.0.0;
interface things { resource thing { constructor(); } }
world attack { include samsyn:adapter/producer@1.0.0; export things; }";

pub fn cases() -> Vec<Case> {
    let component = |name, make: fn() -> Vec<u8>| Case::component(Family::HostResources, name, make);
    let mut cases = floods();
    cases.extend(replies());
    cases.extend(encodings(&component));
    cases
}

fn adapter(name: &'static str, about: &str) -> Case {
    Case::adapter(Family::HostResources, name, name, about)
}

fn floods() -> Vec<Case> {
    vec![
        adapter("entry-flood", "")
            .does("pushes documents for ever", "stops it at the limit and keeps what came")
            .stopped(StopKind::TooManyEntries, "entries_max")
            .state("partial/broken-off"),
        adapter("flood-after-complete", "")
            .does("calls a section complete, then pushes more than is kept", "does not call it complete")
            .stopped(StopKind::TooManyEntries, "entries_max")
            .state("partial/broken-off"),
        adapter("log-flood", "")
            .does("logs 5 000 lines of 5 kB", "keeps 200 lines of 2 KiB and counts the rest")
            .returns("reported", "the adapter returned")
            .shows(&["Efter floden"]),
        adapter("log-large", "")
            .does("logs 100 lines of 5 MiB", "cuts before it reads; nothing else changes")
            .returns("reported", "the adapter returned")
            .shows(&["Efter floden"]),
        adapter("status-flood", "")
            .does("gives a section its status for ever", "stops it at its computing time and believes none of them")
            .limits(|limits| limits.guest_cpu_ms = 200)
            .stopped(StopKind::CpuLimit, "guest_cpu_ms"),
        adapter("note-flood", "")
            .does("pushes 4 000 entries that break a rule", "notes 50 of them and counts all")
            .returns("partial/invalid-entries", "`provenance.id` is empty"),
        adapter("huge-call", "")
            .does("pushes a text of 12 MiB", "refuses it before it is copied")
            .stopped(StopKind::CallTooLarge, "hostcall_max_bytes"),
        adapter("header-flood", "")
            .does("sends a request with 50 000 headers", "refuses it")
            .refused("headers-many", "at most 64 headers"),
        adapter("requests", "60")
            .does("sends 60 requests at once", "answers 40, four at a time, and refuses 20")
            .returns("reported", "`requests`")
            .shows(&["40 svar, 20 nekade"]),
        Case::adapter(Family::HostResources, "ten-thousand-requests", "requests", "10000")
            .does("sends 10 000 requests at once", "answers 40 and refuses the rest without preparing them")
            .returns("reported", "`requests`")
            .shows(&["40 svar, 9960 nekade"]),
        adapter("bodies", "/large")
            .does(
                "fetches 3 MiB twelve times and reads none of it",
                "counts all replies together and refuses the sixth",
            )
            .returns("reported", "total_max_bytes")
            .shows(&["5 hela"]),
    ]
}

/// What the source sends, behind an adapter that only asks.
fn replies() -> Vec<Case> {
    let get = |name, path| Case::adapter(Family::HostResources, name, "get", path);
    vec![
        get("huge-reply", "/huge").does("its source sends 6 MiB", "refuses it when it is announced").fails(
            "reply-too-large",
            "unanswered/malformed",
            "reply_max_bytes",
        ),
        get("endless-reply", "/endless")
            .does("its source sends for ever and announces nothing", "stops at the limit")
            .fails("reply-too-large", "unanswered/malformed", "reply_max_bytes"),
        get("header-bomb", "/headers").does("its source sends headers for ever", "stops reading").fails(
            "protocol",
            "unanswered/down",
            "did not speak HTTP",
        ),
        get("gzip-bomb", "/bomb").does("its source sends 50 kB that unpack to 50 MB", "counts while it unpacks").fails(
            "reply-too-large",
            "unanswered/malformed",
            "reply_max_bytes",
        ),
        get("trailers", "/trailers")
            .does("its source sends a header after the body", "reads the body and drops it")
            .returns("reported", "the adapter returned")
            .shows(&["200 hela"]),
        get("two-lengths", "/two-lengths").does("its source announces two lengths", "refuses the reply").fails(
            "protocol",
            "unanswered/down",
            "did not speak HTTP",
        ),
        get("two-replies", "/smuggled")
            .does("its source sends a second reply nobody asked for", "gives it to nobody")
            .returns("reported", "the adapter returned")
            .shows(&["200 hela"]),
    ]
}

/// What only hand-made components can say to the host.
fn encodings(component: &impl Fn(&'static str, fn() -> Vec<u8>) -> Case) -> Vec<Case> {
    vec![
        component("handle-flood", || {
            let imports = r#"(import "[export]attack:handles/things@1.0.0" "[resource-new]thing" (func $new (param i32) (result i32)))"#;
            let more = r#"(func (export "attack:handles/things@1.0.0#[constructor]thing") (result i32) unreachable)"#;
            let lookup = "(loop $again (drop (call $new (i32.const 1))) (br $again))";
            Core { imports, more, lookup, world: WITH_RESOURCE, ..Core::default() }.component()
        })
        .does("makes handles for ever", "stops at 1 000")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("no-utf8", || {
            let lookup = "(i32.store (i32.const 64) (i32.const -1)) (call $log (i32.const 2) (i32.const 64) (i32.const 4))";
            Core { imports: LOG, lookup, ..Core::default() }.component()
        })
        .does("logs bytes that are no text", "refuses the call")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("utf16-half", || {
            // A high surrogate without the low one.
            let lookup = "(i32.store (i32.const 64) (i32.const 0x0041d800)) (call $log (i32.const 2) (i32.const 64) (i32.const 2))";
            Core { imports: LOG, lookup, encoding: StringEncoding::UTF16, ..Core::default() }.component()
        })
        .does("logs half a character of UTF-16", "refuses the call")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("utf16-crooked", || {
            let lookup = "(call $log (i32.const 2) (i32.const 65) (i32.const 2))";
            Core { imports: LOG, lookup, encoding: StringEncoding::UTF16, ..Core::default() }.component()
        })
        .does("logs UTF-16 from an odd address", "refuses the call")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("utf16-overflow", || {
            let lookup = "(call $log (i32.const 2) (i32.const 64) (i32.const 0x80000001))";
            Core { imports: LOG, lookup, encoding: StringEncoding::UTF16, ..Core::default() }.component()
        })
        .does("logs UTF-16 whose length in bytes is more than 32 bits hold", "refuses the call")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("latin1-overflow", || {
            let lookup = "(call $log (i32.const 2) (i32.const 64) (i32.const -1))";
            Core { imports: LOG, lookup, encoding: StringEncoding::CompactUTF16, ..Core::default() }.component()
        })
        .does("logs a compact text whose length is all ones", "refuses the call")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("level-99", || {
            let lookup = "(call $log (i32.const 99) (i32.const 64) (i32.const 0))";
            Core { imports: LOG, lookup, ..Core::default() }.component()
        })
        .does("logs at a level the contract does not have", "refuses the call")
        .stopped(StopKind::Trap, "a value the contract does not have"),
        component("realloc-outside", || {
            let realloc = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const -8))"#;
            Core { realloc, ..Core::default() }.component()
        })
        .does("gives the host room outside its memory", "does not write there")
        .stopped(StopKind::Trap, "out of bounds"),
        component("realloc-crooked", || {
            let realloc = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65537))"#;
            Core { realloc, ..Core::default() }.component()
        })
        .does("gives the host room at an odd address", "does not write there")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("realloc-calls-back", || {
            let realloc = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (call $get (i32.const 64) (i32.const 1) (i32.const 128)) (i32.const 65536))"#;
            Core { imports: SETTINGS, realloc, ..Core::default() }.component()
        })
        .does("calls the host while it gives the host room", "refuses to be called there")
        .stopped(StopKind::Trap, "WebAssembly"),
        component("answer-outside", || {
            let lookup = "(return (i32.const -4))";
            Core { lookup, ..Core::default() }.component()
        })
        .does("returns its answer from outside its memory", "does not read there")
        .stopped(StopKind::Trap, "out of bounds"),
    ]
}
