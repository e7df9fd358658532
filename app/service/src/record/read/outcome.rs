//! What a second record says: of an opening what was shown, and what each source did not let be shown; of a change what became of it.
//!
//! Invariant: where the record has lines for whose information was shown, they alone say what was. Records from before those lines, and
//! one with so many that only their number stands there, are read by the states of the sources.

use std::collections::{BTreeMap, BTreeSet};

use samsyn_domain::{
    logged::{Became, LoggedOutcome, Place, Resource, SourceTold, Told, Why},
    section::Section,
    state::Unanswered,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{field, list, sections_of, word};
use crate::port::audit_log::Logged;

/// What a second record tells of the act it belongs to.
pub fn outcome(logged: &Logged) -> LoggedOutcome {
    let details = &logged.record.details;
    let resources = field(details, "resources").as_array().map(|lines| lines.iter().filter_map(resource).collect());
    LoggedOutcome {
        place: Place { index: logged.index, at: logged.record.at },
        complete: field(details, "conclusion").as_str() == Some("complete"),
        sources: list(field(details, "sources")).filter_map(|one| source(one, resources.as_deref())).collect(),
        resources,
        shown_sha256: text(details, "shown_sha256"),
        protected: field(details, "protected").as_bool(),
        became: field(details, "result").as_str().map(became),
    }
}

/// A word that is not known here is none that says it holds.
fn became(word: &str) -> Became {
    match word {
        "done" => Became::Done,
        "not-kept" | "newer-held" => Became::NotKept,
        _ => Became::Unclear,
    }
}

/// `{"source": …, "provider": …, "unit": …, "sections": […]}`. Of too many units there is no `unit`, of too many providers no `provider` and
/// `providers` as a number.
fn resource(line: &Value) -> Option<Resource> {
    Some(Resource {
        source: text(line, "source")?,
        provider: text(line, "provider"),
        unit: text(line, "unit"),
        providers: field(line, "providers").as_u64(),
        sections: sections_of(field(line, "sections")).collect(),
    })
}

/// `{"source": …, "states": {"reported": ["alerts", …], …}, "withheld": {"role": ["medications"]}, "unanswered": …, "late": …}`.
fn source(one: &Value, resources: Option<&[Resource]>) -> Option<SourceTold> {
    let name = text(one, "source")?;
    let withheld: BTreeMap<Section, Why> = reasons(field(one, "withheld"));
    let unanswered: BTreeMap<Section, Unanswered> = reasons(field(one, "unanswered"));
    let shown: Option<BTreeSet<Section>> = resources.map(|resources| {
        let own = resources.iter().filter(|line| line.source == name);
        own.flat_map(|line| line.sections.iter().copied()).collect()
    });
    let states = field(one, "states").is_object().then(|| by_word(field(one, "states")))?;
    let sections = states.filter_map(|(state, section)| {
        let of_section = Stated {
            withheld: withheld.get(&section).copied(),
            unanswered: unanswered.get(&section).copied(),
            shown: shown.as_ref().map(|shown| shown.contains(&section)),
        };
        Some((section, of_section.told(state)?))
    });
    Some(SourceTold {
        sections: sections.collect(),
        provider: text(one, "provider"),
        late: field(one, "late").as_bool().unwrap_or(false),
        took_ms: field(one, "took_ms").as_u64(),
        source: name,
    })
}

/// What a record says of one section of a source, beside its state.
struct Stated {
    /// Why something of it was withheld, if something was.
    withheld: Option<Why>,
    unanswered: Option<Unanswered>,
    /// Whether it stands among what was shown; none when that is not stated.
    shown: Option<bool>,
}

impl Stated {
    /// None for what the source never has.
    fn told(&self, state: &str) -> Option<Told> {
        Some(match (state, self.withheld) {
            ("unsupported", _) => return None,
            ("not-asked", _) => Told::NotAsked,
            ("waiting", _) => Told::Awaited,
            ("unanswered", _) => Told::Failed(self.unanswered),
            ("withheld", why) => Told::Withheld(why.unwrap_or(Why::NotStated)),
            ("stated-none" | "nothing-held", Some(why)) => Told::Withheld(why),
            ("stated-none" | "nothing-held", None) => Told::Nothing,
            (state, withheld) => self.of_entries(withheld, matches!(state, "reported" | "partial")),
        })
    }

    /// What became of entries that a source had. A state that is not known may have had some.
    fn of_entries(&self, withheld: Option<Why>, is_known: bool) -> Told {
        match (self.shown, withheld) {
            (Some(true), None) => Told::Shown,
            (Some(true), Some(why)) | (None, Some(why @ Why::SomeEntries)) => Told::InPart(why),
            (_, Some(why)) => Told::Withheld(why),
            (None, None) if is_known => Told::Shown,
            (Some(false), None) if is_known => Told::NotShown,
            (_, None) => Told::Failed(None),
        }
    }
}

/// The reason of each section of an object of sections by reason, where there is a word for it.
fn reasons<T: DeserializeOwned>(stated: &Value) -> BTreeMap<Section, T> {
    by_word(stated).filter_map(|(why, section)| Some((section, word(&Value::String(why.to_owned()))?))).collect()
}

/// The sections that stand under each word of an object.
fn by_word(stated: &Value) -> impl Iterator<Item = (&str, Section)> {
    let words = stated.as_object().into_iter().flatten();
    words.flat_map(|(word, sections)| sections_of(sections).map(move |section| (word.as_str(), section)))
}

fn text(value: &Value, name: &str) -> Option<String> {
    field(value, name).as_str().map(str::to_owned)
}
