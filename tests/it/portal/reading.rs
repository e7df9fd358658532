//! Looking things up in the canonical JSON, and in a page. A thing that is missing fails the test with what there was instead.

use serde_json::Value;

/// What a page shows now: not what it holds ready for the end of the session.
pub fn main(page: &str) -> &str {
    let (_, inside) = page.rsplit_once("<main").unwrap_or_else(|| panic!("no main: {page}"));
    inside.split("</main>").next().unwrap_or(inside)
}

/// A section by name.
pub fn section<'a>(overview: &'a Value, name: &str) -> &'a Value {
    let found = list(&overview["sections"]).iter().find(|section| section["name"] == name);
    found.unwrap_or_else(|| panic!("no section {name}"))
}

/// The entries of a section.
pub fn entries<'a>(overview: &'a Value, name: &str) -> &'a [Value] {
    list(&section(overview, name)["entries"])
}

/// The cells of a section.
pub fn cells<'a>(overview: &'a Value, name: &str) -> &'a [Value] {
    list(&section(overview, name)["sources"])
}

/// What one source says of a section.
pub fn cell<'a>(overview: &'a Value, name: &str, source: &str) -> &'a Value {
    let found = cells(overview, name).iter().find(|cell| cell["source"] == source);
    found.unwrap_or_else(|| panic!("{source} has no cell in {name}: {}", section(overview, name)["sources"]))
}

/// Every cell of one source, with the name of its section.
pub fn cells_of<'a>(overview: &'a Value, source: &str) -> Vec<(&'a str, &'a Value)> {
    let sections = list(&overview["sections"]).iter();
    let named =
        sections.flat_map(|section| list(&section["sources"]).iter().map(|cell| (text(&section["name"]), cell)));
    named.filter(|(_, cell)| cell["source"] == source).collect()
}

/// A badge by kind.
pub fn badge<'a>(overview: &'a Value, kind: &str) -> &'a Value {
    let found = list(&overview["badges"]).iter().find(|badge| badge["kind"] == kind);
    found.unwrap_or_else(|| panic!("no badge {kind}"))
}

/// Every entry of every section.
pub fn all_entries(overview: &Value) -> Vec<&Value> {
    list(&overview["sections"]).iter().flat_map(|section| list(&section["entries"])).collect()
}

/// The one entry of a section that satisfies a test.
pub fn only<'a>(overview: &'a Value, name: &str, test: impl Fn(&Value) -> bool) -> &'a Value {
    let found: Vec<&Value> = entries(overview, name).iter().filter(|entry| test(entry)).collect();
    assert_eq!(found.len(), 1, "{name}: {}", section(overview, name)["entries"]);
    found[0]
}

/// The elements of a list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
