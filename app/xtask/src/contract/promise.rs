//! The promise about versions, kept by comparison: an adapter built for a released version has to link for ever.
//!
//! Released versions are stored in `plugins/compat/VERSION/wit`, beside adapters that are built against them. Not here: whether those
//! link and answer (`tests/it/host/compat.rs`).
//! Invariant: every difference that could keep an old adapter from linking fails, in words that say what may change instead.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Contract, Interface, Member, Shape, Signature, Type, World};
use crate::step;

/// What whoever meets a failure needs to know.
const MAY_CHANGE: &str = "\
A released type is closed for good: hosts and adapters compare types member by member, so an adapter that was built before would no longer \
link. What may change: comments; words of vocabulary.json; a new function in an interface that adapters import (http, keys, log, settings, sink), \
with new types of its own; a new interface to import; a new world that includes an old one; each with a higher minor version. Instead of a new \
field: an extension with a key in vocabulary.json, or a new function that takes a new record (services-2 beside services). Anything else is a new \
major version that lives beside this one. See \"Promise about versions\" in wit/README.md.";

/// Compares `wit/` with every released version.
///
/// # Errors
/// Names every difference, and what may change.
pub fn check() -> Result<()> {
    step::say("The promise about versions");
    let root = step::root();
    let current = Contract::of_folder(&root.join("wit"))?;
    let mut versions = Vec::new();
    for entry in fs::read_dir(root.join("plugins/compat"))? {
        let folder = entry?.path();
        if !folder.join("wit").is_dir() {
            continue;
        }
        let released = Contract::of_folder(&folder.join("wit"))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        ensure!(released.version == name, "plugins/compat/{name}/wit is version {}", released.version);
        keeps(&released, &current)?;
        versions.push(released.version);
    }
    ensure!(
        versions.contains(&current.version),
        "version {0} of the contract is not among the released ones; copy wit/*.wit to plugins/compat/{0}/wit and add adapters that use what is \
         new (plugins/compat/README.md)",
        current.version
    );
    Ok(())
}

/// Refuses a contract under which an adapter of the released one would not link.
fn keeps(released: &Contract, current: &Contract) -> Result<()> {
    let found = differences(released, current);
    if found.is_empty() {
        return Ok(());
    }
    bail!("wit/ breaks the promise of version {}:\n  {}\n{MAY_CHANGE}", released.version, found.join("\n  "))
}

fn differences(released: &Contract, current: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    version(&mut found, released, current);
    for (name, before) in &released.worlds {
        match current.worlds.get(name) {
            Some(now) => world(&mut found, name, before, now),
            None => found.push(format!("world `{name}` is gone")),
        }
    }
    for (name, before) in &released.interfaces {
        let exported = released.worlds.values().any(|world| world.exports.contains(name));
        match current.interfaces.get(name) {
            Some(now) => Interfaces { name, exported, before, now }.compare(&mut found),
            None => found.push(format!("interface `{name}` is gone")),
        }
    }
    found
}

/// A version that is not raised, though something is new.
fn version(found: &mut Vec<String>, released: &Contract, current: &Contract) {
    if released.package != current.package {
        found.push(format!("the package was `{}` and is `{}`", released.package, current.package));
    }
    match (numbers(&released.version), numbers(&current.version)) {
        (Ok(before), Ok(now)) if now < before || now.first() != before.first() => {
            found.push(format!("the version was {} and is {}", released.version, current.version));
        }
        (Ok(_), Ok(_)) => {
            let grown = grown(released, current);
            if released.version == current.version && !grown.is_empty() {
                found.push(format!(
                    "{} is new, and the version is still {}: raise it in every file of wit/",
                    grown.join(", "),
                    current.version
                ));
            }
        }
        _ => found.push(format!("a version that is not three numbers: {}", current.version)),
    }
}

fn numbers(version: &str) -> Result<Vec<u32>> {
    version.split('.').map(|number| number.parse().context("not a number")).collect()
}

/// Functions, interfaces and worlds that were not there.
fn grown(released: &Contract, current: &Contract) -> Vec<String> {
    let mut grown = Vec::new();
    for (name, now) in &current.interfaces {
        match released.interfaces.get(name) {
            Some(before) => {
                let known = |function: &&Signature| before.functions.iter().any(|old| old.name == function.name);
                let new = now.functions.iter().filter(|function| !known(function));
                grown.extend(new.map(|function| format!("function `{name}.{}`", function.name)));
            }
            None => grown.push(format!("interface `{name}`")),
        }
    }
    grown.extend(
        current.worlds.keys().filter(|name| !released.worlds.contains_key(*name)).map(|name| format!("world `{name}`")),
    );
    grown
}

fn world(found: &mut Vec<String>, name: &str, before: &World, now: &World) {
    for import in before.imports.iter().filter(|import| !now.imports.contains(import)) {
        found.push(format!("world `{name}` no longer imports `{import}`"));
    }
    for export in before.exports.iter().filter(|export| !now.exports.contains(export)) {
        found.push(format!("world `{name}` no longer exports `{export}`"));
    }
    for export in now.exports.iter().filter(|export| !before.exports.contains(export)) {
        found.push(format!(
            "world `{name}` now exports `{export}`, which no adapter has; make a world that includes it"
        ));
    }
}

/// One interface before and now.
struct Interfaces<'c> {
    name: &'c str,
    exported: bool,
    before: &'c Interface,
    now: &'c Interface,
}

impl Interfaces<'_> {
    fn compare(&self, found: &mut Vec<String>) {
        let name = self.name;
        for before in &self.before.types {
            match self.now.types.iter().find(|now| now.name == before.name) {
                Some(now) => shape(found, name, before, now),
                None => found.push(format!("type `{name}.{}` is gone", before.name)),
            }
        }
        for before in &self.before.functions {
            match self.now.functions.iter().find(|now| now.name == before.name) {
                Some(now) => signature(found, name, before, now),
                None => found.push(format!("function `{name}.{}` is gone", before.name)),
            }
        }
        if self.exported {
            let known = |now: &&Signature| self.before.functions.iter().any(|before| before.name == now.name);
            for now in self.now.functions.iter().filter(|now| !known(now)) {
                found.push(format!(
                    "function `{name}.{}` is new in an interface that adapters export: those that exist do not have it",
                    now.name
                ));
            }
        }
    }
}

fn signature(found: &mut Vec<String>, interface: &str, before: &Signature, now: &Signature) {
    let place = format!("function `{interface}.{}`", before.name);
    members(found, &place, "parameter", &before.takes, &now.takes);
    if before.gives != now.gives {
        found.push(format!(
            "{place}: gave {} and gives {}",
            or_nothing(before.gives.as_ref()),
            or_nothing(now.gives.as_ref())
        ));
    }
}

fn shape(found: &mut Vec<String>, interface: &str, before: &Type, now: &Type) {
    let name = format!("`{interface}.{}`", before.name);
    match (&before.shape, &now.shape) {
        (Shape::Record(before), Shape::Record(now)) => members(found, &format!("record {name}"), "field", before, now),
        (Shape::Variant(before), Shape::Variant(now)) => {
            members(found, &format!("variant {name}"), "case", before, now);
        }
        (Shape::Enum(before), Shape::Enum(now)) => members(found, &format!("enum {name}"), "case", before, now),
        (Shape::Alias(before), Shape::Alias(now)) | (Shape::From(before), Shape::From(now)) => {
            if before != now {
                found.push(format!("type {name}: was `{before}` and is `{now}`"));
            }
        }
        _ => found.push(format!("type {name}: was {} and is {}", kind(&before.shape), kind(&now.shape))),
    }
}

const fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Record(_) => "a record",
        Shape::Variant(_) => "a variant",
        Shape::Enum(_) => "an enum",
        Shape::Alias(_) => "another name of a type",
        Shape::From(_) => "a type of another interface",
    }
}

/// Fields, cases or parameters: the same ones, in the same order, of the same types.
fn members(found: &mut Vec<String>, place: &str, word: &str, before: &[Member], now: &[Member]) {
    let start = found.len();
    for old in before {
        match now.iter().find(|new| new.name == old.name) {
            None => found.push(format!("{place}: {word} `{}` is gone", old.name)),
            Some(new) if new.of != old.of => {
                let (was, is) = (or_nothing(old.of.as_ref()), or_nothing(new.of.as_ref()));
                found.push(format!("{place}: {word} `{}` was {was} and is {is}", old.name));
            }
            Some(_) => {}
        }
    }
    for new in now.iter().filter(|new| !before.iter().any(|old| old.name == new.name)) {
        found.push(format!("{place}: {word} `{}` is new", new.name));
    }
    let names = |members: &[Member]| members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
    if found.len() == start && names(before) != names(now) {
        found.push(format!("{place}: the order was {} and is {}", names(before).join(" "), names(now).join(" ")));
    }
}

fn or_nothing(of: Option<&String>) -> String {
    of.map_or_else(|| "nothing".to_owned(), |of| format!("`{of}`"))
}

#[cfg(test)]
mod tests;
