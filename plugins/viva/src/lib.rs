//! Viva: a municipal record system, through a JSON interface of our own assumption (see README.md; no public one exists).
//!
//! Rooms: [`search`] finding the person · [`pages`] fetching lists · [`record`] and [`part`] records · [`words`] its codes.
//! Not here: hiding protected persons (the host does; Viva returns them unfiltered and this adapter passes the label on).
//! Invariant: one binding reads one law. A record of the other law is never pushed, and its presence is told.
//! To add a list: a row in [`pages::LISTS`], a record in [`record`], its words in [`words`], a test.

pub mod manifest;
pub mod pages;
pub mod part;
pub mod record;
pub mod search;
pub mod words;

use samsyn_adapter::{
    Answers, Host, Plugin, Problem, Query,
    types::{Failure, FailureKind},
};

/// The adapter.
#[derive(Debug, Clone, Copy)]
pub struct Viva;

/// Which law a binding reads: health care or social services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Hälso- och sjukvårdslagen.
    Hsl,
    /// Socialtjänstlagen and LSS.
    Sol,
}

impl Law {
    /// Reads the word of the setting and of records.
    pub fn read(word: &str) -> Option<Self> {
        match word.to_ascii_uppercase().as_str() {
            "HSL" => Some(Self::Hsl),
            "SOL" => Some(Self::Sol),
            _ => None,
        }
    }

    /// The word Viva uses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hsl => "HSL",
            Self::Sol => "SOL",
        }
    }
}

impl Plugin for Viva {
    fn describe() -> String {
        manifest::describe()
    }

    fn lookup(host: &mut impl Host, query: &Query) -> Result<(), Failure> {
        let law = host.setting("lagrum").as_deref().and_then(Law::read);
        let mut answers = Answers::new(host, query);
        let Some(law) = law else {
            let why = answers.language.text("inställningen lagrum saknas", "the setting lagrum is missing");
            return Err(Problem::new(FailureKind::NotConfigured, "lagrum", why).failure);
        };
        answers.unsupported_but(&manifest::SECTIONS);
        match search::find(&mut answers, query, law)? {
            Some(user_id) => pages::read_lists(&mut answers, query, &user_id, law)?,
            // Viva answered and does not know the person: it holds nothing of any section.
            None => manifest::SECTIONS.iter().for_each(|section| answers.read(section)),
        }
        answers.finish();
        Ok(())
    }
}

samsyn_adapter::plugin!(Viva);

#[cfg(test)]
mod tests;
