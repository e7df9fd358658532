//! Writing elements: escaped, and left out when there is nothing to say.
//!
//! Invariant: no text reaches the wire unescaped; an optional element that is missing is absent, never `?`.

/// A run of elements.
#[derive(Debug, Clone, Default)]
pub struct Markup(String);

impl Markup {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds an element with text.
    pub fn text(&mut self, name: &str, text: &str) -> &mut Self {
        let escaped = quick_xml::escape::escape(text);
        self.wrap(name, &escaped)
    }

    /// Adds an element with text, if there is one.
    pub fn maybe(&mut self, name: &str, text: Option<impl AsRef<str>>) -> &mut Self {
        if let Some(text) = text {
            self.text(name, text.as_ref());
        }
        self
    }

    /// Adds an element around others.
    pub fn element(&mut self, name: &str, inside: &Self) -> &mut Self {
        self.wrap(name, &inside.0)
    }

    /// Adds an element around others, if there are any.
    pub fn some(&mut self, name: &str, inside: &Self) -> &mut Self {
        if inside.0.is_empty() { self } else { self.element(name, inside) }
    }

    fn wrap(&mut self, name: &str, inside: &str) -> &mut Self {
        for part in ["<", name, ">", inside, "</", name, ">"] {
            self.0.push_str(part);
        }
        self
    }

    /// Adds elements beside these.
    pub fn append(&mut self, others: &Self) -> &mut Self {
        self.0.push_str(&others.0);
        self
    }
}
