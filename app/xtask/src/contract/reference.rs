//! `wit/reference.md`: every function, record, field and case of the contract with its documentation, for people.
//!
//! Not here: when to push which status (`wit/README.md`).
//! Invariant: written from the `.wit` files alone; `cargo xtask check` fails when the page is not what they say now.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::{Contract, Interface, Member, Shape, Signature, Type};
use crate::step;

/// Interfaces in the order in which a reader wants them.
const ORDER: [&str; 8] = ["adapter", "selftest", "sink", "types", "http", "settings", "keys", "log"];

/// Writes the page anew.
///
/// # Errors
/// When `wit/` is no contract, or the page cannot be written.
pub fn renew() -> Result<()> {
    let file = file();
    fs::write(&file, page(&Contract::of_folder(&step::root().join("wit"))?)?)?;
    step::say(&format!("{} is written", file.display()));
    Ok(())
}

/// Refuses a page that is not current.
///
/// # Errors
/// When it differs from what the `.wit` files say.
pub fn check() -> Result<()> {
    step::say("The reference of the contract");
    let written = fs::read_to_string(file()).context("wit/reference.md; run `cargo xtask reference`")?;
    let current = page(&Contract::of_folder(&step::root().join("wit"))?)?;
    ensure!(written == current, "wit/reference.md is not what wit/*.wit say; run `cargo xtask reference`");
    Ok(())
}

fn file() -> PathBuf {
    step::root().join("wit/reference.md")
}

fn page(contract: &Contract) -> Result<String> {
    let mut page = format!(
        "# Reference of the contract, {} {}\n\n\
         Written from `wit/*.wit` by `cargo xtask reference`; do not edit it. What the words mean for a clinician, and which status to push \
         when: [README.md](README.md).\n\n\
         `option<T>` may be left out · `list<T>` may be empty · `result<T, E>` is T, or E when it failed · `_` is nothing. Names are written with \
         hyphens here; Rust and Python write `_`, JavaScript and TypeScript camelCase.\n\n",
        contract.package, contract.version
    );
    let ordered = ordered(contract)?;
    for (name, interface) in &ordered {
        write_contents(&mut page, contract, name, interface)?;
    }
    page.push('\n');
    worlds(&mut page, contract)?;
    for (name, interface) in &ordered {
        write_interface(&mut page, name, interface)?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}

/// Interfaces in the order of the page; those it does not know come last.
fn ordered(contract: &Contract) -> Result<Vec<(&str, &Interface)>> {
    let other = contract.interfaces.keys().map(String::as_str).filter(|name| !ORDER.contains(name));
    let names = ORDER.into_iter().filter(|name| contract.interfaces.contains_key(*name)).chain(other);
    names.map(|name| Ok((name, contract.interfaces.get(name).context("no interface")?))).collect()
}

fn write_contents(page: &mut String, contract: &Contract, name: &str, interface: &Interface) -> Result<()> {
    let exported = contract.worlds.values().any(|world| world.exports.iter().any(|export| export == name));
    let functions = interface.functions.iter().map(|function| format!("[`{0}`](#{name}.{0})", function.name));
    let types = interface.types.iter().filter(|defined| is_own(defined)).map(|t| format!("[{0}](#{0})", t.name));
    let whose = if exported { "you export" } else { "you may import" };
    let items = functions.chain(types).collect::<Vec<_>>().join(" · ");
    writeln!(page, "- **[{name}](#interface-{name})** ({whose}): {items}")?;
    Ok(())
}

fn is_own(defined: &Type) -> bool {
    !matches!(defined.shape, Shape::From(_))
}

fn worlds(page: &mut String, contract: &Contract) -> Result<()> {
    page.push_str("## Worlds\n\n| World | Imports | Exports | |\n|---|---|---|---|\n");
    for (name, world) in &contract.worlds {
        let links = |names: &[String]| {
            names.iter().map(|name| format!("[{name}](#interface-{name})")).collect::<Vec<_>>().join(" ")
        };
        writeln!(page, "| `{name}` | {} | {} | {} |", links(&world.imports), links(&world.exports), cell(&world.docs))?;
    }
    page.push('\n');
    Ok(())
}

fn write_interface(page: &mut String, name: &str, interface: &Interface) -> Result<()> {
    writeln!(page, "## Interface `{name}` <a id=\"interface-{name}\"></a>\n")?;
    paragraph(page, &interface.docs);
    for function in &interface.functions {
        write_function(page, name, function)?;
    }
    for defined in interface.types.iter().filter(|defined| is_own(defined)) {
        write_type(page, defined)?;
    }
    Ok(())
}

fn write_function(page: &mut String, interface: &str, function: &Signature) -> Result<()> {
    let takes = function.takes.iter().map(|member| format!("{}: {}", member.name, linked(member.of.as_deref())));
    let takes = takes.collect::<Vec<_>>().join(", ");
    let gives = function.gives.as_ref().map_or_else(String::new, |gives| format!(" → {}", linked(Some(gives))));
    let name = &function.name;
    writeln!(page, "### {interface}.{name} <a id=\"{interface}.{name}\"></a>\n\n**{name}**({takes}){gives}\n")?;
    paragraph(page, &function.docs);
    Ok(())
}

fn write_type(page: &mut String, defined: &Type) -> Result<()> {
    let name = &defined.name;
    let kind = match &defined.shape {
        Shape::Record(_) => "record",
        Shape::Variant(_) => "variant",
        Shape::Enum(_) => "enum",
        Shape::Alias(_) | Shape::From(_) => "type",
    };
    writeln!(page, "### {kind} {name} <a id=\"{name}\"></a>\n")?;
    paragraph(page, &defined.docs);
    match &defined.shape {
        Shape::Record(fields) => table(page, name, "Field", "Type", fields)?,
        Shape::Variant(cases) => table(page, name, "Case", "Holds", cases)?,
        Shape::Enum(cases) => table(page, name, "Case", "", cases)?,
        Shape::Alias(of) | Shape::From(of) => writeln!(page, "Written as {}.\n", linked(Some(of)))?,
    }
    Ok(())
}

fn table(page: &mut String, name: &str, first: &str, second: &str, members: &[Member]) -> Result<()> {
    let typed = !second.is_empty();
    let (head, rule) = if typed { (format!("{second} | "), "---|") } else { (String::new(), "") };
    writeln!(page, "| {first} | {head}|\n|---|{rule}---|")?;
    for Member { name: member, docs, of } in members {
        let of = if typed { format!("{} | ", linked(of.as_deref())) } else { String::new() };
        writeln!(page, "| <a id=\"{name}.{member}\"></a>`{member}` | {of}{} |", cell(docs))?;
    }
    page.push('\n');
    Ok(())
}

/// A type with every name of ours leading to its place.
fn linked(of: Option<&str>) -> String {
    const PLAIN: [&str; 10] = ["option", "list", "result", "tuple", "string", "bool", "u8", "u16", "u32", "_"];
    let mut linked = String::new();
    let mut word = String::new();
    for letter in of.unwrap_or_default().chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_') {
            word.push(letter);
            continue;
        }
        if PLAIN.contains(&word.as_str()) || word.is_empty() {
            linked.push_str(&word);
        } else {
            let _ = write!(linked, "[{word}](#{word})");
        }
        word.clear();
        match letter {
            '<' => linked.push_str("&lt;"),
            '>' => linked.push_str("&gt;"),
            '\n' => {}
            other => linked.push(other),
        }
    }
    linked
}

fn paragraph(page: &mut String, docs: &str) {
    if !docs.is_empty() {
        page.push_str(docs);
        page.push_str("\n\n");
    }
}

/// A comment on one line of a table.
fn cell(docs: &str) -> String {
    docs.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_contract_has_its_place_and_every_link_leads_somewhere() {
        let contract = Contract::of_folder(&step::root().join("wit")).unwrap();
        let page = page(&contract).unwrap();
        let mut places = 0;
        for (name, interface) in &contract.interfaces {
            for function in &interface.functions {
                assert!(page.contains(&format!("<a id=\"{name}.{}\"></a>", function.name)), "{}", function.name);
                places += 1;
            }
            for defined in interface.types.iter().filter(|defined| is_own(defined)) {
                let (Shape::Record(members) | Shape::Variant(members) | Shape::Enum(members)) = &defined.shape else {
                    continue;
                };
                for member in members {
                    let place = format!("<a id=\"{}.{}\"></a>", defined.name, member.name);
                    assert_eq!(page.matches(&place).count(), 1, "{place}");
                    places += 1;
                }
            }
        }
        assert!(places > 250, "{places} names: the parser gave too little");
        for link in page.split("](#").skip(1) {
            let target = link.split(')').next().unwrap();
            assert!(page.contains(&format!("<a id=\"{target}\"></a>")), "{target} leads nowhere");
        }
    }

    #[test]
    fn the_documentation_of_a_field_is_on_its_row() {
        let page = page(&Contract::of_folder(&step::root().join("wit")).unwrap()).unwrap();
        let row = page.lines().find(|line| line.contains("<a id=\"phone.staff-only\">")).unwrap();
        assert!(row.contains("| bool | True when the number must not be given to patients or relatives. |"), "{row}");
    }
}
