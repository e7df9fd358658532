//! An act as the log tells it, in words: what was done, on what ground, what each source gave.
//!
//! Shared by the review and the patient's extract. Not here: reading the log (`service`), which act (`review`).
//! Invariant: what the log does not say is not said here either, and nothing shown reads like nothing held.

use std::collections::BTreeMap;

use leptos::prelude::*;
use samsyn_domain::{
    access::{Basis, Missing},
    logged::{Act, Ground, LoggedOutcome, SourceTold, Told},
    section::Section,
    state::Withheld,
    viewer::Scope,
};

use crate::{Preset, text::Texts, words};

/// Names on screen of sources and providers, by their ids.
#[derive(Debug, Clone, Default)]
pub struct LogNames {
    /// By id of the source.
    sources: BTreeMap<String, String>,
    /// By HSA-id in lower case.
    providers: BTreeMap<String, String>,
    hidden: bool,
}

impl LogNames {
    /// These.
    pub const fn new(sources: BTreeMap<String, String>, providers: BTreeMap<String, String>) -> Self {
        Self { sources, providers, hidden: false }
    }

    /// The same for somebody whose identity is protected: none of them is named.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// Organisation before system; a source that has been removed keeps its id.
    pub(crate) fn source(&self, texts: Texts, id: &str) -> String {
        if self.hidden {
            return texts.logged.hidden_source().to_owned();
        }
        self.sources.get(id).cloned().unwrap_or_else(|| texts.logged.unknown_source(id))
    }

    /// The organisation behind a provider; the id stands in for one that has been removed.
    pub(crate) fn provider(&self, texts: Texts, id: &str) -> String {
        if self.hidden {
            return texts.logged.hidden_source().to_owned();
        }
        self.providers.get(&id.trim().to_ascii_lowercase()).cloned().unwrap_or_else(|| id.to_owned())
    }
}

/// What was done.
pub(crate) fn act(texts: Texts, act: &Act) -> String {
    let words = texts.act;
    match act {
        Act::Overview => words.overview().to_owned(),
        Act::Print(preset) => preset
            .as_deref()
            .and_then(Preset::named)
            .map_or_else(|| words.print().to_owned(), |preset| words.print_of(preset.title(texts))),
        Act::Emergency => words.emergency().to_owned(),
        Act::Beside => words.beside().to_owned(),
        Act::Registered(kind) => kind
            .as_deref()
            .and_then(|kind| registered(texts, kind))
            .map_or_else(|| words.registered_something().to_owned(), |kind| words.registered(kind)),
        Act::Ended => words.ended().to_owned(),
        Act::FollowUp => words.follow_up().to_owned(),
        Act::Replayed => words.replayed().to_owned(),
        Act::Reviewed => words.reviewed().to_owned(),
        Act::Extracted => words.extracted().to_owned(),
        Act::Refused => words.refused().to_owned(),
        Act::Other => words.other().to_owned(),
    }
}

/// What was registered; none for a kind of a later version.
pub(crate) fn registered(texts: Texts, kind: &str) -> Option<&'static str> {
    let words = texts.access;
    Some(match kind {
        "consent" => words.kind_consent(),
        "relation" => words.kind_relation(),
        "child" => words.kind_child(),
        "incapable" => words.kind_incapable(),
        "emergency" => words.kind_emergency(),
        "lift" => words.kind_lift(),
        _ => return None,
    })
}

/// The active choice.
pub(crate) const fn scope(texts: Texts, scope: Scope) -> &'static str {
    match scope {
        Scope::Own => texts.logged.scope_own(),
        Scope::Shared => texts.logged.scope_shared(),
    }
}

/// The ground; none where there is nothing to say, because only the own information was asked for.
pub(crate) fn ground(texts: Texts, ground: &Ground, chosen: Option<Scope>) -> Option<String> {
    let words = texts.logged;
    match ground {
        Ground::NotStated => None,
        Ground::Granted(basis) => Some(
            match basis {
                Basis::Consent => words.ground_consent(),
                Basis::Child => words.ground_child(),
                Basis::Incapable => words.ground_incapable(),
                Basis::Emergency => words.ground_emergency(),
            }
            .to_owned(),
        ),
        Ground::Lacking(_) if chosen != Some(Scope::Shared) => None,
        Ground::Lacking(missing) => Some(words.ground_lacking(&lacking(texts, missing))),
    }
}

/// What was missing.
pub(crate) fn lacking(texts: Texts, missing: &[Missing]) -> String {
    let words = texts.logged;
    let one = |missing: &Missing| match missing {
        Missing::ActiveChoice => words.missing_choice(),
        Missing::Relation => words.missing_relation(),
        Missing::Consent => words.missing_consent(),
        Missing::Register => words.missing_register(),
    };
    missing.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What each source gave, a line each; those that were not asked share one.
pub(crate) fn told(texts: Texts, names: &LogNames, outcome: Option<&LoggedOutcome>) -> AnyView {
    let lines = lines(texts, names, outcome);
    let item = |(who, what): (Option<String>, String)| {
        let who = who.map(|who| view! { <strong>{who}</strong>": " });
        view! { <li>{who}{what}</li> }
    };
    view! { <ul class="told">{lines.into_iter().map(item).collect::<Vec<_>>()}</ul> }.into_any()
}

/// The same as text, for a table of another program.
pub(crate) fn told_text(texts: Texts, names: &LogNames, outcome: Option<&LoggedOutcome>) -> String {
    let line = |(who, what): (Option<String>, String)| match who {
        Some(who) => format!("{who}: {what}"),
        None => what,
    };
    lines(texts, names, outcome).into_iter().map(line).collect::<Vec<_>>().join(" ")
}

fn lines(texts: Texts, names: &LogNames, outcome: Option<&LoggedOutcome>) -> Vec<(Option<String>, String)> {
    let words = texts.logged;
    let Some(outcome) = outcome else { return vec![(None, words.no_outcome().to_owned())] };
    let mut lines = Vec::new();
    if outcome.resources.is_empty() {
        lines.extend(outcome.sources.iter().filter_map(|source| {
            let said = [shown(texts, source), rest(texts, source)].concat();
            (!said.is_empty()).then(|| (Some(names.source(texts, &source.source)), said.join(" ")))
        }));
    } else {
        // Who answers for what was shown is told by the records themselves; a source may carry those of many.
        let mut shown: BTreeMap<String, Vec<Section>> = BTreeMap::new();
        for one in &outcome.resources {
            shown.entry(names.provider(texts, &one.provider)).or_default().push(one.section);
        }
        lines.extend(shown.into_iter().map(|(who, mut sections)| {
            sections.sort_unstable();
            sections.dedup();
            (Some(who), words.shown(&section_names(texts, sections)))
        }));
        lines.extend(outcome.sources.iter().filter_map(|source| {
            let said = rest(texts, source);
            (!said.is_empty()).then(|| (Some(names.source(texts, &source.source)), said.join(" ")))
        }));
    }
    let anything = outcome.sources.iter().any(|source| source.sections.values().any(|told| *told == Told::Shown));
    if !anything && outcome.resources.is_empty() {
        lines.insert(0, (None, words.shown_nothing().to_owned()));
    }
    let unasked = |source: &&SourceTold| {
        !source.sections.is_empty() && source.sections.values().all(|told| *told == Told::NotAsked)
    };
    let unasked: Vec<String> =
        outcome.sources.iter().filter(unasked).map(|source| names.source(texts, &source.source)).collect();
    if !unasked.is_empty() {
        lines.push((None, words.not_asked(&unasked.join(", "))));
    }
    if !outcome.complete {
        lines.push((None, words.broken_off().to_owned()));
    }
    lines
}

fn shown(texts: Texts, source: &SourceTold) -> Vec<String> {
    let shown = of(source, |told| told == Told::Shown);
    (!shown.is_empty()).then(|| texts.logged.shown(&section_names(texts, shown))).into_iter().collect()
}

/// What a source did not show, and why.
fn rest(texts: Texts, source: &SourceTold) -> Vec<String> {
    let words = texts.logged;
    let withheld = source.sections.iter().filter_map(|(section, told)| {
        let Told::Withheld(why) = told else { return None };
        let name = words::section(texts, *section);
        Some(why.map_or_else(|| name.to_owned(), |why| words.withheld_why(name, why_withheld(texts, why))))
    });
    let withheld = withheld.collect::<Vec<_>>().join(", ");
    let failed = of(source, |told| told == Told::Failed);
    let nothing = of(source, |told| told == Told::Nothing);
    [
        (!withheld.is_empty()).then(|| words.withheld(&withheld)),
        (!failed.is_empty()).then(|| words.failed(&section_names(texts, failed))),
        (!nothing.is_empty()).then(|| words.nothing(&section_names(texts, nothing))),
        source.late.then(|| words.late().to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of(source: &SourceTold, which: impl Fn(Told) -> bool) -> Vec<Section> {
    source.sections.iter().filter(|(_, told)| which(**told)).map(|(section, _)| *section).collect()
}

/// The titles of sections.
pub(crate) fn section_names(texts: Texts, sections: Vec<Section>) -> String {
    sections.into_iter().map(|section| words::section(texts, section)).collect::<Vec<_>>().join(", ")
}

/// Why something was withheld.
pub(crate) const fn why_withheld(texts: Texts, why: Withheld) -> &'static str {
    let words = texts.logged;
    match why {
        Withheld::Role => words.why_role(),
        Withheld::ProtectedPerson => words.why_protected(),
        Withheld::MissingIds => words.why_missing_ids(),
        Withheld::MayExist => words.why_may_exist(),
        Withheld::BlockUnverified => words.why_block_unverified(),
        Withheld::IdentityConflict => words.why_identity_conflict(),
    }
}
