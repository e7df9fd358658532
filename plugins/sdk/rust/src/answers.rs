//! Keeps the promise of the contract for you: exactly one correct status per requested section.
//!
//! Tell [`Answers`] what happened (an exchange was read in full, one failed, entries came, the source states none); `finish`
//! turns it into statuses. Not here: how replies are read.
//! Invariant: after a failed exchange a section is `partial` or `unavailable`, never `complete`, `stated-none` or `nothing-held`;
//! a section nobody told anything about is `unavailable`, never empty.

use std::collections::BTreeMap;

use crate::{
    Query,
    host::{Entries, Host},
    language::Language,
    types::{Failure, SectionStatus},
};

/// The source's own statement that there are none, at this time if it says so.
#[derive(Debug, Clone, Default)]
struct StatedNone(Option<String>);

/// What is known of one section so far.
#[derive(Debug, Clone, Default)]
struct Ledger {
    pushed: usize,
    read: bool,
    unsupported: bool,
    stated_none: Option<StatedNone>,
    missing: Vec<String>,
}

/// The bookkeeping of one lookup.
#[derive(Debug)]
pub struct Answers<'a, H: Host> {
    /// The host, for requests, settings and log lines in between.
    pub host: &'a mut H,
    /// Language for texts the adapter writes itself.
    pub language: Language,
    ledgers: BTreeMap<String, Ledger>,
}

impl<'a, H: Host> Answers<'a, H> {
    /// Opens a ledger for every section of the query.
    pub fn new(host: &'a mut H, query: &Query) -> Self {
        let ledgers = query.sections.iter().map(|section| (section.clone(), Ledger::default())).collect();
        Self { host, language: Language::read(&query.language), ledgers }
    }

    /// Whether this section was asked for.
    pub fn asks(&self, section: &str) -> bool {
        self.ledgers.contains_key(section)
    }

    /// Pushes entries and counts them. Entries of a section nobody asked for are left out.
    pub fn push(&mut self, entries: impl Into<Entries>) {
        let entries = entries.into();
        let Some(ledger) = self.ledgers.get_mut(entries.section()) else { return };
        if !entries.is_empty() {
            ledger.pushed += entries.len();
            self.host.push(entries);
        }
    }

    /// An exchange this section depends on was read to its end.
    pub fn read(&mut self, section: &str) {
        self.with(section, |ledger| ledger.read = true);
    }

    /// Something is missing: an exchange failed, a page or a record could not be read. The text is for the clinician.
    pub fn missing(&mut self, section: &str, what: impl Into<String>) {
        let what = what.into();
        self.with(section, |ledger| {
            if !ledger.missing.contains(&what) {
                ledger.missing.push(what);
            }
        });
    }

    /// The source itself states that there are none, at this time if it says so.
    pub fn stated_none(&mut self, section: &str, at: Option<String>) {
        self.with(section, |ledger| {
            ledger.read = true;
            let known = ledger.stated_none.take().unwrap_or_default();
            ledger.stated_none = Some(StatedNone(at.max(known.0)));
        });
    }

    /// The source never has this section.
    pub fn unsupported(&mut self, section: &str) {
        self.with(section, |ledger| ledger.unsupported = true);
    }

    /// Everything asked for and not yet told about is of this kind: the adapter does not have it.
    pub fn unsupported_but(&mut self, sections: &[&str]) {
        for (section, ledger) in &mut self.ledgers {
            if !sections.contains(&section.as_str()) {
                ledger.unsupported = true;
            }
        }
    }

    /// Gives exactly one status per requested section.
    pub fn finish(self) {
        for (section, ledger) in &self.ledgers {
            self.host.status(section, &ledger.status(self.language));
        }
    }

    /// Ends a lookup in which nothing could be read: what the source never has is said all the same, and the failure tells
    /// why there is nothing of the rest.
    ///
    /// # Errors
    /// The failure, always.
    pub fn fail(self, failure: Failure) -> Result<(), Failure> {
        for (section, ledger) in &self.ledgers {
            let status = ledger.status(self.language);
            if status == SectionStatus::Unsupported {
                self.host.status(section, &status);
            }
        }
        Err(failure)
    }

    fn with(&mut self, section: &str, change: impl FnOnce(&mut Ledger)) {
        if let Some(ledger) = self.ledgers.get_mut(section) {
            change(ledger);
        }
    }
}

impl Ledger {
    fn status(&self, language: Language) -> SectionStatus {
        if !self.missing.is_empty() {
            let text = self.missing.join("; ");
            return if self.pushed > 0 || self.read {
                SectionStatus::Partial(text)
            } else {
                SectionStatus::Unavailable(text)
            };
        }
        match (&self.stated_none, self.pushed) {
            (_, 1..) => SectionStatus::Complete,
            (Some(at), 0) => SectionStatus::StatedNone(at.0.clone()),
            (None, 0) if self.read => SectionStatus::NothingHeld,
            (None, 0) if self.unsupported => SectionStatus::Unsupported,
            (None, 0) => {
                SectionStatus::Unavailable(language.text("källan lästes inte", "the source was not read").into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(change: impl FnOnce(&mut Ledger)) -> SectionStatus {
        let mut ledger = Ledger::default();
        change(&mut ledger);
        ledger.status(Language::English)
    }

    #[test]
    fn after_a_failed_exchange_nothing_is_ever_said_to_be_complete_or_none() {
        let failed = |pushed, read, stated| {
            status(|ledger| {
                ledger.missing.push("no answer".into());
                ledger.pushed = pushed;
                ledger.read = read;
                ledger.stated_none = stated;
            })
        };
        for pushed in [0, 3] {
            for read in [false, true] {
                for stated in [None, Some(StatedNone(None))] {
                    let expected = if pushed > 0 || read {
                        SectionStatus::Partial("no answer".into())
                    } else {
                        SectionStatus::Unavailable("no answer".into())
                    };
                    assert_eq!(failed(pushed, read, stated.clone()), expected);
                }
            }
        }
    }

    #[test]
    fn a_section_nobody_told_anything_about_is_unavailable() {
        assert_eq!(status(|_| ()), SectionStatus::Unavailable("the source was not read".into()));
    }

    #[test]
    fn entries_outweigh_a_statement_that_there_are_none() {
        let both = status(|ledger| {
            ledger.stated_none = Some(StatedNone(None));
            ledger.pushed = 1;
        });
        assert_eq!(both, SectionStatus::Complete);
        assert_eq!(status(|ledger| ledger.stated_none = Some(StatedNone(None))), SectionStatus::StatedNone(None));
        assert_eq!(status(|ledger| ledger.read = true), SectionStatus::NothingHeld);
        assert_eq!(status(|ledger| ledger.unsupported = true), SectionStatus::Unsupported);
    }
}
