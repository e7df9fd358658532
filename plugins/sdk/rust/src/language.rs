//! The two languages an adapter writes its own few words in. What the source says is never translated.

/// Language of texts the adapter writes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// `sv`, and whatever is not English.
    #[default]
    Swedish,
    /// `en`.
    English,
}

impl Language {
    /// Reads a BCP 47 tag.
    pub fn read(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("en")) { Self::English } else { Self::Swedish }
    }

    /// One of two texts.
    pub const fn text<'t>(self, swedish: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Swedish => swedish,
            Self::English => english,
        }
    }
}
