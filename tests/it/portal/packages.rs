//! Packages as vendors hand them over: the FHIR adapter with one of its cases, and variants of it that say something else of themselves.
//!
//! Not here: packing itself (`kit`). Invariant: a variant differs in what is asked for and in nothing else.

use std::{fs, path::Path, sync::LazyLock};

use samsyn_kit::{package::Package, project::Project, signature};
use tempfile::TempDir;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/fhir-r4");
/// The one case: it passes in a moment.
const CASE: &str = "unknown-person";

/// Something that a manifest says, and what it says instead; as long, because it is changed in the compiled component.
pub type Change = (&'static str, &'static str);

/// An older version.
pub const OLDER: Change = ("\"version\": \"1.0.0\"", "\"version\": \"0.9.0\"");
/// A newer one.
pub const NEWER: Change = ("\"version\": \"1.0.0\"", "\"version\": \"1.1.0\"");
/// One that asks for records of several providers.
pub const SEVERAL: Change = ("\"multi_provider\": false", "\"multi_provider\": true ");

/// A vendor with a key.
pub struct Vendor {
    folder: TempDir,
}

impl Vendor {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        signature::create(&folder.path().join("vendor")).unwrap();
        Self { folder }
    }

    /// The text of the public key's file.
    pub fn public_key(&self) -> String {
        fs::read_to_string(self.folder.path().join("vendor.pub")).unwrap()
    }

    /// The package, signed.
    pub fn signed(&self, mut package: Package) -> Vec<u8> {
        package.sign(&signature::secret_key(&self.folder.path().join("vendor.key")).unwrap()).unwrap();
        package.write().unwrap()
    }
}

/// The package with these changes. Each is made once: the trial that packing is takes a while.
pub fn packed(changes: &[Change]) -> Package {
    static PLAIN: LazyLock<Package> = LazyLock::new(|| apart(Vec::new()));
    if changes.is_empty() { PLAIN.clone() } else { apart(changes.to_vec()) }
}

/// The kit has a runtime of its own, which cannot begin inside another.
fn apart(changes: Vec<Change>) -> Package {
    std::thread::spawn(move || pack(&changes)).join().unwrap()
}

fn pack(changes: &[Change]) -> Package {
    let folder = tempfile::tempdir().unwrap();
    let project = Project::open(Path::new(FOLDER)).unwrap();
    let mut component = fs::read(&project.component).unwrap();
    for (said, instead) in changes {
        assert_eq!(said.len(), instead.len());
        let place = component.windows(said.len()).position(|bytes| bytes == said.as_bytes());
        let place = place.unwrap_or_else(|| panic!("the component does not say {said}"));
        component[place..place + said.len()].copy_from_slice(instead.as_bytes());
    }
    fs::write(folder.path().join("component.wasm"), component).unwrap();
    let case = folder.path().join("cases").join(CASE);
    fs::create_dir_all(&case).unwrap();
    for file in fs::read_dir(Path::new(FOLDER).join("cases").join(CASE)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), case.join(file.file_name())).unwrap();
    }
    let project = Project {
        component: folder.path().join("component.wasm"),
        cases: Some(folder.path().join("cases")),
        folder: Some(folder.path().to_owned()),
        ..project
    };
    Package::of(&project, &mut |_| {}).unwrap().0
}
