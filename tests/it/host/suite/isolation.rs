//! Rows: carrying something from one patient, lookup or tenant to another, or to the administrator.

use samsyn_host::report::StopKind;

use super::{
    case::{Case, Family},
    component::{Core, harmless, looking_up},
};

pub fn cases() -> Vec<Case> {
    let mut cases = patients();
    cases.extend(instances());
    cases.extend(imports());
    cases
}

fn row(name: &'static str) -> Case {
    Case::adapter(Family::Isolation, name, name, "")
}

fn patients() -> Vec<Case> {
    vec![
        row("remember")
            .does(
                "keeps what it reads in a global and pushes all it has kept",
                "gives every lookup an instance of its own",
            )
            .returns("reported", "the adapter returned"),
        Case::adapter(Family::Isolation, "replay", "replay", "/first")
            .does(
                "answers about everybody with the first patient's record, which names that patient",
                "discards everything about the second",
            )
            .returns("reported", "the adapter returned")
            .second("unanswered/wrong-patient", "another patient"),
        row("log-patient")
            .does(
                "writes number and record into its log: whole, spaced, grouped, in other digits",
                "keeps none of them",
            )
            .returns("nothing-held", "the adapter returned"),
        row("fail-with-patient")
            .does("fails with the number and the record as its code and words", "keeps neither")
            .fails("[…]-anteckning-[…]", "unanswered/adapter-fault", "[…]"),
        row("name-patient")
            .does("uses the number as alias, path, header, slot and section", "repeats it in no message")
            .returns("unanswered/credential", "[…]"),
    ]
}

fn instances() -> Vec<Case> {
    vec![
        row("other-setting")
            .does("asks for settings it does not have, of the process and of other sources", "has none of them")
            .returns("reported", "the adapter returned")
            .shows(&["0 främmande"]),
        Case::adapter(Family::Isolation, "other-key", "other-key", "neighbour")
            .does("asks for a seal with the key of another source", "refuses by the slot's name, and tells no key")
            .fails("key", "unanswered/credential", "`neighbour`"),
        Case::adapter(Family::Isolation, "other-credential", "credential", "neighbour")
            .does("sends a request with the credential of another source", "refuses by the slot's name")
            .fails("slot-empty", "unanswered/credential", "`neighbour`"),
        Case::component(Family::Isolation, "residue-in-memory", || {
            // Whatever the next instance finds in memory it did not write itself would be somebody else's.
            let lookup = "(drop (memory.grow (i32.const 64)))
                (local.set $i (i32.const 1114112))
                (loop $look
                  (if (i64.ne (i64.load (local.get $i)) (i64.const 0)) (then unreachable))
                  (i64.store (local.get $i) (i64.const 0x3233323332333233))
                  (local.set $i (i32.add (local.get $i) (i32.const 8)))
                  (br_if $look (i32.lt_u (local.get $i) (i32.const 5308416))))";
            looking_up(lookup)
        })
        .does("searches its fresh memory for what was there, and fills it", "gives every lookup memory that holds nothing")
        .returns("unanswered/no-status", "the adapter returned"),
        Case::component(Family::Isolation, "residue-in-table", || {
            let lookup = "(drop (table.grow $t (ref.null func) (i32.const 1000)))
                (loop $look
                  (if (i32.eqz (ref.is_null (table.get $t (local.get $i)))) (then unreachable))
                  (table.set $t (local.get $i) (ref.func $mark))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $look (i32.lt_u (local.get $i) (i32.const 1000))))";
            let more = "(func $mark) (elem declare func $mark) (table $t 1 funcref)";
            Core { lookup, more, ..Core::default() }.component()
        })
        .does("searches a fresh table for functions, and fills it", "gives every lookup a table that holds nothing")
        .returns("unanswered/no-status", "the adapter returned"),
        Case::component(Family::Isolation, "guessed-handle", || {
            let imports = r#"(import "[export]attack:handles/things@1.0.0" "[resource-rep]thing" (func $rep (param i32) (result i32)))"#;
            let more = r#"(func (export "attack:handles/things@1.0.0#[constructor]thing") (result i32) unreachable)"#;
            let world = "package attack:handles@1.0.0;
                interface things { resource thing { constructor(); } }
                world attack { include samsyn:adapter/producer@1.0.0; export things; }";
            Core { imports, more, lookup: "(drop (call $rep (i32.const 1)))", world, ..Core::default() }.component()
        })
        .does("uses a handle it was never given", "has none of that number")
        .stopped(StopKind::Trap, "WebAssembly"),
    ]
}

/// The import of the contract's log, renamed to something else of the same length.
fn importing(name: &str) -> Vec<u8> {
    let log = "samsyn:adapter/log@1.0.0";
    let imports = r#"(import "samsyn:adapter/log@1.0.0" "log" (func $log (param i32 i32 i32)))"#;
    let mut bytes = Core { imports, ..Core::default() }.component();
    assert_eq!(name.len(), log.len(), "{name}");
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(log.len()).position(|window| window == log.as_bytes()) {
        at += found;
        bytes[at..at + log.len()].copy_from_slice(name.as_bytes());
    }
    assert!(at > 0 && bytes.len() > harmless().len());
    bytes
}

/// What the contract does not have.
fn imports() -> Vec<Case> {
    let row = |name, make: fn() -> Vec<u8>| Case::component(Family::Isolation, name, make);
    let must = "does not admit it, and says what removes the import";
    vec![
        row("files", || importing("wasi:filesystem/ty@0.2.6"))
            .does("imports the file system", must)
            .not_admitted("`wasi:filesystem/ty@0.2.6`"),
        row("environment", || importing("wasi:cli/environt@0.2.60"))
            .does("imports environment and arguments", must)
            .not_admitted("--stub-wasi"),
        row("clock", || importing("wasi:clocks/wall-c@0.2.6"))
            .does("imports a clock, to measure its neighbours", must)
            .not_admitted("--stub-wasi"),
        row("randomness", || importing("wasi:random/random@0.2.6"))
            .does("imports random bytes, by the gigabyte", must)
            .not_admitted("`wasi:random/random@0.2.6`"),
        row("sockets", || importing("wasi:sockets/tcpip@0.2.6"))
            .does("imports sockets", must)
            .not_admitted("`wasi:sockets/tcpip@0.2.6`"),
        row("own-http", || importing("wasi:http/handler@0.2.60"))
            .does("imports an HTTP of its own", must)
            .not_admitted("requests go through `samsyn:adapter/http`"),
        row("not-yet", || importing("samsyn:adapter/sql@1.0.0"))
            .does("imports an interface the contract does not have", must)
            .not_admitted("does not have the interface"),
        row("next-major", || importing("samsyn:adapter/log@2.0.0"))
            .does("imports the next major version of the contract", must)
            .not_admitted("this portal has 1.x"),
    ]
}
