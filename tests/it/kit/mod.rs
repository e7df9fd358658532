//! The adapter kit against real adapters: the four of this repository, the one that misbehaves, and the demo's own servers.
//!
//! Rooms: `in_tree` every adapter passes its own cases · `judgement` a wrong adapter is found · `recording` a case made by asking once.
//! Not here: the host's rules by themselves (`host`). Invariant: nothing is written outside a folder of the test.

mod in_tree;
mod judgement;
mod recording;

use std::{
    fs,
    path::{Path, PathBuf},
};

use samsyn_kit::{project::Project, report::Report, trial};

/// A folder of this repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A built adapter.
fn component(name: &str) -> PathBuf {
    let file = repository("target/adapters").join(format!("{name}.wasm"));
    assert!(file.is_file(), "{} is not built: cargo xtask adapters", file.display());
    file.canonicalize().unwrap()
}

/// Writes a project around a built adapter into an empty folder.
fn write_project(folder: &Path, adapter: &str) {
    let text = format!("component = {:?}\n", component(adapter));
    fs::write(folder.join("adapter.toml"), text).unwrap();
}

/// Writes a file of a case.
fn write(folder: &Path, file: &str, content: &str) {
    let file = folder.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// Tries a project.
fn tried(folder: &Path) -> Report {
    trial::run(&Project::open(folder).unwrap(), &mut |_| ()).unwrap()
}

/// Every file below a folder, with its content.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            found.push((path, content));
        }
    }
    found
}
