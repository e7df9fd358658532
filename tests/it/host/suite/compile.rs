//! Rows: components that are damaged, made for something else, or made to exhaust whoever compiles them.
//!
//! Here this process compiles; a server lets a child do it, under limits that `samsyn_host::prepared` tests.

use wasm_encoder::{ComponentTypeSection, PrimitiveValType};

use super::{
    case::{Case, Family},
    component::{Core, module, stuffing, with_raw_module, with_section},
};
use crate::host::scene::hostile_component;

const MIB: usize = 1024 * 1024;

pub fn cases() -> Vec<Case> {
    let mut cases = damaged();
    cases.extend(foreign());
    cases.extend(exhausting());
    cases.extend(describing());
    cases
}

fn row(name: &'static str, make: fn() -> Vec<u8>) -> Case {
    Case::component(Family::Compile, name, make)
}

/// An empty component, and a section that begins like this.
fn claiming(section: &[u8]) -> Vec<u8> {
    [&[0, b'a', b's', b'm', 0x0d, 0, 1, 0], section].concat()
}

fn damaged() -> Vec<Case> {
    let unreadable = "not a WebAssembly component";
    vec![
        row("cut-off", || {
            let mut bytes = hostile_component();
            bytes.truncate(bytes.len() / 2);
            bytes
        })
        .does("is half a component", "does not admit it")
        .not_admitted(unreadable),
        row("flipped", || {
            let mut bytes = hostile_component();
            // A type where the adapter's functions stand.
            let at = bytes.len() / 2;
            bytes[at..at + 64].fill(0xff);
            bytes
        })
        .does("is a component with 64 bytes overwritten", "does not admit it, whoever finds it first")
        .not_admitted("component"),
        row("noise", || (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect())
            .does("is noise", "does not admit it")
            .not_admitted(unreadable),
        row("empty", Vec::new).does("is nothing", "does not admit it").not_admitted(unreadable),
        row("section-of-4-gib", || claiming(&[7, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]))
            .does("has a section that claims 4 GiB", "does not admit it and reserves nothing")
            .not_admitted(unreadable),
        row("four-billion-types", || {
            with_section(&wasm_encoder::RawSection { id: 7, data: &[0xff, 0xff, 0xff, 0xff, 0x0f, 0x40] })
        })
        .does("claims 2³² types", "does not admit it and reserves nothing")
        .not_admitted("could not be compiled"),
        row("four-billion-imports", || claiming(&[10, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]))
            .does("claims 2³² imports", "does not admit it and reserves nothing")
            .not_admitted(unreadable),
    ]
}

fn foreign() -> Vec<Case> {
    vec![
        row("core-module", || module("(module (memory 1))"))
            .does("is a module and no component", "says how to wrap it")
            .not_admitted("wasm-tools component new"),
        row("precompiled", || {
            wasmtime::Engine::default().precompile_component(&wat::parse_str("(component)").unwrap()).unwrap()
        })
        .does("is machine code that claims to be a compiled component", "never runs anybody else's machine code")
        .not_admitted("precompiled code"),
        row("no-adapter", || wat::parse_str("(component)").unwrap())
            .does("does not export an adapter", "does not admit it")
            .not_admitted("samsyn:adapter/adapter"),
        row("other-signature", || {
            let mut bytes = hostile_component();
            for at in 0..bytes.len() - 10 {
                if bytes[at..].starts_with(b"media-type") {
                    bytes[at..at + 10].copy_from_slice(b"media-kind");
                }
            }
            bytes
        })
        .does("has a field of another name than the contract", "does not admit it, and names what differs")
        .not_admitted("does not fit the contract"),
    ]
}

/// A good component that holds a component that holds a component …
fn nested(levels: usize) -> Vec<u8> {
    let (mut length, mut heads) = (8_usize, Vec::new());
    for _ in 1..levels {
        let mut head = claiming(&[4]);
        wasm_encoder::Encode::encode(&u32::try_from(length).unwrap(), &mut head);
        length += head.len();
        heads.push(head);
    }
    let data = heads.into_iter().rev().chain([claiming(&[])]).flatten().collect::<Vec<u8>>();
    with_section(&wasm_encoder::RawSection { id: 4, data: &data })
}

fn exhausting() -> Vec<Case> {
    let survives = "compiles it, or not, and goes on";
    let admitted = |case: Case| case.returns("unanswered/no-status", "the adapter returned");
    vec![
        row("too-large", || stuffing(33 * MIB))
            .does("has 33 MiB", "does not read it")
            .not_admitted("at most 33554432 are admitted"),
        admitted(row("padded", || stuffing(16 * MIB)).does("has 16 MiB of nothing", survives)),
        admitted(
            row("large-data", || {
                let data = "x".repeat(16 * MIB);
                with_raw_module(&module(&format!("(module (memory 300) (data (i32.const 0) \"{data}\"))")), 1)
            })
            .does("brings 16 MiB of data for its memory", survives),
        ),
        row("far-data", || {
            with_raw_module(&module(r#"(module (memory 65536) (data (i32.const 0) "a") (data (i32.const -8) "b"))"#), 1)
        })
        .does("brings two bytes of data that are 4 GiB apart", "does not make an image of 4 GiB")
        .not_admitted("memory_max_bytes"),
        row("hundred-thousand-types", || {
            let mut types = ComponentTypeSection::new();
            for _ in 0..100_000 {
                types.defined_type().list(PrimitiveValType::U8);
            }
            with_section(&types)
        })
        .does("has 100 000 types", survives)
        .returns("unanswered/no-status", "the adapter returned"),
        admitted(row("nesting", || nested(40)).does("has 40 components inside each other", survives)),
        row("deep-nesting", || nested(50_000))
            .does(
                "has 50 000 components inside each other, which takes a compiler all memory there is",
                "does not admit it",
            )
            .not_admitted("inside each other"),
        admitted(
            row("deep-blocks", || {
                let (open, close) = ("(block ".repeat(20_000), ")".repeat(20_000));
                with_raw_module(&module(&format!("(module (func {open}{close}))")), 0)
            })
            .does("has 20 000 blocks inside each other", survives),
        ),
        admitted(
            row("huge-function", || {
                let body = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 1)))".repeat(20_000);
                with_raw_module(&module(&format!("(module (func (param i32) {body}))")), 0)
            })
            .does("has a function of 80 000 instructions", survives),
        ),
        row("function-over-the-limit", || {
            let body = "nop ".repeat(7_700_000);
            with_raw_module(&module(&format!("(module (func {body}))")), 0)
        })
        .does("has a function of 7.7 MB", "does not admit it")
        .not_admitted("could not be compiled"),
        row("many-locals", || {
            with_raw_module(&module(&format!("(module (func (local {})))", "i32 ".repeat(60_000))), 0)
        })
        .does("has a function with 60 000 variables", "does not admit it")
        .not_admitted("could not be compiled"),
        admitted(
            row("many-functions", || with_raw_module(&module(&format!("(module {})", "(func)".repeat(50_000))), 0))
                .does("has 50 000 functions", survives),
        ),
    ]
}

/// What happens when its code runs for the first time, at admission.
fn describing() -> Vec<Case> {
    const HTTP: &str = r#"(import "samsyn:adapter/http@1.0.0" "send-all" (func $send_all (param i32 i32 i32)))"#;
    vec![
        row("start-loop", || {
            Core { more: "(func $go (loop $again (br $again))) (start $go)", ..Core::default() }.component()
        })
        .does("loops before anything of it is called", "does not admit it")
        .not_admitted("guest_cpu_ms"),
        row("describe-loop", || Core { describe: "(loop $again (br $again))", ..Core::default() }.component())
            .does("loops when it is asked what it is", "does not admit it")
            .not_admitted("guest_cpu_ms"),
        row("describe-trap", || Core { describe: "unreachable", ..Core::default() }.component())
            .does("gives up when it is asked what it is", "does not admit it")
            .not_admitted("gave up"),
        row("describe-noise", || Core { manifest: "hello", ..Core::default() }.component())
            .does("says of itself what is no JSON", "does not admit it, and says where")
            .not_admitted("line 1 column 1"),
        row("describe-giant", || {
            Core { manifest: &format!("\"{}\"", "x".repeat(65_536 - 1024 - 100)), memory: "40", ..Core::default() }.component()
        })
        .does("says 64 kB of itself that are no manifest", "does not admit it")
        .not_admitted("manifest"),
        row("describe-network", || {
            // A request of nothing: the host refuses before it looks at it, and the list comes back empty.
            let describe = "(call $send_all (i32.const 0) (i32.const 0) (i32.const 256)) (call $send_all (i32.const 0) (i32.const 1) (i32.const 256))";
            Core { imports: HTTP, describe, ..Core::default() }.component()
        })
        .does("sends requests when it is asked what it is", "there is no network; it is admitted as what it says it is")
        .returns("unanswered/no-status", "the adapter returned"),
    ]
    .into_iter()
    .map(|case| case.limits(|limits| limits.guest_cpu_ms = 500))
    .collect()
}
