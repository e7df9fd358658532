//! Every resource of a lookup, found by the reference others use for it.
//!
//! Replies go in, records come out in the order they came, each once. Not here: fetching, meaning.
//! Invariant: a reference to another server never finds a resource of this one: an absolute reference must equal a `fullUrl`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::node::Node;

/// Resources of one lookup.
#[derive(Debug, Default)]
pub struct Pool {
    resources: Vec<Value>,
    places: BTreeMap<String, usize>,
    provenances: BTreeMap<String, Vec<usize>>,
}

/// What one reply said besides its resources.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Address of the next page.
    pub next: Option<String>,
    /// The reply holds an `OperationOutcome` that says something went wrong.
    pub warned: bool,
    /// Resources that were new to the pool.
    pub added: usize,
    /// Entries that are no resource.
    pub unreadable: usize,
}

impl Pool {
    /// Takes in a `Bundle`, or a single resource.
    pub fn add_reply(&mut self, reply: Value) -> Page {
        let mut page = Page::default();
        let Value::Object(mut members) = reply else {
            page.unreadable = 1;
            return page;
        };
        if members.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
            page.added = usize::from(self.add(Value::Object(members), None));
            return page;
        }
        page.next = next_link(members.get("link"));
        let Some(Value::Array(entries)) = members.remove("entry") else { return page };
        for mut entry in entries {
            let full_url = entry.get("fullUrl").and_then(Value::as_str).map(str::to_owned);
            match entry.get_mut("resource").map(Value::take) {
                Some(outcome) if kind(&outcome) == Some("OperationOutcome") => page.warned |= is_error(&outcome),
                Some(resource) if kind(&resource).is_some() => page.added += usize::from(self.add(resource, full_url)),
                _ => page.unreadable += 1,
            }
        }
        page
    }

    fn add(&mut self, resource: Value, full_url: Option<String>) -> bool {
        let local = match (kind(&resource), resource.get("id").and_then(Value::as_str)) {
            (Some(kind), Some(id)) => Some(format!("{kind}/{id}")),
            _ => None,
        };
        let place = |place: &Option<String>| place.as_ref().and_then(|place| self.places.get(place).copied());
        if place(&full_url).is_some() {
            return false;
        }
        // A name of its own on another server makes it another resource; no name or a mere number does not.
        if let Some(at) = place(&local).filter(|_| full_url.as_ref().is_none_or(|url| !url.starts_with("http"))) {
            self.places.extend(full_url.map(|url| (url, at)));
            return false;
        }
        let at = self.resources.len();
        if kind(&resource) == Some("Provenance") {
            for target in Node::of(&resource).get("target").items().filter_map(|target| target.get("reference").str()) {
                self.provenances.entry(unversioned(target).to_owned()).or_default().push(at);
            }
        }
        if let Some(url) = full_url {
            self.places.insert(unversioned(&url).to_owned(), at);
        }
        if let Some(local) = local {
            self.places.entry(local).or_insert(at);
        }
        self.resources.push(resource);
        true
    }

    /// Every resource, in the order they came.
    pub fn resources(&self) -> impl Iterator<Item = Node<'_>> {
        self.resources.iter().map(Node::of)
    }

    /// Every resource of this type.
    pub fn of_kind<'p>(&'p self, kind: &'p str) -> impl Iterator<Item = Node<'p>> {
        self.resources().filter(move |resource| resource.get("resourceType").is(kind))
    }

    /// What a `Reference` element of `owner` leads to.
    pub fn target<'p>(&'p self, owner: Node<'p>, reference: Node<'p>) -> Node<'p> {
        let Some(address) = reference.get("reference").str() else { return Node::empty() };
        if let Some(inner) = address.strip_prefix('#') {
            return owner.get("contained").items().find(|item| item.get("id").is(inner)).unwrap_or(Node::empty());
        }
        self.at(address)
    }

    /// The resource at this address.
    pub fn at(&self, address: &str) -> Node<'_> {
        let place = self.places.get(unversioned(address)).and_then(|at| self.resources.get(*at));
        place.map_or(Node::empty(), Node::of)
    }

    /// `Provenance` resources about this record.
    pub fn provenances<'p>(&'p self, record: Node<'p>) -> impl Iterator<Item = Node<'p>> {
        let local = local_address(record);
        let by_local = local.as_ref().and_then(|local| self.provenances.get(local));
        let by_url = self.full_url(record).and_then(|url| self.provenances.get(url)).filter(|_| by_local.is_none());
        by_local.into_iter().chain(by_url).flatten().filter_map(|at| self.resources.get(*at)).map(Node::of)
    }

    fn full_url(&self, record: Node<'_>) -> Option<&str> {
        let local = local_address(record)?;
        let at = self.places.get(&local)?;
        self.places.iter().find(|(place, found)| *found == at && **place != local).map(|(place, _)| place.as_str())
    }

    /// Relative references of these types that lead nowhere yet, in order, with the types that hold them.
    pub fn unresolved(&self, wanted: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for resource in &self.resources {
            let holder = kind(resource).unwrap_or_default();
            collect(resource, &mut |address| {
                let mut segments = address.split('/');
                let is_wanted = segments.next().is_some_and(|kind| wanted.contains(&kind));
                if is_wanted && segments.next().is_some_and(is_id) && !self.places.contains_key(unversioned(address)) {
                    found.entry(unversioned(address).to_owned()).or_default().insert(holder.to_owned());
                }
            });
        }
        found
    }
}

/// `Type/id` of a resource.
pub fn local_address(resource: Node<'_>) -> Option<String> {
    Some(format!("{}/{}", resource.get("resourceType").str()?, resource.get("id").str()?))
}

/// Whether a text is a FHIR id, safe to put into a path.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        && text != ".."
}

fn kind(resource: &Value) -> Option<&str> {
    resource.get("resourceType").and_then(Value::as_str)
}

fn unversioned(address: &str) -> &str {
    address.split("/_history").next().unwrap_or(address)
}

fn next_link(links: Option<&Value>) -> Option<String> {
    let links = links.map_or(Node::empty(), Node::of);
    links.items().find(|link| link.get("relation").is("next")).and_then(|link| link.get("url").text())
}

fn is_error(outcome: &Value) -> bool {
    let issues = Node::of(outcome).get("issue");
    issues.items().any(|issue| matches!(issue.get("severity").str(), Some("error" | "fatal")))
}

fn collect(value: &Value, take: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(address) if key == "reference" => take(address),
                    _ => collect(member, take),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, take)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pool() -> Pool {
        let mut pool = Pool::default();
        pool.add_reply(json!({"resourceType": "Bundle", "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Organization", "id": "a", "name": "A"}},
            {"fullUrl": "https://own.example/Organization/b", "resource": {"resourceType": "Organization", "id": "b", "name": "B"}},
        ]}));
        pool
    }

    fn name(pool: &Pool, reference: &str) -> Option<String> {
        let reference = json!({"reference": reference});
        pool.target(Node::empty(), Node::of(&reference)).get("name").text()
    }

    #[test]
    fn references_are_found_by_uuid_by_url_and_relative() {
        let pool = pool();
        assert_eq!(name(&pool, "urn:uuid:1").as_deref(), Some("A"));
        assert_eq!(name(&pool, "https://own.example/Organization/b/_history/2").as_deref(), Some("B"));
        assert_eq!(name(&pool, "Organization/b").as_deref(), Some("B"));
    }

    #[test]
    fn a_reference_to_another_server_finds_nothing_here() {
        assert_eq!(name(&pool(), "https://other.example/Organization/b"), None);
    }

    #[test]
    fn the_same_resource_on_two_pages_is_one_record() {
        let mut pool = pool();
        let again = pool.add_reply(json!({"resourceType": "Bundle", "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Organization", "id": "a"}}]}));
        assert_eq!(again.added, 0);
        assert_eq!(pool.resources().count(), 2);
    }

    #[test]
    fn an_error_inside_a_reply_is_noticed() {
        let page = Pool::default().add_reply(json!({"resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}}]}));
        assert!(page.warned);
    }
}
