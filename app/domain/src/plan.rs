//! Which sources are asked what, decided before anything is sent.
//!
//! Rules: product.md Law 2–4 and 10. Not here: the ground for asking others, and deciding on records (`access`).
//! Invariant: without a ground other providers' sources are not asked, named or counted, for every patient alike.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    access::{Basis, Grant, Part},
    enablement::Enablement,
    identifier::IdentifierKind,
    section::Section,
    source::{LinkRule, OrganisationId, Source, SourceId},
    state::{NotAsked, State, Withheld},
    viewer::Viewer,
    vocabulary::ServiceKind,
};

/// One source and what it is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The source.
    pub source: Source,
    /// Sections to ask for; empty together with `person == false` means that it is not asked at all.
    pub sections: Vec<Section>,
    /// Whether the banner is asked for.
    pub person: bool,
    /// Cells decided without asking.
    pub decided: BTreeMap<Section, State>,
}

impl Ask {
    /// Whether anything is sent to this source.
    pub fn is_asked(&self) -> bool {
        self.person || !self.sections.is_empty()
    }
}

/// What sources outside the viewer's scope could have filled. Never names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// Sections.
    pub sections: BTreeSet<Section>,
    /// Badges.
    pub kinds: Vec<ServiceKind>,
}

/// Everything that is asked in one opening.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Considered sources, in configuration order.
    pub asks: Vec<Ask>,
    /// The rest, in the own scope.
    pub others: Others,
}

/// What is known of the patient before asking.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Kind of the identifier.
    pub identifier: IdentifierKind,
    /// Organisations the patient is tied to; none when the index could not be read, and then no source is known to be linked (Law 4).
    pub links: Option<&'a BTreeSet<OrganisationId>>,
    /// The viewer asked for the unlinked ones too.
    pub ask_all: bool,
    /// What the viewer's organisation has enabled; none while it has decided nothing: then everything that is bound is asked.
    pub enabled: Option<&'a Enablement>,
    /// Sources that nobody asks now, and why: worked on, switched off, stopped.
    pub left_alone: &'a BTreeMap<SourceId, NotAsked>,
}

/// Decides whom to ask. `grant` is the ground for reaching others, if there is one.
pub fn plan(viewer: &Viewer, grant: Option<&Grant>, sources: &[Source], known: Known<'_>) -> Plan {
    let mut plan = Plan { asks: Vec::new(), others: Others::default() };
    for source in sources {
        if grant.is_none() && !needs_no_ground(viewer, source) && !is_register(source) {
            plan.others.sections.extend(source.sections.iter().copied());
            for kind in &source.service_kinds {
                if !plan.others.kinds.contains(kind) {
                    plan.others.kinds.push(kind.clone());
                }
            }
        } else {
            plan.asks.push(ask(viewer, grant, source, known));
        }
    }
    plan
}

/// A population register: it answers who the person is and holds no records.
pub fn is_register(source: &Source) -> bool {
    source.answers_person && source.sections.is_empty()
}

/// Whether the source is of the viewer's own provider.
pub fn is_own(viewer: &Viewer, source: &Source) -> bool {
    source.provider.as_ref().is_some_and(|provider| viewer.provider.id.is(provider.id.as_str()))
}

/// Whether nothing has to be registered for it to be asked: of the viewer's own provider, or of another authority of the same region or
/// municipality.
pub fn needs_no_ground(viewer: &Viewer, source: &Source) -> bool {
    source.provider.as_ref().is_some_and(|provider| viewer.needs_no_ground(provider.id.as_str()))
}

fn ask(viewer: &Viewer, grant: Option<&Grant>, source: &Source, known: Known<'_>) -> Ask {
    let enabled = |section| known.enabled.is_none_or(|enablement| enablement.enables(&source.id, section));
    let refusal = refusal(viewer, grant, source, known);
    let selected = grant.and_then(|grant| grant.sections.as_deref()).filter(|_| !needs_no_ground(viewer, source));
    let mut ask = Ask { source: source.clone(), sections: Vec::new(), person: false, decided: BTreeMap::new() };
    if !is_register(source) {
        for section in Section::ALL {
            if !source.sections.contains(&section) {
                ask.decided.insert(section, State::Unsupported);
            } else if !is_seen(viewer, source, section) {
                ask.decided.insert(section, State::Withheld(Withheld::Role));
            } else if !enabled(section) {
                // For every patient alike, so it says nothing about this one.
                ask.decided.insert(section, State::NotAsked(NotAsked::NotEnabled));
            } else if let Some(why) = refusal {
                ask.decided.insert(section, State::NotAsked(why));
            } else if selected.is_some_and(|selected| !selected.contains(&section)) {
                ask.decided.insert(section, State::NotAsked(NotAsked::NotSelected));
            } else {
                ask.sections.push(section);
            }
        }
    }
    let may_say_who = is_register(source) || known.enabled.is_none_or(|enablement| enablement.enables_any(&source.id));
    ask.person = source.answers_person && refusal.is_none() && may_say_who;
    ask
}

/// Whether anything of the section from this source can be for the viewer's role.
fn is_seen(viewer: &Viewer, source: &Source, section: Section) -> bool {
    let own_only = viewer.role.part_of(section).is_some_and(Part::is_own_only);
    viewer.rights.sees(section) && (!own_only || is_own(viewer, source))
}

fn refusal(viewer: &Viewer, grant: Option<&Grant>, source: &Source, known: Known<'_>) -> Option<NotAsked> {
    let opened = needs_no_ground(viewer, source)
        || is_register(source)
        || grant.is_some_and(|grant| grant.reach.opens(source.provider_kind()));
    let linked = known.ask_all
        || source.link_rule == LinkRule::Always
        || needs_no_ground(viewer, source)
        || known.links.is_some_and(|links| links.contains(&source.organisation));
    if !opened {
        let emergency = grant.is_some_and(|grant| grant.basis == Basis::Emergency);
        Some(if emergency { NotAsked::NotInEmergency } else { NotAsked::NotPermitted })
    } else if !source.identifier_kinds.contains(&known.identifier) {
        Some(NotAsked::IdentifierType)
    } else if linked {
        known.left_alone.get(&source.id).copied()
    } else if known.links.is_none() {
        Some(NotAsked::LinksUnreadable)
    } else {
        Some(NotAsked::NoLink)
    }
}
