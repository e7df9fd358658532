//! Embeds the templates, the SDKs and the contract, so that `samsyn adapter new` needs nothing but the program.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// What is made by building and never belongs to a new project.
const MADE: &[&str] = &["node_modules", "target", "dist", "__pycache__", ".venv", ".mypy_cache"];
/// What an SDK has for its own makers.
const OF_THE_MAKERS: &[&str] = &["test", "tests"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..").canonicalize()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut list = String::from("pub const FILES: &[(&str, &[u8])] = &[\n");
    for folder in ["plugins/templates", "plugins/sdk", "plugins/guide", "wit"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        embed(&root, &root.join(folder), &mut list)?;
    }
    list.push_str("];\n");
    fs::write(out.join("files.rs"), list)
}

fn embed(root: &Path, folder: &Path, list: &mut String) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let of_the_makers = OF_THE_MAKERS.contains(&name) && path.starts_with(root.join("plugins/sdk"));
        if MADE.contains(&name) || of_the_makers {
            continue;
        }
        if path.is_dir() {
            embed(root, &path, list)?;
        } else if let Ok(inside) = path.strip_prefix(root) {
            let _ = writeln!(
                list,
                "    ({:?}, include_bytes!({:?})),",
                inside.display().to_string(),
                path.display().to_string()
            );
        }
    }
    Ok(())
}
