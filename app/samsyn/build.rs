//! Embeds the adapters that `cargo xtask adapters` has built, so that `samsyn demo` is one file.
//!
//! Without them the program still builds; `samsyn demo` then says which command is missing.

use std::{env, fmt::Write as _, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let built = manifest.join("../../target/adapters");
    println!("cargo::rerun-if-changed={}", built.display());
    let mut list = String::from("pub const ADAPTERS: &[(&str, &[u8])] = &[\n");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&built).map(|dir| dir.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "wasm")) {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        // Misbehaving adapters and those of released contracts are for the tests only.
        if !["hostile", "faulty", "compat"].iter().any(|tested| name.starts_with(tested)) {
            println!("cargo::rerun-if-changed={}", path.display());
            let path = path.canonicalize()?;
            let _ = writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
        }
    }
    list.push_str("];\n");
    fs::write(out.join("adapters.rs"), list)
}
