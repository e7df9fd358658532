//! Whether a component may be installed at all: static, before a single byte of it is compiled.
//!
//! A refusal names every offender and the tool flag that removes it, because the reader is a vendor with a build script.
//! Not here: linking and `describe` (`prepared`), the manifest's own rules (`manifest`).
//! Invariant: nothing outside `samsyn:adapter/*` is ever linked, so what passes here can reach nothing else.

mod imports;

use wasmparser::{Encoding, Parser, Payload};

pub use imports::Offender;

use crate::{limits::Limits, manifest::ManifestError};

/// Name of the export every adapter has, without version.
const REQUIRED_EXPORT: &str = "samsyn:adapter/adapter";

/// How deep components may hold each other. What tools make is two or three deep.
const NESTING_MAX: usize = 50;

/// Why a component is not admitted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Too large.
    #[error("the component has {found} bytes; at most {most} are admitted")]
    TooLarge {
        /// Its size.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// Compiled code instead of WebAssembly.
    #[error("this is precompiled code; only WebAssembly is admitted, and the portal compiles it itself")]
    Precompiled,
    /// A core module instead of a component.
    #[error("this is a core module, not a component; wrap it, e.g. with `wasm-tools component new`")]
    Module,
    /// Not WebAssembly, or damaged.
    #[error("not a WebAssembly component: {0}")]
    Unreadable(String),
    /// Components inside components, without end: compiling them would take all memory there is.
    #[error(
        "the component holds components and modules inside each other more than {NESTING_MAX} deep; adapters need two or three"
    )]
    Nested,
    /// Imports or built-ins outside the contract.
    #[error("the component asks for what the contract does not have:{}", lines(.0))]
    Foreign(Vec<Offender>),
    /// It does not export the adapter.
    #[error("the component does not export `{REQUIRED_EXPORT}@1`; build it for the world `producer`")]
    NoAdapter,
    /// It could not be compiled.
    #[error("the component could not be compiled: {0}")]
    Compile(String),
    /// Its types differ from the contract's.
    #[error("the component does not fit the contract: {0}")]
    Link(String),
    /// `describe` failed.
    #[error("`describe` did not return: {0}")]
    Describe(String),
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// One line for each remedy: a component built for WASI asks for a dozen interfaces, which one flag removes.
fn lines(offenders: &[Offender]) -> String {
    use std::fmt::Write as _;
    let mut remedies: Vec<(&str, Vec<String>)> = Vec::new();
    for offender in offenders {
        let name = format!("`{}`", offender.name);
        match remedies.iter_mut().find(|(remedy, _)| *remedy == offender.remedy) {
            Some((_, names)) => names.push(name),
            None => remedies.push((offender.remedy, vec![name])),
        }
    }
    remedies.iter().fold(String::new(), |mut text, (remedy, names)| {
        let _infallible = write!(text, "\n- {}: {remedy}", names.join(", "));
        text
    })
}

/// Checks a component without compiling it.
///
/// # Errors
/// Why it is not admitted; for imports, all of them at once.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    if bytes.len() > limits.component_max_bytes {
        return Err(Refusal::TooLarge { found: bytes.len(), most: limits.component_max_bytes });
    }
    if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(Refusal::Precompiled);
    }
    if Parser::is_core_wasm(bytes) {
        return Err(Refusal::Module);
    }
    let found = walk(bytes)?;
    if !found.offenders.is_empty() {
        return Err(Refusal::Foreign(found.offenders));
    }
    if found.exports_adapter { Ok(()) } else { Err(Refusal::NoAdapter) }
}

#[derive(Default)]
struct Found {
    offenders: Vec<Offender>,
    exports_adapter: bool,
}

fn walk(bytes: &[u8]) -> Result<Found, Refusal> {
    let unreadable = |error: wasmparser::BinaryReaderError| Refusal::Unreadable(error.message().to_owned());
    let mut found = Found::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(unreadable)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => return Err(Refusal::Module),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } if depth == NESTING_MAX => {
                return Err(Refusal::Nested);
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(unreadable)?;
                    found.add(imports::judge_import(import.name.name, &import.ty));
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    found.add(imports::judge_builtin(&function.map_err(unreadable)?));
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let name = export.map_err(unreadable)?.name.name;
                    found.exports_adapter |= imports::is_supported(name, REQUIRED_EXPORT);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, offender: Option<Offender>) {
        if let Some(offender) = offender
            && !self.offenders.contains(&offender)
        {
            self.offenders.push(offender);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Header of a component without sections.
    const EMPTY: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

    /// A component with one empty instance type and imports of it by these names.
    fn importing(names: &[&str]) -> Vec<u8> {
        let mut bytes = EMPTY.to_vec();
        bytes.extend([7, 3, 1, 0x42, 0]);
        let mut section = vec![u8::try_from(names.len()).unwrap()];
        for name in names {
            section.extend([0, u8::try_from(name.len()).unwrap()]);
            section.extend(name.as_bytes());
            section.extend([5, 0]);
        }
        bytes.extend([10, u8::try_from(section.len()).unwrap()]);
        bytes.extend(section);
        bytes
    }

    fn refusal(bytes: &[u8]) -> String {
        inspect(bytes, &Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_a_component_is_refused_for_what_it_is() {
        assert!(refusal(b"hello").starts_with("not a WebAssembly component"));
        assert!(refusal(&[0, b'a', b's', b'm', 1, 0, 0, 0]).contains("core module"));
        let limits = Limits { component_max_bytes: 4, ..Limits::default() };
        assert!(matches!(inspect(&EMPTY, &limits), Err(Refusal::TooLarge { found: 8, most: 4 })));
    }

    #[test]
    fn a_component_without_the_adapter_export_is_refused() {
        assert!(matches!(inspect(&EMPTY, &Limits::default()), Err(Refusal::NoAdapter)));
        assert!(matches!(
            inspect(&importing(&["samsyn:adapter/log@1.0.0"]), &Limits::default()),
            Err(Refusal::NoAdapter)
        ));
    }

    #[test]
    fn every_foreign_import_is_named_with_the_flag_that_removes_it() {
        let text =
            refusal(&importing(&["wasi:cli/stdout@0.2.6", "wasi:http/outgoing-handler@0.2.6", "acme:db/sql@1.0.0"]));
        assert!(text.contains("`wasi:cli/stdout@0.2.6`") && text.contains("--stub-wasi"), "{text}");
        assert!(text.contains("`wasi:http/outgoing-handler@0.2.6`") && text.contains("fetch-event"), "{text}");
        assert!(text.contains("wasm32-unknown-unknown"), "{text}");
        assert!(text.contains("`acme:db/sql@1.0.0`"), "{text}");
    }

    #[test]
    fn another_major_version_of_the_contract_is_refused_with_both_versions() {
        let text = refusal(&importing(&["samsyn:adapter/http@2.0.0"]));
        assert!(text.contains("2.0.0") && text.contains("1.x"), "{text}");
        let text = refusal(&importing(&["samsyn:adapter/streams@1.4.0"]));
        assert!(text.contains("newer"), "{text}");
    }

    #[test]
    fn a_damaged_component_is_refused_and_never_compiled() {
        let mut bytes = importing(&["samsyn:adapter/log@1.0.0"]);
        bytes.truncate(bytes.len() - 4);
        assert!(refusal(&bytes).starts_with("not a WebAssembly component"));
    }
}
