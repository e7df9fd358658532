//! Turns `locales/sv.toml` and `locales/en.toml` into `texts.rs`: one method per key, one argument per `{placeholder}`.
//!
//! Not here: choosing a language, or where a text is used. Swedish leads: its order of placeholders is the argument order.
//! Invariant: a key that is missing, extra, empty or has other placeholders in one of the languages fails the build with
//! its name. To add a text: one line in each file, under the group of its page or section.

use std::{collections::BTreeMap, error::Error, fmt::Write as _, fs, path::Path};

type Group = BTreeMap<String, String>;
type Locale = BTreeMap<String, Group>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    let sv = read("locales/sv.toml")?;
    let en = read("locales/en.toml")?;
    let problems = compare(&sv, &en);
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        return Err(format!("{} problems in locales/: {}", problems.len(), problems.join("; ")).into());
    }
    let out = std::env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("texts.rs"), generate(&sv, &en)?)?;
    Ok(())
}

fn read(path: &str) -> Result<Locale, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    Ok(toml::from_str(&text).map_err(|e| format!("{path}: {e}"))?)
}

/// Every difference between the two files, by key.
fn compare(sv: &Locale, en: &Locale) -> Vec<String> {
    let keys = |locale: &Locale| {
        locale.iter().flat_map(|(g, group)| group.iter().map(move |(k, v)| (format!("{g}.{k}"), v.clone()))).collect()
    };
    let (sv, en): (Group, Group) = (keys(sv), keys(en));
    let mut problems = Vec::new();
    for (key, text) in &sv {
        match en.get(key) {
            None => problems.push(format!("text {key} is missing in locales/en.toml")),
            Some(other) if sorted(placeholders(text)) != sorted(placeholders(other)) => {
                problems.push(format!("text {key} has other placeholders in locales/en.toml than in locales/sv.toml"));
            }
            Some(other) if text.trim().is_empty() || other.trim().is_empty() => {
                problems.push(format!("text {key} is empty"));
            }
            Some(_) => {}
        }
    }
    problems.extend(
        en.keys().filter(|key| !sv.contains_key(*key)).map(|key| format!("text {key} is missing in locales/sv.toml")),
    );
    problems
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Names between braces, in order of first appearance.
fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts(text) {
        if let Part::Argument(name) = part
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

enum Part<'a> {
    Literal(&'a str),
    Argument(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Part::Literal(before));
        }
        found.push(Part::Argument(name));
        rest = tail;
    }
    if !rest.is_empty() {
        found.push(Part::Literal(rest));
    }
    found
}

fn generate(sv: &Locale, en: &Locale) -> Result<String, Box<dyn Error>> {
    let mut out = String::from("// Made by build.rs from locales/*.toml.\n");
    writeln!(out, "/// Every text of the pages in one language.\n#[derive(Debug, Clone, Copy)]\npub struct Texts {{")?;
    writeln!(out, "    /// Which language.\n    pub language: Language,")?;
    for group in sv.keys() {
        writeln!(out, "    /// Texts of `{group}`.\n    pub {group}: {},", type_name(group))?;
    }
    writeln!(out, "}}\n\nimpl Texts {{\n    /// The texts of this language.")?;
    writeln!(out, "    pub const fn of(language: Language) -> Self {{\n        Self {{ language,")?;
    for group in sv.keys() {
        writeln!(out, "            {group}: {}(language),", type_name(group))?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")?;
    for (group, texts) in sv {
        let name = type_name(group);
        writeln!(out, "/// Texts of `{group}`.\n#[derive(Debug, Clone, Copy)]\npub struct {name}(Language);")?;
        writeln!(out, "impl {name} {{")?;
        for (key, text) in texts {
            let other = en.get(group).and_then(|texts| texts.get(key)).ok_or("compared above")?;
            method(&mut out, key, text, other)?;
        }
        writeln!(out, "}}\n")?;
    }
    Ok(out)
}

fn method(out: &mut String, key: &str, sv: &str, en: &str) -> Result<(), Box<dyn Error>> {
    let names = placeholders(sv);
    let arguments: String = names.iter().flat_map(|name| [", ", name, ": &str"]).collect();
    let result = if names.is_empty() { "&'static str" } else { "String" };
    let constant = if names.is_empty() { "const " } else { "" };
    writeln!(out, "    /// {}", sv.replace('\n', " ").replace('[', "\\["))?;
    writeln!(out, "    pub {constant}fn {key}(self{arguments}) -> {result} {{")?;
    writeln!(out, "        match self.0 {{")?;
    writeln!(out, "            Language::Swedish => {},", expression(sv, names.is_empty()))?;
    writeln!(out, "            Language::English => {},", expression(en, names.is_empty()))?;
    writeln!(out, "        }}\n    }}")?;
    Ok(())
}

fn expression(text: &str, plain: bool) -> String {
    if plain {
        return format!("{text:?}");
    }
    let parts: Vec<String> = parts(text)
        .into_iter()
        .map(|part| match part {
            Part::Literal(literal) => format!("{literal:?}"),
            Part::Argument(name) => name.to_owned(),
        })
        .collect();
    format!("[{}].concat()", parts.join(", "))
}

fn type_name(group: &str) -> String {
    let words = group.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    words.chain(std::iter::once("Texts".to_owned())).collect()
}
