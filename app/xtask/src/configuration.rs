//! `app/configuration.md`: every table and key of the configuration file with its documentation, for whoever writes one.
//!
//! Read from the structs that the file is read into, line by line: each has its documentation above it and says by its attributes what may be
//! left out. Not here: what `samsyn init` writes, and how a portal is run (`app/operation.md`).
//! Invariant: `cargo xtask check` fails when the page is not what the sources say, or when a struct or a table of the list below is not there.
//! To add a table: a line in [`TABLES`].

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::step;

/// Where the structs are.
const SOURCES: [&str; 13] = [
    "app/server/src/config.rs",
    "app/server/src/config/identity.rs",
    "app/server/src/config/claims.rs",
    "app/server/src/config/source.rs",
    "app/service/src/limits.rs",
    "app/domain/src/source.rs",
    "app/domain/src/extract.rs",
    "app/domain/src/maintenance.rs",
    "app/domain/src/support.rs",
    "app/domain/src/snapshot.rs",
    "app/domain/src/review/rules.rs",
    "app/host/src/limits.rs",
    "app/host/src/egress/limits.rs",
];

/// Tables as the file writes them, in the order of the page, each with its struct.
const TABLES: [(&str, &str); 24] = [
    ("[portal]", "PortalConfig"),
    ("[database]", "DatabaseConfig"),
    ("[audit]", "AuditConfig"),
    ("[metrics]", "MetricsConfig"),
    ("[traces]", "TracesConfig"),
    ("[identity]", "IdentityConfig"),
    ("[identity.claims]", "ClaimsConfig"),
    ("[session]", "SessionConfig"),
    ("[limits]", "ServiceLimits"),
    ("[[organisation]]", "OrganisationInfo"),
    ("[[organisation.providers]]", "Provider"),
    ("[[organisation.receiving_units]]", "ReceivingUnit"),
    ("[organisation.review]", "ReviewRules"),
    ("[organisation.snapshots]", "SnapshotTerms"),
    ("[organisation.support]", "SupportCard"),
    ("[organisation.support.helpdesk]", "Helpdesk"),
    ("[organisation.support.direct]", "DirectNumber"),
    ("[[adapter]]", "AdapterFile"),
    ("[[source]]", "SourceConfig"),
    ("[[source.origin]]", "OriginConfig"),
    ("[[source.credential]]", "CredentialConfig"),
    ("[[source.maintenance]]", "Recurring"),
    ("[source.limits]", "Limits"),
    ("[source.limits.egress]", "EgressLimits"),
];

const HEAD: &str = "# The configuration file\n\n\
    Written from the sources by `cargo xtask reference`; do not edit it. `samsyn init` writes a first file; `samsyn serve --config FILE --check` says all that is wrong with one at once, \
    with line and column. How a portal is run: [operation.md](operation.md).\n\n\
    A key without a default is required, unless it may be left out. Paths are relative to the file. Secrets are files, never values. What an administrator decides at the screen \
    (roles, what is shown, notices, packages, sources bound there) is in the database and not here.\n";

/// The keys of `[identity.claims]` but the first.
const UNDOCUMENTED: &str = "Names of the claim that carries it, tried in order; those of the mapping without it.";

/// One key.
struct Key {
    name: String,
    kind: String,
    documentation: String,
    /// Its default as the source has it; empty when it may be left out and has none.
    otherwise: Option<String>,
}

/// One table.
struct Table {
    documentation: String,
    keys: Vec<Key>,
}

/// Writes the page anew.
///
/// # Errors
/// When a source cannot be read as expected, or the page cannot be written.
pub fn renew() -> Result<()> {
    fs::write(file(), page()?)?;
    step::say(&format!("{} is written", file().display()));
    Ok(())
}

/// Refuses a page that is not current.
///
/// # Errors
/// When it differs from what the sources say.
pub fn check() -> Result<()> {
    step::say("The reference of the configuration");
    let written = fs::read_to_string(file()).context("app/configuration.md; run `cargo xtask reference`")?;
    ensure!(written == page()?, "app/configuration.md is not what the sources say; run `cargo xtask reference`");
    Ok(())
}

fn file() -> PathBuf {
    step::root().join("app/configuration.md")
}

fn page() -> Result<String> {
    let mut text = String::new();
    for source in SOURCES {
        text.push_str(&fs::read_to_string(step::root().join(source)).with_context(|| source.to_owned())?);
    }
    let mut page = HEAD.to_owned();
    for (heading, name) in TABLES {
        let table = table(&text, name).with_context(|| format!("struct {name} is not in the sources"))?;
        ensure!(!table.keys.is_empty(), "struct {name} has no documented key");
        write!(
            page,
            "\n## `{heading}`\n\n{}\n\n| Key | Value | Otherwise | What it is |\n|---|---|---|---|\n",
            table.documentation
        )?;
        for key in table.keys {
            let otherwise = match key.otherwise.as_deref() {
                None => "**required**".to_owned(),
                Some("") => "left out".to_owned(),
                Some(value) => format!("`{}`", written(value)),
            };
            let documentation = key.documentation.replace('|', "\\|");
            writeln!(page, "| `{}` | {} | {otherwise} | {documentation} |", key.name, key.kind)?;
        }
    }
    Ok(page)
}

/// The struct of a name.
fn table(text: &str, name: &str) -> Option<Table> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| *line == format!("pub struct {name} {{"))?;
    let above: Vec<&str> = lines
        .get(..start)?
        .iter()
        .rev()
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .copied()
        .collect();
    let whole_default = above.iter().any(|line| line.starts_with("#[serde(") && line.contains("default"));
    let documentation = joined(above.iter().rev().copied());
    let defaults = defaults(text, name);
    let (mut keys, mut about) = (Vec::new(), Vec::new());
    for line in lines.get(start + 1..)?.iter().take_while(|line| **line != "}") {
        let Some((field, kind)) =
            line.trim().strip_prefix("pub ").and_then(|field| field.trim_end_matches(',').split_once(": "))
        else {
            about.push(line.trim());
            continue;
        };
        let attributes: String = about.iter().filter(|line| line.starts_with("#[")).copied().collect();
        let documentation = joined(about.drain(..));
        if attributes.contains("serde(skip)") {
            continue;
        }
        let named =
            attributes.split_once("default = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
        let otherwise = match (named, defaults.get(field)) {
            (Some(function), _) => Some(returned(text, function)),
            (None, Some(value)) if whole_default => Some(value.clone()),
            (None, _) => {
                (whole_default || attributes.contains("default") || kind.starts_with("Option<")).then(String::new)
            }
        };
        let renamed =
            attributes.split_once("rename = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
        let name = renamed.unwrap_or(field).to_owned();
        let documentation = if documentation.is_empty() { UNDOCUMENTED.to_owned() } else { documentation };
        keys.push(Key { name, kind: spoken(text, kind), documentation, otherwise });
    }
    Some(Table { documentation, keys })
}

/// Lines of documentation as one.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.filter_map(|line| line.strip_prefix("///")).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// What `Default` gives each field, as the source has it; what says nothing by itself is left out.
fn defaults(text: &str, name: &str) -> BTreeMap<String, String> {
    let Some((_, body)) = text.split_once(&format!("impl Default for {name} {{")) else { return BTreeMap::new() };
    let body = body.split("\n}").next().unwrap_or_default();
    let inner = body.split_once("Self {").map_or("", |(_, fields)| fields.trim_start_matches(|c: char| c != '{'));
    let fields = inner.trim_start_matches('{').split([',', '\n', '}']);
    let pair = |field: &str| {
        let (name, value) = field.split_once(": ")?;
        let plain = !value.contains("::") && value.trim() != "None";
        plain.then(|| (name.trim().to_owned(), value.trim().to_owned()))
    };
    fields.filter_map(pair).collect()
}

/// What a function without arguments returns, when that is one short line.
fn returned(text: &str, function: &str) -> String {
    let body = text.split_once(&format!("fn {function}()")).map_or("", |(_, rest)| rest);
    let body = body.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(body, _)| body.trim());
    if body.contains('\n') { String::new() } else { body.replace("LinkRule::Known", "known") }
}

/// A type as the file has it.
fn spoken(text: &str, kind: &str) -> String {
    let inner = |prefix: &str| kind.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inner("Option<") {
        return spoken(text, inner);
    }
    if let Some(inner) = inner("Vec<") {
        return format!("list of {}", spoken(text, inner));
    }
    match kind {
        "String" | "SourceId" | "OrganisationId" | "ProviderId" => "text",
        "bool" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "i8" | "i64" | "usize" | "f64" => "number",
        "PathBuf" => "path",
        "Url" => "address",
        "IpNet" => "address range",
        "Time" => "time of day",
        kind if kind.starts_with("BTreeMap<") => "table",
        kind if kind.ends_with("Config") || TABLES.iter().any(|(_, table)| *table == kind) || kind == "TextLimits" => {
            "table"
        }
        kind => return words(text, kind),
    }
    .to_owned()
}

/// The words of an enum, as the file writes them; the usual one is told.
fn words(text: &str, name: &str) -> String {
    let body = text.split_once(&format!("pub enum {name} {{")).map_or("", |(_, rest)| rest);
    let lines: Vec<&str> = body.lines().skip(1).take_while(|line| *line != "}").map(str::trim).collect();
    let mut words = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(case) = line.strip_suffix(',').filter(|case| case.chars().all(char::is_alphanumeric)) else {
            continue;
        };
        let usual = number > 0 && lines.get(number - 1) == Some(&"#[default]");
        words.push(format!("`{}`{}", hyphenated(case), if usual { " (usual)" } else { "" }));
    }
    if words.is_empty() { "word".to_owned() } else { words.join(", ") }
}

/// `StaticHeader` as `static-header`.
fn hyphenated(case: &str) -> String {
    let mut word = String::new();
    for letter in case.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

/// A default as the file would have it: products are worked out.
fn written(value: &str) -> String {
    let factor = |factor: &str| match factor.trim() {
        "KIB" => Some(1024),
        "MIB" => Some(1024 * 1024),
        number => number.replace('_', "").parse::<u64>().ok(),
    };
    let product = value.split('*').map(factor).try_fold(1_u64, |product, factor| product.checked_mul(factor?));
    product.map_or_else(|| value.replace("vec![", "[").replace(".into()", ""), |product| product.to_string())
}
