//! Components made for a case: core modules in text, wrapped as any adapter is, and sections added to a component that was fine.
//!
//! Not here: the adapter with a setting (`plugins/hostile`), which does what a language's own tools let one do.
//! Invariant: what is made here is what the case says and no more: without the attack it would be admitted and answer.

use std::path::Path;

use wasm_encoder::{ComponentSection as _, CustomSection, Module};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What `describe` returns here.
const MANIFEST: &str = r#"{"id":"made","name":"Made","vendor":"Samsyn tests","version":"1","contract":"1.0","sections":["person","care-limits","documents"],"identifier_kinds":["personal-number"],"origins":[{"alias":"api","description":"A server of the test","methods":["GET"]}]}"#;

/// Gives room, sixteen pages at a time.
const REALLOC: &str = r#"
  (global $heap (mut i32) (i32.const 65536))
  (func (export "cabi_realloc") (param $old i32) (param $old_len i32) (param $align i32) (param $len i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
                            (i32.sub (i32.const 0) (local.get $align))))
    (global.set $heap (i32.add (local.get $at) (local.get $len)))
    (block $enough (loop $more
      (br_if $enough (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
      (br $more)))
    (local.get $at))"#;

/// A core module: what differs from one that does nothing.
#[derive(Debug, Clone)]
pub struct Core<'a> {
    /// Imports, before everything.
    pub imports: &'a str,
    /// Instructions of `lookup`, which may use the locals `$i` and `$j`.
    pub lookup: &'a str,
    /// Instructions of `describe` before it returns the manifest.
    pub describe: &'a str,
    /// The manifest.
    pub manifest: &'a str,
    pub realloc: &'a str,
    pub memory: &'a str,
    /// Functions, globals, a start section.
    pub more: &'a str,
    pub encoding: StringEncoding,
    /// Interfaces beside the contract's, for the world.
    pub world: &'a str,
}

impl Default for Core<'_> {
    fn default() -> Self {
        Self {
            imports: "",
            lookup: "",
            describe: "",
            manifest: MANIFEST,
            realloc: REALLOC,
            memory: "17",
            more: "",
            encoding: StringEncoding::UTF8,
            world: "",
        }
    }
}

/// The component of a module whose `lookup` does this.
pub fn looking_up(lookup: &str) -> Vec<u8> {
    Core { lookup, ..Core::default() }.component()
}

impl Core<'_> {
    /// As `cargo xtask adapters` would wrap it.
    pub fn component(&self) -> Vec<u8> {
        let mut module = wat::parse_str(self.text()).unwrap();
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit"))).unwrap();
        let (package, world) = if self.world.is_empty() {
            (package, "producer")
        } else {
            (resolve.push_str("attack.wit", self.world).unwrap(), "attack")
        };
        let world = resolve.select_world(&[package], Some(world)).unwrap();
        embed_component_metadata(&mut module, &resolve, world, self.encoding).unwrap();
        ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
    }

    fn text(&self) -> String {
        let Self { imports, lookup, describe, manifest, realloc, memory, more, .. } = self;
        // A text in UTF-16 is counted in units of two bytes.
        let (bytes, units) = match self.encoding {
            StringEncoding::UTF16 => (manifest.encode_utf16().flat_map(u16::to_le_bytes).collect(), manifest.len()),
            _ => (manifest.as_bytes().to_vec(), manifest.len()),
        };
        let escaped: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let length: String = u32::try_from(units).unwrap().to_le_bytes().map(|byte| format!("\\{byte:02x}")).concat();
        format!(
            r#"(module
  {imports}
  (memory (export "memory") {memory})
  (data (i32.const 512) "\00\04\00\00{length}")
  (data (i32.const 1024) "{escaped}")
  {realloc}
  {more}
  (func (export "samsyn:adapter/adapter@1.0.0#describe") (result i32) {describe} (i32.const 512))
  (func (export "samsyn:adapter/adapter@1.0.0#lookup") (param $query i32) (result i32) (local $i i32) (local $j i32)
    {lookup} (i32.const 16))
)"#
        )
    }
}

/// A component that does nothing wrong.
pub fn harmless() -> Vec<u8> {
    looking_up("")
}

/// A good component with a core module added, and so many instances of it.
pub fn with_module(module: &Module, instances: u32) -> Vec<u8> {
    let mut bytes = harmless();
    let mine =
        Parser::new(0).parse_all(&bytes).filter(|part| matches!(part, Ok(Payload::ModuleSection { .. }))).count();
    let mine = u32::try_from(mine).unwrap();
    wasm_encoder::ModuleSection(module).append_to_component(&mut bytes);
    let mut section = wasm_encoder::InstanceSection::new();
    for _ in 0..instances {
        section.instantiate::<[(&str, wasm_encoder::ModuleArg); 0], &str>(mine, []);
    }
    if instances > 0 {
        section.append_to_component(&mut bytes);
    }
    bytes
}

/// A good component with this section added.
pub fn with_section(section: &impl wasm_encoder::ComponentSection) -> Vec<u8> {
    let mut bytes = harmless();
    section.append_to_component(&mut bytes);
    bytes
}

/// A core module from text.
pub fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// A custom section, which nobody reads.
pub fn stuffing(bytes: usize) -> Vec<u8> {
    with_section(&CustomSection { name: "stuffing".into(), data: vec![0x5a; bytes].into() })
}

/// Ends the module as a section of a component, for modules that only exist as bytes.
pub fn with_raw_module(bytes: &[u8], instances: u32) -> Vec<u8> {
    let mut raw = Module::new();
    for part in Parser::new(0).parse_all(bytes) {
        if let Some((id, range)) = part.unwrap().as_section() {
            raw.section(&wasm_encoder::RawSection { id, data: &bytes[range] });
        }
    }
    with_module(&raw, instances)
}
