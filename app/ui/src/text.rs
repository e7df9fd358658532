//! The texts of the pages, one method per key, made from `locales/*.toml` when the crate is built.
//!
//! Not here: which word goes with which case of a vocabulary (`words`) or state (`state_words`).
//! Invariant: a key missing in either language fails the build.

/// Language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Svenska.
    #[default]
    Swedish,
    /// English.
    English,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The BCP 47 tag, for `lang` and for the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language of this tag; none when it is not one of ours.
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The one to switch to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Swedish => Self::English,
            Self::English => Self::Swedish,
        }
    }
}

#[expect(
    clippy::doc_markdown,
    clippy::match_same_arms,
    clippy::wrong_self_convention,
    reason = "names and documentation are the keys and texts of the locale files, some alike in both languages"
)]
mod generated {
    use super::Language;

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub use generated::{CareLimitsTexts, Texts};
