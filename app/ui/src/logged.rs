//! An act as the log tells it, in words: what was done, on what ground, what each source gave.
//!
//! Shared by the review and the patient's extract. Not here: reading the log (`service`), which act (`review`).
//! Invariant: what the log does not say is not said here either, and nothing shown reads like nothing held.

use std::collections::BTreeMap;

use leptos::prelude::*;
use samsyn_domain::{
    access::{Basis, Missing},
    logged::{Act, Became, Beside, Ground, LoggedAct, LoggedOutcome, Resource, SourceTold, Told, Urgent, Why},
    section::Section,
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
        Act::Emergency(step) => urgent(texts, *step).to_owned(),
        Act::Beside(what) => beside(texts, *what),
        Act::Registered(kind) => kind
            .as_deref()
            .and_then(|kind| registered(texts, kind))
            .map_or_else(|| words.registered_something().to_owned(), |kind| words.registered(kind)),
        Act::Ended(kind) => kind
            .as_deref()
            .and_then(|kind| registered(texts, kind))
            .map_or_else(|| words.ended_something().to_owned(), |kind| words.ended(kind)),
        Act::Reported => words.reported().to_owned(),
        Act::AskedToLift => words.asked_to_lift().to_owned(),
        Act::FollowUp => words.follow_up().to_owned(),
        Act::Replayed => words.replayed().to_owned(),
        Act::Reviewed => words.reviewed().to_owned(),
        Act::ReviewedFollowUp => words.reviewed_follow_up().to_owned(),
        Act::Extracted => words.extracted().to_owned(),
        Act::Refused => words.refused().to_owned(),
        Act::Other => words.other().to_owned(),
    }
}

const fn urgent(texts: Texts, step: Urgent) -> &'static str {
    let words = texts.act;
    match step {
        Urgent::Begun => words.emergency_begun(),
        Urgent::Fetched => words.emergency_fetched(),
        Urgent::Extended => words.emergency_extended(),
        Urgent::BlockLifted => words.emergency_block_lifted(),
        Urgent::NotStated => words.emergency(),
    }
}

fn beside(texts: Texts, what: Beside) -> String {
    let words = texts.act;
    let what = match what {
        Beside::Person => words.beside_person(),
        Beside::RelationProof => words.beside_relation_proof(),
        Beside::AccessRegister => words.beside_access_register(),
        Beside::BlockedUnits => words.beside_blocked_units(),
        Beside::Snapshots => words.beside_snapshots(),
        Beside::NotStated => return words.beside_something().to_owned(),
    };
    words.beside(what)
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
        Missing::GoLive => words.missing_go_live(),
        Missing::Register => words.missing_register(),
    };
    missing.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What came of an act, where something of it may have been shown: what each source gave, a line each; those that were not asked share
/// one. None where there is nothing to tell.
pub(crate) fn told(texts: Texts, names: &LogNames, act: &LoggedAct) -> Option<AnyView> {
    let item = |(who, what): (Option<String>, String)| {
        let who = who.map(|who| view! { <strong>{who}</strong>": " });
        view! { <li>{who}{what}</li> }
    };
    let lines = lines(texts, names, act)?;
    Some(view! { <ul class="told">{lines.into_iter().map(item).collect::<Vec<_>>()}</ul> }.into_any())
}

/// The same as text, for a table of another program.
pub(crate) fn told_text(texts: Texts, names: &LogNames, act: &LoggedAct) -> Option<String> {
    let line = |(who, what): (Option<String>, String)| match who {
        Some(who) => format!("{who}: {what}"),
        None => what,
    };
    Some(lines(texts, names, act)?.into_iter().map(line).collect::<Vec<_>>().join(" "))
}

/// A line with the name of whom it is about.
type Line = (Option<String>, String);

fn lines(texts: Texts, names: &LogNames, act: &LoggedAct) -> Option<Vec<Line>> {
    let words = texts.logged;
    match (&act.act, &act.outcome) {
        (Act::Refused, _) => Some(vec![(None, words.shown_nothing_refused().to_owned())]),
        (act, None) if act.is_opening() => Some(vec![(None, words.no_outcome().to_owned())]),
        (_, None) => None,
        (_, Some(LoggedOutcome { became: Some(became), .. })) => of_change(texts, *became),
        (act, Some(outcome)) => Some(of_outcome(texts, names, outcome, act.is_opening())),
    }
}

/// What became of a change; none where it holds, which is what doing it says.
fn of_change(texts: Texts, became: Became) -> Option<Vec<Line>> {
    let words = texts.logged;
    let said = match became {
        Became::Done => return None,
        Became::NotKept => words.not_kept(),
        Became::Unclear => words.unclear(),
    };
    Some(vec![(None, said.to_owned())])
}

fn of_outcome(texts: Texts, names: &LogNames, outcome: &LoggedOutcome, opening: bool) -> Vec<Line> {
    let words = texts.logged;
    let mut lines = outcome.resources.as_deref().map_or_else(Vec::new, |shown| by_provider(texts, names, shown));
    lines.extend(outcome.sources.iter().filter_map(|source| {
        // Who answers for what was shown is told by the records themselves; a source may carry those of many.
        let own = if outcome.resources.is_none() { shown(texts, source) } else { Vec::new() };
        let said = [own, rest(texts, source)].concat();
        (!said.is_empty()).then(|| (Some(names.source(texts, &source.source)), said.join(" ")))
    }));
    if outcome.shown().is_empty() {
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
    if opening && !outcome.complete {
        lines.push((None, words.broken_off().to_owned()));
    }
    lines
}

/// What was shown, by who answers for it; by the source where the record could not name them.
fn by_provider(texts: Texts, names: &LogNames, resources: &[Resource]) -> Vec<Line> {
    let mut shown: BTreeMap<String, Vec<Section>> = BTreeMap::new();
    for one in resources {
        let who = match (&one.provider, one.providers) {
            (Some(provider), _) => names.provider(texts, provider),
            (None, Some(many)) => texts.logged.of_many(&names.source(texts, &one.source), &many.to_string()),
            (None, None) => names.source(texts, &one.source),
        };
        shown.entry(who).or_default().extend(&one.sections);
    }
    let line = |(who, mut sections): (String, Vec<Section>)| {
        sections.sort_unstable();
        sections.dedup();
        (Some(who), texts.logged.shown(&section_names(texts, sections)))
    };
    shown.into_iter().map(line).collect()
}

fn shown(texts: Texts, source: &SourceTold) -> Vec<String> {
    let shown = of(source, Told::is_shown);
    (!shown.is_empty()).then(|| texts.logged.shown(&section_names(texts, shown))).into_iter().collect()
}

/// What a source did not show, and why.
fn rest(texts: Texts, source: &SourceTold) -> Vec<String> {
    let words = texts.logged;
    let why = |section: Section, why: Why| {
        let name = words::section(texts, section);
        why_withheld(texts, why).map_or_else(|| name.to_owned(), |why| words.withheld_why(name, why))
    };
    let kept_back = |one: &dyn Fn(Told) -> Option<Why>| {
        let all = source.sections.iter().filter_map(|(section, told)| Some(why(*section, one(*told)?)));
        all.collect::<Vec<_>>().join(", ")
    };
    let withheld = kept_back(&|told| match told {
        Told::Withheld(why) => Some(why),
        Told::NotShown => Some(Why::NotStated),
        _ => None,
    });
    let in_part = kept_back(&|told| if let Told::InPart(why) = told { Some(why) } else { None });
    let failed = of(source, |told| matches!(told, Told::Failed(_)));
    let awaited = of(source, |told| told == Told::Awaited);
    let nothing = of(source, |told| told == Told::Nothing);
    [
        (!in_part.is_empty()).then(|| words.in_part(&in_part)),
        (!withheld.is_empty()).then(|| words.withheld(&withheld)),
        (!failed.is_empty()).then(|| words.failed(&section_names(texts, failed))),
        (!awaited.is_empty()).then(|| words.awaited(&section_names(texts, awaited))),
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

/// Why something was withheld; none when the log does not say.
pub(crate) const fn why_withheld(texts: Texts, why: Why) -> Option<&'static str> {
    let words = texts.logged;
    Some(match why {
        Why::Role => words.why_role(),
        Why::ProtectedPerson => words.why_protected(),
        Why::ProtectionNotRuledOut => words.why_protection_not_ruled_out(),
        Why::MissingIds => words.why_missing_ids(),
        Why::MayExist => words.why_may_exist(),
        Why::BlockUnverified => words.why_block_unverified(),
        Why::IdentityConflict => words.why_identity_conflict(),
        Why::SomeEntries => words.why_some_entries(),
        Why::NotStated => return None,
    })
}
