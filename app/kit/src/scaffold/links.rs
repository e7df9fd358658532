//! Links between the documents of a project, which stand elsewhere than in the repository they were written for.
//!
//! Not here: which files a project gets ([`super::create`]). Invariant: a link that leads nowhere in a project is plain text there.

use std::fmt::Write as _;

/// The same document with each relative link as it has to be in the project. `from` is where the document stands in the repository;
/// `place` tells where a path of the repository stands in the project, if it does.
pub fn moved(text: &str, from: &str, place: impl Fn(&str) -> Option<String>) -> String {
    let Some(here) = place(from) else { return text.to_owned() };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, label, target, after)) = next_link(rest) {
        out.push_str(before);
        let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
        if path.is_empty() || target.contains(':') {
            let _infallible = write!(out, "[{label}]({target})");
        } else if let Some(there) = place(&resolved(from, path)) {
            let anchor = anchor.map_or_else(String::new, |anchor| format!("#{anchor}"));
            let _infallible = write!(out, "[{label}]({}{anchor})", relative(&here, &there));
        } else {
            out.push_str(label);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What stands before the next `[label](target)`, the two, and what stands after it.
fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let (head, tail) = (text.get(..middle)?, text.get(middle + 2..)?);
    let (before, label) = head.rsplit_once('[')?;
    let (target, after) = tail.split_once(')')?;
    Some((before, label, target, after))
}

/// A path beside `from`, from the root.
fn resolved(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The way from one file to another.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(from.len() - 1);
    let up = std::iter::repeat_n("..", from.len() - 1 - shared);
    up.chain(to.into_iter().skip(shared)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_follows_its_document_and_what_is_not_there_is_plain_text() {
        let place = |path: &str| {
            path.strip_prefix("plugins/")
                .and_then(|rest| rest.strip_prefix("guide/"))
                .map(|rest| format!("guide/{rest}"))
                .or_else(|| path.starts_with("wit/").then(|| path.to_owned()))
        };
        let text = "[a](../../wit/README.md#b), [c](soap.md) [`d`](../enkel/README.md) [e](https://h.example/x) [f](#g) i[0] (h)";
        assert_eq!(
            moved(text, "plugins/guide/tutorial.md", place),
            "[a](../wit/README.md#b), [c](soap.md) `d` [e](https://h.example/x) [f](#g) i[0] (h)"
        );
        assert_eq!(moved("[a](../plugins/guide/x.md)", "wit/README.md", place), "[a](../guide/x.md)");
        assert_eq!(moved("[a](../x)", "elsewhere/README.md", place), "[a](../x)");
    }
}
