//! Finds the contract: beside the SDK in a project of its own, at the root in the repository of the portal.

use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(contract_beside)");
    println!("cargo::rerun-if-changed=build.rs");
    if Path::new("../wit/types.wit").is_file() {
        println!("cargo::rustc-cfg=contract_beside");
    }
}
