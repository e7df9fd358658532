//! Values of the contract into words of the domain, each checked for length and form.
//!
//! A value that breaks a rule makes its entry invalid and names the field, never the content. Not here: which entry has
//! which fields (`entries`).
//! Invariant: nothing is guessed or shortened. What cannot be kept whole is not kept.

use samsyn_domain::{
    entry::{Opening, Phone, Weekday},
    identifier::Identifier,
    provenance::{Actor, Coding, Concept, Extension, Organisation, Provenance, Signing},
    time::When,
};

use super::bindings::samsyn::adapter::types;
use crate::{
    egress::SourceEgress,
    limits::TextLimits,
    text::{Size, clean},
};

/// A field that broke a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalid {
    pub field: &'static str,
    pub why: &'static str,
}

pub(super) type Checked<T> = Result<T, Invalid>;

/// Reads values under the limits of one adapter.
pub(super) struct Reader<'a> {
    limits: &'a TextLimits,
    egress: Option<&'a SourceEgress>,
}

/// An identifier for comparison only.
pub(super) fn read_identifier(identifier: &types::Identifier) -> Identifier {
    Identifier { system: identifier.system.trim().to_owned(), value: identifier.value.trim().to_owned() }
}

impl<'a> Reader<'a> {
    pub(super) const fn new(limits: &'a TextLimits, egress: Option<&'a SourceEgress>) -> Self {
        Self { limits, egress }
    }

    /// A text that may be empty.
    fn text(&self, field: &'static str, size: Size, text: String) -> Checked<String> {
        if text.len() > size.max_bytes(self.limits) {
            return Err(Invalid { field, why: "is too long" });
        }
        Ok(clean(text))
    }

    /// A text that must say something.
    pub(super) fn required(&self, field: &'static str, size: Size, text: String) -> Checked<String> {
        let text = self.text(field, size, text)?;
        if text.trim().is_empty() { Err(Invalid { field, why: "is empty" }) } else { Ok(text) }
    }

    /// A text that may be missing; an empty one is missing.
    pub(super) fn optional(&self, field: &'static str, size: Size, text: Option<String>) -> Checked<Option<String>> {
        let text = text.map(|text| self.text(field, size, text)).transpose()?;
        Ok(text.filter(|text| !text.trim().is_empty()))
    }

    /// A word of a vocabulary.
    pub(super) fn word<T>(&self, field: &'static str, word: String, read: impl Fn(&str) -> T) -> Checked<T> {
        self.required(field, Size::Word, word).map(|word| read(word.trim()))
    }

    /// A word that may be missing.
    pub(super) fn optional_word<T>(
        &self,
        field: &'static str,
        word: Option<String>,
        read: impl Fn(&str) -> T,
    ) -> Checked<Option<T>> {
        Ok(self.optional(field, Size::Word, word)?.map(|word| read(word.trim())))
    }

    /// A time. An unreadable one is kept as text: losing an entry over its date would be worse.
    pub(super) fn when(&self, field: &'static str, when: String) -> Checked<When> {
        self.word(field, when, When::read)
    }

    pub(super) fn optional_when(&self, field: &'static str, when: Option<String>) -> Checked<Option<When>> {
        self.optional_word(field, when, When::read)
    }

    /// A list of bounded length.
    pub(super) fn list<T, U>(
        &self,
        field: &'static str,
        items: Vec<T>,
        read: impl Fn(&Self, T) -> Checked<U>,
    ) -> Checked<Vec<U>> {
        if items.len() > self.limits.list_max {
            return Err(Invalid { field, why: "has too many elements" });
        }
        items.into_iter().map(|item| read(self, item)).collect()
    }

    pub(super) fn concept(&self, field: &'static str, concept: types::Concept) -> Checked<Concept> {
        Ok(Concept {
            text: self.required(field, Size::Prose, concept.text)?,
            codings: self.list(field, concept.codings, |reader, coding| reader.coding(field, coding))?,
        })
    }

    pub(super) fn optional_concept(
        &self,
        field: &'static str,
        concept: Option<types::Concept>,
    ) -> Checked<Option<Concept>> {
        concept.map(|concept| self.concept(field, concept)).transpose()
    }

    fn coding(&self, field: &'static str, coding: types::Coding) -> Checked<Coding> {
        Ok(Coding {
            system: self.text(field, Size::Word, coding.system)?,
            code: self.required(field, Size::Word, coding.code)?,
            display: self.optional(field, Size::Name, coding.display)?,
        })
    }

    pub(super) fn identifier(&self, field: &'static str, identifier: &types::Identifier) -> Checked<Identifier> {
        let identifier = read_identifier(identifier);
        Ok(Identifier {
            system: self.text(field, Size::Word, identifier.system)?,
            value: self.required(field, Size::Word, identifier.value)?,
        })
    }

    pub(super) fn organisation(&self, field: &'static str, organisation: types::Organisation) -> Checked<Organisation> {
        Ok(Organisation {
            id: self.optional(field, Size::Word, organisation.id)?.map(|id| id.trim().to_owned()),
            name: self.optional(field, Size::Name, organisation.name)?,
        })
    }

    pub(super) fn optional_organisation(
        &self,
        field: &'static str,
        organisation: Option<types::Organisation>,
    ) -> Checked<Option<Organisation>> {
        organisation.map(|organisation| self.organisation(field, organisation)).transpose()
    }

    pub(super) fn actor(&self, field: &'static str, actor: types::Actor) -> Checked<Actor> {
        Ok(Actor {
            name: self.optional(field, Size::Name, actor.name)?,
            role: self.optional(field, Size::Name, actor.role)?,
            id: self.optional(field, Size::Word, actor.id)?,
            unit: self.optional_organisation(field, actor.unit)?,
        })
    }

    pub(super) fn optional_actor(&self, field: &'static str, actor: Option<types::Actor>) -> Checked<Option<Actor>> {
        actor.map(|actor| self.actor(field, actor)).transpose()
    }

    pub(super) fn opening(&self, opening: types::Opening) -> Checked<Opening> {
        Ok(Opening {
            days: self.list("openings.days", opening.days, |_, day| Ok(weekday(day)))?,
            from: self.clock("openings.from", opening.from)?,
            to: self.clock("openings.to", opening.to)?,
        })
    }

    /// `HH:MM`, `24:00` included.
    fn clock(&self, field: &'static str, time: Option<String>) -> Checked<Option<String>> {
        let Some(time) = self.optional(field, Size::Word, time)? else { return Ok(None) };
        let number = |part: Option<&str>| {
            part.filter(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|part| part.parse::<u8>().ok())
        };
        let (hour, minute) = time.split_once(':').map_or((None, None), |(hour, minute)| (Some(hour), Some(minute)));
        match (number(hour), number(minute)) {
            (Some(0..=23), Some(0..=59)) | (Some(24), Some(0)) => Ok(Some(time)),
            _ => Err(Invalid { field, why: "is not a time HH:MM" }),
        }
    }

    pub(super) fn phone(&self, phone: types::Phone) -> Checked<Phone> {
        Ok(Phone {
            number: self.required("phones.number", Size::Word, phone.number)?,
            openings: self.list("phones.openings", phone.openings, Self::opening)?,
            note: self.optional("phones.note", Size::Name, phone.note)?,
            staff_only: phone.staff_only,
        })
    }

    pub(super) fn provenance(&self, provenance: types::Provenance) -> Checked<Provenance> {
        let link = self.optional("provenance.link", Size::Name, provenance.link)?;
        Ok(Provenance {
            id: self.required("provenance.id", Size::Word, provenance.id)?,
            patient: provenance.patient.map(|patient| self.identifier("provenance.patient", &patient)).transpose()?,
            care_provider: self.optional_organisation("provenance.care-provider", provenance.care_provider)?,
            care_unit: self.optional_organisation("provenance.care-unit", provenance.care_unit)?,
            information_type: self.optional("provenance.information-type", Size::Word, provenance.information_type)?,
            recorded: self.optional_when("provenance.recorded", provenance.recorded)?,
            author: self.optional_actor("provenance.author", provenance.author)?,
            signing: self.signing(provenance.signing)?,
            link: link.and_then(|link| self.egress?.absolute_link(&link)),
            extensions: self.list("provenance.extensions", provenance.extensions, Self::extension)?,
        })
    }

    fn signing(&self, signing: types::Signing) -> Checked<Signing> {
        Ok(match signing {
            types::Signing::Signed(signature) => Signing::Signed {
                at: self.optional_when("provenance.signing.at", signature.at)?,
                by: self.optional_actor("provenance.signing.by", signature.by)?,
            },
            types::Signing::Unsigned => Signing::Unsigned,
            types::Signing::NotStated => Signing::NotStated,
        })
    }

    fn extension(&self, extension: types::Extension) -> Checked<Extension> {
        Ok(Extension {
            key: self.required("provenance.extensions.key", Size::Word, extension.key)?,
            value: self.text("provenance.extensions.value", Size::Prose, extension.value)?,
        })
    }
}

const fn weekday(day: types::Weekday) -> Weekday {
    match day {
        types::Weekday::Monday => Weekday::Monday,
        types::Weekday::Tuesday => Weekday::Tuesday,
        types::Weekday::Wednesday => Weekday::Wednesday,
        types::Weekday::Thursday => Weekday::Thursday,
        types::Weekday::Friday => Weekday::Friday,
        types::Weekday::Saturday => Weekday::Saturday,
        types::Weekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(limits: &TextLimits) -> Reader<'_> {
        Reader::new(limits, None)
    }

    #[test]
    fn an_empty_text_is_missing_where_it_may_be_and_a_fault_where_it_may_not() {
        let limits = TextLimits::default();
        let reader = reader(&limits);
        assert_eq!(reader.optional("a", Size::Name, Some("  ".into())), Ok(None));
        assert_eq!(reader.required("a", Size::Name, " ".into()), Err(Invalid { field: "a", why: "is empty" }));
    }

    #[test]
    fn a_text_is_kept_whole_or_not_at_all() {
        let limits = TextLimits { word_max_bytes: 4, ..TextLimits::default() };
        let reader = reader(&limits);
        assert_eq!(reader.required("a", Size::Word, "four".into()), Ok("four".into()));
        assert_eq!(reader.required("a", Size::Word, "fives".into()), Err(Invalid { field: "a", why: "is too long" }));
    }

    #[test]
    fn an_unreadable_time_is_kept_as_text() {
        let limits = TextLimits::default();
        let when = reader(&limits).when("decided", "våren 1987".into());
        assert_eq!(when, Ok(When::Unreadable("våren 1987".into())));
    }

    #[test]
    fn opening_hours_are_times_of_day() {
        let limits = TextLimits::default();
        let reader = reader(&limits);
        for good in ["00:00", "07:30", "24:00"] {
            assert_eq!(reader.clock("f", Some(good.into())), Ok(Some(good.into())));
        }
        for bad in ["7:30", "25:00", "24:01", "12.30", "kl 8", "+1:00"] {
            assert!(reader.clock("f", Some(bad.into())).is_err(), "{bad}");
        }
    }
}
